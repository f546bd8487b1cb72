"""One site in one year: what it used and made, what that emits on both sides, and who gets it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy.orm import Session

from hub.activity import queries
from hub.activity.allocation import Basis, Shared, share_out
from hub.activity.carriers import category, converted
from hub.activity.emissions import (
    KWH,
    Claim,
    Doubt,
    Sides,
    of_carrier,
    of_electricity,
    of_process,
)
from hub.activity.ledger import Amounts, Entry, Line, added, amounts, lines
from hub.activity.months import months_of
from hub.activity.products import Made, made, mass_basis, piece_basis
from hub.activity.tables import (
    EnergyAllocation,
    EnergyInstrument,
    EnergyReading,
    ProductionVolume,
    SharedSite,
)
from hub.activity.words import Carrier, Flow, InstrumentKind, Method, Source, Technology
from hub.bom.queries import numbers_of, versions
from hub.factors.registry import registry
from hub.parties.tables import Site
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.factors.lookup import Question, look_up
from tierlight_schemas.factors.model import Factor
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
    ledger = lines(_entry(row) for row in rows)
    months = months_of(year)
    instruments = queries.of_year(session, EnergyInstrument, company_id, site_id, year, known_at)
    instruments = sorted(instruments, key=lambda row: row.reference)
    shares = queries.of_year(session, SharedSite, company_id, site_id, year, known_at)
    products = _made(session, company_id, site_id, year, known_at)
    taken = queries.of_year(session, EnergyAllocation, company_id, site_id, year, known_at)
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


def _entry(row: EnergyReading) -> Entry:
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
    sides = _sides(own, site, year, instruments, known)
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


def _sides(
    own: Amounts,
    site: Site,
    year: int,
    instruments: Sequence[EnergyInstrument],
    known: Registry,
) -> Sides:
    if own.carrier is Carrier.PROCESS:
        return of_process(own.used)
    place, doubt = _factor(known, own.carrier, own.unit, site, year)
    if own.carrier is not Carrier.ELECTRICITY:
        return of_carrier(own.used, own.unit, place, doubt)
    claims = [claim_of(row) for row in instruments]
    residual = _residual(known, site, year)
    sides = of_electricity(own.grid, own.self_used, claims, place, residual)
    return replace(sides, doubts=sides.doubts | ({doubt} if doubt else set()))


def claim_of(row: EnergyInstrument) -> Claim:
    """An instrument as the arithmetic knows it."""
    return Claim(
        row.reference,
        InstrumentKind(row.kind),
        converted(Decimal(row.amount), row.unit, KWH),
        Technology(row.technology),
        None if row.kg_per_kwh is None else Decimal(row.kg_per_kwh),
        row.retired_on is not None,
        None if row.holds is None else converted(Decimal(row.holds), row.unit, KWH),
    )


def _factor(
    known: Registry, carrier: Carrier, unit: str, site: Site, year: int
) -> tuple[Factor | None, Doubt | None]:
    """The factor of the place: direct where there is one, else of the life cycle."""
    electric = carrier is Carrier.ELECTRICITY
    asked = Question(
        category(carrier),
        site.subdivision or site.country,
        year,
        basis="location" if electric else None,
        series="average" if electric else None,
        scope="direct",
        unit=unit,
    )
    for question in (asked, replace(asked, scope="life-cycle")):
        answer = look_up(known, question)
        if answer.found:
            return answer.found.factor, None
        if answer.open:
            return None, Doubt.SEVERAL_FACTORS
    return None, Doubt.NO_FACTOR


def _residual(known: Registry, site: Site, year: int) -> Factor | None:
    place = site.subdivision or site.country
    answer = look_up(known, Question("electricity", place, year, "market", "residual"))
    return answer.found.factor if answer.found else None


def _with_products(
    each: CarrierYear,
    taken: Sequence[EnergyAllocation],
    ledger: Sequence[Line],
    products: Sequence[Made],
) -> CarrierYear:
    rows = [row for row in taken if row.carrier == each.amounts.carrier]
    if not rows:
        return each
    bases = [_basis(row, each, ledger, products) for row in sorted(rows, key=_by_part)]
    shared = share_out(bases)
    if each.tenancy and each.tenancy.is_over:  # whose the energy is, is not settled
        shared = Shared(tuple((basis, None) for basis in bases), shared.sum, None)
    return replace(each, shared=shared)


def _by_part(row: EnergyAllocation) -> str:
    return row.part_id


def _basis(
    row: EnergyAllocation,
    each: CarrierYear,
    ledger: Sequence[Line],
    products: Sequence[Made],
) -> Basis:
    method = Method(row.method)
    match method:
        case Method.SUB_METER:
            part, whole = _sub_metered(row.sub_meter or "", each, ledger), each.own.used
        case Method.MACHINE_HOURS | Method.REVENUE:
            part, whole = Decimal(row.quantity or 0), Decimal(row.total or 0)
        case Method.MASS:
            return Basis(row.part_id, method, *mass_basis(row.part_id, products))
        case Method.PIECES:
            return Basis(row.part_id, method, *piece_basis(row.part_id, products))
    return Basis(row.part_id, method, part, whole)


def _sub_metered(name: str, each: CarrierYear, ledger: Sequence[Line]) -> Decimal | None:
    """What the sub-meter counted; None unless it counted in every month that the site's did."""
    key = (each.amounts.carrier, each.amounts.unit, name)
    found = [line for line in ledger if (line.carrier, line.unit, line.sub_meter) == key]
    main = [line for line in ledger if not line.sub_meter and (line.carrier, line.unit) == key[:2]]
    months, needed = ({m for line in some for m in line.cells} for some in (found, main))
    return added(line.total for line in found) if months == needed and found else None
