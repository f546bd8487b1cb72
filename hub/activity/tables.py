"""What a factory uses and makes. Nothing is edited: a newer row of the same key takes the place of
the one before, which stays on record; a correction says why.
"""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.kit.tables import Base, Id, UtcDateTime
from hub.kit.wall_policies import owned


class OfSite:
    """Whose a row is, and who recorded it when and why."""

    id: Mapped[Id]
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"))
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"))
    reason: Mapped[str | None] = mapped_column(String(500))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(60))


class EnergyReading(OfSite, Base):
    """An amount of a carrier in a month: of the whole site, of a meter, or of a meter below it.

    Amounts have the digits and the unit with which they came.
    """

    __tablename__ = "energy_reading"
    __wall__ = owned()
    __table_args__ = (Index("ix_energy_reading_site_id_month", "site_id", "month"),)

    carrier: Mapped[str] = mapped_column(String(40))
    flow: Mapped[str] = mapped_column(String(20))
    meter: Mapped[str] = mapped_column(String(100))
    """Empty: the bill of the whole site."""
    sub_meter: Mapped[str] = mapped_column(String(100))
    """Empty: a main meter. A sub-meter measures a part of a main one and adds nothing to it."""
    month: Mapped[str] = mapped_column(String(7))
    source: Mapped[str] = mapped_column(String(10))
    """`meter` or `estimate`: part of the key, so that neither takes the other's place."""
    amount: Mapped[str] = mapped_column(String(80))
    unit: Mapped[str] = mapped_column(String(40))


class ProductionVolume(OfSite, Base):
    """What was made of a part at a site in a month.

    `amount` is what was good, or all that was made where `rejects` is not stated.
    """

    __tablename__ = "production_volume"
    __wall__ = owned()
    __table_args__ = (Index("ix_production_volume_site_id_month", "site_id", "month"),)

    part_id: Mapped[str] = mapped_column(ForeignKey("part.id"))
    month: Mapped[str] = mapped_column(String(7))
    source: Mapped[str] = mapped_column(String(10))
    amount: Mapped[str] = mapped_column(String(80))
    rejects: Mapped[str | None] = mapped_column(String(80))
    """Made and rejected, beside `amount`, in the same unit; None: not stated."""
    unit: Mapped[str] = mapped_column(String(40))


class EnergyInstrument(OfSite, Base):
    """A contract or a certificate, and how much of it is claimed for a site in a year.

    `reference` is the company's own name of it, and its key.
    """

    __tablename__ = "energy_instrument"
    __wall__ = owned()
    __table_args__ = (
        Index("ix_energy_instrument_company_id_reference", "company_id", "reference"),
        Index("ix_energy_instrument_scheme_serial_prefix", "scheme", "serial_prefix"),
    )

    reference: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    year: Mapped[int] = mapped_column(Integer)
    """Of the use that it is claimed for."""
    amount: Mapped[str] = mapped_column(String(80))
    """What is claimed of it."""
    unit: Mapped[str] = mapped_column(String(40))
    holds: Mapped[str | None] = mapped_column(String(80))
    """What it is about in all, in the same unit."""
    technology: Mapped[str] = mapped_column(String(20))
    kg_per_kwh: Mapped[str | None] = mapped_column(String(80))
    scheme: Mapped[str | None] = mapped_column(String(20))
    serial_prefix: Mapped[str | None] = mapped_column(String(120))
    serial_first: Mapped[str | None] = mapped_column(String(120))
    serial_last: Mapped[str | None] = mapped_column(String(120))
    """Digits after the prefix, with the zeros in front; both empty for a serial without any."""
    vintage: Mapped[int | None] = mapped_column(Integer)
    """The year of generation."""
    retired_on: Mapped[date | None] = mapped_column(Date)
    beneficiary: Mapped[str | None] = mapped_column(String(300))


class EnergyAllocation(OfSite, Base):
    """By what a product takes its share of a carrier of a site in a year."""

    __tablename__ = "energy_allocation"
    __wall__ = owned()
    __table_args__ = (Index("ix_energy_allocation_site_id_year", "site_id", "year"),)

    carrier: Mapped[str] = mapped_column(String(40))
    part_id: Mapped[str] = mapped_column(ForeignKey("part.id"))
    year: Mapped[int] = mapped_column(Integer)
    method: Mapped[str] = mapped_column(String(20))
    sub_meter: Mapped[str | None] = mapped_column(String(100))
    quantity: Mapped[str | None] = mapped_column(String(80))
    """Machine hours, or revenue, of the product."""
    total: Mapped[str | None] = mapped_column(String(80))
    """The same of the whole site."""


class SharedSite(OfSite, Base):
    """What a company says is its share of the meters of a site that others use too.

    All of them name the same `code`, which one of them got from the hub and handed on.
    """

    __tablename__ = "shared_site"
    __wall__ = owned()
    __table_args__ = (
        Index("ix_shared_site_site_id_year", "site_id", "year"),
        Index("ix_shared_site_code_carrier_year", "code", "carrier", "year"),
    )

    carrier: Mapped[str] = mapped_column(String(40))
    year: Mapped[int] = mapped_column(Integer)
    code: Mapped[str] = mapped_column(String(40))
    share: Mapped[str] = mapped_column(String(80))


class EnergyUse(OfSite, Base):
    """What a site used of a carrier for something else than its own products."""

    __tablename__ = "energy_use"
    __wall__ = owned()
    __table_args__ = (Index("ix_energy_use_site_id_period", "site_id", "period"),)

    carrier: Mapped[str] = mapped_column(String(40))
    use: Mapped[str] = mapped_column(String(20))
    period: Mapped[str] = mapped_column(String(7))
    """A month, or a year; the row of a year is the whole of it."""
    source: Mapped[str] = mapped_column(String(10))
    amount: Mapped[str] = mapped_column(String(80))
    unit: Mapped[str] = mapped_column(String(40))


Recorded = (
    EnergyReading | ProductionVolume | EnergyInstrument | EnergyAllocation | SharedSite | EnergyUse
)
