"""Scenarios: a name of a company's, and immutable versions of what it assumes."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.kit.tables import Base, Id, UtcDateTime
from hub.kit.wall_policies import owned, part_of


class ScenarioRow(Base):
    """A scenario by its name; which changes it has stands in its versions."""

    __tablename__ = "scenario"
    __wall__ = owned()
    __table_args__ = (UniqueConstraint("company_id", "name"),)

    id: Mapped[Id]
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"))
    name: Mapped[str] = mapped_column(String(200))
    version: Mapped[int] = mapped_column(Integer)
    """Number of the newest version."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ScenarioVersion(Base):
    """What a scenario was from `recorded_at` on; never edited."""

    __tablename__ = "scenario_version"
    __wall__ = part_of("scenario_version", "scenario", "scenario_id", "id")

    scenario_id: Mapped[str] = mapped_column(ForeignKey("scenario.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(Text)
    as_of: Mapped[date | None] = mapped_column(Date)
    """Day that results are for; None: the day of the question."""
    known_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Instant whose knowledge results use; None: the instant of the question."""
    digest: Mapped[str] = mapped_column(String(64))
    changes: Mapped[bytes] = mapped_column(LargeBinary)
    """The canonical JSON that `digest` is of."""
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
