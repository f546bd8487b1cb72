"""Answering a request with a declaration that stands: consent and event in one step.

Nothing is declared anew: the digest is that of the declaration, however many customers it answers.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.queries import links_towards
from hub.bom.tables import SourcingLink
from hub.bom.usecases import confirm_link
from hub.declarations.tables import DeclarationRow
from hub.kit.clock import now
from hub.kit.errors import BadInput, Conflict, NotFound
from hub.requests import terms
from hub.requests.finding import AGGREGATE, TOTAL_VALUE, Declared, period_of, valid_declarations
from hub.requests.handling import keep
from hub.requests.lifecycle import Act
from hub.requests.mail import tell
from hub.requests.recording import happen, held
from hub.requests.tables import FootprintRequest, RequestEvent
from hub.sharing.policy import EXISTENCE, TOTAL
from hub.sharing.tables import Grant
from hub.sharing.usecases import grant


@dataclass(frozen=True)
class Given:
    """What the asked company gives; what is None is as it was asked for."""

    level: int | None = None
    """At most this level, L0 to L5."""
    aggregate: bool | None = None
    until: date | None = None
    """First day on which the consent no longer holds."""
    words: str | None = None


AS_ASKED = Given()


def answer_with(
    session: Session, caller: Caller, request_id: str, digest: str, given: Given = AS_ASKED
) -> RequestEvent:
    """Answer a request with an own valid declaration.

    The asker is granted the level for that part, with the request's purpose and end, the sourcing
    link towards the part is confirmed, and the answer stands in the request. It is a partial one
    where it lacks something of what was asked (`RequestEvent.missing`).

    Raises `NotFound` for a request or a declaration that is not the caller's, `NotNow`, `Conflict`
    for a declaration that is not valid now (`requests/not-valid`) and where no link of the asker's
    leads to the part (`requests/no-link`, `requests/other-part`), `BadInput` for the rest.
    """
    row = held(session, caller, request_id, Act.ANSWER_FULLY)
    said = terms.words(given.words) if given.words else None
    one = _valid(session, caller, digest)
    _refuse_beyond(row, given)
    confirm_link(session, caller, _link(session, row, one.part_id).id)
    level, aggregate = _level(row, one, given), _aggregate(row, given)
    missing = _missing(row, one, level, aggregate)
    consent = _consent(session, caller, row, one.part_id, level, aggregate, given.until)
    keep(session, caller, row, part_id=one.part_id)
    act = Act.ANSWER_PARTLY if missing else Act.ANSWER_FULLY
    told = {"declaration": digest, "grant_id": consent.id, "level": level}
    lacking = " ".join(missing) or None
    event = happen(session, row, act, caller, words=said, missing=lacking, **told)
    tell(session, row, row.asker_id, "request-answered")
    return event


def _valid(session: Session, caller: Caller, digest: str) -> Declared:
    row = session.get(DeclarationRow, digest)
    if row is None or row.company_id != caller.company_id or row.kind != "footprint":
        raise NotFound
    valid = valid_declarations(session, [row.part_id]).get(row.part_id, ())
    found = next((one for one in valid if one.digest == digest), None)
    if found is None:
        raise Conflict("requests/not-valid", declaration=digest)
    return found


def _link(session: Session, row: FootprintRequest, part_id: str) -> SourcingLink:
    """The asker's link towards the part; one whose part was only a text until now leads to it."""
    today, link = now().date(), SourcingLink
    query = links_towards(row.asked_id).where(link.part_id == row.part_id)
    query = query.where(or_(link.valid_from.is_(None), link.valid_from <= today))
    query = query.where(or_(link.valid_to.is_(None), link.valid_to > today))
    links = session.scalars(query.order_by(link.id)).all()
    if not links:
        raise Conflict("requests/no-link", part=row.part_number)
    there = [one for one in links if one.supplier_part_id == part_id]
    open_ones = [one for one in links if one.supplier_part_id is None]
    if not there and not open_ones:
        named = ", ".join(sorted({one.supplier_part_text for one in links}))
        raise Conflict("requests/other-part", part=row.part_number, named=named[:200])
    found = (there or open_ones)[0]
    found.supplier_part_id = part_id  # `confirm_link` notes that both sides' results may move
    return found


def _refuse_beyond(row: FootprintRequest, given: Given) -> None:
    """More than was asked for is not given by an answer: that is a consent of its own."""
    if given.level is not None and not EXISTENCE <= given.level <= row.level:
        raise BadInput("requests/level", level=str(given.level)[:20], asked=str(row.level))
    if given.until is not None and given.until <= now().date():
        raise BadInput("hub/grant-dates")


def _level(row: FootprintRequest, one: Declared, given: Given) -> int:
    wanted = row.level if given.level is None else given.level
    return one.covers(wanted)


def _aggregate(row: FootprintRequest, given: Given) -> bool:
    return row.aggregate if given.aggregate is None else row.aggregate and given.aggregate


def _missing(row: FootprintRequest, one: Declared, level: int, aggregate: bool) -> tuple[str, ...]:
    """What the answer lacks of what was asked, in the words of `finding`."""
    unopened = one.seen_at(level).missing(row.level, period_of(row))
    total = (TOTAL_VALUE,) if level < min(row.level, TOTAL) else ()
    refused = (AGGREGATE,) if row.aggregate and not aggregate else ()
    return (*total, *unopened, *refused)


def _consent(
    session: Session,
    caller: Caller,
    row: FootprintRequest,
    part_id: str,
    level: int,
    aggregate: bool,
    until: date | None,
) -> Grant:
    """A consent on the request's terms; one that stands on the same terms is not given twice."""
    end = until or row.keep_until
    standing = session.scalar(
        select(Grant)
        .filter_by(owner_id=caller.company_id, reader_id=row.asker_id, part_id=part_id)
        .filter_by(level=level, aggregate=aggregate, purpose=row.purpose, revoked_at=None)
        .filter_by(valid_to=end)
        .limit(1)
    )
    if standing is not None:
        return standing
    asked = (row.asker_id, part_id, level, aggregate)
    return grant(session, caller, *asked, valid_to=end, purpose=row.purpose)
