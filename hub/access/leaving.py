"""People and machines of a company that leaves."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import Session

from hub.access.events import events_of
from hub.access.roles import Role
from hub.access.secrets import fingerprint
from hub.access.tables import (
    AccessToken,
    CompanyEvent,
    FailedSignIn,
    Invitation,
    Machine,
    MachineKey,
    OidcLink,
    Person,
    WebSession,
)
from hub.kit.leaving import ExportFile, csv_file, rows_of
from hub.kit.tables import OutboxMessage
from hub.kit.wall import beyond
from hub.parties.leaving import forget_provisional

_PERSON = ("email", "name", "roles", "language", "created_at")
_LINK = ("issuer", "subject", "linked_at")
_MACHINE = ("id", "name", "roles", "created_at", "revoked_at")
_KEY = ("machine_id", "thumbprint", "jwk", "added_at")
_EVENT = ("at", "actor", "kind", "subject", "said")
_INVITATION = ("kind", "email", "name", "language", "said", "created_at", "used_at", "revoked_at")
_MAIL = ("id", "recipient", "language", "template", "state", "created_at", "sent_at")


def export(session: Session, company_id: str) -> Iterator[ExportFile]:
    """People with their accounts elsewhere, machines with their public keys; no password, no
    secret, and no hash of one."""
    people = select(*(getattr(Person, name) for name in _PERSON))
    people = people.where(Person.company_id == company_id).order_by(Person.email)
    yield csv_file("people.csv", "exit/file-people", _PERSON, _in_words(session, people))
    links = _links(session, company_id)
    yield csv_file("sign-in-links.csv", "exit/file-sign-in-links", ("email", *_LINK), links)
    machines = select(*(getattr(Machine, name) for name in _MACHINE))
    machines = machines.where(Machine.company_id == company_id).order_by(Machine.created_at)
    yield csv_file("machines.csv", "exit/file-machines", _MACHINE, _in_words(session, machines))
    keys = select(*(getattr(MachineKey, name) for name in _KEY))
    keys = keys.join(Machine, Machine.id == MachineKey.machine_id)
    keys = keys.where(Machine.company_id == company_id).order_by(MachineKey.added_at)
    yield csv_file("machine-keys.csv", "exit/file-machine-keys", _KEY, rows_of(session, keys))
    events = events_of(company_id).with_only_columns(*(getattr(CompanyEvent, n) for n in _EVENT))
    rows = rows_of(session, events.order_by(CompanyEvent.id))
    yield csv_file("administration.csv", "exit/file-administration", _EVENT, rows)
    invited = select(*(getattr(Invitation, name) for name in _INVITATION))
    invited = invited.where(Invitation.inviter_id == company_id).order_by(Invitation.created_at)
    rows = rows_of(session, invited)
    yield csv_file("invitations.csv", "exit/file-invitations", _INVITATION, rows)
    yield csv_file("mail.csv", "exit/file-mail", _MAIL, _mail(session, company_id))


def erase(session: Session, company_id: str) -> None:
    """Delete people and machines with what they had open, who changed what of them, and mail: to
    them, and on the company's behalf; companies that it has invited and nobody has claimed lose
    the name that it gave them."""
    people = select(Person.id).where(Person.company_id == company_id)
    machines = select(Machine.id).where(Machine.company_id == company_id)
    own = select(Person.email).where(Person.company_id == company_id)
    emails = session.scalars(own).all()
    tried = [fingerprint(email) for email in emails]
    mail = OutboxMessage
    invited = select(Invitation.company_id)
    invited = invited.where(Invitation.inviter_id == company_id, Invitation.kind == "company")
    with beyond(session):
        forget_provisional(session, session.scalars(invited).all())
        session.execute(
            delete(mail).where(or_(mail.company_id == company_id, mail.recipient.in_(emails)))
        )
        session.execute(delete(FailedSignIn).where(FailedSignIn.subject.in_(tried)))
        session.execute(delete(WebSession).where(WebSession.person_id.in_(people)))
        session.execute(delete(OidcLink).where(OidcLink.person_id.in_(people)))
        session.execute(delete(AccessToken).where(AccessToken.machine_id.in_(machines)))
    session.execute(delete(MachineKey).where(MachineKey.machine_id.in_(machines)))
    session.execute(delete(Invitation).where(Invitation.inviter_id == company_id))
    session.execute(delete(CompanyEvent).where(CompanyEvent.company_id == company_id))
    session.execute(delete(Person).where(Person.company_id == company_id))
    session.execute(delete(Machine).where(Machine.company_id == company_id))


def _in_words(session: Session, query: Select[*tuple[Any, ...]]) -> Iterator[Sequence[Any]]:
    """Rows whose roles are written as they are everywhere else."""
    for row in rows_of(session, query):
        yield [" ".join(r for r in Role if r in v) if isinstance(v, frozenset) else v for v in row]


def _links(session: Session, company_id: str) -> Sequence[Sequence[Any]]:
    """Who of the company signs in with which account of another organisation's."""
    query = select(Person.email, *(getattr(OidcLink, name) for name in _LINK))
    query = query.join(OidcLink, OidcLink.person_id == Person.id)
    query = query.where(Person.company_id == company_id).order_by(Person.email, OidcLink.issuer)
    with beyond(session):
        return session.execute(query).all()


def _mail(session: Session, company_id: str) -> Sequence[Sequence[Any]]:
    """What was sent on the company's behalf; what stood in it is not kept."""
    query = select(*(getattr(OutboxMessage, name) for name in _MAIL))
    query = query.where(OutboxMessage.company_id == company_id)
    with beyond(session):
        return session.execute(query.order_by(OutboxMessage.created_at, OutboxMessage.id)).all()
