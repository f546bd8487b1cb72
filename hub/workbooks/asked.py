"""The rows that customers' requests ask for."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.tables import Part
from hub.kit.errors import BadInput, NotFound
from hub.requests.finding import own_parts_of
from hub.requests.handling import name_part
from hub.requests.lifecycle import RUNNING, Side, State
from hub.requests.queries import (
    Box,
    Filter,
    names_of_companies,
    request_of,
    requests_in,
    side_of,
)
from hub.requests.tables import FootprintRequest
from hub.workbooks.form import MOST_ROWS
from hub.workbooks.parts import wanted, with_known
from hub.workbooks.wanted import Wanted

_WAITING = Filter(states=RUNNING | {State.QUESTION})


def wanted_requests(session: Session, caller: Caller) -> list[Wanted]:
    """A row for each part that a customer waits for, whoever is due first on top.

    A part that several ask for stands once, for one declaration answers them all; what nobody has
    matched yet has a row under the customer's number. Raises `BadInput` (`workbook/no-requests`).
    """
    query = requests_in(caller.company_id, Box.IN, _WAITING)
    row = FootprintRequest
    asked = list(session.scalars(query.order_by(row.due, row.id).limit(MOST_ROWS)))
    if not asked:
        raise BadInput("workbook/no-requests")
    names = names_of_companies(session, {each.asker_id for each in asked})
    parts = own_parts_of(session, caller.company_id, asked)
    first: dict[str, FootprintRequest] = {}
    for each in asked:
        first.setdefault(_key(each, parts[each.id]), each)
    own = [part for key in first if (part := session.get(Part, key)) is not None]
    known = {part.id: (part, told) for part, told in with_known(session, caller, own)}
    return [_row(key, each, names, known) for key, each in first.items()]


def _key(asked: FootprintRequest, own: Sequence[str]) -> str:
    return own[0] if own else asked.id


def _row(
    key: str,
    asked: FootprintRequest,
    names: dict[str, str],
    known: dict[str, tuple[Part, dict[str, str]]],
) -> Wanted:
    row = wanted(*known[key]) if key in known else Wanted(key, asked.supplier_part or "")
    return replace(
        row,
        customer=names.get(asked.asker_id, ""),
        customer_number=asked.part_number,
        customer_name=asked.part_name,
        level=f"L{asked.level}",
        due=asked.due.isoformat(),
    )


def any_asked(session: Session, caller: Caller) -> bool:
    """Whether any customer waits for anything."""
    query = requests_in(caller.company_id, Box.IN, _WAITING).limit(1)
    return session.scalar(query) is not None


def is_asked(session: Session, caller: Caller, key: str) -> bool:
    """Whether a row was given out for a request to the caller's company."""
    try:
        return side_of(request_of(session, caller.company_id, key), caller.company_id) is Side.ASKED
    except NotFound:
        return False


def note_part(session: Session, caller: Caller, key: str, part_id: str) -> None:
    """Where a row was given out for a request: the request is about this own part."""
    if is_asked(session, caller, key):
        name_part(session, caller, key, part_id)
