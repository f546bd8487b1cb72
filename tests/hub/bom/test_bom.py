"""bom.csv: lines as immutable revisions of their parents."""

import time
from datetime import date

import pytest
from sqlalchemy import func, select

from hub.bom import queries
from hub.bom.tables import BomLine, BomRevision
from hub.bom.usecases import import_bom
from tests.hub.bom.conftest import Scene
from tests.hub.csv_files import refusals

PARTS = "number,base_unit\nV,piece\nP,piece\nC,kWh\nS,kg\n"
HEADER = (
    "parent,child,quantity,unit,reference_amount,scrap,effective_from,effective_to,"
    "stage,group,take_rate,yield,allocation\n"
)


@pytest.fixture(autouse=True)
def parts(scene):
    scene.parts(PARTS)


def lines(scene: Scene, parent: str, known_at=None) -> list:
    parent_id = queries.part_ids(scene.session, scene.buyer.id, [parent])[parent]
    revision = queries.revisions(scene.session, [parent_id], known_at).get(parent_id)
    return queries.lines(scene.session, [revision.id])[revision.id] if revision else []


def count(scene: Scene, entity: type) -> int:
    return scene.session.scalar(select(func.count()).select_from(entity)) or 0


def test_every_attribute_is_kept_exactly(scene):
    row = "V,S,4.0e-10,g,2,2.5e-2,2024-01-01,2025-01-01,Capital goods,wheels,50 %,0.98,1\n"
    report = scene.bom(HEADER + row)
    assert (report.rows, report.added, report.changed, report.unchanged) == (1, 1, 0, 0)
    [line] = lines(scene, "V")
    assert (line.quantity, line.unit) == ("0.00000000040", "gram")
    assert (line.reference_amount, line.scrap) == ("2", "0.025")
    assert (line.effective_from, line.effective_to) == (date(2024, 1, 1), date(2025, 1, 1))
    assert (line.stage, line.group, line.take_rate) == ("capital-goods", "wheels", "0.50")
    assert (line.process_yield, line.allocation) == ("0.98", "1")


def test_defaults_are_the_childs_unit_and_one_reference_unit_without_scrap(scene):
    scene.bom("parent,child,quantity\nV,C,75\n")
    [line] = lines(scene, "V")
    assert (line.unit, line.reference_amount, line.scrap) == ("kilowatt hour", "1", "0")
    optional = ("effective_from", "effective_to", "stage", "group", "take_rate", "process_yield")
    assert [getattr(line, name) for name in (*optional, "allocation")] == [None] * 7


def test_thirty_digits_survive(scene):
    scene.bom("parent,child,quantity\nV,S,0.123456789012345678901234567891\n")
    assert lines(scene, "V")[0].quantity == "0.123456789012345678901234567891"


def test_equal_zero_and_negative_lines_are_kept_in_their_order(scene):
    scene.bom("parent,child,quantity\nV,S,2\nV,S,2\nV,P,0\nV,S,-0.25\n")
    assert [line.quantity for line in lines(scene, "V")] == ["2", "2", "0", "-0.25"]
    assert [line.position for line in lines(scene, "V")] == [0, 1, 2, 3]


def test_the_same_lines_in_another_order_change_nothing(scene):
    scene.bom("parent,child,quantity\nV,S,2\nV,S,2\nV,P,1\n")
    report = scene.bom("parent,child,quantity,unit\nV,P,1,pcs\nV,S,2,kg\nV,S,2e0,\n")
    assert (report.added, report.changed, report.unchanged) == (0, 0, 1)
    assert count(scene, BomRevision) == 1


def test_one_of_two_equal_lines_less_is_a_change(scene):
    scene.bom("parent,child,quantity\nV,S,2\nV,S,2\n")
    assert scene.bom("parent,child,quantity\nV,S,2\n").changed == 1


def test_an_import_replaces_the_parents_it_names_and_no_other(scene):
    scene.bom("parent,child,quantity\nV,P,1\nV,S,5\nP,C,75\n")
    before = queries.revisions(
        scene.session, queries.part_ids(scene.session, scene.buyer.id, ["V"]).values()
    )
    [first] = before.values()
    report = scene.bom("parent,child,quantity\nV,P,2\n")
    assert (report.added, report.changed, report.unchanged) == (0, 1, 0)
    assert [line.quantity for line in lines(scene, "V")] == ["2"]
    assert [line.quantity for line in lines(scene, "P")] == ["75"]
    assert [line.quantity for line in lines(scene, "V", first.recorded_at)] == ["1", "5"]
    assert lines(scene, "V", first.recorded_at.replace(year=2000)) == []


def test_a_cycle_and_a_part_in_itself_are_for_the_findings(scene):
    assert scene.bom("parent,child,quantity\nV,P,1\nP,V,1\nS,S,0.1\n").added == 3


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("X,S,1,,,,,,,,,,", ("parent", "csv/part-unknown")),
        ("V,X,1,,,,,,,,,,", ("child", "csv/part-unknown")),
        ("V,S,,,,,,,,,,,", ("quantity", "csv/empty-cell")),
        ("V,S,one,,,,,,,,,,", ("quantity", "csv/number")),
        ("V,S,1,furlong,,,,,,,,,", ("unit", "csv/unit")),
        ("V,S,1,,0,,,,,,,,", ("reference_amount", "csv/out-of-range")),
        ("V,S,1,,,-0.1,,,,,,,", ("scrap", "csv/out-of-range")),
        ("V,S,1,,,,01/02/2024,,,,,,", ("effective_from", "csv/date")),
        ("V,S,1,,,,2024-02-01,2024-02-01,,,,,", ("effective_to", "csv/days-order")),
        ("V,S,1,,,,,,afterlife,,,,", ("stage", "csv/word")),
        ("V,S,1,,,,,,,,1.1,,", ("take_rate", "csv/out-of-range")),
        ("V,S,1,,,,,,,,,0,", ("yield", "csv/out-of-range")),
        ("V,S,1,,,,,,,,,,1.01", ("allocation", "csv/out-of-range")),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_imported(scene, row, problem):
    text = f"{HEADER}V,P,1,,,,,,,,,,\n{row}\n"
    assert refusals(import_bom, scene.session, scene.buyer, text) == [(3, *problem)]
    assert count(scene, BomRevision) == 0
    assert count(scene, BomLine) == 0


def test_problems_of_all_kinds_come_together_in_the_order_of_rows(scene):
    text = "parent,child,quantity,scrap\nX,S,1,\nV,S,x,-1\nV,Y,1,\n"
    assert refusals(import_bom, scene.session, scene.buyer, text) == [
        (2, "parent", "csv/part-unknown"),
        (3, "quantity", "csv/number"),
        (3, "scrap", "csv/out-of-range"),
        (4, "child", "csv/part-unknown"),
    ]


def test_parts_of_another_company_are_as_unknown_as_any(scene):
    text = "parent,child,quantity\nV,S,1\n"
    assert refusals(import_bom, scene.session, scene.outsider, text) == [
        (2, "parent", "csv/part-unknown"),
        (2, "child", "csv/part-unknown"),
    ]


def test_twenty_thousand_lines_import_in_seconds(scene):
    size = 20_000
    scene.parts("number,base_unit\n" + "".join(f"N{i},kg\n" for i in range(size)))
    text = "parent,child,quantity,scrap\n" + "".join(
        f"N{i // 4},N{i},{i}e-3,0.02\n" for i in range(1, size + 1) if i < size
    )
    start = time.monotonic()
    report = scene.bom(text)
    assert time.monotonic() - start < 10
    assert (report.rows, report.added) == (size - 1, size // 4)
    assert [line.quantity for line in lines(scene, "N4999")] == [
        "19.996",
        "19.997",
        "19.998",
        "19.999",
    ]
    assert scene.bom(text).unchanged == size // 4
