"""Who is asking: what every use case is told about its caller."""

from dataclasses import dataclass

from hub.access.roles import THROUGH_THE_GLASS, Roles, allowed
from hub.kit.actions import Action

PERSON, MACHINE = "person", "machine"


@dataclass(frozen=True)
class Caller:
    """A signed-in person or machine; it acts for one company and for no other."""

    company_id: str
    actor: str
    """`machine:<id>` or `person:<id>`; stands in records of what was done."""
    operator: bool = False
    """Whether it is the hub's operator who looks into this company; it is recorded there."""
    roles: Roles = frozenset()
    """What it is in its company; an operator who looks into another one is nothing there."""

    @property
    def actions(self) -> frozenset[Action]:
        """Everything that it may do."""
        return THROUGH_THE_GLASS if self.operator else allowed(self.roles)

    @property
    def is_person(self) -> bool:
        """Whether it is a person: what asks for a second pair of eyes asks for a person's."""
        return self.actor.startswith(f"{PERSON}:")

    def may(self, action: Action) -> bool:
        """Whether one of its roles is for this."""
        return action in self.actions
