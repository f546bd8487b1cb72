"""What the own making of a part emits, gate to gate: the document of a process declaration."""

from pydantic import Field

from tierlight_schemas.amounts import Amount
from tierlight_schemas.extension import OwnModel, SiteReference, VerificationShares
from tierlight_schemas.footprint import (
    CharacterizationFactors,
    DataQualityIndicators,
    DateTime,
    DeclaredUnit,
)


class ProcessFootprint(OwnModel):
    """Own processes of a site for one part: energy, services and direct emissions, no inputs.

    Values are kgCO2e per declared amount of good output. Never a `ProductFootprint`, never sent
    out through an exchange: adding bought parts is the roll-up's task.
    """

    part_number: str = Field(
        min_length=1, max_length=200, description="The owner's number of the part."
    )
    revision: str | None = Field(
        default=None, max_length=100, description="Drawing or change index of the part."
    )
    site: SiteReference | None = Field(
        default=None, description="The making site the value holds for; absent: all of them."
    )
    process_family: str | None = Field(
        default=None, max_length=100, description="Main making process, e.g. die casting."
    )
    declared_unit: DeclaredUnit = Field(description="Unit of the declared amount.")
    declared_amount: Amount = Field(
        description="How many units the values below belong to; above 0."
    )
    reference_period_start: DateTime = Field(
        description="First instant of the period the activity data covers."
    )
    reference_period_end: DateTime = Field(description="First instant after that period.")
    emissions: Amount = Field(description="kgCO2e excluding biogenic uptake.")
    fossil: Amount | None = Field(default=None, description="kgCO2e from fossil sources.")
    biogenic_non_co2: Amount | None = Field(
        default=None, alias="biogenicNonCO2", description="kgCO2e of biogenic CH4 and N2O."
    )
    electricity_kwh: Amount | None = Field(
        default=None, alias="electricityKWh", description="kWh used, from the grid and own plants."
    )
    ipcc_characterization_factors: CharacterizationFactors = Field(
        description="Assessment reports of the GWP values, e.g. AR6."
    )
    primary_data_share: Amount | None = Field(
        default=None, description="Percent of the emissions that rests on primary data."
    )
    dqi: DataQualityIndicators | None = Field(default=None, description="Data quality ratings.")
    verification_shares: VerificationShares | None = Field(
        default=None, description="How much of the value was verified, and by whom."
    )
    production_volume: Amount | None = Field(
        default=None, description="Units made in the period; weighs several plants."
    )
