"""Batteries over HTTP: what their parts are, their master data, footprint and declaration."""

from datetime import date, datetime
from typing import Annotated

from fastapi import Depends, Path, Query, Response

from hub.access.api import CallerDep
from hub.disclosure.footprint import Question, read_instant
from hub.exports.battery import desk, usecases
from hub.exports.battery.answers import answer
from hub.exports.battery.declaring import Asked, declared, filing_of
from hub.exports.battery.issuing import declaration, history
from hub.exports.battery.judging import exports
from hub.exports.battery.payloads import (
    Answer,
    BatteryOut,
    ClassOut,
    ExportOut,
    HandedOutOut,
    RulesetOut,
)
from hub.exports.battery.queries import listed_classes
from hub.exports.battery.tables import BatteryClass, BatteryDeclaration
from hub.exports.battery.writing import Audience
from hub.kit.actions import Action, needs
from hub.kit.clock import now
from hub.kit.paging import Page, PageRequestDep, read_page
from hub.kit.upload import TABLE, ImportAnswer, TableBody
from hub.kit.web import (
    LanguageDep,
    ReadingSessionDep,
    RecordingSessionDep,
    SessionDep,
    SettingsDep,
    also,
    new_router,
)
from tierlight_schemas.battery.model import BatteryModel
from tierlight_schemas.battery.rulesets import ANNEX_II, RULESETS

router = new_router("/v1/batteries", "batteries")

RulesetId = Annotated[str, Query(max_length=60, description="Id of a ruleset.")]
ReaderOf = Annotated[Audience, Query(description="Who may read the file: a group of Annex XIII.")]
PartId = Annotated[str, Path(description="Id of an own part: the battery model.")]
SiteId = Annotated[str, Path(description="Id of an own site: the plant.")]


def asked(
    language: LanguageDep,
    part_id: PartId,
    site_id: SiteId,
    ruleset: RulesetId = ANNEX_II.id,
    as_of: Annotated[date | None, Query(description="Day of the result; today.")] = None,
    known_at: Annotated[
        datetime | None, Query(description="Use what was recorded up to this instant; now.")
    ] = None,
) -> Asked:
    """Which declaration is asked for. Raises `BadInput` for an instant that cannot be used."""
    instant = read_instant(known_at) if known_at else now()
    question = Question(as_of or now().date(), instant, lang=language)
    return Asked(part_id, site_id, ruleset, question)


AskedDep = Annotated[Asked, Depends(asked)]


@router.get("", summary="Battery models and plants, and how far their declarations are")
@needs(Action.READ_FOOTPRINTS)
def list_batteries(
    caller: CallerDep,
    session: RecordingSessionDep,
    language: LanguageDep,
    page: PageRequestDep,
    ruleset: RulesetId = ANNEX_II.id,
) -> Page[BatteryOut]:
    """By part and plant, computed anew, at most 50 a page. A part of the class `battery` stands
    here without a plant until its master data is entered."""
    asked = Question.now(language)
    rows, following = desk.batteries(session, caller, ruleset, asked, page)
    return Page(items=[BatteryOut.of(row) for row in rows], next=following)


@router.get("/rulesets", summary="The methods that a footprint can be declared by")
@needs(Action.READ)
def list_rulesets(caller: CallerDep) -> list[RulesetOut]:
    """With their status: the method act of Art. 7(1) is not adopted."""
    return [RulesetOut.of(rules) for rules in RULESETS.values()]


@router.get("/classes", summary="What own parts are of a battery")
@needs(Action.READ)
def list_classes(
    caller: CallerDep, session: ReadingSessionDep, page: PageRequestDep
) -> Page[ClassOut]:
    """In the order they were entered; of a part that stands twice the last holds."""
    order = [BatteryClass.recorded_at, BatteryClass.id]
    rows, following = read_page(session, listed_classes(caller.company_id), order, page)
    return Page(items=[ClassOut.of(row) for row in rows], next=following)


@router.post(
    "/classes/import", summary="Say what own parts are of a battery: battery-classes.csv", **TABLE
)
@needs(Action.IMPORT)
def import_classes(
    caller: CallerDep, table: TableBody, session: SessionDep, language: LanguageDep
) -> ImportAnswer:
    """All rows or none; parts that the table does not name keep their class."""
    return ImportAnswer.of(usecases.import_classes(session, caller.company_id, table), language)


@router.get(
    "/{part_id}/plants/{site_id}/model", summary="Master data of a battery model from one plant"
)
@needs(Action.READ)
def read_model(
    part_id: PartId, site_id: SiteId, caller: CallerDep, session: ReadingSessionDep
) -> BatteryModel:
    """What was entered last; empty where nothing was."""
    return usecases.read_model(session, caller, part_id, site_id)


@router.put("/{part_id}/plants/{site_id}/model", summary="Enter master data of a battery model")
@needs(Action.IMPORT)
def record_model(
    part_id: PartId, site_id: SiteId, new: BatteryModel, caller: CallerDep, session: SessionDep
) -> BatteryModel:
    """In place of what stood, which stays on record."""
    return usecases.record_model(session, caller, part_id, site_id, new)


@router.get(
    "/{part_id}/plants/{site_id}/footprint",
    summary="A battery's footprint by a ruleset, with every source and every gap",
)
@needs(Action.READ_FOOTPRINTS)
def footprint(
    caller: CallerDep,
    session: RecordingSessionDep,
    asked: AskedDep,
    against: Annotated[
        str | None,
        Query(
            pattern="^[0-9a-f]{64}$",
            description="`inputs_digest` of an earlier one: whether it is stale.",
        ),
    ] = None,
) -> Answer:
    """For the manufacturer alone: it holds what suppliers show it. Gaps name clause and part."""
    return answer(declared(session, caller, asked), asked.question.lang, against)


@router.get(
    "/{part_id}/plants/{site_id}/declaration",
    summary="The declaration of a battery model as a file",
    response_class=Response,
    responses=also(conflict="Something is missing; the details name every gap by its clause."),
)
@needs(Action.READ_FOOTPRINTS)
def read_declaration(
    caller: CallerDep,
    session: RecordingSessionDep,
    asked: AskedDep,
    settings: SettingsDep,
    format: Annotated[str, Query(max_length=40, description="Id of a format.")] = "art7",
    audience: ReaderOf = Audience.PUBLIC,
) -> Response:
    """Complete or refused: a declaration with gaps is none. That it left stays on record."""
    filing = filing_of(session, settings, audience, asked.question.lang)
    file = declaration(session, caller, asked, format, filing)
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.body, media_type=file.media_type, headers=headers)


@router.get(
    "/{part_id}/plants/{site_id}/exports",
    summary="Every format of a declaration: whether it can be written, and what checks say of it",
)
@needs(Action.READ_FOOTPRINTS)
def list_exports(
    caller: CallerDep,
    session: RecordingSessionDep,
    asked: AskedDep,
    settings: SettingsDep,
    audience: ReaderOf = Audience.PUBLIC,
) -> list[ExportOut]:
    """Each is written and judged; nothing leaves, so nothing is put on record."""
    filing = filing_of(session, settings, audience, asked.question.lang)
    found = declared(session, caller, asked)
    return [ExportOut.of(each) for each in exports(found, filing)]


@router.get(
    "/{part_id}/plants/{site_id}/history", summary="Which files of a declaration were handed out"
)
@needs(Action.READ_FOOTPRINTS)
def read_history(
    caller: CallerDep, session: RecordingSessionDep, asked: AskedDep, page: PageRequestDep
) -> Page[HandedOutOut]:
    """In the order they left; of each, whether bill of materials or energy mix have changed since.
    The same file again stands here once."""
    digest = declared(session, caller, asked).footprint.inputs_digest
    query = history(caller.company_id, asked.part_id, asked.site_id)
    order = [BatteryDeclaration.recorded_at, BatteryDeclaration.id]
    rows, following = read_page(session, query, order, page)
    return Page(items=[HandedOutOut.of(row, digest) for row in rows], next=following)
