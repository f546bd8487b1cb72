"""The standard footprint document: a PACT 3.0.3 `ProductFootprint`.

Shape only. What a value may be beyond its shape (signs, sums, periods, codes) is judged by
`tierlight_schemas.checks`, so that a wrong number gets a named finding instead of a parse error.
Foreign attributes and extensions are kept. Absent means "not stated"; null is never written.
"""

from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from tierlight_schemas.amounts import Amount
from tierlight_schemas.documents import Document

DeclaredUnit = Literal[
    "liter",
    "kilogram",
    "cubic meter",
    "kilowatt hour",
    "megajoule",
    "ton kilometer",
    "square meter",
    "piece",
    "hour",
    "megabit second",
]
DECLARED_UNITS: tuple[str, ...] = get_args(DeclaredUnit)
UUID_PATTERN = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
DATE_TIME_PATTERN = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$"
)
SPEC_VERSION = "3.0.3"


def _unique(values: list[str]) -> list[str]:
    if len(set(values)) != len(values):
        raise ValueError("the same entry stands twice")
    return values


NonEmptyTexts = Annotated[
    list[Annotated[str, Field(min_length=1)]],
    AfterValidator(_unique),
    Field(min_length=1, json_schema_extra={"uniqueItems": True}),
]
#: An instant with its offset, kept as the text it came in: `2025-01-01T00:00:00Z`.
DateTime = Annotated[
    str, Field(pattern=DATE_TIME_PATTERN, json_schema_extra={"format": "date-time"})
]
#: Strict, because PACT's flags are JSON booleans and never "true", "yes" or 1.
Flag = Annotated[bool, Field(strict=True)]
Urns = Annotated[
    list[Annotated[str, Field(pattern=r"^[uU][rR][nN]:.+")]],
    AfterValidator(_unique),
    Field(min_length=1, json_schema_extra={"uniqueItems": True}),
]
PrecedingIds = Annotated[
    list[Annotated[str, Field(pattern=UUID_PATTERN)]],
    AfterValidator(_unique),
    Field(min_length=1, json_schema_extra={"uniqueItems": True}),
]
CharacterizationFactors = Annotated[
    list[Annotated[str, Field(pattern=r"^AR[0-9]+$")]],
    AfterValidator(_unique),
    Field(min_length=1, json_schema_extra={"uniqueItems": True}),
]
Region = str  # one of `tierlight_schemas.geography.REGIONS`; judged by document/geography


def camel(name: str) -> str:
    """PACT spelling of an attribute: `biogenic_co2_uptake` is `biogenicCO2Uptake`."""
    return to_camel(name).replace("Co2", "CO2")


class PactModel(Document):
    """Base of the PACT objects: camelCase names outside, foreign attributes kept."""

    model_config = ConfigDict(
        alias_generator=camel, validate_by_name=True, validate_by_alias=True, extra="allow"
    )


class ProductOrSectorSpecificRule(PactModel):
    """A product category or sector rule that was followed (PACT 3.0.3)."""

    operator: Literal["PEF", "EPD International", "Other"] = Field(
        description="Who issues the rules."
    )
    rule_names: NonEmptyTexts = Field(description="The rules by name and version.")
    other_operator_name: str | None = Field(
        default=None, min_length=1, description='Who issues them when `operator` is "Other".'
    )


class EmissionFactorSource(PactModel):
    """A secondary data base the number rests on."""

    name: str = Field(min_length=1, description="Name of the data base.")
    version: str = Field(min_length=1, description="Its version.")


class DataQualityIndicators(PactModel):
    """Data quality ratings, 1 (best) to 5."""

    technological_dqr: Amount = Field(
        alias="technologicalDQR", description="How well the technology of the data fits."
    )
    geographical_dqr: Amount = Field(
        alias="geographicalDQR", description="How well the place of the data fits."
    )
    temporal_dqr: Amount = Field(
        alias="temporalDQR", description="How well the time of the data fits."
    )


VerificationCoverage = Literal["PCF calculation model", "PCF program", "product level"]


class Verification(PactModel):
    """What the owner says about a verification; a badge, not a proof."""

    coverage: VerificationCoverage | None = Field(default=None, description="What was verified.")
    provider_name: str | None = Field(default=None, description="Who verified.")
    completed_at: DateTime | None = Field(default=None, description="When it was completed.")
    standard_name: str | None = Field(default=None, description="By which standard.")
    comments: str | None = Field(default=None, description="What helps to read the verification.")


class CarbonFootprint(PactModel):
    """Carbon footprint of one declared unit (PACT 3.0.3 `CarbonFootprint`).

    Every emission value is kgCO2e per `declaredUnitAmount` x `declaredUnitOfMeasurement`.
    """

    declared_unit_of_measurement: DeclaredUnit = Field(description="Unit of the declared unit.")
    declared_unit_amount: Amount = Field(
        description="How many units the values below belong to; above 0."
    )
    product_mass_per_declared_unit: Amount = Field(
        description="kg of the declared amount, without packaging; 0 for energy and services."
    )
    reference_period_start: DateTime = Field(
        description="First instant of the period the activity data covers."
    )
    reference_period_end: DateTime = Field(description="First instant after that period.")
    geography_region_or_subregion: Region | None = Field(
        default=None, description="UN region; at most one of region, country, subdivision."
    )
    geography_country: str | None = Field(default=None, description="ISO 3166-1 alpha-2 code.")
    geography_country_subdivision: str | None = Field(default=None, description="ISO 3166-2 code.")
    boundary_processes_description: str | None = Field(
        default=None, description="The attributable processes inside the boundary."
    )
    pcf_excluding_biogenic_uptake: Amount = Field(
        description="kgCO2e: the total without biogenic CO2 uptake."
    )
    pcf_including_biogenic_uptake: Amount = Field(
        description="kgCO2e: the total with biogenic CO2 uptake."
    )
    fossil_carbon_content: Amount = Field(description="kg C of fossil origin in the product.")
    biogenic_carbon_content: Amount | None = Field(
        default=None, description="kg C of biogenic origin in the product."
    )
    recycled_carbon_content: Amount | None = Field(
        default=None, description="kg C of recycled origin in the product."
    )
    fossil_ghg_emissions: Amount = Field(description="kgCO2e from fossil sources.")
    land_use_change_ghg_emissions: Amount | None = Field(
        default=None, description="kgCO2e from land use change."
    )
    land_carbon_leakage: Amount | None = Field(
        default=None, description="kgCO2e displaced elsewhere; outside the total."
    )
    land_management_fossil_ghg_emissions: Amount | None = Field(
        default=None, description="kgCO2e, part of the fossil emissions."
    )
    land_management_biogenic_co2_emissions: Amount | None = Field(
        default=None, description="kgCO2e from land management."
    )
    land_management_biogenic_co2_removals: Amount | None = Field(
        default=None, description="kgCO2e removed by land management; not above 0."
    )
    biogenic_co2_uptake: Amount | None = Field(
        default=None, description="kgCO2e taken up by biomass; not above 0."
    )
    biogenic_non_co2_emissions: Amount | None = Field(
        default=None, description="kgCO2e of biogenic CH4 and N2O."
    )
    land_area_occupation: Amount | None = Field(default=None, description="m2 a of land occupied.")
    aircraft_ghg_emissions: Amount | None = Field(
        default=None, description="kgCO2e of air transport; part of the total."
    )
    packaging_emissions_included: Flag | None = Field(
        default=None, description="Whether the total counts packaging."
    )
    packaging_ghg_emissions: Amount | None = Field(
        default=None, description="kgCO2e of packaging; absent when not included."
    )
    packaging_biogenic_carbon_content: Amount | None = Field(
        default=None, description="kg C of biogenic origin in the packaging."
    )
    outbound_logistics_ghg_emissions: Amount | None = Field(
        default=None, description="kgCO2e from gate to customer; outside the total."
    )
    ccs_technological_co2_capture_included: Flag | None = Field(
        default=None, description="Whether the total counts captured CO2."
    )
    ccs_technological_co2_capture: Amount | None = Field(
        default=None, description="kgCO2e captured and stored; not above 0."
    )
    technological_co2_removals: Amount | None = Field(
        default=None, description="kgCO2e removed by technology; not above 0."
    )
    technological_co2_capture_origin: str | None = Field(
        default=None, description="Where captured CO2 came from."
    )
    ccu_carbon_content: Amount | None = Field(
        default=None, description="kg C from captured CO2 in the product."
    )
    ccu_calculation_approach: Literal["Cut-off", "Credit"] | None = Field(
        default=None, description="How captured and used CO2 is counted."
    )
    ccu_credit_certification: str | None = Field(
        default=None, description="Certification of a credit."
    )
    ipcc_characterization_factors: CharacterizationFactors = Field(
        description="Assessment reports of the GWP values, e.g. AR6."
    )
    cross_sectoral_standards: NonEmptyTexts = Field(description="Standards followed; an open list.")
    product_or_sector_specific_rules: list[ProductOrSectorSpecificRule] | None = Field(
        default=None, description="Category or sector rules followed."
    )
    exempted_emissions_percent: Amount = Field(description="Share of the total left out, percent.")
    exempted_emissions_description: str | None = Field(
        default=None, description="What was left out and why."
    )
    allocation_rules_description: str | None = Field(
        default=None, description="How joint processes were divided."
    )
    secondary_emission_factor_sources: list[EmissionFactorSource] | None = Field(
        default=None, description="Data bases used."
    )
    primary_data_share: Amount | None = Field(
        default=None, description="Percent of the total that rests on primary data."
    )
    dqi: DataQualityIndicators | None = Field(default=None, description="Data quality ratings.")
    verification: Verification | None = Field(
        default=None, description="What was verified, by whom."
    )


class DataModelExtension(PactModel):
    """A data model extension; `data_schema` is an id and is never dereferenced."""

    spec_version: str = Field(
        pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$", description="Version of the extension mechanism."
    )
    data_schema: str = Field(min_length=1, description="Id of the schema that `data` follows.")
    documentation: str | None = Field(default=None, description="Where the extension is explained.")
    data: dict[str, Any] = Field(
        description="The object of the extension; free here, defined by `dataSchema`."
    )


class ProductFootprint(PactModel):
    """A footprint of one product by its owner (PACT 3.0.3 `ProductFootprint`)."""

    id: str = Field(pattern=UUID_PATTERN, description="New id for every change.")
    spec_version: str = Field(
        pattern=r"^[0-9]+\.[0-9]+\.[0-9]+(-[0-9]{8})?$", description="PACT version, e.g. 3.0.3."
    )
    preceding_pf_ids: PrecedingIds | None = Field(
        default=None, description="The footprints that this one replaces."
    )
    created: DateTime = Field(description="When the document was made; says nothing on validity.")
    status: Literal["Active", "Deprecated"] = Field(
        description="Deprecated: a newer footprint replaces it."
    )
    validity_period_start: DateTime | None = Field(
        default=None, description="Valid from; not before the reference period ends."
    )
    validity_period_end: DateTime | None = Field(
        default=None, description="Valid until (exclusive); 3 years at most."
    )
    company_name: str = Field(min_length=1, description="Owner of the footprint.")
    company_ids: Urns = Field(description="Identifiers of the owner, as URNs.")
    product_description: str = Field(description="What the product is; may be empty.")
    product_ids: Urns = Field(description="Identifiers of the product, as URNs.")
    product_classifications: Urns | None = Field(
        default=None, description="Categories of the product, as URNs."
    )
    product_name_company: str = Field(min_length=1, description="The owner's name of the product.")
    comment: str | None = Field(
        default=None, description="What helps to read the value: reasons for a change, deviations."
    )
    pcf: CarbonFootprint = Field(description="The footprint of one declared unit.")
    extensions: list[DataModelExtension] | None = Field(
        default=None, description="Data beyond PACT; unknown extensions are kept."
    )
