"""A company's whole portfolio for a reader: the compiled bills of materials, added up."""

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy.orm import Session

from hub.footprints.book import Moment
from hub.footprints.engine.reading import Portfolio, read_portfolio
from hub.footprints.engine.store import snapshot_of
from hub.footprints.usecases import RollUp
from hub.kit.database import Database
from tierlight_schemas.rollup.model import Known, Policy, Resolution


def portfolio_of(
    session: Session, company_id: str, moment: Moment, database: Database | None = None
) -> Portfolio:
    """All own parts of a company as it may know them, on the basis `declared`.

    A bill of materials that has not been compiled is, and is kept with `database`.
    """
    snapshot = snapshot_of(session, company_id, moment.known_at, database)
    return read_portfolio(session, company_id, moment, snapshot, Policy())


def links_of(portfolio: Portfolio, rows: Collection[int]) -> RollUp:
    """What crosses from suppliers into some own parts, as a roll-up: whoever is told of these parts
    reads that of others, and it goes into their logs."""
    found: dict[str, Resolution] = {}
    for row, special in portfolio.specials.items():
        if row in rows and special.edges:
            built = Resolution(special.node, Known.BUILT_UP, edges=special.edges)
            found[special.node.id] = built
    waiting = [edge.child for built in found.values() for edge in built.edges]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = portfolio.suppliers.resolutions[name]
            waiting.extend(edge.child for edge in found[name].edges)
    solution = replace(portfolio.suppliers, resolutions=found)
    return RollUp(portfolio.company_id, portfolio.moment, "declared", solution, portfolio.book)
