"""Reminders of what ends: at 60, 30 and 7 days, once, and again only for the next step."""

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from hub.access.usecases import add_person
from hub.declarations.tables import DeclarationRow
from hub.disclosure.jobs import crosses, remind_at
from hub.kit.clock import now
from hub.kit.tables import OutboxMessage
from tests.cast import BEIFENG

DAY = timedelta(days=1)
END = datetime.fromisoformat("2027-03-01T00:00:00+00:00")


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (61, 60, True),
        (60, 59, False),
        (31, 30, True),
        (8, 7, True),
        (7, 1, False),
        (90, 61, False),
        (59, 31, False),
        (35, 5, True),
        (6, -3, False),
    ],
)
def test_a_step_lies_in_a_span_or_not(since, until, expected):
    assert crosses(END, END - since * DAY, END - until * DAY) is expected


@pytest.fixture
def staffed(world):
    company = world.members[BEIFENG].company_id
    add_person(
        world.session, company, "c@pack.example", "Chen", ["submitter"], "zh-CN", "geheim1234"
    )
    add_person(world.session, company, "r@pack.example", "Rui", ["verifier"], "zh-CN", "geheim1234")
    return company


def ends_in(world, number: str, days: float) -> str:
    digest = world.declared(BEIFENG, number, mass_kg="1")
    moved = update(DeclarationRow).where(DeclarationRow.digest == digest)
    world.session.execute(moved.values(valid_to=now() + days * DAY))
    return digest


def told(world) -> list[tuple[str, str]]:
    rows = world.session.scalars(select(OutboxMessage)).all()
    return [(row.recipient, json.loads(row.params)["count"]) for row in rows]


class TestReminders:
    def test_go_once_to_whoever_declares(self, world, staffed):
        ends_in(world, "A", 59.5)
        ends_in(world, "B", 29.9)
        ends_in(world, "C", 45)
        ends_in(world, "D", 200)
        assert remind_at(world.session, now()) == 1
        assert told(world) == [("c@pack.example", "2")]
        assert remind_at(world.session, now()) == 0
        assert len(told(world)) == 1

    def test_say_nothing_of_what_was_withdrawn_or_has_ended(self, world, staffed):
        gone = ends_in(world, "A", 6.5)
        ends_in(world, "B", -1)
        path = f"/v1/declarations/{gone}/withdrawal"
        assert world.post(BEIFENG, path, json={"reason": "wrong"}).status_code == 201
        assert remind_at(world.session, now()) == 0

    def test_that_were_missed_for_days_are_made_up(self, world, staffed):
        ends_in(world, "A", 25)
        ends_in(world, "B", 20)
        assert remind_at(world.session, now()) == 1
        assert told(world) == [("c@pack.example", "1")]

    def test_need_somebody_to_remind(self, world):
        ends_in(world, "A", 6.5)
        assert remind_at(world.session, now()) == 0
