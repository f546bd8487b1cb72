"""What the rules are told of a site's year."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from hub.activity.carriers import converted
from hub.activity.emissions import KWH, Sides
from hub.activity.queries import claimed_twice, of_months
from hub.activity.site_year import CarrierYear, SiteYear, entry_of
from hub.activity.stated import sub_metered
from hub.activity.tables import EnergyInstrument, EnergyReading
from hub.activity.valuing import claim_of
from hub.activity.words import Carrier, Flow, Scheme
from hub.findings.energy import components, remainders, used_factors
from hub.findings.energy.reconciliation import Reconciliation, reconciled
from hub.findings.energy.rules import Averaged, Claimed, EnergyFacts, Mix, Whole, judge
from hub.findings.energy.site_splits import attributed_of, factors_of, splits_of
from hub.findings.flags import half_digit
from hub.findings.settings_file import settings_of
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.factors.model import Factor
from tierlight_schemas.findings import Finding


def findings_of(
    session: Session, found: SiteYear, known_at: datetime | None = None
) -> list[Finding]:
    """What is inconsistent in a site's year; a second claim on a serial by whomever it is made."""
    power = next((c for c in found.carriers if c.amounts.carrier is Carrier.ELECTRICITY), None)
    settings = settings_of(session)
    twice = claimed_twice(session, found.instruments, known_at)
    facts = EnergyFacts(
        site=found.site.code,
        year=found.year,
        grid_kwh=power.own.grid if power else None,
        is_complete=power is not None and not power.amounts.missing,
        has_location=power is not None and power.sides.location is not None,
        claims=tuple(_claimed(row, row.reference in twice) for row in found.instruments),
        generated=_generated(power) if power else {},
        averaged=_averaged(power.sides) if power else None,
        tolerances=settings.tolerances,
        wholes=tuple(whole for each in found.carriers for whole in _wholes(each)),
    )
    table = reconciled(session, found, known_at)
    told = [
        *judge(facts),
        *_of_factors(session, found, table),
        *_of_components(session, found, table, known_at),
    ]
    return [*settings.findings(told), *findings_in(session, table)]


def _of_components(
    session: Session, found: SiteYear, table: Reconciliation, known_at: datetime | None
) -> list[Finding]:
    share = settings_of(session).tolerances.of("site/components-differ-from-total", "share")
    site = found.site
    rows = of_months(session, EnergyReading, site.company_id, site.id, found.year, known_at)
    wholes = sub_metered(entry_of(row) for row in rows)
    told = components.judge(wholes, attributed_of(session, table.claims), share)
    where = {"site": site.code, "year": str(found.year)}
    return [replace(each, evidence=where | each.evidence) for each in told]


def _of_factors(session: Session, found: SiteYear, table: Reconciliation) -> list[Finding]:
    factors = factors_of(session)
    return used_factors.judge(splits_of(found, table.claims, factors), factors)


def findings_in(session: Session, table: Reconciliation) -> list[Finding]:
    """What does not fit between a site's meters and its products."""
    balances = (*table.carriers, *table.emissions)
    found = remainders.judge(balances, table.site.code, table.year)
    return list(settings_of(session).findings(found))


def _claimed(row: EnergyInstrument, is_twice: bool) -> Claimed:
    claim = claim_of(row)
    ends = dict.fromkeys([row.serial_first or "", row.serial_last or ""])
    printed = half_digit(Decimal(row.amount))
    return Claimed(
        row.reference,
        claim.kwh,
        claim.holds,
        "–".join(f"{row.serial_prefix or ''}{end}" for end in ends),
        is_twice,
        claim.counts,
        claim.kind,
        claim.technology,
        Scheme(row.scheme) if row.scheme else None,
        claim.is_retired,
        converted(printed, row.unit, KWH),
    )


def _generated(power: CarrierYear) -> dict[str, Decimal]:
    """What the site generated: what it used of it, and all of it."""
    used, exported = (power.own.by_flow.get(f) for f in (Flow.SELF_USED, Flow.EXPORTED))
    found = {Flow.SELF_USED.value: used or Decimal(0)}
    if used and exported:
        found[f"{Flow.SELF_USED} + {Flow.EXPORTED}"] = EXACT.add(used, exported)
    return found


def _averaged(sides: Sides) -> Averaged | None:
    """The rest that has the average though a residual mix is known."""
    if sides.unfit_residual is None or sides.rest_factor is None or sides.uncovered_kwh is None:
        return None
    return Averaged(sides.uncovered_kwh, _mix(sides.rest_factor), _mix(sides.unfit_residual))


def _mix(factor: Factor) -> Mix:
    per_kwh = EXACT.multiply(converted(Decimal(1), KWH, factor.unit), factor.kg)
    return Mix(factor.pinned, per_kwh, " ".join(factor.kind), factor.geography, factor.year)


def _wholes(each: CarrierYear) -> Iterator[Whole]:
    carrier = each.amounts.carrier
    if each.shared is not None:
        yield Whole(carrier, "products", each.shared.sum, each.shared.sum)
    if each.tenancy is not None:
        yield Whole(carrier, "companies", each.tenancy.sum, each.tenancy.share)
