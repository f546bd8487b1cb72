"""`hub portfolio`, as a person reads it and as a program does."""

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


def test_vehicles_in_words(bracket):
    ran = bracket.hub("portfolio", "vehicles", "lei:A1")
    assert ran.status == 0
    header, row = ran.out.splitlines()
    assert header.split() == ["Vehicle", "Name", "Total"]
    assert row.split(maxsplit=2) == ["BRACKET", "Halter", "≥ 3 kgCO2e, 88.2 % of the mass covered"]


def test_in_german_and_chinese(bracket):
    for language, word in (("de", "Fahrzeug"), ("zh-CN", "车型")):
        ran = bracket.hub("portfolio", "vehicles", "lei:A1", language=language)
        assert ran.out.startswith(word)


def test_uses_as_csv_and_json(bracket):
    asked = ("portfolio", "uses", "lei:A1", "STEEL", "--format")
    (row,) = csv.DictReader(io.StringIO(bracket.hub(*asked, "csv").out))
    assert (row["vehicle"], row["quantity"], row["value"], row["share"]) == (
        "BRACKET",
        "1.5",
        "3",
        "1",
    )
    told = json.loads(bracket.hub(*asked, "json").out)
    assert told["uses"][0]["vehicle"] == "BRACKET"


def test_gaps_with_their_cause(bracket):
    out = bracket.hub("portfolio", "gaps", "lei:A1").out
    assert "BOLT" in out
    assert "missing" in out
    assert bracket.hub("portfolio", "gaps", "lei:A1", "--top", "0").out == "Nothing to list.\n"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("vehicles", "lei:NOBODY"), "lei:NOBODY"),
        (("uses", "lei:A1", "NO-PART"), "NO-PART"),
        (("supplier-parts", "lei:A1", "lei:A1"), ""),
        (("gaps", "lei:A1", "--top", "-1"), "--top"),
    ],
)
def test_what_cannot_be_answered(bracket, asked, told):
    ran = bracket.hub("portfolio", *asked)
    assert ran.status == 1
    assert told in ran.err
    assert ran.out == ""


def test_without_suppliers_there_is_nothing_to_list(bracket):
    assert bracket.hub("portfolio", "suppliers", "lei:A1").out == "Nothing to list.\n"
