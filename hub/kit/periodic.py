"""What the hub does now and then, each time by one of its workers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from hub.kit.clock import now
from hub.kit.database import transaction
from hub.kit.tables import PeriodicWork
from hub.settings import Settings


@dataclass(frozen=True)
class Periodic:
    """A handler of a room's `jobs.py`; `hub.work` lists them all.

    `run` gets a session of the hub's own, whose transaction is committed when it returns. It may be
    called again for what it has done already: a worker can die in between.
    """

    name: str
    every: timedelta
    run: Callable[[Session, Settings], object]


def take_turn(factory: sessionmaker[Session], work: Periodic) -> bool:
    """Whether it is due and this worker's to do; it is due again one period later, done or not."""
    at = now()
    with transaction(factory) as session:
        row = PeriodicWork
        taken = session.scalar(
            update(row)
            .where(row.name == work.name, row.due_at <= at)
            .values(due_at=at + work.every)
            .returning(row.name)
        )
        known = taken or session.get(row, work.name)
    return taken is not None or (known is None and _first(factory, work))


def _first(factory: sessionmaker[Session], work: Periodic) -> bool:
    """Two workers may find that nobody has done it yet: one of them writes it down."""
    try:
        with transaction(factory) as session:
            session.add(PeriodicWork(name=work.name, due_at=now() + work.every))
    except IntegrityError:
        return False
    return True
