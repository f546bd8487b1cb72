"""Workbooks that came back filled in: the file, how far it is worked through, and every row."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.kit.tables import Base, Id, UtcDateTime
from hub.kit.wall_policies import owned, part_of


class ImportRun(Base):
    """One file that was sent, worked on in batches; `position` is where it goes on."""

    __tablename__ = "import_run"
    __wall__ = owned()
    __table_args__ = (Index("ix_import_run_company_id_digest", "company_id", "digest"),)

    id: Mapped[Id]
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"))
    actor: Mapped[str] = mapped_column(String(100))
    language: Mapped[str] = mapped_column(String(10))
    """Of what is written into the file that goes back."""
    name: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the bytes that came."""
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """Those bytes; None once they are not kept any more."""
    mark: Mapped[str] = mapped_column(String(1))
    """What stands before decimals in it; empty where nothing that has two readings is taken."""
    from_1904: Mapped[bool] = mapped_column(Boolean)
    layout: Mapped[str] = mapped_column(Text)
    """JSON: of each sheet by the name of its form: title, columns, column of the check."""
    problems: Mapped[str] = mapped_column(Text)
    """JSON: of lines that belong to no row."""
    accepted: Mapped[bool | None] = mapped_column(Boolean)
    """Whether the good rows are to be taken although others are wrong; None: nobody has said."""
    state: Mapped[str] = mapped_column(String(20))
    position: Mapped[int] = mapped_column(Integer)
    """Of the last row that was worked on in this state; 0 before the first."""
    rows: Mapped[int] = mapped_column(Integer)
    held: Mapped[str | None] = mapped_column(String(60))
    """Code of what it waits for, when it cannot go on."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ImportRow(Base):
    """One part of such a file, and what became of it."""

    __tablename__ = "import_row"
    __wall__ = part_of("import_row", "import_run", "run_id", "id")
    __table_args__ = (Index("ix_import_row_key", "key"),)

    run_id: Mapped[str] = mapped_column(ForeignKey("import_run.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(Text)
    entry: Mapped[str] = mapped_column(Text)
    """JSON: its cells as they came (`hub.workbooks.entries`)."""
    given: Mapped[str] = mapped_column(String(64))
    """Digest of the row as it was given out; empty for one that was not."""
    digest: Mapped[str] = mapped_column(String(64))
    """Of what it says (`hub.workbooks.reading`); empty until it is read."""
    state: Mapped[str] = mapped_column(String(20))
    way: Mapped[str | None] = mapped_column(String(20))
    part_id: Mapped[str | None] = mapped_column(ForeignKey("part.id"))
    value: Mapped[str | None] = mapped_column(String(80))
    """kgCO2e of one declared unit, or of a piece; None while it is not known."""
    made: Mapped[str | None] = mapped_column(String(36))
    """Id of the document or the draft that it became."""
    problems: Mapped[str] = mapped_column(Text)
    """JSON: what is wrong with it, and what should be looked at."""
