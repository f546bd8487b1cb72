"""Why a footprint is what it is, over HTTP: what it consists of, how much, and by which ways."""

from typing import Annotated, Any, Literal

from fastapi import Path, Query, Response

from hub.access.api import CallerDep
from hub.disclosure import breakdown as breakdowns
from hub.disclosure import quantities as amounts
from hub.disclosure.api import QuestionDep, ResultDep
from hub.disclosure.paths import MOST_PATHS, paths_to
from hub.kit.actions import Action, needs
from hub.kit.csv_answer import AS_TABLE, csv_response
from hub.kit.paging import PageRequestDep
from hub.kit.web import RecordingSessionDep, new_router
from tierlight_schemas.rollup.breakdown import Facet

router = new_router("/v1", "explain")

PartId = Annotated[str, Path(description="Id of an own part, as the list of parts gives it.")]
Format = Annotated[Literal["json", "csv"], Query(description="`json`, or `csv` for a spreadsheet.")]


@router.get(
    "/parts/{part_id}/contributors",
    summary="What the footprint of an own part consists of",
    response_model=dict[str, Any],
    responses=AS_TABLE,
)
@needs(Action.READ_FOOTPRINTS)
def contributors(
    part_id: PartId,
    session: RecordingSessionDep,
    caller: CallerDep,
    asked: QuestionDep,
    by: Annotated[Facet, Query(description="What to group by.")] = Facet.PART,
    format: Format = "json",
) -> dict[str, Any] | Response:
    """Groups by part, supplier, tier, commodity, country or stage, the largest first.

    Their values and that of `others` add up to the total excluding uptake exactly, as printed.
    What rests on average values and ended declarations is told apart; gaps are counted beside.
    """
    told = breakdowns.breakdown(session, caller, part_id, by, asked)
    if format == "csv":
        return csv_response(f"contributors-by-{by}", breakdowns.COLUMNS, breakdowns.rows(told))
    return told


@router.get(
    "/parts/{part_id}/quantities",
    summary="How much of every part is in one unit of an own part",
    response_model=dict[str, Any],
    responses=AS_TABLE,
)
@needs(Action.READ_FOOTPRINTS)
def quantities(
    part_id: PartId,
    session: RecordingSessionDep,
    caller: CallerDep,
    asked: ResultDep,
    page: PageRequestDep,
    format: Format = "json",
) -> dict[str, Any] | Response:
    """Own parts and those of direct suppliers, all ways together; a table has all pages in one.

    Each value is that of the part with all that is in it, so values of parts do not add up.
    """
    told = amounts.quantities(session, caller, part_id, asked)
    if format == "csv":
        return csv_response("quantities", amounts.COLUMNS, told[1])
    return amounts.page(told, page)


@router.get("/parts/{part_id}/paths", summary="By which ways one own part enters another")
@needs(Action.READ_FOOTPRINTS)
def paths(
    part_id: PartId,
    session: RecordingSessionDep,
    caller: CallerDep,
    asked: ResultDep,
    to: Annotated[str, Query(max_length=200, description="Id of the own part that is looked for.")],
    most: Annotated[int, Query(ge=1, le=MOST_PATHS, description="Most ways to list.")] = 100,
) -> dict[str, Any]:
    """The largest ways first, line by line; `count` is the number of all ways, however many.

    Their quantities and that of `others` add up to the quantity of all ways together.
    """
    return paths_to(session, caller, part_id, to, most, asked)
