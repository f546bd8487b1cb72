"""People, machines and their roles in a company; whoever changes them leaves a record of it."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, String, select, type_coerce
from sqlalchemy.orm import Session

from hub.access.caller import MACHINE, PERSON, Caller
from hub.access.events import record
from hub.access.four_eyes import four_eyes
from hub.access.machine_keys import add_machine_key, end_machine_key
from hub.access.oidc.links import open_link
from hub.access.roles import GIVEN_BY_ADMINS, Role, Roles, read_roles
from hub.access.tables import Machine, Person
from hub.access.usecases import (
    add_key_holder,
    add_machine,
    add_person,
    end_machine,
    find_person,
    remove_person,
)
from hub.kit.errors import Conflict, Forbidden, NotFound
from hub.parties.usecases import lock_company

Jwk = Mapping[str, Any]
DECIDING: Roles = frozenset({Role.RELEASER, Role.ADMIN})
"""Whoever holds one of them can be, or make, the second pair of eyes."""


def people_of(session: Session, company_id: str) -> list[Person]:
    """Everybody who signs in for the company, by name."""
    query = select(Person).filter_by(company_id=company_id).order_by(Person.name, Person.id)
    return list(session.scalars(query))


def machines_of(session: Session, company_id: str) -> list[Machine]:
    """Every machine of the company that was not ended, by name."""
    query = select(Machine).filter_by(company_id=company_id, revoked_at=None)
    return list(session.scalars(query.order_by(Machine.name, Machine.id)))


def names_of_actors(session: Session, company_id: str) -> dict[str, str]:
    """Names of who acts for the company, by `Caller.actor`; whoever left is not among them."""
    people = {f"{PERSON}:{found.id}": found.name for found in people_of(session, company_id)}
    query = select(Machine.id, Machine.name).filter_by(company_id=company_id)
    return people | {f"{MACHINE}:{machine}": name for machine, name in session.execute(query)}


def enrol_person(
    session: Session,
    caller: Caller,
    email: str,
    name: str,
    roles: Collection[str],
    language: str,
    password: str | None,
) -> Person:
    """A person who signs in for the caller's company; without a password only by a provider.

    Raises `BadInput` for an unusable value, `Conflict` for a known email, `Forbidden` for the role
    of the operator.
    """
    lock_company(session, caller.company_id)
    refuse_unfit(session, caller, read_roles(roles))
    person = add_person(session, caller.company_id, email, name, roles, language, password)
    record(session, caller, "person-added", f"{PERSON}:{person.id}", person.roles)
    return person


def change_roles(
    session: Session, caller: Caller, person_id: str, roles: Collection[str]
) -> Person:
    """Give a person these roles and no others, from the next request on.

    Raises `NotFound` for nobody of the caller's company, `Conflict` (`access/last-admin`) where
    nobody would be left to give roles, `BadInput` or `Forbidden` for roles that cannot be given.
    """
    lock_company(session, caller.company_id)
    person, wanted = _own_person(session, caller, person_id), read_roles(roles)
    refuse_unfit(session, caller, wanted - person.roles)
    if Role.ADMIN not in wanted:
        _refuse_last_admin(session, person)
    person.roles = wanted
    record(session, caller, "person-roles", f"{PERSON}:{person.id}", wanted)
    return person


def dismiss_person(session: Session, caller: Caller, person_id: str) -> None:
    """Remove a person and end every session of theirs. Raises as `change_roles` does."""
    lock_company(session, caller.company_id)
    person = _own_person(session, caller, person_id)
    _refuse_last_admin(session, person)
    remove_person(session, person.email)
    record(session, caller, "person-removed", f"{PERSON}:{person.id}")


def enrol_machine(
    session: Session, caller: Caller, name: str, roles: Collection[str]
) -> tuple[Machine, str]:
    """A machine of the caller's company, and its secret, shown this once."""
    _refuse_operator(session, caller, read_roles(roles))
    machine_id, secret = add_machine(session, caller.company_id, name, roles)
    machine = session.get_one(Machine, machine_id)
    record(session, caller, "machine-added", f"{MACHINE}:{machine_id}", machine.roles)
    return machine, secret


def enrol_key_holder(
    session: Session, caller: Caller, name: str, roles: Collection[str], jwks: Iterable[Jwk]
) -> Machine:
    """A machine of the caller's company that proves who it is with its keys, and has no secret.

    Raises `BadInput` for an unusable key, `Conflict` for more than five.
    """
    _refuse_operator(session, caller, read_roles(roles))
    machine = session.get_one(Machine, add_key_holder(session, caller.company_id, name, roles))
    for jwk in jwks:
        add_machine_key(session, machine.id, jwk)
    record(session, caller, "machine-added", f"{MACHINE}:{machine.id}", machine.roles)
    return machine


def give_key(session: Session, caller: Caller, machine_id: str, jwk: Jwk) -> str:
    """Let a machine prove who it is with this key too; its thumbprint. Raises `NotFound`,
    `BadInput` or `Conflict` as `enrol_key_holder` does."""
    machine = _own_machine(session, caller, machine_id)
    name = add_machine_key(session, machine.id, jwk)
    record(session, caller, "machine-key-added", f"{MACHINE}:{machine.id}")
    return name


def end_key(session: Session, caller: Caller, machine_id: str, thumbprint: str) -> None:
    """End a key of a machine, and its tokens. Raises `NotFound`."""
    machine = _own_machine(session, caller, machine_id)
    end_machine_key(session, machine.id, thumbprint)
    record(session, caller, "machine-key-ended", f"{MACHINE}:{machine.id}")


def link_person(
    session: Session,
    caller: Caller,
    email: str,
    issuer: str,
    *,
    by_invitation: bool,
    keep_password: bool = False,
) -> str | None:
    """Open the door for an account at a provider, as `open_link` does, and leave a record of it."""
    person = _own_person(session, caller, find_person(session, email).id)
    code = open_link(
        session, email, issuer, by_invitation=by_invitation, keep_password=keep_password
    )
    record(session, caller, "person-linked", f"{PERSON}:{person.id}")
    return code


def change_machine(
    session: Session, caller: Caller, machine_id: str, roles: Collection[str]
) -> Machine:
    """Give a machine these roles and no others. Raises `NotFound`, `BadInput` or `Forbidden`."""
    machine, wanted = _own_machine(session, caller, machine_id), read_roles(roles)
    _refuse_operator(session, caller, wanted - machine.roles)
    machine.roles = wanted
    record(session, caller, "machine-roles", f"{MACHINE}:{machine.id}", wanted)
    return machine


def dismiss_machine(session: Session, caller: Caller, machine_id: str) -> None:
    """End a machine at once. Raises `NotFound` for one that is not the company's, or ended."""
    machine = _own_machine(session, caller, machine_id)
    end_machine(session, machine.id)
    record(session, caller, "machine-ended", f"{MACHINE}:{machine.id}")


def _own_person(session: Session, caller: Caller, person_id: str) -> Person:
    person = session.get(Person, person_id)
    if person is None or person.company_id != caller.company_id:
        raise NotFound
    return person


def _own_machine(session: Session, caller: Caller, machine_id: str) -> Machine:
    lock_company(session, caller.company_id)
    machine = session.get(Machine, machine_id)
    if machine is None or machine.company_id != caller.company_id or machine.revoked_at:
        raise NotFound
    return machine


def _refuse_last_admin(session: Session, leaving: Person) -> None:
    """Machines do not count: who answers for a company's people is a person."""
    others = (person for person in people_of(session, leaving.company_id) if person != leaving)
    if Role.ADMIN in leaving.roles and not any(Role.ADMIN in person.roles for person in others):
        raise Conflict("access/last-admin")


def refuse_unfit(session: Session, caller: Caller, added: Roles) -> None:
    """What `_refuse_operator` refuses; and under four eyes no machine makes its second person."""
    _refuse_operator(session, caller, added)
    is_machine = caller.actor.startswith(f"{MACHINE}:")
    if is_machine and added & DECIDING and four_eyes(session, caller.company_id).is_on:
        raise Forbidden("access/person-needed")


def _refuse_operator(session: Session, caller: Caller, added: Roles) -> None:
    """The operator's role comes from the command line, and all who have it are of one company."""
    if added <= GIVEN_BY_ADMINS:
        return
    if not caller.operator:
        raise Forbidden("access/operator-role")
    if operating_company(session) not in (None, caller.company_id):
        raise Conflict("access/operator-company")


def operating_company(session: Session) -> str | None:
    """The hub's own company: that of whoever holds the operator's role; None where nobody does."""
    person, machine = _operates(Person), _operates(Machine)
    found = session.scalar(select(Person.company_id).where(person).limit(1))
    standing = select(Machine.company_id).where(machine, Machine.revoked_at.is_(None))
    return found or session.scalar(standing.limit(1))


def _operates(holder: type[Person] | type[Machine]) -> ColumnElement[bool]:
    return type_coerce(holder.roles, String).contains(Role.OPERATOR.value)


def companies_that_sign_in(session: Session) -> set[str]:
    """The companies that have a person, or a machine that was not ended."""
    people = select(Person.company_id)
    machines = select(Machine.company_id).where(Machine.revoked_at.is_(None))
    return set(session.scalars(people.union(machines)))
