"""Compiled bills of materials, kept so that no worker reads a million rows twice."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.kit.tables import Base, UtcDateTime


class BomSnapshot(Base):
    """A company's portfolio as compiled for one state of what it has recorded.

    It can be deleted at any time: it is made anew from the rows.
    """

    __tablename__ = "bom_snapshot"

    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Digest of what the company had recorded at the knowledge date."""
    format: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the body without its header."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    body: Mapped[bytes] = mapped_column(LargeBinary)
