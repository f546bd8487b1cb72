"""What may leave a supplier's part that is built up from others' values, and when: pure rules.

Whoever sees a sum again and again can compute what is in it. So a sum that holds values of
companies beyond the link is *released*: rounded, only where no value inside is as good as told,
and replaced only when so many values have changed that no single change can be told from it.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Context, Decimal

from tierlight_schemas.amounts import EXACT
from tierlight_schemas.rollup.account import Account, Cell, Coverage
from tierlight_schemas.rollup.closing import closed_account
from tierlight_schemas.rollup.explain import Contribution, contributions
from tierlight_schemas.rollup.model import ONE, ZERO, Known, Resolution
from tierlight_schemas.rollup.packed import exact
from tierlight_schemas.rollup.reference import Solution
from tierlight_schemas.rollup.vectors import add_scaled, exact_sum, scaled

HUNDRED = Decimal(100)
_OWN_BASE = ("own", "leg")


@dataclass(frozen=True)
class ReleasePolicy:
    """The rules in numbers; what was shown under them carries the `id`."""

    id: str = "tierlight-release/1"
    contributors: int = 3
    """Values that a sum must hold, at least, to be told; 0 asks for none."""
    changed: int = 3
    """Values that must have changed since anything that was told before; 0 asks for none."""
    percent: int = 10
    """No value inside may be estimated as closely as this, in percent of it; 0 does not ask."""
    digits: int = 3
    """Significant digits of what is told; 0 does not round."""
    reads_a_day: int = 1000
    """How often one company may be told of one such part in a day (UTC); 0 does not count."""

    @property
    def is_active(self) -> bool:
        """Whether any rule on values holds."""
        return any((self.contributors, self.changed, self.percent, self.digits))


STANDARD = ReleasePolicy()
NO_RULES = ReleasePolicy("none", 0, 0, 0, 0, 0)
POLICIES: Mapping[str, ReleasePolicy] = {policy.id: policy for policy in (STANDARD, NO_RULES)}


@dataclass(frozen=True)
class Contributor:
    """One value inside a sum: all that another company adds, or one entry of the owner's own."""

    value: Decimal
    """kgCO2e in one base unit of the part."""
    state: str
    """SHA-256 (hex) of the figures it adds: another one is a changed contributor."""
    is_hidden: bool
    """Whether it is another company's than the part's owner, who sees it anyway."""


Contributors = Mapping[str, Contributor]


@dataclass(frozen=True)
class Sum:
    """What a part adds up to, rounded as it would be told, and what it holds."""

    account: Account
    contributors: Contributors
    state: str
    """SHA-256 (hex) of everything that is told: equal states are the same release."""

    @property
    def total(self) -> Decimal:
        """kgCO2e excluding uptake, as it would be told."""
        return self.account.total


def sum_of(solution: Solution, name: str, policy: ReleasePolicy) -> Sum:
    """The sum of a solved part as a release would tell it."""
    told = rounded(closed_account(solution, name), solution.accounts[name].coverage, policy.digits)
    found = contributors_of(solution, name)
    states = sorted((key, held.state) for key, held in found.items())
    cells = sorted(
        f"{kind} {tier} {known} {exact(value)}"
        for kind in ("lines", "mass", "gaps", "unestimable")
        for (tier, known), value in getattr(told.coverage, kind).items()
    )
    return Sum(told, found, _digest([states, cells]))


def contributors_of(solution: Solution, name: str) -> dict[str, Contributor]:
    """The values inside, per base unit: those of one other company are one, because it could take
    all of them out. What suppliers state of the way in is counted with nobody."""
    resolution = solution.resolutions[name]
    found: dict[str, list[tuple[Decimal, list[str]]]] = {}
    for key, value, figures in _entries(solution, name, resolution):
        found.setdefault(key, []).append((value, figures))
    return {
        key: Contributor(
            exact_sum(value for value, _ in parts),
            _digest(sorted(figures for _, figures in parts)),
            key.startswith("company "),
        )
        for key, parts in found.items()
    }


def _entries(
    solution: Solution, name: str, resolution: Resolution
) -> Iterator[tuple[str, Decimal, list[str]]]:
    if resolution.known is not Known.BUILT_UP:  # basis `deep`: a declaration, refined
        for edge in resolution.edges:
            if edge.used is not None:
                owner = solution.resolutions[edge.child].node.owner
                now = EXACT.multiply(edge.coefficient, solution.accounts[edge.child].total)
                value = EXACT.subtract(now, edge.used)
                key = f"company {owner}" if edge.crosses else f"own {edge.child}"
                yield key, value, ["refined", edge.child, exact(value)]
        return
    for item in contributions(solution, name):
        if item.value is not None and item.role != "leg":
            yield _entry(solution, item, item.value, resolution.node.owner)


def _entry(
    solution: Solution, item: Contribution, value: Decimal, owner: str
) -> tuple[str, Decimal, list[str]]:
    other = item.part.owner != owner
    key = f"company {item.part.owner}" if other else f"own {item.node} {item.role}"
    own = item.role in _OWN_BASE
    columns = (
        solution.resolutions[item.node].base if own else closed_account(solution, item.node).columns
    )
    figures = [f"{column} {exact(amount)}" for column, amount in sorted(columns.items())]
    return key, value, [item.node, exact(item.quantity), *figures]


def may_be_told(found: Sum, policy: ReleasePolicy) -> bool:
    """Whether the sum itself tells none of the hidden values inside.

    It holds enough of them, and neither the reader, who sees the sum, nor the reader together with
    one of the companies inside can estimate a hidden value within the policy's percentage.
    """
    if len(found.contributors) < policy.contributors:
        return False
    return _is_safe(found.total, _hidden(found.contributors), policy)


def may_follow(before: Sum, after: Sum, policy: ReleasePolicy) -> bool:
    """Whether what is told after something else tells no single change between the two.

    Enough values have changed, and no change can be estimated from the difference of the two.
    """
    changes = changes_between(before.contributors, after.contributors)
    if not changes:
        return True
    if len(changes) < policy.changed:
        return False
    hidden = [change for change, is_hidden in changes.values() if is_hidden]
    return _is_safe(EXACT.subtract(after.total, before.total), hidden, policy)


def changes_between(before: Contributors, after: Contributors) -> dict[str, tuple[Decimal, bool]]:
    """By contributor that came, went or changed: by how much, and whether it is hidden."""
    found: dict[str, tuple[Decimal, bool]] = {}
    for key in (*before, *(key for key in after if key not in before)):
        old, new = before.get(key), after.get(key)
        if (old and old.state) != (new and new.state):
            change = EXACT.subtract(new.value if new else ZERO, old.value if old else ZERO)
            found[key] = (change, bool((old or new or _NOBODY).is_hidden))
    return found


_NOBODY = Contributor(ZERO, "", False)


def _hidden(found: Contributors) -> list[Decimal]:
    return [held.value for held in found.values() if held.is_hidden]


def _is_safe(seen: Decimal, hidden: Sequence[Decimal], policy: ReleasePolicy) -> bool:
    """The p %-rule: what is seen, less nothing or one hidden value, is close to no other."""
    return all(
        _is_far(EXACT.subtract(seen, known), value, policy.percent)
        for place, value in enumerate(hidden)
        if value
        for known in (ZERO, *(other for at, other in enumerate(hidden) if at != place))
    )


def _is_far(estimate: Decimal, value: Decimal, percent: int) -> bool:
    error = EXACT.abs(EXACT.subtract(estimate, value))
    limit = EXACT.multiply(EXACT.abs(value), EXACT.divide(Decimal(percent), HUNDRED))
    return error > limit or not percent


@dataclass(frozen=True)
class Told:
    """One of the releases before, by its place, and whether it lags behind."""

    place: int
    waits: bool


def chosen(
    current: Sum, before: Sequence[Sum], usable: Sequence[bool], policy: ReleasePolicy
) -> Told | bool:
    """What of a part is told: a release from before, True for a new one, or False for nothing: it
    is withheld. `usable` says which of them hold nothing whose owner has ended its consent.

    `before` in the order of release; all of them count, so that no date that is asked for, and no
    reader who kept an old one, gets two sums that differ in a single value.
    """
    same = [place for place, release in enumerate(before) if release.state == current.state]
    if same:
        return Told(same[-1], waits=False)
    if may_be_told(current, policy) and all(may_follow(r, current, policy) for r in before):
        return True
    places = [place for place in reversed(range(len(before))) if usable[place]]
    if not places:
        return False
    distance = [len(changes_between(r.contributors, current.contributors)) for r in before]
    return Told(min(places, key=distance.__getitem__), waits=True)  # of equal ones the newest


def rounded(closed: Account, coverage: Coverage, digits: int) -> Account:
    """A closed account with so many significant digits in every amount; 0 leaves it as it is.

    Coverage stays by tier, so that the reader goes on to see how deep the known reaches.
    """
    weight, total = closed.weight, _to(closed.total, digits)
    share = EXACT.divide(EXACT.abs(total), weight) if weight else ONE
    qualities = {
        name: EXACT.multiply(_to(EXACT.divide(value, weight), digits), EXACT.abs(total))
        for name, value in (closed.quality.items() if weight else ())
    }
    return replace(
        closed,
        columns={name: _to(value, digits) for name, value in closed.columns.items()},
        stated={name: _to(value, digits) for name, value in closed.stated.items()},
        coverage=replace(
            coverage,
            mass={cell: _to(kg, digits) for cell, kg in coverage.mass.items()},
            carbon=_carbon(coverage.carbon, digits),
            gaps={cell: _to(value, digits) for cell, value in coverage.gaps.items()},
            negative_gaps=min(coverage.negative_gaps, ONE),
        ),
        weight=EXACT.multiply(weight, share),
        quality=qualities if digits else scaled(closed.quality, share),
        prospective=EXACT.multiply(closed.prospective, share),
    )


def _carbon(cells: Mapping[Cell, Decimal], digits: int) -> dict[Cell, Decimal]:
    """Rounded cells that add up to the rounded sum: the largest takes what rounding leaves."""
    found = {cell: _to(value, digits) for cell, value in cells.items()}
    if found:
        rest = EXACT.subtract(_to(exact_sum(cells.values()), digits), exact_sum(found.values()))
        add_scaled(found, {max(found, key=lambda cell: found[cell]): rest}, ONE)
    return found


def _to(value: Decimal, digits: int) -> Decimal:
    return Context(prec=digits, rounding=ROUND_HALF_EVEN).plus(value) if digits else value


def has_hidden(found: Contributors) -> bool:
    """Whether anything of a company beyond the link is inside: else there is nothing to protect."""
    return any(held.is_hidden for held in found.values())


def _digest(document: object) -> str:
    return hashlib.sha256(json.dumps(document).encode()).hexdigest()
