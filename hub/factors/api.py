"""The caller's own factors over HTTP."""

from hub.access.api import CallerDep
from hub.factors import queries, usecases
from hub.factors.payloads import FactorOut
from hub.factors.tables import Factor
from hub.kit.paging import Page, PageRequestDep, read_page
from hub.kit.upload import CSV_BODY, CsvBody, ImportAnswer
from hub.kit.web import LanguageDep, ReadingSessionDep, SessionDep, new_router

router = new_router("/v1/factors", "factors")


@router.get("", summary="The factors in use")
def list_factors(
    caller: CallerDep, session: ReadingSessionDep, page: PageRequestDep
) -> Page[FactorOut]:
    """Of each category, unit and year the one recorded last."""
    query = queries.factors_in_use(caller.company_id)
    keys = [Factor.category, Factor.unit, Factor.year]
    factors, following = read_page(session, query, keys, page)
    return Page(items=[FactorOut.of(factor) for factor in factors], next=following)


@router.post("/import", summary="Add factors: factors.csv", openapi_extra=CSV_BODY)
def import_factors(
    caller: CallerDep, table: CsvBody, session: SessionDep, language: LanguageDep
) -> ImportAnswer:
    """All rows or none; factors that the table does not name stay."""
    return ImportAnswer.of(usecases.import_factors(session, caller.company_id, table), language)
