"""What the two companies of a request do with it, one after the other.

Each raises `NotFound` for a request of others, `NotNow` for what its state or the caller's side
does not allow, and `BadInput` for words and days that cannot be used. Sending is in `sending`,
answering in `answering`, what the asked company keeps to itself in `handling`.
"""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.kit.clock import now
from hub.kit.errors import BadInput
from hub.requests import terms
from hub.requests.lifecycle import Act, Reason, Side, State, due_after_return
from hub.requests.mail import tell
from hub.requests.queries import request_of
from hub.requests.recording import happen, held, is_of
from hub.requests.tables import FootprintRequest, RequestEvent


def read(session: Session, caller: Caller, request_id: str) -> FootprintRequest:
    """A request of the caller's; the first time that the asked company reads it, it is opened."""
    row = request_of(session, caller.company_id, request_id)
    if is_of(row, caller, Side.ASKED) and row.state == State.SENT:
        row = request_of(session, caller.company_id, request_id, lock=True)
        if row.state == State.SENT:
            happen(session, row, Act.OPEN, caller)
    return row


def start(session: Session, caller: Caller, request_id: str) -> RequestEvent:
    """The asked company works on it; also on what it had declined, or what came back."""
    return happen(session, held(session, caller, request_id, Act.START), Act.START, caller)


def ask(session: Session, caller: Caller, request_id: str, words: str) -> RequestEvent:
    """The asked company has a question; its time stands still until the reply."""
    row = held(session, caller, request_id, Act.ASK)
    event = happen(session, row, Act.ASK, caller, words=terms.words(words))
    tell(session, row, row.asker_id, "request-question")
    return event


def reply(session: Session, caller: Caller, request_id: str, words: str) -> RequestEvent:
    """The asker replies; the time that the question waited is added to the asked company's."""
    row = held(session, caller, request_id, Act.REPLY)
    event = happen(session, row, Act.REPLY, caller, words=terms.words(words))
    tell(session, row, row.asked_id, "request-reply")
    return event


def accept(
    session: Session, caller: Caller, request_id: str, words: str | None = None
) -> RequestEvent:
    """The asker takes the answer as it is: the request is done."""
    row = held(session, caller, request_id, Act.ACCEPT)
    said = terms.words(words) if words else None
    event = happen(session, row, Act.ACCEPT, caller, words=said)
    tell(session, row, row.asked_id, "request-accepted")
    return event


def send_back(
    session: Session, caller: Caller, request_id: str, words: str, due: date | None = None
) -> RequestEvent:
    """The asker says what to mend; there is at least a fortnight for it."""
    row = held(session, caller, request_id, Act.RETURN)
    at = now()
    if due is not None:
        terms.check_due(due, at.date(), at.date())
    last = due_after_return(row.due, at, due)
    event = happen(session, row, Act.RETURN, caller, words=terms.words(words), due=last)
    tell(session, row, row.asked_id, "request-returned")
    return event


def decline(
    session: Session, caller: Caller, request_id: str, reason: Reason, words: str | None = None
) -> RequestEvent:
    """The asked company will not answer, and says why; `other` takes words."""
    row = held(session, caller, request_id, Act.DECLINE)
    if reason is Reason.OTHER and not words:
        raise BadInput("requests/words", limit=str(terms.MAX_WORDS))
    said = {"reason": reason.value, "words": terms.words(words) if words else None}
    event = happen(session, row, Act.DECLINE, caller, **said)
    tell(session, row, row.asker_id, "request-declined")
    return event


def ask_extension(
    session: Session, caller: Caller, request_id: str, due: date, words: str | None = None
) -> RequestEvent:
    """The asked company asks for more time; only the asker can give it."""
    row = held(session, caller, request_id, Act.ASK_EXTENSION)
    _check_later(row, due)
    said = terms.words(words) if words else None
    event = happen(session, row, Act.ASK_EXTENSION, caller, due=due, words=said)
    tell(session, row, row.asker_id, "request-extension-asked")
    return event


def extend(
    session: Session, caller: Caller, request_id: str, due: date, words: str | None = None
) -> RequestEvent:
    """The asker gives more time; what had expired goes on where it stood."""
    row = held(session, caller, request_id, Act.EXTEND)
    _check_later(row, due)
    said = terms.words(words) if words else None
    event = happen(session, row, Act.EXTEND, caller, due=due, words=said)
    tell(session, row, row.asked_id, "request-extended")
    return event


def cancel(
    session: Session, caller: Caller, request_id: str, words: str | None = None
) -> RequestEvent:
    """The asker no longer needs it. Consents that were given stay until their owner ends them."""
    row = held(session, caller, request_id, Act.CANCEL)
    said = terms.words(words) if words else None
    event = happen(session, row, Act.CANCEL, caller, words=said)
    tell(session, row, row.asked_id, "request-cancelled")
    return event


def _check_later(row: FootprintRequest, due: date) -> None:
    """A new last day comes after the old one, and is not past."""
    today = now().date()
    terms.check_due(due, today, max(row.due + timedelta(days=1), today))
