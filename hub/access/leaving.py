"""People and machines of a company that leaves."""

from collections.abc import Iterator

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hub.access.secrets import fingerprint
from hub.access.tables import AccessToken, FailedSignIn, Machine, Person, WebSession
from hub.kit.leaving import ExportFile, csv_file, rows_of

_PERSON = ("email", "name", "role", "language", "created_at")
_MACHINE = ("id", "name", "created_at", "revoked_at")


def export(session: Session, company_id: str) -> Iterator[ExportFile]:
    """People and machines; no password, no secret, and no hash of one."""
    people = select(*(getattr(Person, name) for name in _PERSON))
    people = people.where(Person.company_id == company_id).order_by(Person.email)
    yield csv_file("people.csv", "exit/file-people", _PERSON, rows_of(session, people))
    machines = select(*(getattr(Machine, name) for name in _MACHINE))
    machines = machines.where(Machine.company_id == company_id).order_by(Machine.created_at)
    yield csv_file("machines.csv", "exit/file-machines", _MACHINE, rows_of(session, machines))


def erase(session: Session, company_id: str) -> None:
    """Delete people and machines, and end whatever they had open."""
    people = select(Person.id).where(Person.company_id == company_id)
    machines = select(Machine.id).where(Machine.company_id == company_id)
    emails = session.scalars(select(Person.email).where(Person.company_id == company_id))
    tried = [fingerprint(email) for email in emails]
    session.execute(delete(FailedSignIn).where(FailedSignIn.subject.in_(tried)))
    session.execute(delete(WebSession).where(WebSession.person_id.in_(people)))
    session.execute(delete(AccessToken).where(AccessToken.machine_id.in_(machines)))
    session.execute(delete(Person).where(Person.company_id == company_id))
    session.execute(delete(Machine).where(Machine.company_id == company_id))
