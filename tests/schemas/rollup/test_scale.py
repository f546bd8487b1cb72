"""Deep, wide and much reused: the roll-up stays linear, and exact."""

import time
from decimal import Decimal
from fractions import Fraction

from tests.schemas.rollup.chains import KG, line, part, solved, source, total, trader, value
from tierlight_schemas.rollup.explain import contributions
from tierlight_schemas.rollup.reference import quantities


def test_a_chain_of_ten_thousand_parts() -> None:
    nodes = [trader(f"p{n}", line(f"p{n + 1}", 1)) for n in range(10_000)]
    solution = solved(*nodes, part("p10000", declared=value("3.5")))
    assert total(solution, "p0") == Decimal("3.5")
    assert quantities(solution, "p0")["p10000"] == 1


def test_three_hundred_tiers_are_three_hundred_links() -> None:
    nodes = []
    for n in range(300):
        nodes.append(part(f"p{n}", owner=f"c{n}", sources=(source(f"made{n}", 1),)))
        nodes.append(trader(f"made{n}", line(f"p{n + 1}"), owner=f"c{n + 1}"))
    solution = solved(*nodes, part("p300", owner="c300", declared=value(2)))
    ((tier, _),) = solution.accounts["p0"].coverage.lines
    assert (total(solution, "p0"), tier) == (2, 300)


def test_every_level_used_twice_has_more_paths_than_anyone_could_walk() -> None:
    """2^200 paths: merged they are 200 parts, and the number of lines is still exact."""
    nodes = [trader(f"p{n}", line(f"p{n + 1}", 1), line(f"p{n + 1}", 1)) for n in range(200)]
    bolt = part("p200", base_unit=KG, declared=value(1, KG))
    lines = [line("p200", 1, KG), line("p200", 1, KG)]
    solution = solved(*nodes[:-1], trader("p199", *lines), bolt)
    assert Fraction(total(solution, "p0")) / 2**200 - 1 < Fraction(1, 10**45)
    paths = Fraction(sum(solution.accounts["p0"].coverage.lines.values()))
    assert abs(paths / 2**200 - 1) < Fraction(1, 10**25)


def seconds_for(parents: int) -> float:
    names = [f"p{n}" for n in range(parents)]
    nodes = [trader(name, line("bolt", 2)) for name in names]
    root = trader("car", *(line(name) for name in names))
    started = time.perf_counter()
    solution = solved(root, *nodes, part("bolt", mass=1, declared=value("0.5")))
    rows = contributions(solution, "car")
    spent = time.perf_counter() - started
    assert total(solution, "car") == parents
    assert {row.node: row.quantity for row in rows} == {"bolt": Decimal(2 * parents)}
    return spent


def test_a_part_used_by_a_hundred_thousand_parents_stays_linear() -> None:
    few, many = seconds_for(10_000), seconds_for(100_000)
    assert many < 40 * few, "ten times the parents took much more than ten times as long"
