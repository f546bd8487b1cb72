"""Mail to people of a company, in the transaction that is its cause; each in the own language."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access.roles import allowed
from hub.access.tables import Person
from hub.kit.actions import Action
from hub.kit.mail_words import wanted
from hub.kit.outbox import post
from hub.kit.wall import beyond

MOST_PEOPLE = 20
"""Of one company, by the age of their accounts: a mail to everybody is read by nobody."""


def write_to_people(
    session: Session, company_id: str, action: Action, template: str, params: Mapping[str, str]
) -> int:
    """Mail whoever may do an action in a company; how many mails wait now.

    Whoever's session this is: addresses are told to nobody.
    """
    query = select(Person).filter_by(company_id=company_id).order_by(Person.created_at, Person.id)
    with beyond(session):
        everybody = session.scalars(query).all()
    people = [one for one in everybody if action in allowed(one.roles)][:MOST_PEOPLE]
    for person in people:
        post(
            session,
            to=person.email,
            language=person.language,
            template=template,
            params={name: params[name] for name in wanted(template)},
            company_id=company_id,
        )
    return len(people)
