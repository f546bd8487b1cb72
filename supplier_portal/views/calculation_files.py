"""Files of a calculation: bills that are handed in and taken away, and the document to look at."""

import json
from typing import Annotated

from fastapi import File, Form, Request, Response, UploadFile
from fastapi.responses import RedirectResponse

from hub.calculator import bills, outcomes
from hub.calculator.bill_files import ENDINGS
from hub.calculator.questions import BILLS
from hub.declarations.errors import Refused
from hub.kit.actions import Action, needs
from hub.kit.errors import HubError, NotFound
from hub.kit.problems import problem_of
from hub.kit.web import ReadingSessionDep, RecordingSessionDep, SessionDep, SettingsDep
from supplier_portal.forms import OwnFormDep
from supplier_portal.reader import AccountDep, ReaderDep
from supplier_portal.views import new_router
from supplier_portal.views.calculate import PAGE, UNPROCESSABLE, result_page, step_page
from tierlight_schemas.errors import RowError

AS_A_FILE = {"Content-Security-Policy": "sandbox; default-src 'none'"}
"""A stranger's file is saved, never shown, and may do nothing where somebody shows it."""

router = new_router()
Sent = Annotated[UploadFile | None, File()]
Text = Annotated[str, Form(max_length=200)]


@router.post(PAGE + "/{draft_id}/bills/added", dependencies=OwnFormDep)
@needs(Action.SUBMIT)
def add_bill(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: SessionDep,
    draft_id: str,
    about: Text = "",
    digest: Text = "",
    name: Text = "",
    bill: Sent = None,
) -> Response:
    """Keep a bill, or only note its digest; or the screen again, with what is wrong."""
    try:
        if digest.strip():
            bills.note(session, account.caller, draft_id, about, name, digest)
        else:
            body = bill.file.read(bills.MAX_BYTES + 1) if bill else b""
            file_name = (bill.filename if bill else "") or ""
            bills.keep(session, account.caller, draft_id, about, file_name, body)
    except HubError as error:
        if isinstance(error, NotFound):
            raise
        refused = problem_of(error, reader.language)
        return step_page(request, account, session, draft_id, BILLS, UNPROCESSABLE, refused)
    return RedirectResponse(f"{PAGE}/{draft_id}/{BILLS.name}", 303)


@router.get(PAGE + "/{draft_id}/bills/{bill_id}")
@needs(Action.READ)
def bill_file(
    account: AccountDep, session: ReadingSessionDep, draft_id: str, bill_id: str
) -> Response:
    """The bytes of a bill as they came, to be saved."""
    bill = bills.own_bill(session, account.caller, draft_id, bill_id)
    if bill.body is None:
        raise NotFound
    ending = ENDINGS.get(bill.media_type or "", "bin")
    named = f'attachment; filename="{bill.digest[:16]}.{ending}"'
    headers = AS_A_FILE | {"Content-Disposition": named}
    return Response(bill.body, media_type="application/octet-stream", headers=headers)


@router.post(PAGE + "/{draft_id}/bills/{bill_id}/removed", dependencies=OwnFormDep)
@needs(Action.SUBMIT)
def remove_bill(account: AccountDep, session: SessionDep, draft_id: str, bill_id: str) -> Response:
    """Take a bill away, with its bytes."""
    bills.take_away(session, account.caller, draft_id, bill_id)
    return RedirectResponse(f"{PAGE}/{draft_id}/{BILLS.name}", 303)


@router.get(PAGE + "/{draft_id}/files/footprint.json")
@needs(Action.READ)
def unsigned(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: RecordingSessionDep,
    settings: SettingsDep,
    draft_id: str,
) -> Response:
    """The PACT document as a customer's system would read it; or what keeps it from being one."""
    try:
        language = reader.language
        found = outcomes.unsigned(session, account.caller, draft_id, language, settings)
    except (RowError, Refused, HubError) as error:
        if isinstance(error, NotFound):
            raise
        told = error if isinstance(error, HubError) else HubError(error.code, **error.params)
        return result_page(request, account, session, draft_id, problem_of(told, reader.language))
    body = json.dumps(found, ensure_ascii=False, indent=2)
    headers = {"Content-Disposition": 'attachment; filename="footprint.json"'}
    return Response(f"{body}\n", media_type="application/json", headers=headers)
