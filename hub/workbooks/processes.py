"""Workbooks read, made and marked by a process of their own (ADR 0028, ADR 0042)."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO

from hub.kit.workbook import ARCHIVE, OLD_OR_ENCRYPTED, WorkbookRefused, run_alone
from hub.workbooks.book import Book, told_book

CLOCK_SECONDS = 120
"""From the start of a process to its end; its processor time ends sooner."""

# A path and no import: the hub itself never loads what reads workbooks.
_PROCESS = Path(__file__).with_name("process") / "run.py"


def read_book(data: bytes) -> Book:
    """Everything that stands in a workbook.

    Raises `WorkbookRefused` for one that may not be opened, `TooMany` when others take too long.
    """
    if data.startswith(OLD_OR_ENCRYPTED):
        raise WorkbookRefused("xlsx/encrypted")
    with TemporaryFile() as given, TemporaryFile() as said:
        given.write(data)
        run_alone(_PROCESS, "read", given, said, CLOCK_SECONDS)
        said.seek(0)
        lines = list(_lines(said))
    if not lines or lines[-1] != {"end": True}:
        raise WorkbookRefused("xlsx/too-much-work")
    return told_book(lines)


def make_book(description: Mapping[str, Any]) -> bytes:
    """The workbook of a description. Raises `TooMany`, `WorkbookRefused` for too large a one."""
    with TemporaryFile() as given:
        given.write(json.dumps(description).encode())
        return _answer("make", given)


def mark_book(data: bytes, marks: Mapping[str, Any]) -> bytes:
    """The same workbook with marks in it. Raises `WorkbookRefused`, `TooMany`."""
    with TemporaryFile() as given:
        given.write(json.dumps(marks).encode() + b"\n" + data)
        return _answer("mark", given)


def _answer(verb: str, given: IO[bytes]) -> bytes:
    with TemporaryFile() as said:
        run_alone(_PROCESS, verb, given, said, CLOCK_SECONDS)
        said.seek(0)
        data = said.read()
    if not data.startswith(ARCHIVE):
        for line in data.splitlines()[:1]:
            _refuse(json.loads(line))
        raise WorkbookRefused("xlsx/too-much-work")
    return data


def _lines(said: BinaryIO | IO[bytes]) -> Iterator[Any]:
    for line in said:
        told = json.loads(line)
        _refuse(told)
        yield told


def _refuse(told: Any) -> None:
    if isinstance(told, dict) and "refused" in told:
        params = {name: text for name, text in told.items() if name not in ("refused", "row")}
        raise WorkbookRefused(told["refused"], int(told.get("row", 1)), **params)
