"""Differences of two results: each class by itself by hand, and the laws for random chains."""

from collections.abc import Callable
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.schemas.rollup.chains import chains, line, network, part, source, trader, value
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.rollup.difference import (
    ORDER,
    Change,
    Difference,
    difference,
    hybrid,
)
from tierlight_schemas.rollup.model import (
    ZERO,
    Input,
    Known,
    Leg,
    Network,
    PartNode,
    Policy,
)
from tierlight_schemas.rollup.reference import solve
from tierlight_schemas.rollup.vectors import exact_sum

WITHIN = Decimal("1e-40")
laws = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])

CAR = (
    trader("car", line("door", 4), line("seat", 2), owner="oem"),
    trader("door", line("steel", 10), owner="oem"),
    part("steel", declared=value("2"), owner="oem"),
    part("seat", default=value("20", known=Known.DEFAULT), owner="oem"),
)


def changed(nodes: tuple[PartNode, ...], **parts: dict[str, Any]) -> Network:
    """The same network with some fields of some parts replaced."""
    return network(*(replace(node, **parts.get(node.id, {})) for node in nodes))


def steps(found: Difference) -> dict[str, Decimal]:
    """What moved, by class; what did not is left out."""
    return {step.change.value: step.value for step in found.steps if step.value}


def between(after: Network, before: tuple[PartNode, ...] = CAR, root: str = "car") -> Difference:
    return difference(network(*before), after, root, Policy(), Policy())


class TestEachClass:
    def test_nothing_changed(self):
        found = between(network(*CAR))
        assert not found.value
        assert steps(found) == {}
        assert [step.change for step in found.steps] == list(ORDER)
        assert all(step.movers == () for step in found.steps)

    def test_a_declaration(self):
        found = between(changed(CAR, steel={"declared": value("1.5")}))
        assert steps(found) == {"declaration": -20}  # 40 kg × (1.5 - 2)
        ((mover,), *_) = [step.movers for step in found.steps]
        assert mover.part.number == "steel"
        assert [mover.before, mover.after] == [80, 60]
        assert mover.change == -20

    def test_a_factor(self):
        found = between(changed(CAR, seat={"default": value("25", known=Known.DEFAULT)}))
        assert steps(found) == {"factor": 10}

    def test_a_line(self):
        found = between(changed(CAR, door={"lines": (line("steel", 9),)}))
        assert steps(found) == {"bom": -8}

    def test_a_factor_for_another_category_is_the_bill_s(self):
        seat = {"category": "leather", "default": value("30", known=Known.DEFAULT)}
        assert steps(between(changed(CAR, seat=seat))) == {"bom": 20}

    def test_a_new_part_with_its_value_is_the_bill_s(self):
        lamp = part("lamp", declared=value("3"), owner="oem")
        car = replace(CAR[0], lines=(*CAR[0].lines, line("lamp", 2)))
        found = between(network(car, *CAR[1:], lamp))
        assert steps(found) == {"bom": 6}
        back = difference(network(car, *CAR[1:], lamp), network(*CAR), "car", Policy(), Policy())
        assert steps(back) == {"bom": -6}

    def test_the_policy(self):
        without = Policy(use_defaults=False)
        found = difference(network(*CAR), network(*CAR), "car", Policy(), without)
        assert steps(found) == {"method": -40}
        assert found.steps[-1].movers[0].after is None  # missing, not zero

    def test_a_declaration_that_stops_short_uses_the_lines_below(self):
        """What stood below the declaration was there before: withdrawing it is its change."""
        declared = (CAR[0], replace(CAR[1], declared=value("25")), *CAR[2:])
        found = between(network(*CAR), declared)
        assert steps(found) == {"declaration": -20}  # 4 doors × (10 × 2 - 25)
        moved = {m.part.number: m.change for m in found.steps[0].movers}
        assert moved == {"door": -100, "steel": 80}

    def test_what_two_classes_moved_together_falls_to_the_later(self):
        after = changed(CAR, steel={"declared": value("1")}, door={"lines": (line("steel", 5),)})
        before = network(*CAR)
        found = between(after)
        assert steps(found) == {"declaration": -40, "bom": -20}
        other = difference(before, after, "car", Policy(), Policy(), ORDER[::-1])
        assert steps(other) == {"declaration": -20, "bom": -40}
        assert other.value == found.value == -60


class TestSuppliers:
    BOUGHT = (
        part("car", sources=(source("a", "0.6"), source("b", "0.4")), owner="oem"),
        part("a", declared=value("10"), owner="x"),
        part("b", declared=value("20"), owner="y"),
    )

    def test_a_share(self):
        shares = (source("a", "0.5"), source("b", "0.5"))
        found = between(changed(self.BOUGHT, car={"sources": shares}), self.BOUGHT)
        assert steps(found) == {"sourcing": 1}
        moved = {m.part.number: m.change for m in found.steps[3].movers}
        assert moved == {"b": 2, "a": -1}

    def test_a_supplier_s_part_is_closed(self):
        """Whatever changed inside it, its reader is told that the supplier's part changed."""
        inside = trader("inside", line("wire", 2), owner="x")
        chain = (
            part("car", sources=(source("inside"),), owner="oem"),
            inside,
            part("wire", declared=value("3"), owner="x"),
        )
        after = changed(chain, inside={"lines": (line("wire", 5),)}, wire={"declared": value("2")})
        found = between(after, chain)
        assert steps(found) == {"declaration": 4}
        assert [m.part.number for m in found.steps[0].movers] == ["inside"]

    def test_a_source_that_waited_for_its_declaration(self):
        waiting = replace(source(None), awaits_declaration=True)
        before = (part("car", sources=(waiting,), owner="oem"),)
        after = (part("car", sources=(source("a"),), owner="oem"), self.BOUGHT[1])
        assert steps(between(network(*after), before)) == {"declaration": 10}
        assert steps(between(network(*before), after)) == {"declaration": -10}

    def test_a_source_that_was_confirmed(self):
        before = (part("car", sources=(source(None),), owner="oem"), self.BOUGHT[1])
        after = (part("car", sources=(source("a"),), owner="oem"), self.BOUGHT[1])
        assert steps(between(network(*after), before)) == {"sourcing": 10}

    def test_a_leg_that_a_declaration_states(self):
        def chain(outbound: str | None, leg: Leg) -> tuple[PartNode, ...]:
            stated = None if outbound is None else Decimal(outbound)
            return (
                part("car", sources=(source("a", leg=leg),), owner="oem"),
                part("a", declared=value("10", outbound=stated), owner="x"),
            )

        silent = chain(None, Leg("buyer", False))
        stated = chain("3", Leg("supplier", True))
        assert steps(between(network(*stated), silent)) == {"declaration": 3}
        other_term = chain("3", Leg("buyer", False))
        assert steps(between(network(*stated), other_term)) == {"sourcing": 3}

    def test_two_sites_of_one_supplier_keep_apart(self):
        sites = (source("a", "0.5"), source("b", "0.5"))
        waiting = replace(sites[1], node=None, awaits_declaration=True)
        before = (replace(self.BOUGHT[0], sources=(sites[0], waiting)), *self.BOUGHT[1:])
        after = (replace(self.BOUGHT[0], sources=sites), *self.BOUGHT[1:])
        assert steps(between(network(*after), before)) == {"declaration": 10}
        pair = (network(*before), network(*after))
        turned = difference(*pair, "car", Policy(), Policy(), ORDER[::-1])
        assert steps(turned) == {"declaration": 10}


class TestBases:
    def test_from_declared_to_deep_is_the_method(self):
        used = (Input("steel", Decimal(10), "piece", Decimal(3)),)
        nodes = (
            part("door", declared=value("40", inputs=used), owner="oem"),
            part("steel", declared=value("2"), owner="oem"),
        )
        found = difference(network(*nodes), network(*nodes), "door", Policy(), Policy(deep=True))
        assert steps(found) == {"method": -10}  # 10 × (2 - 3)

    def test_an_expired_value_that_is_let_in(self):
        old = part("door", declared=value("40", known=Known.EXPIRED))
        lets = Policy(use_expired=True)
        found = difference(network(old), network(old), "door", Policy(), lets)
        assert steps(found) == {"method": 40}


def test_every_class_is_named_once():
    with pytest.raises(ValueError, match="once"):
        difference(network(*CAR), network(*CAR), "car", Policy(), Policy(), ORDER[1:])


def test_a_root_that_one_side_lacks():
    with pytest.raises(KeyError):
        difference(network(*CAR), network(*CAR[1:]), "car", Policy(), Policy())


@pytest.mark.parametrize("owners", [{"oem"}, set()])
def test_all_classes_taken_make_the_second_network(owners):
    """Every field of a part belongs to some class: none is left behind."""
    old = part("p", owner="oem")
    new = PartNode(
        "p", "n", "m", "oem", kind=trader("t").kind, base_unit="kilogram",
        net_mass_kg=Decimal(2), category="c", conserves_mass=False, declared=value("1"),
        own=value("2"), lines=(line("q"),), sources=(source("s"),), default=value("3"),
        gas=value("4"), revision="r", problems=(("code", "evidence"),), withheld=True,
        band="a band", released="a release",  # type: ignore[arg-type]
    )  # fmt: skip
    same = {f.name for f in fields(PartNode) if getattr(old, f.name) == getattr(new, f.name)}
    assert same <= {"id", "owner", "closed"}
    assert hybrid(network(old), network(new), set(Change), owners).nodes["p"] == new
    assert hybrid(network(old), network(new), set(), owners).nodes["p"] == old


# ---- laws ----


@st.composite
def pairs(draw: Any) -> tuple[Network, Network]:
    """A random network and one in which some parts' records are another's."""
    first = draw(chains())
    rng: Callable[[Any], Any] = draw
    nodes: dict[str, PartNode] = {}
    for name, node in first.nodes.items():
        change = rng(st.integers(0, 6))
        if change == 1 and node.declared:
            node = replace(node, declared=replace(node.declared, amount=Decimal(3)))
        elif change == 2:
            node = replace(node, declared=None)
        elif change == 3:
            node = replace(node, lines=node.lines[1:])
        elif change == 4:
            node = replace(node, sources=node.sources[1:])
        elif change == 5 and node.default:
            node = replace(node, default=None)
        elif change == 6:
            held = replace(node.own, amount=Decimal(7)) if node.own else None
            doubled = tuple(replace(each, quantity=each.quantity * 2) for each in node.lines)
            node = replace(node, own=held, lines=doubled)
        nodes[name] = node
    return first, Network(nodes)


policies = st.builds(Policy, use_defaults=st.booleans(), use_expired=st.booleans())


def apart(one: Decimal, other: Decimal) -> Decimal:
    """How far two numbers lie apart, in all their digits."""
    return EXACT.abs(EXACT.subtract(one, other))


def scale(found: Difference) -> Decimal:
    """How much was added up at all: what 50 digits are relative to."""
    sizes = [s.solution.accounts["root"].weight for s in found.steps]
    return max(Decimal(1), found.start.accounts["root"].weight, *sizes)


@given(pairs(), policies, policies, st.permutations(ORDER))
@laws
def test_the_parts_add_up_to_the_difference_exactly(pair, before, after, order) -> None:
    a, b = pair
    found = difference(a, b, "root", before, after, order)
    totals = [solve(n, ["root"], p).accounts["root"].total for n, p in ((a, before), (b, after))]
    whole = EXACT.subtract(totals[1], totals[0])
    near = WITHIN * scale(found)
    assert apart(exact_sum(step.value for step in found.steps), whole) <= near
    assert apart(found.value, whole) <= near
    for step in found.steps:
        assert apart(exact_sum(mover.change for mover in step.movers), step.value) <= near


@given(chains(), policies)
@laws
def test_a_network_does_not_differ_from_itself(chain, policy) -> None:
    found = difference(chain, Network(dict(chain.nodes)), "root", policy, policy)
    assert found.value == ZERO
    assert all(not step.value and not step.movers for step in found.steps)
    assert found.end is found.start  # nothing was solved twice


@given(pairs(), policies, policies)
@laws
def test_swapped_the_sign_flips(pair, before, after) -> None:
    """The whole flips in any order; each class flips when the order is turned round too."""
    a, b = pair
    there = difference(a, b, "root", before, after)
    back = difference(b, a, "root", after, before)
    assert back.value == EXACT.minus(there.value)
    mirrored = difference(b, a, "root", after, before, ORDER[::-1])
    ahead = {step.change: step.value for step in there.steps}
    near = WITHIN * scale(there)
    for step in mirrored.steps:
        assert apart(step.value, EXACT.minus(ahead[step.change])) <= near
