"""What is recorded of a company's sites; always asked for by its owner.

`known_at` answers as the hub would have answered at that instant; None is now.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, aliased

from hub.activity.serials import Serials, reused
from hub.activity.tables import (
    EnergyAllocation,
    EnergyInstrument,
    EnergyReading,
    EnergyUse,
    ProductionVolume,
    Recorded,
    SharedSite,
)
from hub.kit.errors import NotFound
from hub.kit.paging import Rows
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
    EnergyUse: ("site_id", "carrier", "use", "period", "source"),
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


def claimed_twice(
    session: Session, claims: Sequence[EnergyInstrument], known_at: datetime | None = None
) -> frozenset[str]:
    """References of those of a company's certificates of which a serial is claimed a second time,
    by anybody: by another company, or by the same one under another name of it.

    It looks at all companies, and tells of the other claims only that there are some.
    """
    mine = [found for row in claims if (found := serials_of(row))]
    if not mine:
        return frozenset()
    with beyond(session):
        rows = session.execute(_near(mine, claims, known_at)).all()
    told: dict[str, list[tuple[tuple[str, str], Serials]]] = {}
    for company_id, reference, scheme, amount, *ends in rows:
        if Decimal(amount) > 0:  # else the claim was taken back
            told.setdefault(scheme, []).append(((company_id, reference), Serials(*ends)))
    found_twice = {name for each in told.values() for name in reused(each)}
    return frozenset(r.reference for r in claims if (r.company_id, r.reference) in found_twice)


def _near(
    mine: Collection[Serials], claims: Sequence[EnergyInstrument], known_at: datetime | None
) -> Rows:
    """All claims that may share a serial with these, which are among them: digits of one length
    sort as the numbers do."""
    row = EnergyInstrument
    near = standing(row, known_at).where(
        row.scheme.in_({claim.scheme for claim in claims}),
        row.serial_prefix.in_({each.prefix for each in mine}),
        row.serial_first <= max(each.last for each in mine),
        row.serial_last >= min(each.first for each in mine),
    )
    ends = (row.serial_prefix, row.serial_first, row.serial_last)
    return near.with_only_columns(row.company_id, row.reference, row.scheme, row.amount, *ends)


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


def year_recorded_last(
    session: Session, company_id: str, table: type[Recorded], site_id: str
) -> int | None:
    """The year of what was recorded last of a site; of several, the latest."""
    columns = table.__table__.c
    period = columns["month"] if "month" in columns else columns["year"]
    query = select(period).where(table.company_id == company_id, table.site_id == site_id)
    found = session.scalar(query.order_by(table.recorded_at.desc(), period.desc()).limit(1))
    return None if found is None else int(str(found)[:4])


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


def uses_of(
    session: Session,
    company_id: str,
    site_id: str,
    year: int,
    known_at: datetime | None = None,
) -> Sequence[EnergyUse]:
    """What stands of a site's other uses for a year, and for months of it."""
    row = EnergyUse
    within = row.period.between(str(year), f"{year}-12")
    query = of_company(row, company_id, known_at).where(row.site_id == site_id, within)
    return session.scalars(query.order_by(row.period, row.id)).all()
