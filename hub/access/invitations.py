"""Invitations by link: of a company that is not here yet, and of a colleague.

    invite_company ──> a provisional company, and a link by mail ──> claim ──> a company like others
    invite_colleague ──> a link by mail ──> join ──> a person of the inviter's company

The code in the link is a secret: only its hash is kept, it works once, for 14 days, and only
whoever reads the mailbox has it; the inviter never sees it. Whether an address or a number is known
here is told to nobody: the inviter gets the same answer either way.
"""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Final, Literal

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import Session

from hub.access.administration import refuse_unfit
from hub.access.caller import PERSON, Caller
from hub.access.events import record
from hub.access.roles import GIVEN_BY_ADMINS, Role, read_roles
from hub.access.secrets import fingerprint, random_secret
from hub.access.tables import Invitation, Person
from hub.access.usecases import add_person, check_password
from hub.kit.actions import Action
from hub.kit.clock import now
from hub.kit.errors import BadInput, Conflict, NotFound, TooMany
from hub.kit.language import LANGUAGES
from hub.kit.outbox import mail_address, post
from hub.kit.tables import new_id
from hub.kit.wall import beyond
from hub.parties.tables import Company
from hub.parties.usecases import Identifier, add_provisional, checked_identifiers, lock_company
from hub.parties.usecases import claim_company as claim_row

__all__ = [
    "Invitation",
    "claim",
    "invite_colleague",
    "invite_company",
    "join",
    "latest",
    "open_invitation",
    "revoke",
    "send_again",
    "sent_by",
    "use_up",
]

Kind = Literal["company", "colleague"]
DAYS: Final = 14
MOST_A_DAY: Final = 500
"""Of one company: a thief of an account must not write to the whole world."""
MOST_SENDINGS: Final = 5
FIRST_ROLES: Final = frozenset(GIVEN_BY_ADMINS)
"""Of whoever claims a company: there is nobody else yet who could do any of it."""


def invite_company(
    session: Session,
    asker: Caller,
    *,
    name: str,
    email: str,
    language: str,
    country: str,
    identifiers: Iterable[Identifier] = (),
) -> tuple[Company, Invitation]:
    """A provisional company that requests and links can name, and a link by mail to claim it.

    It owns nothing, and nobody signs in for it before it is claimed. Identifiers stay with the
    invitation until then, so that it does not matter whose they are. Raises `BadInput` for an
    unusable value, `TooMany` for too many invitations in a day.
    """
    named = checked_identifiers(identifiers)
    _refuse_too_many(session, asker.company_id)
    with beyond(session):  # the company that it becomes is nobody's yet
        company = add_provisional(session, name, country)
    wanted = " ".join(f"{scheme}:{value}" for scheme, value in named)
    invitation = _opened(session, asker, "company", company.id, email, name, language)
    invitation.said = wanted or None
    _send(session, asker, invitation)
    record(session, asker, "company-invited", f"invitation:{invitation.id}")
    return company, invitation


def invite_colleague(
    session: Session, caller: Caller, email: str, name: str, language: str, roles: Collection[str]
) -> Invitation:
    """A link by mail with which somebody becomes a person of the caller's company.

    Raises `BadInput` for an unusable value, `Forbidden` for roles that the caller cannot give.
    """
    wanted = read_roles(roles)
    lock_company(session, caller.company_id)
    refuse_unfit(session, caller, wanted)
    _refuse_too_many(session, caller.company_id)
    own = caller.company_id
    invitation = _opened(session, caller, "colleague", own, email, name, language)
    invitation.said = " ".join(role for role in Role if role in wanted)
    _send(session, caller, invitation)
    record(session, caller, "colleague-invited", f"invitation:{invitation.id}", wanted)
    return invitation


def send_again(session: Session, caller: Caller, invitation_id: str) -> Invitation:
    """A new link by mail, for another 14 days; the old one is worth nothing from here on.

    Raises `NotFound`, `Conflict` (`join/over`) for one that was used or revoked, `TooMany`.
    """
    invitation = _own(session, caller, invitation_id)
    if invitation.sendings >= MOST_SENDINGS:
        raise TooMany("join/too-many", 24 * 3600)
    _send(session, caller, invitation)
    record(session, caller, "invitation-sent-again", f"invitation:{invitation.id}")
    return invitation


def revoke(session: Session, caller: Caller, invitation_id: str) -> Invitation:
    """End an invitation: its link is worth nothing. Raises as `send_again` does."""
    invitation = _own(session, caller, invitation_id)
    invitation.revoked_at = now()
    record(session, caller, "invitation-revoked", f"invitation:{invitation.id}")
    return invitation


def sent_by(company_id: str) -> Select[Invitation]:
    """What a company has sent out."""
    return select(Invitation).filter_by(inviter_id=company_id)


def latest(session: Session, company_id: str, most: int) -> list[Invitation]:
    """The newest that a company has sent out."""
    newest = sent_by(company_id).order_by(Invitation.created_at.desc(), Invitation.id)
    return list(session.scalars(newest.limit(most)))


def open_invitation(session: Session, code: str) -> Invitation:
    """The invitation of a code, for whoever holds it; the session is the hub's.

    Raises `NotFound` (`join/gone`) for an unknown, used, ended or revoked one: the same answer.
    """
    found = select(Invitation).where(Invitation.code_hash == fingerprint(code), _is_open())
    invitation = session.scalar(found.with_for_update())
    if invitation is None:
        raise NotFound("join/gone")
    return invitation


def claim(
    session: Session,
    code: str,
    *,
    person: str,
    password: str,
    name: str,
    country: str,
    identifiers: Iterable[Identifier] = (),
) -> Person:
    """Make a provisional company a real one, with its first person; the code is used up.

    Identifiers that another company has are left out without a word: the operator sees by
    `hub company verify` what is missing. Raises `NotFound` (`join/gone`), `BadInput`, and
    `Conflict` (`hub/email-taken`), which only whoever reads that mailbox can come to.
    """
    invitation = _of_kind(session, code, "company")
    check_password(password)
    company = claim_row(session, invitation.company_id, name, country, identifiers)
    made = _enter(session, invitation, person, FIRST_ROLES, password)
    owner = Caller(company.id, f"{PERSON}:{made.id}", roles=made.roles)
    record(session, owner, "company-claimed", f"{PERSON}:{made.id}", made.roles)
    return made


def join(session: Session, code: str, *, person: str, password: str) -> Person:
    """Become a person of the company that has invited a colleague. Raises as `claim` does."""
    invitation = _of_kind(session, code, "colleague")
    check_password(password)
    lock_company(session, invitation.company_id)
    roles = read_roles((invitation.said or "").split())
    made = _enter(session, invitation, person, roles, password)
    newcomer = Caller(made.company_id, f"{PERSON}:{made.id}", roles=made.roles)
    record(session, newcomer, "person-added", f"{PERSON}:{made.id}", made.roles)
    return made


def _of_kind(session: Session, code: str, kind: Kind) -> Invitation:
    invitation = open_invitation(session, code)
    if invitation.kind != kind:
        raise NotFound("join/gone")
    return invitation


def _enter(
    session: Session,
    invitation: Invitation,
    name: str,
    roles: Collection[str],
    password: str,
) -> Person:
    language = invitation.language
    person = add_person(
        session, invitation.company_id, invitation.email, name, roles, language, password
    )
    use_up(session, invitation)
    return person


def use_up(session: Session, invitation: Invitation) -> None:
    """Mark an invitation as used, once; of two at the same time one is refused."""
    used = update(Invitation).where(Invitation.id == invitation.id, Invitation.used_at.is_(None))
    if session.scalar(used.values(used_at=now()).returning(Invitation.id)) is None:
        raise NotFound("join/gone")


def _opened(
    session: Session,
    caller: Caller,
    kind: Kind,
    company_id: str,
    email: str,
    name: str,
    language: str,
) -> Invitation:
    if language not in LANGUAGES:
        raise BadInput("hub/language", language=language[:20])
    if not 0 < len(name.strip()) <= 200 or not name.strip().isprintable():
        raise BadInput("hub/text", member="name", limit="200")
    invitation = Invitation(
        id=new_id(),
        kind=kind,
        inviter_id=caller.company_id,
        company_id=company_id,
        invited_by=caller.actor,
        email=mail_address(email).lower(),
        name=name.strip(),
        language=language,
        code_hash="",
        sendings=0,
        created_at=now(),
        expires_at=now(),
    )
    return invitation


def _send(session: Session, caller: Caller, invitation: Invitation) -> None:
    """Give the invitation a new code, and the code to the outbox alone."""
    code = random_secret()
    invitation.code_hash = fingerprint(code)
    invitation.sendings += 1
    invitation.expires_at = now() + timedelta(days=DAYS)
    session.add(invitation)
    session.flush()
    post(
        session,
        to=invitation.email,
        language=invitation.language,
        template=f"invitation-{invitation.kind}",
        params={
            "company": session.get_one(Company, caller.company_id).name,
            "days": str(DAYS),
            "link": f"/join/{code}",
        },
        company_id=caller.company_id,
    )


def _own(session: Session, caller: Caller, invitation_id: str) -> Invitation:
    invitation = session.get(Invitation, invitation_id)
    if invitation is None or invitation.inviter_id != caller.company_id:
        raise NotFound
    if invitation.kind == "colleague" and not caller.may(Action.ADMINISTER):
        raise NotFound
    if invitation.used_at or invitation.revoked_at:
        raise Conflict("join/over")
    return invitation


def _is_open() -> ColumnElement[bool]:
    row = Invitation
    return row.used_at.is_(None) & row.revoked_at.is_(None) & (row.expires_at > now())


def _refuse_too_many(session: Session, company_id: str) -> None:
    since = Invitation.created_at > now() - timedelta(days=1)
    mine = select(func.count()).where(Invitation.inviter_id == company_id, since)
    if (session.scalar(mine) or 0) >= MOST_A_DAY:
        raise TooMany("join/too-many", 24 * 3600)
