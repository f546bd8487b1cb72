"""What the rules are told of a site's year."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from hub.activity.queries import claimed_twice
from hub.activity.site_year import CarrierYear, SiteYear
from hub.activity.tables import EnergyInstrument
from hub.activity.valuing import claim_of
from hub.activity.words import Carrier
from hub.findings.energy.rules import Claimed, EnergyFacts, Whole, judge
from hub.findings.settings_file import settings_of
from tierlight_schemas.findings import Finding


def findings_of(
    session: Session, found: SiteYear, known_at: datetime | None = None
) -> list[Finding]:
    """What is inconsistent in a site's year; a second claim on a serial by whomever it is made."""
    power = next((c for c in found.carriers if c.amounts.carrier is Carrier.ELECTRICITY), None)
    twice = claimed_twice(session, found.instruments, known_at)
    facts = EnergyFacts(
        site=found.site.code,
        year=found.year,
        grid_kwh=power.own.grid if power else None,
        is_complete=power is not None and not power.amounts.missing,
        has_location=power is not None and power.sides.location is not None,
        claims=tuple(_claimed(row, row.reference in twice) for row in found.instruments),
        wholes=tuple(whole for each in found.carriers for whole in _wholes(each)),
    )
    return list(settings_of(session).findings(judge(facts)))


def _claimed(row: EnergyInstrument, is_twice: bool) -> Claimed:
    claim = claim_of(row)
    ends = dict.fromkeys([row.serial_first or "", row.serial_last or ""])
    return Claimed(
        row.reference,
        claim.kwh,
        claim.holds,
        "–".join(f"{row.serial_prefix or ''}{end}" for end in ends),
        is_twice,
        claim.counts,
    )


def _wholes(each: CarrierYear) -> Iterator[Whole]:
    carrier = each.amounts.carrier
    if each.shared is not None:
        yield Whole(carrier, "products", each.shared.sum, each.shared.sum)
    if each.tenancy is not None:
        yield Whole(carrier, "companies", each.tenancy.sum, each.tenancy.share)
