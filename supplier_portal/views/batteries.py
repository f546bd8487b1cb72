"""The officer's desk: battery models and plants, what each declaration lacks, and what has left."""

from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.activity.queries import own_site
from hub.bom.queries import own_part, part_ids
from hub.disclosure.footprint import Question
from hub.exports.battery.answers import answer
from hub.exports.battery.checklist import checklist
from hub.exports.battery.declaring import Asked, declared, filing_of
from hub.exports.battery.desk import batteries as desk
from hub.exports.battery.issuing import declaration, newest
from hub.exports.battery.judging import exports
from hub.exports.battery.writing import Audience
from hub.kit.actions import Action, needs
from hub.kit.errors import BadInput
from hub.kit.paging import PageRequest
from hub.kit.problems import problem_of
from hub.kit.web import RecordingSessionDep, SettingsDep
from hub.parties.queries import page_of_sites
from supplier_portal.battery_words import component_names, told_clauses
from supplier_portal.pages import page, with_query
from supplier_portal.reader import AccountDep, ReaderDep, reader_of
from supplier_portal.views import new_router
from tierlight_schemas.battery.rulesets import ANNEX_II, RULESETS

PAGE = "/batteries"
ON_A_PAGE = 25
MOST_SITES = 500
"""Plants to choose from."""
HISTORY = 50
"""Files that left, on a page; the API has all."""
HTML = "text/html"
DOCUMENT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Of a file that is shown as it leaves: it brings its own style, and can do nothing here."""

router = new_router()
RulesetId = Annotated[str, Query(max_length=60)]
Text = Annotated[str, Query(max_length=200)]


@router.get(PAGE)
@needs(Action.READ_FOOTPRINTS)
def batteries(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: RecordingSessionDep,
    after: Annotated[str | None, Query(max_length=1000)] = None,
    ruleset: RulesetId = ANNEX_II.id,
    part: Text = "",
) -> Response:
    """Models and plants, how far each is, and the step to begin another, maybe of a named part."""
    return _list(request, account.caller, session, after, ruleset, part=part)


@router.get(PAGE + "/begin")
@needs(Action.IMPORT)
def begin(
    request: Request,
    account: AccountDep,
    session: RecordingSessionDep,
    part: Text = "",
    site: Text = "",
) -> Response:
    """On to the master data of the part and the plant that were chosen."""
    company_id, number = account.caller.company_id, part.strip()
    found = part_ids(session, company_id, [number]) if number else {}
    if number not in found:
        refusal = BadInput("battery/no-part", part=number)
        return _list(request, account.caller, session, None, ANNEX_II.id, refusal, part, site)
    own_site(session, company_id, site)
    return RedirectResponse(f"{PAGE}/{found[number]}/{site}/model", 303)


def _list(
    request: Request,
    caller: Caller,
    session: Session,
    after: str | None,
    ruleset: str,
    refusal: BadInput | None = None,
    part: str = "",
    site: str = "",
) -> Response:
    language = reader_of(request).language
    asked = PageRequest(limit=ON_A_PAGE, after=after)
    found, following = desk(session, caller, ruleset, Question.now(language), asked)
    sites, _ = page_of_sites(session, caller.company_id, PageRequest(limit=MOST_SITES))
    return page(
        request,
        "batteries.html",
        400 if refusal else 200,
        batteries=found,
        next=following,
        after=after,
        ruleset=ruleset,
        by_ruleset=[(with_query(PAGE, ruleset=each), each, each == ruleset) for each in RULESETS],
        sites=sites,
        typed={"part": part, "site": site},
        refused=problem_of(refusal, language) if refusal else None,
    )


@router.get(PAGE + "/{part_id}/{site_id}")
@needs(Action.READ_FOOTPRINTS)
def battery(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: RecordingSessionDep,
    settings: SettingsDep,
    part_id: str,
    site_id: str,
    ruleset: RulesetId = ANNEX_II.id,
    audience: Audience = Audience.PUBLIC,
) -> Response:
    """One battery model from one plant: what is missing by clause, the result, the files."""
    caller, language = account.caller, reader.language
    part = own_part(session, caller.company_id, part_id)
    site = own_site(session, caller.company_id, site_id)
    found = declared(session, caller, Asked(part_id, site_id, ruleset, Question.now(language)))
    told, here = answer(found, language), f"{PAGE}/{part_id}/{site_id}"
    return page(
        request,
        "battery.html",
        part=part,
        site=site,
        told=told,
        is_complete=found.footprint.is_complete,
        clauses=told_clauses(checklist(found.footprint), found.labels, language),
        exports=exports(found, filing_of(session, settings, audience, language)),
        history=newest(session, caller.company_id, part_id, site_id, HISTORY),
        inputs_digest=found.footprint.inputs_digest,
        ruleset=ruleset,
        by_ruleset=[
            (with_query(here, ruleset=each, audience=audience), each, each == ruleset)
            for each in RULESETS
        ],
        audience=audience,
        by_audience=[
            (with_query(here, ruleset=ruleset, audience=each) + "#files", each, each is audience)
            for each in Audience
        ],
        names=component_names(language),
    )


@router.get(PAGE + "/{part_id}/{site_id}/files/{format_id}")
@needs(Action.READ_FOOTPRINTS)
def file(
    account: AccountDep,
    reader: ReaderDep,
    session: RecordingSessionDep,
    settings: SettingsDep,
    part_id: str,
    site_id: str,
    format_id: str,
    ruleset: RulesetId = ANNEX_II.id,
    audience: Audience = Audience.PUBLIC,
    show: bool = False,
) -> Response:
    """The declaration in a format; that it left stays on record. A page that people read can be
    shown as it is."""
    filing = filing_of(session, settings, audience, reader.language)
    asked = Asked(part_id, site_id, ruleset, Question.now(reader.language))
    found = declaration(session, account.caller, asked, format_id, filing)
    if show and found.media_type.startswith(HTML):
        policy = {"Content-Security-Policy": DOCUMENT_POLICY}
        return Response(found.body, media_type=found.media_type, headers=policy)
    headers = {"Content-Disposition": f'attachment; filename="{found.name}"'}
    return Response(found.body, media_type=found.media_type, headers=headers)
