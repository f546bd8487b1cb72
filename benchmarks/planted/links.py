"""tier/: what does not fit between a buyer and its supplier."""

from collections.abc import Iterable
from decimal import Decimal

from benchmarks.planted.healthy import Purchase
from benchmarks.planted.model import Company, Part, day
from benchmarks.planted.planting import Ground, above, follows, found, gone, plants
from benchmarks.planted.records import Planted, Trace
from benchmarks.planted.stating import amount, delivered, footprint, process, restated


def _second_source(ground: Ground, purchase: Purchase, **cells: str) -> Part:
    """The same component from another maker."""
    maker = ground.company(2)
    bought, first = purchase.bought, purchase.supplied
    part = maker.part("SECOND", category=first.category, mass=first.mass)
    value = amount(float(purchase.footprint.value) * ground.chance.uniform(1.02, 1.1))
    part.footprint = footprint(part, value, outbound_logistics_ghg_emissions="0.0500")
    bought.bought_as(part, delivery_term="DAP", site=maker.sites[0], **cells)
    return part


def _share_open(purchase: Purchase) -> list[Trace]:
    """A share that nobody delivers is a gap."""
    return [
        follows("tier/missing", purchase.bought, purchase.system.made),
        follows("tier/coverage-low", purchase.bought, *above(purchase.system)),
    ]


@plants("tier/shares-not-one")
def nine_tenths(ground: Ground) -> Planted:
    """Sources for nine tenths of what is needed."""
    bought = ground.purchase()
    bought.link.cells["share"] = "0.9"
    return found("tier/shares-not-one", bought.bought, implied=_share_open(bought))


@plants("tier/shares-not-one")
def more_than_needed(ground: Ground) -> Planted:
    """Two sources for 1.1 of what is needed."""
    bought = ground.purchase()
    bought.link.cells["share"] = "0.8"
    _second_source(ground, bought, share="0.3")
    return found("tier/shares-not-one", bought.bought, implied=_share_open(bought))


@plants("tier/shares-not-one")
def two_at_once(ground: Ground) -> Planted:
    """A new source begins before the old one ends."""
    bought = ground.purchase()
    bought.link.cells["to"] = day(30)
    _second_source(ground, bought, **{"from": day(-30)})
    return found("tier/shares-not-one", bought.bought, implied=_share_open(bought))


@plants("tier/shares-not-one")
def one_has_ended(ground: Ground) -> Planted:
    """Of two sources one has ended, and nobody took its share over."""
    bought = ground.purchase()
    bought.link.cells["share"] = "0.6"
    _second_source(ground, bought, share="0.4", to=day(-1))
    return found("tier/shares-not-one", bought.bought, implied=_share_open(bought))


@plants("tier/double-counted-transport")
def both_pay_the_way(ground: Ground) -> Planted:
    """Delivered by the supplier, and by the buyer's lorry as well."""
    bought = ground.purchase()
    truck = bought.bought.owner.truck
    assert truck is not None
    bought.bought.takes(truck, "1.8", "tkm")
    return found("tier/double-counted-transport", bought.bought, bought.supplied)


def _boxed(purchases: Iterable[Purchase]) -> list[Trace]:
    """Their values count the box from now on; beside others without, that is a mixture."""
    held = [*purchases]
    for purchase in held:
        cells = {"packaging_emissions_included": "true", "packaging_ghg_emissions": "0.0410"}
        purchase.footprint.cells |= cells
    parts = [part for purchase in held for part in (purchase.bought, purchase.supplied)]
    return [follows("tier/boundary-mixed", held[0].system.made, *parts)]


def _declared_instead(purchase: Purchase) -> None:
    """A turned component that its maker declares, and delivers."""
    part, bought = purchase.supplied, purchase.bought
    part.lines.clear()
    bought.lines.clear()
    bought.links.clear()
    part.process, purchase.turned = None, False
    part.footprint = footprint(part, amount(float(part.mass or 1) * 2.9))
    delivered(bought, part)


def _box(owner: Company) -> Part:
    box = owner.part("BOX", kind="auxiliary", mass=Decimal("0.010"))
    box.footprint = footprint(box, Decimal("0.0400"))
    return box


@plants("tier/double-counted-packaging")
def both_count_the_box(ground: Ground) -> Planted:
    """The supplier's value counts its box, and the buyer has a line for the same."""
    bought = ground.purchase()
    mixed = _boxed([bought])
    box = _box(bought.bought.owner)
    bought.bought.takes(box, "1", stage="packaging")
    parts = bought.bought, bought.supplied, box
    return found("tier/double-counted-packaging", *parts, implied=mixed)


@plants("tier/double-counted-packaging", whole=True)
def all_boxes_twice(ground: Ground) -> Planted:
    """All suppliers of a system count their boxes, and a line of the system counts boxes too."""
    system = ground.whole("built", "powered")
    for purchase in system.purchases:
        if purchase.turned:
            _declared_instead(purchase)
    mixed = _boxed(system.purchases)
    box = _box(system.made.owner)
    system.made.takes(box, "4", stage="packaging")
    bought = [purchase.bought for purchase in system.purchases]
    return found("tier/double-counted-packaging", system.made, box, *bought, implied=mixed)


@plants("tier/boundary-mixed")
def to_the_grave(ground: Ground) -> Planted:
    """A component declared to the end of its life; no total can use that."""
    bought = ground.purchase()
    bought.footprint.cells["boundary"] = "cradle-to-grave"
    bought.footprint.before, bought.footprint.verified = None, False
    return found("tier/boundary-mixed", bought.bought, bought.supplied, bought.system.made,
                 implied=gone(bought))  # fmt: skip


@plants("tier/boundary-mixed")
def the_making_alone(ground: Ground) -> Planted:
    """Of a component nothing but its own making is declared: a gate-to-gate value for a part."""
    bought = ground.purchase()
    part = bought.supplied
    value, part.footprint = bought.footprint.value, None
    part.process = process(part, amount(float(value) * 0.2))
    return found("tier/boundary-mixed", part, bought.bought, implied=gone(bought))


@plants("tier/boundary-mixed")
def some_with_their_box(ground: Ground) -> Planted:
    """One component with its packaging among others without."""
    bought = ground.purchase()
    _boxed([bought])
    others = [part for p in bought.system.purchases for part in (p.bought, p.supplied)]
    return found("tier/boundary-mixed", bought.bought, bought.supplied, bought.system.made, *others)


@plants("tier/characterization-mixed")
def older_factors_inside(ground: Ground) -> Planted:
    """One component with the factors of the fifth assessment report."""
    bought = ground.purchase()
    bought.footprint.cells["characterization"] = "AR5"
    if bought.footprint.before:
        bought.footprint.before.cells["characterization"] = "AR5"
    older = follows("document/characterization", bought.supplied)
    others = [part for p in bought.system.purchases for part in (p.bought, p.supplied)]
    return found("tier/characterization-mixed", bought.bought, bought.supplied,
                 bought.system.made, *others, implied=[older])  # fmt: skip


@plants("tier/site-unknown")
def which_of_two_sites(ground: Ground) -> Planted:
    """Two sites declare, and the link names none."""
    bought = ground.purchase()
    part = bought.supplied
    other = footprint(part, amount(float(bought.footprint.value) * 1.04), site=part.owner.sites[1])
    outbound = bought.footprint.cells["outbound_logistics_ghg_emissions"]
    other.cells["outbound_logistics_ghg_emissions"] = outbound
    part.more.append(other)
    bought.link.cells["site"] = ""
    return found("tier/site-unknown", bought.bought, part)


@plants("tier/site-mismatch")
def from_the_other_site(ground: Ground) -> Planted:
    """Delivered from one site, declared for the other."""
    bought = ground.purchase()
    bought.link.cells["site"] = bought.supplied.owner.sites[1]
    return found("tier/site-mismatch", bought.bought, bought.supplied, implied=gone(bought))


@plants("tier/mass-differs-across-link")
def an_eighth_heavier(ground: Ground) -> Planted:
    """The supplier's piece weighs an eighth more than the buyer's."""
    return _heavier(ground, Decimal("1.125"))


@plants("tier/mass-differs-across-link")
def a_power_of_ten(ground: Ground) -> Planted:
    """The supplier's piece weighs ten times as much."""
    return _heavier(ground, Decimal(10))


def _heavier(ground: Ground, factor: Decimal) -> Planted:
    bought = ground.purchase()
    part, declared = bought.supplied, bought.footprint
    part.mass = (part.mass or Decimal(1)) * factor
    declared.before = None
    restated(declared, float(declared.value * factor), mass_kg=str(part.mass))
    return found("tier/mass-differs-across-link", bought.bought, part)
