"""Telling people of a request by mail, in the transaction that is its cause.

A mail says that there is something to read, of whom and for which part, and leads there; never a
value, a purpose or words of the other side. Each person is written to in the own language.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access.caller import PERSON, Caller
from hub.access.roles import allowed
from hub.access.tables import Person
from hub.kit.actions import Action
from hub.kit.mail_words import wanted
from hub.kit.outbox import post
from hub.kit.wall import beyond
from hub.requests.queries import names_of_companies
from hub.requests.tables import FootprintRequest, RequestHandling

MOST_PEOPLE = 20
"""Of one company, by the age of their accounts: a mail to everybody is read by nobody."""


def tell(session: Session, row: FootprintRequest, company_id: str, template: str) -> None:
    """Tell the people of one of a request's companies what has happened to it."""
    partner = row.asked_id if company_id == row.asker_id else row.asker_id
    params = {
        "partner": names_of_companies(session, [partner])[partner],
        "part": row.part_number,
        "due": row.due.isoformat(),
        "link": f"/requests/{row.id}",
    }
    for person in _people(session, row, company_id):
        _post(session, person, template, params)


def tell_of_new(session: Session, caller: Caller, sent: Iterable[tuple[str, date]]) -> None:
    """Tell each company how many requests have come, and when the first is due: one mail for a set,
    however long it is. `sent` holds a company and a last day for each request."""
    name = names_of_companies(session, [caller.company_id])[caller.company_id]
    dues: dict[str, list[date]] = defaultdict(list)
    for company_id, due in sent:
        dues[company_id].append(due)
    for company_id, days in sorted(dues.items()):
        said = {"partner": name, "count": str(len(days)), "due": min(days).isoformat()}
        said["link"] = "/requests"
        for person in _with(session, company_id, Action.ANSWER_REQUEST):
            _post(session, person, "request-new", said)


def _people(session: Session, row: FootprintRequest, company_id: str) -> list[Person]:
    """Who has the request in hand, else all who may act on it."""
    if company_id == row.asker_id:
        return _with(session, company_id, Action.ASK)
    people = _with(session, company_id, Action.ANSWER_REQUEST)
    with beyond(session):
        held = session.get(RequestHandling, row.id)
    assigned = [one for one in people if held and held.assignee == f"{PERSON}:{one.id}"]
    return assigned or people


def _with(session: Session, company_id: str, action: Action) -> list[Person]:
    """People of a company, whoever's session this is: their addresses are told to nobody."""
    query = select(Person).filter_by(company_id=company_id).order_by(Person.created_at, Person.id)
    with beyond(session):
        people = session.scalars(query).all()
    return [one for one in people if action in allowed(one.roles)][:MOST_PEOPLE]


def _post(session: Session, to: Person, template: str, params: Mapping[str, str]) -> None:
    post(
        session,
        to=to.email,
        language=to.language,
        template=template,
        params={name: params[name] for name in wanted(template)},
        company_id=to.company_id,
    )
