"""What the API says of batteries, beside the published master data."""

from datetime import datetime
from typing import Any, Self

from pydantic import Field

from hub.exports.battery.answers import ruleset_row
from hub.exports.battery.tables import BatteryClass
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


Answer = dict[str, Any]
