"""The process that reads a workbook (.xlsx): alone, with limits, and without the hub.

It is run as a file by `kit.workbook`, which gives it the workbook as standard input, the name of a
sheet, and a file for its answer: one JSON text a line. First `{"sheet": title}`, then `[number,
cells, faults]` for each row that is not empty, last `{"rows": count}`. A workbook that may not be
read ends it with `{"refused": code, …}` instead.

Nothing of the hub is imported here: what a hostile workbook could take over is a process that has
no database, no key, no secret and no way to open a file.
"""

import json
import os
import resource
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import IO, Any, BinaryIO

if __name__ == "__main__":
    os.environ["OPENPYXL_LXML"] = "False"  # so that XML is read by defusedxml
    sys.modules["numpy"] = None  # type: ignore[assignment] # its memory is more than is allowed

import openpyxl
from defusedxml.common import DefusedXmlException

MAX_UNPACKED_BYTES = 20_000_000
"""Of all parts together, as the archive declares them; no part is read beyond its declaration."""
MAX_RATIO = 50
"""Unpacked to packed, of all parts together."""
MAX_PARTS = 200
MAX_ROWS = 20_000
MAX_COLUMNS = 200
CPU_SECONDS = 10
MEMORY_BYTES = 512 * 1024 * 1024
ANSWER_BYTES = 64 * 1024 * 1024

EXACT_INTEGERS = 10**15
"""A spreadsheet keeps 15 digits of a number and shows zeros for the others."""
_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ARCHIVES = (".zip", ".xlsx", ".xlsm", ".xlsb", ".docx", ".ods", ".gz", ".7z", ".jar")


class Refused(Exception):  # noqa: N818 - what happened, not an error of this program
    """A workbook that is not read; `code` and `params` find the words."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


def limit_this_process() -> None:
    """No file is opened any more, and time, memory and the answer have an end."""
    "".encode("cp437")  # names of parts may need it, and no module can be loaded afterwards
    for kind, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, ANSWER_BYTES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def refuse_dangerous(file: BinaryIO) -> None:
    """Raise `Refused` for an archive whose directory already says that it is no honest workbook."""
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
    if len(parts) > MAX_PARTS:
        raise Refused("xlsx/too-many-parts", limit=MAX_PARTS)
    for part in parts:
        _refuse_part(part)
    if len({part.filename for part in parts}) < len(parts):
        raise Refused("xlsx/not-a-workbook")
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if unpacked > MAX_UNPACKED_BYTES:
        raise Refused("xlsx/too-large", limit=MAX_UNPACKED_BYTES // 1_000_000)
    if unpacked > MAX_RATIO * packed:
        raise Refused("xlsx/ratio", limit=MAX_RATIO)


def _refuse_part(part: zipfile.ZipInfo) -> None:
    name = part.filename.casefold()
    if part.flag_bits & _ENCRYPTED:
        raise Refused("xlsx/encrypted")
    if name.startswith(("/", "\\")) or ":" in name or ".." in name.replace("\\", "/").split("/"):
        raise Refused("xlsx/part-name", name=ascii(part.filename[:80]))
    if "vbaproject" in name or "/macrosheets/" in name:
        raise Refused("xlsx/macros")
    if name.endswith(_ARCHIVES) or "/embeddings/" in name:
        raise Refused("xlsx/nested", name=ascii(part.filename[:80]))
    if part.compress_type not in _METHODS:
        raise Refused("xlsx/not-a-workbook")


def rows_of(file: BinaryIO, wanted: str, told: Callable[[Any], None]) -> None:
    """Tell the sheet, then each row that is not empty, then how many rows there were."""
    # A formula and what it came to stand in the same cell and are read by two passes.
    values = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    formulas = openpyxl.load_workbook(file, read_only=True, keep_links=False)
    title = _sheet(values.sheetnames, wanted)
    told({"sheet": title})
    count = 0
    for count, (cells, faults) in enumerate(_rows(values[title], formulas[title]), 1):
        if any(cells):
            told([count, cells, faults])
    told({"rows": count})


def _sheet(titles: list[str], wanted: str) -> str:
    """The sheet of that name in any case, else the first."""
    if not titles:
        raise Refused("xlsx/not-a-workbook")
    return next((title for title in titles if title.strip().casefold() == wanted), titles[0])


def _rows(values: Any, formulas: Any) -> Iterator[tuple[list[str], dict[int, str]]]:
    for sheet in (values, formulas):
        sheet.reset_dimensions()  # what a sheet says of its size need not be so
    pairs = zip(values.iter_rows(), formulas.iter_rows(), strict=True)
    for number, (row, meant) in enumerate(pairs, 1):
        # A single cell far below is told as all the empty rows above it first.
        if number > MAX_ROWS:
            raise Refused("xlsx/too-many-rows", row=number, limit=MAX_ROWS)
        if len(row) > MAX_COLUMNS:
            raise Refused("xlsx/too-many-columns", row=number, limit=MAX_COLUMNS)
        cells, faults = [], {}
        for index, (cell, formula) in enumerate(zip(row, meant, strict=True)):
            text, fault = read_cell(cell, formula)
            cells.append(text)
            if fault:
                faults[index] = fault
        yield cells, faults


def read_cell(cell: Any, formula: Any) -> tuple[str, str | None]:
    """A cell as the text that a CSV table would have, and the code of what is wrong with it."""
    if cell.value is None:
        # A formula that gives an empty text has a result, and it is one of type text.
        if formula.data_type == "f" and cell.data_type != "str":
            return "=", "xlsx/formula"
        return "", None
    if cell.data_type == "e":
        return str(cell.value), "xlsx/error-value"
    if isinstance(cell.value, bool):
        return str(cell.value).upper(), None
    if isinstance(cell.value, int | float):
        return _number(cell.value, cell.number_format)
    if isinstance(cell.value, datetime):
        return _moment(cell.value), None
    return cell.value if isinstance(cell.value, str) else str(cell.value), None


def _number(value: float, shown: str) -> tuple[str, str | None]:
    """The shortest decimal that is this double: 0.1, whatever digits the file spells it with."""
    if value != value or value in (float("inf"), float("-inf")):
        return str(value), "xlsx/error-value"
    if value != int(value):
        return repr(value), None
    text = str(int(value))
    if abs(value) >= EXACT_INTEGERS:
        return text[:40], "xlsx/digits-lost"
    # A number shown as 00123 is a part number to whoever reads the sheet.
    return (text.zfill(len(shown)) if shown and not shown.strip("0") else text), None


def _moment(value: datetime) -> str:
    """A day as a day; what has a time of day as an instant."""
    is_day = value.time() == datetime.min.time()
    return date.isoformat(value.date()) if is_day else value.isoformat()


def answer(file: BinaryIO, wanted: str, out: IO[str]) -> None:
    """Write all that there is to say of a workbook."""

    def told(said: Any) -> None:
        out.write(json.dumps(said) + "\n")

    try:
        refuse_dangerous(file)
        rows_of(file, wanted, told)
    except Refused as refusal:
        told({"refused": refusal.code, **{k: str(v) for k, v in refusal.params.items()}})
    except MemoryError:
        told({"refused": "xlsx/too-much-work"})
    except Exception as error:
        # Whatever a library finds wrong with bytes of a stranger means the same to who sent them.
        told({"refused": "xlsx/entities" if _is_of_entities(error) else "xlsx/not-a-workbook"})


def _is_of_entities(error: BaseException | None) -> bool:
    """Whether defusedxml refused, however often the error was wrapped since."""
    if error is None or isinstance(error, DefusedXmlException):
        return error is not None
    return _is_of_entities(error.__cause__ or error.__context__)


def main() -> None:
    """Limits first; then standard input is looked at."""
    limit_this_process()
    with open(0, "rb", closefd=False) as file, open(1, "w", closefd=False) as out:
        answer(file, sys.argv[1], out)


if __name__ == "__main__":
    main()
