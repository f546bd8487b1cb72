"""The caller's own factors over HTTP."""

from fastapi import Response

from hub.access.api import CallerDep
from hub.factors import queries, usecases
from hub.factors.payloads import FactorOut
from hub.factors.tables import Factor
from hub.kit.actions import Action, needs
from hub.kit.paging import Page, PageRequestDep, read_rows
from hub.kit.responses import page_of
from hub.kit.upload import TABLE, ImportAnswer, TableBody
from hub.kit.web import DatabaseDep, LanguageDep, SessionDep, new_router

router = new_router("/v1/factors", "factors")


@router.get("", summary="The factors in use", response_model=Page[FactorOut])
@needs(Action.READ)
def list_factors(caller: CallerDep, database: DatabaseDep, page: PageRequestDep) -> Response:
    """Of each category, unit and year the one recorded last."""
    keys = (Factor.category, Factor.unit, Factor.year)
    query = queries.listed_factors()
    with database.read() as session:
        return page_of(*read_rows(session, query, keys, page, company_id=caller.company_id))


@router.post("/import", summary="Add factors: factors.csv", **TABLE)
@needs(Action.IMPORT)
def import_factors(
    caller: CallerDep, table: TableBody, session: SessionDep, language: LanguageDep
) -> ImportAnswer:
    """All rows or none; factors that the table does not name stay."""
    return ImportAnswer.of(usecases.import_factors(session, caller.company_id, table), language)
