"""The sample bills, the calculation by pen in docs/calculator.md, and the calculator agree."""

import json
import re
from decimal import Decimal

import pytest

from demo import bills
from demo.bill_data import ANSWERS, BILLS, total
from hub.calculator.answers import sheet_of
from hub.calculator.questions import NAMES
from tests.pages import DOCS
from tierlight_schemas.calculator import PartSheet, calculate
from tierlight_schemas.calculator.sheet import numbers_of
from tierlight_schemas.extension import SiteReference

PAGE = (DOCS / "calculator.md").read_text("utf-8")
SITE = SiteReference(id="WUHU-2", country="CN", subdivision="CN-AH")
BY_PEN = Decimal("10.31953")


class Wuhu:
    """The site, as a sheet names it."""

    code, country, subdivision = "WUHU-2", "CN", "CN-AH"


def typed():
    answers = {**ANSWERS, "site": "WUHU-2"}
    return sheet_of("DC-3105", "Gearbox cover", answers, [Wuhu])


def by_pen():
    """Every step of the page's calculation, in decimals."""
    alloy = Decimal("1.20") * (
        Decimal("0.40") * Decimal("15.1") + Decimal("0.60") * Decimal("0.995")
    )
    share = Decimal(3120) / Decimal(41600)
    power = 1_860_000 * share / 52_000 * Decimal("0.582317")
    gas = 240_000 * share / 52_000 * Decimal("2.1622")
    way = Decimal("0.0015") * 260 * Decimal("0.10749")
    crate = Decimal("0.1") * Decimal("2.57757") / 100
    return alloy + power + gas + way + crate


def test_the_page_calculates_what_its_steps_say():
    assert f"**{BY_PEN} kgCO2e a piece**" in PAGE
    assert by_pen() == pytest.approx(BY_PEN, abs=Decimal("0.00001"))


def test_the_calculator_meets_the_calculation_by_pen():
    found = calculate(typed())
    assert found.is_complete
    assert found.findings == ()
    assert abs(found.total - BY_PEN) < BY_PEN / 1000


def test_the_sheet_on_the_page_is_what_a_clerk_types():
    found = re.search(r"```json cover.json\n(.*?)```", PAGE, re.DOTALL)
    assert found
    sheet = PartSheet.model_validate(json.loads(found[1], parse_float=str, parse_int=str))
    assert calculate(sheet).total == calculate(typed()).total


def test_a_simple_part_needs_no_more_than_twenty_numbers():
    assert len(numbers_of(typed())) == 13
    assert ANSWERS.keys() <= NAMES


def test_the_bills_hold_every_number_that_is_typed():
    lines = {line.amount for bill in BILLS for line in bill.lines}
    lines |= {total(bill.name) for bill in BILLS if bill.has_total}
    for number in map(Decimal, numbers_of(typed())):
        assert {number, number * 10_000} & lines, number


def test_they_are_written_as_sheets_that_say_what_they_are(tmp_path, capsys):
    assert bills.main(["--out", str(tmp_path)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(BILLS)
    for bill in BILLS:
        text = (tmp_path / f"{bill.name}.html").read_text("utf-8")
        assert "样张" in text
        assert '<small lang="en">Sample of an invented company.' in text
        assert '<small lang="de">Muster' in text
        assert "http" not in text
