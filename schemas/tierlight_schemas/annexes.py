"""Annexes: the levels of detail that stay outside the signed document.

Each annex is canonical JSON with its own 128-bit salt; its SHA-256 stands in the extension
`tierlight.part/1`, so that who may see it can check it and who may not cannot guess it.
"""

from typing import Annotated, Literal

from pydantic import Field

from tierlight_schemas.amounts import Amount
from tierlight_schemas.extension import AnnexName, OwnModel

#: Consent level that opens an annex (L1 shows the signed document alone).
ANNEX_LEVELS: dict[AnnexName, int] = {"split": 2, "composition": 3, "activity": 4, "evidence": 5}

Salt = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{22}$")]


class StageShare(OwnModel):
    """kgCO2e of one life-cycle stage or process step, per declared amount."""

    stage: str = Field(min_length=1, max_length=100)
    emissions: Amount


class CarrierShare(OwnModel):
    """Energy of one carrier used by the own process, per declared amount."""

    carrier: Literal["electricity", "steam", "heat", "natural gas", "other fuel", "process"]
    quantity: Amount | None = None
    unit: str | None = None
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    instrument: str | None = None
    location_based: Amount | None = Field(default=None, description="kgCO2e.")
    market_based: Amount | None = Field(default=None, description="kgCO2e.")


class SplitAnnex(OwnModel):
    """L2: life-cycle stages, process steps and energy carriers."""

    annex: Literal["split"] = "split"
    salt: Salt
    stages: list[StageShare] = Field(default_factory=list)
    carriers: list[CarrierShare] = Field(default_factory=list)


class Component(OwnModel):
    """One input that the total was computed from, with the value used for it."""

    name: str
    declaration: str | None = Field(default=None, description="Digest of the input's declaration.")
    part: str | None = Field(default=None, description="URN of the input part.")
    quantity: Amount = Field(description="Per declared amount, in `unit`.")
    unit: str
    value_used: Amount = Field(description="kgCO2e per one `unit`, excluding biogenic uptake.")
    allocation_share: Amount | None = None


class CompositionAnnex(OwnModel):
    """L3: components by name."""

    annex: Literal["composition"] = "composition"
    salt: Salt
    components: list[Component]
    complete: bool = Field(default=False, description="Whether these are all inputs.")
