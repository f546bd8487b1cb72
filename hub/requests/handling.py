"""What the asked company notes of a request for itself: its own part, and who has it in hand."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access.caller import PERSON, Caller
from hub.access.roles import allowed
from hub.access.tables import Person
from hub.bom.queries import own_part
from hub.bom.usecases import register_part
from hub.kit.actions import Action
from hub.kit.clock import now
from hub.kit.errors import BadInput, NotFound
from hub.requests.lifecycle import Side
from hub.requests.mail import tell
from hub.requests.queries import handling_of, request_of
from hub.requests.recording import is_of
from hub.requests.tables import FootprintRequest, RequestHandling


def name_part(session: Session, caller: Caller, request_id: str, part_id: str) -> RequestHandling:
    """Say which own part a request is about; nobody else is told before the answer.

    Raises `NotFound` for a request that was not sent to the caller, or a part that is not its.
    """
    row = _to(session, caller, request_id)
    return keep(session, caller, row, part_id=own_part(session, caller.company_id, part_id).id)


def name_number(session: Session, caller: Caller, request_id: str, number: str) -> RequestHandling:
    """The same by the part's number. A number that is new is registered as the company's part,
    under the name that the customer gives it: who has just joined has no parts yet.

    Raises `NotFound` for a request that was not sent to the caller, `BadInput` for the number.
    """
    row = _to(session, caller, request_id)
    part = register_part(session, caller.company_id, number.strip(), name=row.part_name)
    return keep(session, caller, row, part_id=part.id)


def assign(
    session: Session, caller: Caller, request_id: str, person_id: str | None
) -> RequestHandling:
    """Forward a request to a colleague; None: to nobody. The asker is not told.

    Raises `NotFound` for a request that was not sent to the caller and for who is no person of its,
    `BadInput` for a person whose roles are not for requests.
    """
    row = _to(session, caller, request_id)
    assignee = None
    if person_id is not None:
        person = session.get(Person, person_id)
        if person is None or person.company_id != caller.company_id:
            raise NotFound("requests/person-not-found", person=person_id[:100])
        if Action.ANSWER_REQUEST not in allowed(person.roles):
            raise BadInput("requests/person-role", person=person.name)
        assignee = f"{PERSON}:{person.id}"
    noted = keep(session, caller, row, assignee=assignee)
    if assignee and assignee != caller.actor:
        tell(session, row, row.asked_id, "request-forwarded")
    return noted


def colleagues(session: Session, caller: Caller) -> list[tuple[str, str]]:
    """Id and name of the caller's people who may work on requests, by name."""
    query = select(Person).filter_by(company_id=caller.company_id).order_by(Person.name, Person.id)
    may = (one for one in session.scalars(query) if Action.ANSWER_REQUEST in allowed(one.roles))
    return [(one.id, one.name) for one in may]


def keep(session: Session, caller: Caller, row: FootprintRequest, **noted: Any) -> RequestHandling:
    """Write what the asked company notes of a request; columns that are not named stay."""
    found = handling_of(session, caller.company_id, row.id)
    if found is None:
        found = RequestHandling(request_id=row.id, company_id=caller.company_id, changed_at=now())
        session.add(found)
    for name, value in noted.items():
        setattr(found, name, value)
    found.changed_at = now()
    session.flush()
    return found


def _to(session: Session, caller: Caller, request_id: str) -> FootprintRequest:
    row = request_of(session, caller.company_id, request_id, lock=True)
    if not is_of(row, caller, Side.ASKED):
        raise NotFound
    return row
