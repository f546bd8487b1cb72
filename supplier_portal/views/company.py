"""The company as a whole: taking everything along, and having it erased."""

from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from hub.bom.partners import page_of_partners
from hub.exit import usecases
from hub.exit.api import exported
from hub.kit.actions import Action, needs
from hub.kit.clock import now
from hub.kit.errors import BadInput, HubError
from hub.kit.paging import PageRequest
from hub.kit.problems import problem_of
from hub.kit.web import DatabaseDep, ReadingSessionDep, SessionDep, SettingsDep
from hub.parties.assurance import highest, standing
from hub.parties.usecases import find_company
from hub.settings import Settings
from hub.trust.identity import accept_credential
from hub.trust.identity_credential import MAX_CREDENTIAL
from hub.trust.identity_issuers import read_issuers
from supplier_portal.forms import OwnFormDep
from supplier_portal.pages import page
from supplier_portal.reader import Account, AccountDep, reader_of
from supplier_portal.views import new_router
from tierlight_schemas.log.erasure import REASONS

UNUSABLE_FORM = 422
PARTNERS = 200
"""How many partners the page lists; the API lists all."""
SHOWN = (
    *("site", "person", "machine", "part", "bom_line", "sourcing_link", "factor"),
    *("declaration", "declaration_annex", "consent_grant", "access_record"),
    *("rollup_statement", "scenario"),
)
"""Tables that mean something to whoever reads the page; the API counts all of them."""

router = new_router()


@router.get("/company")
@needs(Action.READ)
def company(
    request: Request, account: AccountDep, session: ReadingSessionDep, settings: SettingsDep
) -> Response:
    """What can be taken along, what has lost its sources, and what erasing would do."""
    return company_page(request, account, session, settings)


@router.post("/company/credential", dependencies=OwnFormDep)
@needs(Action.ADMINISTER)
def prove_identity(
    request: Request,
    account: AccountDep,
    session: SessionDep,
    settings: SettingsDep,
    credential: Annotated[str, Form(max_length=MAX_CREDENTIAL)] = "",
) -> Response:
    """Take a credential on who the company is; what is refused stands in the form again."""
    caller = account.caller
    try:
        issuers = read_issuers(settings)
        accept_credential(session, caller.company_id, credential, issuers, caller.actor)
    except BadInput as error:
        return company_page(request, account, session, settings, credential, error)
    return RedirectResponse("/company#identity", 303)


def company_page(
    request: Request,
    account: Account,
    session: Session,
    settings: Settings,
    credential: str = "",
    error: HubError | None = None,
) -> Response:
    """The page; with what was typed and why it was refused."""
    company_id = account.caller.company_id
    plan = usecases.plan_of(session, company_id)
    partners, more = page_of_partners(session, company_id, PageRequest(limit=PARTNERS))
    vouched = standing(session, company_id)
    return page(
        request,
        "company.html",
        UNUSABLE_FORM if error else 200,
        identifiers=find_company(session, company_id).identifiers,
        level=highest(vouched),
        vouched=vouched,
        partners=partners,
        are_all_partners=more is None,
        has_issuers=bool(settings.identity_issuers_file),
        may_prove=account.caller.may(Action.ADMINISTER),
        credential=credential,
        problem=problem_of(error, reader_of(request).language) if error else None,
        plan=plan,
        goes=[(name, plan.goes[name]) for name in SHOWN],
        is_due=plan.demand is not None and plan.demand.due_at <= now(),
        may_leave=account.caller.may(Action.LEAVE),
        may_see_results=account.caller.may(Action.READ_FOOTPRINTS),
        marked=usecases.marked_statements(session, company_id),
        reasons=REASONS,
        company_id=company_id,
        hours=settings.erasure_wait_hours,
    )


@router.get("/company/export")
@needs(Action.LEAVE)
def export(account: AccountDep, database: DatabaseDep, settings: SettingsDep) -> Response:
    """The archive."""
    return exported(database, account.caller, settings)


@router.post("/company/erasure", dependencies=OwnFormDep)
@needs(Action.LEAVE)
def demand(
    account: AccountDep,
    session: SessionDep,
    settings: SettingsDep,
    company: Annotated[str, Form(max_length=36)] = "",
    reason: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Demand it; the id has to be written out."""
    known = next((name for name in REASONS if name == reason), None)
    if known is None:
        raise BadInput("exit/confirm", company=account.caller.company_id)
    usecases.demand_erasure(session, account.caller, company.strip(), known, settings)
    return RedirectResponse("/company", 303)


@router.post("/company/erasure/taken-back", dependencies=OwnFormDep)
@needs(Action.LEAVE)
def take_back(account: AccountDep, session: SessionDep) -> Response:
    """Take the demand back."""
    usecases.take_back(session, account.caller)
    return RedirectResponse("/company", 303)


@router.post("/company/erasure/execution", dependencies=OwnFormDep)
@needs(Action.LEAVE)
def carry_out(account: AccountDep, database: DatabaseDep, settings: SettingsDep) -> Response:
    """Carry it out; the answer is the deletion receipt, and the last one that this reader gets."""
    receipt = usecases.carry_out(database.write, account.caller, settings)
    disposition = {"Content-Disposition": 'attachment; filename="deletion-receipt.json"'}
    return Response(receipt, media_type="application/json", headers=disposition)
