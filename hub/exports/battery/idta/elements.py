"""What a shell is made of, as far as a battery passport needs it.

A `Slot` is a place in a template: what stands there, what it means, and how often. An `Element` is
a filled slot. Whoever fills one hands over plain values and never repeats a semantic id.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple


class Kind(StrEnum):
    """A kind of element, as the metamodel names it."""

    PROPERTY = "Property"
    TEXT = "MultiLanguageProperty"
    FILE = "File"
    COLLECTION = "SubmodelElementCollection"
    LIST = "SubmodelElementList"


class Often(NamedTuple):
    """A cardinality."""

    least: int
    most: int | None
    """None: as many as there are."""

    def allows(self, count: int) -> bool:
        """Whether so many may stand there."""
        return self.least <= count and (self.most is None or count <= self.most)

    def __str__(self) -> str:
        return f"{self.least}..{'*' if self.most is None else self.most}"


ONE, MAYBE, SOME = Often(1, 1), Often(0, 1), Often(1, None)


@dataclass(frozen=True)
class Slot:
    """A place in a template."""

    name: str
    """Its idShort; empty for the items of a list, which have none."""
    kind: Kind
    meaning: str
    """Semantic id."""
    often: Often = ONE
    value_type: str = "xs:string"
    """Of a property."""
    inside: tuple["Slot", ...] = ()
    """The members of a collection, or the one slot that all items of a list fill."""
    also: tuple[str, ...] = ()
    """Supplemental semantic ids."""
    allowed: frozenset[str] = frozenset()
    """The only values that may stand there; empty where any may."""

    @property
    def item(self) -> "Slot":
        """What the items of a list are."""
        return self.inside[0]


class Address(NamedTuple):
    """Where a file can be read; it is never packed in."""

    url: str | None
    """None where nobody knows."""
    media_type: str


Languages = Mapping[str, str]
Value = str | Languages | Address | Sequence["Element"] | None


@dataclass(frozen=True)
class Element:
    """A filled slot. A property without a value says that the value is not known."""

    slot: Slot
    value: Value


def filled(slot: Slot, given: Any) -> Element:
    """A slot with what is given for it: members of a collection by their names, items of a list in
    their order, and else a value. Members that may be missing may be missing in `given`.

    Raises `LookupError` where a member that has to be there is not.
    """
    if slot.kind is Kind.LIST:
        return Element(slot, [filled(slot.item, each) for each in given])
    if slot.kind is Kind.COLLECTION:
        return Element(slot, members(slot.inside, given))
    return Element(slot, given)


def members(slots: Sequence[Slot], given: Mapping[str, Any]) -> list[Element]:
    """The members of a collection or a submodel, in the order of the template."""
    wanted = [slot for slot in slots if slot.often.least or slot.name in given]
    return [filled(slot, given[slot.name]) for slot in wanted]


@dataclass(frozen=True)
class PassportPart:
    """A part of IDTA 02035: the template of one submodel."""

    name: str
    """Of the specification."""
    id_short: str
    meaning: str
    template: str
    """Id of the template, for the submodel's administration."""
    slots: tuple[Slot, ...]
    also: tuple[str, ...]
    """Supplemental semantic ids: they tell a part from the general template that it narrows."""


@dataclass(frozen=True)
class Submodel:
    """One filled part."""

    part: PassportPart
    id: str
    elements: Sequence[Element]
    description: str = ""
    remarks: Mapping[str, str] | None = None
    """What no template has room for: extensions, by name."""


@dataclass(frozen=True)
class Named:
    """One id of an asset beside its global one."""

    name: str
    value: str
    meaning: str = ""


@dataclass(frozen=True)
class Shell:
    """The shell of one asset."""

    id: str
    asset: str
    named: Sequence[Named]
    submodels: Sequence[Submodel]
    description: str
