"""Leaving over HTTP: everything as an archive, and erasure with its receipt."""

from collections.abc import Iterator
from itertools import chain
from threading import BoundedSemaphore
from typing import Annotated

from fastapi import Path, Request, Response
from fastapi.responses import StreamingResponse

from hub.access.api import CallerDep
from hub.access.caller import Caller
from hub.exit import usecases
from hub.exit.exporting import export_company
from hub.exit.payloads import (
    DemandView,
    NewDemand,
    NewErasure,
    PlanView,
    demand_view,
    plan_view,
)
from hub.kit.actions import Action, needs
from hub.kit.database import Database
from hub.kit.errors import TooMany
from hub.kit.web import (
    DatabaseDep,
    ReadingSessionDep,
    SessionDep,
    SettingsDep,
    also,
    database_of,
    new_router,
)
from hub.settings import Settings

ZIP, JSON = "application/zip", "application/json"
AT_ONCE = 2
"""Exports that one process makes at a time."""
RETRY_SECONDS = 60
SIGNED = "The hub has no key of its own, or its log has lost entries."

router = new_router("/v1", "exit")
_turns = BoundedSemaphore(AT_ONCE)


@router.get(
    "/company/export",
    summary="Everything of the company's, as one archive",
    response_class=Response,
    responses=also(conflict="The hub's log has lost what the hub signed."),
)
@needs(Action.LEAVE)
def export(caller: CallerDep, database: DatabaseDep, settings: SettingsDep) -> Response:
    """A ZIP archive, sent while it is made: tables as the hub imports them, signed bytes with
    receipts and proofs, and a manifest. One that is cut off has no directory and does not open.
    429 while enough others are being made."""
    return exported(database, caller, settings)


@router.get("/company/erasure", summary="What erasing the company would do")
@needs(Action.LEAVE)
def read_plan(caller: CallerDep, session: ReadingSessionDep) -> PlanView:
    """A dry run: what would go, and in counts only, whose results rest on it."""
    return plan_view(usecases.plan_of(session, caller.company_id))


@router.post("/company/erasure", status_code=201, summary="Demand that the company be erased")
@needs(Action.LEAVE)
def demand(
    new: NewDemand, caller: CallerDep, session: SessionDep, settings: SettingsDep
) -> DemandView:
    """It waits, so that a mistake, or a stolen secret, does not cost a company everything."""
    waiting = usecases.demand_erasure(session, caller, new.company, new.reason, settings)
    return demand_view(waiting)


@router.delete(
    "/company/erasure",
    status_code=204,
    summary="Take the demand back",
    responses=also(not_found="No demand is waiting."),
)
@needs(Action.LEAVE)
def take_back(caller: CallerDep, session: SessionDep) -> Response:
    """Possible until it is carried out."""
    usecases.take_back(session, caller)
    return Response(status_code=204)


@router.post(
    "/company/erasure/execution",
    status_code=201,
    summary="Carry the demand out; there is no way back",
    response_class=Response,
    responses=also(not_found="No demand is waiting.", conflict=f"It is not due yet. {SIGNED}"),
)
@needs(Action.LEAVE)
def carry_out(caller: CallerDep, request: Request, settings: SettingsDep) -> Response:
    """The deletion receipt, to be kept. Afterwards nobody can sign in for the company; whoever lost
    the answer gets the same receipt from the operator."""
    receipt = usecases.carry_out(database_of(request).write, caller, settings)
    return Response(receipt, 201, media_type=JSON)


@router.post(
    "/declarations/{digest}/erasure",
    status_code=201,
    summary="Erase the bytes of a withdrawn declaration",
    response_class=Response,
    responses=also(conflict=f"The declaration was not withdrawn. {SIGNED}"),
)
@needs(Action.RELEASE)
def erase_declaration(
    digest: Annotated[str, Path(description="SHA-256 (hex) of the declaration's payload.")],
    new: NewErasure,
    caller: CallerDep,
    request: Request,
    settings: SettingsDep,
) -> Response:
    """The deletion receipt. Digest, receipt and place in the log stay. What the declaration had
    replaced goes too: it would stand again otherwise."""
    receipt = usecases.erase_declaration(
        database_of(request).write,
        caller.company_id,
        digest,
        new.reason,
        settings,
        annexes_only=new.scope == "annexes",
    )
    return Response(receipt, 201, media_type=JSON)


def exported(database: Database, caller: Caller, settings: Settings) -> Response:
    """The archive as an answer; what refuses it does so before the first byte.

    Raises `TooMany` (`exit/busy`) while enough others are being made.
    """
    pieces = _one_at_a_time(database, caller, settings)
    first = next(pieces)
    headers = {"Content-Disposition": 'attachment; filename="tierlight-export.zip"'}
    return StreamingResponse(chain([first], pieces), headers=headers, media_type=ZIP)


def _one_at_a_time(database: Database, caller: Caller, settings: Settings) -> Iterator[bytes]:
    if not _turns.acquire(blocking=False):
        raise TooMany("exit/busy", RETRY_SECONDS)
    try:
        yield from export_company(database.write, database.read, caller, settings)
    finally:
        _turns.release()
