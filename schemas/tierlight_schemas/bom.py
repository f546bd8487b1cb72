"""Parts, bills of materials and sourcing links as they are exchanged, in JSON and as table rows.

In JSON the attributes are in camelCase; a table's columns have the names given here, or the alias
where the name is a Python word (`yield`, `from`, `to`). What is absent takes the default stated
here; null is never written. A document says nothing about whether the parts it names exist.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from tierlight_schemas.amounts import Amount
from tierlight_schemas.extension import OwnModel
from tierlight_schemas.footprint import DateTime
from tierlight_schemas.rollup.model import Kind
from tierlight_schemas.units import canonical


class MassRule(StrEnum):
    """Whether what goes in must weigh what comes out; `chemical` exempts from the mass balance."""

    CONSERVED = "conserved"
    CHEMICAL = "chemical"


class Stage(StrEnum):
    """Life-cycle stage of a line; the last four lie beyond the gate and never enter a total."""

    RAW_MATERIALS = "raw-materials"
    PRODUCTION = "production"
    PACKAGING = "packaging"
    DISTRIBUTION = "distribution"
    USE = "use"
    MAINTENANCE = "maintenance"
    END_OF_LIFE = "end-of-life"
    CAPITAL_GOODS = "capital-goods"


class DeliveryTerm(StrEnum):
    """Incoterms 2020: who pays the way from the supplier's gate to the buyer's."""

    EXW = "EXW"
    FCA = "FCA"
    FAS = "FAS"
    FOB = "FOB"
    CFR = "CFR"
    CIF = "CIF"
    CPT = "CPT"
    CIP = "CIP"
    DAP = "DAP"
    DPU = "DPU"
    DDP = "DDP"


def _day(value: Any) -> Any:
    # Pydantic would take seconds since 1970 and instants for days.
    if isinstance(value, str) and len(value) == 10:
        return date.fromisoformat(value)
    if type(value) is not date:
        raise ValueError("a day is written YYYY-MM-DD")
    return value


def _amount(least: str, *, above: bool = False, most: str | None = None) -> AfterValidator:
    low, high = Decimal(least), Decimal(most) if most else None

    def judge(amount: Amount) -> Amount:
        value = amount.decimal
        if value < low or (above and value == low):
            raise ValueError(f"must be {'above' if above else 'at least'} {least}")
        if high is not None and value > high:
            raise ValueError(f"must be at most {most}: write 0.6 for 60 %")
        return amount

    return AfterValidator(judge)


Day = Annotated[date, BeforeValidator(_day)]
Number = Annotated[
    str,
    Field(min_length=1, max_length=200, pattern=r"^[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]*[^\s])?$"),
]
Unit = Annotated[str, AfterValidator(canonical), Field(max_length=40)]
Positive = Annotated[Amount, _amount("0", above=True)]
NotNegative = Annotated[Amount, _amount("0")]
Share = Annotated[Amount, _amount("0", most="1")]
Fraction = Annotated[Amount, _amount("0", above=True, most="1")]


class PartRecord(OwnModel):
    """A part of a company (a row of parts.csv). Its identity is owner and number."""

    number: Number = Field(description="The owner's number; unique within the owner only.")
    name: str | None = Field(
        default=None, min_length=1, max_length=500, description="Absent: the number."
    )
    revision: str | None = Field(
        default=None, min_length=1, max_length=100, description="Drawing or change index."
    )
    category: str | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        description="Category by which default factors and plausible ranges are found.",
    )
    kind: Kind = Field(
        default=Kind.ASSEMBLY, description="Only assembly and material lines carry mass."
    )
    base_unit: Unit = Field(default="piece", description="Unit in which the part is counted.")
    net_mass_kg: NotNegative | None = Field(
        default=None, description="kg of one base unit; absent: unknown, or given by the unit."
    )
    mass_rule: MassRule = Field(
        default=MassRule.CONSERVED, description="Whether the mass balance applies."
    )


class BomLine(OwnModel):
    """`quantity` `unit` of the child in `referenceAmount` base units of the parent.

    A row of bom.csv. A negative quantity of kind waste is sent to treatment; any other negative
    quantity is a by-product.
    """

    parent: Number = Field(description="Number of the part that contains.")
    child: Number = Field(description="Number of the part that is contained.")
    quantity: Amount = Field(description="Net content of the child, in `unit`.")
    unit: Unit | None = Field(default=None, description="Absent: the child's base unit.")
    reference_amount: Positive = Field(
        default=Amount("1"), description="Base units of the parent that the quantity belongs to."
    )
    scrap: NotNegative = Field(
        default=Amount("0"), description="Input lost, as a share of the net content."
    )
    effective_from: Day | None = Field(default=None, description="First day the line holds.")
    effective_to: Day | None = Field(
        default=None, description="First day the line no longer holds."
    )
    stage: Stage | None = Field(
        default=None, description="Life-cycle stage; absent: that of the child's kind."
    )
    group: str | None = Field(
        default=None, min_length=1, max_length=100, description="Option group of alternates."
    )
    take_rate: Share | None = Field(
        default=None, description="Share of the products that take this alternate, 0 to 1."
    )
    process_yield: Fraction | None = Field(
        default=None,
        alias="yield",
        description="Good units / started units, where the quantity is per started unit.",
    )
    allocation: Fraction | None = Field(
        default=None, description="Share of a joint process that the parent carries."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _check_days(self.effective_from, self.effective_to)
        return self


class BomRevision(OwnModel):
    """All lines of one parent, as recorded at one time; replaced as a whole, never edited."""

    parent: Number = Field(description="Number of the part that contains.")
    recorded_at: DateTime | None = Field(
        default=None, description="When the hub recorded it; absent in what is sent to the hub."
    )
    lines: list[BomLine] = Field(description="Its lines; each names the same parent.")

    @model_validator(mode="after")
    def _of_one_parent(self) -> Self:
        strangers = {line.parent for line in self.lines} - {self.parent}
        if strangers:
            raise ValueError(f"a line of {min(strangers)} stands among the lines of {self.parent}")
        return self


class SourcingRecord(OwnModel):
    """A buyer's part bought as a supplier's part (a row of sourcing.csv).

    It counts once the supplier has confirmed it. Who supplies whom is secret to the two.
    """

    part: Number = Field(description="The buyer's number.")
    supplier: str = Field(
        min_length=1,
        max_length=300,
        description="Company id, SCHEME:VALUE of an identifier, or exact name.",
    )
    supplier_part: Number = Field(description="The supplier's number.")
    share: Fraction = Field(
        default=Amount("1"), description="Share of the buyer's demand, above 0 and at most 1."
    )
    site: str | None = Field(
        default=None, min_length=1, max_length=200, description="The supplier's making site."
    )
    valid_from: Day | None = Field(
        default=None, alias="from", description="First day the link holds."
    )
    valid_to: Day | None = Field(
        default=None, alias="to", description="First day the link no longer holds."
    )
    delivery_term: DeliveryTerm | None = Field(
        default=None, description="Who pays the transport to the buyer's gate."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _check_days(self.valid_from, self.valid_to)
        return self


def _check_days(first: date | None, end: date | None) -> None:
    if first and end and end <= first:
        raise ValueError(f"the end {end} is not after the first day {first}")
