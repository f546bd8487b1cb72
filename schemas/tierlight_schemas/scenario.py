"""A scenario: what a company assumes to be otherwise in its own books, change by change.

Parts are named by the owner's numbers, so that the same file means the same on any hub. Changes
are taken in their order; of two that contradict each other the later one holds. A scenario states
nothing: what it assumes is never a declaration and never counts as known.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from tierlight_schemas.amounts import Amount
from tierlight_schemas.bom import Fraction, NotNegative, Number, Positive, Share, Unit
from tierlight_schemas.canonical import canonical, digest
from tierlight_schemas.extension import OwnModel

MAX_CHANGES = 500

Label = Annotated[
    str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f]$")
]
Position = Annotated[str, Field(pattern=r"^(0|[1-9][0-9]{0,8})$")]
_WHICH = "Which line, where several take the child: its position, as findings name it."


class AssumedValue(OwnModel):
    """A part's footprint as if it were so, whatever is declared or built up."""

    change: Literal["value"] = Field(description="What is changed.")
    part: Number = Field(description="Number of an own part.")
    value: Amount = Field(description="kgCO2e per `unit`, excluding uptake, cradle to gate.")
    unit: Unit = Field(description="Unit that the value is per one of.")


class ChangedShare(OwnModel):
    """Another share of a source that is on record."""

    change: Literal["share"] = Field(description="What is changed.")
    part: Number = Field(description="Number of the own part that is bought.")
    supplier: Label | None = Field(
        default=None, description="As the sourcing link has it, where the part alone is not enough."
    )
    supplier_part: Number = Field(description="The supplier's number, as the link has it.")
    share: Share = Field(description="0 to 1; 0 is not bought there.")


class AssumedSource(OwnModel):
    """A source that is on no record, with the value that is assumed of it, as delivered."""

    change: Literal["new-source"] = Field(description="What is changed.")
    part: Number = Field(description="Number of the own part that is bought.")
    name: Label = Field(description="What the source is called in results.")
    share: Share = Field(description="0 to 1.")
    value: Amount = Field(description="kgCO2e per `unit`, excluding uptake, at the own gate.")
    unit: Unit = Field(description="Unit that the value is per one of.")


class ChangedLine(OwnModel):
    """Other figures of a line; what is absent stays."""

    change: Literal["line"] = Field(description="What is changed.")
    part: Number = Field(description="Number of the own part that contains.")
    child: Number = Field(description="Number of the part that is contained.")
    position: Position | None = Field(default=None, description=_WHICH)
    quantity: Amount | None = Field(default=None, description="Net content of the child.")
    unit: Unit | None = Field(default=None, description="Of `quantity`; absent: the line's.")
    scrap: NotNegative | None = Field(
        default=None, description="Input lost, as a share of the net content."
    )
    process_yield: Fraction | None = Field(
        default=None, alias="yield", description="Good units / started units."
    )

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if self.quantity is None and (self.unit or not (self.scrap or self.process_yield)):
            raise ValueError("give a quantity, a scrap or a yield; a unit goes with a quantity")
        return self


class NewLine(OwnModel):
    """One more line; its child is an own part that is on record."""

    change: Literal["new-line"] = Field(description="What is changed.")
    part: Number = Field(description="Number of the own part that contains.")
    child: Number = Field(description="Number of the own part that is contained.")
    quantity: Amount = Field(description="Net content of the child, in `unit`.")
    unit: Unit | None = Field(default=None, description="Absent: the child's base unit.")
    reference_amount: Positive | None = Field(
        default=None, description="Base units of the part that the quantity belongs to; 1."
    )
    scrap: NotNegative | None = Field(
        default=None, description="Input lost, as a share of the net content; 0."
    )
    process_yield: Fraction | None = Field(
        default=None, alias="yield", description="Good units / started units; 1."
    )


class RemovedLine(OwnModel):
    """A line that is not there."""

    change: Literal["removed-line"] = Field(description="What is changed.")
    part: Number = Field(description="Number of the own part that contains.")
    child: Number = Field(description="Number of the part that is contained.")
    position: Position | None = Field(default=None, description=_WHICH)


class ReplacedChild(OwnModel):
    """A line that takes another own part, in the same quantity and unit."""

    change: Literal["replaced-child"] = Field(description="What is changed.")
    part: Number = Field(description="Number of the own part that contains.")
    child: Number = Field(description="Number of the part that is contained now.")
    by: Number = Field(description="Number of the own part that takes its place.")
    position: Position | None = Field(default=None, description=_WHICH)


class AssumedFactor(OwnModel):
    """Another average value of a category, for all own parts that resolve by it."""

    change: Literal["factor"] = Field(description="What is changed.")
    category: Label = Field(description="Category of own parts.")
    unit: Unit = Field(description="Unit that the value is per one of.")
    value: Amount = Field(description="kgCO2e per `unit`, excluding uptake.")


Change = Annotated[
    AssumedValue
    | ChangedShare
    | AssumedSource
    | ChangedLine
    | NewLine
    | RemovedLine
    | ReplacedChild
    | AssumedFactor,
    Field(discriminator="change"),
]


class Scenario(OwnModel):
    """All that a scenario assumes; what it is called and which days it is read for is not in it."""

    type: Literal["tierlight.scenario/1"] = Field(
        default="tierlight.scenario/1", description="What this is."
    )
    changes: list[Change] = Field(max_length=MAX_CHANGES, description="In the order they apply.")

    def canonical(self) -> bytes:
        """Its RFC 8785 bytes, of which `digest` is the identity."""
        return canonical(self.document())

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the canonical bytes."""
        return digest(self.canonical())
