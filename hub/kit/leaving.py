"""What a company takes along when it leaves: files, streamed, in open formats.

Each room has a module `leaving` with `export` (the files of its own tables), `erase` (deletes the
company's rows) and, where it logs bytes, `going` (which of them will be gone). `hub.exit` calls
them in the order of the house.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

BATCH = 1_000
"""Rows that are held at once."""


@dataclass(frozen=True)
class ExportFile:
    """A file of an export; the bytes are made while it is written."""

    name: str
    """Path in the archive, with slashes."""
    about: str
    """Code of the words that say what it is."""
    chunks: Iterable[bytes]


def csv_file(
    name: str, about: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> ExportFile:
    """A table under a header: UTF-8, commas, what is unknown an empty cell.

    Cells are exactly what is recorded, so that the hub's own import reads them again; answers that
    are made for spreadsheets are `kit.csv_answer`.
    """
    return ExportFile(name, about, _csv_chunks(columns, rows))


def ndjson_file(name: str, about: str, items: Iterable[Mapping[str, Any]]) -> ExportFile:
    """One JSON object a line; what is unknown is absent."""
    return ExportFile(name, about, (_line(item) for item in items))


def json_file(name: str, about: str, document: Mapping[str, Any]) -> ExportFile:
    """One JSON object."""
    body = json.dumps(_stated(document), ensure_ascii=False, indent=2, default=_text)
    return ExportFile(name, about, [body.encode() + b"\n"])


def rows_of(session: Session, query: Select[*tuple[Any, ...]]) -> Iterator[Sequence[Any]]:
    """The rows of a query, some at a time."""
    return iter(session.execute(query.execution_options(yield_per=BATCH)))


def _csv_chunks(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\n")
    writer.writerow(columns)
    for number, row in enumerate(rows, 1):
        writer.writerow([_text(value) for value in row])
        if number % BATCH == 0:
            yield _taken(held)
    yield _taken(held)


def _taken(held: io.StringIO) -> bytes:
    text = held.getvalue()
    held.seek(0)
    held.truncate()
    return text.encode()


def _line(item: Mapping[str, Any]) -> bytes:
    return json.dumps(_stated(item), ensure_ascii=False, default=_text).encode() + b"\n"


def _stated(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if value is not None}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
