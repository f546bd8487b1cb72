"""Which declaration speaks for a part: a pure choice over what is recorded.

Among the declarations of (part, site) valid at a date: the latest reference period end, then the
head of its supersession chain. Two successors of one declaration are a fork: an error, and the
part then has no declaration. What has expired is chosen only when nothing newer stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal


@dataclass(frozen=True)
class Candidate:
    """The recorded columns of a declaration that the choice looks at."""

    digest: str
    kind: str
    site: str | None
    boundary: str
    supersedes: str | None
    period_end: datetime
    valid_from: datetime
    valid_to: datetime
    excluding_uptake: Decimal
    declared_amount: Decimal
    declared_unit: str


@dataclass(frozen=True)
class Choice:
    """The declaration chosen, or why there is none."""

    candidate: Candidate | None
    expired: bool = False
    fork: tuple[str, ...] = ()
    """Digests that all supersede the same declaration."""
    site_unknown: bool = False
    """Several sites have declared and the link names none: the highest value stands."""


def choose(candidates: Sequence[Candidate], site: str | None, as_of: date) -> Choice:
    """Choose for one part and, where it is named, one site."""
    groups = _by_site([c for c in candidates if c.boundary == "cradle-to-gate"], site)
    choices = [_of_one_site(group, as_of) for group in groups]
    if forked := next((choice for choice in choices if choice.fork), None):
        return forked
    found = [c for c in choices if c.candidate and not c.expired] or [
        c for c in choices if c.candidate
    ]
    if not found:
        return Choice(None)
    best = max(found, key=_value)
    return Choice(best.candidate, best.expired, site_unknown=len(found) > 1)


def choose_each(candidates: Sequence[Candidate], as_of: date) -> tuple[Choice, ...]:
    """One choice for each site that has declared its own processes."""
    groups = _by_site(list(candidates), None)
    return tuple(_of_one_site(group, as_of) for group in groups)


def _by_site(candidates: Sequence[Candidate], site: str | None) -> list[list[Candidate]]:
    """One group a site; a named site takes its own declarations, else those without a site."""
    groups: dict[str | None, list[Candidate]] = {}
    for candidate in candidates:
        groups.setdefault(candidate.site, []).append(candidate)
    if site is None:
        return list(groups.values())
    mine = groups.get(site) or groups.get(None)
    return [mine] if mine else []


def _of_one_site(candidates: list[Candidate], as_of: date) -> Choice:
    start = datetime.combine(as_of, time.min, UTC)
    begun = [c for c in candidates if c.valid_from < start + timedelta(days=1)]
    valid = [c for c in begun if c.valid_to > start]
    pool = valid or begun
    if not pool:
        return Choice(None)
    newest = max(pool, key=lambda c: (c.period_end, c.valid_from, c.digest))
    return _head(newest, candidates, as_of)


def _head(start: Candidate, candidates: list[Candidate], as_of: date) -> Choice:
    """Follow the supersession chain to its end."""
    successors: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        if candidate.supersedes:
            successors.setdefault(candidate.supersedes, []).append(candidate)
    head = start
    seen = {head.digest}
    while following := successors.get(head.digest):
        if len(following) > 1:
            return Choice(None, fork=tuple(sorted(c.digest for c in following)))
        head = following[0]
        if head.digest in seen:  # only a forged chain could loop; digests make it impossible
            break
        seen.add(head.digest)
    ended = head.valid_to <= datetime.combine(as_of, time.min, UTC)
    return Choice(head, expired=ended)


def _value(choice: Choice) -> Decimal:
    assert choice.candidate is not None
    return choice.candidate.excluding_uptake / choice.candidate.declared_amount
