"""A table of requests: its good rows become lines, each bad row its own refused line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.kit.csv_table import Problems, Row
from hub.requests.columns import OF_TERMS, read_table
from hub.requests.lines import Line, Outcome, Verdict
from hub.requests.sending import Sending, Wish, send_set
from hub.requests.terms import Terms

_MANDATORY = ("purpose", "due")


@dataclass(frozen=True)
class ForAll:
    """What is said for the whole table; a cell that is filled says it for its row."""

    reference: str
    title: str
    terms: Mapping[str, Any]
    """By member of `Terms`; absent or None: not said."""


def send_table(
    session: Session, caller: Caller, file: BinaryIO, said: ForAll, wish: Wish
) -> list[Verdict]:
    """Send the good rows of a table, each with its verdict, in the order of the rows.

    Raises `BadTable` for a file that is no table of requests, and what `send_set` raises.
    """
    rows, problems = read_table(file)
    if any(found["row"] == "1" for found in problems.found):
        problems.refuse()
    bad = [*_bad_rows(problems), *(_lacking(row, said) for row in rows if _lacks(row, said))]
    lines = [_line(row, said) for row in rows if not _lacks(row, said)]
    purpose = said.terms.get("purpose") or said.title
    sent = Sending(said.reference, said.title, purpose, lines)
    told = [*send_set(session, caller, sent, wish), *bad]
    return sorted(told, key=lambda verdict: verdict.number or 0)


def _bad_rows(problems: Problems) -> Iterable[Verdict]:
    """One verdict a row, with the first cell that cannot be used."""
    first: dict[str, dict[str, str]] = {}
    for found in problems.found:
        first.setdefault(found["row"], found)
    for number, found in first.items():
        yield _refused(int(number), found["code"], found)


def _lacks(row: Row, said: ForAll) -> str | None:
    """The first term that neither the row nor the whole table says."""
    return next((n for n in _MANDATORY if not (row.values[n] or said.terms.get(n))), None)


def _lacking(row: Row, said: ForAll) -> Verdict:
    column = _lacks(row, said) or ""
    place = {"file": "requests.csv", "row": str(row.number), "column": column}
    return _refused(row.number, "csv/empty-cell", place, row.values["part"])


def _refused(number: int, code: str, params: Mapping[str, str], part: str = "") -> Verdict:
    told = {name: value for name, value in params.items() if name != "code"}
    return Verdict(str(number), part, None, number, Outcome.REFUSED, code=code, params=told)


def _line(row: Row, said: ForAll) -> Line:
    cells = row.values
    own = {name: cells[name] for name in OF_TERMS if cells[name] is not None}
    shared = {name: value for name, value in said.terms.items() if value is not None}
    return Line(
        cells["part"],
        Terms(**(shared | own)),
        cells["supplier"],
        cells["supplier_part"],
        cells["line"],
        row.number,
    )
