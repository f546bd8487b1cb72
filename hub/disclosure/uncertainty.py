"""How sure the footprint of an own part is: intervals of what is known, without gaps."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.queries import own_part
from hub.disclosure.footprint import statement
from hub.disclosure.reader import record_reads
from hub.footprints import montecarlo
from hub.footprints.usecases import RollUp, roll_up
from tierlight_schemas.amounts import is_absurd, significant
from tierlight_schemas.messages import render
from tierlight_schemas.rollup import result
from tierlight_schemas.rollup.account import Account
from tierlight_schemas.rollup.model import ENGINE, RULESET
from tierlight_schemas.rollup.reference import mass_coverage
from tierlight_schemas.rollup.uncertainty import (
    PERCENTILES,
    Origin,
    Spread,
    UncertainInput,
    first_order,
    interval_columns,
    origins,
    uncertain_inputs,
)
from tierlight_schemas.rollup.vectors import exact_sum, ratio

Method = Literal["monte-carlo", "first-order"]
MIN_SAMPLES, MAX_SAMPLES = 100, 20_000
MAX_SEED = 2**53 - 1
MAX_GSD = 100
NOTHING_ASSUMED = Spread()
#: More would print noise: a thousand samples tell two or three.
_DIGITS = 6


@dataclass(frozen=True)
class UncertaintyQuestion:
    """Which interval is asked for, and what it may assume."""

    as_of: date
    known_at: datetime
    method: Method = "monte-carlo"
    samples: int = 1_000
    seed: int = 1
    spread: Spread = NOTHING_ASSUMED
    lang: str = "en"


def uncertainty(
    session: Session, caller: Caller, part_id: str, asked: UncertaintyQuestion
) -> dict[str, Any]:
    """Mean, deviation and percentiles of the caller's own part, by column.

    Raises `NotFound` for any part that is not the caller's, or was not yet at `known_at`.
    """
    part = own_part(session, caller.company_id, part_id, asked.known_at)
    rollup = roll_up(session, caller.company_id, [part.id], asked.as_of, asked.known_at)
    record_reads(session, caller, rollup)
    inputs = uncertain_inputs(rollup.solution, part.id, asked.spread)
    shares = _shares(inputs)
    account, node = rollup.account(part.id), rollup.resolution(part.id).node
    return {
        "root": {
            "id": node.id,
            "number": node.number,
            "name": node.name,
            "unit": node.base_unit,
        },
        "basis": rollup.basis,
        "as_of": asked.as_of.isoformat(),
        "known_at": asked.known_at.isoformat(),
        "ruleset": RULESET,
        "engine": ENGINE,
        "input_digest": rollup.input_digest(),
        "total": result.totals(account) | {"statement": statement(account, asked.lang)},
        "heading": render("uncertainty/heading", {}, asked.lang).text,
        "notes": list(_notes(account, shares, asked)),
        "spread": {origin: result.text(share) for origin, share in shares.items()},
        "assumed": _assumed(asked.spread),
        "method": _method(asked),
        "columns": _columns(rollup, part.id, inputs, asked),
    }


def _shares(inputs: list[UncertainInput]) -> Mapping[Origin, Decimal | None]:
    """By origin of the spread: its share of the known |kgCO2e|; None when nothing is known."""
    sums = origins(inputs)
    whole = exact_sum(sums.values())
    return {origin: ratio(size, whole) for origin, size in sums.items()}


def _assumed(spread: Spread) -> dict[str, str | None]:
    return {
        "default_gsd": result.text(spread.default_gsd),
        "quantity_gsd": result.text(spread.quantity_gsd),
        "value_is": spread.value_is,
    }


def _method(asked: UncertaintyQuestion) -> dict[str, Any]:
    """What it takes to get the same numbers again."""
    if asked.method == "first-order":
        return {"name": asked.method, "preview": True}
    return {
        "name": asked.method,
        "preview": False,
        "samples": asked.samples,
        "seed": asked.seed,
        "engine": montecarlo.ENGINE,
        "generator": montecarlo.GENERATOR,
    }


def _notes(
    account: Account, shares: Mapping[Origin, Decimal | None], asked: UncertaintyQuestion
) -> Iterator[dict[str, str]]:
    """What the intervals leave out and what they assume: never silent."""
    mass, spread = mass_coverage(account), asked.spread
    yield _note("uncertainty/scope", asked, mass=_percent(mass))
    if shares["fixed"]:
        yield _note("uncertainty/fixed", asked, share=_percent(shares["fixed"]))
    if shares["assumed"]:
        gsd = str(spread.default_gsd)
        yield _note("uncertainty/assumed", asked, share=_percent(shares["assumed"]), gsd=gsd)
    if spread.quantity_gsd is not None:
        yield _note("uncertainty/quantities", asked, gsd=str(spread.quantity_gsd))
    if asked.method == "first-order":
        yield _note("uncertainty/preview", asked)


def _note(code: str, asked: UncertaintyQuestion, **params: str) -> dict[str, str]:
    message = render(code, params, asked.lang)
    return {"code": code, "text": message.text, "remedy": message.remedy}


def _percent(share: Decimal | None) -> str:
    return "–" if share is None else f"{share * 100:.1f}"


def _columns(
    rollup: RollUp, root: str, inputs: list[UncertainInput], asked: UncertaintyQuestion
) -> dict[str, Any]:
    account = rollup.account(root)
    names = interval_columns(account)
    if asked.method == "first-order":
        found = first_order(rollup.solution, root, inputs, names, asked.spread)
        return {
            name: _row(account.columns[name], of.mean, of.sd, of.percentiles)
            for name, of in found.items()
        }
    drawn = montecarlo.sample(
        rollup.solution, root, inputs, names, asked.spread, asked.samples, asked.seed
    )
    means, deviations, percentiles = drawn.mean(), drawn.sd(), drawn.percentiles()
    return {
        name: _row(account.columns[name], means[name], deviations[name], percentiles[name])
        for name in names
    }


def _row(
    value: Decimal,
    mean: Decimal | float,
    sd: Decimal | float,
    percentiles: Mapping[str, Decimal] | Mapping[str, float],
) -> dict[str, Any]:
    return {
        "value": result.text(value),
        "mean": _text(mean),
        "sd": _text(sd),
        "percentiles": {p: _text(percentiles[p]) for p in PERCENTILES},
    }


def _text(number: Decimal | float) -> str | None:
    """As results print it; what is absurd, or beyond a float, is unknown."""
    value = Decimal(number)
    if not value.is_finite() or is_absurd(value):
        return None
    return str(significant(value, _DIGITS))
