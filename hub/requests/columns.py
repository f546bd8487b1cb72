"""The columns of a table of requests: how a cell is read, what an empty one means.

docs/buyer.md describes them. A cell that is empty takes what is said for the whole set.
"""

import re
from enum import StrEnum
from typing import BinaryIO

from hub.kit.cells import code, day, label, word
from hub.kit.csv_table import CellError, Column, Problems, Row, read_rows
from hub.requests.lines import MAX_KEY
from hub.requests.terms import MAX_PURPOSE, MAX_TEXT, Payer

_LEVEL = re.compile(r"[Ll]?([0-5])")


class YesNo(StrEnum):
    """Whether something is asked for."""

    YES = "yes"
    NO = "no"


def level(text: str) -> int:
    """A level of consent: `1` or `L1`."""
    found = _LEVEL.fullmatch(text)
    if found is None:
        raise CellError("csv/word", known="L0, L1, L2, L3, L4, L5")
    return int(found[1])


def yes_no(text: str) -> bool:
    """`yes` or `no`."""
    return word(YesNo)(text) is YesNo.YES


REQUESTS = (
    Column("part", code(200), required=True),
    Column("supplier", label(300)),
    Column("supplier_part", code(200)),
    Column("line", code(MAX_KEY)),
    Column("level", level),
    Column("aggregate", yes_no),
    Column("purpose", label(MAX_PURPOSE)),
    Column("legal_basis", label(MAX_TEXT)),
    Column("seen_by", label(MAX_TEXT)),
    Column("keep_until", day),
    Column("verification_paid_by", word(Payer)),
    Column("period_start", day),
    Column("period_end", day),
    Column("due", day),
)
OF_TERMS = tuple(column.name for column in REQUESTS[4:])


def read_table(file: BinaryIO, name: str = "requests.csv") -> tuple[list[Row], Problems]:
    """The good rows of a table of requests, and what is wrong with the others."""
    problems = Problems(name)
    return list(read_rows(file, REQUESTS, problems, "requests")), problems
