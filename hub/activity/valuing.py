"""Which factors and instruments a site's energy is valued with."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

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
from hub.activity.ledger import Amounts
from hub.activity.tables import EnergyInstrument
from hub.activity.words import Carrier, InstrumentKind, Technology
from hub.parties.tables import Site
from tierlight_schemas.factors.lookup import Question, look_up
from tierlight_schemas.factors.model import Factor
from tierlight_schemas.factors.registry import Registry


def both_sides(
    own: Amounts,
    site: Site,
    year: int,
    instruments: Sequence[EnergyInstrument],
    known: Registry,
) -> Sides:
    """What the company's own share of a carrier emits, by location and by market."""
    if own.carrier is Carrier.PROCESS:
        return of_process(own.used)
    place, doubt = _factor(known, own.carrier, own.unit, site, year)
    if own.carrier is not Carrier.ELECTRICITY:
        return of_carrier(own.used, own.unit, place, doubt)
    claims = [claim_of(row) for row in instruments]
    residual = _residual(known, site, year, place)
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


def _residual(known: Registry, site: Site, year: int, average: Factor | None) -> Factor | None:
    """The residual mix nearest in place and time: of the average's kind, else of any other."""
    place = site.subdivision or site.country
    asked = Question("electricity", place, year, "market", "residual")
    if average is not None:
        same = look_up(known, replace(asked, scope=average.scope, gases=average.gases))
        if same.found:
            return same.found.factor
    answer = look_up(known, asked)
    if answer.found:
        return answer.found.factor
    return answer.alternatives[0].factor if answer.alternatives and average else None
