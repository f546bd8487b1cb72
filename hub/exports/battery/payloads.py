"""What the API says of batteries, beside the published master data."""

from datetime import datetime
from typing import Any, Self

from pydantic import Field

from hub.exports.battery.answers import ruleset_row
from hub.exports.battery.desk import Battery, State
from hub.exports.battery.judging import Export
from hub.exports.battery.tables import BatteryClass, BatteryDeclaration
from hub.exports.battery.writing import Audience
from hub.kit.payload import Payload
from tierlight_schemas.battery.components import Component
from tierlight_schemas.battery.rulesets import Ruleset


class RulesetOut(Payload):
    """A method by which a footprint can be declared."""

    id: str
    title: str
    status: str = Field(description="Whether it is law; none of them is adopted as a method.")
    electricity: str
    characterization: str

    @classmethod
    def of(cls, rules: Ruleset) -> Self:
        """The ruleset."""
        return cls.model_validate(ruleset_row(rules))


class ClassOut(Payload):
    """What an own part is of a battery."""

    part_id: str
    component: Component
    recorded_at: datetime

    @classmethod
    def of(cls, row: BatteryClass) -> Self:
        """The recorded class."""
        return cls.model_validate(row)


class BatteryOut(Payload):
    """A battery model of one plant, and how far its declaration is."""

    part_id: str
    part: str = Field(description="Number of the part that is the battery model.")
    name: str
    site_id: str | None = Field(description="The plant; absent where none is chosen yet.")
    site: str | None = Field(description="Code of the plant.")
    site_name: str | None
    state: State = Field(description="By the ruleset that was asked for.")
    gaps: int = Field(description="What is missing, counted.")
    per_kwh: str | None = Field(description="kgCO2e per kWh; absent while anything is missing.")
    inputs_digest: str | None = Field(
        description="SHA-256 of bill of materials and energy mix as they are now."
    )
    handed_out: int = Field(
        description="Files that left, the last one of each ruleset, format and audience."
    )
    stale: int = Field(description="How many of them rest on older inputs.")
    handed_out_at: datetime | None

    @classmethod
    def of(cls, battery: Battery) -> Self:
        """A line of the desk."""
        told = vars(battery) | {k: v or None for k, v in battery.named._asdict().items()}
        return cls.model_validate({k: v for k, v in told.items() if k != "named"})


class VerdictOut(Payload):
    """What one check says of a finished file, which it reads anew."""

    judge: str
    complaints: list[str] = Field(description="Each with its place; none where the file passes.")
    total: int = Field(description="How many there are; of many only some are told.")


class ExportOut(Payload):
    """One format, tried: nothing has left, and nothing is put on record."""

    format: str
    name: str = Field(description="Of the file.")
    media_type: str
    has_edition: bool = Field(description="Whether there is one for the audience.")
    is_written: bool = Field(description="Whether the declaration can leave in it.")
    digest: str | None = Field(description="SHA-256 of the file.")
    size: int | None = Field(description="Bytes.")
    gaps: list[dict[str, str]] = Field(
        description="Why it cannot be written, or what stays empty in it."
    )
    verdicts: list[VerdictOut]

    @classmethod
    def of(cls, export: Export) -> Self:
        """A format as it was tried."""
        return cls(
            format=export.format.id,
            name=export.name,
            media_type=export.format.media_type,
            has_edition=export.has_edition,
            is_written=export.is_written,
            digest=export.digest,
            size=export.size,
            gaps=[dict(gap) for gap in export.gaps],
            verdicts=[VerdictOut(**verdict._asdict()) for verdict in export.verdicts],
        )


class HandedOutOut(Payload):
    """A file of the declaration that left."""

    ruleset: str
    format: str
    audience: Audience
    per_kwh: str | None = Field(description="kgCO2e per kWh as it stands in the file.")
    file_digest: str = Field(description="SHA-256 of the file.")
    inputs_digest: str
    is_stale: bool = Field(
        description="Whether bill of materials or energy mix have changed since (Annex II(5))."
    )
    recorded_at: datetime
    recorded_by: str

    @classmethod
    def of(cls, row: BatteryDeclaration, inputs_digest: str) -> Self:
        """A file, beside the digest of the inputs of today."""
        names = [name for name in cls.model_fields if name != "is_stale"]
        told = {name: getattr(row, name) for name in names}
        return cls(**told, is_stale=row.inputs_digest != inputs_digest)


Answer = dict[str, Any]
