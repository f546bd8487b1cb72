"""Workbooks (.xlsx) as records of cells, read by a process of its own (`kit.workbook_process`).

The thread that serves a request only waits: what is in the file is looked at by another process,
which can open no file, has 10 seconds of processor time, 512 MB, and an end on the clock.
"""

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO

from hub.kit.errors import TooMany

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ARCHIVE = b"PK\x03\x04"
"""How every workbook begins."""
OLD_OR_ENCRYPTED = b"\xd0\xcf\x11\xe0"
"""How .xls files begin, and workbooks with a password."""
CLOCK_SECONDS = 20
"""From the start of the process to its end."""
AT_ONCE = 2
"""Workbooks read at the same time by one process of the hub: 1 GB at most."""
PATIENCE_SECONDS = 30
MAX_TITLE = 60
"""Characters of a sheet's title that are told; a spreadsheet allows 31."""

# A path and no import: the hub itself never loads what reads workbooks.
_PROCESS = Path(__file__).with_name("workbook_process.py")
_turns = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Record:
    """One row of a table, as a spreadsheet numbers it."""

    number: int
    cells: list[str]
    faults: Mapping[int, str]
    """Of cells that hold no value, by their place: the code that says why."""


@dataclass(frozen=True)
class Sheet:
    """What was read of a workbook, up to `refused` if something was."""

    title: str
    records: Iterator[Record]


class WorkbookRefused(Exception):  # noqa: N818 - in the words of who reads it
    """A workbook that was not read, or not to its end; `row` where it stopped."""

    def __init__(self, code: str, row: int = 1, **params: str) -> None:
        super().__init__(code, params)
        self.code = code
        self.row = row
        self.params = params


@contextmanager
def opened_sheet(file: BinaryIO, wanted: str) -> Iterator[Sheet]:
    """The sheet called `wanted`, else the first, of a seekable file.

    Raises `WorkbookRefused`, also while the records are taken, and `TooMany` (`xlsx/busy`) when
    others' workbooks take too long.
    """
    with TemporaryFile() as said:
        _ask(file, wanted, said)
        said.seek(0)
        lines = map(json.loads, said)
        yield Sheet(_title(next(lines, None)), _records(lines))


def _ask(file: BinaryIO, wanted: str, said: IO[bytes]) -> None:
    with TemporaryFile() as copy:
        file.seek(0)
        shutil.copyfileobj(file, copy)
        run_alone(_PROCESS, wanted, copy, said)


def run_alone(
    process: Path, word: str, given: IO[bytes], said: IO[bytes], seconds: int = CLOCK_SECONDS
) -> None:
    """Run a file as a process of its own: `given` is its input from the beginning, `said` takes its
    answer. Raises `TooMany` (`xlsx/busy`) after a long wait for a turn, `WorkbookRefused` when it
    does not end well, or in time."""
    if not _turns.acquire(timeout=PATIENCE_SECONDS):
        raise TooMany("xlsx/busy", PATIENCE_SECONDS)
    try:
        given.seek(0)
        _run([str(process), word], given, said, seconds)
    finally:
        _turns.release()


def _run(told: list[str], given: IO[bytes], said: IO[bytes], seconds: int) -> None:
    # Isolated and with an empty environment: no setting and no secret of the hub goes along.
    command = [sys.executable, "-I", "-W", "ignore", *told]
    try:
        subprocess.run(
            command,
            stdin=given,
            stdout=said,
            stderr=subprocess.DEVNULL,
            env={},
            timeout=seconds,
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        raise WorkbookRefused("xlsx/too-much-work") from None


def _title(first: Any) -> str:
    if not isinstance(first, dict):
        raise WorkbookRefused("xlsx/too-much-work")
    _refuse(first)
    return str(first["sheet"])[:MAX_TITLE]


def _records(lines: Iterator[Any]) -> Iterator[Record]:
    for said in lines:
        if isinstance(said, list):
            number, cells, faults = said
            yield Record(number, cells, {int(index): code for index, code in faults.items()})
        else:
            _refuse(said)


def _refuse(said: Mapping[str, Any]) -> None:
    if "refused" in said:
        params = {name: text for name, text in said.items() if name not in ("refused", "row")}
        raise WorkbookRefused(said["refused"], int(said.get("row", 1)), **params)
