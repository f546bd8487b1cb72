"""`hub scenario`, and results under a scenario, as an operator reads them."""

import json

import pytest

from hub.kit.clock import now
from tests.hub.cli.test_rollup import BRACKET, Firm, firm

__all__ = ["firm"]

LIGHT = "change,part,child,value,unit,quantity\nvalue,STEEL,,1.5,kg,\nline,BRACKET,STEEL,,kg,1.2\n"


@pytest.fixture
def bracket(firm) -> Firm:
    """1.5 kg of steel at 2 kgCO2e, and two bolts of which nothing is known."""
    imported: Firm = firm(BRACKET)
    return imported


@pytest.fixture
def light(bracket, write) -> str:
    """The digest of a scenario of 1.2 kg of steel at 1.5 kgCO2e."""
    ran = bracket.hub("scenario", "add", "lei:A1", "light", write("light.csv", LIGHT))
    assert ran.status == 0, ran.err
    return str(ran.out.strip())


class TestScenario:
    def test_saved_listed_shown_and_removed(self, bracket, light, write):
        hub = bracket.hub
        listed = hub("scenario", "list", "lei:A1").out
        assert listed == f"light\t1\t{light}\t2\t\n"
        shown = hub("scenario", "show", "lei:A1", "light")
        assert f"“light”: version 1 with 2 changes, digest {light}." in shown.err
        assert json.loads(shown.out)["changes"][0]["value"] == "1.5"
        again = hub("scenario", "add", "lei:A1", "copy", write("copy.json", shown.out))
        assert again.out.strip() == light
        removed = hub("scenario", "remove", "lei:A1", "light")
        assert (removed.status, "with all its versions" in removed.err) == (0, True)
        assert hub("scenario", "list", "lei:A1").out.startswith("copy\t1\t")

    def test_a_name_that_is_there_takes_a_version_only_if_asked(self, bracket, light, write):
        heavier = write("light2.csv", LIGHT.replace("1.2", "1.3"))
        ran = bracket.hub("scenario", "add", "lei:A1", "light", heavier)
        assert (ran.status, ran.out) == (1, "")
        assert "You have a scenario “light” already." in ran.err
        ran = bracket.hub(
            "scenario", "add", "lei:A1", "light", heavier, "--replace", "--description", "more"
        )
        assert "version 2 with 2 changes" in ran.err
        listed = bracket.hub("scenario", "list", "lei:A1").out.split("\t")
        assert (listed[1], listed[2] != light, listed[4]) == ("2", True, "more\n")
        first = bracket.hub("scenario", "show", "lei:A1", "light", "--version", 1)
        assert light in first.err

    @pytest.mark.parametrize(
        ("table", "told"),
        [
            (LIGHT.replace("1.5", "much"), "row 2, value: “much” is not a number"),
            (LIGHT.replace("value,STEEL", "wish,STEEL"), "a change of the kind wish"),
            (LIGHT.replace("kg,1.2", ","), "row 3: a change of the kind line needs quantity"),
            (LIGHT.replace(",STEEL,,1.5", ",STELE,,1.5"), "Change 1 (value): you have no part"),
            (LIGHT.replace("kg,1.2", "m,1.2"), "Change 2 (line): meter does not convert"),
            ("{]", "JSON"),
            ('{"changes":[{"change":"value"}]}', "changes.0.value.part"),
        ],
    )
    def test_what_cannot_be_saved(self, bracket, write, table, told):
        ran = bracket.hub("scenario", "add", "lei:A1", "light", write("light.csv", table))
        assert (ran.status, ran.out) == (1, "")
        assert told in ran.err
        assert bracket.hub("scenario", "list", "lei:A1").out == ""

    @pytest.mark.parametrize("action", ["show", "remove"])
    def test_a_name_that_is_not_there(self, bracket, action):
        ran = bracket.hub("scenario", action, "lei:A1", "none")
        assert ran.status == 1
        assert "There is no scenario “none”. hub scenario list COMPANY" in ran.err

    @pytest.mark.parametrize("number", ["0", "-1", "7"])
    def test_a_version_that_is_not_there(self, bracket, light, number):
        assert bracket.hub("scenario", "show", "lei:A1", "light", "--version", number).status == 1

    def test_a_file_that_is_not_there(self, bracket):
        assert bracket.hub("scenario", "add", "lei:A1", "x", "nowhere.csv").status == 1


class TestRollup:
    def test_as_a_table(self, bracket, light):
        ran = bracket.hub("rollup", "lei:A1", "BRACKET", "--scenario", "light")
        lines = ran.out.splitlines()
        assert lines[1].startswith("What if “light”: 0 kgCO2e known + 1.8 kgCO2e by average")
        assert lines[2].startswith("A what-if, not a result")
        assert "For Steel the scenario assumes 1.5 kgCO2e per kilogram." in ran.out

    def test_as_json(self, bracket, light):
        asked = ("rollup", "lei:A1", "BRACKET", "--scenario", "light", "--format", "json")
        document = json.loads(bracket.hub(*asked).out)
        assert document["total"]["excluding_uptake"] == "1.8"
        assert document["scenario"]["digest"] == light

    def test_changes_without_effect_are_named(self, bracket, light):
        ran = bracket.hub("rollup", "lei:A1", "STEEL", "--scenario", "light")
        assert "Changes without effect on this part: 2." in ran.out

    @pytest.mark.parametrize(
        ("more", "told"),
        [
            (("--scenario", "none"), "no scenario “none”"),
            (("--scenario", "light", "--basis", "deep"), "on basis declared only"),
            (("--scenario", "light", "--top", "-1"), "--top"),
        ],
    )
    def test_what_cannot_be_asked(self, bracket, light, more, told):
        ran = bracket.hub("rollup", "lei:A1", "BRACKET", *more)
        assert ran.status == 1
        assert told in ran.err


class TestDifference:
    def test_from_what_is_on_record(self, bracket, light):
        ran = bracket.hub("difference", "lei:A1", "BRACKET", "--scenario", "light")
        assert "Change             -1.2" in ran.out  # 3 - 1.8
        assert "Declarations       -0.75" in ran.out
        assert "Bill of materials  -0.45" in ran.out
        assert ran.out.splitlines()[-1].startswith("A what-if, not a result")

    def test_against_another_scenario(self, bracket, light, write):
        bracket.hub("scenario", "add", "lei:A1", "as it is", write("none.json", '{"changes": []}'))
        asked = ("difference", "lei:A1", "BRACKET", "--scenario", "as it is", "--against", "light")
        ran = bracket.hub(*asked, "--format", "json")
        assert json.loads(ran.out)["change"] == "1.2"

    def test_at_another_moment(self, bracket, light):
        day = now().date().isoformat()
        asked = ("difference", "lei:A1", "BRACKET", "--scenario", "light", "--format", "json")
        found = json.loads(bracket.hub(*asked, "--to", f"{day}@{now().isoformat()}").out)
        assert found["from"]["known_at"] == found["to"]["known_at"]
        assert bracket.hub(*asked, "--to", "2001-01-01@2001-01-01T00:00:00+00:00").status == 1

    @pytest.mark.parametrize(
        ("more", "told"),
        [
            (("--against", "light"), "--scenario NAME"),
            (("--scenario", "light", "--from", "2026-01-01"), "at the same moment"),
            (("--scenario", "light", "--to-basis", "deep"), "basis declared"),
            (("--scenario", "light", "--against", "none"), "no scenario “none”"),
        ],
    )
    def test_what_cannot_be_asked(self, bracket, light, more, told):
        ran = bracket.hub("difference", "lei:A1", "BRACKET", *more)
        assert ran.status == 1
        assert told in ran.err
