"""Parts, bills of materials and sourcing links; every change is a new row with its time."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.kit.tables import Base, Id, UtcDateTime
from hub.kit.wall_policies import owned, shared


class Part(Base):
    """A part is (owner, number); everything else about it is an attribute of its versions."""

    __tablename__ = "part"
    __wall__ = owned()
    __table_args__ = (UniqueConstraint("company_id", "number"),)

    id: Mapped[Id]
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"))
    number: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PartVersion(Base):
    """What a part was known to be from `recorded_at` on."""

    __tablename__ = "part_version"
    __wall__ = owned()
    __table_args__ = (Index("ix_part_version_part_id_recorded_at", "part_id", "recorded_at"),)

    id: Mapped[Id]
    part_id: Mapped[str] = mapped_column(ForeignKey("part.id"))
    company_id: Mapped[str] = mapped_column(String(36))
    """The part's owner: the wall asks every row, and must not look elsewhere for it."""
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    name: Mapped[str] = mapped_column(String(500))
    revision: Mapped[str | None] = mapped_column(String(100))
    category: Mapped[str | None] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    base_unit: Mapped[str] = mapped_column(String(40))
    net_mass_kg: Mapped[str | None] = mapped_column(String(80))
    mass_rule: Mapped[str] = mapped_column(String(20))


class BomRevision(Base):
    """The lines of one parent as recorded at one time; replaced as a whole, never edited."""

    __tablename__ = "bom_revision"
    __wall__ = owned()
    __table_args__ = (Index("ix_bom_revision_parent_id_recorded_at", "parent_id", "recorded_at"),)

    id: Mapped[Id]
    parent_id: Mapped[str] = mapped_column(ForeignKey("part.id"))
    company_id: Mapped[str] = mapped_column(String(36))
    """The parent's owner."""
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BomLine(Base):
    """`quantity` `unit` of the child in `reference_amount` base units of the parent."""

    __tablename__ = "bom_line"
    __wall__ = owned()

    revision_id: Mapped[str] = mapped_column(ForeignKey("bom_revision.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    company_id: Mapped[str] = mapped_column(String(36))
    """The owner of parent and child."""
    child_id: Mapped[str] = mapped_column(ForeignKey("part.id"), index=True)
    quantity: Mapped[str] = mapped_column(String(80))
    unit: Mapped[str] = mapped_column(String(40))
    reference_amount: Mapped[str] = mapped_column(String(80))
    scrap: Mapped[str] = mapped_column(String(80))
    effective_from: Mapped[date | None] = mapped_column(Date)
    effective_to: Mapped[date | None] = mapped_column(Date)
    stage: Mapped[str | None] = mapped_column(String(40))
    group: Mapped[str | None] = mapped_column(String(100))
    take_rate: Mapped[str | None] = mapped_column(String(80))
    process_yield: Mapped[str | None] = mapped_column(String(80))
    allocation: Mapped[str | None] = mapped_column(String(80))


class SourcingLink(Base):
    """A buyer's part bought as a supplier's part; counts once the supplier has confirmed it.

    What is not registered yet stands as text. A link is never edited: it is replaced
    (`replaced_at`) by another row. `valid_to` is the first day it no longer holds. A link that
    the supplier disputes is not confirmed, and so does not count.
    """

    __tablename__ = "sourcing_link"
    __wall__ = shared("buyer_id", "supplier_id", both_edit=True)

    id: Mapped[Id]
    buyer_id: Mapped[str] = mapped_column(ForeignKey("company.id"), index=True)
    """The owner of the part."""
    part_id: Mapped[str] = mapped_column(ForeignKey("part.id"), index=True)
    supplier_text: Mapped[str] = mapped_column(String(300), index=True)
    supplier_part_text: Mapped[str] = mapped_column(String(200))
    supplier_id: Mapped[str | None] = mapped_column(ForeignKey("company.id"), index=True)
    supplier_part_id: Mapped[str | None] = mapped_column(ForeignKey("part.id"), index=True)
    share: Mapped[str] = mapped_column(String(80))
    site: Mapped[str | None] = mapped_column(String(200))
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    delivery_term: Mapped[str | None] = mapped_column(String(10))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    replaced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    disputed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    dispute_reason: Mapped[str | None] = mapped_column(String(20))
    """A word of `hub.bom.link_state.Reason`."""
    dispute_words: Mapped[str | None] = mapped_column(String(500))
    dispute_ended_on: Mapped[date | None] = mapped_column(Date)
    """The first day on which the supplier no longer delivered, where that is the reason."""
