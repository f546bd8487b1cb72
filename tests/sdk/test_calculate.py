"""`tierlight calculate`: what a clerk sees, and what is written for `tierlight declare`."""

import json

import pytest

from tests.schemas.calculator.sheets import BRACKET


@pytest.fixture
def sheet(desk):
    def write(**changes):
        path = desk.folder / "sheet.json"
        path.write_text(json.dumps({**BRACKET, **changes}, ensure_ascii=False), encoding="utf-8")
        return path

    return write


def test_says_the_result_and_every_number(desk, sheet):
    ran = desk.run("calculate", sheet())
    assert ran.status == 0
    assert "period-old" in ran.err  # the year is 2024
    assert ran.out.startswith("WH-2207: 2.613 kgCO2e a piece, 3.038 a kilogram")
    assert "48" in ran.out
    assert "steel-crude-worldsteel-2023" in ran.out


@pytest.mark.parametrize(
    ("lang", "words"), [("de", "je Stück"), ("zh-CN", "每件"), ("en", "a piece")]
)
def test_speaks_the_clerks_language(desk, sheet, lang, words):
    assert words in desk.run("--lang", lang, "calculate", sheet()).out


def test_gives_a_program_every_digit(desk, sheet):
    told = json.loads(desk.run("calculate", sheet(), "--format", "json").out)
    assert told["total"] == "2.61254136344"
    assert told["complete"] is True
    assert {step["origin"] for term in told["terms"] for step in term["steps"]} == {
        "own",
        "default",
    }


def test_the_row_is_what_declare_signs(desk, sheet):
    row = desk.folder / "row.csv"
    assert desk.run("calculate", sheet(), "--row", row).status == 0
    ran = desk.run("declare", row, "--key", desk.key, "--out", desk.out)
    assert (ran.status, "1 new" in ran.out) == (0, True)
    assert ran.err == ""


def test_writes_nothing_while_something_is_missing(desk, sheet):
    row = desk.folder / "row.csv"
    ran = desk.run("calculate", sheet(energy=[{"carrier": "electricity"}]), "--row", row)
    assert ran.status == 1
    assert "at least" in ran.out
    assert "energy, electricity: the amount is not stated" in ran.out
    assert not row.exists()


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("{", 1, "no JSON"),
        ("", 1, "no JSON"),
        ("[" * 100_000, 1, "no JSON"),
        (" " * 1_000_001, 1, "larger than"),
        ("[]", 1, "PartSheet"),
        (json.dumps({**BRACKET, "pieces": 12}).replace("12", "1e999"), 1, "pieces"),
    ],
)
def test_names_what_is_wrong_with_the_file(desk, text, status, words):
    path = desk.folder / "sheet.json"
    path.write_text(text, encoding="utf-8")
    ran = desk.run("calculate", path)
    assert ran.status == status
    assert words in ran.err


def test_names_the_place_of_each_mistake(desk, sheet):
    ran = desk.run("calculate", sheet(pieces="12.000,5", share={"method": "guess"}))
    assert ran.status == 1
    assert "pieces" in ran.err
    assert "share.method" in ran.err


def test_a_warning_stops_nothing(desk, sheet):
    share = {"method": "revenue", "quantity": "1", "total": "20"}
    ran = desk.run("calculate", sheet(share=share))
    assert ran.status == 0
    assert "calculation/revenue" in ran.err
