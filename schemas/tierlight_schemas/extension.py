"""The data model extension `tierlight.part/1`: what PACT lacks for a part of a vehicle."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from tierlight_schemas.amounts import Amount

#: The one constant all schema ids hang on (ADR 0007); ids are names and are never dereferenced.
SCHEMA_BASE = "https://schemas.tierlight.example"
PART_EXTENSION = f"{SCHEMA_BASE}/part/1"

AnnexName = Literal["split", "composition", "activity", "evidence"]
Provenance = Literal["stated", "default", "derived"]
Boundary = Literal["cradle-to-gate", "cradle-to-grave"]
UsabilityLevel = Literal["L1", "L2", "L3"]


class OwnModel(BaseModel):
    """Base of Tierlight's own objects: camelCase names outside, unknown members refused."""

    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, validate_by_alias=True, extra="forbid"
    )

    def document(self) -> dict[str, Any]:
        """The JSON object: aliases, nothing absent, never null."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class SiteReference(OwnModel):
    """Where the part is made."""

    id: str = Field(min_length=1, max_length=200, description="The owner's id of the site.")
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    subdivision: str | None = Field(default=None, pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}$")


class VerificationShares(OwnModel):
    """Percent of the footprint verified by each party, and covered by a certified program."""

    first_party: Amount | None = None
    second_party: Amount | None = None
    third_party: Amount | None = None
    program: Amount | None = None
    own_production_third_party: Amount | None = Field(
        default=None, description="Share of the declarant's own processes; 0 breaks the chain."
    )


class MassBalance(OwnModel):
    """Chain of custody by mass balance: scheme and attributed share."""

    used: bool
    scheme: str | None = None
    attributed_share_percent: Amount | None = None


class Uncertainty(OwnModel):
    """Lognormal spread of the total: geometric standard deviation, and what the value is."""

    geometric_standard_deviation: Amount
    value_is: Literal["mean", "median"]


class PartExtension(OwnModel):
    """Data of `tierlight.part/1`."""

    part_number: str = Field(min_length=1, max_length=200)
    revision: str | None = Field(default=None, max_length=100)
    site: SiteReference | None = None
    boundary: Boundary = Field(default="cradle-to-gate", description="What the total covers.")
    process_family: str | None = Field(default=None, max_length=100)
    verification_shares: VerificationShares | None = None
    mass_balance: MassBalance | None = None
    time_basis: Literal["retrospective", "prospective"] = "retrospective"
    level: UsabilityLevel = Field(default="L1", description="L1 indicative, L2 consistent, L3 complete.")
    provenance: dict[str, Provenance] = Field(
        default_factory=dict,
        description="By PACT attribute of `pcf`: stated, default (means not stated) or derived.",
    )
    uncertainty: Uncertainty | None = None
    annexes: dict[AnnexName, str] = Field(
        default_factory=dict, description="SHA-256 (hex) of each annex's bytes."
    )
