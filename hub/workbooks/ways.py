"""The two ways of a row: a footprint that is stated, or materials and energy to calculate it: pure.

A stated footprint becomes the cells of a row of `tierlight declare`; the rest becomes the answers
of the guided calculator. Never both: which one counts would be a guess.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from hub.calculator.questions import MATERIALS, QUESTIONS, UNIT, row_name
from hub.workbooks.entries import Entry, Problem
from hub.workbooks.form import CARRIERS, DATA
from hub.workbooks.reading import Reading, Values
from tierlight_schemas.amounts import Amount
from tierlight_schemas.units import conversion, is_mass


class Way(StrEnum):
    """What becomes of a row."""

    DECLARATION = "declaration"
    CALCULATION = "calculation"


class Place(Protocol):
    """A site of the company."""

    @property
    def code(self) -> str: ...
    @property
    def country(self) -> str: ...
    @property
    def subdivision(self) -> str | None: ...


_DIRECT = ("kgco2e", "declared_unit", "primary_data_share", "comment", "period_start")
_COLUMNS = {"period_end": "period_last", "mass_kg": "net_mass", "country": "site"}
"""Columns of a table of footprints that another column here fills."""
_DATA_ANSWERS = (
    *("site", "period_start", "period_last", "pieces", "family", "method"),
    *("share_quantity", "share_total", "left_out", "net_mass"),
)
_CERTIFICATE = "certificate"
_PROMISED = ("contract", _CERTIFICATE)
"""Supplies of electricity that come with a value of their own."""
_OF_ENERGY = {
    "contract_value": ("contract", "value"),
    "certificate_value": (_CERTIFICATE, "value"),
    "serials": (_CERTIFICATE, "serials"),
}
"""Answers beside an amount: of which carrier, and the column that gives them."""
_MATERIAL = {"name": "material", "category": "category", "mass": "mass", "recycled": "recycled"}
_MATERIAL |= {"value": "value", "reference": "reference"}
_LINE: Mapping[str, Mapping[str, str]] = {
    "materials": _MATERIAL,
    "scrap": {"material": "material", "mass": "scrap", "fate": "fate"},
    "transport": {"mode": "mode", "km": "km"},
}
"""Questions of one line of the sheet Materials, and the columns that answer them."""


def way_of(entry: Entry, reading: Reading) -> Way | None:
    """What the row is for; None where nothing is said. Adds a problem where it says both."""
    stated = "kgco2e" in reading.data
    counted = any(reading.others.get(name) for name in ("materials", "energy"))
    own = any("number" in line.cells for line in entry.others.get("energy", ()))
    if stated and (reading.others.get("materials") or own):
        found = reading.data["kgco2e"]
        problem = Problem(DATA.name, entry.data.row, "kgco2e", "workbook/both-ways", found)
        reading.problems.append(problem)
    if stated:
        return Way.DECLARATION
    return Way.CALCULATION if counted else None


def declared_cells(reading: Reading, sites: Mapping[str, Place]) -> dict[str, str]:
    """The row as cells of a table of footprints; what is lacking is left out."""
    data = reading.data
    cells = {name: data[name] for name in _DIRECT if name in data}
    cells |= {
        "declared_amount": data.get("declared_amount", "1"),
        "boundary": data.get("boundary", "cradle-to-gate"),
    }
    if "period_last" in data:
        cells["period_end"] = (date.fromisoformat(data["period_last"]) + timedelta(1)).isoformat()
    if "family" in data:
        cells["process_family"] = data["family"]
    if mass := _mass(data):
        cells["mass_kg"] = mass
    if site := sites.get(data.get("site", "")):
        cells |= {"site": site.code, "country": site.country}
        cells |= {"subdivision": site.subdivision} if site.subdivision else {}
    return cells


def _mass(data: Values) -> str:
    """kg of the declared amount; a mass is told of one unit, and a kilogram weighs what it is."""
    unit = data.get("declared_unit", "")
    if "net_mass" not in data or not unit or is_mass(unit):
        return ""
    kilograms = conversion(data["net_mass_unit"], "kilogram")
    factor = Decimal(kilograms.numerator) / Decimal(kilograms.denominator)
    amount = Decimal(data.get("declared_amount", "1"))
    return Amount.of(Decimal(data["net_mass"]) * factor * amount)


def column_of(name: str) -> str:
    """The column that fills a column of a table of footprints; `number` where there is none."""
    name = _COLUMNS.get(name, name)
    return name if any(column.name == name for column in DATA.columns) else "number"


def answers_of(reading: Reading) -> dict[str, str]:
    """The row as answers of the guided calculator."""
    answers = {name: reading.data[name] for name in _DATA_ANSWERS if name in reading.data}
    if "net_mass" in answers:
        answers["net_mass_unit"] = reading.data["net_mass_unit"]
    for place, line in enumerate(reading.others.get("materials", ())[: MATERIALS.rows]):
        answers |= _material(place, line)
    for line in reading.others.get("energy", ()):
        answers |= _energy(line)
    return answers


def _material(place: int, line: Values) -> dict[str, str]:
    answers = {}
    for step, columns in _LINE.items():
        # The name of the material alone says nothing of scrap.
        if step == "scrap" and not {"scrap", "fate"} & line.keys():
            continue
        for question, column in columns.items():
            if column in line:
                answers[row_name(step, place, question)] = line[column]
            if f"{column}_unit" in line:
                answers[f"{row_name(step, place, question)}_unit"] = line[f"{column}_unit"]
    return answers


def _energy(line: Values) -> dict[str, str]:
    carrier = line.get("carrier", "")
    if carrier not in QUESTIONS or "amount" not in line:
        return {}
    answers = {carrier: line["amount"], f"{carrier}_unit": line["unit"]}
    if carrier in _PROMISED and "value" in line:
        answers[f"{carrier}_value"] = line["value"]
    if carrier == _CERTIFICATE and "serials" in line:
        answers["serials"] = line["serials"]
    return answers


def is_asked(name: str) -> bool:
    """Whether the workbook asks what an answer of the calculator says."""
    plain = name.removesuffix(UNIT)
    own = plain in _DATA_ANSWERS or plain in CARRIERS or plain in _OF_ENERGY
    return own or plain.partition(".")[0] in _LINE


def refuse_misplaced(entry: Entry, reading: Reading) -> None:
    """Add problems for what the calculator has no place for; nothing is dropped in silence."""
    materials = entry.others.get("materials", [])
    for line in materials[MATERIALS.rows :]:
        limit = {"limit": str(MATERIALS.rows)}
        reading.problems.append(
            Problem("materials", line.row, "material", "workbook/too-many-materials", "", limit)
        )
    seen: dict[str, int] = {}
    for line, values in zip(
        entry.others.get("energy", []), reading.others.get("energy", []), strict=True
    ):
        reading.problems.extend(_misplaced_energy(line.row, values, seen))


def _misplaced_energy(row: int, values: Values, seen: dict[str, int]) -> list[Problem]:
    carrier = values.get("carrier", "")
    found = []
    for needed in ("carrier", "amount"):
        if needed not in values:
            found.append(Problem("energy", row, needed, "workbook/cell-missing"))
    if seen.setdefault(carrier, row) != row:
        told = {"other": str(seen[carrier])}
        found.append(Problem("energy", row, "carrier", "workbook/energy-twice", carrier, told))
    for column, allowed in (("value", _PROMISED), ("serials", (_CERTIFICATE,))):
        if column in values and carrier not in allowed:
            code = f"workbook/{column}-of-contract"
            found.append(Problem("energy", row, column, code, values[column]))
    return found


def place_of(name: str, entry: Entry, reading: Reading) -> tuple[str, int, str]:
    """Sheet, row and column of the cell that an answer comes from, or would come from."""
    here = (DATA.name, entry.data.row, name if name in _DATA_ANSWERS else "number")
    step, _, rest = name.partition(".")
    if step in _LINE:
        place, _, question = rest.partition(".")
        lines = entry.others.get("materials", [])
        found = int(place) < len(lines)
        return ("materials", lines[int(place)].row, _LINE[step][question]) if found else here
    carrier, column = _OF_ENERGY.get(name, (name, "amount"))
    lines, told = entry.others.get("energy", []), reading.others.get("energy", [])
    for line, values in zip(lines, told, strict=True):
        if values.get("carrier") == carrier:
            return "energy", line.row, column
    return here


def rows_of_answers(answers: Mapping[str, str]) -> tuple[Values, list[Values], list[Values]]:
    """What a draft of the calculator answers, as it stands in the sheets: the way back."""
    data = {name: answers[name] for name in _DATA_ANSWERS if answers.get(name)}
    if "net_mass" in data:
        data["net_mass_unit"] = answers.get("net_mass_unit", QUESTIONS["net_mass"].units[0])
    materials = [line for place in range(MATERIALS.rows) if (line := _line(place, answers))]
    energy = [
        {"carrier": name, "amount": answers[name], "unit": _unit(name, answers)}
        for name, question in QUESTIONS.items()
        if question.form == "quantity" and "." not in name and name != "net_mass"
        if answers.get(name)
    ]
    for line in energy:
        for name, (carrier, column) in _OF_ENERGY.items():
            if line["carrier"] == carrier and answers.get(name):
                line[column] = answers[name]
    return data, materials, energy


def _line(place: int, answers: Mapping[str, str]) -> Values:
    line: Values = {}
    for step, columns in _LINE.items():
        for question, column in columns.items():
            name = row_name(step, place, question)
            if answers.get(name):
                line[column] = answers[name]
                if QUESTIONS[name].units:
                    line[f"{column}_unit"] = _unit(name, answers)
    return line


def _unit(name: str, answers: Mapping[str, str]) -> str:
    return answers.get(f"{name}_unit") or QUESTIONS[name].units[0]
