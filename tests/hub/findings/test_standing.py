"""The fold: what was said of a finding, and the state that it is in."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.findings.standing import Asked, Decision, Kind, Numbers, State, Verdict, standing

START = datetime(2026, 3, 1, tzinfo=UTC)
ONE, OTHER = Numbers("a", "u", "CAR"), Numbers("b", "v", "CAR")
FROM_VAN = Numbers("c", "u", "VAN")
"""The same for one unit, as seen from another product."""
OTHER_FROM_VAN = Numbers("d", "v", "VAN")


def said(kind: Kind, numbers: Numbers = ONE, minute: int = 0, **more: object) -> Decision:
    at = START + timedelta(minutes=minute)
    return Decision(kind, at, numbers, "company", "person:p", "because", **more)  # type: ignore[arg-type]


ACK, DISPUTE, REOPEN = said(Kind.ACKNOWLEDGE), said(Kind.DISPUTE), said(Kind.REOPEN)
UPHELD = said(Kind.ANSWER, verdict=Verdict.UPHELD, asked=Asked.OPERATOR)
WITHDRAWN = said(Kind.ANSWER, verdict=Verdict.WITHDRAWN, asked=Asked.PARTNER)
TO_LI = said(Kind.ASSIGN, assignee="person:li")
TO_NOBODY = said(Kind.ASSIGN)


@pytest.mark.parametrize(
    ("decisions", "numbers", "state", "changed"),
    [
        ([], ONE, State.OPEN, False),
        ([], None, State.RESOLVED, False),
        ([ACK], ONE, State.ACKNOWLEDGED, False),
        ([ACK], OTHER, State.OPEN, True),
        ([ACK], FROM_VAN, State.ACKNOWLEDGED, False),
        ([ACK], OTHER_FROM_VAN, State.OPEN, True),
        ([ACK], None, State.RESOLVED, False),
        ([ACK, REOPEN], ONE, State.OPEN, False),
        ([ACK, REOPEN], OTHER, State.OPEN, False),
        ([DISPUTE], ONE, State.DISPUTED, False),
        ([DISPUTE], OTHER, State.OPEN, True),
        ([DISPUTE, UPHELD], ONE, State.OPEN, False),
        ([DISPUTE, UPHELD], OTHER, State.OPEN, False),
        ([DISPUTE, WITHDRAWN], ONE, State.DISPUTED, False),
        ([DISPUTE, WITHDRAWN], OTHER, State.OPEN, True),
        ([DISPUTE, UPHELD, ACK], ONE, State.ACKNOWLEDGED, False),
        ([DISPUTE, REOPEN, DISPUTE], ONE, State.DISPUTED, False),
        ([ACK, said(Kind.ACKNOWLEDGE, OTHER)], OTHER, State.ACKNOWLEDGED, False),
        ([ACK, said(Kind.ACKNOWLEDGE, OTHER)], ONE, State.OPEN, True),
        ([TO_LI], ONE, State.OPEN, False),
        ([ACK, TO_LI], ONE, State.ACKNOWLEDGED, False),
    ],
)
def test_a_state_follows_from_what_was_said(decisions, numbers, state, changed):
    found = standing(decisions, numbers)
    assert (found.state, found.numbers_changed) == (state, changed)


@pytest.mark.parametrize(
    ("decisions", "awaits"),
    [
        ([], False),
        ([ACK], False),
        ([DISPUTE], True),
        ([DISPUTE, TO_LI], True),
        ([DISPUTE, UPHELD], False),
        ([DISPUTE, WITHDRAWN], False),
        ([DISPUTE, REOPEN], False),
        ([DISPUTE, UPHELD, REOPEN, DISPUTE], True),
    ],
)
def test_a_dispute_awaits_its_own_answer(decisions, awaits):
    assert standing(decisions, OTHER).awaits_answer is awaits


def test_the_last_assignment_counts():
    assert standing([TO_LI], ONE).assignee == "person:li"
    assert standing([TO_LI, ACK], None).assignee == "person:li"
    assert standing([TO_LI, TO_NOBODY], ONE).assignee is None


KINDS = st.sampled_from([ACK, DISPUTE, REOPEN, UPHELD, WITHDRAWN, TO_LI, TO_NOBODY])


@given(st.lists(KINDS, max_size=8))
def test_nothing_said_of_other_numbers_settles_a_finding(decisions):
    assert standing(decisions, OTHER).state is State.OPEN


@given(st.lists(KINDS, max_size=8), st.sampled_from([ONE, OTHER, FROM_VAN, OTHER_FROM_VAN]))
def test_an_assignment_changes_no_state(decisions, numbers):
    alone = [one for one in decisions if one.kind is not Kind.ASSIGN]
    assert standing(decisions, numbers).state is standing(alone, numbers).state
