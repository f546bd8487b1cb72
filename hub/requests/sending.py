"""Sending requests, one or thousands: every line has its own verdict, and good ones are sent.

A set is named by its sender. Sent again, a line that is as it was changes nothing; so a job that
broke off, or a table that was mended, is simply sent once more.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.kit.clock import now
from hub.kit.errors import BadInput, Conflict, HubError, TooLarge
from hub.kit.tables import new_id
from hub.parties.queries import taken_over
from hub.parties.usecases import lock_company
from hub.requests import terms
from hub.requests.aiming import Aim, Books
from hub.requests.known import Hint, Wanted, hints
from hub.requests.lifecycle import OPEN
from hub.requests.lines import MAX_KEY, MAX_LINES, Line, Outcome, Verdict, asked_for, refused
from hub.requests.mail import tell_of_new
from hub.requests.queries import chunks, own_set
from hub.requests.tables import FootprintRequest, RequestOrigin, RequestSet
from hub.requests.writing import Letter, write

MAX_REFERENCE, MAX_TITLE = 100, 200


@dataclass(frozen=True)
class Wish:
    """How a set is sent."""

    preview: bool = False
    """Nothing is sent: what would be, and what answers already."""
    anyway: bool = False
    """Lines are sent, too, that an answer exists for, or that were asked before and are open."""
    upstream_of: str | None = None
    """The request that the sender was itself asked; nobody else learns of it."""


@dataclass(frozen=True)
class Sending:
    """A set as its sender names it. Nobody else sees reference and title."""

    reference: str
    title: str
    purpose: str
    lines: Sequence[Line]


AS_IT_IS = Wish()


def send_set(
    session: Session, caller: Caller, sent: Sending, wish: Wish = AS_IT_IS
) -> list[Verdict]:
    """Send the lines of a set; the verdict on each, in their order.

    Raises `BadInput` for a name of the set that cannot be used, `TooLarge` beyond `MAX_LINES`.
    """
    terms.text("reference", sent.reference, MAX_REFERENCE)
    terms.text("title", sent.title, MAX_TITLE)
    terms.text("purpose", sent.purpose, terms.MAX_PURPOSE)
    if len(sent.lines) > MAX_LINES:
        raise TooLarge("requests/too-many-lines", limit=str(MAX_LINES))
    lock_company(session, caller.company_id)
    judge = _Judge.of(session, caller, sent, wish)
    verdicts = [judge.verdict(line) for line in sent.lines]
    if judge.letters and not wish.preview:
        kept = _kept(session, caller, sent)
        write(session, caller, kept.id, judge.letters, wish.upstream_of)
        tell_of_new(
            session, caller, [(one.aim.asked_id, one.line.terms.due) for one in judge.letters]
        )
    return verdicts


@dataclass
class _Judge:
    """What is known before a line is judged, and the letters that come of it."""

    aims: Mapping[int, Aim | HubError]
    """By the id of the line's object: lines may be equal."""
    hints: Mapping[Wanted, Hint]
    sent: dict[str, tuple[str, str]]
    """Of the set's earlier lines: request and digest of what was asked, by name."""
    former: Mapping[str, Collection[str]]
    """By asked company, ids that lines may have meant when it answered for them not yet."""
    open_ones: dict[tuple[str, str], str]
    """Requests that are not over, by the company and part."""
    anyway: bool
    preview: bool
    today: date
    letters: list[Letter] = field(default_factory=list)
    fit: dict[terms.Terms, HubError | None] = field(default_factory=dict)

    @classmethod
    def of(cls, session: Session, caller: Caller, sent: Sending, wish: Wish) -> "_Judge":
        books = Books.of(session, caller.company_id, sent.lines)
        aims = {id(line): _aim(books, line) for line in sent.lines}
        wanted = {
            told
            for line in sent.lines
            if isinstance(aim := aims[id(line)], Aim) and (told := aim.wanted(line))
        }
        return cls(
            aims=aims,
            hints=hints(session, caller, wanted),
            sent=_sent_before(session, caller.company_id, sent.reference),
            former=_former(session, aims.values()),
            open_ones=_open_ones(session, caller.company_id, set(books.parts.values())),
            anyway=wish.anyway,
            preview=wish.preview,
            today=now().date(),
        )

    def verdict(self, line: Line) -> Verdict:
        aim = self.aims[id(line)]
        try:
            if isinstance(aim, HubError):
                raise aim
            return self._before(line, aim) or self._new(line, aim)
        except HubError as error:
            return refused(line, error)

    def _before(self, line: Line, aim: Aim) -> Verdict | None:
        """The verdict on a line whose name the set has already."""
        known = self.sent.get(line.name)
        if known is None:
            return None
        request_id, digest = known
        ids = (aim.asked_id, *self.former.get(aim.asked_id, ()))
        if digest not in {asked_for(line, each) for each in ids}:
            raise Conflict("requests/line-differs", line=line.name[:100])
        return Verdict.on(line, Outcome.UNCHANGED, request_id=request_id)

    def _new(self, line: Line, aim: Aim) -> Verdict:
        self._refuse_unfit(line)
        wanted = aim.wanted(line)
        hint = self.hints.get(wanted, _NOTHING) if wanted else _NOTHING
        verdict = Verdict.on(line, Outcome.SENT, supplier_has_one=hint.exists)
        if hint.readable and not self.anyway:
            return replace(verdict, outcome=Outcome.READABLE, declaration=hint.readable)
        key = (aim.asked_id, aim.part_id)
        if key in self.open_ones and not self.anyway:
            return replace(verdict, outcome=Outcome.OPEN, request_id=self.open_ones[key])
        letter = Letter(new_id(), line, aim)
        self.letters.append(letter)
        self.sent[line.name] = (letter.request_id, asked_for(line, aim.asked_id))
        self.open_ones[key] = letter.request_id
        return verdict if self.preview else replace(verdict, request_id=letter.request_id)

    def _refuse_unfit(self, line: Line) -> None:
        terms.text("line", line.name, MAX_KEY)
        if line.supplier_part is not None:
            terms.text("supplier_part", line.supplier_part, MAX_KEY)
        if line.terms not in self.fit:
            self.fit[line.terms] = _unfit(line.terms, self.today)
        if error := self.fit[line.terms]:
            raise error


_NOTHING = Hint()


def _unfit(wanted: terms.Terms, today: date) -> BadInput | None:
    try:
        terms.check(wanted, today)
    except BadInput as error:
        return error
    return None


def _aim(books: Books, line: Line) -> Aim | HubError:
    try:
        return books.aim(line)
    except HubError as error:
        return error


def _sent_before(session: Session, company_id: str, reference: str) -> dict[str, tuple[str, str]]:
    known = own_set(session, company_id, reference)
    if known is None:
        return {}
    row = RequestOrigin
    query = select(row.line, row.request_id, row.asked_for).where(row.set_id == known.id)
    return {line: (request, digest) for line, request, digest in session.execute(query)}


def _former(session: Session, aims: Collection[Aim | HubError]) -> dict[str, list[str]]:
    asked = {aim.asked_id for aim in aims if isinstance(aim, Aim)}
    found: dict[str, list[str]] = {}
    for chunk in chunks(asked):
        found |= taken_over(session, chunk)
    return found


def _open_ones(
    session: Session, company_id: str, parts: Collection[str]
) -> dict[tuple[str, str], str]:
    row = FootprintRequest
    query = select(row.asked_id, row.part_id, row.id).where(row.asker_id == company_id)
    query = query.where(row.state.in_(sorted(OPEN)))
    return {
        (asked_id, part_id): request_id
        for chunk in chunks(parts)
        for asked_id, part_id, request_id in session.execute(query.where(row.part_id.in_(chunk)))
    }


def _kept(session: Session, caller: Caller, sent: Sending) -> RequestSet:
    """The set's row; a set that is sent again keeps its first title."""
    known = own_set(session, caller.company_id, sent.reference)
    if known is not None:
        return known
    row = RequestSet(
        id=new_id(),
        company_id=caller.company_id,
        reference=sent.reference,
        title=sent.title,
        purpose=sent.purpose,
        created_at=now(),
        created_by=caller.actor,
    )
    session.add(row)
    session.flush()
    return row
