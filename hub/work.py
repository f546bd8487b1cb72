"""What the hub does by itself, beside answering: sending its mail, and what is due now and then.

Any number of workers may run: `hub work`, and the thread inside `hub serve`. What needs doing
stands in the database, so that killing one at any moment loses nothing.
"""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy.orm import Session, sessionmaker

from hub.disclosure import jobs as disclosure
from hub.kit import outbox
from hub.kit.database import Database, transaction
from hub.kit.mail import MailServer, NotTaken, mail_server, send
from hub.kit.periodic import Periodic, take_turn
from hub.requests import jobs as requests
from hub.settings import Settings
from hub.workbooks.jobs import WORKBOOKS

LOG = logging.getLogger("hub.work")
BATCH = 50
"""Messages that are looked up at a time."""
SERVER_PAUSE = 60
"""Seconds before a mail server that takes nothing is asked again."""


def _forget_old_mail(session: Session, settings: Settings) -> int:
    return outbox.forget_old(session)


# One line a handler; a room's own stand in its `jobs.py`.
PERIODIC: tuple[Periodic, ...] = (
    Periodic("old mail", timedelta(days=1), _forget_old_mail),
    Periodic("requests", timedelta(minutes=10), requests.remind),
    Periodic("declarations that end", timedelta(hours=6), disclosure.remind),
    WORKBOOKS,
)


def work_once(
    database: Database, settings: Settings, periodic: Sequence[Periodic] = PERIODIC
) -> int:
    """Do what is due, then send what is due; how many mails were sent.

    `database` is the hub's own (`as_hub`). Raises `BadInput` for unusable settings of mail, and
    `NotTaken` as `send_one`.
    """
    for work in periodic:
        if take_turn(database.write, work):
            _run(database.write, work, settings)
    server = mail_server(settings)
    return send_due(database, server) if server else 0


def send_due(database: Database, server: MailServer) -> int:
    """Send what is due until nothing is; how many were sent. Raises `NotTaken` as `send_one`."""
    sent = 0
    while True:
        with database.read() as session:
            ids = outbox.due(session, BATCH)
        sent += sum(send_one(database.write, server, message_id) for message_id in ids)
        if len(ids) < BATCH:
            return sent


def send_one(factory: sessionmaker[Session], server: MailServer, message_id: str) -> bool:
    """Send a message unless another worker has it; whether it was sent.

    Raises `NotTaken`, once that is recorded, when the server would refuse every message.
    """
    with transaction(factory) as session:
        claimed = outbox.claim(session, message_id)
    if claimed is None:
        return False
    try:
        send(server, claimed)
    except NotTaken as refusal:
        LOG.warning("mail %s was not taken: `hub mail list` says why", claimed.id)
        with transaction(factory) as session:
            outbox.note_failure(session, claimed, str(refusal), for_good=refusal.for_good)
        if refusal.of_server:
            raise
        return False
    with transaction(factory) as session:
        outbox.note_sent(session, claimed)
    return True


def work_until(stop: threading.Event, database: Database, settings: Settings) -> None:
    """Work again and again until told to stop; what goes wrong once is tried the next time."""
    while not stop.is_set():
        pause = settings.work_seconds
        try:
            work_once(database, settings)
        except NotTaken:
            pause = max(pause, SERVER_PAUSE)
        except Exception:
            LOG.exception("the worker failed, and goes on")
        stop.wait(pause)


@contextmanager
def working(database: Database, settings: Settings) -> Iterator[None]:
    """A worker in a thread of its own for as long as the block lasts."""
    stop = threading.Event()
    thread = threading.Thread(
        target=work_until, args=(stop, database, settings), name="worker", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=5)


def _run(factory: sessionmaker[Session], work: Periodic, settings: Settings) -> None:
    """One handler that fails must not keep the others, or the mail, from being done."""
    try:
        with transaction(factory) as session:
            work.run(session, settings)
    except Exception:
        LOG.exception("%s failed, and is tried again when it is due", work.name)
