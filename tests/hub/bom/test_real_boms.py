"""Bills of materials that real programs wrote, imported through the tables."""

from collections import Counter
from decimal import Decimal

import pytest

from hub.bom import queries
from hub.bom.tables import Part
from hub.factors.usecases import import_factors
from tests.hub.bom.conftest import Scene
from tests.hub.csv_files import file
from tests.shared_data import PRODUCT_BOMS, Tables, adventureworks, product_bom
from tierlight_schemas.rollup.graph import order


def imported(scene: Scene, tables: Tables) -> dict[str, list]:
    """The lines of every part of the buyer that has some, by number."""
    scene.parts(tables.parts)
    scene.bom(tables.bom)
    numbers = {part.id: part.number for part in scene.session.scalars(_all(scene))}
    revisions = queries.revisions(scene.session, numbers)
    lines = queries.lines(scene.session, [revision.id for revision in revisions.values()])
    return {
        numbers[parent]: [(numbers[line.child_id], line) for line in lines[revision.id]]
        for parent, revision in revisions.items()
    }


def _all(scene: Scene):
    return queries.own_parts(scene.buyer.id).order_by(Part.number)


@pytest.mark.parametrize("name", PRODUCT_BOMS)
def test_a_product_bom_keeps_parts_and_quantities(scene, name):
    tables = product_bom(name)
    bom = imported(scene, tables)
    expanded = Counter[str]()
    _expand(bom, tables.root, expanded)
    parts = queries.own_parts(scene.buyer.id)
    assert set(expanded) == {part.number for part in scene.session.scalars(parts)}
    assert (
        sum(expanded.values())
        == {
            "battery_LFP_per_kwh": 159,
            "battery_NMC622_per_kwh": 182,
            "bev_car_lower_medium": 543,
            "bev_lorry_40t": 631,
        }[name]
    )
    ordered = order([tables.root], lambda part: [child for child, _ in bom.get(part, [])])
    assert not ordered.cycles
    factors = import_factors(scene.session, scene.buyer.id, file(tables.factors))
    assert factors.rows == tables.factors.count("\n") - 1


def _expand(bom: dict[str, list], part: str, seen: Counter[str]) -> None:
    """The tree again that the source file was: one entry a line of it."""
    seen[part] += 1
    for child, _ in bom.get(part, []):
        _expand(bom, child, seen)


def test_the_bicycles_bom(scene):
    tables = adventureworks()
    bom = imported(scene, tables)
    assert sum(map(len, bom.values())) == 2679 - 103
    children = {child for lines in bom.values() for child, _ in lines}
    assert len(bom.keys() - children) == 97
    ordered = order(list(bom), lambda part: [child for child, _ in bom.get(part, [])])
    assert not ordered.cycles
    units = Counter(line.unit for lines in bom.values() for _, line in lines)
    assert set(units) == {"piece", "gram", "meter"}
    grams = [Decimal(line.quantity) for ls in bom.values() for _, line in ls if line.unit == "gram"]
    assert all(grams_ % Decimal("28.349523125") == 0 for grams_ in grams)


def test_the_same_bom_again_changes_nothing(scene):
    tables = adventureworks()
    imported(scene, tables)
    report = scene.bom(tables.bom)
    assert (report.added, report.changed) == (0, 0)
    assert scene.parts(tables.parts).unchanged == 504
