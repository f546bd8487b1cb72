"""A sheet of one part as a file: JSON, or a workbook; and the words for what is wrong in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tierlight.errors import ConfigurationError
from tierlight.json_file import parse_json, read_bytes
from tierlight.part_workbook.opening import is_workbook, opened
from tierlight.part_workbook.reading import Filled, Problem, filled
from tierlight.part_workbook.wording import word
from tierlight.supplied import Supplied, put_supplied
from tierlight.terminal import Terminal
from tierlight_schemas.calculator import PartSheet
from tierlight_schemas.findings import Finding, Severity

_CODES = {"missing": "workbook/cell-missing", "string_too_long": "workbook/too-long"}


@dataclass
class SheetRefused(Exception):  # noqa: N818 - says what it is
    """A file that is no sheet of a part, and everything that is wrong in it."""

    findings: list[Finding]
    """By the paths of the sheet."""
    book: Filled | None = None
    """Of a workbook: what it says, with the problems by cell."""


def read_sheet(path: Path, supplied: Sequence[Supplied] = ()) -> PartSheet:
    """The sheet in a file, with the declarations that it names.

    Raises `SheetRefused`, and `ConfigurationError` for what is no file of the kind or a declaration
    that does not go with it.
    """
    data = read_bytes(path)
    if not is_workbook(data):
        members = parse_json(data, path)
        put_supplied(members, supplied)
        return _validated(members)
    book = filled(opened(data, str(path)))
    if book is None:
        raise ConfigurationError("sdk/book-other", file=str(path))
    put_supplied(book.members, supplied)
    return _of_workbook(book)


def tell(refused: SheetRefused, file: str, terminal: Terminal) -> None:
    """Say what is wrong, on stderr: by cell where it is a workbook."""
    terminal.findings(file, refused.findings, to_stderr=True)
    if refused.book is not None:
        for problem in refused.book.problems:
            _tell(problem, refused.book, file, terminal)


def _tell(problem: Problem, book: Filled, file: str, terminal: Terminal) -> None:
    params = dict(problem.params)
    place = book.cells.get(problem.cell)
    if place is not None:
        label = word(f"label.{place.field.word}", terminal.lang)
        hint = word(f"hint.{place.field.word}", terminal.lang)
        column = terminal.words("sdk/entry", label=label, name=place.name)
        params |= {"column": column, "hint": hint, "allowed": params.get("allowed", hint)}
    text = terminal.words(problem.code, **params)
    said = {"sheet": book.title, "cell": problem.cell, "text": text}
    terminal.warn("sdk/at-cell", file=file, **said)


def _validated(members: Any) -> PartSheet:
    try:
        return PartSheet.model_validate(members)
    except ValidationError as error:
        raise SheetRefused(list(_findings(error))) from None


def _findings(error: ValidationError) -> Iterator[Finding]:
    for each in error.errors(include_url=False):
        evidence = {"reason": each["msg"]}
        path = ".".join(map(str, each["loc"]))
        yield Finding("calculation/sheet", Severity.ERROR, path, evidence)


def _of_workbook(book: Filled) -> PartSheet:
    """The sheet; what a cell could be read as and is not what is asked for counts as wrong, too."""
    findings: list[Finding] = []
    try:
        sheet = PartSheet.model_validate(book.members)
    except ValidationError as error:
        findings = [*_unplaced(error, book)]
    else:
        if not book.problems:
            return sheet
    raise SheetRefused(findings, book)


def _unplaced(error: ValidationError, book: Filled) -> Iterator[Finding]:
    """Put every mistake to its cell; what has none (no materials at all) is a finding."""
    wrong = {problem.cell for problem in book.problems}
    for each, finding in zip(error.errors(include_url=False), _findings(error), strict=True):
        cell = book.cell_of(finding.path)
        if cell is None:
            yield finding
        elif cell not in wrong:
            wrong.add(cell)
            limit = str(each.get("ctx", {}).get("max_length", ""))
            told = {"found": str(each["input"])[:60], "limit": limit}
            book.problems.append(Problem(cell, _CODES.get(each["type"], "sdk/cell-form"), told))
