"""Lists in pages: a page holds no more than was asked and says how to ask for the next one.

Cursors carry the sort key of the last item, so that a page stays right while rows are added.
"""

import base64
import json
from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any, Generic, TypeAlias, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel
from sqlalchemy import BigInteger, Integer, Row, Select, bindparam, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from hub.kit.errors import BadInput

MAX_PAGE = 1000
Entity = TypeVar("Entity")
Item = TypeVar("Item")
Rows: TypeAlias = Select[*tuple[Any, ...]]
"""A query of columns."""


class PageRequest(BaseModel):
    """`limit` items after the item that the cursor `after` stands for."""

    limit: int = 100
    after: str | None = None


async def page_request(
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE, description="Most items on a page.")] = 100,
    after: Annotated[str | None, Query(max_length=1000, description="`next` of a page.")] = None,
) -> PageRequest:
    """The query parameters of every list."""
    return PageRequest(limit=limit, after=after)


PageRequestDep = Annotated[PageRequest, Depends(page_request)]


class Page(BaseModel, Generic[Item]):
    """Some items, and the cursor of the following page; `next` is absent on the last one."""

    items: list[Item]
    next: str | None = None


def read_page(
    session: Session,
    query: Select[Entity],
    keys: Sequence[InstrumentedAttribute[Any]],
    request: PageRequest,
) -> tuple[list[Entity], str | None]:
    """The rows of one page of `query` in the order of `keys`, and the next page's cursor.

    `keys` are columns of the selected entity that together are unique. Raises `BadInput`
    (`hub/page-cursor`) for a cursor that this hub did not make.
    """
    if request.after is not None:
        position = zip(_position(request.after, keys), keys, strict=True)
        # Each value is bound as its column's type: an instant is stored otherwise than it looks.
        bound = [literal(value, key.type) for value, key in position]
        query = query.where(tuple_(*keys) > tuple_(*bound))
    rows = list(session.scalars(query.order_by(*keys).limit(request.limit + 1)))
    return _page(rows, keys, request)


def read_rows(
    session: Session,
    query: Rows,
    keys: tuple[InstrumentedAttribute[Any], ...],
    request: PageRequest,
    **named: Any,
) -> tuple[list[Row[Any]], str | None]:
    """The same for a query of columns that is made once: no object is made of a row.

    `keys` are among the columns; `named` are the values of the query's own parameters.
    """
    values = named | {"page_limit": request.limit + 1}
    if request.after is not None:
        position = _position(request.after, keys)
        values |= {f"after_{place}": value for place, value in enumerate(position)}
    statement = _rows_of_page(query, keys, request.after is None)
    return _page(list(session.connection().execute(statement, values)), keys, request)


@lru_cache(100)
def _rows_of_page(
    query: Rows, keys: tuple[InstrumentedAttribute[Any], ...], is_first: bool
) -> Rows:
    """Made once for each list: making a statement takes longer than the database does."""
    if not is_first:
        bound = [bindparam(f"after_{place}", type_=key.type) for place, key in enumerate(keys)]
        query = query.where(tuple_(*keys) > tuple_(*bound))
    return query.order_by(*keys).limit(bindparam("page_limit", type_=Integer))


def _page(
    rows: list[Item], keys: Sequence[InstrumentedAttribute[Any]], request: PageRequest
) -> tuple[list[Item], str | None]:
    page = rows[: request.limit]
    return page, _cursor(page[-1], keys) if len(rows) > len(page) else None


def page_of(
    items: Sequence[Item], key: Callable[[Item], tuple[str, ...]], request: PageRequest
) -> tuple[list[Item], str | None]:
    """One page of what has been computed anew, in the order of a unique key, and the next cursor.

    Raises `BadInput` (`hub/page-cursor`) for a cursor that no such list made.
    """
    ordered = sorted(items, key=key)
    start = 0
    if request.after is not None:
        start = bisect_right(ordered, _texts(request.after), key=key)
    page = ordered[start : start + request.limit]
    is_last = start + request.limit >= len(ordered)
    return page, None if is_last else _encoded(key(page[-1]))


def _texts(cursor: str) -> tuple[str, ...]:
    try:
        plain = _decoded(cursor)
        if isinstance(plain, list) and all(isinstance(text, str) for text in plain):
            return tuple(plain)
    except (ValueError, RecursionError):
        pass
    raise BadInput("hub/page-cursor")


def _cursor(row: Any, keys: Sequence[InstrumentedAttribute[Any]]) -> str:
    values = [getattr(row, key.key) for key in keys]
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return _encoded(plain)


def _encoded(plain: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _decoded(cursor: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))


def _position(cursor: str, keys: Sequence[InstrumentedAttribute[Any]]) -> list[Any]:
    try:
        plain = _decoded(cursor)
        return [_value(text, key) for text, key in zip(plain, keys, strict=True)]
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise BadInput("hub/page-cursor") from None


def _value(plain: Any, key: InstrumentedAttribute[Any]) -> Any:
    kind = key.type.python_type
    if kind is datetime and isinstance(plain, str):
        instant = datetime.fromisoformat(plain)
        if instant.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return instant.astimezone(UTC)
    if type(plain) is not kind or (isinstance(plain, str) and not plain.isprintable()):
        raise ValueError("not a value of this column")
    bits = 63 if isinstance(key.type, BigInteger) else 31
    if isinstance(plain, int) and not 0 <= plain < 2**bits:
        raise ValueError("not a value of this column")
    return plain
