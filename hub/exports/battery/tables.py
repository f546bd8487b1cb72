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
