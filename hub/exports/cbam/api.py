"""CBAM over HTTP: a report of an own site to fill in, and the communication of one."""

from typing import Annotated, Any, Literal

from fastapi import Query, Response

from hub.access.api import CallerDep
from hub.activity.api import SiteId, Year
from hub.activity.months import year_at_hand
from hub.exports.cbam import usecases
from hub.exports.cbam.writing import MEDIA_TYPES, WRITERS
from hub.kit.actions import Action, needs
from hub.kit.clock import now
from hub.kit.web import LanguageDep, ReadingSessionDep, new_router
from tierlight_schemas.cbam.model import CbamReport
from tierlight_schemas.cbam.writing import telling, told

router = new_router("/v1/sites/{site_id}", "cbam")


@router.get("/cbam-report", summary="A report for CBAM to fill in, begun with what is on record")
@needs(Action.READ)
def draft_report(
    caller: CallerDep, session: ReadingSessionDep, site_id: SiteId, year: Year = None
) -> dict[str, Any]:
    """Every member of the schema `cbam-report`; what the hub does not know is "", and is told as
    missing while it stays so. Amounts are those of the whole site."""
    return usecases.draft(session, caller, site_id, year or year_at_hand(now().date()))


@router.post("/cbam-communication", summary="What a site's goods have embedded, for their importer")
@needs(Action.READ)
def communicate(
    caller: CallerDep,
    session: ReadingSessionDep,
    language: LanguageDep,
    site_id: SiteId,
    report: CbamReport,
) -> dict[str, Any]:
    """Complete, or refused with every field that is missing. `differences` says what is otherwise
    on the site's own record. Nothing is kept."""
    found = usecases.communicate(session, caller, site_id, report)
    return told(found.communication, language) | {
        "differences": telling(found.differences, language)
    }


@router.post(
    "/cbam-communication/file",
    summary="The same as a workbook or a table",
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in MEDIA_TYPES.values()}}},
)
@needs(Action.READ)
def communicate_as_file(
    caller: CallerDep,
    session: ReadingSessionDep,
    language: LanguageDep,
    site_id: SiteId,
    report: CbamReport,
    format: Annotated[Literal["xlsx", "csv", "json"], Query(description="Of the file.")] = "xlsx",
) -> Response:
    """With the fields of `Summary_Communication` in the template's cells."""
    found = usecases.communicate(session, caller, site_id, report)
    body = WRITERS[format](found.communication, language)
    headers = {"Content-Disposition": f'attachment; filename="cbam-communication.{format}"'}
    return Response(body, media_type=MEDIA_TYPES[format], headers=headers)
