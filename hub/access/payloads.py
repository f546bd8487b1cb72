"""Shapes of the administration's API."""

from datetime import datetime
from typing import Any

from pydantic import Field

from hub.access.roles import Role
from hub.access.tables import CompanyEvent, Machine, Person
from hub.kit.payload import Payload

ROLES = "One or several of: " + ", ".join(f"`{role}`" for role in Role) + "."


class RolesIn(Payload):
    """All roles from now on."""

    roles: list[str] = Field(min_length=1, max_length=len(Role), description=ROLES)


class NewPerson(RolesIn):
    """Who is to sign in for the company."""

    email: str = Field(max_length=320)
    name: str = Field(max_length=200)
    language: str = Field(default="en", max_length=10, description="`en`, `de` or `zh-CN`.")
    password: str = Field(max_length=200, description="The first one; 8 characters at least.")


class NewMachine(RolesIn):
    """Which program is to use the API."""

    name: str = Field(max_length=200)
    roles: list[str] = Field(
        default=[Role.SUBMITTER.value], min_length=1, max_length=len(Role), description=ROLES
    )


class PersonView(Payload):
    """A person, for the company's admins."""

    id: str
    email: str
    name: str
    roles: list[str]
    language: str
    created_at: datetime


class MachineView(Payload):
    """A machine, for the company's admins."""

    id: str
    name: str
    roles: list[str]
    created_at: datetime


class MachineSecret(MachineView):
    """A new machine with its secret, which the hub itself does not keep."""

    client_secret: str


class EventView(Payload):
    """Something that was changed in the administration."""

    at: datetime
    actor: str = Field(description="`person:<id>`, `machine:<id>` or `operator:cli`.")
    kind: str
    subject: str | None = Field(default=None, description="Whom it is about.")
    roles: list[str] | None = Field(default=None, description="That were given.")


class FourEyesIn(Payload):
    """What is wanted."""

    on: bool = Field(strict=True)


class FourEyesView(Payload):
    """Whether what is submitted waits for a second person."""

    is_on: bool
    changed_at: datetime | None = None
    changed_by: str | None = None
    off_asked_at: datetime | None = Field(
        default=None, description="An admin wants it off; it stays on until a second one does too."
    )
    off_asked_by: str | None = None


def person_view(person: Person) -> PersonView:
    """A person without a secret."""
    return PersonView(**_members(person, PersonView), roles=_words(person))


def machine_view(machine: Machine) -> MachineView:
    """A machine without its secret."""
    return MachineView(**_members(machine, MachineView), roles=_words(machine))


def event_view(event: CompanyEvent) -> EventView:
    """A change, as it was noted."""
    roles = None if event.said is None else event.said.split()
    return EventView(**_members(event, EventView), roles=roles)


def _members(row: object, shape: type[Payload]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in shape.model_fields if name != "roles"}


def _words(holder: Person | Machine) -> list[str]:
    return [role.value for role in Role if role in holder.roles]
