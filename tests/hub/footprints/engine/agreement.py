"""Every part of a company's portfolio against the decimal reference: all that adds up."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from hub.disclosure import closed
from hub.footprints.book import Moment
from hub.footprints.engine.compiling import compile_portfolio
from hub.footprints.engine.reading import Portfolio, read_portfolio
from hub.footprints.usecases import RollUp, roll_up
from hub.kit.clock import now
from tierlight_schemas.rollup.account import Account, Cell
from tierlight_schemas.rollup.model import EXCLUDING, Known, Policy

WITHIN = 1e-12


def portfolio(session: Session, company_id: str, day: date) -> Portfolio:
    """The company's portfolio, compiled from rows."""
    moment = Moment(day, now())
    held = compile_portfolio(session, company_id, moment.known_at)
    return read_portfolio(session, company_id, moment, held, Policy())


def compare(session: Session, company_id: str, day: date) -> int:
    """How many parts agree; all of the company's must."""
    found = portfolio(session, company_id, day)
    parts = list(found.snapshot.row)
    rollup = roll_up(session, company_id, parts, day, now())
    for part, row in found.snapshot.row.items():
        place = int(found.accounts.places[row])
        same_account(found.accounts.account(place), rollup, part)
    roots = {parts[row] for row in found.roots.tolist()}
    lines = rollup.book.lines
    used = {line.child_id for rows in lines.values() for line in rows}
    assert roots == {part for part, rows in lines.items() if rows} - used
    return len(parts)


def same_account(found: Account, rollup: RollUp, part: str) -> None:
    """Totals, columns, coverage and counts of one part."""
    expected = rollup.account(part)
    about = rollup.resolution(part).node.number
    same_numbers(found.columns, closed.seen(rollup.solution, part).columns, about)
    assert (EXCLUDING in found.columns) == (EXCLUDING in expected.columns), about
    held, wanted = found.coverage, expected.coverage
    for name in ("lines", "mass", "carbon", "gaps", "unestimable"):
        cells = by_kind(getattr(held, name)), by_kind(getattr(wanted, name))
        same_numbers(*cells, f"{about} {name}")
    assert held.negative_gaps == wanted.negative_gaps, about
    assert found.without_uptake == expected.without_uptake, about
    assert found.is_whole == expected.is_whole, about
    assert set(held.gaps) == {(0, Known.MISSING)} if wanted.gaps else not held.gaps, about


def by_kind(cells: Mapping[Cell, Decimal]) -> dict[str, Decimal]:
    """Cells of all tiers together; what is 0 is as good as absent."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for (_, known), value in cells.items():
        sums[known.value] += value
    return {known: value for known, value in sums.items() if value}


def same_numbers(found: Mapping[str, Decimal], wanted: Mapping[str, Decimal], about: str) -> None:
    """The same names with the same numbers; a stage that only rounding leaves is no stage."""
    scale = max((abs(float(value)) for value in wanted.values()), default=0.0)
    names = {n for n, v in wanted.items() if v} | {n for n, v in found.items() if v}
    for name in names:
        left, right = float(found.get(name, 0)), float(wanted.get(name, 0))
        assert left == pytest.approx(right, rel=WITHIN, abs=scale * WITHIN), f"{about} {name}"
    plain = {n for n in wanted if not n.startswith("stage:")}
    assert plain == {n for n in found if not n.startswith("stage:")}, about
