"""Each entry in its life-cycle stages, by the ruleset's map and by what its maker splits.

A maker's split is read in two languages: by what is made (`cathode-active-material`, `cell`), or
by its own steps (`materials`, `production`, `transport`). Neither names a ruleset's stages, so that
one split serves every ruleset. A value over several stages that no split tells apart is in none of
them: nobody guesses.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from tierlight_schemas.amounts import EXACT
from tierlight_schemas.battery.components import Component
from tierlight_schemas.battery.entries import Entry
from tierlight_schemas.battery.reading import Step
from tierlight_schemas.battery.rulesets import Ruleset, Stage
from tierlight_schemas.rollup.vectors import add_scaled, exact_sum

MAKING: Final = frozenset({"production", "energy"})
INPUTS: Final = frozenset({"materials", "material", "bought", "scrap", "packaging", "waste"})
WAY_IN: Final = frozenset({"transport"})
_ROUNDING: Final = Decimal("1e-9")
"""Of a value: what printed stages may miss their total by."""
ONE: Final = Decimal(1)


def staged(entry: Entry, rules: Ruleset) -> Mapping[Stage, Decimal] | None:
    """kgCO2e of an entry by stage; None where its stages are not told apart.

    The entry has a value and a class.
    """
    assert entry.value is not None
    assert entry.component is not None
    if entry.step is not Step.WHOLE:
        return {stage_of_step(entry.step, entry.component, rules): entry.value}
    whole = rules.stage_of_whole(entry.component)
    if whole is not None:
        return {whole: entry.value}
    return _by_split(entry.split, entry.value, entry.component, rules) if entry.split else None


def stage_of_step(step: Step, component: Component, rules: Ruleset) -> Stage:
    """The stage of a making or of a way in."""
    if step is Step.WAY_IN:
        return rules.stage_of_way_into(component)
    return rules.stage_of(component)


def _by_split(
    split: Mapping[str, Decimal], value: Decimal, component: Component, rules: Ruleset
) -> Mapping[Stage, Decimal] | None:
    found: dict[Stage, Decimal] = {}
    for word, share in split.items():
        stage = stage_of_word(word, component, rules)
        if stage is None:
            return None
        add_scaled(found, {stage: share}, ONE)
    rest = EXACT.subtract(value, exact_sum(found.values()))
    if abs(rest) > abs(value) * _ROUNDING:
        return None
    largest = max(found, key=lambda stage: abs(found[stage]))
    add_scaled(found, {largest: rest}, ONE)
    return found


def stage_of_word(word: str, component: Component, rules: Ruleset) -> Stage | None:
    """The stage of one row of a split of a part of this class; None where it is not one stage."""
    known = word.strip().lower()
    if known in MAKING:
        return rules.stage_of(component)
    if known in WAY_IN:
        return rules.stage_of_way_into(component)
    if known in INPUTS:
        return rules.stage_of_inputs(component)
    return rules.stage_of(Component(known)) if known in set(Component) else None
