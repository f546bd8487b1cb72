"""A company's site reconciled: what is recorded and declared, brought to the table."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from hub.activity import queries
from hub.activity.site_year import SiteYear, entry_of
from hub.activity.stated import Told, UnitsMade, Used, roundings, units_made
from hub.activity.tables import EnergyReading, ProductionVolume
from hub.activity.words import Carrier, Source, Use
from hub.bom.queries import lines, numbers_of, revisions, versions
from hub.bom.tables import PartVersion
from hub.findings.energy.claims import Claim
from hub.findings.energy.meters import IN_SPLITS, Meters, by_claim, meters_of, other_lines
from hub.findings.energy.reconciling import (
    Balance,
    Limits,
    Line,
    Reason,
    Sides,
    counted,
    in_emissions,
    reconcile,
    without_factor,
)
from hub.findings.energy.site_claims import claims_of
from hub.findings.settings_file import settings_of
from hub.parties.tables import Site
from tierlight_schemas.units import UnitError, canonical


@dataclass(frozen=True)
class Reconciliation:
    """A site in a year: each carrier, and the sums in kg."""

    site: Site
    year: int
    carriers: tuple[Balance, ...]
    emissions: tuple[Balance, ...]
    """One for each kind of factor."""
    without_factor: tuple[str, ...]
    """Carriers that stand in no sum of emissions."""
    claims: Mapping[str, Claim]
    """What speaks for each product, by its number."""


@dataclass(frozen=True)
class _Product:
    """One part: what it claims, what was made, and what contains it."""

    part_id: str
    number: str
    version: PartVersion
    claim: Claim | None
    made: UnitsMade | None
    """None: not recorded, or in units that no longer convert."""
    is_recorded: bool
    goes_into: tuple[str, ...]

    def line(self, carrier: str, unit: str) -> Line | None:
        """Its claim on a carrier; None where it claims nothing of it."""
        told = Line(
            self.number,
            None,
            self.part_id,
            base_unit=self.version.base_unit,
            goes_into=self.goes_into,
        )
        if self.claim is None:
            return replace(told, reason=Reason.NO_DECLARATION)
        if not self.claim.names(carrier):
            return None
        return self._claimed(told, self.claim, carrier, unit)

    def _claimed(self, told: Line, claim: Claim, carrier: str, unit: str) -> Line:
        mass = self.version.net_mass_kg
        told = replace(told, declaration=claim.declaration.digest)
        per_unit = claim.per_unit(
            carrier, unit, self.version.base_unit, None if mass is None else Decimal(mass)
        )
        if isinstance(per_unit, Reason):
            return replace(told, reason=per_unit)
        units = None
        if self.made is not None:
            # A process declaration is per good unit and holds its rejects already.
            of_good = claim.declaration.kind == "process"
            units = self.made.good if of_good else self.made.all
        told = replace(told, per_unit=per_unit, units=units, reason=self._unknown_units())
        return counted(told)

    def _unknown_units(self) -> Reason | None:
        if not self.is_recorded:
            return Reason.NO_PRODUCTION
        if self.made is None:
            return Reason.UNIT
        return Reason.PRODUCTION_MONTHS if self.made.missing else None


def reconciled(
    session: Session, found: SiteYear, known_at: datetime | None = None
) -> Reconciliation:
    """An own site's year against what its products claimed of it, as known at `known_at`, with the
    operator's tolerances of today."""
    limits = _limits(session)
    products = _products(session, found, known_at)
    sides = list(_sides(session, found, products, known_at))
    return Reconciliation(
        found.site,
        found.year,
        tuple(reconcile(sides, limits)),
        tuple(in_emissions(sides, limits)),
        without_factor(sides),
        {each.number: each.claim for each in products if each.claim is not None},
    )


def _limits(session: Session) -> Limits:
    told = settings_of(session).tolerances
    return Limits(
        exceeding=told.of("site/parts-exceed-total", "share"),
        unexplained=told.of("site/unexplained-remainder", "share"),
    )


def _sides(
    session: Session, found: SiteYear, products: Sequence[_Product], known_at: datetime | None
) -> Iterator[Sides]:
    owner, site_id, year = found.site.company_id, found.site.id, found.year
    rows = queries.of_months(session, EnergyReading, owner, site_id, year, known_at)
    rounding = roundings(entry_of(row) for row in rows)
    uses = [
        Used(
            Carrier(row.carrier), Use(row.use), row.period, Source(row.source), row.amount, row.unit
        )
        for row in queries.uses_of(session, owner, site_id, year, known_at)
    ]
    groups = by_claim(found.carriers)
    for carrier in IN_SPLITS:
        meters = meters_of(groups.get(carrier, ()), rounding)
        unit = meters.unit or next(_units(products, carrier), "")
        claimed = [line for each in products if (line := each.line(carrier, unit)) is not None]
        others = other_lines(carrier, meters, uses)
        is_claimed = any(line.reason not in _ABSENT for line in claimed)
        if carrier in groups or is_claimed or others:
            yield _side(carrier, unit, meters, [*claimed, *others], bool(products))


_ABSENT = (Reason.NO_DECLARATION, Reason.NO_SPLIT)
"""What says nothing of a carrier: alone it makes no table of one that is not metered."""


def _side(
    carrier: str, unit: str, meters: Meters, told: Sequence[Line], has_products: bool
) -> Sides:
    reasons = meters.reasons if has_products else (*meters.reasons, Reason.NO_PRODUCTS)
    return Sides(
        carrier,
        unit,
        meters.metered,
        meters.sold_on,
        tuple(told),
        reasons,
        meters.kg,
        meters.kind,
    )


def _units(products: Sequence[_Product], carrier: str) -> Iterator[str]:
    """Units in which a carrier that nobody meters is claimed."""
    for each in products:
        for row in each.claim.carriers if each.claim else ():
            if row.carrier == carrier and row.unit is not None:
                try:
                    yield canonical(row.unit)
                except UnitError:
                    continue


def _products(session: Session, found: SiteYear, known_at: datetime | None) -> list[_Product]:
    owner, site_id = found.site.company_id, found.site.id
    rows = queries.of_months(session, ProductionVolume, owner, site_id, found.year, known_at)
    told: dict[str, list[Told]] = defaultdict(list)
    for row in rows:
        made = Told(row.month, Source(row.source), row.amount, row.rejects, row.unit)
        told[row.part_id].append(made)
    claims = claims_of(session, found.site, found.year, told, known_at)
    known = versions(session, claims, known_at)
    numbers = numbers_of(session, claims)
    stages = _stages(session, numbers, known_at)
    return [
        _Product(
            part_id,
            numbers[part_id],
            known[part_id],
            claims[part_id],
            _made(told[part_id], known[part_id], found.months) if part_id in told else None,
            part_id in told,
            stages.get(part_id, ()),
        )
        for part_id in sorted(known, key=lambda part_id: numbers[part_id])
    ]


def _made(told: Sequence[Told], version: PartVersion, months: Sequence[str]) -> UnitsMade | None:
    mass = None if version.net_mass_kg is None else Decimal(version.net_mass_kg)
    return units_made(told, version.base_unit, mass, months)


def _stages(
    session: Session, numbers: Mapping[str, str], known_at: datetime | None
) -> dict[str, tuple[str, ...]]:
    """By part, the numbers of other products of the site that contain it."""
    parents = {rev.id: parent for parent, rev in revisions(session, numbers, known_at).items()}
    found: dict[str, set[str]] = defaultdict(set)
    for revision, rows in lines(session, list(parents)).items():
        for row in rows:
            if row.child_id in numbers:
                found[row.child_id].add(numbers[parents[revision]])
    return {part_id: tuple(sorted(into)) for part_id, into in found.items()}
