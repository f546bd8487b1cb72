"""From a row's values to answers and back, and what has no place."""

import pytest

from hub.calculator.questions import NAMES
from hub.workbooks.book import Cell
from hub.workbooks.entries import Entry
from hub.workbooks.grid import Line
from hub.workbooks.reading import How, read_entry
from hub.workbooks.wanted import Choices
from hub.workbooks.ways import answers_of, refuse_misplaced, rows_of_answers, way_of
from tests.hub.sheets.filled import BRACKET_ANSWERS

CERTIFIED = {"carrier": "certificate", "amount": "5", "unit": "kWh", "value": "0", "serials": "A1"}


def entry(energy=(), materials=(), **data):
    def line(row, cells):
        return Line(row, {name: Cell(text) for name, text in cells.items()})

    others = {
        name: [line(row, cells) for row, cells in enumerate(lines, 3)]
        for name, lines in (("energy", energy), ("materials", materials))
    }
    return Entry("k", line(3, data), others)


def read(told):
    reading = read_entry(told, How(".", False, Choices()))
    way_of(told, reading)
    refuse_misplaced(told, reading)
    return reading


def test_answers_become_rows_and_rows_the_same_answers():
    told = BRACKET_ANSWERS | {
        "certificate": "5",
        "certificate_unit": "kilowatt hour",
        "certificate_value": "0",
        "serials": "A1",
    }
    data, materials, energy = rows_of_answers(told)
    again = answers_of(
        read(entry(energy, [], **{k: v for k, v in data.items() if k not in ("site",)}))
    )
    kept = {k: v for k, v in told.items() if not k.startswith(("materials", "scrap", "transport"))}
    assert again == {k: v for k, v in kept.items() if k != "site"}
    assert [line["material"] for line in materials] == ["DC04 coil"]
    assert set(told) <= NAMES


def test_a_certificate_has_its_value_and_serials():
    answers = answers_of(read(entry([CERTIFIED])))
    assert (answers["certificate_value"], answers["serials"]) == ("0", "A1")


@pytest.mark.parametrize(
    ("energy", "materials", "data", "code"),
    [
        ([CERTIFIED | {"carrier": "grid", "serials": ""}], [], {}, "value-of-contract"),
        ([CERTIFIED | {"carrier": "contract"}], [], {}, "serials-of-contract"),
        ([{"carrier": "grid"}], [], {}, "cell-missing"),
        ([{"amount": "5 kWh"}], [], {}, "cell-missing"),
        ([{"carrier": "grid", "amount": "5度"}] * 2, [], {}, "energy-twice"),
        ([], [{"material": "x", "mass": "1 kg"}] * 6, {}, "too-many-materials"),
        ([], [{"material": "x", "mass": "1 kg"}], {"kgco2e": "5"}, "both-ways"),
        ([{"carrier": "grid", "amount": "5 kg"}], [], {}, "unit"),
    ],
)
def test_what_has_no_place_is_told(energy, materials, data, code):
    lines = [{name: text for name, text in line.items() if text} for line in energy]
    found = read(entry(lines, materials, **data)).problems
    assert f"workbook/{code}" in [problem.code for problem in found]
