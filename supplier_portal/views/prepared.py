"""A prepared document: read it, look through the checks, sign it here or with the command."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, File, Form, Query, Request, Response, UploadFile
from fastapi.responses import PlainTextResponse, RedirectResponse

from hub.declarations import preparing
from hub.declarations.sealing import sign_prepared
from hub.disclosure import prepared_page
from hub.kit.actions import Action, needs
from hub.kit.database import Database
from hub.kit.errors import BadInput, HubError, NotFound
from hub.kit.problems import problem_of
from hub.kit.web import DatabaseDep, ReadingSessionDep, SessionDep, SettingsDep
from hub.settings import Settings
from supplier_portal import field_guide
from supplier_portal.declare_form import entry_id, is_readable
from supplier_portal.forms import OwnFormDep
from supplier_portal.pages import signing_page
from supplier_portal.reader import Account, AccountDep, ReaderDep, reader_of
from supplier_portal.views import new_router
from tierlight_schemas.checks import RULES
from tierlight_schemas.declaration import Acknowledgement
from tierlight_schemas.envelope import MAX_JWS_BYTES

MAX_REASON = 1_000

router = new_router()


async def reasons_given(request: Request) -> dict[int, str]:
    """The reasons by the number of their finding: fields `reason-0`, `reason-1` …"""
    fields = [(n, v) for n, v in (await request.form()).multi_items() if isinstance(v, str)]
    return {
        int(number): text.strip()
        for name, text in fields
        if (number := name.removeprefix("reason-")) != name
        and number.isdecimal()
        and len(number) < 4
        and text.strip()
    }


@router.get("/prepared/{prepared_id}")
@needs(Action.SUBMIT)
def prepared(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: ReadingSessionDep,
    prepared_id: str,
) -> Response:
    """What is about to be signed; once it is signed, on to the receipt, or that it waits."""
    shown = prepared_page.prepared_page(session, account.caller, prepared_id, reader.language)
    if not shown.is_signed:
        return _review(request, shown)
    if shown.held:
        return signing_page(request, "signed_and_held.html", page=shown, held=shown.held)
    return RedirectResponse(f"/receipts/{shown.digest}", 303)


@router.get("/prepared/{prepared_id}/payload")
@needs(Action.SUBMIT)
def payload(account: AccountDep, session: ReadingSessionDep, prepared_id: str) -> Response:
    """The bytes to be signed, as a file for `tierlight sign`."""
    name, body = prepared_page.payload_file(session, account.caller, prepared_id)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type="application/json", headers=headers)


@router.get("/prepared/{prepared_id}/signing-input")
@needs(Action.SUBMIT)
def signing_input(
    account: AccountDep,
    session: ReadingSessionDep,
    prepared_id: str,
    key: Annotated[str, Query(max_length=43)],
) -> Response:
    """What a key of the company's signs, for the page's script."""
    return PlainTextResponse(prepared_page.to_sign(session, account.caller, prepared_id, key).text)


@router.post("/prepared/{prepared_id}/reasons", dependencies=OwnFormDep)
@needs(Action.SUBMIT)
def give_reasons(
    account: AccountDep,
    reader: ReaderDep,
    session: SessionDep,
    settings: SettingsDep,
    prepared_id: str,
    given: Annotated[dict[int, str], Depends(reasons_given)],
) -> Response:
    """Another document, with the reasons inside what is signed."""
    shown = prepared_page.prepared_page(session, account.caller, prepared_id, reader.language)
    usable = all(len(text) <= MAX_REASON and is_readable(text) for text in given.values())
    if not usable or not all(number < len(shown.findings) for number in given):
        raise BadInput("hub/text", member="reason", limit=str(MAX_REASON))
    found = [(shown.findings[number], text) for number, text in sorted(given.items())]
    made = preparing.give_reasons(
        session,
        account.caller,
        prepared_id,
        [Acknowledgement(code=f.code, path=f.path, reason=text) for f, text in found],
        language=reader.language,
        settings=settings,
    )
    return RedirectResponse(f"/prepared/{made.id}", 303)


@router.post("/prepared/{prepared_id}/signature", dependencies=OwnFormDep)
@needs(Action.SUBMIT)
def sign(
    request: Request,
    account: AccountDep,
    database: DatabaseDep,
    settings: SettingsDep,
    prepared_id: str,
    jws: Annotated[str, Form(max_length=MAX_JWS_BYTES)],
    confirmed: Annotated[bool, Form()] = False,
) -> Response:
    """What the page's script has signed."""
    sent = Sent(prepared_id, jws.encode(), confirmed)
    return _take(request, account, database, settings, sent)


@router.post("/prepared/{prepared_id}/upload", dependencies=OwnFormDep)
@needs(Action.SUBMIT)
def upload(
    request: Request,
    account: AccountDep,
    database: DatabaseDep,
    settings: SettingsDep,
    prepared_id: str,
    signed: Annotated[UploadFile | None, File()] = None,
    confirmed: Annotated[bool, Form()] = False,
) -> Response:
    """The file that `tierlight sign` has written."""
    # One byte more than a JWS may have, so that the door says that it is too large.
    body = signed.file.read(MAX_JWS_BYTES + 1) if signed else b""
    return _take(request, account, database, settings, Sent(prepared_id, body.strip(), confirmed))


@dataclass(frozen=True)
class Sent:
    """A signature as a form brings it."""

    prepared_id: str
    jws: bytes
    is_confirmed: bool
    """Whether she ticked that this is what the company says."""


def _take(
    request: Request, account: Account, database: Database, settings: Settings, sent: Sent
) -> Response:
    """On to the receipt; or the document again, with why it was not taken.

    What was signed before, or while a connection broke, has a receipt, which is found again.
    """
    after = RedirectResponse(f"/prepared/{sent.prepared_id}", 303)
    try:
        _seal(account, database, settings, sent)
    except NotFound:
        raise
    except HubError as error:
        language = reader_of(request).language
        with database.read() as session:
            found = prepared_page.prepared_page(session, account.caller, sent.prepared_id, language)
        return after if found.is_signed else _review(request, found, error)
    return after


def _seal(account: Account, database: Database, settings: Settings, sent: Sent) -> None:
    if not sent.jws:
        raise BadInput("prepared/no-file")
    sign_prepared(
        database.write,
        account.caller,
        sent.prepared_id,
        sent.jws,
        is_confirmed=sent.is_confirmed,
        settings=settings,
    )


def _review(
    request: Request, shown: prepared_page.PreparedPage, error: HubError | None = None
) -> Response:
    return signing_page(
        request,
        "prepared.html",
        error.status if error else 200,
        page=shown,
        document=shown.document,
        groups=field_guide.readings(shown.document),
        foreign=field_guide.foreign(shown.document),
        places={one.path: entry_id(one.path) for one in shown.findings},
        rules=len(RULES),
        max_reason=MAX_REASON,
        problem=problem_of(error, reader_of(request).language) if error else None,
    )
