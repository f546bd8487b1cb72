"""Bands of the operator's own: another finding beside the verdict, never another verdict."""

import json

import pytest

from hub.declarations import own_bands
from hub.declarations.own_bands import MAX_FILE, read_own_bands
from hub.kit.errors import Conflict
from tests.cast import BEIFENG
from tierlight_schemas.checks import BANDS, read_bands

ROW = {
    "id": "steel-part",
    "name": "steel of this sector",
    "quantity": "footprint",
    "unit": "kgCO2e/kg",
    "hardLow": "1",
    "softLow": "1.5",
    "softHigh": "3",
    "hardHigh": "4",
    "basis": "mixed",
    "source": "survey of the sector",
}
CODE = "document/unit-implausible"
CELLS = {"category": "steel-part", "mass_kg": "1.00"}


def submitted(world, kgco2e):
    answer = world.submit(BEIFENG, BEIFENG.submission("PART-1", kgco2e=kgco2e, **CELLS))
    assert answer.status_code == 201, answer.text
    return [found for found in answer.json()["findings"] if found["code"] == CODE]


@pytest.fixture
def strict(monkeypatch):
    monkeypatch.setattr(own_bands, "BANDS", read_bands({"bands": [ROW]}, BANDS))


class TestAtTheDoor:
    def test_nothing_is_added_without_them(self, world):
        assert submitted(world, "5.00") == []

    def test_a_value_inside_the_shipped_band_is_found_beside_the_verdict(self, world, strict):
        (found,) = submitted(world, "5.00")
        assert found["severity"] == "warning"
        assert found["evidence"]["case"] == "operator"
        assert (found["evidence"]["low"], found["evidence"]["high"]) == ("1", "4")

    def test_a_value_outside_both_is_found_by_both(self, world, strict):
        cases = [found["evidence"].get("case") for found in submitted(world, "9.50")]
        assert cases == [None, "operator"]

    @pytest.mark.parametrize("kgco2e", ["1.00", "2.00", "4.00"])
    def test_a_value_inside_is_not(self, world, strict, kgco2e):
        assert submitted(world, kgco2e) == []


class TestFile:
    def test_none_is_what_ships(self):
        assert read_own_bands(None) is BANDS

    def test_adds_and_replaces(self, tmp_path):
        path = tmp_path / "bands.json"
        path.write_text(json.dumps({"bands": [ROW, {**ROW, "id": "wood-part"}]}), "utf-8")
        held = read_own_bands(path)
        assert held["steel-part"].source == held["wood-part"].source == "survey of the sector"
        assert held["copper-part"] == BANDS["copper-part"]

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("", "band/file"),
            ("{", "band/file"),
            ('{"bands": [], "bands": []}', "band/file"),
            ("[]", "band/form"),
            (json.dumps({"bands": [{**ROW, "hardLow": "2"}]}), "band/order"),
            (json.dumps({"bands": [{**ROW, "hardLow": 1}]}), "band/text"),
            (json.dumps({"bands": [{**ROW, "hardLow": 0.5}]}), "band/file"),
            (" " * (MAX_FILE + 1), "band/file"),
        ],
    )
    def test_that_cannot_be_used_is_named(self, tmp_path, text, code):
        path = tmp_path / "bands.json"
        path.write_text(text, "utf-8")
        with pytest.raises(Conflict) as refused:
            read_own_bands(path)
        assert (refused.value.code, refused.value.params["file"]) == (code, str(path))

    def test_that_is_not_there_is_named(self, tmp_path):
        with pytest.raises(Conflict, match="band/file"):
            read_own_bands(tmp_path / "absent.json")
