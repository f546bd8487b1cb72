"""A supplier's part is closed: its reader sees one contributor, not what it is made of.

Where a part is built up inside its owner's own data, the hub adds up for the reader what the
reader may not see. Three kinds of figures would let it be taken apart again, and are told of the
part as a whole:

- amounts by tier and by kind, which would tell the supplier's own making from what it buys;
- columns that not everything inside the part states, which would be one supplier's supplier's;
- life-cycle stages and carriers, which are level 2 of whoever declared them.

Shares (coverage) stay as they are, by tier.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tierlight_schemas.amounts import EXACT
from tierlight_schemas.rollup import result
from tierlight_schemas.rollup.account import KNOWN, Account, Cell, unstaged
from tierlight_schemas.rollup.explain import is_leaf
from tierlight_schemas.rollup.model import EXCLUDING, ONE, ZERO, Known
from tierlight_schemas.rollup.reference import Solution
from tierlight_schemas.rollup.vectors import add_scaled, exact_sum

STAGE, BOUGHT = "stage:", "stage:materials"
_OF_LEVEL_2 = (STAGE, "electricity_kwh:")
#: What 50 digits leave over when all of a column is taken out again.
_ROUNDING = Decimal("1e-40")


@dataclass(frozen=True)
class ClosedPart:
    """A supplier's built-up part inside a root."""

    account: Account
    quantity: Decimal
    """Base units of it in one base unit of the root."""
    places: Decimal
    """How often it stands in the tree."""
    by_stage: Mapping[str | None, Decimal]
    """The quantity by the stage of the reader's lines above it; None: they state none."""


def seen(solution: Solution, root: str) -> Account:
    """The root's account with every closed part as one contributor of the first tier."""
    account = deepcopy(solution.accounts[root])
    for part in _closed_parts(solution, root):
        _close_columns(account, part)
        _close_coverage(account, part)
    _drop_rest(account, solution.accounts[root])
    for cells in (account.coverage.lines, account.coverage.mass, account.coverage.carbon):
        _fold(cells)
    return account


def coverage(account: Account, seen: Account) -> dict[str, Any]:
    """Coverage of a result; amounts of the second tier and deeper stand with the first."""
    told = result.coverage(account)
    amounts = {row["tier"]: row for row in result.coverage(seen)["by_tier"]}
    for row in told["by_tier"]:
        shown = amounts.get(row["tier"], {}) if row["tier"] < 2 else {}
        row |= {name: shown.get(name) for name in ("mass_kg", "value")}
    return told


def _closed_parts(solution: Solution, root: str) -> Iterator[ClosedPart]:
    owner = solution.resolutions[root].node.owner
    amounts: dict[str, dict[str | None, Decimal]] = {root: {None: ONE}}
    places = {root: ONE}
    for name in reversed(solution.order.sequence):
        resolution = solution.resolutions[name]
        if name not in amounts or is_leaf(resolution):
            continue
        if resolution.node.owner != owner:
            quantity = exact_sum(amounts[name].values())
            account = solution.accounts[name]
            yield ClosedPart(account, quantity, places[name], amounts[name])
            continue
        for edge in resolution.edges:
            below = amounts.setdefault(edge.child, {})
            for stage, amount in amounts[name].items():
                add_scaled(below, {edge.stage or stage: edge.coefficient}, amount)
            add_scaled(places, {edge.child: ONE}, places[name])


def _close_columns(account: Account, part: ClosedPart) -> None:
    """Take out what not all of the part states; as soon as any of it has a stage, all was bought.

    What has none stands under the stage of the reader's line. Left there it would be what the
    supplier buys itself, told apart from what it makes.
    """
    inside, less = part.account, EXACT.minus(part.quantity)
    whole = inside.stated.get(EXCLUDING, ZERO)
    hidden = {
        name: value
        for name, value in inside.columns.items()
        if name.startswith(_OF_LEVEL_2) or inside.stated.get(name, ZERO) != whole
    }
    add_scaled(account.columns, hidden, less)
    add_scaled(account.stated, {n: v for n, v in inside.stated.items() if n in hidden}, less)
    if any(name.startswith(STAGE) for name in hidden):
        if rest := unstaged(inside.columns):
            booked = {f"{STAGE}{stage}": q for stage, q in part.by_stage.items() if stage}
            add_scaled(account.columns, booked, EXACT.minus(rest))
        add_scaled(account.columns, {BOUGHT: inside.total}, part.quantity)


def _close_coverage(account: Account, part: ClosedPart) -> None:
    """However the supplier knows what it makes itself, its part is built up."""
    held, inside = account.coverage, part.account.coverage
    for cells, mine, scale in (
        (held.lines, inside.lines, part.places),
        (held.mass, inside.mass, EXACT.abs(part.quantity)),
        (held.carbon, inside.carbon, EXACT.abs(part.quantity)),
    ):
        for (tier, known), value in mine.items():
            if tier == 0 and known in KNOWN:
                add_scaled(cells, {(1, known): value}, EXACT.minus(scale))
                add_scaled(cells, {(1, Known.BUILT_UP): value}, scale)


def _fold(cells: dict[Cell, Decimal]) -> None:
    """Put the second tier and deeper to the first, where it is part of what was built up."""
    for tier, known in [cell for cell in cells if cell[0] > 1]:
        whole = (1, Known.BUILT_UP if known in KNOWN else known)
        add_scaled(cells, {whole: cells.pop((tier, known))}, ONE)


def _drop_rest(account: Account, before: Account) -> None:
    """Remove what is left of a column or a cell when all of it was taken out."""
    held, original = account.coverage, before.coverage
    _drop(account.stated, before.stated)
    _drop(held.lines, original.lines)
    _drop(held.mass, original.mass)
    _drop(held.carbon, original.carbon)
    stages = {name: v for name, v in account.columns.items() if name.startswith(STAGE)}
    _drop(stages, before.columns)
    for name in before.columns:
        if name not in (stages if name.startswith(STAGE) else account.stated):
            del account.columns[name]


def _drop(held: dict[Any, Decimal], original: Mapping[Any, Decimal]) -> None:
    for key, value in list(held.items()):
        least = EXACT.multiply(EXACT.abs(original.get(key, ZERO)), _ROUNDING)
        if key in original and value != original[key] and EXACT.abs(value) <= least:
            del held[key]
