"""Roll-up statements as the bytes that were signed, and compiled bills of materials."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.kit.tables import Base, UtcDateTime
from hub.kit.wall_policies import HIDDEN, owned, part_of


class StatementRow(Base):
    """A statement by the digest of its payload; what was computed stands in the signed bytes."""

    __tablename__ = "rollup_statement"
    __wall__ = owned()

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"), index=True)
    part_id: Mapped[str] = mapped_column(ForeignKey("part.id"), index=True)
    as_of: Mapped[date]
    known_at: Mapped[datetime] = mapped_column(UtcDateTime)
    basis: Mapped[str] = mapped_column(String(10))
    key: Mapped[str] = mapped_column(ForeignKey("hub_key.thumbprint"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    log_index: Mapped[int] = mapped_column(BigInteger, unique=True)
    jws: Mapped[bytes] = mapped_column(LargeBinary)
    annex: Mapped[bytes] = mapped_column(LargeBinary)
    receipt: Mapped[bytes] = mapped_column(LargeBinary)


class StatementInput(Base):
    """A declaration that a statement was computed from, by its digest: known when it is erased."""

    __tablename__ = "rollup_statement_input"
    __wall__ = part_of("rollup_statement_input", "rollup_statement", "statement", "digest")

    statement: Mapped[str] = mapped_column(
        ForeignKey("rollup_statement.digest", ondelete="CASCADE"), primary_key=True
    )
    declaration: Mapped[str] = mapped_column(String(64), primary_key=True, index=True)
    is_told: Mapped[bool]
    """Whether the statement's own annex names it; of a supplier's inputs only the hub knows."""


class BomSnapshot(Base):
    """A company's portfolio as compiled for one state of what it has recorded.

    It can be deleted at any time: it is made anew from the rows.
    """

    __tablename__ = "bom_snapshot"
    __wall__ = owned()

    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Digest of what the company had recorded at the knowledge date."""
    format: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the body without its header."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class ValueRelease(Base):
    """What readers beyond its owner were told of a part that holds others' values.

    Rows are only added: each later one is judged by all before it. Only the hub sees them: they
    hold each value inside, which not even the part's owner may have been granted.
    """

    __tablename__ = "value_release"
    __wall__ = HIDDEN

    part_id: Mapped[str] = mapped_column(ForeignKey("part.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"), index=True)
    """The part's owner."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    policy: Mapped[str] = mapped_column(String(60))
    """Id of the rules that it was released by."""
    digest: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    """JSON: the account, what it holds, and the consents that it rests on."""
