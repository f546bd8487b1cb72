"""What the operator of an installation reports of one period: the input of a communication.

Every member may be absent: absent is "not stated", never 0. A flow that did not occur is stated
with the amount "0", a list of which there is nothing is stated as []. Amounts are decimal strings;
tonnes, TJ, MWh, tCO2e.
"""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from tierlight_schemas.battery.model import Link, NotNegative, Positive, Signed, Text
from tierlight_schemas.bom import Share
from tierlight_schemas.cbam.goods import Good, Route
from tierlight_schemas.extension import Digest, OwnModel

MAX_PROCESSES = 20
MAX_PRODUCTS = 100
Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
CnCode = Annotated[str, Field(pattern=r"^[0-9]{8}$")]
By = Literal["actual", "default"]


class Period(OwnModel):
    """The reporting period, both days included."""

    start: date | None = Field(default=None, description="First day.")
    end: date | None = Field(default=None, description="Last day.")


class Installation(OwnModel):
    """Where the goods are made, and by whom."""

    name: Text | None = Field(default=None, description="English name.")
    operator: Text | None = Field(default=None, description="Company that operates it.")
    street: Text | None = Field(default=None, description="Street and number.")
    economic_activity: Text | None = Field(default=None, description="Economic activity.")
    city: Text | None = Field(default=None, description="City.")
    country: Country | None = Field(default=None, description="ISO 3166-1 alpha-2.")
    unlocode: Annotated[str, Field(pattern=r"^[A-Z]{2} ?[A-Z2-9]{3}$")] | None = Field(
        default=None, description="UN/LOCODE."
    )
    latitude: Signed | None = Field(
        default=None, description="Of the main emission source, degrees north."
    )
    longitude: Signed | None = Field(
        default=None, description="Of the main emission source, degrees east."
    )


class Emissions(OwnModel):
    """Direct emissions of the whole installation by how they were determined, tCO2e."""

    calculation: NotNegative | None = Field(
        default=None, description="By calculation, without perfluorocarbons."
    )
    pfc: NotNegative | None = Field(default=None, description="Perfluorocarbons.")
    measurement: NotNegative | None = Field(default=None, description="By measurement.")
    other: NotNegative | None = Field(default=None, description="By other methods.")


class Quality(OwnModel):
    """What is said of the data."""

    data: Text | None = Field(default=None, description="General information on data quality.")
    defaults: Text | None = Field(
        default=None, description="Why default values are used, where any are."
    )
    assurance: Text | None = Field(default=None, description="Quality assurance.")


class Evidence(OwnModel):
    """A document that stands behind the report."""

    name: Text = Field(description="What it is.")
    sha256: Digest | None = Field(default=None, description="SHA-256 of its bytes.")
    link: Link | None = Field(default=None, description="Where it can be read.")


class Verification(OwnModel):
    """Who verified the emissions report: needed from the definitive period on."""

    verifier: Text | None = Field(default=None, description="Verifying body.")
    accreditation: Text | None = Field(default=None, description="Number of its accreditation.")
    accreditation_body: Text | None = Field(
        default=None, description="National body that accredited it."
    )
    country: Country | None = Field(default=None, description="Of the accreditation.")
    opinion: Literal["satisfactory", "with-misstatements", "not-satisfactory"] | None = Field(
        default=None, description="What the verification report concludes."
    )
    completed: date | None = Field(default=None, description="Day of the verification report.")
    site_visit: Literal["physical", "virtual", "waived"] | None = Field(
        default=None, description="How the site was visited."
    )
    evidence: list[Evidence] = Field(
        default_factory=list, max_length=50, description="Verification report and others."
    )


class Heat(OwnModel):
    """Measurable heat."""

    terajoules: NotNegative | None = Field(default=None, description="Net amount, TJ.")
    factor: NotNegative | None = Field(default=None, description="Of the heat, tCO2e/TJ.")


class WasteGas(OwnModel):
    """Waste gas; it counts with the factor of natural gas."""

    terajoules: NotNegative | None = Field(default=None, description="By net calorific value, TJ.")


class Electricity(OwnModel):
    """Electricity of one source."""

    megawatthours: NotNegative | None = Field(default=None, description="MWh.")
    factor: NotNegative | None = Field(default=None, description="tCO2e/MWh.")
    source: Text | None = Field(default=None, description="Where the factor comes from.")


class Consumed(OwnModel):
    """A precursor that went into a process."""

    of: Key | None = Field(default=None, description="Id of an own process or bought precursor.")
    tonnes: NotNegative | None = Field(default=None, description="What went in, t.")


class Process(OwnModel):
    """One production process of the installation: its own flows, and the precursors it took."""

    id: Key | None = Field(default=None, description="Own id, for example P1.")
    name: Text | None = Field(default=None, description="What it is called.")
    good: Good | None = Field(default=None, description="What it makes.")
    routes: list[Route] | None = Field(
        default=None, min_length=1, max_length=6, description="Production routes."
    )
    tonnes: Positive | None = Field(
        default=None, description="Activity level: all that was made, t."
    )
    direct_emissions: NotNegative | None = Field(
        default=None, description="Directly attributed, without heat, waste gas and power, tCO2e."
    )
    heat_imported: Heat | None = Field(default=None, description="Measurable heat that came in.")
    heat_exported: Heat | None = Field(default=None, description="Measurable heat that left.")
    waste_gas_imported: WasteGas | None = Field(default=None, description="Waste gas that came in.")
    waste_gas_exported: WasteGas | None = Field(default=None, description="Waste gas that left.")
    electricity: list[Electricity] | None = Field(
        default=None, max_length=20, description="Consumed, by source."
    )
    electricity_exported: Electricity | None = Field(
        default=None, description="Made in the process and exported."
    )
    precursors: list[Consumed] | None = Field(
        default=None, max_length=100, description="Own and bought; [] where it takes none."
    )


class Bought(OwnModel):
    """A precursor of another installation, with what its operator, or a default, says of it."""

    id: Key | None = Field(default=None, description="Own id, for example B1.")
    name: Text | None = Field(default=None, description="What it is called.")
    good: Good | None = Field(default=None, description="What it is.")
    country: Country | None = Field(default=None, description="Where it was made.")
    installation: Text | None = Field(default=None, description="Installation that made it.")
    period: Period | None = Field(default=None, description="In which it was made.")
    direct: NotNegative | None = Field(default=None, description="SEE direct, tCO2e/t.")
    direct_by: By | None = Field(default=None, description="Actual value, or default value.")
    indirect: NotNegative | None = Field(default=None, description="SEE indirect, tCO2e/t.")
    indirect_by: By | None = Field(default=None, description="Actual value, or default value.")
    electricity: NotNegative | None = Field(default=None, description="Embedded, MWh/t.")
    source: Text | None = Field(
        default=None, description="Communication or act that the values stand in."
    )


class CarbonPrice(OwnModel):
    """A carbon price due in the country of origin, per tonne of the product."""

    form: Text | None = Field(default=None, description="Instrument; `none` where none is due.")
    share: Share | None = Field(default=None, description="Of embedded emissions covered, 0 to 1.")
    covered: NotNegative | None = Field(default=None, description="Covered emissions, tCO2e/t.")
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = Field(
        default=None, description="ISO 4217."
    )
    due: NotNegative | None = Field(default=None, description="Due, currency per t.")
    rebate_form: Text | None = Field(
        default=None, description="Form of a rebate; `none` where there is none."
    )
    rebate_share: Share | None = Field(default=None, description="Share covered by it, 0 to 1.")
    rebate_covered: NotNegative | None = Field(default=None, description="tCO2e/t.")
    rebate: NotNegative | None = Field(default=None, description="Rebate, currency per t.")


class Product(OwnModel):
    """A product as it is named towards the importer. Percentages are of its mass."""

    process: Key | None = Field(default=None, description="Id of the process that makes it.")
    cn: CnCode | None = Field(default=None, description="CN code, 8 digits.")
    cn_name: Text | None = Field(default=None, description="Name of the CN code.")
    name: Text | None = Field(default=None, description="Name on invoices.")
    number: Text | None = Field(default=None, description="Own part number.")
    mass_kg: Positive | None = Field(default=None, description="kg of one piece.")
    reducing_agent: Text | None = Field(
        default=None, description="Main reducing agent of the precursor, if known."
    )
    steel_mill: Text | None = Field(default=None, description="Id of the steel mill, if known.")
    mn: Share | None = Field(default=None, description="Manganese, 0 to 1.")
    cr: Share | None = Field(default=None, description="Chromium, 0 to 1.")
    ni: Share | None = Field(default=None, description="Nickel, 0 to 1.")
    other_alloys: Share | None = Field(default=None, description="Other alloys, 0 to 1.")
    carbon: Share | None = Field(default=None, description="Carbon, 0 to 1.")
    scrap_per_steel: NotNegative | None = Field(default=None, description="t scrap per t steel.")
    other_materials: Share | None = Field(default=None, description="Other materials, 0 to 1.")
    pre_consumer: Share | None = Field(default=None, description="Of the scrap, 0 to 1.")
    scrap_per_aluminium: NotNegative | None = Field(
        default=None, description="t scrap per t aluminium."
    )
    non_aluminium: Share | None = Field(
        default=None, description="Elements beside aluminium, 0 to 1."
    )
    carbon_price: CarbonPrice | None = Field(default=None, description="Due where it is made.")


def filled_in(value: Any) -> Any:
    """A template as JSON without what was left open: "" is "not stated".

    A list whose rows were all left open is left open too; one that was stated as [] stays so.
    """
    return _stated(value)


def _stated(value: Any) -> Any:
    if isinstance(value, dict):
        found = {name: _stated(each) for name, each in value.items()}
        return {name: each for name, each in found.items() if each not in ("", {}, None)}
    if isinstance(value, list):
        rows = [each for each in map(_stated, value) if each not in ("", {}, None)]
        return rows if rows or not value else None
    return value


class CbamReport(OwnModel):
    """One installation in one period. A member that is "" was left open, and is not stated."""

    type: Literal["tierlight.cbam-report/1"] = Field(
        default="tierlight.cbam-report/1", description="What this is."
    )
    installation: Installation = Field(default_factory=Installation, description="Where.")
    period: Period = Field(default_factory=Period, description="When.")
    emissions: Emissions = Field(
        default_factory=Emissions, description="Of the whole installation."
    )
    processes: list[Process] = Field(
        default_factory=list, max_length=MAX_PROCESSES, description="What is made how."
    )
    bought: list[Bought] = Field(
        default_factory=list, max_length=100, description="Precursors from elsewhere."
    )
    products: list[Product] = Field(
        default_factory=list, max_length=MAX_PRODUCTS, description="What is sold."
    )
    quality: Quality = Field(
        default_factory=Quality, description="How good the data are said to be."
    )
    verification: Verification = Field(default_factory=Verification, description="Who verified it.")

    @model_validator(mode="before")
    @classmethod
    def _without_what_is_open(cls, value: Any) -> Any:
        return filled_in(value)
