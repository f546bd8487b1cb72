"""What the hub does now and then is done by one worker, and again when it is due."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from hub.kit.database import transaction
from hub.kit.periodic import Periodic, take_turn
from hub.kit.tables import PeriodicWork
from hub.work import PERIODIC, work_once
from tests.conftest import settings_for


@pytest.fixture
def settings(own_url):
    return settings_for(own_url)


def test_one_of_many_workers_does_it(own_database, settings):
    done = []
    work = Periodic("count", timedelta(hours=1), lambda session, told: done.append(told))
    with ThreadPoolExecutor(4) as workers:
        list(workers.map(lambda _: work_once(own_database, settings, [work]), range(8)))
    assert done == [settings]


def test_it_is_due_again_after_its_period(own_database, settings):
    done = []
    work = Periodic("count", timedelta(hours=1), lambda session, told: done.append(1))
    for _ in range(2):
        work_once(own_database, settings, [work])
    with transaction(own_database.write) as session:
        session.get_one(PeriodicWork, "count").due_at -= timedelta(hours=2)
    work_once(own_database, settings, [work])
    assert len(done) == 2


def test_one_that_fails_keeps_no_other_from_being_done(own_database, settings, caplog):
    done = []

    def fail(session, told):
        session.add(PeriodicWork(name="half done", due_at=told.nothing))

    works = [
        Periodic("fails", timedelta(hours=1), fail),
        Periodic("works", timedelta(hours=1), lambda session, told: done.append(1)),
    ]
    work_once(own_database, settings, works)
    assert done == [1]
    assert "fails failed" in caplog.text
    with own_database.read() as session:
        assert session.get(PeriodicWork, "half done") is None
    assert not take_turn(own_database.write, works[0])


def test_names_are_different():
    assert len({work.name for work in PERIODIC}) == len(PERIODIC)
