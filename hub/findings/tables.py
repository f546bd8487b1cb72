"""What people said of findings. The findings themselves are computed, and stand in no table."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.kit.tables import Base, Id, UtcDateTime
from hub.kit.wall_policies import exchanged


class FindingDecision(Base):
    """One thing said of one finding; rows are only ever added.

    `key`, `subject` and `evidence` are those of the finding when it was said, so that the history
    can be read after it is gone. `asked_id` is the company that has to answer a dispute, and the
    same in its answer.
    """

    __tablename__ = "finding_decision"
    __wall__ = exchanged("company_id", "asked_id", "author_id")
    __table_args__ = (Index("ix_finding_decision_company_id_key", "company_id", "key"),)

    id: Mapped[Id]
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"))
    """Whose finding it is."""
    key: Mapped[str] = mapped_column(String(64), index=True)
    code: Mapped[str] = mapped_column(String(80))
    severity: Mapped[str] = mapped_column(String(10))
    subject: Mapped[str] = mapped_column(Text)  # JSON object of texts
    evidence: Mapped[str] = mapped_column(Text)  # JSON object of texts
    evidence_digest: Mapped[str] = mapped_column(String(64))
    unit_digest: Mapped[str] = mapped_column(String(64))
    seen_from: Mapped[str | None] = mapped_column(String(36))
    """Id of the product that it was seen from."""
    kind: Mapped[str] = mapped_column(String(20))
    words: Mapped[str | None] = mapped_column(Text)
    verdict: Mapped[str | None] = mapped_column(String(20))
    assignee: Mapped[str | None] = mapped_column(String(100))
    asked: Mapped[str | None] = mapped_column(String(20))
    asked_id: Mapped[str | None] = mapped_column(ForeignKey("company.id"), index=True)
    author_id: Mapped[str | None] = mapped_column(ForeignKey("company.id"))
    """In whose name; None: the hub's operator at its command line."""
    actor: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
