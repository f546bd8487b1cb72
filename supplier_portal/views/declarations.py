"""Declarations: the company's own, and one of those that the reader may see, with its files."""

from typing import Annotated, Literal

from fastapi import Query, Request, Response

from hub.disclosure import company_declarations, declaration_page
from hub.disclosure.declaration_page import Download
from hub.disclosure.prepared_page import unsigned
from hub.kit.actions import Action, needs
from hub.kit.web import ReadingSessionDep, RecordingSessionDep, SettingsDep
from supplier_portal import field_guide
from supplier_portal.pages import page
from supplier_portal.reader import AccountDep, ReaderDep
from supplier_portal.views import new_router

router = new_router()


@router.get("/declarations")
@needs(Action.READ)
def declarations(
    request: Request,
    account: AccountDep,
    session: ReadingSessionDep,
    state: Literal["head", "superseded", "withdrawn", "expired", ""] = "",
    before: Annotated[int | None, Query(ge=0, lt=2**63)] = None,
) -> Response:
    """The company's declarations, newest first."""
    found = company_declarations.company_declarations(
        session, account.caller, state or None, before
    )
    waiting = unsigned(session, account.caller) if before is None else []
    return page(
        request,
        "declarations.html",
        declarations=found,
        unsigned=waiting,
        state=state,
        before=before,
    )


@router.get("/declarations/{digest}")
@needs(Action.READ)
def declaration(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: RecordingSessionDep,
    digest: str,
) -> Response:
    """One declaration, field by field."""
    found = declaration_page.declaration_page(session, account.caller, digest, reader.language)
    return page(
        request,
        "declaration.html",
        page=found,
        declaration=found.declaration,
        document=found.document,
        groups=field_guide.readings(found.document),
        foreign=field_guide.foreign(found.document),
    )


@router.get("/declarations/{digest}/jws")
@needs(Action.READ)
def jws(account: AccountDep, session: RecordingSessionDep, digest: str) -> Response:
    """The signed bytes as received."""
    return _file(declaration_page.jws(session, account.caller, digest))


@router.get("/declarations/{digest}/receipt")
@needs(Action.READ)
def receipt(account: AccountDep, session: RecordingSessionDep, digest: str) -> Response:
    """The receipt as it was first sent."""
    return _file(declaration_page.receipt(session, account.caller, digest))


@router.get("/declarations/{digest}/proof")
@needs(Action.READ)
def proof(account: AccountDep, session: RecordingSessionDep, digest: str) -> Response:
    """The proof of the receipt, as it stands now."""
    return _file(declaration_page.proof(session, account.caller, digest))


@router.get("/declarations/{digest}/evidence")
@needs(Action.READ)
def evidence(
    account: AccountDep, session: RecordingSessionDep, settings: SettingsDep, digest: str
) -> Response:
    """Everything an auditor needs to judge it offline."""
    return _file(declaration_page.evidence_file(session, account.caller, digest, settings))


@router.get("/declarations/{digest}/annexes/{name}")
@needs(Action.READ)
def annex(account: AccountDep, session: RecordingSessionDep, digest: str, name: str) -> Response:
    """An annex that its owner opens to the reader."""
    return _file(declaration_page.annex_file(session, account.caller, digest, name))


def _file(download: Download) -> Response:
    # The name is made of a stored digest and a closed list of endings: nothing to escape.
    disposition = f'attachment; filename="{download.file_name}"'
    return Response(
        download.body,
        media_type=download.media_type,
        headers={"Content-Disposition": disposition},
    )
