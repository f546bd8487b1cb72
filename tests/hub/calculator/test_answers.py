"""Answers as people type them, into the sheet that is calculated."""

from dataclasses import dataclass

import pytest

from hub.calculator.answers import Unanswered, problems_of, sheet_of, typed_number
from hub.calculator.questions import BY_NAME, NAMES, QUESTIONS, STEPS, step_of
from tests.hub.calculator.answers import BRACKET, TOTAL
from tests.schemas.calculator import sheets
from tierlight_schemas.amounts import significant
from tierlight_schemas.calculator import calculate


@dataclass(frozen=True)
class Place:
    code: str = "WUHU-1"
    country: str = "CN"
    subdivision: str | None = "CN-AH"


def made(**changes):
    return sheet_of("WH-2207", "Seat bracket", {**BRACKET, **changes}, [Place()])


def wrong(**changes):
    with pytest.raises(Unanswered) as refused:
        made(**changes)
    return {(problem.name, problem.code) for problem in refused.value.problems}


class TestNumbers:
    @pytest.mark.parametrize(
        ("typed", "read"),
        [
            ("12.5", "12.5"),
            ("12,5", "12.5"),
            ("１２．５", "12.5"),
            ("1 234.5", "1234.5"),
            ("1,234,567", "1234567"),
            ("1,234.50", "1234.50"),
            ("0,125", "0.125"),
            ("0", "0"),
        ],
    )
    def test_are_read_as_people_write_them(self, typed, read):
        assert typed_number(typed) == read

    @pytest.mark.parametrize(
        "typed",
        ["1,234", "1.234,5", "twelve", "", "1e5", "1..2", "12,34,5", "--1", "NaN", "9" * 99],
    )
    def test_that_could_be_two_or_none_are_not_guessed(self, typed):
        assert typed_number(typed) is None


class TestSheet:
    def test_is_that_of_the_command(self):
        """To the last digit, whatever way the numbers were typed."""
        found = calculate(made())
        assert significant(found.total) == TOTAL
        assert found.total == calculate(sheets.sheet()).total

    def test_takes_the_day_after_the_last_one(self):
        assert made().period_end == "2025-01-01"

    def test_leaves_out_what_is_not_known(self):
        found = made(**{"natural-gas": "", "transport.0.km": "", "transport.0.mode": ""})
        assert [energy.carrier for energy in found.energy] == ["electricity"]
        assert found.materials[0].transport is None

    def test_knows_a_declaration_by_its_digest(self):
        value = {"materials.0.value": "0.68", "materials.0.reference": "ab" * 32}
        stated = made(**value).materials[0].value
        assert stated is not None
        assert stated.source == "declaration"
        paper = made(**{**value, "materials.0.reference": "letter of May"}).materials[0].value
        assert paper is not None
        assert paper.source == "paper"

    def test_weighs_bought_parts_one_at_a_time(self):
        nuts = {"bought.0.name": "nut", "bought.0.quantity": "4", "bought.0.mass": "12 g"}
        (part,) = made(**nuts, **{"bought.0.value": "0.03"}).bought_parts
        assert part.mass is not None
        assert (part.mass.amount, part.mass.unit) == ("48", "gram")

    def test_of_a_contract_has_its_value(self):
        found = made(contract="10万度", contract_value="0.02")
        assert [energy.supply for energy in found.energy][:2] == ["grid", "contract"]
        assert found.energy[1].value is not None


class TestProblems:
    @pytest.mark.parametrize(
        ("changes", "problem"),
        [
            ({"net_mass": ""}, ("net_mass", "calculator/needed")),
            ({"net_mass": "heavy"}, ("net_mass", "calculator/number")),
            ({"net_mass": "3 m²"}, ("net_mass", "calculator/unit")),
            ({"pieces": "1,234"}, ("pieces", "calculator/number")),
            ({"period_last": "31.12.2024"}, ("period_last", "calculator/day")),
            ({"site": "ELSEWHERE"}, ("site", "calculator/site")),
            ({"site": ""}, ("site", "calculator/needed")),
            ({"method": "guess"}, ("method", "calculator/choice")),
            ({"grid": "48 bags"}, ("grid", "calculator/unit")),
            ({"scrap.0.fate": ""}, ("scrap.0.fate", "calculator/needed")),
            ({"packaging.1.uses": "3"}, ("packaging.1.name", "calculator/needed")),
            (
                {name: "" for name in BRACKET if name.startswith(("materials", "transport"))},
                ("materials.0.name", "calculator/needed"),
            ),
        ],
    )
    def test_are_all_told_with_their_place(self, changes, problem):
        assert problem in wrong(**changes)

    def test_come_together(self):
        assert len(wrong(net_mass="x", pieces="y", site="")) == 3

    def test_of_a_step_are_those_of_what_was_typed_only(self):
        part = BY_NAME["part"]
        assert problems_of(part, {}) == []
        (problem,) = problems_of(part, {"net_mass": "x"})
        assert problem.code == "calculator/number"


class TestQuestions:
    def test_are_a_dozen_screens(self):
        assert len(STEPS) + 1 <= 12

    def test_ask_at_most_twenty_numbers_for_a_simple_part(self):
        typed = [
            name
            for name in BRACKET
            if name in QUESTIONS and QUESTIONS[name].form in ("quantity", "number", "percent")
        ]
        assert len(typed) <= 20

    @pytest.mark.parametrize("name", ["net_mass", "net_mass_unit", "materials.3.value", "left_out"])
    def test_lead_back_to_their_step(self, name):
        assert name in NAMES
        assert name.removesuffix("_unit") in dict(BY_NAME[step_of(name)].named())
