"""What a clerk has answered so far about a part: a draft, until it is declared."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
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
