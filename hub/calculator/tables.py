"""What a clerk has answered so far about a part, and the bills behind it, until it is declared."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.kit.tables import Base, Id, UtcDateTime
from hub.kit.wall_policies import owned


class CalculationDraft(Base):
    """The answers about one part and period; they are written over, for nothing is signed yet."""

    __tablename__ = "calculation_draft"
    __wall__ = owned()
    __table_args__ = (Index("ix_calculation_draft_company_id_part_id", "company_id", "part_id"),)

    id: Mapped[Id]
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"))
    part_id: Mapped[str] = mapped_column(ForeignKey("part.id"))
    answers: Mapped[str] = mapped_column(Text)
    """JSON: text by the name of the question (`hub.calculator.questions`)."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(String(60))


class CalculationBill(Base):
    """A bill or certificate behind the answers of a draft.

    `digest` is the SHA-256 (hex) of the file. `body` holds its bytes until the company takes them
    away; None where only the digest was given, because the file was to stay where it is.
    """

    __tablename__ = "calculation_bill"
    __wall__ = owned()

    id: Mapped[Id]
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"))
    draft_id: Mapped[str] = mapped_column(ForeignKey("calculation_draft.id"), index=True)
    about: Mapped[str] = mapped_column(String(40))
    file_name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str | None] = mapped_column(String(40))
    digest: Mapped[str] = mapped_column(String(64))
    size: Mapped[int | None] = mapped_column(Integer)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    added_by: Mapped[str] = mapped_column(String(60))
