"""Receipts: all of them, one to keep and to print, and the file that proves it without the hub."""

from typing import Annotated

from fastapi import Query, Request, Response

from hub.declarations.proof_file import proof_file
from hub.disclosure.receipt_page import address_of, receipt_page
from hub.disclosure.receipts import receipts_page
from hub.kit.actions import Action, needs
from hub.kit.web import ReadingSessionDep, RecordingSessionDep, SettingsDep
from hub.requests.page import offers
from supplier_portal import qr
from supplier_portal.pages import page
from supplier_portal.reader import AccountDep
from supplier_portal.views import new_router

router = new_router()


@router.get("/receipts")
@needs(Action.READ)
def receipts(
    request: Request,
    account: AccountDep,
    session: ReadingSessionDep,
    before: Annotated[int | None, Query(ge=0, lt=2**63)] = None,
) -> Response:
    """What was received, delivered, first read, granted and revoked."""
    found = receipts_page(session, account.caller, before)
    return page(request, "receipts.html", receipts=found, before=before)


@router.get("/receipts/{digest}.svg")
@needs(Action.READ)
def code(
    account: AccountDep, session: RecordingSessionDep, settings: SettingsDep, digest: str
) -> Response:
    """The QR code that leads to the public page."""
    address = address_of(session, account.caller, digest, settings)
    return Response(qr.svg(address), media_type="image/svg+xml")


@router.get("/receipts/{digest}.zip")
@needs(Action.READ)
def file(
    account: AccountDep, session: RecordingSessionDep, settings: SettingsDep, digest: str
) -> Response:
    """Everything that proves it, in one file."""
    body = proof_file(session, account.caller, digest, settings)
    # The digest is that of a stored declaration: nothing to escape.
    disposition = f'attachment; filename="receipt-{digest[:16]}.zip"'
    return Response(
        body, media_type="application/zip", headers={"Content-Disposition": disposition}
    )


@router.get("/receipts/{digest}")
@needs(Action.READ)
def receipt(
    request: Request,
    account: AccountDep,
    session: RecordingSessionDep,
    settings: SettingsDep,
    digest: str,
) -> Response:
    """One receipt, made to be printed as well; and the requests that it answers with one click."""
    found = receipt_page(session, account.caller, digest, settings)
    is_answer = found.is_own and found.state == "head"
    asked = offers(session, account.caller, found.part_id) if is_answer else []
    return page(request, "receipt.html", receipt=found, offers=asked)
