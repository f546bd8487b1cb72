"""Requests over HTTP: what each of the two companies does and reads, and nobody else."""

import pytest

from hub.requests.lifecycle import State
from tests.cast import AURORA, BEIFENG, CELLWERK, DONGHAI, ETERNAL, FOXGLOVE
from tests.hub.requests.conftest import PURPOSE, in_days

OTHERS = (CELLWERK, DONGHAI, ETERNAL, FOXGLOVE)
DUE = {"due": in_days(60)}
WORDS = {"words": "which plant?"}
BODIES = {
    "start": {},
    "ask": WORDS,
    "reply": WORDS,
    "answer": {"declaration": "0" * 64},
    "accept": {},
    "return": WORDS,
    "decline": {"reason": "capacity"},
    "ask-extension": DUE,
    "extend": DUE,
    "cancel": {},
    "assign": {"person": ""},
    "part": {"part": "x"},
    "upstream": {"reference": "U", "title": "U", "purpose": "sums", "due": in_days(40)},
}


class TestWhoReads:
    def test_both_read_the_fairness_facts(self, asking):
        said = {
            "level": 2,
            "legal_basis": "contract of 2026",
            "seen_by": "our auditor",
            "keep_until": in_days(400),
            "verification_paid_by": "asker",
        }
        request_id = asking.sent(**said)
        for actor in (BEIFENG, AURORA):
            told = asking.reads(actor, request_id)
            assert {name: told[name] for name in said} == said
            assert (told["purpose"], told["due"]) == (PURPOSE, in_days(40))
            assert (told["part_number"], told["supplier_part"]) == ("AM-PACK", "PACK-1")
        assert asking.reads(BEIFENG, request_id)["partner"]["name"] == "Aurora Motors"
        assert asking.reads(AURORA, request_id)["partner"]["name"] == "Beifeng Pack"

    def test_the_first_look_of_the_asked_company_opens_it(self, asking):
        request_id = asking.sent()
        assert asking.reads(AURORA, request_id)["state"] == "sent"
        assert asking.box(BEIFENG)[0]["state"] == "sent"  # a list opens nothing
        assert asking.reads(BEIFENG, request_id)["state"] == "opened"
        events = asking.reads(AURORA, request_id)["events"]
        assert [event["kind"] for event in events] == ["send", "open"]
        assert len(asking.reads(BEIFENG, request_id)["events"]) == 2

    @pytest.mark.parametrize("other", OTHERS, ids=lambda actor: actor.name)
    def test_nobody_else_finds_it(self, asking, other):
        request_id, absent = asking.sent(), "0" * 36
        for path in ("", *(f"/{act}" for act in BODIES)):
            said = {"json": BODIES[path[1:]]} if path else {}
            send = asking.world.post if path else asking.world.get
            theirs, none = (
                send(other, f"/v1/requests/{one}{path}", **said) for one in (request_id, absent)
            )
            assert (theirs.status_code, theirs.json()) == (404, none.json()), path
        assert asking.box(other, "in") == asking.box(other, "out") == []
        assert asking.world.get(other, "/v1/requests/counts").json() == {}

    def test_each_reads_its_own_notes_alone(self, asking):
        asking.declared()
        request_id = asking.sent()
        ours, theirs = asking.reads(AURORA, request_id), asking.reads(BEIFENG, request_id)
        assert (ours["set"], ours["line"]) == ("S-1", "AM-PACK")
        assert not {"own_part", "answers", "ready", "assignee", "upstream"} & ours.keys()
        assert theirs["own_part"]["name"] == "PACK-1"
        assert not {"set", "line", "upstream_of"} & theirs.keys()
        assert "First round" not in str(theirs)


class TestActs:
    def test_from_question_to_acceptance(self, asking):
        digest, request_id = asking.declared(), asking.sent()
        asking.does(BEIFENG, request_id, "start")
        asking.does(BEIFENG, request_id, "ask", words="which plant?\nboth?")
        assert asking.does(AURORA, request_id, "reply", words="Wuhu")["state"] == "in-work"
        assert asking.does(BEIFENG, request_id, "answer", declaration=digest)["state"] == (
            "answered-fully"
        )
        assert asking.does(AURORA, request_id, "return", words="the period")["state"] == "returned"
        told = asking.does(BEIFENG, request_id, "answer", declaration=digest, words="it is right")
        assert told["state"] == "answered-fully"
        done = asking.does(AURORA, request_id, "accept")
        assert (done["state"], done["possible"]) == ("accepted", [])
        kinds = [event["kind"] for event in done["events"]]
        assert kinds == [
            *("send", "start", "ask", "reply", "answer-fully", "return", "answer-fully"),
            "accept",
        ]
        assert done["events"][2]["words"] == "which plant?\nboth?"
        assert "actor" not in done["events"][2]
        assert "actor" in asking.reads(BEIFENG, request_id)["events"][2]

    @pytest.mark.parametrize("reason", ["no-data-yet", "confidential", "not-my-part", "capacity"])
    def test_declining_says_why_and_can_be_taken_up_again(self, asking, reason):
        request_id = asking.sent()
        assert asking.does(BEIFENG, request_id, "decline", reason=reason)["state"] == "declined"
        assert asking.reads(AURORA, request_id)["events"][-1]["reason"] == reason
        assert asking.does(BEIFENG, request_id, "start")["state"] == "in-work"

    def test_more_time_is_asked_for_and_given(self, asking):
        request_id = asking.sent()
        asked = asking.does(BEIFENG, request_id, "ask-extension", due=in_days(55), words="holiday")
        assert (asked["due"], asked["wished_due"]) == (in_days(40), in_days(55))
        given = asking.does(AURORA, request_id, "extend", due=in_days(50))
        assert (given["due"], given["first_due"]) == (in_days(50), in_days(40))
        assert "wished_due" not in given

    @pytest.mark.parametrize(
        ("act", "said", "code"),
        [
            ("extend", {"due": in_days(40)}, "requests/due"),
            ("extend", {"due": in_days(39)}, "requests/due"),
            ("extend", {"due": in_days(9_000)}, "requests/due"),
            ("extend", {"due": "never"}, "hub/request-form"),
            ("extend", {}, "hub/request-form"),
            ("cancel", {"words": " \n "}, "requests/words"),
            ("cancel", {"words": "a\u0007b"}, "requests/words"),
            ("cancel", {"words": "x" * 3_000}, "hub/request-form"),
            ("cancel", {"price": "low"}, "hub/request-form"),
        ],
    )
    def test_the_asker_is_told_what_does_not_fit(self, asking, act, said, code):
        answer = asking.act(AURORA, asking.sent(), act, **said)
        assert (answer.status_code, answer.json()["code"]) == (400, code)

    @pytest.mark.parametrize(
        ("act", "said", "code"),
        [
            ("decline", {"reason": "other"}, "requests/words"),
            ("decline", {"reason": "no time"}, "hub/request-form"),
            ("decline", {}, "hub/request-form"),
            ("ask", {"words": ""}, "requests/words"),
            ("ask-extension", {"due": in_days(1)}, "requests/due"),
            ("part", {"part": "PACK-1"}, "hub/not-found"),
            ("assign", {"person": "nobody"}, "requests/person-not-found"),
            ("answer", {"declaration": "0" * 64}, "hub/not-found"),
            ("answer", {"declaration": "0" * 64, "level": 9}, "hub/request-form"),
        ],
    )
    def test_so_is_the_asked_company(self, asking, act, said, code):
        answer = asking.act(BEIFENG, asking.sent(), act, **said)
        assert answer.json()["code"] == code

    @pytest.mark.parametrize("act", ["reply", "accept", "return", "extend", "cancel"])
    def test_what_is_the_asker_s_is_not_the_asked_company_s(self, asking, act):
        request_id = asking.sent()
        answer = asking.act(BEIFENG, request_id, act, **BODIES[act])
        assert (answer.status_code, answer.json()["code"]) == (409, "requests/not-now")
        assert "start, ask, answer, decline, ask-extension" in answer.json()["remedy"]

    @pytest.mark.parametrize("act", ["start", "ask", "answer", "decline", "ask-extension"])
    def test_nor_the_other_way_round(self, asking, act):
        answer = asking.act(AURORA, asking.sent(), act, **BODIES[act])
        assert (answer.status_code, answer.json()["code"]) == (409, "requests/not-now")
        assert "extend, cancel" in answer.json()["remedy"]

    @pytest.mark.parametrize("act", [a for a in BODIES if a not in ("assign", "part", "upstream")])
    def test_nothing_is_done_with_what_was_cancelled(self, asking, act):
        request_id = asking.sent()
        asking.does(AURORA, request_id, "cancel", words="no longer built")
        before = asking.reads(AURORA, request_id)
        for actor in (AURORA, BEIFENG):
            answer = asking.act(actor, request_id, act, **BODIES[act])
            assert (answer.status_code, answer.json()["code"]) == (409, "requests/over")
            assert "cancelled" in answer.json()["message"]
        assert asking.reads(AURORA, request_id) == before


class TestLists:
    def test_are_paged_filtered_and_counted(self, asking):
        lines = [{"part": f"AM-{n}", "supplier": "Beifeng Pack"} for n in range(5)]
        for line in lines:
            asking.world.part(AURORA, line["part"])
        told = asking.sends(AURORA, *lines)
        ids = [line["request"] for line in told["lines"]]
        asking.does(AURORA, ids[3], "cancel")
        assert asking.world.get(AURORA, "/v1/requests/counts?box=out").json() == {
            "sent": 4,
            "cancelled": 1,
        }
        assert [one["id"] for one in asking.box(BEIFENG, state="cancelled")] == [ids[3]]
        assert len(asking.box(BEIFENG, state=["sent", "cancelled"])) == 5
        assert asking.box(BEIFENG, partner="nobody") == []
        page, seen = {"next": ""}, []
        while "next" in page:
            after = {"after": page["next"]} if page["next"] else {}
            page = asking.world.get(BEIFENG, "/v1/requests", params={"limit": 2, **after}).json()
            seen += [one["id"] for one in page["items"]]
        assert sorted(seen) == sorted(ids)

    @pytest.mark.parametrize("query", ["box=both", "state=done", "limit=0", "after=x"])
    def test_refuse_what_they_do_not_know(self, asking, query):
        assert asking.world.get(BEIFENG, f"/v1/requests?{query}").status_code == 400

    @pytest.mark.parametrize("state", State)
    def test_know_every_state(self, asking, state):
        assert asking.box(BEIFENG, state=state.value) == []
