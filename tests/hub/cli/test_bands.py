"""`hub bands`: what is plausible, by category and route, and whose band it is."""

import json

import pytest

from tests.hub.declarations.test_own_bands import ROW
from tierlight_schemas.checks import BANDS


def told(ran):
    assert ran.status == 0, ran.err
    return json.loads(ran.out)


def test_lists_all(run):
    assert [row["id"] for row in told(run("bands", "--format", "json"))] == list(BANDS)
    assert len(run("bands").out.splitlines()) == len(BANDS)


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        ("lithium-hydroxide", ["-", "brine", "spodumene"]),
        ("Aluminium-Part", ["-", "primary", "recycled"]),
        ("aluminium-recycled-part", ["recycled"]),
        ("logic-ic", ["-"]),
    ],
)
def test_of_a_category_by_route_with_their_sources(run, category, expected):
    rows = told(run("bands", category, "--format", "json"))
    assert [row["route"] or "-" for row in rows] == expected
    assert {row["from"] for row in rows} == {"shipped"}
    lines = run("bands", category).out.splitlines()
    assert len(lines) == 2 * len(expected)
    assert all(row["source"] in lines[-1 - place] for place, row in enumerate(reversed(rows)))


def test_of_an_unknown_category(run):
    ran = run("bands", "unobtainium")
    assert (ran.status, ran.out) == (1, "")
    assert "No band for unobtainium." in ran.err


def test_says_which_are_of_this_hub(run, write, monkeypatch):
    path = write("bands.json", json.dumps({"bands": [ROW, {**ROW, "id": "wood-part"}]}))
    monkeypatch.setenv("HUB_BANDS_FILE", str(path))
    own = [row["id"] for row in told(run("bands", "--format", "json")) if row["from"] == "own"]
    assert own == ["steel-part", "wood-part"]
    assert "of this hub" in run("bands", "wood-part").out


@pytest.mark.parametrize("command", [("bands",), ("serve",)])
def test_a_bad_file_stops_every_command(hub, write, monkeypatch, command):
    bad = write("bands.json", json.dumps({"bands": [{**ROW, "softHigh": "1"}]}))
    monkeypatch.setenv("HUB_BANDS_FILE", str(bad))
    ran = hub(*command)
    assert ran.status == 1
    assert "bands.json, band steel-part: the bounds" in ran.err
