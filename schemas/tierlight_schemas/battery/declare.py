"""The declaration put together: entries in, a `BatteryFootprint` out, with every gap by its clause.

declared = declare(study, ruleset("annex-ii/2023"))
declared.is_complete      whether every item of Art. 7(1) is there
declared.gaps             else what is missing, of which part, and who can supply it
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tierlight_schemas.amounts import EXACT
from tierlight_schemas.battery import distribution
from tierlight_schemas.battery.circular import CircularMaterial, circular, without_material
from tierlight_schemas.battery.components import Component
from tierlight_schemas.battery.distribution import Averages, TravelledLeg
from tierlight_schemas.battery.electricity import Mixes, Restated, restate
from tierlight_schemas.battery.entries import Entry
from tierlight_schemas.battery.gaps import (
    BOUNDARY,
    CHARACTERIZATION,
    CONFORMITY,
    FOOTPRINT,
    MANUFACTURER,
    MODEL,
    PLANT,
    STAGES,
    STUDY,
    Gap,
    Number,
    incomplete,
)
from tierlight_schemas.battery.model import BatteryModel, Plant
from tierlight_schemas.battery.result import BatteryFootprint, Ratings, StageFootprint
from tierlight_schemas.battery.rulesets import Ruleset, Stage
from tierlight_schemas.battery.service_life import FunctionalUnit, functional_unit
from tierlight_schemas.battery.specific import about, coverage, gaps_of
from tierlight_schemas.battery.staging import staged
from tierlight_schemas.battery.staleness import inputs_digest
from tierlight_schemas.rollup.account import RATINGS, WORST_RATING, Account
from tierlight_schemas.rollup.adding_up import adding_up
from tierlight_schemas.rollup.vectors import add_scaled, exact_sum, ratio

ZERO, ONE = Decimal(0), Decimal(1)
_CASES = {"own-process": "own-process", "leg": "way-in"}
"""Which words a gap of the roll-up has; all others are of a part of which nothing is known."""
PRODUCTION = (Stage.RAW_MATERIAL, Stage.MAIN_PRODUCTION)


@dataclass(frozen=True)
class Study:
    """Everything that a declaration is computed from."""

    part: str
    """The manufacturer's number of the battery model."""
    model: BatteryModel
    plant: Plant | None
    as_of: date
    entries: Sequence[Entry]
    account: Account
    """Of the battery in the roll-up: its quality."""
    revisions: Iterable[str]
    """Digests of the bills of materials inside."""
    net_mass_kg: Decimal | None = None
    """As the part states it."""
    mixes: Mixes = field(default_factory=dict)
    averages: Averages = field(default_factory=dict)
    plants_of_making: Sequence[str | None] = ()
    """Sites that the battery's own process was declared for; None is all sites together."""


@dataclass
class _Sum:
    """Stages while they are added up."""

    known: dict[Stage, Decimal] = field(default_factory=lambda: dict.fromkeys(Stage, ZERO))
    unstaged: Decimal = ZERO
    """kgCO2e that stages are not told apart of."""
    open: set[Stage] = field(default_factory=set)
    """Stages that lack something."""
    is_short: bool = False
    """Whether the total lacks something: it is more than stages not told apart."""
    gaps: list[Gap] = field(default_factory=list)

    def add(self, stages: Mapping[Stage, Decimal]) -> None:
        """Add kgCO2e per battery."""
        add_scaled(self.known, stages, ONE)

    def lack(self, gap: Gap, *stages: Stage) -> None:
        """Something without which these stages, and so the total, are not known."""
        self.gaps.append(gap)
        self.open.update(stages)
        self.is_short = True

    def leave_unstaged(self, entry: Entry, gap: Gap) -> None:
        """A value that is known, of a stage that is not."""
        self.gaps.append(gap)
        self.open.update(PRODUCTION)
        self.unstaged = EXACT.add(self.unstaged, entry.value or ZERO)


def declare(study: Study, rules: Ruleset) -> BatteryFootprint:
    """The footprint of a battery model from one plant by a ruleset."""
    mass = _mass(study)
    unit, unit_gaps = functional_unit(study.model.service_life, mass, rules)
    total = _Sum()
    _add_entries(total, study, rules)
    electricity = _restated(total, study, rules)
    materials = _add_materials(total, study, rules, mass)
    legs = _add_distribution(total, study, rules, mass)
    _add_collection(total, study, rules, mass)
    covered = coverage(study.entries)
    known = exact_sum((*total.known.values(), total.unstaged))
    stages = _stages(total, unit)
    per_kwh = None if total.is_short else _per_kwh(stages, known, unit)
    gaps = [
        *_administrative(study),
        *_unstated(per_kwh, stages),
        *unit_gaps,
        *gaps_of(covered, study.entries),
        *total.gaps,
    ]
    return BatteryFootprint(
        ruleset=rules,
        part=study.part,
        plant=study.plant,
        as_of=study.as_of,
        functional_unit=unit,
        stages=stages,
        per_battery=None if total.is_short else Number(known, "kgCO2e", "computed"),
        known_per_battery=known,
        per_kwh=per_kwh,
        entries=tuple(study.entries),
        electricity=electricity,
        materials=materials,
        distribution=legs,
        coverage=covered,
        ratings=_ratings(study.account),
        offsets=tuple(study.model.offsets),
        contracts_what_if=_what_if(electricity),
        inputs_digest=inputs_digest(study.revisions, study.entries),
        gaps=tuple(sorted(dict.fromkeys(gaps), key=_rank)),
    )


def _rank(gap: Gap) -> tuple[bool, str]:
    """The items of Art. 7(1) first, then the annex and the draft."""
    return not gap.clause.startswith("Art. "), gap.clause


def _mass(study: Study) -> Number | None:
    if study.model.mass_kg is not None:
        return Number(study.model.mass_kg.decimal, "kg", "model:massKg")
    if study.net_mass_kg is None:
        return None
    return Number(study.net_mass_kg, "kg", f"part:{study.part}")


def _add_entries(total: _Sum, study: Study, rules: Ruleset) -> None:
    for entry in study.entries:
        if entry.value is None:
            case = _CASES.get(entry.cause, "value")
            total.lack(about(entry, "battery/incomplete", case, BOUNDARY), *PRODUCTION)
            continue
        if entry.is_partial:
            total.lack(about(entry, "battery/incomplete", "partial", BOUNDARY), *PRODUCTION)
        if entry.characterization and rules.characterization not in entry.characterization:
            total.lack(_other_gwp(entry, rules), *PRODUCTION)
        _add_staged(total, entry, rules)


def _add_staged(total: _Sum, entry: Entry, rules: Ruleset) -> None:
    if entry.component is None:
        total.leave_unstaged(entry, _without_class(entry))
        return
    stages = staged(entry, rules)
    if stages is None:
        total.leave_unstaged(entry, _unsplit(entry, entry.component))
    else:
        total.add(stages)


def _without_class(entry: Entry) -> Gap:
    """The manufacturer enters the class of its own part, whoever delivers it."""
    return Gap("battery/incomplete", "component", BOUNDARY, part=entry.own_part)


def _unsplit(entry: Entry, component: Component) -> Gap:
    gap = about(entry, "battery/stage-unsplit", "split" if entry.split else "none", STAGES)
    return gap.telling(component=component.value)


def _other_gwp(entry: Entry, rules: Ruleset) -> Gap:
    gap = about(entry, "battery/characterization-not-restatable", "", CHARACTERIZATION)
    return gap.telling(found=", ".join(entry.characterization), wanted=rules.characterization)


def _restated(total: _Sum, study: Study, rules: Ruleset) -> tuple[Restated, ...]:
    """Electricity by the national mix, where the ruleset asks for it."""
    if rules.electricity == "as-declared":
        return ()
    return tuple(
        found for entry in study.entries for found in _of_entry(total, entry, study.mixes, rules)
    )


def _of_entry(total: _Sum, entry: Entry, mixes: Mixes, rules: Ruleset) -> Iterator[Restated]:
    if entry.value is None:
        return
    stage = rules.stage_of(entry.component) if entry.component else Stage.RAW_MATERIAL
    if entry.electricity is None:
        total.lack(_not_restatable(entry, "not-stated", rules), stage)
        return
    for used in entry.electricity:
        found = restate(entry.part, entry.owner, used, mixes)
        if isinstance(found, Restated):
            total.add({stage: found.change})
            yield found
        else:
            gap = _not_restatable(entry, found, rules).telling(country=used.country or "")
            total.lack(gap, stage)


def _not_restatable(entry: Entry, case: str, rules: Ruleset) -> Gap:
    code = "battery/electricity-not-restatable"
    return about(entry, code, case, rules.electricity_clause)


def _add_materials(
    total: _Sum, study: Study, rules: Ruleset, mass: Number | None
) -> tuple[CircularMaterial, ...]:
    """The circular footprint formula, material by material."""
    found: list[CircularMaterial] = []
    for material in study.model.materials:
        result = circular(material, rules)
        if isinstance(result, CircularMaterial):
            found.append(result)
            moved = {Stage.RAW_MATERIAL: result.raw_material_change}
            total.add(moved | {Stage.END_OF_LIFE: result.end_of_life})
            continue
        touched = [Stage.RAW_MATERIAL] if material.r1 else []
        for gap in result:
            total.lack(gap, Stage.END_OF_LIFE, *touched)
    for gap in without_material(study.model.materials, mass):
        total.lack(gap, Stage.END_OF_LIFE)
    return tuple(found)


def _add_distribution(
    total: _Sum, study: Study, rules: Ruleset, mass: Number | None
) -> tuple[TravelledLeg, ...]:
    legs, gaps = distribution.travelled(study.model.distribution, mass, study.averages, rules)
    total.add({Stage.DISTRIBUTION: exact_sum(leg.value for leg in legs)})
    for gap in gaps:
        total.lack(gap, Stage.DISTRIBUTION)
    return legs


def _add_collection(total: _Sum, study: Study, rules: Ruleset, mass: Number | None) -> None:
    """Collecting and dismantling the used battery."""
    ways = [(leg, None) for leg in rules.collection]
    legs, gaps = distribution.over(ways, f"ruleset:{rules.id}", mass, study.averages)
    dismantling = study.model.dismantling
    taken = ZERO if dismantling is None else dismantling.decimal
    total.add({Stage.END_OF_LIFE: exact_sum([taken, *(leg.value for leg in legs)])})
    lacking = [incomplete("dismantling", BOUNDARY)] if dismantling is None else []
    for gap in (*gaps, *lacking):
        total.lack(gap, Stage.END_OF_LIFE)


def _stages(total: _Sum, unit: FunctionalUnit) -> Mapping[Stage, StageFootprint]:
    """Per kWh as printed: what is printed of all four adds up to the total."""
    kwh = unit.total_kwh
    printed: list[Decimal] = []
    if kwh is not None and not total.open:
        parts = [EXACT.divide(total.known[stage], kwh.value) for stage in Stage]
        printed = adding_up(parts, exact_sum(parts))
    return {
        stage: StageFootprint(
            stage,
            total.known[stage],
            stage not in total.open,
            printed[place] if printed else None,
        )
        for place, stage in enumerate(Stage)
    }


def _per_kwh(
    stages: Mapping[Stage, StageFootprint], known: Decimal, unit: FunctionalUnit
) -> Number | None:
    kwh = unit.total_kwh
    if kwh is None:
        return None
    printed = [stage.per_kwh for stage in stages.values() if stage.per_kwh is not None]
    whole = EXACT.divide(known, kwh.value)
    value = exact_sum(printed) if len(printed) == len(stages) else adding_up([whole], whole)[0]
    return Number(value, "kgCO2e/kWh", "computed")


def _ratings(account: Account) -> Ratings:
    """Weighed over all contributors, the unknown with the worst."""

    def mean(name: str, worst: Decimal) -> Decimal | None:
        held = account.quality.get(name)
        return None if held is None else ratio(held, account.retrospective) or worst

    technological, geographical, temporal = (mean(name, WORST_RATING) for name in RATINGS)
    return Ratings(technological, geographical, temporal, mean("primary_data_share", ZERO))


def _what_if(restated: Sequence[Restated]) -> Decimal | None:
    changes = [each.by_contract_change for each in restated]
    stated = [change for change in changes if change is not None]
    return exact_sum(stated) if stated else None


def _administrative(study: Study) -> Iterator[Gap]:
    """The items of Art. 7(1) that are no numbers, and the plant that was asked for."""
    model = study.model
    items = (
        ("manufacturer-name", MANUFACTURER, model.manufacturer.name),
        ("manufacturer-address", MANUFACTURER, model.manufacturer.address),
        ("model", MODEL, model.model),
        ("plant", PLANT, study.plant),
        ("conformity", CONFORMITY, model.declaration_of_conformity),
        ("study", STUDY, model.study_link),
    )
    for case, clause, item in items:
        if item is None:
            yield incomplete(case, clause)
    yield from _other_plants(study)


def _other_plants(study: Study) -> Iterator[Gap]:
    """Annex II(5): no sampling across plants."""
    if study.plant is None:
        return
    others = [site for site in study.plants_of_making if site != study.plant.code]
    if others:
        told = ", ".join(site or "*" for site in others)
        yield incomplete("plants", "Annex II(5)", plant=study.plant.code, found=told)


def _unstated(per_kwh: Number | None, stages: Mapping[Stage, StageFootprint]) -> Iterator[Gap]:
    if per_kwh is None:
        yield incomplete("footprint", FOOTPRINT)
    if any(stage.per_kwh is None for stage in stages.values()):
        yield incomplete("stages", STAGES)
