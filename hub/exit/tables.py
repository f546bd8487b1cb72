"""A company's demand to be erased, while it waits."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.kit.tables import Base, UtcDateTime
from hub.kit.wall_policies import owned


class ErasureDemand(Base):
    """At most one a company; it can be taken back until it is carried out."""

    __tablename__ = "erasure_demand"
    __wall__ = owned()

    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(20))
    actor: Mapped[str] = mapped_column(String(80))
    demanded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """From when it may be carried out."""
