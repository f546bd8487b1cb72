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

    part_number: str = Field(min_length=1, max_length=200)
    revision: str | None = Field(default=None, max_length=100)
    site: SiteReference | None = None
    process_family: str | None = Field(default=None, max_length=100)
    declared_unit: DeclaredUnit
    declared_amount: Amount
    reference_period_start: DateTime
    reference_period_end: DateTime
    emissions: Amount = Field(description="kgCO2e excluding biogenic uptake.")
    fossil: Amount | None = None
    biogenic_non_co2: Amount | None = Field(default=None, alias="biogenicNonCO2")
    electricity_kwh: Amount | None = Field(default=None, alias="electricityKWh")
    ipcc_characterization_factors: CharacterizationFactors
    primary_data_share: Amount | None = Field(default=None, description="Percent.")
    dqi: DataQualityIndicators | None = None
    verification_shares: VerificationShares | None = None
    production_volume: Amount | None = Field(
        default=None, description="Units made in the period; weighs several plants."
    )
