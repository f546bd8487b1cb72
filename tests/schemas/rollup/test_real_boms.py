"""Real bills of materials, each against a walk over the source's own rows in exact fractions.

The walks read the files themselves and share nothing with the product. AdventureWorks and the
Catena-X test set carry no emissions: their values are invented from the rows' numbers.
"""

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

from tests.schemas.rollup.chains import KG, network, part, solved, source, trader, value
from tests.shared_data import PRODUCT_BOMS, shared
from tierlight_schemas.rollup import result
from tierlight_schemas.rollup.account import Account
from tierlight_schemas.rollup.gases import gwp100
from tierlight_schemas.rollup.model import EXCLUDING, Kind, Line, PartNode, Policy
from tierlight_schemas.rollup.reference import mass_coverage, quantities, solve

WITHIN = Fraction(1, 10**9)
TIGHT = Fraction(1, 10**40)


def near(found: Any, expected: Fraction, within: Fraction = TIGHT) -> bool:
    return abs(Fraction(found) - expected) <= within * max(abs(expected), Fraction(1, 10**6))


def dictionaries(name: str) -> list[dict[str, str]]:
    with shared(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# ---- the four product BOMs: a published tree, factors for some of its leaves ----

AR6 = {"Carbon dioxide, fossil": "1", "Methane, fossil": "29.8", "Dinitrogen monoxide": "273"}


def factors() -> dict[tuple[str, str], Decimal]:
    rows = dictionaries("bom/leaf_factor_map_open.csv")
    return {
        (row["leaf_name"], row["unit"]): Decimal(row["kgCO2e_per_unit"])
        for row in rows
        if row["kgCO2e_per_unit"]
    }


def identity(row: Mapping[str, str]) -> str:
    return "|".join(row[key] for key in ("name", "product", "location", "unit"))


def premise(rows: list[dict[str, str]]) -> tuple[str, list[PartNode]]:
    """The published tree as parts: what recurs is one part."""
    by_id = {row["line_id"]: row for row in rows}
    lines: dict[str, dict[str, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for row in rows[1:]:
        parent = identity(by_id[row["parent_line_id"]])
        unit, quantity = row["unit"].replace("unit", "piece"), Decimal(row["qty_per_parent"])
        amount = Decimal(row["parent_ref_amount"])
        held = Line(identity(row), quantity, unit, reference_amount=amount)
        lines[parent][row["parent_line_id"]].append(held)
    known = factors()
    nodes = []
    for name, row in {identity(row): row for row in rows}.items():
        unit = row["unit"].replace("unit", "piece")
        factor = known.get((row["name"], row["unit"]))
        gas = gwp100(row["name"]) if row["node_type"] == "direct_emission" else None
        nodes.append(
            part(
                name,
                *next(iter(lines[name].values()), []),
                kind=Kind(row["node_type"]),
                base_unit=unit,
                declared=None if factor is None else value(factor, unit),
                gas=None if gas is None else value(gas, unit),
            )
        )
    return identity(rows[0]), nodes


def walk(rows: list[dict[str, str]]) -> tuple[Fraction, Fraction, Fraction]:
    """kgCO2e, and kg of mass-bearing ends with a value and of all, over the published tree."""
    known, below = factors(), defaultdict(list)
    for row in rows:
        below[row["parent_line_id"]].append(row)
    total = valued = mass = Fraction(0)
    waiting = [(rows[0], Fraction(1))]
    while waiting:
        row, amount = waiting.pop()
        factor = known.get((row["name"], row["unit"]))
        if row["node_type"] == "direct_emission":
            factor = Decimal(AR6[row["name"]])
        if factor is None and below[row["line_id"]]:
            waiting.extend(
                (child, amount * taken(child))
                for child in below[row["line_id"]]
                if child["node_type"] != "infrastructure"
            )
            continue
        total += amount * Fraction(factor or 0)
        if row["node_type"] in ("assembly", "material") and row["unit"] == "kilogram":
            mass += amount
            valued += amount if factor is not None else 0
    return total, valued, mass


def taken(row: Mapping[str, str]) -> Fraction:
    quantity = Fraction(row["qty_per_parent"]) / Fraction(row["parent_ref_amount"])
    return abs(quantity) if row["node_type"] == "waste" else quantity


@pytest.mark.parametrize("name", PRODUCT_BOMS)
def test_a_product_bom_is_the_walk_over_its_published_tree(name: str) -> None:
    rows = dictionaries(f"bom/product_bom_{name}.csv")
    root, nodes = premise(rows)
    account = solved(*nodes, root=root).accounts[root]
    total, valued, mass = walk(rows)
    assert total > 0
    assert 0 < valued < mass
    assert near(account.total, total)
    assert near(mass_coverage(account) or 0, valued / mass)
    printed = result.totals(account)["excluding_uptake"]
    assert printed is not None
    assert near(printed, total, WITHIN)
    assert result.statement(account)[0] == "total/at-least"


@pytest.mark.parametrize("name", PRODUCT_BOMS)
def test_quantities_of_a_product_bom_are_the_published_ones(name: str) -> None:
    """The source prints each line's quantity in the root; one part's lines add up."""
    rows = dictionaries(f"bom/product_bom_{name}.csv")
    root, nodes = premise([row for row in rows if row["node_type"] not in BESIDE])
    bare = [part(n.id, *n.lines, kind=n.kind, base_unit=n.base_unit) for n in nodes]
    found = quantities(solved(*bare, root=root), root)
    published: dict[str, Fraction] = defaultdict(Fraction)
    for row in rows:
        if row["node_type"] not in BESIDE:
            published[identity(row)] += Fraction(row["qty_per_root"])
    assert found.keys() == published.keys()
    # The source multiplied in binary floats.
    assert all(near(found[n], published[n], Fraction(1, 10**12)) for n in found)


BESIDE = ("infrastructure", "waste")


# ---- AdventureWorks: 97 bicycles, effectivity, pieces, ounces and inches ----

OUNCE_G, INCH_M = Decimal("28.349523125"), Decimal("0.0254")
UNITS = {"EA": ("piece", Decimal(1)), "OZ": ("gram", OUNCE_G), "IN": ("meter", INCH_M)}
DAYS = ("2021-04-01", "2021-05-16", "2021-05-17", "2021-07-01", "2026-01-01")
"""Between the two: the last day of 26 lines, and the first without them."""


@cache
def bicycle_rows() -> list[list[str]]:
    path = shared("adventureworks-bom/BillOfMaterials.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row for row in csv.reader(file, delimiter="\t") if row[1]]


def in_force(day: str) -> list[list[str]]:
    """Lines of that day; the source's end is the last day that holds."""
    rows = bicycle_rows()
    return [row for row in rows if row[3][:10] <= day and (not row[4] or day <= row[4][:10])]


def bicycle_roots() -> list[str]:
    rows = bicycle_rows()
    roots = {row[1] for row in rows} - {row[2] for row in rows}
    assert len(roots) == 97
    return sorted(roots, key=int)


def leaf_value(product: str) -> Decimal | None:
    """Invented; every eleventh component says nothing, some are below zero."""
    number = int(product)
    return None if number % 11 == 0 else Decimal(number * 7919 % 1000 - 60) / 100


def own_value(product: str) -> Decimal | None:
    """Invented own process of an assembly; every third keeps it to itself."""
    return None if int(product) % 3 == 0 else Decimal(int(product) * 31 % 200) / 50


def leaf_mass(product: str) -> Decimal | None:
    return None if int(product) % 7 == 0 else Decimal(int(product) % 50 + 1) / 20


def bicycles(day: str) -> list[PartNode]:
    rows = in_force(day)
    lines: dict[str, list[Line]] = defaultdict(list)
    units: dict[str, str] = {}
    for row in rows:
        unit, factor = UNITS[row[5].strip()]
        lines[row[1]].append(Line(row[2], Decimal(row[7]) * factor, unit))
        units[row[2]] = "kilogram" if unit == "gram" else unit
    names = {row[1] for row in bicycle_rows()} | {row[2] for row in bicycle_rows()}
    return [bicycle_part(name, lines[name], units.get(name, "piece")) for name in sorted(names)]


def bicycle_part(name: str, lines: Iterable[Line], unit: str) -> PartNode:
    mass, number = leaf_mass(name), leaf_value(name)
    own, held = own_value(name), tuple(lines)
    return part(
        name,
        *held,
        base_unit=unit,
        net_mass_kg=None if held or unit == "kilogram" else mass,
        own=None if own is None or not held else value(own, unit),
        declared=None if held or number is None else value(number, unit),
    )


def bicycle_walk(root: str, below: Mapping[str, list[list[str]]]) -> dict[str, Any]:
    """Everything of one bicycle by walking each path of the source's rows."""
    found: dict[str, Any] = {"total": Fraction(0), "valued": Fraction(0), "mass": Fraction(0)}
    found |= {"paths": Counter(), "quantities": defaultdict(Fraction)}
    waiting = [(root, Fraction(1), "EA")]
    while waiting:
        product, amount, unit = waiting.pop()
        found["quantities"][product] += amount
        rows = below.get(product, [])
        number = own_value(product) if rows else leaf_value(product)
        found["total"] += amount * Fraction(number or 0)
        if rows:
            waiting.extend(
                (row[2], amount * metric(row[7], row[5]), row[5].strip()) for row in rows
            )
            continue
        found["paths"][number is not None] += 1
        kilograms = Fraction(leaf_mass(product) or 0) if unit != "OZ" else Fraction(1)
        found["mass"] += amount * kilograms
        found["valued"] += amount * kilograms if number is not None else 0
    return found


def metric(quantity: str, unit: str) -> Fraction:
    """Pieces, kilograms or metres: an ounce is 28.349523125 g, an inch 25.4 mm."""
    ounces, inches = Fraction("0.028349523125"), Fraction("0.0254")
    return Fraction(quantity) * {"EA": Fraction(1), "OZ": ounces, "IN": inches}[unit.strip()]


@pytest.mark.parametrize("day", DAYS)
def test_all_97_bicycles_at_once_on_a_day(day: str) -> None:
    roots = bicycle_roots()
    below: dict[str, list[list[str]]] = defaultdict(list)
    for row in in_force(day):
        below[row[1]].append(row)
    solution = solve(network(*bicycles(day)), roots, Policy())
    for root in roots:
        account, expected = solution.accounts[root], bicycle_walk(root, below)
        assert near(account.total, expected["total"])
        assert lines(account) == {k: v for k, v in expected["paths"].items() if v}
        if expected["mass"]:
            assert near(mass_coverage(account) or 0, expected["valued"] / expected["mass"])
        found = quantities(solution, root)
        assert found.keys() == expected["quantities"].keys()
        assert all(near(found[name], expected["quantities"][name]) for name in found)


def lines(account: Account) -> dict[bool, int]:
    """Ends of the expansion by whether they have a value."""
    found: Counter[bool] = Counter()
    for (_, known), number in account.coverage.lines.items():
        found[known.value != "missing"] += int(number)
    return dict(found)


def test_effectivity_changes_the_bicycles() -> None:
    """The days differ, so a test that ignored dates would fail on one of them."""
    sizes = [len(in_force(day)) for day in DAYS]
    assert sizes == [542, 543, 542, 1322, 2383]


def test_a_bicycle_has_four_levels_and_shared_parts() -> None:
    below: dict[str, list[list[str]]] = defaultdict(list)
    for row in in_force(DAYS[-1]):
        below[row[1]].append(row)
    parents: dict[str, set[str]] = defaultdict(set)
    for row in in_force(DAYS[-1]):
        parents[row[2]].add(row[1])
    assert sum(len(users) > 1 for users in parents.values()) > 100
    solution = solve(network(*bicycles(DAYS[-1])), bicycle_roots(), Policy())
    assert solution.order.cycles == ()


# ---- the Catena-X planned BOMs: 12 companies, every edge between two of them a link ----

BOM = "urn:samm:io.catenax.single_level_bom_as_planned:3.0.0#SingleLevelBomAsPlanned"
CONTAINER = "https://catenax.io/schema/TestDataContainer/1.0.0"
GEARBOX_KG = Decimal("12.5")
"""Invented: one part is bought by the piece and by the kilogram."""


@cache
def catena_x() -> tuple[dict[str, str], dict[str, list[dict[str, Any]]]]:
    """Owner by part, and each part's lines."""
    path = shared("catena-x/CX_Testdata_v.1.7.0_PartType.json")
    records = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)[CONTAINER]
    owners = {record["catenaXId"]: record["bpnl"] for record in records}
    children = {
        record["catenaXId"]: bom["childItems"] for record in records for bom in record.get(BOM, [])
    }
    return owners, children


def cx_units() -> dict[str, set[str]]:
    _, children = catena_x()
    units: dict[str, set[str]] = defaultdict(set)
    for items in children.values():
        for item in items:
            units[item["catenaXId"]].add(item["quantity"]["unit"].removeprefix("unit:"))
    return units


def cx_value(name: str) -> Decimal | None:
    """Invented from the id; one leaf in eight says nothing."""
    number = int(name[-6:], 16)
    return None if number % 8 == 0 else Decimal(number % 997) / 10


def cx_parts() -> list[PartNode]:
    owners, children = catena_x()
    units = cx_units()
    nodes: dict[str, PartNode] = {}
    for name, owner in owners.items():
        held = []
        for item in children.get(name, []):
            child = item["catenaXId"]
            bought = f"{owner} buys {child}"
            target = child if owners[child] == owner else bought
            unit = item["quantity"]["unit"].removeprefix("unit:")
            held.append(Line(target, Decimal(item["quantity"]["value"]), unit))
            if target == bought:
                nodes[bought] = trader(
                    bought, owner=owner, sources=(source(child, 1),), **cx_measure(units[child])
                )
        number = None if held else cx_value(name)
        measure = cx_measure(units[name])
        declared = None if number is None else value(number, measure["base_unit"])
        nodes[name] = trader(name, *held, owner=owner, declared=declared, **measure)
    return list(nodes.values())


def cx_measure(units: set[str]) -> dict[str, Any]:
    if units == {"piece", "kilogram"}:
        return {"base_unit": "piece", "net_mass_kg": GEARBOX_KG}
    return {"base_unit": "piece" if units <= {"piece"} else KG}


def cx_walk(root: str) -> tuple[Fraction, Counter[tuple[int, bool]]]:
    """Total, and ends by (companies crossed, has a value), path by path."""
    owners, children = catena_x()
    units = cx_units()
    total, ends = Fraction(0), Counter[tuple[int, bool]]()
    waiting = [(root, Fraction(1), 0)]
    while waiting:
        name, amount, tier = waiting.pop()
        items = children.get(name, [])
        for item in items:
            child, unit = item["catenaXId"], item["quantity"]["unit"].removeprefix("unit:")
            quantity = Fraction(item["quantity"]["value"])
            quantity /= 1000 if unit == "gram" else 1
            if unit == "kilogram" and "piece" in units[child]:
                quantity /= Fraction(GEARBOX_KG)
            waiting.append((child, amount * quantity, tier + (owners[child] != owners[name])))
        if not items:
            number = cx_value(name)
            total += amount * Fraction(number or 0)
            ends[tier, number is not None] += 1
    return total, ends


def test_the_catena_x_planned_boms_by_tier() -> None:
    owners, children = catena_x()
    used = {item["catenaXId"] for items in children.values() for item in items}
    roots = [name for name, items in children.items() if items and name not in used]
    solution = solve(network(*cx_parts()), roots, Policy())
    deepest = 0
    for root in roots:
        account, (total, ends) = solution.accounts[root], cx_walk(root)
        assert near(account.total, total)
        found: Counter[tuple[int, bool]] = Counter()
        for (tier, known), number in account.coverage.lines.items():
            found[tier, known.value != "missing"] += int(number)
        assert found == ends
        deepest = max(deepest, *(tier for tier, _ in ends))
    assert (len(roots), deepest, len(set(owners.values())) - 1) == (7, 3, 12)
    assert any(EXCLUDING in solution.accounts[root].columns for root in roots)
