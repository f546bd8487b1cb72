"""Two companies that are one: what others have addressed to the first goes to the second.

Only a company that owns nothing can be merged: then nothing signed, granted or computed changes
hands. What moves are requests that it was asked, sourcing links that name it, and its identifiers;
its id answers with the other from then on.
"""

from typing import Final, Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.access.events import record
from hub.access.invitations import open_invitation, use_up
from hub.access.tables import Invitation, Person
from hub.access.usecases import remove_person
from hub.bom.tables import SourcingLink
from hub.bom.usecases import resolve_links
from hub.exit.holdings import counted
from hub.kit.clock import now
from hub.kit.errors import BadInput, Conflict, NotFound
from hub.parties.changes import touch
from hub.parties.tables import Company, CompanyIdentifier
from hub.parties.usecases import lock_company
from hub.requests.tables import FootprintRequest, RequestEvent, RequestHandling

Reason = Literal["same", "gone", "owns", "between"]
MOVES_OR_ENDS: Final = frozenset(
    {
        *("company_identifier", "person", "web_session", "oidc_link", "company_event"),
        *("outbox_message", "key_challenge", "stored_answer", "stored_answer_source"),
        *("footprint_request", "request_event", "request_handling", "invitation"),
    }
)
"""Tables of which a merged company may have rows; of any other, it owns something."""


def take_over(session: Session, caller: Caller, code: str) -> Company:
    """Merge the provisional company of an invitation into the caller's own; the session is the
    hub's. Raises `NotFound` (`join/gone`), `Conflict` (`join/not-safe`)."""
    invitation = open_invitation(session, code)
    if invitation.kind != "company":
        raise NotFound("join/gone")
    use_up(session, invitation)
    return merge(session, caller, invitation.company_id, caller.company_id)


def merge_by_operator(session: Session, actor: Caller, from_id: str, reason: str) -> Company:
    """Merge a company, provisional or claimed, into the actor's; its people's accounts end.

    Raises `BadInput` (`identity/source`) without a reason, `Conflict` (`join/not-safe`).
    """
    if not 0 < len(reason.strip()) <= 300 or not reason.strip().isprintable():
        raise BadInput("identity/source", limit="300")
    return merge(session, actor, from_id, actor.company_id, reason.strip())


def merge(
    session: Session, caller: Caller, from_id: str, into_id: str, reason: str | None = None
) -> Company:
    """Merge `from_id` into `into_id`, with a record in the latter's administration."""
    leaving, staying = (session.get(Company, each) for each in (from_id, into_id))
    if leaving is None or staying is None:
        raise NotFound
    _refuse_unsafe(session, leaving, staying)
    for each in sorted((from_id, into_id)):
        lock_company(session, each)
    buyers = _move(session, from_id, into_id)
    for email in session.scalars(select(Person.email).filter_by(company_id=from_id)).all():
        remove_person(session, email)
    leaving.merged_into, leaving.provisional = into_id, False
    session.flush()
    session.expire(leaving, ["identifiers"])
    session.expire(staying, ["identifiers"])
    resolve_links(session, staying)
    touch(session, from_id, into_id, *buyers)
    noted = record(session, caller, "company-merged", f"company:{from_id}")
    noted.said = reason or leaving.name
    return staying


def _refuse_unsafe(session: Session, leaving: Company, staying: Company) -> None:
    if leaving.id == staying.id:
        raise _unsafe(leaving, "same")
    if any(each.erased_at or each.merged_into for each in (leaving, staying)):
        raise _unsafe(leaving, "gone")
    if staying.provisional:
        raise _unsafe(staying, "gone")
    held = {name for name, count in counted(session, leaving.id).items() if count}
    sent = select(FootprintRequest.id).filter_by(asker_id=leaving.id).limit(1)
    if held - MOVES_OR_ENDS or session.scalar(sent):
        raise _unsafe(leaving, "owns")
    asked = select(FootprintRequest.id).filter_by(asker_id=staying.id, asked_id=leaving.id)
    bought = select(SourcingLink.id).filter_by(buyer_id=staying.id, supplier_id=leaving.id)
    if session.scalar(asked.limit(1)) or session.scalar(bought.limit(1)):
        raise _unsafe(leaving, "between")


def _unsafe(company: Company, reason: Reason) -> Conflict:
    return Conflict("join/not-safe", company=company.name, case=reason)


def _move(session: Session, from_id: str, into_id: str) -> list[str]:
    """Move what others have addressed; who they are."""
    link = SourcingLink
    buyers = select(link.buyer_id).where(link.supplier_id == from_id)
    askers = select(FootprintRequest.asker_id).where(FootprintRequest.asked_id == from_id)
    concerned = set(session.scalars(buyers)) | set(session.scalars(askers))
    for column in (
        link.supplier_id,
        FootprintRequest.asked_id,
        RequestEvent.asked_id,
        RequestEvent.author_id,
        RequestHandling.company_id,
        CompanyIdentifier.company_id,
    ):
        moved = update(column.class_).where(column == from_id).values({column: into_id})
        session.execute(moved.execution_options(synchronize_session="fetch"))
    ended = update(Invitation).where(Invitation.company_id == from_id, Invitation.used_at.is_(None))
    session.execute(ended.values(revoked_at=now()))
    return sorted(concerned)
