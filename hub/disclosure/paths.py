"""Every way by which an own part enters another: how many, how much by each, the largest first."""

from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.queries import own_part
from hub.disclosure.footprint import Question, heading, own_rollup
from hub.footprints.usecases import RollUp
from hub.kit.numbers import localised
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.messages import render
from tierlight_schemas.rollup.adding_up import printed
from tierlight_schemas.rollup.model import EXCLUDING, Edge
from tierlight_schemas.rollup.paths import Paths, paths
from tierlight_schemas.rollup.result import text

MOST_PATHS = 1_000
MOST_LINES = 20_000
"""Of all listed ways together: a way through a hostile bill of materials is long."""
_SAID_IN_FULL = Decimal(10**18)
"""Larger numbers of ways are told in words by their size; the document has all digits."""


def paths_to(
    session: Session, caller: Caller, part_id: str, to: str, most: int, question: Question
) -> dict[str, Any]:
    """The ways from the caller's own part down to another part of its own.

    Raises `NotFound` for a part, on either side, that is not the caller's or was not yet at
    `known_at`.
    """
    target = own_part(session, caller.company_id, to, question.known_at)
    rollup = own_rollup(session, caller, part_id, question)
    found = paths(rollup.solution, part_id, target.id, most, MOST_LINES)
    return {
        **heading(rollup, part_id),
        "to": _target(rollup, target.id, target.number),
        **_amounts(rollup, target.id, found),
        "count": _number(found.number),
        "listed": len(found.listed),
        "statement": _statement(rollup, part_id, target.number, found, question.lang),
    }


def _target(rollup: RollUp, part_id: str, number: str) -> dict[str, str | None]:
    node = rollup.solution.network.nodes.get(part_id)
    name, unit = (node.name, node.base_unit) if node else (None, None)
    return {"id": part_id, "number": number, "name": name, "unit": unit}


def _amounts(rollup: RollUp, target: str, found: Paths) -> dict[str, Any]:
    """Quantities and values of the ways, which add up to those of all ways together."""
    has_rest = len(found.listed) < found.number
    parts = [path.quantity for path in found.listed] + ([found.rest] if has_rest else [])
    each = _value_of_one(rollup, target)
    whole = None if each is None else EXACT.multiply(found.quantity, each)
    values: list[str | None] = [None] * len(parts)
    if each is not None and whole is not None:
        values = printed([EXACT.multiply(part, each) for part in parts], whole)
    shown = [
        {"quantity": quantity, "value": value}
        for quantity, value in zip(printed(parts, found.quantity), values, strict=True)
    ]
    rest = {"count": _number(found.number - len(found.listed))}
    return {
        "quantity": text(found.quantity),
        "value": text(whole),
        "paths": [
            amounts | {"lines": [_line(rollup, edge) for edge in path.edges]}
            for amounts, path in zip(shown, found.listed, strict=False)
        ],
        "others": shown[-1] | rest if has_rest else None,
    }


def _value_of_one(rollup: RollUp, target: str) -> Decimal | None:
    """kgCO2e of one base unit of the part; None when nothing of it is known."""
    account = rollup.solution.accounts.get(target)
    return account.total if account is not None and EXCLUDING in account.columns else None


def _line(rollup: RollUp, edge: Edge) -> dict[str, Any]:
    """One step down: the child, and which of its parent's lines it is."""
    node = rollup.solution.network.nodes[edge.child]
    return {
        "position": edge.line.position if edge.line else None,
        "id": node.id,
        "part": node.number,
        "name": node.name,
        "quantity": text(edge.coefficient),
        "unit": node.base_unit,
    }


def _number(count: int) -> str:
    """All digits; `str` refuses an integer of more than some thousands."""
    return f"{Decimal(count):f}"


def _statement(rollup: RollUp, root: str, target: str, found: Paths, lang: str) -> str:
    """Whether all ways are listed, in words."""
    params = {
        "child": target,
        "part": rollup.resolution(root).node.number,
        "count": in_words(Decimal(found.number)),
        "listed": str(len(found.listed)),
    }
    if not found.number:
        code = "explain/no-path"
    else:
        code = "explain/all-paths" if len(found.listed) == found.number else "explain/more-paths"
    return render(code, localised(params, lang), lang).text


def in_words(count: Decimal) -> str:
    """A number of ways inside a sentence: a very large one by its size."""
    return str(count) if count < _SAID_IN_FULL else f"> 10^{count.adjusted()}"
