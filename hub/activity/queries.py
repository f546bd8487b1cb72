"""What is recorded of a company's sites; always asked for by its owner.

`known_at` answers as the hub would have answered at that instant; None is now.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session, aliased

from hub.activity.serials import Serials
from hub.activity.tables import (
    EnergyAllocation,
    EnergyInstrument,
    EnergyReading,
    ProductionVolume,
    Recorded,
    SharedSite,
)
from hub.kit.errors import NotFound
from hub.kit.tables import Base
from hub.kit.wall import beyond
from hub.parties.tables import Site

Kind = TypeVar("Kind", bound=Recorded)
Monthly = TypeVar("Monthly", EnergyReading, ProductionVolume)
Yearly = TypeVar("Yearly", EnergyInstrument, EnergyAllocation, SharedSite)

KEYS: Mapping[type[Base], tuple[str, ...]] = {
    EnergyReading: ("site_id", "carrier", "flow", "meter", "sub_meter", "month", "source"),
    ProductionVolume: ("site_id", "part_id", "month", "source"),
    EnergyInstrument: ("reference",),
    EnergyAllocation: ("site_id", "carrier", "part_id", "year"),
    SharedSite: ("site_id", "carrier", "year"),
}
"""What, within a company, a newer row takes the place of."""


def own_site(session: Session, company_id: str, site_id: str) -> Site:
    """The company's site. Raises `NotFound`, the same for another's as for none."""
    site = session.scalar(select(Site).filter_by(id=site_id, company_id=company_id))
    if site is None:
        raise NotFound
    return site


def all_of(table: type[Kind], company_id: str, known_at: datetime | None = None) -> Select[Kind]:
    """Every row of a company, those that newer ones have replaced too."""
    query = select(table).where(table.company_id == company_id)
    return query if known_at is None else query.where(table.recorded_at <= known_at)


def standing(table: type[Kind], known_at: datetime | None = None) -> Select[Kind]:
    """The rows, of whichever company, that no newer one of the same key has replaced."""
    newer = aliased(table)
    same = [getattr(newer, n) == getattr(table, n) for n in ("company_id", *KEYS[table])]
    later = [newer.recorded_at > table.recorded_at]
    query = select(table)
    if known_at is not None:
        later.append(newer.recorded_at <= known_at)
        query = query.where(table.recorded_at <= known_at)
    return query.where(~exists().where(*same, *later))


def of_company(
    table: type[Kind], company_id: str, known_at: datetime | None = None
) -> Select[Kind]:
    """What stands of one company."""
    return standing(table, known_at).where(table.company_id == company_id)


def serials_of(row: EnergyInstrument) -> Serials | None:
    """The serials of a certificate; None for a contract."""
    if row.serial_prefix is None:
        return None
    return Serials(row.serial_prefix, row.serial_first or "", row.serial_last or "")


def claimed_elsewhere(
    session: Session, claim: EnergyInstrument, known_at: datetime | None = None
) -> bool:
    """Whether a serial of this certificate is claimed a second time, by anybody: by another
    company, or by the same one under another name of it.

    It looks at all companies, and tells of the other claim only that there is one.
    """
    mine = serials_of(claim)
    if mine is None or Decimal(claim.amount) == 0:
        return False
    row = EnergyInstrument
    same = [row.scheme == claim.scheme, row.serial_prefix == claim.serial_prefix]
    is_other = or_(row.company_id != claim.company_id, row.reference != claim.reference)
    query = standing(row, known_at).where(*same, is_other)
    with beyond(session):
        others = [each for each in session.scalars(query) if Decimal(each.amount) > 0]
    return any(theirs.overlaps(mine) for theirs in map(serials_of, others) if theirs)


def shares_of(
    session: Session, code: str, carrier: str, year: int, known_at: datetime | None = None
) -> list[str]:
    """The shares that all companies of a shared site say are theirs, without saying whose."""
    row = SharedSite
    query = standing(row, known_at).filter_by(code=code, carrier=carrier, year=year)
    with beyond(session):
        return sorted(each.share for each in session.scalars(query))


def of_months(
    session: Session,
    table: type[Monthly],
    company_id: str,
    site_id: str,
    year: int,
    known_at: datetime | None = None,
) -> Sequence[Monthly]:
    """What stands of a site for the months of a year."""
    query = of_company(table, company_id, known_at).where(
        table.site_id == site_id, table.month.between(f"{year}-01", f"{year}-12")
    )
    return session.scalars(query.order_by(table.month, table.id)).all()


def of_year(
    session: Session,
    table: type[Yearly],
    company_id: str,
    site_id: str,
    year: int,
    known_at: datetime | None = None,
) -> Sequence[Yearly]:
    """What stands of a site for a year."""
    query = of_company(table, company_id, known_at).where(
        table.site_id == site_id, table.year == year
    )
    return session.scalars(query.order_by(table.id)).all()
