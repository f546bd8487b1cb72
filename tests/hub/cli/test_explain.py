"""`hub explain`, as a person reads it, as JSON and as a table for a spreadsheet."""

import csv
import io
import json

import pytest

from tests.hub.cli.test_rollup import BRACKET, Firm, firm

__all__ = ["firm"]


@pytest.fixture
def bracket(firm) -> Firm:
    """1.5 kg of steel at 2 kgCO2e, and two bolts of which nothing is known."""
    imported: Firm = firm(BRACKET)
    return imported


def ask(bracket: Firm, *options: object, **more: str):
    return bracket.hub("explain", "lei:A1", "BRACKET", *options, **more)


class TestGroups:
    def test_as_a_table(self, bracket):
        lines = ask(bracket).out.splitlines()
        rows = [line.split() for line in lines]
        assert lines[0] == "BRACKET  Halter"
        assert lines[1] == "≥ 3 kgCO2e, 88.2 % of the mass covered"
        assert ["Steel", "3", "100.0", "%", "0", "0", "0", "–"] in rows
        assert ["Bolt", "–", "–", "–", "–", "1", "0.2"] in rows
        assert lines[-1] == "Gaps: 2; kg as far as stated: 0.2; without kg: 1."

    @pytest.mark.parametrize("by", ["part", "supplier", "tier", "commodity", "country", "stage"])
    def test_as_json_by_each_facet(self, bracket, by):
        document = json.loads(ask(bracket, "--by", by, "--format", "json").out)
        assert document["by"] == by
        values = [row["value"] for row in document["groups"] if row["value"]]
        assert values == [document["total"]["excluding_uptake"]] == ["3"]

    def test_as_csv(self, bracket):
        text = ask(bracket, "--by", "supplier", "--format", "csv", "--top", 1).out
        rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
        assert [(row["told"], row["value"]) for row in rows] == [("own", "3"), ("others", "")]

    def test_the_rest_beyond_the_top_is_one_row(self, bracket):
        rows = [line.split() for line in ask(bracket, "--top", 1).out.splitlines()]
        assert ["2", "more", "–", "–", "–", "–", "2", "0.2"] in rows

    def test_in_german(self, bracket):
        ran = ask(bracket, "--by", "supplier", language="de")
        assert "eigenes Unternehmen" in ran.out
        assert "Lücken: 2; kg, soweit angegeben: 0,2; ohne kg: 1." in ran.out


class TestQuantities:
    def test_as_a_table(self, bracket):
        rows = [line.split() for line in ask(bracket, "--quantities").out.splitlines()]
        assert ["Steel", "1.5", "kilogram", "1.5", "3"] in rows
        assert ["Bolt", "2", "piece", "0.2", "–"] in rows
        assert ["Halter", "1", "piece", "2", "≥", "3"] in rows

    def test_as_json_and_csv(self, bracket):
        document = json.loads(ask(bracket, "--quantities", "--format", "json").out)
        text = ask(bracket, "--quantities", "--format", "csv").out
        rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
        told = {row["part"]: row["quantity"] for row in document["items"]}
        assert {row["part"]: row["quantity"] for row in rows} == told
        assert told == {"BRACKET": "1", "STEEL": "1.5", "BOLT": "2"}


class TestPaths:
    def test_as_a_table(self, bracket):
        lines = ask(bracket, "--paths-to", "BOLT").out.splitlines()
        assert lines[0] == "Ways of BOLT into BRACKET: 1; all are listed."
        assert lines[-1].split() == ["2", "–", "#1", "BOLT", "×", "2"]

    def test_as_json(self, bracket):
        document = json.loads(ask(bracket, "--paths-to", "STEEL", "--format", "json").out)
        assert (document["count"], document["paths"][0]["value"]) == ("1", "3")

    def test_of_what_is_not_in_the_total(self, bracket):
        ran = ask(bracket, "--paths-to", "FACTORY")
        assert ran.out == "FACTORY does not enter the total of BRACKET.\n"

    def test_a_million_millions_of_ways(self, bracket, write):
        parts = "number,kind,base_unit\n" + "".join(f"L{n},assembly,piece\n" for n in range(41))
        lines = "".join(f"L{n},L{n + 1},1,piece\n" * 2 for n in range(40))
        tables = {"parts": parts, "bom": f"parent,child,quantity,unit\n{lines}"}
        for kind, text in tables.items():
            file = write(f"{kind}.csv", text)
            assert bracket.hub("import", kind, "--company", bracket.company, file).status == 0
        ran = bracket.hub("explain", "lei:A1", "L0", "--paths-to", "L40", "--most", 2)
        first, *_, last = ran.out.splitlines()
        assert first == "Ways of L40 into L0: 1,099,511,627,776; only the largest 2 are listed."
        assert last.split() == ["1.0995e+12", "–", "1,099,511,627,774", "more"]


class TestRefusals:
    @pytest.mark.parametrize(
        "wrong",
        [
            ("--by", "colour"),
            ("--top", "-1"),
            ("--most", "0"),
            ("--most", "1001"),
            ("--format", "xlsx"),
            ("--by", "part", "--quantities"),
            ("--quantities", "--paths-to", "STEEL"),
        ],
    )
    def test_what_cannot_be_asked(self, bracket, wrong):
        assert ask(bracket, *wrong).status == 2

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            (("--paths-to", "NOTHING"), "has no part NOTHING"),
            (("--paths-to", "STEEL", "--format", "csv"), "Ask for --format table"),
            (("--known-at", "2001-01-01T00:00:00+00:00"), "There is no such record"),
        ],
    )
    def test_what_is_not_there(self, bracket, options, words):
        ran = ask(bracket, *options)
        assert ran.status == 1
        assert words in ran.err
