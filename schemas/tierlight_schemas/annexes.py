"""Annexes: the levels of detail that stay outside the signed document.

Each annex is canonical JSON with its own 128-bit salt; its SHA-256 stands in the extension
`tierlight.part/1`, so that who may see it can check it and who may not cannot guess it.
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tierlight_schemas.amounts import Amount
from tierlight_schemas.extension import AnnexName, Digest, OwnModel

#: Consent level that opens an annex (L1 shows the signed document alone).
ANNEX_LEVELS: dict[AnnexName, int] = {"split": 2, "composition": 3, "activity": 4, "evidence": 5}

Salt = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{22}$")]


class StageShare(OwnModel):
    """kgCO2e of one life-cycle stage or process step, per declared amount."""

    stage: str = Field(
        min_length=1, max_length=100, description="Name of the stage or process step."
    )
    emissions: Amount = Field(description="kgCO2e excluding biogenic uptake.")


class CarrierShare(OwnModel):
    """Energy of one carrier used by the own process, per declared amount."""

    carrier: Literal["electricity", "steam", "heat", "natural gas", "other fuel", "process"] = (
        Field(description='What carried the energy; "process" is emission without a fuel.')
    )
    quantity: Amount | None = Field(default=None, description="Amount used, in `unit`.")
    unit: str | None = Field(default=None, max_length=40, description="Unit of `quantity`.")
    country: str | None = Field(
        default=None, pattern=r"^[A-Z]{2}$", description="Where it was supplied; ISO 3166-1."
    )
    instrument: str | None = Field(
        default=None, max_length=200, description="Contract or certificate behind it."
    )
    location_based: Amount | None = Field(
        default=None, description="kgCO2e with the average factor of the place."
    )
    market_based: Amount | None = Field(
        default=None, description="kgCO2e with the factor of the instrument."
    )


class SplitAnnex(OwnModel):
    """L2: life-cycle stages, process steps and energy carriers."""

    annex: Literal["split"] = Field(default="split", description="Which annex this is.")
    salt: Salt = Field(description="16 random bytes, base64url; new for each annex.")
    stages: list[StageShare] = Field(
        default_factory=list, description="Together the total excluding biogenic uptake."
    )
    carriers: list[CarrierShare] = Field(
        default_factory=list, description="Energy of the own process by carrier."
    )


class Component(OwnModel):
    """One input that the total was computed from, with the value used for it."""

    name: str = Field(min_length=1, max_length=500, description="The declarant's name of it.")
    declaration: Digest | None = Field(
        default=None, description="Digest of the input's declaration."
    )
    part: str | None = Field(default=None, max_length=1000, description="URN of the input part.")
    quantity: Amount = Field(description="Per declared amount, in `unit`.")
    unit: str = Field(min_length=1, max_length=40, description="Unit of `quantity`.")
    value_used: Amount = Field(description="kgCO2e per one `unit`, excluding biogenic uptake.")
    allocation_share: Amount | None = Field(
        default=None, description="Part of the input that this product carries, 0 to 1."
    )


class CompositionAnnex(OwnModel):
    """L3: components by name."""

    annex: Literal["composition"] = Field(default="composition", description="Which annex this is.")
    salt: Salt = Field(description="16 random bytes, base64url; new for each annex.")
    components: list[Component] = Field(description="The inputs.")
    complete: bool = Field(default=False, strict=True, description="Whether these are all inputs.")


Word = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class ActivityAmount(OwnModel):
    """What a site or a line used in the period, of one carrier and supply."""

    carrier: Word = Field(description="What carries the energy.")
    supply: Word | None = Field(
        default=None, description="Of electricity: grid, contract, certificate, …"
    )
    quantity: Amount = Field(description="In `unit`, for the whole site or line.")
    unit: str = Field(min_length=1, max_length=40, description="As the bill has it.")
    serials: list[Word] = Field(
        default_factory=list, max_length=200, description="Certificates behind it."
    )


class ActivityShare(OwnModel):
    """How the part got its share of what the site used."""

    key: Word = Field(description="What the share is measured by.")
    quantity: Amount | None = Field(default=None, description="Of this part, in the period.")
    total: Amount | None = Field(default=None, description="Of everything.")


class CoOutput(OwnModel):
    """Something else that the same process makes and sells, for one declared amount of the part."""

    name: Word = Field(description="The declarant's name of it.")
    quantity: Amount = Field(description="Made with one piece, in `unit`.")
    unit: str = Field(min_length=1, max_length=40, description="Unit of `quantity`.")


class ActivityAnnex(OwnModel):
    """L4: amounts of the bills, the key by which the part got its share, and what else was made."""

    annex: Literal["activity"] = Field(default="activity", description="Which annex this is.")
    salt: Salt = Field(description="16 random bytes, base64url; new for each annex.")
    site: Word | None = Field(default=None, description="The declarant's code of the site.")
    period_start: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="First day.")
    period_end: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="First day after it.")
    pieces: Amount = Field(description="Declared amounts made in the period.")
    amounts: list[ActivityAmount] = Field(max_length=200, description="By carrier.")
    share: ActivityShare = Field(description="Allocation key and share.")
    allocation: Literal["mass", "economic"] | None = Field(
        default=None, description="How co-products were told apart; left out: there are none."
    )
    co_products: list[CoOutput] = Field(
        default_factory=list, max_length=200, description="Other products of the process."
    )


class EvidenceDocument(OwnModel):
    """A bill or certificate, known by its digest alone: the bytes stay with the declarant."""

    about: Word = Field(description="What it proves: electricity, natural-gas, material, …")
    digest: Digest = Field(description="SHA-256 of the document's bytes.")
    media_type: Word | None = Field(default=None, description="Of the bytes.")
    size: Amount | None = Field(default=None, description="Bytes.")


class EvidenceAnnex(OwnModel):
    """L5: digests of bills and certificates."""

    annex: Literal["evidence"] = Field(default="evidence", description="Which annex this is.")
    salt: Salt = Field(description="16 random bytes, base64url; new for each annex.")
    documents: list[EvidenceDocument] = Field(max_length=200, description="The documents.")


Detail = SplitAnnex | CompositionAnnex | ActivityAnnex | EvidenceAnnex
DETAILS: dict[AnnexName, type[Detail]] = {
    "split": SplitAnnex,
    "composition": CompositionAnnex,
    "activity": ActivityAnnex,
    "evidence": EvidenceAnnex,
}
"""The model of each annex."""
