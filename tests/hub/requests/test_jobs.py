"""Nothing expires in silence: reminders, the end, and more time, with a mail each."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from hub.access.usecases import add_person
from hub.kit.clock import now
from hub.kit.tables import OutboxMessage
from hub.requests import usecases
from hub.requests.jobs import due_reminders
from hub.requests.queries import events_of
from hub.requests.schedule import end_of
from tests.cast import AURORA, BEIFENG
from tests.hub.requests.conftest import in_days

PEOPLE = {
    "li@beifeng.example": (BEIFENG, "zh-CN", ["submitter"]),
    "wu@beifeng.example": (BEIFENG, "en", ["verifier"]),
    "max@aurora.example": (AURORA, "de", ["buyer"]),
}


@pytest.fixture
def staffed(asking):
    """Beifeng has a Chinese clerk and somebody who has nothing to do with it; Aurora a buyer."""
    session = asking.world.session
    for email, (actor, language, roles) in PEOPLE.items():
        company = asking.world.members[actor].company_id
        add_person(session, company, email, email, roles, language, "a long sentence")
    session.commit()
    return asking


def mails(asking):
    rows = asking.world.session.scalars(
        select(OutboxMessage).order_by(OutboxMessage.created_at, OutboxMessage.id)
    ).all()
    told = [(m.recipient, m.language, m.template) for m in rows]
    asking.world.session.query(OutboxMessage).delete()
    return told


def pass_time(asking, request_id, share):
    """Let the workers look when a share of the request's time has passed."""
    session = asking.world.session
    events = events_of(session, request_id)
    begun, due = events[0].at, events[0].due
    assert due is not None
    return due_reminders(session, begun + (end_of(due) - begun) * share)


class TestReminders:
    def test_go_to_the_clerk_in_her_language_at_half_and_four_fifths(self, staffed):
        request_id = staffed.sent()
        assert mails(staffed) == [("li@beifeng.example", "zh-CN", "request-new")]
        assert pass_time(staffed, request_id, 0.4) == 0
        for share, percent in ((0.5, 50), (0.8, 80)):
            assert pass_time(staffed, request_id, share) == 1
            assert mails(staffed) == [("li@beifeng.example", "zh-CN", "request-reminder")]
            event = staffed.reads(AURORA, request_id)["events"][-1]
            assert (event["kind"], event["share"], event["by"]) == ("remind", percent, "hub")
            assert pass_time(staffed, request_id, share) == 0
            assert mails(staffed) == []

    def test_at_the_end_both_are_told(self, staffed):
        request_id = staffed.sent()
        mails(staffed)
        pass_time(staffed, request_id, 1)
        assert sorted(mails(staffed)) == [
            ("li@beifeng.example", "zh-CN", "request-expired"),
            ("max@aurora.example", "de", "request-expired-unanswered"),
        ]
        for actor in (AURORA, BEIFENG):
            told = staffed.reads(actor, request_id)
            assert (told["state"], told["events"][-1]["kind"]) == ("expired", "expire")
        assert pass_time(staffed, request_id, 2) == 0

    def test_what_expired_is_reopened_by_more_time(self, staffed):
        request_id = staffed.sent()
        staffed.does(BEIFENG, request_id, "start")
        pass_time(staffed, request_id, 1)
        mails(staffed)
        staffed.does(BEIFENG, request_id, "ask-extension", due=in_days(60))
        told = staffed.does(AURORA, request_id, "extend", due=in_days(70))
        assert (told["state"], told["due"]) == ("in-work", in_days(70))
        assert [template for _, _, template in mails(staffed)] == [
            "request-extension-asked",
            "request-extended",
        ]
        assert due_reminders(staffed.world.session, now() + timedelta(36)) == 1

    def test_what_expired_is_still_answered(self, staffed):
        request_id, digest = staffed.sent(), staffed.declared()
        pass_time(staffed, request_id, 1)
        told = staffed.does(BEIFENG, request_id, "answer", declaration=digest)
        assert told["state"] == "answered-fully"

    @pytest.mark.parametrize("act", ["ask", "decline", "answer", "cancel"])
    def test_stop_when_it_is_not_the_supplier_s_turn(self, staffed, act):
        request_id, digest = staffed.sent(), staffed.declared()
        said = {
            "ask": {"words": "?"},
            "decline": {"reason": "confidential"},
            "answer": {"declaration": digest},
            "cancel": {},
        }
        staffed.does(AURORA if act == "cancel" else BEIFENG, request_id, act, **said[act])
        assert pass_time(staffed, request_id, 3) == 0


class TestMail:
    def test_goes_to_whom_it_was_forwarded(self, staffed):
        session, world = staffed.world.session, staffed.world
        company = world.members[BEIFENG].company_id
        person = add_person(
            session,
            company,
            "zhao@beifeng.example",
            "Zhao",
            ["releaser"],
            "zh-CN",
            "a long sentence",
        )
        session.commit()
        request_id = staffed.sent()
        mails(staffed)
        told = staffed.does(BEIFENG, request_id, "assign", person=person.id)
        assert told["assignee"] == "Zhao"
        assert mails(staffed) == [("zhao@beifeng.example", "zh-CN", "request-forwarded")]
        pass_time(staffed, request_id, 0.5)
        assert mails(staffed) == [("zhao@beifeng.example", "zh-CN", "request-reminder")]
        assert "Zhao" not in str(staffed.reads(AURORA, request_id))
        assert [r["id"] for r in staffed.box(BEIFENG, assignee=f"person:{person.id}")] == [
            request_id
        ]
        assert "assignee" not in staffed.does(BEIFENG, request_id, "assign", person="")

    def test_is_not_forwarded_to_who_has_no_role_for_it(self, staffed):
        people = staffed.world.get(BEIFENG, "/v1/people").json()
        verifier = next(p["id"] for p in people if p["email"] == "wu@beifeng.example")
        answer = staffed.act(BEIFENG, staffed.sent(), "assign", person=verifier)
        assert (answer.status_code, answer.json()["code"]) == (400, "requests/person-role")

    def test_says_nothing_of_values_purposes_and_words(self, staffed):
        request_id, digest = staffed.sent(legal_basis="SECRET-1"), staffed.declared(kgco2e="417.3")
        staffed.does(BEIFENG, request_id, "ask", words="SECRET-2")
        staffed.does(BEIFENG, request_id, "answer", declaration=digest, words="SECRET-3")
        rows = staffed.world.session.scalars(select(OutboxMessage)).all()
        assert len(rows) == 3
        for mail in rows:
            said = json.loads(mail.params)
            assert said.keys() <= {"partner", "part", "due", "count", "link"}
            assert "SECRET" not in mail.params
            assert "417" not in mail.params

    def test_of_a_set_is_one_a_company(self, staffed):
        lines = [{"part": f"AM-{n}", "supplier": "Beifeng Pack"} for n in range(30)]
        for line in lines:
            staffed.world.part(AURORA, line["part"])
        staffed.sends(AURORA, *lines)
        (mail,) = staffed.world.session.scalars(select(OutboxMessage)).all()
        assert json.loads(mail.params)["count"] == "30"

    def test_is_not_sent_for_what_is_undone(self, staffed):
        session, member = staffed.world.session, staffed.world.members[BEIFENG]
        request_id = staffed.sent()
        mails(staffed)
        session.commit()
        usecases.ask(session, member.caller, request_id, "?")
        session.rollback()
        assert mails(staffed) == []
