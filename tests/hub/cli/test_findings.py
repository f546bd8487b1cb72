"""`hub findings` over all parts with states, and `hub disputes` for whoever runs the hub."""

import json
from typing import Any

import pytest

from hub.access.caller import Caller
from hub.cli.terminal import database
from hub.disclosure.company_findings import found_about, state_now, to_decide_on
from hub.disclosure.footprint import Question
from hub.findings import deciding
from hub.parties.usecases import find_company
from tests.hub.cli.test_rollup import BRACKET, Firm, firm

__all__ = ["firm"]


def decided(act: Any, code: str, words: str) -> str:
    """What a person of the company says in the portal; the finding's key."""
    with database() as session:
        caller = Caller(find_company(session, "lei:A1").id, "person:somebody")
        found = found_about(session, caller, Question.now())
        (key,) = [item["key"] for item in found["items"] if item["code"] == code]
        held = to_decide_on(session, caller, found, key)
        act(session, caller, held, words)
        return str(state_now(session, caller, held)["key"])


def test_all_parts_are_told_with_what_was_said(firm):
    held: Firm = firm(BRACKET)
    whole = held.hub("findings", "lei:A1")
    assert whole.out.splitlines()[-1].startswith("Error 1 · Warning 3 · Note")
    decided(deciding.acknowledge, "tier/mass-imbalance", "the drawing is old")
    for ran in (held.hub("findings", "lei:A1"), held.hub("findings", "lei:A1", "BRACKET")):
        assert "    1.7 kg go into Halter" in ran.out
        assert ": the drawing is old" in ran.out
    still_open = held.hub("findings", "lei:A1", "--state", "open")
    assert "tier/mass-imbalance" not in still_open.out
    known = held.hub("findings", "lei:A1", "--state", "acknowledged", "--format", "json")
    (item,) = json.loads(known.out)["items"]
    assert (item["code"], item["state"]) == ("tier/mass-imbalance", "acknowledged")
    below = held.hub("findings", "lei:A1", "BRACKET", "--state", "acknowledged")
    assert "tier/mass-imbalance" in below.out
    assert "tier/missing" not in below.out


@pytest.mark.parametrize(("verdict", "state"), [("upheld", "open"), ("withdrawn", "disputed")])
def test_the_operator_answers_at_the_command_line(firm, verdict, state):
    held: Firm = firm(BRACKET)
    key = decided(deciding.dispute, "tier/mass-imbalance", "weighed with its box")
    (asked,) = json.loads(held.hub("disputes", "list").out)
    assert (asked["key"], asked["reason"]) == (key, "weighed with its box")
    assert asked["state"] == "awaits-answer"
    ran = held.hub("disputes", "answer", key, verdict, "the box is no part of it")
    assert ran.status == 0, ran.err
    found = json.loads(held.hub("findings", "lei:A1", "--format", "json").out)["items"]
    (item,) = [item for item in found if item["key"] == key]
    assert (item["state"], item["answer"]["by"]["who"]) == (state, "operator")
    assert "the box is no part of it" in held.hub("findings", "lei:A1").out
    again = held.hub("disputes", "answer", key, verdict, "once more")
    assert (again.status, "has been answered" in again.err) == (1, True)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("findings", "lei:A1", "--state", "closed"), 2),
        (("findings", "lei:A1", "NO-SUCH"), 1),
        (("findings", "nobody"), 1),
        (("disputes", "answer", "0" * 64, "upheld", "why"), 1),
        (("disputes", "answer", "0" * 64, "perhaps", "why"), 2),
    ],
)
def test_what_cannot_be_answered_says_so(firm, words, status):
    ran = firm(BRACKET).hub(*words)
    assert ran.status == status
    assert ran.err
