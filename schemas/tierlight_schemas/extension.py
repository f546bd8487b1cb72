"""The data model extension `tierlight.part/1`: what PACT lacks for a part of a vehicle."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from tierlight_schemas.amounts import Amount
from tierlight_schemas.documents import Document

#: The one constant all schema ids hang on (ADR 0007); ids are names and are never dereferenced.
SCHEMA_BASE = "https://schemas.tierlight.example"
PART_EXTENSION = f"{SCHEMA_BASE}/part/1"

AnnexName = Literal["split", "composition", "activity", "evidence"]
Provenance = Literal["stated", "default", "derived"]
Boundary = Literal["cradle-to-gate", "cradle-to-grave"]
UsabilityLevel = Literal["L1", "L2", "L3"]
#: SHA-256 of bytes, in lower-case hexadecimal.
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class OwnModel(Document):
    """Base of Tierlight's own objects: camelCase names outside, unknown members refused."""

    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, validate_by_alias=True, extra="forbid"
    )


class SiteReference(OwnModel):
    """Where the part is made."""

    id: str = Field(min_length=1, max_length=200, description="The owner's id of the site.")
    country: str | None = Field(
        default=None, pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2 code."
    )
    subdivision: str | None = Field(
        default=None, pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}$", description="ISO 3166-2 code."
    )


class VerificationShares(OwnModel):
    """Percent of the footprint verified by each party, and covered by a certified program."""

    first_party: Amount | None = Field(
        default=None, description="Percent verified by the declarant itself."
    )
    second_party: Amount | None = Field(
        default=None, description="Percent verified by a customer or its agent."
    )
    third_party: Amount | None = Field(
        default=None, description="Percent verified by an independent body."
    )
    program: Amount | None = Field(
        default=None, description="Percent covered by a certified footprint program."
    )
    own_production_third_party: Amount | None = Field(
        default=None, description="Share of the declarant's own processes; 0 breaks the chain."
    )


class MassBalance(OwnModel):
    """Chain of custody by mass balance: scheme and attributed share."""

    used: bool = Field(strict=True, description="Whether content was attributed by mass balance.")
    scheme: str | None = Field(default=None, description="Name of the certification scheme.")
    attributed_share_percent: Amount | None = Field(
        default=None, description="Percent of the product's content that was attributed."
    )


class Uncertainty(OwnModel):
    """Lognormal spread of the total: geometric standard deviation, and what the value is."""

    geometric_standard_deviation: Amount = Field(description="Not below 1; 1 is no spread.")
    value_is: Literal["mean", "median"] = Field(description="What the stated total is.")


class PartExtension(OwnModel):
    """Data of `tierlight.part/1`."""

    part_number: str = Field(
        min_length=1, max_length=200, description="The owner's number of the part."
    )
    revision: str | None = Field(
        default=None, max_length=100, description="Drawing or change index of the part."
    )
    site: SiteReference | None = Field(
        default=None, description="The making site the value holds for; absent: all of them."
    )
    boundary: Boundary = Field(default="cradle-to-gate", description="What the total covers.")
    process_family: str | None = Field(
        default=None, max_length=100, description="Main making process, e.g. die casting."
    )
    verification_shares: VerificationShares | None = Field(
        default=None, description="How much of the total was verified, and by whom."
    )
    mass_balance: MassBalance | None = Field(
        default=None, description="Attributed content, where there is any."
    )
    time_basis: Literal["retrospective", "prospective"] = Field(
        default="retrospective", description="Measured for a past period, or forecast."
    )
    level: UsabilityLevel = Field(
        default="L1", description="L1 indicative, L2 consistent, L3 complete."
    )
    provenance: dict[str, Provenance] = Field(
        default_factory=dict,
        description="By PACT attribute of `pcf`: stated, default (means not stated) or derived.",
    )
    uncertainty: Uncertainty | None = Field(default=None, description="Spread of the total.")
    annexes: dict[AnnexName, Digest] = Field(
        default_factory=dict, description="SHA-256 (hex) of each annex's bytes."
    )
