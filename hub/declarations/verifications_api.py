"""Third parties' statements over HTTP: a verifier submits and revokes, readers see what counts."""

from typing import Annotated

from fastapi import Path, Response
from sqlalchemy import select

from hub.access.api import CallerDep
from hub.declarations.queries import visible
from hub.declarations.tables import VerificationRow
from hub.declarations.verification_payloads import (
    NewVerification,
    NewVerificationRevocation,
    RevokedView,
    VerificationVerdictView,
    VerificationView,
    revoked_view,
    verdict_view,
    verification_view,
)
from hub.declarations.verification_queries import assessed_now, own_or_visible, statements_on
from hub.declarations.verifications import receive_verification_and_prove, revoke_verification
from hub.kit.actions import Action, needs
from hub.kit.clock import now
from hub.kit.database import recording
from hub.kit.paging import Page, PageRequestDep, read_page
from hub.kit.web import (
    DatabaseDep,
    ReadingSessionDep,
    RecordingSessionDep,
    SessionDep,
    SettingsDep,
    also,
    new_router,
)
from hub.trust.log import receipt_of
from hub.trust.proofs import PROOF_TYPE, found_proof

router = new_router("/v1", "verifications")

Digest = Annotated[str, Path(description="SHA-256 (hex) of the statement's payload.")]
LOST = "The hub's log has lost what the hub signed: its operator must act."


@router.post(
    "/verifications",
    status_code=201,
    summary="Submit a verification statement",
    responses={
        200: {"model": VerificationVerdictView, "description": "Known already."},
        **also(
            not_found="No such declaration, or its owner does not let the verifier know it.",
            conflict=LOST,
        ),
    },
)
@needs(Action.VERIFY)
def submit_verification(
    new: NewVerification,
    caller: CallerDep,
    database: DatabaseDep,
    settings: SettingsDep,
    response: Response,
) -> VerificationVerdictView:
    """Needs a grant of level L1 by the declaration's owner; a buyer of the part is refused."""
    verdict = receive_verification_and_prove(
        database.write, caller, new.verification.strip(), settings
    )
    response.status_code = 201 if verdict.status == "stored" else 200
    return verdict_view(verdict)


@router.get("/verifications", summary="Statements of one's own, as a verifier")
@needs(Action.READ)
def list_own_verifications(
    caller: CallerDep, session: ReadingSessionDep, page: PageRequestDep
) -> Page[VerificationView]:
    """In the order of their receipt, with what became of them."""
    query = select(VerificationRow).where(VerificationRow.company_id == caller.company_id)
    rows, following = read_page(session, query, [VerificationRow.log_index], page)
    items = [verification_view(one) for one in assessed_now(session, rows)]
    return Page(items=items, next=following)


@router.get("/verifications/{digest}", summary="What is known of a statement")
@needs(Action.READ)
def read_verification(
    digest: Digest, caller: CallerDep, session: RecordingSessionDep
) -> VerificationView:
    """For its verifier, and for whoever may see the declaration."""
    row = own_or_visible(session, caller, digest)
    return verification_view(assessed_now(session, [row])[0])


@router.get(
    "/verifications/{digest}/jws", summary="The signed bytes as received", response_class=Response
)
@needs(Action.READ)
def read_verification_jws(digest: Digest, caller: CallerDep, database: DatabaseDep) -> Response:
    """What the verifier's signature is verified over."""
    with recording(database) as session:
        body = own_or_visible(session, caller, digest).jws
    return Response(body, media_type="application/jose")


@router.get(
    "/verifications/{digest}/receipt",
    summary="The receipt, as it was first sent",
    response_class=Response,
)
@needs(Action.READ)
def read_verification_receipt(digest: Digest, caller: CallerDep, database: DatabaseDep) -> Response:
    """Canonical JSON; the same bytes for ever."""
    with recording(database) as session:
        body = receipt_of(session, own_or_visible(session, caller, digest).digest)
    return Response(body, media_type="application/json")


@router.get(
    "/verifications/{digest}/proof",
    summary="The proof of the receipt, as it stands now",
    response_class=Response,
)
@needs(Action.READ)
def read_verification_proof(digest: Digest, caller: CallerDep, database: DatabaseDep) -> Response:
    """A C2SP tlog-proof under the checkpoint that most witnesses have seen."""
    with recording(database) as session:
        body = found_proof(session, own_or_visible(session, caller, digest).digest)
    return Response(body, media_type=PROOF_TYPE)


@router.post(
    "/verifications/{digest}/revocation",
    status_code=201,
    summary="No longer stand by a statement",
    responses=also(conflict="It was revoked before."),
)
@needs(Action.VERIFY)
def revoke(
    digest: Digest, new: NewVerificationRevocation, caller: CallerDep, session: SessionDep
) -> RevokedView:
    """By a revocation that the verifier signed; the statement stays readable, marked as revoked."""
    return revoked_view(revoke_verification(session, caller, digest, new.revocation.strip()))


@router.get("/declarations/{digest}/verifications", summary="Who verified a declaration")
@needs(Action.READ)
def list_verifications(
    digest: Annotated[str, Path(description="SHA-256 (hex) of the declaration's payload.")],
    caller: CallerDep,
    session: RecordingSessionDep,
) -> list[VerificationView]:
    """All statements on it, in the order they came; needs what the declaration needs."""
    row, _ = visible(session, caller, digest)
    at = now()
    found = statements_on(session, [row.digest], at.date(), at).get(row.digest, [])
    return [verification_view(one) for one in found]
