"""Answers to questions over HTTP: kept bytes where they still hold, else computed and kept.

Either way what is read of others is on record before anything is told.
"""

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from fastapi import Request, Response
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from starlette.background import BackgroundTask

from hub.access.caller import Caller
from hub.disclosure import answers
from hub.disclosure.answers import Answered, Asked
from hub.disclosure.reader import refuse_beyond_budget
from hub.footprints.releases import take_pending
from hub.kit.database import Database, keep_at_once, transaction
from hub.kit.responses import tagged
from hub.sharing.usecases import reads_noted, record_noted

Compute = Callable[[Session], Any]
"""The document, by a session that only reads; reads of others are noted in it."""


def answer(database: Database, caller: Caller, asked: Asked, compute: Compute) -> Answered:
    """The answer to a question of the caller's; what it reads of others is recorded.

    Raises what `compute` raises: a refusal is never kept.
    """
    with database.read(autoflush=False) as session:
        given = answers.held(session, asked)
        if given is not None and given.reads:
            seen = ((read["object_kind"], read["object_id"]) for read in given.reads)
            refuse_beyond_budget(session, caller, seen)
        given = given or _computed(session, asked, compute)
        released = take_pending(session)
    if released:
        keep_at_once(database, released)
    if given.reads:
        with transaction(database.write) as session:
            record_noted(session, caller, given.reads)
    return given


def looked_up(database: Database, asked: Asked, compute: Compute) -> Any:
    """The document alone, for a use case of which nobody is told more than what was read before:
    nothing is recorded, and nothing kept."""
    with database.read(autoflush=False) as session:
        given = answers.held(session, asked)
        return compute(session) if given is None else json.loads(given.body)


def keep(database: Database, asked: Asked, given: Answered) -> None:
    """Keep what was computed, for the next who asks: done after the answer has left.

    A database that is busy for too long may refuse: it is then computed once more.
    """
    with suppress(OperationalError), transaction(database.write) as session:
        answers.keep(session, asked, given)


def respond(request: Request, given: Answered, database: Database, asked: Asked) -> Response:
    """An answer as bytes with an entity tag; what was computed is kept after it has left."""
    keeping = BackgroundTask(keep, database, asked, given) if given.sources else None
    return tagged(request, given.body, given.digest, keeping)


def _computed(session: Session, asked: Asked, compute: Compute) -> Answered:
    document = compute(session)
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    reads = reads_noted(session)
    given = Answered(body, hashlib.sha256(body).hexdigest(), reads)
    return answers.with_sources(session, asked, given)
