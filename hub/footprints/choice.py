"""Which declaration speaks for a part: a pure choice over what is recorded.

Among the declarations of (part, site) valid at a date: the latest reference period end, then the
head of its supersession chain. A chain runs across sites and boundaries, because what is replaced
no longer stands anywhere; it is followed only as far as it has begun at that date, and what was
withdrawn links but is never chosen. Two successors of one declaration are a fork: an error, and
the part then has no declaration. What has expired is chosen only when nothing newer stands.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal

CRADLE_TO_GATE = "cradle-to-gate"


@dataclass(frozen=True)
class Verified:
    """The third party's statement that makes a declaration verified."""

    statement: str
    """Its digest."""
    share: Decimal
    """Percent of the footprint backed by evidence."""


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
    log_index: int
    """Order of arrival: of two for the same period, the later word counts."""
    withdrawn: bool = False
    verified: Verified | None = None


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
    groups = _by_site(candidates, as_of, CRADLE_TO_GATE)
    if site is not None:
        # What is declared for all sites holds for the one that has no declaration of its own.
        mine = groups.get(site) or groups.get(None)
        groups = {site: mine} if mine else {}
    choices = [_latest(group, as_of) for group in groups.values()]
    if forked := next((choice for choice in choices if choice.fork), None):
        return forked
    found = [c for c in choices if not c.expired] or choices
    if not found:
        return Choice(None)
    best = max(found, key=_value)
    return Choice(best.candidate, best.expired, site_unknown=len(found) > 1)


def choose_each(candidates: Sequence[Candidate], as_of: date) -> tuple[Choice, ...]:
    """One choice for each site that has declared its own processes.

    A declaration for all sites stands alone, unless sites have spoken for a later period.
    """
    groups = _by_site(candidates, as_of, None)
    choices = {site: _latest(group, as_of) for site, group in groups.items()}
    for_all = choices.pop(None, None)
    if for_all is None:
        return tuple(choices.values())
    later = any(_period_end(choice) > _period_end(for_all) for choice in choices.values())
    return tuple(choices.values()) if later else (for_all,)


def _period_end(choice: Choice) -> datetime:
    return choice.candidate.period_end if choice.candidate else datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class _Chain:
    """A standing declaration that has begun, and where its supersession chain ends."""

    start: Candidate
    head: Candidate
    fork: tuple[str, ...] = ()


def _by_site(
    candidates: Sequence[Candidate], as_of: date, boundary: str | None
) -> dict[str | None, list[_Chain]]:
    """The chains that have begun, by the site of their head; all boundaries if None is asked."""
    end_of_day = datetime.combine(as_of, time.max, UTC)
    begun = [candidate for candidate in candidates if candidate.valid_from <= end_of_day]
    successors: dict[str, list[Candidate]] = {}
    for candidate in begun:
        if candidate.supersedes:
            successors.setdefault(candidate.supersedes, []).append(candidate)
    groups: dict[str | None, list[_Chain]] = {}
    for candidate in begun:
        chain = None if candidate.withdrawn else _chain(candidate, successors)
        if chain and boundary in (None, chain.head.boundary):
            groups.setdefault(chain.head.site, []).append(chain)
    return groups


def _chain(start: Candidate, successors: Mapping[str, list[Candidate]]) -> _Chain:
    """Follow the successors of a declaration to the last one that stands."""
    head, seen = start, {start.digest}
    while following := _standing(head, successors):
        if len(following) > 1:
            return _Chain(start, head, tuple(sorted(c.digest for c in following)))
        head = following[0]
        if head.digest in seen:  # only a forged chain could loop; digests make it impossible
            break
        seen.add(head.digest)
    return _Chain(start, head)


def _standing(of: Candidate, successors: Mapping[str, list[Candidate]]) -> list[Candidate]:
    """The next declarations that stand; a withdrawn one hands on to its own successors."""
    found: dict[str, Candidate] = {}
    waiting, seen = list(successors.get(of.digest, ())), {of.digest}
    while waiting:
        candidate = waiting.pop()
        if candidate.digest in seen:
            continue
        seen.add(candidate.digest)
        if candidate.withdrawn:
            waiting.extend(successors.get(candidate.digest, ()))
        else:
            found[candidate.digest] = candidate
    return list(found.values())


def _latest(chains: Iterable[_Chain], as_of: date) -> Choice:
    """The head of the newest declaration that is valid, else of the newest that was."""
    chains, day = list(chains), datetime.combine(as_of, time.min, UTC)
    pool = [chain for chain in chains if chain.start.valid_to > day] or chains
    newest = max(pool, key=lambda chain: (chain.start.period_end, chain.start.log_index))
    if newest.fork:
        return Choice(None, fork=newest.fork)
    return Choice(newest.head, expired=newest.head.valid_to <= day)


def _value(choice: Choice) -> Decimal:
    assert choice.candidate is not None
    return choice.candidate.excluding_uptake / choice.candidate.declared_amount
