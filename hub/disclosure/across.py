"""Questions across all of a company's vehicles: totals, uses of a part, suppliers, gaps.

They are answered from the compiled portfolio in float64 and printed with 12 significant digits; a
stored or signed result comes from the reference. A reader sees its own parts and those it buys;
suppliers stand by name, never by size.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.queries import numbers_of, own_part, versions
from hub.bom.tables import PartVersion
from hub.disclosure.footprint import Question, statement
from hub.disclosure.reader import Labels, labels, record_reads
from hub.footprints.book import Moment
from hub.footprints.engine import questions
from hub.footprints.engine.questions import OpenGap, Supplied, Use, below, open_gaps
from hub.footprints.engine.reading import Portfolio
from hub.footprints.portfolios import Portfolios, links_of, portfolio_of
from hub.kit.errors import NotFound
from tierlight_schemas.amounts import is_absurd, significant
from tierlight_schemas.rollup import result
from tierlight_schemas.rollup.account import Account, Coverage
from tierlight_schemas.rollup.explain import known_as

Key = TypeVar("Key")

ENGINE = "tierlight-arrays/1"
DIGITS = 12
VEHICLES = (
    "vehicle",
    "name",
    "id",
    "unit",
    "excluding_uptake",
    "including_uptake",
    "statement",
    "mass_coverage",
    "carbon_coverage",
    "line_coverage",
    "default_share",
    "estimated_gaps",
    "gaps_without_estimate",
)
USES = ("vehicle", "name", "id", "quantity", "unit", "value", "share")
SUPPLIERS = ("supplier", "id", "parts", "vehicles")
SUPPLIED = (
    "part",
    "part_name",
    "supplier_part",
    "known",
    "vehicle",
    "name",
    "id",
    "quantity",
    "unit",
    "value",
    "share",
)
GAPS = (
    "part",
    "name",
    "id",
    "cause",
    "line_part",
    "supplier",
    "supplier_part",
    "vehicles",
    "quantity",
    "unit",
    "kilograms",
    "estimate",
)
"""Columns of the answers as tables."""
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Asking:
    """Who asks what, of which day; `at_hand` answers for what is known now."""

    session: Session
    caller: Caller
    question: Question
    at_hand: Portfolios | None = None

    @cached_property
    def portfolio(self) -> Portfolio:
        """The caller's portfolio."""
        day, company_id = self.question.as_of, self.caller.company_id
        if self.at_hand is not None:
            return self.at_hand.latest(self.session, company_id, day)
        return portfolio_of(self.session, company_id, Moment(day, self.question.known_at))

    @cached_property
    def labels(self) -> Labels:
        """Names of the caller's direct suppliers."""
        return labels(self.session, links_of(self.portfolio, ()))

    def record(self, rows: Collection[int]) -> None:
        """Write into the suppliers' logs that the caller is told what enters these own parts."""
        record_reads(self.session, self.caller, links_of(self.portfolio, rows))

    def parts(self, rows: Iterable[int]) -> "Parts":
        """What is known of own parts."""
        ids = {row: self.portfolio.part_id(row) for row in set(rows)}
        numbers = numbers_of(self.session, ids.values())
        held = versions(self.session, ids.values(), self.question.known_at)
        return Parts({row: (numbers[part], held[part]) for row, part in ids.items()}, ids)


@dataclass(frozen=True)
class Parts:
    """Number, version and id of own parts by row."""

    known: Mapping[int, tuple[str, PartVersion]]
    ids: Mapping[int, str]

    def number(self, row: int) -> str:
        """The part's number."""
        return self.known[row][0]

    def version(self, row: int) -> PartVersion:
        """What the part is known to be."""
        return self.known[row][1]

    def vehicle(self, row: int) -> dict[str, str]:
        """A root as every answer names it."""
        return {
            "vehicle": self.number(row),
            "name": self.version(row).name,
            "id": self.ids[row],
        }


def vehicles(asking: Asking) -> Rows:
    """Every root by number: total in numbers and words, columns, coverage."""
    found = asking.portfolio
    roots = found.roots.tolist()
    asking.record(below(found, found.roots))
    parts = asking.parts(roots)
    rows = [_vehicle(asking, parts, row) for row in roots]
    return sorted(rows, key=lambda row: str(row["vehicle"]))


def _vehicle(asking: Asking, parts: Parts, row: int) -> dict[str, Any]:
    accounts = asking.portfolio.accounts
    account = rounded(accounts.account(int(accounts.places[row])))
    coverage = result.coverage(account)
    return {
        **parts.vehicle(row),
        "unit": parts.version(row).base_unit,
        "excluding_uptake": result.totals(account)["excluding_uptake"],
        "including_uptake": result.totals(account)["including_uptake"],
        "statement": statement(account, asking.question.lang),
        "mass_coverage": _text(coverage["mass"]),
        "carbon_coverage": _text(coverage["carbon"]),
        "line_coverage": _text(coverage["lines"]),
        "default_share": _text(coverage["default_share"]),
        "estimated_gaps": coverage["estimated_gaps"],
        "gaps_without_estimate": coverage["gaps_without_estimate"],
        "columns": result.columns(account),
    }


def where_used(asking: Asking, part_id: str) -> dict[str, Any]:
    """Every root that takes an own part, most kgCO2e first, and how much of its footprint that is.

    Raises `NotFound` for any part that is not the caller's.
    """
    part = own_part(asking.session, asking.caller.company_id, part_id, asking.question.known_at)
    found = asking.portfolio
    row = found.snapshot.row[part.id]
    asking.record(below(found, np.array([row])))
    uses = sorted(questions.where_used(found, row), key=_by_value)
    parts = asking.parts([row, *(use.root for use in uses)])
    version = parts.version(row)
    place = found.accounts.places[[row]]
    return {
        "part": {"id": part.id, "number": part.number, "name": version.name},
        "unit": version.base_unit,
        "value": number(float(found.accounts.totals(place)[0])),
        "uses": [_use(parts, use, version.base_unit) for use in uses],
    }


def _use(parts: Parts, use: Use, unit: str) -> dict[str, Any]:
    return {
        **parts.vehicle(use.root),
        "quantity": number(use.quantity),
        "unit": unit,
        "value": number(use.value),
        "share": number(use.share),
    }


def _by_value(use: Use) -> tuple[float, int]:
    return (-abs(use.value or 0.0), use.root)


def suppliers(asking: Asking) -> Rows:
    """The suppliers whose parts enter a total, by name: how many parts, in how many vehicles."""
    found = asking.portfolio
    taken = below(found, found.roots)
    asking.record(taken)
    parts: dict[str, list[Supplied]] = defaultdict(list)
    for item in questions.supplied(found):
        if item.row in taken:
            parts[questions.owner_of(found, item)].append(item)
    rows: Rows = []
    for company_id, items in parts.items():
        roots = questions.roots_with(found, {item.row for item in items})
        name = asking.labels.of(company_id)
        rows.append({"supplier": name, "id": company_id, "parts": len(items), "vehicles": roots})
    return sorted(rows, key=lambda row: str(row["supplier"]))


def supplier_parts(asking: Asking, company_id: str) -> Rows:
    """Every part of a supplier in every vehicle, by part and vehicle.

    Raises `NotFound` for a company none of whose parts enters a total of the caller's.
    """
    found = asking.portfolio
    items = [s for s in questions.supplied(found) if questions.owner_of(found, s) == company_id]
    if not items:
        raise NotFound
    asking.record({item.row for item in items})
    uses = list(questions.uses_of_supplied(found, items))
    roots = {use.root for _, held in uses for use in held}
    parts = asking.parts(roots | {item.row for item in items})
    rows = [_supplied(found, parts, item, use) for item, held in uses for use in held]
    return sorted(rows, key=lambda row: (row["part"], row["supplier_part"], row["vehicle"]))


def _supplied(found: Portfolio, parts: Parts, item: Supplied, use: Use) -> dict[str, Any]:
    resolution = found.suppliers.resolutions[item.edge.child]
    account = found.suppliers.accounts[item.edge.child]
    node = resolution.node
    return {
        "part": parts.number(item.row),
        "part_name": parts.version(item.row).name,
        "supplier_part": node.number,
        "known": known_as(resolution, account).value,
        **_use(parts, use, node.base_unit),
    }


def gaps(asking: Asking) -> Rows:
    """What all totals lack: what may hide most kgCO2e first, then by kg."""
    found = asking.portfolio
    asking.record(below(found, found.roots))
    listed = open_gaps(found)
    children = {gap.child for gap in listed if gap.child is not None}
    parts = asking.parts(children | {gap.row for gap in listed})
    return [_gap(parts, gap) for gap in listed]


def _gap(parts: Parts, gap: OpenGap) -> dict[str, Any]:
    version, source = parts.version(gap.row), gap.source
    return {
        "part": parts.number(gap.row),
        "name": version.name,
        "id": parts.ids[gap.row],
        "cause": gap.cause,
        "line_part": None if gap.child is None else parts.number(gap.child),
        "supplier": None if source is None else source.supplier,
        "supplier_part": None if source is None else source.supplier_part,
        "vehicles": gap.roots,
        "quantity": number(gap.quantity),
        "unit": version.base_unit,
        "kilograms": number(gap.kilograms),
        "estimate": number(gap.estimate),
    }


def number(value: float | None) -> str | None:
    """A number of the arrays as it is printed; what is absurd or unknown is None."""
    if value is None or not np.isfinite(value):
        return None
    held = Decimal(repr(value))
    return None if is_absurd(held) else str(significant(held, DIGITS))


def _text(value: str | None) -> str | None:
    return None if value is None else str(significant(Decimal(value), DIGITS))


def rounded(account: Account) -> Account:
    """An account with as many digits as the arrays vouch for."""
    held = account.coverage
    coverage = Coverage(
        _rounded(held.lines),
        _rounded(held.mass),
        _rounded(held.carbon),
        _rounded(held.gaps),
        held.unestimable,
        held.negative_gaps,
    )
    return Account(_rounded(account.columns), coverage=coverage,
                   without_uptake=account.without_uptake)  # fmt: skip


def _rounded(values: Mapping[Key, Decimal]) -> dict[Key, Decimal]:
    digits = Context(prec=DIGITS)
    return {key: digits.plus(value) for key, value in values.items()}
