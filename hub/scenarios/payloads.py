"""What the API takes and says of scenarios."""

from datetime import date, datetime
from typing import Self

from pydantic import Field

from hub.kit.payload import Instant, Payload
from hub.scenarios.tables import ScenarioRow, ScenarioVersion
from hub.scenarios.usecases import Wanted, scenario_of
from tierlight_schemas.scenario import MAX_CHANGES, Change, Scenario


class NewScenario(Payload):
    """A scenario, or its next version."""

    name: str = Field(max_length=300, description="Unique within the company.")
    description: str | None = Field(default=None, max_length=3_000, description="For people.")
    as_of: date | None = Field(
        default=None, description="Day that results are for; that of the question."
    )
    known_at: Instant | None = Field(
        default=None, description="Instant whose knowledge results use; that of the question."
    )
    changes: list[Change] = Field(max_length=MAX_CHANGES, description="In the order they apply.")

    def wanted(self) -> Wanted:
        """It, as a use case is told."""
        scenario = Scenario(changes=self.changes)
        return Wanted(self.name, scenario, self.description, self.as_of, self.known_at)


class ScenarioSummary(Payload):
    """A scenario in a list."""

    id: str
    name: str
    version: int = Field(description="Number of the newest version, from 1.")
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: ScenarioRow) -> Self:
        """The stored scenario."""
        return cls.model_validate(row)


class ScenarioView(Payload):
    """A version of a scenario."""

    id: str
    name: str
    version: int
    description: str | None
    as_of: date | None = Field(description="Absent: the day of the question.")
    known_at: datetime | None = Field(description="Absent: the instant of the question.")
    digest: str = Field(description="SHA-256 (hex) of the canonical JSON of type and changes.")
    recorded_at: datetime
    changes: list[Change]

    @classmethod
    def of(cls, version: ScenarioVersion) -> Self:
        """The stored version."""
        return cls(
            id=version.scenario_id,
            name=version.name,
            version=version.number,
            description=version.description,
            as_of=version.as_of,
            known_at=version.known_at,
            digest=version.digest,
            recorded_at=version.recorded_at,
            changes=scenario_of(version).changes,
        )
