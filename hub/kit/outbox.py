"""Mail that waits to be sent: put there by the transaction that causes it, sent after its commit.

    queued ── claimed for some minutes, then tried ──> sent
      │ ^          │ failed                 │ refused for good, or tried too often
      │ └──────────┘ waits longer           └──> failed ── `hub mail send` ──> queued
      └── `hub mail drop` ──> dropped

A worker claims a message with one conditional UPDATE, so that of two workers one gets it, on both
databases. The claim is only a time: when the worker dies, the message is due again. If it died
after the server had taken the mail, the mail goes out once more under the same Message-ID.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from hub.kit.clock import now
from hub.kit.database import add_hidden
from hub.kit.errors import BadInput, NotFound
from hub.kit.language import LANGUAGES
from hub.kit.mail_words import refuse_unfilled
from hub.kit.tables import OutboxMessage, new_id

State = Literal["queued", "sent", "failed", "dropped"]

CLAIM: Final = timedelta(minutes=10)
"""How long a message is one worker's; sending ends long before."""
WAITS: Final = tuple(
    timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 3 * 60, 6 * 60, 12 * 60, 24 * 60)
)
"""How long a message waits after its first, second … failed try; after the last it has failed."""
KEPT: Final = timedelta(days=90)
"""How long it is known that a message was sent, or dropped."""
MAX_EMAIL, MAX_PARAM, MAX_ERROR = 320, 2_000, 300


@dataclass(frozen=True)
class Claimed:
    """A message that is this worker's to send until its claim ends."""

    id: str
    recipient: str
    language: str
    template: str
    params: Mapping[str, str]
    tries: int
    """Including the one that begins now; whoever claims it next counts on."""


def post(
    session: Session,
    *,
    to: str,
    language: str,
    template: str,
    params: Mapping[str, str],
    company_id: str | None = None,
) -> str:
    """Put a mail into the outbox, in the transaction of its cause; gives the message's id.

    `template` names the words in `hub/words`, `params` are their placeholders; `link`, if there is
    one, becomes the button. `company_id` is on whose behalf it is sent. Params are never values of
    a footprint: mail is not confidential.

    Raises `BadInput` (`hub/email`) for an address that cannot be written to, `LookupError` or
    `ValueError` for params that do not fit the template: a defect of whoever calls.
    """
    if language not in LANGUAGES:
        raise ValueError(language)
    refuse_unfilled(template, params)
    if any(len(value) > MAX_PARAM for value in params.values()):
        raise ValueError(f"{template}: a parameter is too long")
    at = now()
    message = OutboxMessage(
        id=new_id(),
        company_id=company_id,
        recipient=mail_address(to),
        language=language,
        template=template,
        params=json.dumps(dict(params), ensure_ascii=False),
        state="queued",
        tries=0,
        next_try_at=at,
        created_at=at,
    )
    add_hidden(session, [message])
    return message.id


def mail_address(text: str) -> str:
    """One address, nothing around it, as it can stand in a header.

    Raises `BadInput` (`hub/email`).
    """
    address = text.strip()
    name, _, domain = address.rpartition("@")
    is_plain = address.isprintable() and not set(address) & set(' ,;:<>()[]"\\')
    if not name or "@" in name or "." not in domain or len(address) > MAX_EMAIL or not is_plain:
        raise BadInput("hub/email", email=ascii(text[:80])[1:-1])
    return address


def due(session: Session, most: int) -> list[str]:
    """Ids of messages that may be tried now, those that have waited longest first."""
    query = select(OutboxMessage.id).where(_is_due(now()))
    return list(session.scalars(query.order_by(OutboxMessage.next_try_at).limit(most)))


def claim(session: Session, message_id: str) -> Claimed | None:
    """Take a due message for `CLAIM`; None if another worker was faster, or it is no longer due.

    Nobody may send before this is committed.
    """
    at, row = now(), OutboxMessage
    taken = session.execute(
        update(row)
        .where(row.id == message_id, _is_due(at))
        .values(tries=row.tries + 1, next_try_at=at + CLAIM)
        .returning(row.id, row.recipient, row.language, row.template, row.params, row.tries)
    ).one_or_none()
    if taken is None:
        return None
    found = taken._asdict()
    return Claimed(**{**found, "params": json.loads(found["params"])})


def note_sent(session: Session, claimed: Claimed) -> None:
    """The mail server has taken it; what stood in it is forgotten."""
    _note(session, claimed, state="sent", sent_at=now(), params="{}", error=None)


def note_failure(session: Session, claimed: Claimed, error: str, *, for_good: bool) -> None:
    """It was not taken: it waits longer each time, and has failed after the last or `for_good`."""
    reason = "".join(c if c.isprintable() else " " for c in error)[:MAX_ERROR]
    if for_good or claimed.tries > len(WAITS):
        _note(session, claimed, state="failed", error=reason)
    else:
        waits = now() + WAITS[claimed.tries - 1]
        _note(session, claimed, next_try_at=waits, error=reason)


def listed(session: Session, state: State | None = None) -> list[OutboxMessage]:
    """Messages by the time at which they were posted, all or those of one state."""
    query = select(OutboxMessage).order_by(OutboxMessage.created_at, OutboxMessage.id)
    return list(session.scalars(query.filter_by(state=state) if state else query))


def send_again(session: Session, message_id: str) -> None:
    """Let a message be tried at once, as if it had never been. Raises `NotFound`."""
    _change(session, message_id, state="queued", tries=0, next_try_at=now(), error=None)


def drop(session: Session, message_id: str) -> None:
    """Never send a message; what stood in it is forgotten. Raises `NotFound`."""
    _change(session, message_id, state="dropped", params="{}")


def forget_old(session: Session) -> int:
    """Delete what was sent or dropped long ago; gives how many. What waits or failed stays."""
    over = OutboxMessage.state.in_(("sent", "dropped"))
    old = OutboxMessage.created_at < now() - KEPT
    gone = session.scalars(delete(OutboxMessage).where(over, old).returning(OutboxMessage.id))
    return len(gone.all())


def _is_due(at: datetime) -> ColumnElement[bool]:
    return (OutboxMessage.state == "queued") & (OutboxMessage.next_try_at <= at)


def _note(session: Session, claimed: Claimed, **values: object) -> None:
    """Unless the claim has ended and somebody else has it now: then theirs is the word."""
    row = OutboxMessage
    own = (row.id == claimed.id) & (row.state == "queued") & (row.tries == claimed.tries)
    session.execute(update(row).where(own).values(**values))


def _change(session: Session, message_id: str, **values: object) -> None:
    """Change a message that has not left."""
    row = OutboxMessage
    stays = (row.id == message_id) & row.state.in_(("queued", "failed"))
    changed = session.scalar(update(row).where(stays).values(**values).returning(row.id))
    if changed is None:
        raise NotFound("mail/not-waiting", id=message_id[:60])
