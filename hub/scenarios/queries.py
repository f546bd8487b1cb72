"""Scenarios as their company finds them; nobody else does."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from hub.kit.errors import NotFound
from hub.scenarios.tables import ScenarioRow, ScenarioVersion


def own_scenario(session: Session, company_id: str, scenario_id: str) -> ScenarioRow:
    """The company's scenario. Raises `NotFound`, the same for another's as for none."""
    row = session.scalar(select(ScenarioRow).filter_by(id=scenario_id, company_id=company_id))
    if row is None:
        raise NotFound
    return row


def scenario_named(session: Session, company_id: str, name: str) -> ScenarioRow | None:
    """The company's scenario of that name."""
    return session.scalar(select(ScenarioRow).filter_by(company_id=company_id, name=name))


def own_scenarios(company_id: str) -> Select[ScenarioRow]:
    """All scenarios of a company."""
    return select(ScenarioRow).where(ScenarioRow.company_id == company_id)


def count_of(session: Session, company_id: str) -> int:
    """How many scenarios a company has."""
    query = select(func.count()).select_from(own_scenarios(company_id).subquery())
    return session.scalar(query) or 0


def own_version(
    session: Session, company_id: str, scenario_id: str, number: int | None = None
) -> ScenarioVersion:
    """A version of the company's scenario, the newest unless a number is given.

    Raises `NotFound` for what is not the company's, and for a number that it does not have.
    """
    row = own_scenario(session, company_id, scenario_id)
    version = session.get(ScenarioVersion, (row.id, number or row.version))
    if version is None:
        raise NotFound
    return version
