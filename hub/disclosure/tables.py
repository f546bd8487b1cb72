"""Answers kept as the bytes that were sent. Any row may be deleted: it is computed anew."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.kit.tables import Base, Id, UtcDateTime
from hub.kit.wall_policies import owned, part_of


class StoredAnswer(Base):
    """What one company was told, with what was read of others to tell it."""

    __tablename__ = "stored_answer"
    __wall__ = owned()
    __table_args__ = (Index("ix_stored_answer_company_id_key", "company_id", "key"),)

    id: Mapped[Id]
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"))
    """The only company that it is told to."""
    key: Mapped[str] = mapped_column(String(64))
    """SHA-256 (hex) of everything else that the answer depends on."""
    kind: Mapped[str] = mapped_column(String(20))
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime)
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 (hex) of the body: its entity tag."""
    size: Mapped[int] = mapped_column(Integer)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    reads: Mapped[str] = mapped_column(Text)
    """JSON: what an access record says of each read, but for its time and who asked."""


class AnswerSource(Base):
    """A company that a stored answer relies on, at its count of changes."""

    __tablename__ = "stored_answer_source"
    __wall__ = part_of("stored_answer_source", "stored_answer", "answer_id", "id")

    answer_id: Mapped[str] = mapped_column(
        ForeignKey("stored_answer.id", ondelete="CASCADE"), primary_key=True
    )
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"), primary_key=True)
    changes: Mapped[int] = mapped_column(BigInteger)
