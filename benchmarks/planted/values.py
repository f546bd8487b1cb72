"""tier/ and version/: what does not fit between values: of parents and inputs, and over time."""

import uuid
from decimal import Decimal
from typing import Any

from benchmarks.planted.entering import Hub, bom_rows, table
from benchmarks.planted.healthy import Purchase
from benchmarks.planted.model import YEAR, Amend, Declaration, Used, day
from benchmarks.planted.planting import Ground, follows, found, gone, plants
from benchmarks.planted.records import Planted
from benchmarks.planted.signing import extension_of
from benchmarks.planted.stating import amount, footprint, restated
from hub.bom.usecases import import_bom
from hub.kit.database import transaction

LAST_TWELVE_MONTHS = {"period_start": day(-395), "period_end": day(-30)}
PERIOD_BEFORE = {"period_start": f"{YEAR - 1}-01-01", "period_end": f"{YEAR}-01-01"}


@plants("tier/declared-below-inputs")
def a_fifth_forgotten(ground: Ground) -> Planted:
    """A system declared a fifth below the sum of its inputs."""
    made = ground.system("declared").made
    declared = made.footprint
    assert declared is not None
    inputs = sum((used.carbon for used in declared.inputs or ()), Decimal(0))
    restated(declared, float(inputs) * 0.8)
    floor = follows("tier/below-material-floor", made)
    return found("tier/declared-below-inputs", made, implied=[floor])


@plants("tier/declared-below-inputs")
def content_attributed_by_a_scheme(ground: Ground) -> Planted:
    """A system whose value rests on a mass balance: it cannot be reconciled, which is a note."""
    made = ground.system("declared").made
    assert made.footprint is not None
    balance = {"used": True, "scheme": "ISCC PLUS", "attributedSharePercent": "30"}
    made.footprint.amended(lambda d: extension_of(d).update(massBalance=balance))
    return found("tier/declared-below-inputs", made)


@plants("tier/declared-below-inputs")
def an_input_below_zero(ground: Ground) -> Planted:
    """A system with an input that takes carbon up: it cannot be reconciled, which is a note."""
    made = ground.system("declared").made
    declared = made.footprint
    assert declared is not None
    assert declared.inputs is not None
    declared.inputs.append(Used(made, "0.1", "kg", "-1.5000", None))
    return found("tier/declared-below-inputs", made)


@plants("tier/declared-far-above-inputs")
def more_than_making_can_emit(ground: Ground) -> Planted:
    """A steel part declared five kilograms a kilogram above its inputs."""
    made = ground.system("declared").made
    declared = made.footprint
    assert declared is not None
    assert made.mass is not None
    made.category = declared.cells["category"] = "steel-part"
    inputs = sum((used.carbon for used in declared.inputs or ()), Decimal(0))
    restated(declared, float(inputs + 5 * made.mass))
    implausible = follows("document/unit-implausible", made)
    return found("tier/declared-far-above-inputs", made, implied=[implausible])


@plants("tier/prospective-mixed")
def a_forecast_inside(ground: Ground) -> Planted:
    """One component's value is a forecast."""
    bought = ground.purchase()
    bought.footprint.amended(lambda d: extension_of(d).update(timeBasis="prospective"))
    others = [part for p in bought.system.purchases for part in (p.bought, p.supplied)]
    return found("tier/prospective-mixed", bought.bought, bought.supplied,
                 bought.system.made, *others)  # fmt: skip


@plants("tier/period-apart", whole=True)
def long_before(ground: Ground) -> Planted:
    """A system declared for the last twelve months, out of a component of three years ago."""
    system = ground.whole("declared")
    assert system.made.footprint is not None
    system.made.footprint.cells |= LAST_TWELVE_MONTHS
    old = _of_three_years_ago(system.purchases[0])
    return found("tier/period-apart", system.made, old.bought, old.supplied)


def _of_three_years_ago(purchase: Purchase) -> Purchase:
    """Not so old that its three years of validity end within sixty days."""
    purchase.footprint.before = None
    cells = {"period_start": day(-3 * 365 - 290), "period_end": day(-3 * 365 + 75)}
    purchase.footprint.cells |= cells | {"valid_to": day(75)}
    return purchase


@plants("tier/period-apart", whole=True)
def built_of_old_values(ground: Ground) -> Planted:
    """A system whose making was declared for the last twelve months, of such a component."""
    system = ground.whole("built")
    assert system.made.process is not None
    system.made.process.cells |= LAST_TWELVE_MONTHS
    old = _of_three_years_ago(system.purchases[0])
    return found("tier/period-apart", system.made, old.bought, old.supplied)


def _before(purchase: Purchase, value: float, **cells: str) -> Declaration:
    """An earlier version in place of any that there was."""
    declared = purchase.footprint
    outbound = declared.cells["outbound_logistics_ghg_emissions"]
    before = footprint(purchase.supplied, amount(value), **cells)
    before.cells["outbound_logistics_ghg_emissions"] = outbound
    declared.before = before
    return before


@plants("version/expired")
def ended_yesterday(ground: Ground) -> Planted:
    """Valid until yesterday, with nothing newer."""
    bought = ground.purchase()
    bought.footprint.before = None
    bought.footprint.cells |= PERIOD_BEFORE | {"valid_to": day(-1)}
    return found("version/expired", bought.supplied, bought.bought, implied=gone(bought))


@plants("version/expiring")
def ends_in_a_month(ground: Ground) -> Planted:
    """Valid for thirty more days."""
    bought = ground.purchase()
    bought.footprint.cells["valid_to"] = day(30)
    return found("version/expiring", bought.supplied, bought.bought)


@plants("version/preceding-unknown")
def points_at_nothing(ground: Ground) -> Planted:
    """A predecessor that nobody ever declared."""
    bought = ground.purchase()
    bought.footprint.before = None
    unknown = str(uuid.UUID(int=ground.chance.getrandbits(128), version=4))
    bought.footprint.amended(
        lambda d: d["credentialSubject"]["footprint"].update(precedingPfIds=[unknown])
    )
    return found("version/preceding-unknown", bought.supplied, bought.bought)


@plants("version/changed-10-percent")
def a_fifth_lower(ground: Ground) -> Planted:
    """A fifth lower for the same period, and nobody says why."""
    bought = ground.purchase()
    _before(bought, float(bought.footprint.value) * 1.25)
    bought.footprint.cells.pop("comment", None)
    return found("version/changed-10-percent", bought.supplied, bought.bought)


@plants("version/changed-10-percent")
def a_third_higher(ground: Ground) -> Planted:
    """A third higher for the same period, and nobody says why."""
    bought = ground.purchase()
    _before(bought, float(bought.footprint.value) * 0.75)
    bought.footprint.cells.pop("comment", None)
    return found("version/changed-10-percent", bought.supplied, bought.bought)


@plants("version/unchanged-copy")
def the_same_again(ground: Ground) -> Planted:
    """The values of the year before under a new period."""
    bought = ground.purchase()
    _before(bought, float(bought.footprint.value), **PERIOD_BEFORE)
    bought.footprint.cells.pop("comment", None)
    return found("version/unchanged-copy", bought.supplied, bought.bought)


def _says(attribute: str, value: Any) -> Amend:
    def amend(document: dict[str, Any]) -> None:
        document["credentialSubject"]["footprint"]["pcf"][attribute] = value

    return amend


def _method_changed(ground: Ground, attribute: str, was: Any, now: Any) -> Planted:
    """A new year, five per cent lower, and another method."""
    bought = ground.purchase()
    before = _before(bought, float(bought.footprint.value) * 1.05, **PERIOD_BEFORE)
    before.amended(_says(attribute, was))
    bought.footprint.amended(_says(attribute, now))
    bought.footprint.cells["comment"] = "A new year."
    return found("version/method-changed", bought.supplied, bought.bought)


@plants("version/method-changed")
def other_factor_set(ground: Ground) -> Planted:
    """Another set of factors than the version before."""
    sets = [[{"name": f"Set {letter}", "version": "3.11"}] for letter in "AB"]
    return _method_changed(ground, "secondaryEmissionFactorSources", *sets)


@plants("version/method-changed")
def other_allocation(ground: Ground) -> Planted:
    """A joint process shared out by price that was shared out by mass."""
    words = "Allocated by mass.", "Allocated by price."
    return _method_changed(ground, "allocationRulesDescription", *words)


@plants("version/method-changed")
def other_characterization(ground: Ground) -> Planted:
    """The version before has the factors of the fifth assessment report."""
    bought = ground.purchase()
    value = float(bought.footprint.value) * 1.05
    _before(bought, value, characterization="AR5", **PERIOD_BEFORE)
    bought.footprint.cells["comment"] = "New year, new assessment report."
    older = follows("document/characterization", bought.supplied)
    return found("version/method-changed", bought.supplied, bought.bought, implied=[older])


@plants("version/stale-inputs", whole=True)
def an_input_has_changed(ground: Ground) -> Planted:
    """A system declared from a component that has been declared anew since."""
    system = ground.whole("declared")
    changed = system.purchases[0]
    part, old = changed.supplied, changed.footprint
    old.verified = False
    newer = footprint(part, amount(float(old.value) * 0.97), comment="A new furnace.")
    newer.cells |= LAST_TWELVE_MONTHS
    outbound = old.cells["outbound_logistics_ghg_emissions"]
    newer.cells["outbound_logistics_ghg_emissions"] = outbound
    newer.before = old
    part.footprint = newer
    return found("version/stale-inputs", system.made, changed.bought, part)


@plants("version/stale-inputs", whole=True)
def its_bill_has_changed(ground: Ground) -> Planted:
    """A system that takes one more of a component since it was declared."""
    made = ground.whole("declared").made
    line = made.lines[0]

    def change(hub: Hub) -> None:
        line.quantity = str(int(line.quantity) + 1)
        with transaction(hub.write) as session:
            import_bom(session, hub.ids[made.owner], table(bom_rows(made)))

    ground.chain.afterwards.append(change)
    return found("version/stale-inputs", made)
