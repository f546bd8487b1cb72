"""What to find out next, and what would lower the footprint."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from tierlight_schemas.amounts import EXACT, Amount
from tierlight_schemas.calculator.calculate import calculate
from tierlight_schemas.calculator.masses import kilograms
from tierlight_schemas.calculator.sheet import Energy, Material, PartSheet, Scrap, StatedValue
from tierlight_schemas.calculator.terms import (
    UNSURE,
    Calculation,
    Step,
    Term,
    percent_of,
)
from tierlight_schemas.factors.registry import Registry

MORE_RECYCLED = Decimal(20)
"""Percentage points."""
LESS_SCRAP = Decimal("0.1")
"""Share of the scrap."""
MOST_WORTH = 5
"""Improvements that are told: a list of twenty is read by nobody."""
Lever = Literal["recycled", "green-power", "less-scrap"]
_KNOWN = ("own", "declaration", "contract")


@dataclass(frozen=True)
class Improvement:
    """A number that is not the clerk's own, and what knowing it would do to the range."""

    term: Term
    step: Step
    narrows: Decimal
    """kgCO2e by which the range on either side becomes smaller."""
    before: Decimal
    """Percent of the total by which it may be off today, to either side."""
    after: Decimal
    """The same once the number is known."""


@dataclass(frozen=True)
class Effect:
    """What a lever does, in kgCO2e of one piece; above 0: saved."""

    lever: Lever
    saved: Decimal


def improvements(calculation: Calculation) -> list[Improvement]:
    """Defaults and assumptions, the one first that would narrow the range most."""
    found = [
        _improvement(calculation, term, step)
        for term in calculation.terms
        for step in term.steps
        if step.origin not in _KNOWN
    ]
    return sorted(found, key=lambda each: (-each.narrows, each.term.label))


def worth_knowing(calculation: Calculation) -> list[Improvement]:
    """Of the improvements the first ones that move the range by a percent or more."""
    told = [each for each in improvements(calculation) if each.before - each.after >= 1]
    return told[:MOST_WORTH]


def _improvement(calculation: Calculation, term: Term, step: Step) -> Improvement:
    narrows = _narrowed(calculation, term, step)
    after = percent_of(EXACT.subtract(calculation.unsure, narrows), calculation.total)
    return Improvement(term, step, narrows, calculation.unsure_percent, after)


def _narrowed(calculation: Calculation, term: Term, step: Step) -> Decimal:
    """By how much the range shrinks once the step is as sure as a declaration."""
    before = calculation.unsure
    sure = UNSURE["declaration"] ** 2 - UNSURE[step.origin] ** 2
    change = EXACT.multiply(EXACT.multiply(term.value, term.value), sure)
    after = EXACT.add(EXACT.multiply(before, before), change)
    return EXACT.subtract(before, EXACT.sqrt(max(after, Decimal(0))))


def levers(sheet: PartSheet, registry: Registry | None = None) -> list[Effect]:
    """What recycled content, green power and less scrap would save; only what can be told."""
    before = calculate(sheet, registry).total
    effects = [
        Effect(lever, EXACT.subtract(before, calculate(changed, registry).total))
        for lever, changed in _changed(sheet)
    ]
    return sorted((e for e in effects if e.saved), key=lambda each: -each.saved)


def _changed(sheet: PartSheet) -> Iterator[tuple[Lever, PartSheet]]:
    recycled = [_more_recycled(material) for material in sheet.materials]
    yield "recycled", sheet.model_copy(update={"materials": recycled})
    yield "green-power", sheet.model_copy(update={"energy": [_green(e) for e in sheet.energy]})
    yield "less-scrap", _less_scrap(sheet)


def _more_recycled(material: Material) -> Material:
    percent = material.recycled_percent.decimal if material.recycled_percent else Decimal(0)
    more = Amount.of(min(percent + MORE_RECYCLED, Decimal(100)))
    return material.model_copy(update={"recycled_percent": more})


def _green(energy: Energy) -> Energy:
    if energy.carrier != "electricity" or energy.supply == "own-generation":
        return energy
    zero = StatedValue(kgco2e=Amount("0"), unit="kilowatt hour", source="contract")
    return energy.model_copy(update={"supply": "contract", "value": zero})


def _less_scrap(sheet: PartSheet) -> PartSheet:
    """A tenth less scrap, and as much less material to buy."""
    less = {material.name: _scrap_of(sheet.scrap, material.name) for material in sheet.materials}
    materials = [_lighter(material, less[material.name]) for material in sheet.materials]
    scrap = [_scaled(each) for each in sheet.scrap]
    return sheet.model_copy(update={"materials": materials, "scrap": scrap})


def _scrap_of(scrap: Iterable[Scrap], material: str) -> Decimal:
    masses = (kilograms(each.mass) for each in scrap if each.material == material)
    return sum((kg for kg in masses if kg is not None), Decimal(0))


def _lighter(material: Material, scrap_kg: Decimal) -> Material:
    gross = kilograms(material.mass)
    if gross is None or not scrap_kg:
        return material
    kg = EXACT.subtract(gross, EXACT.multiply(LESS_SCRAP, scrap_kg))
    mass = material.mass.model_copy(update={"amount": Amount.of(kg), "unit": "kilogram"})
    return material.model_copy(update={"mass": mass})


def _scaled(scrap: Scrap) -> Scrap:
    amount = EXACT.multiply(Decimal(1) - LESS_SCRAP, scrap.mass.amount.decimal)
    mass = scrap.mass.model_copy(update={"amount": Amount.of(amount)})
    return scrap.model_copy(update={"mass": mass})
