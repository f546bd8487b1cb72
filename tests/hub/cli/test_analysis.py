"""`hub uncertainty` and `hub difference`, as a person reads them and as JSON."""

import json
from datetime import timedelta

import pytest

from hub.kit.clock import now
from tests.hub.cli.test_rollup import BRACKET, Firm, firm

__all__ = ["firm"]

MORE_STEEL = """parent,child,quantity,unit
BRACKET,STEEL,1.80,kg
BRACKET,BOLT,2,piece
BRACKET,FACTORY,0.001,piece
"""


@pytest.fixture
def bracket(firm) -> Firm:
    """1.5 kg of steel at 2 kgCO2e, and two bolts of which nothing is known."""
    imported: Firm = firm(BRACKET)
    return imported


class TestUncertainty:
    def test_as_a_table(self, bracket):
        ran = bracket.hub(
            "uncertainty", "lei:A1", "BRACKET", "--default-gsd", "1.2", "--samples", 200
        )
        lines = ran.out.splitlines()
        assert lines[:4] == [
            "BRACKET  Halter",
            "≥ 3 kgCO2e, 88.2 % of the mass covered",
            "",
            "Without gaps",
        ]
        header = "kgCO2e  Total  Mean  Std. deviation  2.5 %  25 %  50 %  75 %  97.5 %"
        assert lines[4].split() == header.split()
        assert lines[5].split()[:2] == ["excluding_uptake", "3"]
        assert "The intervals cover what is known: 88.2 % of the mass." in ran.out
        assert "assumed geometric standard deviation of 1.2" in ran.out
        assert lines[-1].startswith("200 samples, seed 1, numpy ")

    def test_as_json_with_a_seed(self, bracket):
        asked = ("uncertainty", "lei:A1", "BRACKET", "--format", "json", "--default-gsd", "1.2")
        runs = [json.loads(bracket.hub(*asked, "--seed", seed).out) for seed in (3, 3, 4)]
        columns = [run["columns"]["excluding_uptake"]["percentiles"] for run in runs]
        assert columns[0] == columns[1] != columns[2]
        assert runs[0]["method"]["seed"] == 3
        assert runs[0]["method"]["samples"] == 1000

    def test_a_preview_says_that_it_is_one(self, bracket):
        ran = bracket.hub("uncertainty", "lei:A1", "BRACKET", "--preview")
        assert ran.out.splitlines()[-1] == "A preview to first order, without samples."

    @pytest.mark.parametrize(
        "wrong",
        [("--samples", "1"), ("--seed", "-1"), ("--default-gsd", "0.5"), ("--quantity-gsd", "x")],
    )
    def test_what_cannot_be_asked(self, bracket, wrong):
        ran = bracket.hub("uncertainty", "lei:A1", "BRACKET", *wrong)
        assert ran.status == 2
        assert wrong[0] in ran.err

    def test_an_unknown_part(self, bracket):
        ran = bracket.hub("uncertainty", "lei:A1", "NOTHING")
        assert ran.status == 1
        assert "has no part NOTHING" in ran.err


class TestDifference:
    @pytest.fixture
    def before(self, bracket, write) -> str:
        """An instant before 0.3 kg more of steel went into the bracket."""
        instant = now().isoformat()
        ran = bracket.hub(
            "import", "bom", "--company", bracket.company, write("more.csv", MORE_STEEL)
        )
        assert ran.status == 0, ran.err
        return instant

    def test_as_a_table(self, bracket, before):
        today = now().date()
        ran = bracket.hub("difference", "lei:A1", "BRACKET", "--from", f"{today}@{before}")
        rows = [line.split() for line in ran.out.splitlines()]
        assert ["Bill", "of", "materials", "+0.6"] in rows
        assert ["Change", "+0.6"] in rows
        assert ["Declarations", "0"] in rows
        assert ["Steel", "3", "3.6", "+0.6"] in rows
        assert rows[0] == ["BRACKET", "Halter"]
        assert "a gap that closes raises the total" in ran.out

    def test_as_json(self, bracket, before):
        day = now().date()
        ran = bracket.hub(
            "difference", "lei:A1", "BRACKET", "--format", "json",
            "--from", f"{day}@{before}", "--to", day + timedelta(days=1),
        )  # fmt: skip
        document = json.loads(ran.out)
        assert document["change"] == "0.6"
        assert document["to"]["as_of"] == (day + timedelta(days=1)).isoformat()
        assert {s["class"]: s["value"] for s in document["steps"]} == {
            "declaration": "0",
            "factor": "0",
            "bom": "0.6",
            "sourcing": "0",
            "method": "0",
        }

    def test_in_german(self, bracket, before):
        ran = bracket.hub("difference", "lei:A1", "BRACKET", language="de")
        assert "Stückliste" in ran.out

    @pytest.mark.parametrize("wrong", ["yesterday", "2026-01-01@noon", "2026-01-01@2026-01-01"])
    def test_a_moment_that_cannot_be_read(self, bracket, wrong):
        ran = bracket.hub("difference", "lei:A1", "BRACKET", "--from", wrong)
        assert ran.status == 2
        assert "YYYY-MM-DD@" in ran.err
