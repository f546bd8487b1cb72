"""Secondary emission factors: dated, sourced, never edited."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.kit.tables import Base, Id, UtcDateTime
from hub.kit.wall_policies import owned


class Factor(Base):
    """kgCO2e per unit of a category, in use by one company; the newest row of a key counts."""

    __tablename__ = "factor"
    __wall__ = owned()
    __table_args__ = (Index("ix_factor_company_id_category", "company_id", "category"),)

    id: Mapped[Id]
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"))
    category: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(40))
    value: Mapped[str] = mapped_column(String(80))
    source: Mapped[str] = mapped_column(String(500))
    year: Mapped[int] = mapped_column(Integer)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
