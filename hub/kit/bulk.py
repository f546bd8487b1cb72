"""Writing many rows at once."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from hub.kit.tables import Base

_ROWS_A_STATEMENT = 10_000


def write_rows(session: Session, entity: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows, given by column name, without making an object of each.

    What the session holds is flushed first, so that foreign keys find it.
    """
    session.flush()
    table = entity.__table__
    assert isinstance(table, Table)
    remaining = iter(rows)
    while chunk := [_plain(row) for row in islice(remaining, _ROWS_A_STATEMENT)]:
        session.connection().execute(insert(table), chunk)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    # Drivers look up how to send a value by its class: words and amounts go as what they are, text.
    return {name: str(value) if isinstance(value, str) else value for name, value in row.items()}
