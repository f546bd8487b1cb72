"""How much of every part is in one unit of an own part: all ways together."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.disclosure.footprint import Question, heading, own_rollup
from hub.disclosure.reader import labels
from hub.footprints.usecases import RollUp
from hub.kit.paging import PageRequest, page_of
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.rollup import result
from tierlight_schemas.rollup.explain import quantities_inside
from tierlight_schemas.rollup.model import EXCLUDING
from tierlight_schemas.rollup.resolve import mass_of_unit
from tierlight_schemas.rollup.vectors import exact_sum

COLUMNS = (
    "part", "name", "supplier", "quantity", "unit", "mass_kg", "value", "certainty",
)  # fmt: skip
Placed = tuple[tuple[str, ...], dict[str, Any]]
"""A row with what orders it."""
CERTAINTIES = ("complete", "with-default", "at-least", "open", "unknown")
"""The surest first."""


@dataclass(frozen=True)
class _Amount:
    """A part as the reader may use it; the same part may be used in several ways, as by site."""

    node: str
    quantity: Decimal


def quantities(
    session: Session, caller: Caller, part_id: str, question: Question
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The heading, and a row for each own part and then for each part of a direct supplier.

    Raises `NotFound` for any part that is not the caller's, or was not yet at `known_at`.
    """
    rollup = own_rollup(session, caller, part_id, question)
    names = labels(session, rollup)
    held: dict[tuple[str, str], list[_Amount]] = defaultdict(list)
    for name, quantity in quantities_inside(rollup.solution, part_id).items():
        node = rollup.resolution(name).node
        held[node.owner, node.number].append(_Amount(name, quantity))
    rows = [_row(rollup, found, names.of(owner)) for (owner, _), found in held.items()]
    return heading(rollup, part_id), [row for _, row in sorted(_placed(rows), key=_place)]


def page(
    told: tuple[dict[str, Any], Sequence[dict[str, Any]]], request: PageRequest
) -> dict[str, Any]:
    """The heading with one page of the rows.

    Raises `BadInput` for a cursor that no such list made.
    """
    head, rows = told
    items, following = page_of(_placed(rows), _place, request)
    document = head | {"items": [row for _, row in items]}
    return document if following is None else document | {"next": following}


def _place(placed: Placed) -> tuple[str, ...]:
    return placed[0]


def _placed(rows: Sequence[dict[str, Any]]) -> list[Placed]:
    """Rows with their place: by supplier and number; suppliers of one name by their turn."""
    met: dict[tuple[str, str], int] = defaultdict(int)
    found: list[Placed] = []
    for row in rows:
        place = (row["supplier"] or "", row["part"])
        found.append(((*place, str(met[place])), row))
        met[place] += 1
    return found


def _row(rollup: RollUp, amounts: Sequence[_Amount], supplier: str | None) -> dict[str, Any]:
    node = rollup.resolution(amounts[0].node).node
    quantity = exact_sum(amount.quantity for amount in amounts)
    mass = mass_of_unit(node)
    own = node.owner == rollup.company_id
    return {
        "id": node.id if own else None,
        "part": node.number,
        "name": node.name,
        "supplier": supplier,
        "quantity": result.text(quantity),
        "unit": node.base_unit,
        "mass_kg": None if mass is None else result.text(EXACT.multiply(mass, quantity)),
        "value": result.text(_value(rollup, amounts)),
        "certainty": max((_certainty(rollup, a.node) for a in amounts), key=CERTAINTIES.index),
    }


def _value(rollup: RollUp, amounts: Sequence[_Amount]) -> Decimal | None:
    """kgCO2e of the part with all that is in it; None when nothing of it is known."""
    known = [
        EXACT.multiply(amount.quantity, account.total)
        for amount in amounts
        if EXCLUDING in (account := rollup.account(amount.node)).columns
    ]
    return exact_sum(known) if known else None


def _certainty(rollup: RollUp, node: str) -> str:
    code, _ = result.statement(rollup.account(node))
    return code.removeprefix("total/")
