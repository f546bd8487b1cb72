"""The network annex of a roll-up statement: everything that the result was computed from.

Parts have no names here: a part is its place in `parts`, the root stands first. What belongs to
the reader is open; a supplier's part is closed, its `account` stands for all that lies inside.
"""

from typing import Annotated, Literal

from pydantic import Field

from tierlight_schemas.extension import Digest, OwnModel
from tierlight_schemas.footprint import Flag
from tierlight_schemas.rollup.model import Kind, Known

NETWORK_TYPE = "tierlight.network/1"

#: A decimal with all its digits: closed accounts carry the 50 of the arithmetic.
Exact = Annotated[str, Field(pattern=r"^-?[0-9]+(\.[0-9]+)?$", max_length=400)]
Place = Annotated[str, Field(pattern=r"^(0|[1-9][0-9]{0,8})$")]
Unit = Annotated[str, Field(min_length=1, max_length=100)]
Text = Annotated[str, Field(max_length=4000)]
Columns = dict[Annotated[str, Field(min_length=1, max_length=200)], Exact]
Cells = dict[Known, Exact]


class PackedQuality(OwnModel):
    """Data quality of a value; what is absent is unknown and counts as the worst."""

    primary_data_share: Exact | None = Field(default=None, description="Percent.")
    technological: Exact | None = Field(default=None, description="Rating, 1 (best) to 5.")
    geographical: Exact | None = Field(default=None, description="Rating, 1 (best) to 5.")
    temporal: Exact | None = Field(default=None, description="Rating, 1 (best) to 5.")
    first_party: Exact | None = Field(default=None, description="Percent verified by the maker.")
    second_party: Exact | None = Field(default=None, description="Percent verified by a customer.")
    third_party: Exact | None = Field(default=None, description="Percent verified independently.")
    program: Exact | None = Field(default=None, description="Percent certified by a program.")
    prospective: Flag | None = Field(default=None, description="True for a planned value.")


class PackedInput(OwnModel):
    """An input that a declarant counted; read on basis `deep` only."""

    part: Place = Field(description="Place of the input's part.")
    quantity: Exact = Field(description="Per declared amount, in `unit`.")
    unit: Unit = Field(description="Unit of `quantity`.")
    value_used: Exact = Field(description="kgCO2e per `unit` that the declarant counted.")
    allocation: Exact | None = Field(default=None, description="Share of the input carried; 1.")


class PackedValue(OwnModel):
    """A declaration, process declaration or factor, as it enters the sum."""

    columns: Columns = Field(description="kgCO2e and other extensive columns per `amount`.")
    amount: Exact = Field(description="What the columns are for, in `unit`.")
    unit: Unit = Field(description="Unit of `amount`.")
    known: Known = Field(description="How the value is known.")
    reference: Text | None = Field(
        default=None, description="Digest of the declaration, or the factor's source."
    )
    mass_kg: Exact | None = Field(default=None, description="kg of the declared amount.")
    quality: PackedQuality | None = Field(default=None, description="Data quality; unknown.")
    outbound: Exact | None = Field(
        default=None, description="kgCO2e of the way to the buyer per `amount`."
    )
    inputs: list[PackedInput] | None = Field(default=None, description="Basis `deep` only.")
    verification: Digest | None = Field(
        default=None, description="Digest of the statement that makes it `verified`."
    )


class PackedLine(OwnModel):
    """`quantity` `unit` of a part in `referenceAmount` base units of its parent."""

    part: Place = Field(description="Place of the child.")
    quantity: Exact = Field(description="Negative for what leaves.")
    unit: Unit = Field(description="Unit of `quantity`.")
    reference_amount: Exact | None = Field(default=None, description="Of the parent; 1.")
    scrap: Exact | None = Field(default=None, description="Input lost / net content; 0.")
    process_yield: Exact | None = Field(default=None, description="Good / started units; 1.")
    allocation: Exact | None = Field(default=None, description="Share of a joint process; 1.")
    stage: Text | None = Field(default=None, description="Life-cycle stage.")
    group: Text | None = Field(default=None, description="Group of options or alternates.")
    take_rate: Exact | None = Field(default=None, description="Share of products with it.")


class PackedLeg(OwnModel):
    """The way from the supplier's gate to the buyer's."""

    paid_by: Literal["supplier", "buyer"] = Field(description="Who pays the carriage.")
    on_record: Flag = Field(description="Whether the payer has stated it.")


class PackedSource(OwnModel):
    """A share of a bought part."""

    share: Exact = Field(description="0 to 1.")
    part: Place | None = Field(default=None, description="The supplier's part; absent: a gap.")
    leg: PackedLeg | None = Field(default=None, description="The way to the buyer.")


class PackedBand(OwnModel):
    """Plausible kgCO2e of a category: what a gap is estimated with."""

    category: Text = Field(description="Id of the category's band.")
    unit: Unit = Field(description="What `low` and `median` are for one of.")
    low: Exact = Field(description="kgCO2e; below zero, a gap may lower the total.")
    median: Exact = Field(description="kgCO2e.")


class PackedAccount(OwnModel):
    """What adds up for a closed part, per base unit."""

    columns: Columns = Field(description="kgCO2e and other columns, as far as they are told.")
    stated: Columns = Field(description="By column: |kgCO2e| of what states it.")
    lines: Cells = Field(description="Lines inside, by how they are known.")
    mass: Cells = Field(description="kg inside, by how they are known.")
    carbon: Cells = Field(description="|kgCO2e| inside, by how they are known.")
    gaps: Cells = Field(description="kgCO2e that gaps may hide, by their bands.")
    unestimable: Cells = Field(description="Number of gaps that no band can estimate.")
    negative_gaps: Exact = Field(description="Whether (1) a gap may lower the total.")
    without_uptake: Exact = Field(description="Whether (1) something states no uptake.")
    weight: Exact = Field(description="What quality is weighed with.")
    quality: Columns = Field(description="By indicator: weight times value.")
    prospective: Exact = Field(description="Weight of planned values.")


class PackedPart(OwnModel):
    """One part; `owner` `0` is the reader, other owners are numbered as they are met."""

    owner: Place = Field(description="Whose part it is.")
    kind: Kind = Field(description="What it is in a bill of materials.")
    base_unit: Unit = Field(description="Unit that its values are per one of.")
    net_mass_kg: Exact | None = Field(default=None, description="kg of one base unit.")
    declared: PackedValue | None = Field(default=None, description="Its declaration.")
    own: PackedValue | None = Field(default=None, description="Its process declaration.")
    default: PackedValue | None = Field(default=None, description="Factor of its category.")
    gas: PackedValue | None = Field(default=None, description="Characterization of a gas.")
    lines: list[PackedLine] | None = Field(default=None, description="What it is made of.")
    sources: list[PackedSource] | None = Field(default=None, description="Who supplies it.")
    band: PackedBand | None = Field(default=None, description="For the estimate of a gap.")
    revision: Text | None = Field(
        default=None, description="Digest of its record; of a closed part, the input it stands for."
    )
    account: PackedAccount | None = Field(default=None, description="A closed part's sum.")


class NetworkAnnex(OwnModel):
    """The network of a roll-up statement; its SHA-256 stands in the statement."""

    type: Literal["tierlight.network/1"] = Field(description="What this is.")
    inputs: list[Text] = Field(description="Everything that the sum rests on, sorted.")
    parts: list[PackedPart] = Field(min_length=1, description="All parts, the root first.")
