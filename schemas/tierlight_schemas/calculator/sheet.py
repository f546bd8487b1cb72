"""What a clerk states about one part: plain amounts, in the units of the bills.

What is not known is left out. It becomes a default that says so where there is one, and a gap
where there is none; it never becomes zero.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from tierlight_schemas.amounts import Amount
from tierlight_schemas.extension import Digest, OwnModel, SiteReference

Name = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Category = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(/[a-z0-9-]+)*$", max_length=100)]
Mode = Literal["road", "rail", "sea", "air"]
Fate = Literal["returned", "sold", "disposed"]
ShareMethod = Literal["sub-meter", "machine-hours", "mass", "pieces", "revenue"]
Supply = Literal["grid", "residual", "own-generation", "contract", "certificate"]
Carrier = Literal[
    "electricity",
    "heat",
    "natural-gas",
    "diesel",
    "gasoline",
    "lpg",
    "fuel-oil",
    "kerosene",
    "raw-coal",
    "coke",
]
MOST = 200
"""Entries of one list."""


class Quantity(OwnModel):
    """An amount as the bill, the scale or the drawing has it."""

    amount: Amount = Field(description="Above 0.")
    unit: str = Field(min_length=1, max_length=40, description="As people write it: kg, 度, m³.")


class OfWhich(OwnModel):
    """Parts of a stated value that a footprint tells apart; what is left of it is fossil."""

    land_use_change: Amount | None = Field(default=None, description="kgCO2e per one `unit`.")
    land_management_fossil: Amount | None = Field(
        default=None, description="kgCO2e per one `unit`, counted as fossil."
    )
    biogenic_non_co2: Amount | None = Field(
        default=None, alias="biogenicNonCO2", description="kgCO2e of CH4 and N2O per one `unit`."
    )
    biogenic_uptake: Amount | None = Field(
        default=None, description="kgCO2e taken up per one `unit`: 0 or less, outside the value."
    )


class StatedValue(OwnModel):
    """kgCO2e that somebody states, instead of a default."""

    kgco2e: Amount = Field(alias="kgCO2e", description="Per one `unit`, biogenic uptake excluded.")
    unit: str = Field(min_length=1, max_length=40, description="What the value is for.")
    source: Literal["declaration", "paper", "contract"] = Field(
        description="A signed declaration, a supplier's paper, or a contract for energy."
    )
    reference: str = Field(default="", max_length=500, description="Digest, or name of the paper.")
    year: int | None = Field(default=None, ge=1990, le=2200, description="Last year it is about.")
    place: str | None = Field(
        default=None, pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$", description="ISO 3166 code."
    )
    primary_data_share: Amount | None = Field(default=None, description="Percent.")
    technological: Amount | None = Field(default=None, description="Rating, 1 (best) to 5.")
    geographical: Amount | None = Field(default=None, description="Rating; left out: by `place`.")
    temporal: Amount | None = Field(default=None, description="Rating; left out: by `year`.")
    of_which: OfWhich | None = Field(default=None, description="Left out: all of it is fossil.")


class Leg(OwnModel):
    """How far something travels to the factory."""

    mode: Mode = Field(default="road", description="Means of transport.")
    km: Amount | None = Field(default=None, description="Kilometres; left out: not known.")


class Material(OwnModel):
    """A material that one piece is made of."""

    name: Name = Field(description="The clerk's word for it.")
    category: Category = Field(description="Of the registry: `material/steel`.")
    mass: Quantity = Field(description="What goes in for one good piece, scrap included.")
    recycled_percent: Amount | None = Field(
        default=None, description="Percent of recycled content."
    )
    biogenic_carbon_percent: Amount | None = Field(
        default=None, description="Percent of its mass that is carbon from plants; left out: none."
    )
    value: StatedValue | None = Field(default=None, description="Left out: a default.")
    transport: Leg | None = Field(default=None, description="Left out: not known.")


class Scrap(OwnModel):
    """What of a material does not stay in the piece."""

    material: Name = Field(description="Name of one of the materials.")
    mass: Quantity = Field(description="For one good piece.")
    fate: Fate = Field(description="Back into the own furnace, sold for recycling, or disposed of.")
    value: StatedValue | None = Field(default=None, description="Of disposing of it.")


class Energy(OwnModel):
    """What a site or a line used in the period, of one carrier and supply."""

    carrier: Carrier = Field(description="What carries the energy.")
    amount: Quantity | None = Field(default=None, description="Left out: not known.")
    supply: Supply = Field(default="grid", description="Of electricity: where it comes from.")
    serials: list[Name] = Field(
        default_factory=list, max_length=MOST, description="Numbers of certificates, each once."
    )
    value: StatedValue | None = Field(default=None, description="Left out: a default.")


class Share(OwnModel):
    """How the part gets its share of the energy."""

    method: ShareMethod = Field(description="What the share is measured by.")
    quantity: Amount | None = Field(default=None, description="Of this part, in the period.")
    total: Amount | None = Field(default=None, description="Of all that the energy was used for.")


class CoProduct(OwnModel):
    """Something else that the same process makes and that is sold: no scrap, no waste."""

    name: Name = Field(description="The clerk's word for it.")
    mass: Quantity = Field(description="Made together with one piece of the part.")
    price: Amount | None = Field(default=None, description="Of that mass, in any one currency.")


class BoughtPart(OwnModel):
    """A part that is bought and built in."""

    name: Name = Field(description="The clerk's word for it.")
    quantity: Quantity = Field(description="In one piece.")
    category: Category | None = Field(default=None, description="For a default.")
    value: StatedValue | None = Field(default=None, description="Its maker's.")
    transport: Leg | None = Field(default=None, description="Left out: not known.")
    mass: Quantity | None = Field(default=None, description="Of its quantity, for the transport.")


class Packaging(OwnModel):
    """What one piece is packed in."""

    name: Name = Field(description="The clerk's word for it.")
    category: Category = Field(description="Material of the registry.")
    mass: Quantity = Field(description="For one piece.")
    uses: Amount = Field(default=Amount("1"), description="How often it is used; 1: one-way.")
    value: StatedValue | None = Field(default=None, description="Left out: a default.")


class Bill(OwnModel):
    """A bill or certificate: what it is about, and the digest by which it is known again."""

    about: Name = Field(description="electricity, natural-gas, material, …")
    digest: Digest = Field(description="SHA-256 of the file, in hex.")
    media_type: Name | None = Field(default=None, description="Of the file.")
    size: Amount | None = Field(default=None, description="Bytes of the file.")


class PartSheet(OwnModel):
    """All that a footprint from cradle to gate is calculated from."""

    part_number: Name = Field(description="The maker's number.")
    name: str = Field(default="", max_length=200, description="What it is called.")
    process_family: str | None = Field(default=None, max_length=100, description="Stamping, …")
    net_mass: Quantity = Field(description="Of one piece.")
    site: SiteReference = Field(description="Where it is made.")
    period_start: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="First day.")
    period_end: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="First day after it.")
    pieces: Amount = Field(description="Good pieces made in the period.")
    materials: list[Material] = Field(max_length=MOST, description="At least one.", min_length=1)
    scrap: list[Scrap] = Field(default_factory=list, max_length=MOST, description="Of materials.")
    energy: list[Energy] = Field(default_factory=list, max_length=MOST, description="By carrier.")
    share: Share = Field(description="Of the energy.")
    bought_parts: list[BoughtPart] = Field(
        default_factory=list, max_length=MOST, description="With their makers' values."
    )
    packaging: list[Packaging] = Field(default_factory=list, max_length=MOST, description="Of it.")
    co_products: list[CoProduct] = Field(
        default_factory=list, max_length=MOST, description="Of the same process."
    )
    price: Amount | None = Field(
        default=None, description="Of one piece, in the currency of the co-products' prices."
    )
    left_out_percent: Amount | None = Field(
        default=None, description="Estimate of all that is not listed, percent."
    )
    evidence: list[Bill] = Field(
        default_factory=list, max_length=MOST, description="Bills and certificates, by digest."
    )


def numbers_of(sheet: PartSheet) -> list[str]:
    """Every number on the sheet, as it was typed: what the clerk had to find out."""
    return list(_numbers(sheet.model_dump(exclude={"evidence"}, exclude_defaults=True)))


def _numbers(value: Any) -> Iterator[str]:
    if isinstance(value, Amount):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _numbers(each)
    elif isinstance(value, list):
        for each in value:
            yield from _numbers(each)
