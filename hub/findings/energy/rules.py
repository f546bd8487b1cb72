"""Rules over a site's year: each looks at plain values and gives what a person can redo by hand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from hub.findings.flags import percent, shown
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.findings import Finding, Severity


@dataclass(frozen=True)
class Claimed:
    """One instrument."""

    reference: str
    kwh: Decimal
    holds_kwh: Decimal | None
    """What it is about in all; None where that is not stated."""
    serial: str
    """As it was written; empty for a contract."""
    is_claimed_twice: bool
    """Whether a serial of it is claimed a second time, by whomever."""
    counts: bool
    """Whether it covers anything: a certificate does once it is retired."""


@dataclass(frozen=True)
class Whole:
    """Something that several take a share of."""

    carrier: str
    case: str
    """`products`: of the own site; `companies`: of one that others use too."""
    sum: Decimal
    own: Decimal
    """The own share; of products the same as the sum."""


@dataclass(frozen=True)
class EnergyFacts:
    """What the rules know of a site's year."""

    site: str
    year: int
    grid_kwh: Decimal | None
    """Bought and not sold on; None where nothing is recorded."""
    is_complete: bool
    """Whether all months of it are known."""
    has_location: bool
    """Whether the location-based value of the electricity is known."""
    claims: tuple[Claimed, ...]
    wholes: tuple[Whole, ...]


def serial_reused(facts: EnergyFacts) -> Iterator[Finding]:
    """claim/serial-reused: a certificate can be claimed once; of the other claim nothing is told
    but that there is one."""
    for claim in facts.claims:
        if claim.is_claimed_twice:
            yield _found(
                facts,
                "claim/serial-reused",
                reference=claim.reference,
                serial=claim.serial,
                kwh=shown(claim.kwh),
            )


def over_claimed(facts: EnergyFacts) -> Iterator[Finding]:
    """claim/over-claimed: more than an instrument holds, or than the site bought. Of a year with
    unknown months nobody can say what the site bought."""
    for claim in facts.claims:
        if claim.holds_kwh is not None and claim.kwh > claim.holds_kwh:
            yield _found(
                facts,
                "claim/over-claimed",
                case="instrument",
                reference=claim.reference,
                claimed=shown(claim.kwh),
                holds=shown(claim.holds_kwh),
            )
    total = Decimal(0)
    for claim in facts.claims:
        total = EXACT.add(total, claim.kwh if claim.counts else Decimal(0))
    if facts.is_complete and facts.grid_kwh is not None and total > facts.grid_kwh:
        yield _found(
            facts,
            "claim/over-claimed",
            case="site",
            claimed=shown(total),
            bought=shown(facts.grid_kwh),
        )


def market_only(facts: EnergyFacts) -> Iterator[Finding]:
    """claim/market-only: instruments are claimed, and no location-based value can stand beside."""
    covering = [claim for claim in facts.claims if claim.counts and claim.kwh > 0]
    if covering and not facts.has_location:
        total = Decimal(0)
        for claim in covering:
            total = EXACT.add(total, claim.kwh)
        yield _found(
            facts,
            "claim/market-only",
            severity=Severity.NOTE,
            case="site",
            energy=shown(total),
        )


def shares_over_100(facts: EnergyFacts) -> Iterator[Finding]:
    """site/shares-over-100: products, or companies of one site, take more than all of a carrier."""
    for whole in facts.wholes:
        if whole.sum > 1:
            yield _found(
                facts,
                "site/shares-over-100",
                case=whole.case,
                carrier=whole.carrier,
                sum=percent(whole.sum),
                own=percent(whole.own),
                over=percent(EXACT.subtract(whole.sum, Decimal(1))),
            )


def _found(
    facts: EnergyFacts, code: str, severity: Severity = Severity.WARNING, **evidence: str
) -> Finding:
    return Finding(code, severity, "$", {"site": facts.site, "year": str(facts.year)} | evidence)


RULES: tuple[Callable[[EnergyFacts], Iterator[Finding]], ...] = (
    serial_reused,
    over_claimed,
    market_only,
    shares_over_100,
)


def judge(facts: EnergyFacts) -> list[Finding]:
    """All findings, rule by rule."""
    return [found for rule in RULES for found in rule(facts)]
