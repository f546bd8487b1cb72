"""Handing a request on to one's own suppliers, in one step and without naming who has asked.

What a supplier's supplier reads is written by the supplier alone. That a request is made for the
sake of another stands in `RequestOrigin`, which nobody but its sender sees.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.queries import lines, numbers_of, revisions, standing_links
from hub.kit.clock import now
from hub.kit.errors import BadInput, Conflict, NotFound
from hub.parties.tables import Company
from hub.requests.finding import own_parts_of
from hub.requests.lifecycle import Side
from hub.requests.lines import Line, Verdict, refused
from hub.requests.queries import request_of
from hub.requests.recording import is_of
from hub.requests.sending import Sending, Wish, send_set
from hub.requests.tables import FootprintRequest
from hub.requests.terms import Terms

MAX_DEPTH = 30
"""Of one's own bill of materials; a longer chain of own parts is a circle."""


def ask_upstream(
    session: Session,
    caller: Caller,
    request_id: str,
    named: tuple[str, str],
    terms: Terms,
    preview: bool = False,
) -> list[Verdict]:
    """Ask the suppliers of everything that goes into the part that the caller was asked for.

    Inputs are the parts of the own bill of materials with a confirmed sourcing link; a part that is
    made in-house is followed into its own lines. `named` is reference and title of the new set. An
    input that nobody can be asked for has a verdict that says so.

    Raises `NotFound` for a request that was not sent to the caller, `Conflict` where its own part
    is not known or has no inputs (`requests/part-unknown`, `requests/no-inputs`), `BadInput` for
    terms in which the customer is named (`requests/names-customer`).
    """
    row = request_of(session, caller.company_id, request_id)
    if not is_of(row, caller, Side.ASKED):
        raise NotFound
    refuse_naming(session.get_one(Company, row.asker_id), terms)
    parts = own_parts_of(session, caller.company_id, [row])[row.id]
    if not parts:
        raise Conflict("requests/part-unknown", part=row.part_number)
    inputs = _inputs(session, parts, now().date())
    if not inputs:
        raise Conflict("requests/no-inputs", part=row.part_number)
    return _asked(session, caller, row, named, terms, inputs, preview)


def refuse_naming(customer: Company, terms: Terms) -> None:
    """Raise `BadInput` for terms in which the customer's name or an identifier of it stands."""
    names = [customer.id, customer.name, *(one.value for one in customer.identifiers)]
    for member in ("purpose", "legal_basis", "seen_by"):
        said = (getattr(terms, member) or "").casefold()
        if any(name.casefold() in said for name in names):
            raise BadInput("requests/names-customer", member=member)


def _asked(
    session: Session,
    caller: Caller,
    row: FootprintRequest,
    named: tuple[str, str],
    terms: Terms,
    inputs: set[str],
    preview: bool,
) -> list[Verdict]:
    numbers = numbers_of(session, inputs)
    links = standing_links(session, inputs)
    confirmed = [link for link in links if link.confirmed_at and link.supplier_id]
    good = [
        Line(
            numbers[link.part_id],
            terms,
            supplier=link.supplier_id,
            supplier_part=link.supplier_part_text,
        )
        for link in sorted(confirmed, key=lambda link: (numbers[link.part_id], link.id))
    ]
    reference, title = named
    wish = Wish(preview=preview, upstream_of=row.id)
    told = send_set(session, caller, Sending(reference, title, terms.purpose, good), wish)
    rest = inputs - {link.part_id for link in confirmed}
    return [*told, *_unasked(rest, numbers, terms)]


def _unasked(rest: Collection[str], numbers: dict[str, str], terms: Terms) -> Iterator[Verdict]:
    for number in sorted(numbers[part_id] for part_id in rest):
        lacking = BadInput("requests/no-confirmed-link", part=number)
        yield refused(Line(number, terms), lacking)


def _inputs(session: Session, parts: Sequence[str], today: date) -> set[str]:
    """The bought parts below own parts, and those at which the bill of materials ends."""
    found: set[str] = set()
    seen, front = set(parts), set(parts)
    for _ in range(MAX_DEPTH):
        front = _children(session, front, today) - seen
        if not front:
            break
        seen |= front
        bought = {link.part_id for link in standing_links(session, front)}
        made = set(revisions(session, front - bought))
        found |= front - made
        front = made
    return found


def _children(session: Session, parents: Collection[str], today: date) -> set[str]:
    newest = revisions(session, parents)
    held = lines(session, [revision.id for revision in newest.values()])
    return {
        line.child_id
        for rows in held.values()
        for line in rows
        if (line.effective_from is None or line.effective_from <= today)
        and (line.effective_to is None or line.effective_to > today)
    }
