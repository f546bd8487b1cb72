"""Tables of plants from files: rows into facts, several tables joined on a column."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hub.findings.plants.facts import NAMES, PARTS, ROLES, TEXTS, Cell, Fact, Found
from hub.findings.plants.headers import roles_of, size_of
from hub.findings.plants.provinces import province
from hub.kit.errors import BadInput
from tierlight_schemas.findings import Finding, Severity
from tierlight_schemas.geography import is_country, is_subdivision

MAX_BYTES = 20_000_000
MAX_ROWS = 100_000


@dataclass(frozen=True)
class Table:
    """A file as it was read."""

    file: str
    roles: Mapping[str, str]
    """By column."""
    rows: tuple[tuple[int, Mapping[str, str]], ...]
    """Numbered as a spreadsheet does."""


def read_table(path: Path, said: Mapping[str, str]) -> Table:
    """A CSV file; `said` names roles by column.

    A second header row (in another language) is left out. Raises `BadInput`: `hub/file`,
    `table/not-text`, `table/no-roles` for a table in which no column is known, `table/too-large`.
    """
    records = list(csv.reader(io.StringIO(_text(path))))
    if len(records) > MAX_ROWS:
        raise BadInput("table/too-large", file=path.name, limit=str(MAX_ROWS))
    header = [name.strip() for name in records[0]] if records else []
    roles = roles_of(header, {c: r for c, r in said.items() if c in header})
    if not set(roles.values()) - NAMES:
        raise BadInput("table/no-roles", file=path.name, columns=", ".join(header)[:500])
    rows = [
        (number, dict(zip(header, map(str.strip, cells), strict=False)))
        for number, cells in enumerate(records[1:], 2)
        if any(map(str.strip, cells))
    ]
    return Table(path.name, roles, tuple(rows[_is_words(rows, roles) :]))


def read_mapping(path: Path) -> list[str]:
    """`ROLE=COLUMN`, one a line, as `said_roles` takes them; blank lines and `#` say nothing.

    Raises `BadInput`: `hub/file`, `table/not-text`, `table/too-large`.
    """
    lines = (line.strip() for line in _text(path).splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadInput("hub/file", file=str(path), reason=error.strerror or str(error)) from None
    if len(content) > MAX_BYTES:
        raise BadInput("table/too-large", file=path.name, limit=str(MAX_BYTES))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput("table/not-text", file=path.name)


def _is_words(rows: Sequence[tuple[int, Mapping[str, str]]], roles: Mapping[str, str]) -> bool:
    """Whether the first row says in words what others say in numbers."""
    numbers = [column for column, role in roles.items() if role not in TEXTS]
    return bool(rows and numbers) and not any(
        Cell(rows[0][1].get(column, ""), column).printed for column in numbers
    )


def facts_of(tables: Sequence[Table], on: str | None) -> tuple[list[Fact], list[Found]]:
    """A fact a row of the first table, with what the others say in rows of the same key; and what
    is wrong with the keys: rows that stand in some of the tables only, or twice in one.

    Without a key each table stands for itself. Raises `BadInput` (`table/no-key`) for a key that is
    no column of every table.
    """
    if on is None or len(tables) == 1:
        return [_fact([(table, number, row)]) for table in tables for number, row in table.rows], []
    by_key = [_by_key(table, on) for table in tables]
    facts = [
        _fact(
            [
                (table, *rows[key][0])
                for table, rows in zip(tables, by_key, strict=True)
                if key in rows
            ]
        )
        for key in dict.fromkeys(key for rows in by_key for key in rows)
    ]
    return facts, list(_unjoined(tables, by_key, on))


_ByKey = Mapping[str, Sequence[tuple[int, Mapping[str, str]]]]


def _by_key(table: Table, on: str) -> _ByKey:
    found: defaultdict[str, list[tuple[int, Mapping[str, str]]]] = defaultdict(list)
    for number, row in table.rows:
        if on not in row:
            raise BadInput("table/no-key", file=table.file, column=on[:80])
        found[" ".join(row[on].split())].append((number, row))
    return found


def _unjoined(tables: Sequence[Table], by_key: Sequence[_ByKey], on: str) -> Iterator[Found]:
    for table, rows in zip(tables, by_key, strict=True):
        for key, found in rows.items():
            absent = [t.file for t, r in zip(tables, by_key, strict=True) if key not in r]
            case = "twice" if len(found) > 1 else "absent" if absent else None
            if case is None:
                continue
            evidence = {
                "case": case,
                "name": key,
                "row": str(found[-1][0]),
                "files": ", ".join(absent),
                "count": str(len(found)),
            }
            said = Finding("site/count-mismatch", Severity.WARNING, "$", evidence)
            yield Found(table.file, found[-1][0], on, said)


def _fact(sources: Sequence[tuple[Table, int, Mapping[str, str]]]) -> Fact:
    cells: dict[str, Cell] = {}
    parts: list[Cell] = []
    words: dict[str, str] = {}
    columns: dict[str, str] = {}
    for table, _, row in sources:
        for column, role in table.roles.items():
            text = row.get(column, "")
            if not text:
                continue
            if role in TEXTS:
                words.setdefault(role, text)
                columns.setdefault(role, column)
                continue
            cell = Cell(text, column, size_of(column))
            if role in PARTS:
                parts.append(cell)
            if role != "component":
                cells.setdefault(role, cell)
    first = sources[0]
    return Fact(
        file=first[0].file,
        row=first[1],
        name=words.get("name") or f"#{first[1]}",
        cells=cells,
        parts=tuple(parts),
        place=_place(words.get("region", "")),
        measure=words.get("measure", ""),
        texts=words,
        columns=columns,
    )


def _place(text: str) -> str | None:
    code = text.strip().upper()
    if is_country(code) or is_subdivision(code):
        return code
    return province(text)


def said_roles(pairs: Sequence[str]) -> dict[str, str]:
    """`ROLE=COLUMN` of a command line as role by column.

    Raises `BadInput` (`table/unknown-role`) for a role that there is not.
    """
    said: dict[str, str] = {}
    for pair in pairs:
        role, equals, column = pair.partition("=")
        if not equals or role not in ROLES:
            raise BadInput(
                "table/unknown-role", found=ascii(role[:40])[1:-1], allowed=", ".join(ROLES)
            )
        said[column.strip()] = role
    return said
