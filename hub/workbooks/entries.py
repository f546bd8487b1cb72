"""The lines of all sheets, put together by part: pure."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from hub.workbooks.book import Cell
from hub.workbooks.form import BY_NAME, DATA, ENERGIES
from hub.workbooks.grid import Line, Table
from hub.workbooks.wording import folded
from tierlight_schemas.typed import plain

OTHERS = tuple(name for name in BY_NAME if name != DATA.name)


@dataclass(frozen=True)
class Problem:
    """What is wrong, and in which cell; the words come by code."""

    form: str
    row: int
    column: str
    code: str
    found: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    severity: str = "error"


@dataclass
class Entry:
    """All that is said of one part."""

    key: str
    data: Line
    others: dict[str, list[Line]] = field(default_factory=dict)
    """Lines of the other sheets, by form."""

    @property
    def number(self) -> str:
        """The own number as it is written."""
        return plain(self.data.cells.get("number", Cell("")).text)


def entries_of(tables: Mapping[str, Table]) -> tuple[list[Entry], list[Problem]]:
    """What is said of each part, in the order of the sheet Data, and lines that are of none."""
    entries = [Entry(_key(line), line) for line in tables[DATA.name].lines]
    by_number, by_site = _indexes(entries)
    problems: list[Problem] = list(_twice(entries))
    for name in OTHERS:
        for line in tables[name].lines if name in tables else ():
            number = plain(line.cells.get("number", Cell("")).text)
            site = folded(line.cells.get("site", Cell("")).text)
            if number:
                found, column = by_number.get(number, []), "number"
            else:
                found, column = by_site.get(site, []) if name == ENERGIES.name else [], "site"
            for entry in found:
                entry.others.setdefault(name, []).append(line)
            if not found:
                column = column if column in BY_NAME[name].needed or name == "energy" else "number"
                code = "workbook/line-of-nothing" if number or site else "workbook/line-of-nobody"
                problems.append(Problem(name, line.row, column, code, number or site))
    return entries, problems


def _key(line: Line) -> str:
    """The key that we gave the row; one that somebody added has its number, site and period."""
    given = plain(line.cells.get("row_key", Cell("")).text)
    names = ("number", "site", "period_last")
    return given or "+" + "|".join(plain(line.cells.get(n, Cell("")).text) for n in names)


def _indexes(entries: list[Entry]) -> tuple[dict[str, list[Entry]], dict[str, list[Entry]]]:
    by_number: dict[str, list[Entry]] = defaultdict(list)
    by_site: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.number:
            by_number[entry.number].append(entry)
        if site := folded(entry.data.cells.get("site", Cell("")).text):
            by_site[site].append(entry)
    return by_number, by_site


def _twice(entries: list[Entry]) -> Iterator[Problem]:
    """Rows with a key that stands in another row: somebody has copied a row."""
    first: dict[str, int] = {}
    for entry in entries:
        row = first.setdefault(entry.key, entry.data.row)
        if row != entry.data.row:
            column = "row_key" if "row_key" in entry.data.cells else "number"
            told = {"other": str(row)}
            yield Problem(
                DATA.name, entry.data.row, column, "workbook/row-twice", entry.number, told
            )


def packed(entry: Entry) -> str:
    """An entry as a text that is kept until its turn comes."""
    return json.dumps(asdict(entry), ensure_ascii=False)


def unpacked(text: str) -> Entry:
    """The entry of such a text."""
    told: dict[str, Any] = json.loads(text)
    others = {name: [_line(each) for each in lines] for name, lines in told["others"].items()}
    return Entry(told["key"], _line(told["data"]), others)


def _line(told: Mapping[str, Any]) -> Line:
    cells = {name: Cell(*cell) for name, cell in told["cells"].items()}
    return Line(told["row"], cells, told["faults"])
