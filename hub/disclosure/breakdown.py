"""What a footprint consists of, by part, supplier, tier, commodity, country or life-cycle stage.

A group has a name that the reader knows: of its own books, or of level 1 of what it was granted.
What a supplier built up inside its own data stays closed: its country is not disclosed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.disclosure.footprint import Question, heading, own_rollup, statement
from hub.disclosure.reader import Labels, labels
from hub.footprints.usecases import RollUp
from tierlight_schemas.amounts import Amount
from tierlight_schemas.messages import render
from tierlight_schemas.rollup import result
from tierlight_schemas.rollup.adding_up import printed
from tierlight_schemas.rollup.breakdown import Facet, Group, Name, Piece, Told, grouped, pieces
from tierlight_schemas.rollup.model import ZERO
from tierlight_schemas.rollup.vectors import exact_sum, ratio

OTHERS = "others"
Printed = tuple[str | None, str | None, str | None]
"""Value, average values and ended declarations, kgCO2e."""
COLUMNS = (
    "told", "key", "name", "supplier", "value", "share", "default", "expired", "certainty",
    "gaps", "gap_mass_kg", "gaps_without_mass",
)  # fmt: skip
"""Of a group, in JSON and in CSV."""


@dataclass(frozen=True)
class Breakdown:
    """A roll-up taken apart, before it is put into words for the reader."""

    rollup: RollUp
    root: str
    facet: Facet
    groups: Sequence[Group]
    labels: Labels
    question: Question


def breakdown(
    session: Session, caller: Caller, part_id: str, facet: Facet, question: Question
) -> dict[str, Any]:
    """The groups of the caller's own part, the largest first, and the rest beyond `top` as one.

    Raises `NotFound` for any part that is not the caller's, or was not yet at `known_at`.
    """
    rollup = own_rollup(session, caller, part_id, question)
    return document(taken_apart(rollup, part_id, facet, labels(session, rollup), question))


def taken_apart(
    rollup: RollUp, root: str, facet: Facet, labels: Labels, question: Question
) -> Breakdown:
    """The pieces of a solved root, put together by a facet."""
    found = pieces(rollup.solution, root)
    return Breakdown(
        rollup, root, facet, grouped(_by_known_supplier(rollup, found), facet), labels, question
    )


def _by_known_supplier(rollup: RollUp, found: Sequence[Piece]) -> Iterable[Piece]:
    """A supplier of whom the reader sees a part goes by its id where a link only writes it down."""
    seen = {piece.part.owner for piece in found}
    links = (link for links in rollup.book.links.values() for link in links)
    ids = {link.supplier_text: link.supplier_id for link in links if link.supplier_id in seen}
    for piece in found:
        written = piece.supplier if isinstance(piece.supplier, str) else None
        supplier = ids.get(written) if written else None
        yield replace(piece, supplier=supplier) if supplier else piece


def document(found: Breakdown) -> dict[str, Any]:
    """A breakdown as it is served and printed: the values add up to the total, as printed."""
    account, told = found.rollup.account(found.root), groups(found)
    values = [row["value"] for row in rows(told) if row["certainty"] != "unknown"]
    totals = result.totals(account)
    if values and None not in values:
        totals["excluding_uptake"] = Amount.of(exact_sum(map(Decimal, values)))
    totals["statement"] = statement(account, found.question.lang)
    return {**heading(found.rollup, found.root), "total": totals, **told}


def groups(found: Breakdown) -> dict[str, Any]:
    """The groups alone, the rest beyond `top` as one, and how many gaps there are."""
    top = found.question.top
    whole = Group(OTHERS, tuple(piece for group in found.groups for piece in group.pieces))
    rest = tuple(piece for group in found.groups[top:] for piece in group.pieces)
    shown = [*found.groups[:top], *([Group(OTHERS, rest)] if rest else [])]
    amounts = _amounts(found, shown, whole)
    told = [_row(found, *pair) for pair in zip(shown, amounts, strict=True)]
    return {
        "by": found.facet.value,
        "groups": told[:top],
        "others": _others(told[top], len(found.groups) - top, found) if rest else None,
        "gaps": {
            "count": whole.gaps,
            "mass_kg": result.text(whole.gap_mass_kg),
            "without_mass": whole.gaps_without_mass,
        },
    }


def rows(told: dict[str, Any]) -> list[dict[str, Any]]:
    """The groups of a breakdown, and the rest as the last of them."""
    return [*told["groups"], *([told["others"]] if told["others"] else [])]


def _amounts(found: Breakdown, groups: Sequence[Group], whole: Group) -> list[Printed | None]:
    """What is printed of each group; None where nothing is known."""
    known = [group for group in groups if group.value is not None]
    total = found.rollup.account(found.root).total
    columns = (
        printed([group.value or ZERO for group in known], total),
        printed([group.default for group in known], whole.default),
        printed([group.expired for group in known], whole.expired),
    )
    each = zip(*columns, strict=True)
    return [None if group.value is None else next(each) for group in groups]


def _row(found: Breakdown, group: Group, amounts: Printed | None) -> dict[str, Any]:
    value, default, expired = amounts or (None, None, None)
    total = found.rollup.account(found.root).total
    return {
        **_called(found, group),
        "value": value,
        "share": None if group.value is None else result.text(ratio(group.value, total)),
        "default": default,
        "expired": expired,
        "certainty": group.certainty,
        "gaps": group.gaps,
        "gap_mass_kg": result.text(group.gap_mass_kg),
        "gaps_without_mass": group.gaps_without_mass,
    }


def _called(found: Breakdown, group: Group) -> dict[str, str | None]:
    """What a group is called, for programs (`told`, `key`) and for people (`name`)."""
    name, lang = group.name, found.question.lang
    if isinstance(name, Told):
        words = render(f"explain/{name.value}", {}, lang).text
        return {"told": name.value, "key": None, "name": words, "supplier": None}
    shown = {"told": "stated", "key": _key(found, name), "supplier": None}
    if found.facet is Facet.PART:
        part = group.pieces[0].part
        return shown | {"name": part.name, "supplier": found.labels.of(part.owner)}
    if found.facet is Facet.TIER:
        code = "explain/tier" if name else "explain/tier-own"
        return shown | {"name": render(code, {"tier": str(name)}, lang).text}
    return shown | {"name": shown["key"]}


def _key(found: Breakdown, name: Name) -> str:
    if isinstance(name, tuple):
        return name[1]
    if found.facet is Facet.SUPPLIER:
        return found.labels.of(str(name)) or str(name)
    return str(name)


def _others(row: dict[str, Any], count: int, found: Breakdown) -> dict[str, Any]:
    words = render("explain/others", {"count": str(count)}, found.question.lang).text
    return row | {"told": OTHERS, "key": None, "name": words, "supplier": None, "groups": count}
