"""One site in one year: what it used and made, what that emits on both sides, and who gets it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy.orm import Session

from hub.activity import queries
from hub.activity.allocation import Shared, share_out
from hub.activity.emissions import (
    Doubt,
    Sides,
)
from hub.activity.ledger import Amounts, Entry, Line, added, amounts, lines
from hub.activity.months import months_of
from hub.activity.product_shares import basis_of
from hub.activity.products import Made, made
from hub.activity.tables import (
    EnergyAllocation,
    EnergyInstrument,
    EnergyReading,
    ProductionVolume,
    SharedSite,
)
from hub.activity.valuing import both_sides
from hub.activity.words import Carrier, Flow, Source
from hub.bom.queries import numbers_of, versions
from hub.factors.registry import registry
from hub.parties.tables import Site
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.factors.registry import Registry


@dataclass(frozen=True)
class Tenancy:
    """That the site's meters of a carrier are shared with others."""

    code: str
    share: Decimal
    """What this company says is its own."""
    sum: Decimal
    """Of all companies."""

    @property
    def is_over(self) -> bool:
        """Whether more than all is spoken for."""
        return self.sum > 1


@dataclass(frozen=True)
class CarrierYear:
    """One carrier in one unit."""

    amounts: Amounts
    own: Amounts
    """The company's own share of it; the same where nobody shares the meters."""
    sides: Sides
    shared: Shared | None
    """Among products; None where no product takes a share."""
    tenancy: Tenancy | None

    @property
    def is_told(self) -> bool:
        """Whether both its values are known."""
        return self.sides.location is not None and self.sides.market is not None


class Total(NamedTuple):
    """Both sides in kg, of carriers whose factors are of one kind."""

    gases: str
    scope: str
    location: Decimal
    market: Decimal


@dataclass(frozen=True)
class SiteYear:
    """Everything about one site in one year."""

    site: Site
    year: int
    months: tuple[str, ...]
    ledger: tuple[Line, ...]
    carriers: tuple[CarrierYear, ...]
    instruments: tuple[EnergyInstrument, ...]
    made: tuple[Made, ...]
    numbers: Mapping[str, str]
    """Part numbers by the id of the part."""

    @property
    def totals(self) -> tuple[Total, ...]:
        """Both sides added up: a total for each kind of factor, which are never mixed."""
        kinds = dict.fromkeys(kind for each in self.carriers if (kind := kind_of(each)))
        return tuple(self._total(kind) for kind in kinds)

    @property
    def untold(self) -> tuple[Carrier, ...]:
        """Carriers of which a side is not known: they are in no total."""
        return tuple(each.amounts.carrier for each in self.carriers if not each.is_told)

    def _total(self, kind: tuple[str, str]) -> Total:
        told = [each.sides for each in self.carriers if each.is_told and kind_of(each) == kind]
        return Total(
            *kind,
            added(sides.location for sides in told if sides.location is not None),
            added(sides.market for sides in told if sides.market is not None),
        )


def kind_of(carrier: CarrierYear) -> tuple[str, str] | None:
    """What must agree before values are added; None where nothing is known."""
    if carrier.amounts.carrier is Carrier.PROCESS:
        return ("CO2e", "direct")
    factor = carrier.sides.factor or carrier.sides.rest_factor
    return factor.kind if factor else None


def site_year(
    session: Session,
    company_id: str,
    site_id: str,
    year: int,
    known_at: datetime | None = None,
) -> SiteYear:
    """What was known of an own site's year at `known_at`. Raises `NotFound`."""
    site = queries.own_site(session, company_id, site_id)
    rows = queries.of_months(session, EnergyReading, company_id, site_id, year, known_at)
    ledger = lines(entry_of(row) for row in rows)
    months = months_of(year)
    instruments = queries.of_year(session, EnergyInstrument, company_id, site_id, year, known_at)
    instruments = sorted(instruments, key=lambda row: row.reference)
    shares = queries.of_year(session, SharedSite, company_id, site_id, year, known_at)
    products = _made(session, company_id, site_id, year, known_at)
    taken = queries.of_year(session, EnergyAllocation, company_id, site_id, year, known_at)
    taken = sorted(taken, key=lambda row: row.part_id)
    known = registry(session)
    tenancies = {row.carrier: _tenancy(session, row, known_at) for row in shares}
    judged = [
        _carrier_year(each, tenancies.get(each.carrier), site, year, instruments, known)
        for each in amounts(ledger, months)
    ]
    carriers = [_with_products(each, taken, ledger, products) for each in judged]
    ids = {row.part_id for row in taken} | {each.part_id for each in products}
    return SiteYear(
        site,
        year,
        months,
        tuple(ledger),
        tuple(carriers),
        tuple(instruments),
        tuple(products),
        numbers_of(session, ids),
    )


def entry_of(row: EnergyReading) -> Entry:
    """A reading as the ledger takes it."""
    return Entry(
        Carrier(row.carrier),
        Flow(row.flow),
        row.meter,
        row.sub_meter,
        row.month,
        Source(row.source),
        row.amount,
        row.unit,
    )


def _made(
    session: Session, company_id: str, site_id: str, year: int, known_at: datetime | None
) -> list[Made]:
    rows = queries.of_months(session, ProductionVolume, company_id, site_id, year, known_at)
    parts = versions(session, {row.part_id for row in rows}, known_at)
    by_part: dict[str, list[tuple[str, Source, str, str]]] = {}
    for row in rows:
        told = (row.month, Source(row.source), row.amount, row.unit)
        by_part.setdefault(row.part_id, []).append(told)
    return [
        made(part_id, parts[part_id].base_unit, parts[part_id].net_mass_kg, told)
        for part_id, told in sorted(by_part.items())
        if part_id in parts
    ]


def _tenancy(session: Session, row: SharedSite, known_at: datetime | None) -> Tenancy:
    shares = queries.shares_of(session, row.code, row.carrier, row.year, known_at)
    return Tenancy(row.code, Decimal(row.share), added(Decimal(share) for share in shares))


def _carrier_year(
    whole: Amounts,
    tenancy: Tenancy | None,
    site: Site,
    year: int,
    instruments: Sequence[EnergyInstrument],
    known: Registry,
) -> CarrierYear:
    own = _own(whole, tenancy)
    sides = both_sides(own, site, year, instruments, known)
    doubts = sides.doubts
    if whole.missing:
        doubts |= {Doubt.MONTHS_MISSING}
    if whole.is_estimated:
        doubts |= {Doubt.ESTIMATED}
    return CarrierYear(whole, own, replace(sides, doubts=doubts), None, tenancy)


def _own(whole: Amounts, tenancy: Tenancy | None) -> Amounts:
    if tenancy is None:
        return whole
    scaled = {f: EXACT.multiply(value, tenancy.share) for f, value in whole.by_flow.items()}
    return replace(whole, by_flow=scaled)


def _with_products(
    each: CarrierYear,
    taken: Sequence[EnergyAllocation],
    ledger: Sequence[Line],
    products: Sequence[Made],
) -> CarrierYear:
    rows = [row for row in taken if row.carrier == each.amounts.carrier]
    if not rows:
        return each
    bases = [basis_of(row, each.own, ledger, products) for row in rows]
    shared = share_out(bases)
    if each.tenancy and each.tenancy.is_over:  # whose the energy is, is not settled
        shared = Shared(tuple((basis, None) for basis in bases), shared.sum, None)
    return replace(each, shared=shared)
