"""A vehicle as a page: the result document, the opened rows of its tree, the largest gaps."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any, Literal

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.disclosure import footprint as footprints
from hub.disclosure.breakdown import groups, taken_apart
from hub.disclosure.findings_page import severity_counts
from hub.disclosure.footprint import Answer, Question
from hub.disclosure.trees import Place, children, place_at, subtree
from tierlight_schemas.rollup import result
from tierlight_schemas.rollup.breakdown import Facet
from tierlight_schemas.rollup.explain import Contribution, contributions
from tierlight_schemas.rollup.model import Known

Order = Literal["bom", "value", "mass"]
Path = tuple[int, ...]
LARGEST_GAPS = 10
WEIGHTLESS = ("leg", "own-process")
"""Gaps that come with the mass of a part which itself may be known; the findings tell them."""
MAX_ROWS = 2_000
"""Rows of one page; beyond them the reader is told to close some."""


@dataclass(frozen=True)
class Opening:
    """Which rows of the tree are open, and in which order siblings stand."""

    paths: frozenset[Path] = frozenset()
    order: Order = "bom"


@dataclass(frozen=True)
class VehiclePage:
    """Everything that the page of one own part with lines shows."""

    document: dict[str, Any]
    """The result document (`hub.disclosure.footprint.document`)."""
    rows: Sequence[dict[str, Any]]
    """Nodes of the tree as `trees.subtree` gives them, each with `level`, `is_open` and
    `certainty`: complete, with-default, at-least, open, unknown or outside."""
    is_cut: bool
    """Whether more rows are open than are shown."""
    contributions: Sequence[dict[str, Any]]
    """The largest contributions with a value, each with its `certainty`."""
    gaps: Sequence[dict[str, Any]]
    """The heaviest gaps of the total, as contributions without a value."""
    masses: Mapping[str, str | None]
    """kg of the lines that carry mass, by how their value is known, the surest first."""
    severities: Mapping[str, int]
    """Number of findings by severity."""
    breakdown: Mapping[str, Any]
    """What the total consists of by one facet (`hub.disclosure.breakdown.groups`)."""


def vehicle_page(
    session: Session,
    caller: Caller,
    part_id: str,
    question: Question,
    opening: Opening,
    facet: Facet = Facet.SUPPLIER,
) -> VehiclePage:
    """The page of the caller's own part. Raises `NotFound` for any other."""
    found = footprints.answer(session, caller, part_id, question)
    document = footprints.document(found)
    items = contributions(found.rollup.solution, found.root)
    known = [item for item in items if item.value is not None][: question.top]
    missing = [item for item in items if item.value is None and item.role not in WEIGHTLESS]
    rows = list(islice(_rows(found, place_at(found, ()), opening, 1), MAX_ROWS + 1))
    return VehiclePage(
        document,
        rows[:MAX_ROWS],
        len(rows) > MAX_ROWS,
        [_contribution(found, item) for item in known],
        [footprints.row(found, item) for item in missing[:LARGEST_GAPS]],
        {name: sums["mass_kg"] for name, sums in document["kinds"].items()},
        severity_counts(document["findings"]),
        groups(taken_apart(found.rollup, found.root, facet, found.labels, question)),
    )


def _contribution(found: Answer, item: Contribution) -> dict[str, Any]:
    own = item.role in ("own", "leg")
    certainty = _of_base(item.known) if own else _of_part(found, item.node)
    return footprints.row(found, item) | {"certainty": certainty}


def _rows(found: Answer, place: Place, opening: Opening, level: int) -> Iterator[dict[str, Any]]:
    shown = [(child, subtree(found, child, 0)["node"]) for child in children(found, place)]
    for child, node in sorted(shown, key=lambda pair: _rank(pair[1], opening.order)):
        is_open = node["has_children"] and child.path in opening.paths
        extra = {"level": level, "is_open": is_open, "certainty": _certainty(found, child)}
        yield node | extra
        if is_open:
            yield from _rows(found, child, opening, level + 1)


def _rank(node: dict[str, Any], order: Order) -> tuple[bool, Decimal]:
    """Largest first, unknown last; equal ones keep the order of the bill of materials."""
    key = {"bom": None, "value": "value", "mass": "mass_kg"}[order]
    if key is None:
        return False, Decimal(0)
    size = node[key]
    return size is None, -abs(Decimal(size or 0))


def _certainty(found: Answer, place: Place) -> str:
    """How the value of a place is to be read; a value with gaps never stands bare."""
    if not place.inside:
        return "outside"
    if place.gap is not None:
        return "unknown"
    if place.role == "own":
        return _of_base(found.rollup.resolution(place.node.id).base_known)
    return _of_part(found, place.node.id)


def _of_base(known: Known) -> str:
    """A part's own values have no gaps inside."""
    return "with-default" if known in (Known.DEFAULT, Known.EXPIRED) else "complete"


def _of_part(found: Answer, node: str) -> str:
    code, _ = result.statement(found.rollup.account(node))
    return code.removeprefix("total/")
