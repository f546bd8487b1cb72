"""Rules over a site's year: each looks at plain values and gives what a person can redo by hand."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from hub.activity.words import Flow, InstrumentKind, Scheme, Technology
from hub.findings.flags import percent, shown
from hub.findings.tolerances import SHIPPED, Tolerances
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.findings import Finding, Severity

RENEWABLE_ONLY = frozenset({Scheme.GEC, Scheme.I_REC, Scheme.REC})
"""Schemes that certify no nuclear power."""
_COVERING = {
    "contracts": InstrumentKind.DIRECT_CONTRACT,
    "certificates": InstrumentKind.CERTIFICATE,
}


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
    kind: InstrumentKind
    technology: Technology
    scheme: Scheme | None
    """Who issued its certificates; None where none are named."""
    is_retired: bool
    half_unit: Decimal
    """kWh by which rounding may have moved what is claimed."""

    def says(self, kwh: Decimal, rounding: Decimal) -> bool:
        """Whether it claims exactly this, or this rounded to the digits in which the claim is
        printed; digits so few that rounding is a larger share than `rounding` fit too many
        numbers."""
        difference = abs(EXACT.subtract(self.kwh, kwh))
        is_fine = self.half_unit <= EXACT.multiply(self.kwh, rounding)
        return difference == 0 or (is_fine and difference <= self.half_unit)


@dataclass(frozen=True)
class Mix:
    """What a kilowatt hour of a grid stands for."""

    name: str
    """The factor with its set and version."""
    kg_per_kwh: Decimal
    kind: str
    """Gases and scope."""
    place: str
    year: int


@dataclass(frozen=True)
class Averaged:
    """Electricity that no instrument covers and that the hub itself has valued with the average,
    though a residual mix is known."""

    kwh: Decimal
    used: Mix
    residual: Mix


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
    generated: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    """kWh generated on the site, by which flows they are the sum of."""
    averaged: Averaged | None = None
    tolerances: Tolerances = SHIPPED


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


def instrument_kind(facts: EnergyFacts) -> Iterator[Finding]:
    """claim/instrument-kind: an instrument is claimed as what it is not: nuclear power under a
    scheme that certifies renewable electricity only (guarantees of origin exist for nuclear power
    too); own generation, to the kilowatt hour, as an instrument for what was bought; certificates
    that nobody has retired as a contract, which would cover without that. A note where own
    generation, contracts and certificates stand beside each other: told as one green share, nobody
    knows what it rests on."""
    named: list[Claimed] = []
    for claim in facts.claims:
        if claim.kwh == 0:  # taken back
            continue
        evidence = _misnamed(facts, claim)
        if evidence is None:
            named.append(claim)
        else:
            told = {"reference": claim.reference, "kwh": shown(claim.kwh)} | evidence
            yield _found(facts, "claim/instrument-kind", Severity.WARNING, **told)
    kinds = {"own": facts.generated.get(Flow.SELF_USED, Decimal(0))}
    kinds |= {name: _covering(named, kind) for name, kind in _COVERING.items()}
    if len([name for name, kwh in kinds.items() if kwh > 0]) > 1:
        told = {name: shown(kwh) for name, kwh in kinds.items()}
        yield _found(facts, "claim/instrument-kind", Severity.NOTE, case="mixed", **told)


def _covering(claims: Sequence[Claimed], kind: InstrumentKind) -> Decimal:
    """kWh that the instruments of a kind can cover: of each no more than it holds."""
    total = Decimal(0)
    for claim in claims:
        if claim.counts and claim.kind is kind:
            holds = claim.kwh if claim.holds_kwh is None else min(claim.kwh, claim.holds_kwh)
            total = EXACT.add(total, holds)
    return total


def _misnamed(facts: EnergyFacts, claim: Claimed) -> dict[str, str] | None:
    """The first of the three that is so."""
    rounding = facts.tolerances.of("claim/instrument-kind", "rounding")
    if claim.technology is Technology.NUCLEAR and claim.scheme in RENEWABLE_ONLY:
        return {"case": "nuclear", "scheme": str(claim.scheme)}
    for flows, kwh in facts.generated.items():
        if kwh > 0 and claim.says(kwh, rounding):
            told = {"flows": flows, "generated": shown(kwh), "tolerance": shown(claim.half_unit)}
            return {"case": "own-generation"} | told
    certificates = " ".join(filter(None, [claim.scheme, claim.serial]))
    if claim.kind is InstrumentKind.DIRECT_CONTRACT and certificates and not claim.is_retired:
        return {"case": "not-retired", "certificates": certificates}
    return None


def untracked_on_average_mix(facts: EnergyFacts) -> Iterator[Finding]:
    """claim/untracked-on-average-mix: what no instrument covers has the average in the hub's own
    value, because the residual mix that it knows is of another kind; a note."""
    found = facts.averaged
    if found is not None and found.kwh > 0:
        yield _found(
            facts,
            "claim/untracked-on-average-mix",
            severity=Severity.NOTE,
            case="own",
            kwh=shown(found.kwh),
            **_told("average", found.used),
            **_told("residual", found.residual),
        )


def _told(name: str, mix: Mix) -> dict[str, str]:
    return {
        name: mix.name,
        f"{name}_value": shown(mix.kg_per_kwh),
        f"{name}_kind": mix.kind,
        f"{name}_place": mix.place,
        f"{name}_year": str(mix.year),
    }


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
    instrument_kind,
    market_only,
    untracked_on_average_mix,
    shares_over_100,
)


def judge(facts: EnergyFacts) -> list[Finding]:
    """All findings, rule by rule."""
    return [found for rule in RULES for found in rule(facts)]
