"""What a manufacturer enters of its batteries; every change is a new row with its time."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.kit.tables import Base, Id, UtcDateTime
from hub.kit.wall_policies import owned


class BatteryClass(Base):
    """What an own part is of a battery, from `recorded_at` on."""

    __tablename__ = "battery_class"
    __wall__ = owned()
    __table_args__ = (Index("ix_battery_class_company_id_part_id", "company_id", "part_id"),)

    id: Mapped[Id]
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"))
    part_id: Mapped[str] = mapped_column(ForeignKey("part.id"))
    component: Mapped[str] = mapped_column(String(40))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BatteryModelRow(Base):
    """Master data of a battery model as made at one site, from `recorded_at` on."""

    __tablename__ = "battery_model"
    __wall__ = owned()
    __table_args__ = (Index("ix_battery_model_company_id_part_id", "company_id", "part_id"),)

    id: Mapped[Id]
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"))
    part_id: Mapped[str] = mapped_column(ForeignKey("part.id"))
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"))
    document: Mapped[bytes] = mapped_column(LargeBinary)
    """Canonical JSON of a `BatteryModel`."""
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(100))


class BatteryDeclaration(Base):
    """A file of a declaration that was handed out: which, for whom, and what it rested on."""

    __tablename__ = "battery_declaration"
    __wall__ = owned()
    __table_args__ = (Index("ix_battery_declaration_company_id_part_id", "company_id", "part_id"),)

    id: Mapped[Id]
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"))
    part_id: Mapped[str] = mapped_column(ForeignKey("part.id"))
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"))
    ruleset: Mapped[str] = mapped_column(String(60))
    format: Mapped[str] = mapped_column(String(40))
    audience: Mapped[str] = mapped_column(String(40))
    inputs_digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 (hex) of bill of materials and energy mix: another one makes the file stale."""
    file_digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 (hex) of the file."""
    per_kwh: Mapped[str | None] = mapped_column(String(80))
    """kgCO2e per kWh as the file prints it; None of a file that has gaps."""
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(100))
