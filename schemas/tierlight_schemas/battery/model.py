"""What a manufacturer says of a battery model made in one plant: its master data.

Every member may be absent. What a declaration needs and does not find becomes a gap with its
clause; nothing is made up.
"""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from tierlight_schemas.amounts import Amount
from tierlight_schemas.battery.rulesets import Freight, Market, MaterialFamily, VehicleCategory
from tierlight_schemas.bom import Share
from tierlight_schemas.extension import OwnModel

MAX_MATERIALS = 200
Text = Annotated[
    str, Field(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f]$")
]
Link = Annotated[str, Field(max_length=2000, pattern=r"^https://[^\s<>\"]+$")]
LARGEST, SMALLEST = Decimal("1e9"), Decimal("1e-12")
"""Of what is entered: beyond it, it is a slip of the keyboard."""


def _usable(amount: Amount) -> Amount:
    size = abs(amount.decimal)
    if size > LARGEST or 0 < size < SMALLEST:
        raise ValueError("is not a number of a usable size")
    return amount


def _not_negative(amount: Amount) -> Amount:
    if amount.decimal < 0:
        raise ValueError("must be at least 0")
    return amount


def _positive(amount: Amount) -> Amount:
    if amount.decimal <= 0:
        raise ValueError("must be above 0")
    return amount


Signed = Annotated[Amount, AfterValidator(_usable)]
NotNegative = Annotated[Signed, AfterValidator(_not_negative)]
Positive = Annotated[Signed, AfterValidator(_positive)]
Category = Literal["ev", "lmt", "industrial", "industrial-external-storage"]


class Manufacturer(OwnModel):
    """Art. 7(1)(a): who places the battery on the market."""

    name: Text | None = Field(default=None, description="Registered name.")
    trade_name: Text | None = Field(default=None, description="Registered trade name or mark.")
    address: Text | None = Field(default=None, description="Postal address, in one line.")
    web: Link | None = Field(default=None, description="Web address.")
    email: Text | None = Field(default=None, description="E-mail address.")
    bpnl: Annotated[str, Field(pattern=r"^BPNL[a-zA-Z0-9]{12}$")] | None = Field(
        default=None, description="Catena-X number of the legal entity."
    )


class ServiceLife(OwnModel):
    """What the functional unit is computed from."""

    usable_kwh: Positive | None = Field(
        default=None, description="kWh at beginning of life, down to the limit of the BMS."
    )
    vehicle_category: VehicleCategory | None = Field(
        default=None, description="Vehicle it is made for; decides default cycles a year."
    )
    cycles_per_year: Positive | None = Field(
        default=None, description="Full equivalent cycles a year, where no default applies."
    )
    cycles_justification: Text | None = Field(
        default=None, description="Why these cycles; it goes into the public study."
    )
    warranty_years: Positive | None = Field(default=None, description="Battery warranty, years.")
    warranty_km: Positive | None = Field(default=None, description="Battery warranty, km.")
    km_per_year: Positive | None = Field(
        default=None, description="km a year by which a warranty in km is a warranty in years."
    )


class RecycledMaterial(OwnModel):
    """One material of the battery, with what the circular footprint formula needs.

    Values are kgCO2e per kg of the material; shares 0 to 1.
    """

    name: Text = Field(description="The material; unique in the battery.")
    family: MaterialFamily = Field(description="Decides factor A.")
    mass_kg: Positive = Field(description="kg in one battery.")
    r1: Share | None = Field(default=None, description="Recycled content.")
    r1_evidence: Text | None = Field(default=None, description="What proves R1; else it is 0.")
    r2: Share | None = Field(default=None, description="Collection times recovery.")
    r2_evidence: Text | None = Field(default=None, description="What proves R2; else it is 0.")
    r3: Share | None = Field(default=None, description="Share to energy recovery; else 0.")
    ev: Signed | None = Field(default=None, description="Primary production.")
    ev_star: Signed | None = Field(default=None, description="Primary production displaced.")
    erec: Signed | None = Field(default=None, description="Recycling of the content.")
    erec_eol: Signed | None = Field(default=None, description="Recycling at end of life.")
    q_in: Share | None = Field(default=None, description="Quality ratio QSin/Qp; else 1.")
    q_out: Share | None = Field(default=None, description="Quality ratio QSout/Qp.")
    ed: Signed | None = Field(default=None, description="Disposal of the rest.")
    eer: Signed | None = Field(default=None, description="Burning for energy.")
    avoided_energy: Signed | None = Field(
        default=None, description="LHV x (efficiency x energy displaced), heat and power together."
    )


class StatedLeg(OwnModel):
    """One stretch of the way to the client."""

    mode: Freight = Field(description="How it travels.")
    km: NotNegative = Field(description="Kilometres.")
    factor: NotNegative | None = Field(
        default=None,
        description="Own factor, kgCO2e per tonne and km; else the hub's average of the mode.",
    )


class Distribution(OwnModel):
    """From the factory to the client: own legs, or a market whose default way is taken."""

    market: Market | None = Field(default=None, description="Default way of the ruleset.")
    legs: list[StatedLeg] | None = Field(
        default=None, min_length=1, max_length=20, description="Own legs, in place of the default."
    )


class Offset(OwnModel):
    """What was compensated; reported apart and in no sum (Annex II(7))."""

    description: Text = Field(description="What, and by which programme.")
    emissions: NotNegative = Field(description="kgCO2e per battery.")


class Certificate(OwnModel):
    """A certificate or test report of the model."""

    name: Text = Field(description="What it certifies.")
    number: Text = Field(description="Its number.")
    link: Link | None = Field(default=None, description="Where it can be read.")


class BatteryModel(OwnModel):
    """Master data of one battery model as made in one plant."""

    category: Category | None = Field(default=None, description="Which batteries of Art. 7.")
    model: Text | None = Field(default=None, description="Model identifier.")
    manufacturer: Manufacturer = Field(default=Manufacturer(), description="Art. 7(1)(a).")
    plant_address: Text | None = Field(default=None, description="Where the plant is.")
    plant_bpna: Annotated[str, Field(pattern=r"^BPNA[a-zA-Z0-9]{12}$")] | None = Field(
        default=None, description="Catena-X number of the plant's address."
    )
    chemistry: Text | None = Field(default=None, description="Cell chemistry, for example NMC622.")
    mass_kg: Positive | None = Field(default=None, description="Of one battery; else the part's.")
    service_life: ServiceLife = Field(default=ServiceLife(), description="Annex II(3).")
    declaration_of_conformity: Text | None = Field(
        default=None, description="ID of the EU declaration of conformity."
    )
    study_link: Link | None = Field(default=None, description="Public version of the study.")
    gtin: Annotated[str, Field(pattern=r"^[0-9]{14}$")] | None = Field(
        default=None, description="Global Trade Item Number, 14 digits."
    )
    performance_class: Text | None = Field(
        default=None, description="Carbon footprint class; no class act is adopted."
    )
    certificates: list[Certificate] = Field(
        default_factory=list, max_length=50, description="Certificates of the model."
    )
    distribution: Distribution = Field(default=Distribution(), description="To the client.")
    materials: list[RecycledMaterial] = Field(
        default_factory=list, max_length=MAX_MATERIALS, description="Its materials, all of them."
    )
    dismantling: NotNegative | None = Field(
        default=None, description="kgCO2e of dismantling one used battery."
    )
    offsets: list[Offset] = Field(
        default_factory=list, max_length=50, description="Reported apart."
    )


class Plant(OwnModel):
    """Art. 7(1)(c): the plant, as the hub knows the site."""

    code: str = Field(description="The manufacturer's own id of the site.")
    name: str = Field(description="Name of the site.")
    country: str = Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2.")
    subdivision: str | None = Field(default=None, description="ISO 3166-2.")
