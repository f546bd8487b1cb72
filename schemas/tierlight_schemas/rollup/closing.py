"""The account of a supplier's part as its buyer may have it: one contributor, closed.

A declared value stands as it is. Of a part that the hub built up inside its owner's data three
kinds of figures would let it be taken apart again, and are told of the part as a whole:

- amounts by tier and by kind of knowledge;
- columns that not everything inside the part states;
- life-cycle stages and carriers, which are level 2 of whoever declared them.
"""

from collections.abc import Mapping
from decimal import Decimal

from tierlight_schemas.amounts import EXACT
from tierlight_schemas.rollup.account import KNOWN, Account, Cell, Coverage
from tierlight_schemas.rollup.explain import STAGE, is_leaf
from tierlight_schemas.rollup.model import EXCLUDING, ONE, ZERO, Known
from tierlight_schemas.rollup.reference import Solution
from tierlight_schemas.rollup.vectors import add_scaled, scaled

BOUGHT = "stage:materials"
OF_LEVEL_2 = (STAGE, "electricity_kwh:")


def closed_account(solution: Solution, name: str) -> Account:
    """What of a part's account leaves its owner's books."""
    account = solution.accounts[name]
    return account if is_leaf(solution.resolutions[name]) else _as_one(account)


def _as_one(account: Account) -> Account:
    """Everything known inside is built up; no tier but the part's own."""
    held = account.coverage
    columns = _told_columns(account)
    share = _share_of_weight(account)
    return Account(
        columns,
        {name: account.stated[name] for name in columns if name in account.stated},
        Coverage(
            _folded(held.lines),
            _folded(held.mass),
            _folded(held.carbon),
            _folded(held.gaps),
            _folded(held.unestimable),
            min(held.negative_gaps, ONE),
        ),
        min(account.without_uptake, ONE),
        EXACT.multiply(account.weight, share),
        scaled(account.quality, share),
        EXACT.multiply(account.prospective, share),
    )


def _told_columns(account: Account) -> dict[str, Decimal]:
    """Columns that all of the part states; as soon as any of it has a stage, all of it was bought.

    A rest without a stage would be what the owner buys itself, told apart from what it makes.
    """
    whole = account.stated.get(EXCLUDING, ZERO)
    told = {
        name: value
        for name, value in account.columns.items()
        if not name.startswith(OF_LEVEL_2) and account.stated.get(name, ZERO) == whole
    }
    has_stages = any(name.startswith(STAGE) for name in account.columns)
    return told | {BOUGHT: account.total} if has_stages else told


def _folded(cells: Mapping[Cell, Decimal]) -> dict[Cell, Decimal]:
    folded: dict[Cell, Decimal] = {}
    for (_, known), value in cells.items():
        kind = Known.BUILT_UP if known in KNOWN else known
        add_scaled(folded, {(0, kind): value}, ONE)
    return folded


def _share_of_weight(account: Account) -> Decimal:
    """Across a link a part weighs what it is, however it came about (see `add_child`)."""
    if not account.weight:
        return ONE
    return EXACT.divide(EXACT.abs(account.total), account.weight)
