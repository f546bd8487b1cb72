"""Questions across all roots against the reference, root by root."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest

from hub.footprints.engine.questions import (
    OpenGap,
    open_gaps,
    owner_of,
    roots_with,
    supplied,
    uses_of_supplied,
    where_used,
)
from hub.footprints.engine.reading import Portfolio
from hub.footprints.usecases import RollUp, roll_up
from hub.kit.clock import now
from tests.cast import AURORA, BEIFENG
from tests.hub.chain import Chain
from tests.hub.footprints.engine.agreement import portfolio
from tests.hub.footprints.engine.random_chain import build
from tierlight_schemas.rollup.model import EXCLUDING, Known
from tierlight_schemas.rollup.reference import quantities

TODAY = date.today()  # noqa: DTZ011 - any day does
WITHIN = 1e-12
Sums = dict[tuple[str, ...], Decimal]


@pytest.fixture(params=range(8))
def asked(request, world) -> tuple[Portfolio, RollUp]:
    """A random company's portfolio, and the same by the reference."""
    chain = Chain(world)
    build(chain, 100 + request.param, cycles=request.param % 3 == 0)
    session, company = world.session, chain.id(AURORA if request.param % 2 else BEIFENG)
    found = portfolio(session, company, TODAY)
    return found, roll_up(session, company, list(found.snapshot.row), TODAY, now())


def roots(found: Portfolio) -> list[str]:
    return [found.part_id(row) for row in found.roots.tolist()]


def test_every_use_of_every_part(asked):
    found, rollup = asked
    inside = {root: quantities(rollup.solution, root) for root in roots(found)}
    for part, row in found.snapshot.row.items():
        uses = {found.part_id(use.root): use for use in where_used(found, row)}
        assert uses.keys() == {root for root, held in inside.items() if held.get(part)}
        account = rollup.account(part)
        for root, use in uses.items():
            quantity = inside[root][part]
            assert use.quantity == pytest.approx(float(quantity), rel=WITHIN)
            if EXCLUDING in account.columns:
                value = float(quantity * account.total)
                assert use.value == pytest.approx(value, rel=WITHIN, abs=1e-300)
            else:
                assert use.value is None
            total = rollup.account(root).total
            if use.value is not None and total:
                assert use.share == pytest.approx(use.value / float(total), rel=WITHIN)


def test_every_part_of_every_supplier(asked):
    found, rollup = asked
    wanted: defaultdict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for root in roots(found):
        for name, amount in quantities(rollup.solution, root).items():
            resolution = rollup.resolution(name)
            if resolution.node.owner == found.company_id:
                for edge in resolution.edges:
                    if edge.crosses:
                        wanted[root, name, edge.child] += amount * edge.coefficient
    told: defaultdict[tuple[str, str, str], float] = defaultdict(float)
    for item, uses in uses_of_supplied(found, list(supplied(found))):
        assert owner_of(found, item) != found.company_id
        for use in uses:
            key = (found.part_id(use.root), item.special.node.id, item.edge.child)
            told[key] += use.quantity
    assert told == {key: pytest.approx(float(value), rel=WITHIN) for key, value in wanted.items()}


def test_how_many_roots_take_any_of_some_parts(asked):
    found, rollup = asked
    inside = [quantities(rollup.solution, root) for root in roots(found)]
    rows = sorted(found.snapshot.row.items())[::3]
    wanted = sum(any(part in held for part, _ in rows) for held in inside)
    assert roots_with(found, [row for _, row in rows]) == wanted


def test_gaps_hide_as_much_as_the_reference_says(asked):
    found, rollup = asked
    wanted: Sums = defaultdict(Decimal)
    counts: dict[str, set[str]] = defaultdict(set)
    for root in roots(found):
        for name, amount in quantities(rollup.solution, root).items():
            resolution = rollup.resolution(name)
            if resolution.node.owner != found.company_id:
                continue
            counts[name].add(root)
            for gap in resolution.gaps:
                held = None if gap.estimate is None else abs(gap.estimate * amount)
                wanted[name, gap.cause, str(held is None)] += held or 0
    told: Sums = defaultdict(Decimal)
    listed = [gap for gap in open_gaps(found) if gap.cause != "inside"]
    for gap in listed:
        part = found.part_id(gap.row)
        told[part, gap.cause, str(gap.estimate is None)] += Decimal(gap.estimate or 0)
        assert gap.roots == len(counts[part])
    assert {key: float(value) for key, value in told.items()} == {
        key: pytest.approx(float(value), rel=1e-9) for key, value in wanted.items()
    }


def test_gaps_come_in_the_order_of_what_they_may_hide(asked):
    found, _ = asked

    def weight(gap: OpenGap) -> float:
        return -1.0 if gap.estimate is None else gap.estimate

    weights = [weight(gap) for gap in open_gaps(found)]
    assert weights == sorted(weights, reverse=True)


def test_what_suppliers_lack_inside_stands_with_the_part_bought(asked):
    found, rollup = asked
    told = [gap for gap in open_gaps(found) if gap.cause == "inside"]
    wanted = [
        item
        for item in supplied(found)
        if (held := rollup.account(item.edge.child).coverage).gaps or held.unestimable
    ]
    reached = {name for root in roots(found) for name in quantities(rollup.solution, root)}
    inside = [item for item in wanted if item.special.node.id in reached]
    assert len(told) == len(inside)
    assert all(gap.source is not None for gap in told)


def test_a_default_in_place_of_a_thin_build_up_hides_its_gaps(asked):
    found, rollup = asked
    thin = {n for n, r in rollup.solution.resolutions.items() if r.rejected is not None}
    assert not thin & {found.part_id(gap.row) for gap in open_gaps(found)}
    replaced = {found.part_id(row) for row, place in enumerate(found.accounts.places.tolist())
                if found.accounts.instead[place]}  # fmt: skip
    own = {n for n in thin if rollup.resolution(n).node.owner == found.company_id}
    assert replaced == own
    assert all(rollup.resolution(name).known is Known.DEFAULT for name in own)
