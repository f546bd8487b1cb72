"""The process that reads, makes and marks workbooks: alone, with limits, without the hub.

Run as a file with one word, `read`, `make` or `mark`. Standard input is, for `read`, the workbook;
for `make`, a description; for `mark`, one line of JSON and then the workbook. What may not be
opened is answered with `{"refused": code, …}`.

What a hostile workbook could take over here has no database, no key, no secret and no way to open
a file; of the hub only the modules beside this one are loaded, and the limits of its neighbour.
"""

import io
import json
import os
import resource
import sys
from collections.abc import Callable
from typing import IO, Any

if __name__ == "__main__":
    os.environ["OPENPYXL_LXML"] = "False"  # so that XML is read by defusedxml
    sys.modules["numpy"] = None  # type: ignore[assignment] # its memory is more than is allowed

from defusedxml.common import DefusedXmlException

from hub.kit.workbook_process import Refused
from hub.workbooks.process.marking import marked
from hub.workbooks.process.reading import tell_book
from hub.workbooks.process.saving import save
from hub.workbooks.process.writing import made

CPU_SECONDS = 60
MEMORY_BYTES = 1024 * 1024 * 1024
ANSWER_BYTES = 128 * 1024 * 1024


def rehearse() -> None:
    """Make, mark and read a small workbook of our own: what libraries load only when they need it
    is then there, and no module can be loaded once files cannot be opened."""
    "".encode("cp437")  # names of parts may need it
    sheet = {"title": "a", "state": "visible", "head": 2, "fixed": 1, "widths": [9, 9]}
    rule = {"column": 2, "first": 3, "last": 4, "of": "a!$A$1:$A$2", "hint": ""}
    rows = [["a", "b"], ["a", "b"], [{"d": "2024-01-01"}, "=b"]]
    mark = {"sheet": "a", "row": 3, "column": 2, "text": "b"}
    told = {"cells": [mark], "rows": [], "heads": [], "title": "b", "titles": []}
    held = io.BytesIO()
    save(made({"sheets": [{**sheet, "rows": rows, "lists": [rule]}]}), held)
    save(marked(held, {**told, "lines": [["sheet"]], "widths": [9] * 12}), again := io.BytesIO())
    tell_book(again, lambda said: None)


def limit_this_process() -> None:
    """No file is opened any more, and time, memory and the answer have an end."""
    for kind, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, ANSWER_BYTES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def _read(file: IO[bytes], out: IO[bytes]) -> None:
    tell_book(io.BytesIO(file.read()), lambda said: _told(out, said))


def _make(file: IO[bytes], out: IO[bytes]) -> None:
    save(made(json.load(file)), out)


def _mark(file: IO[bytes], out: IO[bytes]) -> None:
    told = json.loads(file.readline())
    save(marked(io.BytesIO(file.read()), told), out)


def _told(out: IO[bytes], said: Any) -> None:
    out.write(json.dumps(said).encode() + b"\n")


VERBS: dict[str, Callable[[IO[bytes], IO[bytes]], None]] = {
    "read": _read,
    "make": _make,
    "mark": _mark,
}


def _is_of_entities(error: BaseException | None) -> bool:
    """Whether defusedxml refused, however often the error was wrapped since."""
    if error is None or isinstance(error, DefusedXmlException):
        return error is not None
    return _is_of_entities(error.__cause__ or error.__context__)


def answer(verb: str, file: IO[bytes], out: IO[bytes]) -> None:
    """Do what is asked; what is refused is said instead."""
    try:
        VERBS[verb](file, out)
    except Refused as refusal:
        _told(out, {"refused": refusal.code, **{k: str(v) for k, v in refusal.params.items()}})
    except MemoryError:
        _told(out, {"refused": "xlsx/too-much-work"})
    except Exception as error:
        code = "xlsx/entities" if _is_of_entities(error) else "xlsx/not-a-workbook"
        _told(out, {"refused": code})


if __name__ == "__main__":
    rehearse()
    limit_this_process()
    with open(0, "rb", closefd=False) as given, open(1, "wb", closefd=False) as said:
        answer(sys.argv[1], given, said)
