"""parts.csv, and registering single parts."""

import pytest
from sqlalchemy import func, select

from hub.bom import queries
from hub.bom.tables import Part, PartVersion
from hub.bom.usecases import import_parts, register_part
from hub.kit.errors import BadInput, NotFound
from tests.hub.bom.conftest import Scene
from tests.hub.csv_files import refusals
from tierlight_schemas.units import UnknownUnit

FULL = (
    "number,name,revision,category,kind,base_unit,net_mass_kg,mass_rule\n"
    "PK-1,Pack 75,B,traction battery,assembly,pcs,450.50,conserved\n"
)


def version(scene: Scene, number: str) -> PartVersion:
    part_id = queries.part_ids(scene.session, scene.buyer.id, [number])[number]
    return queries.versions(scene.session, [part_id])[part_id]


def count(scene: Scene, entity: type) -> int:
    return scene.session.scalar(select(func.count()).select_from(entity)) or 0


def test_every_attribute_is_kept(scene):
    report = scene.parts(FULL)
    assert (report.rows, report.added, report.changed, report.unchanged) == (1, 1, 0, 0)
    stored = version(scene, "PK-1")
    assert (stored.name, stored.revision, stored.category) == ("Pack 75", "B", "traction battery")
    assert (stored.kind, stored.base_unit, stored.mass_rule) == ("assembly", "piece", "conserved")
    assert stored.net_mass_kg == "450.50"


def test_what_is_not_stated_takes_its_default_and_a_mass_stays_unknown(scene):
    scene.parts("number\nA\n")
    stored = version(scene, "A")
    assert (stored.name, stored.kind, stored.base_unit) == ("A", "assembly", "piece")
    assert stored.mass_rule == "conserved"
    assert stored.net_mass_kg is None
    assert (stored.revision, stored.category) == (None, None)


def test_a_mass_of_zero_is_known(scene):
    scene.parts("number,net_mass_kg\nA,0\n")
    assert version(scene, "A").net_mass_kg == "0"


def test_the_same_table_again_changes_nothing(scene):
    scene.parts(FULL)
    report = scene.parts(FULL.replace("450.50", "4.5050e2"))
    assert (report.added, report.changed, report.unchanged) == (0, 0, 1)
    assert count(scene, PartVersion) == 1


def test_new_attributes_are_a_new_version_and_the_old_one_stays_known(scene):
    scene.parts(FULL + "PK-2,Pack 90,,,,,,\n")
    before = version(scene, "PK-1")
    report = scene.parts(FULL.replace("450.50", "430"))
    assert (report.added, report.changed, report.unchanged) == (0, 1, 0)
    assert version(scene, "PK-1").net_mass_kg == "430"
    assert version(scene, "PK-2").name == "Pack 90"
    then = queries.versions(scene.session, [before.part_id], before.recorded_at)
    assert then[before.part_id].net_mass_kg == "450.50"


def test_versions_follow_each_other_even_when_the_clock_stands_still(scene, monkeypatch):
    scene.parts(FULL)
    first = version(scene, "PK-1").recorded_at
    monkeypatch.setattr("hub.kit.import_report.now", lambda: first)
    scene.parts(FULL.replace("450.50", "430"))
    assert version(scene, "PK-1").recorded_at > first
    assert version(scene, "PK-1").net_mass_kg == "430"


def test_a_number_is_unique_within_its_owner_only(scene):
    scene.parts("number\nA\n")
    scene.parts("number\nA\n", scene.supplier)
    assert count(scene, Part) == 2


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("A,,,,wheel,,,", ("kind", "csv/word")),
        ("A,,,,,furlong,,", ("base_unit", "csv/unit")),
        ("A,,,,,ton,,", ("base_unit", "csv/unit")),
        ("A,,,,,,-1,", ("net_mass_kg", "csv/out-of-range")),
        ("A,,,,,,heavy,", ("net_mass_kg", "csv/number")),
        ("A,,,,,,,lost", ("mass_rule", "csv/word")),
        (",x,,,,,,", ("number", "csv/empty-cell")),
        ("A" * 201 + ",,,,,,,", ("number", "csv/cell-too-long")),
        ("A," + "n" * 501 + ",,,,,,", ("name", "csv/cell-too-long")),
        ("GOOD,,,,,,,", ("number", "csv/part-twice")),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_imported(scene, row, problem):
    header = FULL.partition("\n")[0]
    text = f"{header}\nGOOD,,,,,,,\n{row}\n"
    assert refusals(import_parts, scene.session, scene.buyer, text) == [(3, *problem)]
    assert count(scene, Part) == 0


def test_every_bad_row_is_named(scene):
    text = "number,kind,base_unit\nA,wheel,furlong\nB,,\nB,,\nC,,ell\n"
    assert refusals(import_parts, scene.session, scene.buyer, text) == [
        (2, "kind", "csv/word"),
        (2, "base_unit", "csv/unit"),
        (4, "number", "csv/part-twice"),
        (5, "base_unit", "csv/unit"),
    ]


def test_a_single_part_is_registered_once(scene):
    part = register_part(scene.session, scene.buyer.id, "A", base_unit="kg")
    again = register_part(scene.session, scene.buyer.id, "A", base_unit="piece")
    assert again is part
    assert version(scene, "A").base_unit == "kilogram"
    assert version(scene, "A").name == "A"


@pytest.mark.parametrize("number", ["", " A", "A ", "A\nB", "A\x00", "A" * 201])
def test_an_unusable_number_is_not_registered(scene, number):
    with pytest.raises(BadInput) as refused:
        register_part(scene.session, scene.buyer.id, number)
    assert refused.value.code == "hub/part-number"


def test_an_unknown_unit_is_not_registered(scene):
    with pytest.raises(UnknownUnit):
        register_part(scene.session, scene.buyer.id, "A", base_unit="furlong")


def test_a_registered_part_takes_what_a_table_says_later(scene):
    register_part(scene.session, scene.buyer.id, "PK-1")
    report = scene.parts(FULL)
    assert (report.added, report.changed) == (0, 1)
    assert version(scene, "PK-1").name == "Pack 75"


def test_a_part_is_its_owners_and_unknown_before_it_was_registered(scene):
    part = register_part(scene.session, scene.buyer.id, "A")
    assert queries.own_part(scene.session, scene.buyer.id, part.id) is part
    assert queries.own_part(scene.session, scene.buyer.id, part.id, part.created_at) is part
    with pytest.raises(NotFound):
        queries.own_part(scene.session, scene.outsider.id, part.id)
    with pytest.raises(NotFound):
        queries.own_part(scene.session, scene.buyer.id, part.id, part.created_at.replace(year=2000))
