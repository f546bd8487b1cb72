"""The life of a request: every act in every state, and how time runs."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.requests.lifecycle import (
    ANSWERED,
    OPEN,
    RULES,
    RUNNING,
    Act,
    Happened,
    LifecycleError,
    Side,
    State,
    after,
    due_after_return,
    may,
    standing,
)
from hub.requests.schedule import END, end_of, instant_of, next_instant, share_due

SENT_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DUE = date(2026, 4, 1)
SEND = Happened(Act.SEND, SENT_AT, DUE)

WAY: dict[State, tuple[Act, ...]] = {
    State.SENT: (),
    State.OPENED: (Act.OPEN,),
    State.IN_WORK: (Act.OPEN, Act.START),
    State.QUESTION: (Act.OPEN, Act.ASK),
    State.ANSWERED_FULLY: (Act.START, Act.ANSWER_FULLY),
    State.ANSWERED_PARTLY: (Act.START, Act.ANSWER_PARTLY),
    State.ACCEPTED: (Act.ANSWER_FULLY, Act.ACCEPT),
    State.RETURNED: (Act.ANSWER_PARTLY, Act.RETURN),
    State.DECLINED: (Act.OPEN, Act.DECLINE),
    State.EXPIRED: (Act.OPEN, Act.EXPIRE),
    State.CANCELLED: (Act.CANCEL,),
}
"""A way from the sending into each state."""

LEGAL: dict[State, dict[Act, State]] = {
    State.SENT: {
        Act.OPEN: State.OPENED,
        Act.START: State.IN_WORK,
        Act.ASK: State.QUESTION,
        Act.ANSWER_FULLY: State.ANSWERED_FULLY,
        Act.ANSWER_PARTLY: State.ANSWERED_PARTLY,
        Act.DECLINE: State.DECLINED,
        Act.ASK_EXTENSION: State.SENT,
        Act.EXTEND: State.SENT,
        Act.CANCEL: State.CANCELLED,
        Act.REMIND: State.SENT,
        Act.EXPIRE: State.EXPIRED,
    },
    State.OPENED: {
        Act.START: State.IN_WORK,
        Act.ASK: State.QUESTION,
        Act.ANSWER_FULLY: State.ANSWERED_FULLY,
        Act.ANSWER_PARTLY: State.ANSWERED_PARTLY,
        Act.DECLINE: State.DECLINED,
        Act.ASK_EXTENSION: State.OPENED,
        Act.EXTEND: State.OPENED,
        Act.CANCEL: State.CANCELLED,
        Act.REMIND: State.OPENED,
        Act.EXPIRE: State.EXPIRED,
    },
    State.IN_WORK: {
        Act.ASK: State.QUESTION,
        Act.ANSWER_FULLY: State.ANSWERED_FULLY,
        Act.ANSWER_PARTLY: State.ANSWERED_PARTLY,
        Act.DECLINE: State.DECLINED,
        Act.ASK_EXTENSION: State.IN_WORK,
        Act.EXTEND: State.IN_WORK,
        Act.CANCEL: State.CANCELLED,
        Act.REMIND: State.IN_WORK,
        Act.EXPIRE: State.EXPIRED,
    },
    State.QUESTION: {
        Act.ASK: State.QUESTION,
        Act.REPLY: State.IN_WORK,
        Act.ANSWER_FULLY: State.ANSWERED_FULLY,
        Act.ANSWER_PARTLY: State.ANSWERED_PARTLY,
        Act.DECLINE: State.DECLINED,
        Act.ASK_EXTENSION: State.QUESTION,
        Act.EXTEND: State.QUESTION,
        Act.CANCEL: State.CANCELLED,
    },
    State.ANSWERED_FULLY: {
        Act.ACCEPT: State.ACCEPTED,
        Act.RETURN: State.RETURNED,
        Act.CANCEL: State.CANCELLED,
    },
    State.ANSWERED_PARTLY: {
        Act.ANSWER_FULLY: State.ANSWERED_FULLY,
        Act.ANSWER_PARTLY: State.ANSWERED_PARTLY,
        Act.ACCEPT: State.ACCEPTED,
        Act.RETURN: State.RETURNED,
        Act.CANCEL: State.CANCELLED,
    },
    State.ACCEPTED: {},
    State.RETURNED: {
        Act.START: State.IN_WORK,
        Act.ASK: State.QUESTION,
        Act.ANSWER_FULLY: State.ANSWERED_FULLY,
        Act.ANSWER_PARTLY: State.ANSWERED_PARTLY,
        Act.DECLINE: State.DECLINED,
        Act.ASK_EXTENSION: State.RETURNED,
        Act.EXTEND: State.RETURNED,
        Act.CANCEL: State.CANCELLED,
        Act.REMIND: State.RETURNED,
        Act.EXPIRE: State.EXPIRED,
    },
    State.DECLINED: {Act.START: State.IN_WORK},
    State.EXPIRED: {
        Act.ANSWER_FULLY: State.ANSWERED_FULLY,
        Act.ANSWER_PARTLY: State.ANSWERED_PARTLY,
        Act.ASK_EXTENSION: State.EXPIRED,
        Act.EXTEND: State.OPENED,  # where it stood
        Act.CANCEL: State.CANCELLED,
    },
    State.CANCELLED: {},
}
"""What can happen in each state, and the state that follows; nothing else can."""

DAYS = {Act.ASK_EXTENSION: DUE + timedelta(30), Act.EXTEND: DUE + timedelta(30)}
DAYS[Act.RETURN] = DUE + timedelta(14)


def event(act: Act, after_days: float = 1) -> Happened:
    return Happened(act, SENT_AT + timedelta(after_days), DAYS.get(act))


def stands(state: State):
    found = standing([SEND, *(event(act) for act in WAY[state])])
    assert found.state is state
    return found


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("state", State)
def test_every_act_in_every_state(state, act):
    before = stands(state)
    if act in LEGAL[state]:
        assert after(before, event(act)).state is LEGAL[state][act]
    else:
        with pytest.raises(LifecycleError) as refused:
            after(before, event(act))
        assert (refused.value.act, refused.value.state) == (act, state)


@pytest.mark.parametrize("state", State)
def test_each_side_can_do_what_is_its_own(state):
    by_side = {side: set(may(state, side)) for side in Side}
    assert set().union(*by_side.values()) == set(LEGAL[state])
    assert sum(map(len, by_side.values())) == len(LEGAL[state])


@pytest.mark.parametrize("state", sorted(OPEN))
def test_somebody_can_end_what_is_open(state):
    assert Act.CANCEL in may(state, Side.ASKER)


@pytest.mark.parametrize("state", sorted(set(State) - RUNNING))
def test_nothing_expires_while_the_asked_company_is_not_to_act(state):
    assert Act.EXPIRE not in LEGAL[state]
    assert share_due(stands(state), SENT_AT + timedelta(900)) is None
    assert next_instant(stands(state)) is None


@pytest.mark.parametrize("events", [[], [event(Act.OPEN)], [Happened(Act.SEND, SENT_AT)]])
def test_a_request_begins_with_its_sending(events):
    with pytest.raises(ValueError, match="begins with its sending"):
        standing(events)


@pytest.mark.parametrize("act", [Act.EXTEND, Act.ASK_EXTENSION])
def test_a_day_has_to_be_said(act):
    with pytest.raises(ValueError, match="says no day"):
        after(stands(State.OPENED), Happened(act, SENT_AT))


class TestTime:
    @pytest.mark.parametrize(
        ("waited", "added"),
        [
            (timedelta(0), 0),
            (timedelta(minutes=1), 1),
            (timedelta(days=1), 1),
            (timedelta(days=1, seconds=1), 2),
            (timedelta(days=9, hours=23), 10),
        ],
    )
    def test_a_question_costs_the_asked_company_none_of_it(self, waited, added):
        asked = Happened(Act.ASK, SENT_AT + timedelta(3))
        replied = Happened(Act.REPLY, asked.at + waited)
        assert standing([SEND, asked, replied]).due == DUE + timedelta(added)

    def test_a_second_question_waits_since_the_first(self):
        first, second = event(Act.ASK, 3), event(Act.ASK, 5)
        found = standing([SEND, first, second, event(Act.REPLY, 10)])
        assert found.due == DUE + timedelta(7)

    def test_time_that_was_given_during_a_question_is_not_given_twice(self):
        extended = Happened(Act.EXTEND, SENT_AT + timedelta(5), DUE + timedelta(30))
        found = standing([SEND, event(Act.ASK, 3), extended, event(Act.REPLY, 6)])
        assert found.due == DUE + timedelta(31)

    def test_a_wish_stands_until_it_is_answered(self):
        wished = standing([SEND, event(Act.ASK_EXTENSION), event(Act.START, 2)])
        assert wished.wished == DUE + timedelta(30)
        assert after(wished, event(Act.EXTEND, 3)).wished is None

    def test_what_expired_goes_on_where_it_stood(self):
        before = [SEND, event(Act.START), event(Act.EXPIRE, 31), event(Act.EXTEND, 40)]
        found = standing(before)
        assert (found.state, found.due) == (State.IN_WORK, DUE + timedelta(30))

    @pytest.mark.parametrize(
        ("due", "at", "wanted", "expected"),
        [
            ("2026-04-01", "2026-03-30", None, "2026-04-13"),
            ("2026-04-20", "2026-03-30", None, "2026-04-20"),
            ("2026-04-01", "2026-03-30", "2026-05-01", "2026-05-01"),
            ("2026-04-01", "2026-03-30", "2026-04-02", "2026-04-13"),
        ],
    )
    def test_what_comes_back_leaves_a_fortnight(self, due, at, wanted, expected):
        instant = datetime.fromisoformat(f"{at}T12:00:00+00:00")
        day = date.fromisoformat(wanted) if wanted else None
        assert due_after_return(date.fromisoformat(due), instant, day).isoformat() == expected


class TestReminders:
    NEW = standing([SEND])
    OVER = end_of(DUE)

    @pytest.mark.parametrize(
        ("share", "reminded", "expected"),
        [
            (0.49, 0, None),
            (0.5, 0, 50),
            (0.79, 0, 50),
            (0.79, 50, None),
            (0.8, 50, 80),
            (0.8, 0, 80),  # no worker ran at 50: one reminder, not two
            (0.999, 80, None),
            (1.0, 80, END),
            (3.0, 0, END),
        ],
    )
    def test_fall_due(self, share, reminded, expected):
        at = SENT_AT + (self.OVER - SENT_AT) * share
        assert share_due(replace(self.NEW, reminded=reminded), at) == expected

    def test_the_last_day_is_whole(self):
        assert end_of(DUE) == datetime(2026, 4, 2, tzinfo=UTC)
        assert share_due(replace(self.NEW, reminded=80), end_of(DUE) - timedelta(seconds=1)) is None

    def test_begin_anew_with_new_time(self):
        given = [SEND, Happened(Act.REMIND, SENT_AT + timedelta(25), share=80)]
        given += [Happened(Act.EXTEND, SENT_AT + timedelta(26), DUE + timedelta(30))]
        found = standing(given)
        assert found.reminded == 0
        half = instant_of(found, 50)
        assert next_instant(found) == half
        assert half == given[-1].at + (end_of(DUE + timedelta(30)) - given[-1].at) / 2

    @given(st.lists(st.integers(0, 40 * 24), min_size=1, max_size=30))
    def test_each_goes_out_once_and_in_order(self, hours):
        found, told = self.NEW, []
        for hour in sorted(hours):
            at = SENT_AT + timedelta(hours=hour)
            share = share_due(found, at)
            if share is not None:
                told.append(share)
                act = Act.EXPIRE if share == END else Act.REMIND
                found = after(found, Happened(act, at, share=share))
                assert share_due(found, at) is None
        assert told == sorted(set(told))
        assert (found.state is State.EXPIRED) == (END in told)
        upcoming = next_instant(found)
        assert upcoming is None or upcoming > SENT_AT + timedelta(hours=max(hours))


ACTS = st.sampled_from([act for act in Act if act is not Act.SEND])


@given(st.lists(ACTS, max_size=40))
def test_no_way_leads_out_of_the_states(acts):
    found = standing([SEND])
    for count, act in enumerate(acts):
        told = event(act, count)
        if act in RULES and found.state in RULES[act].before:
            found = after(found, told)
        else:
            with pytest.raises(LifecycleError):
                after(found, told)
    assert found.due >= DUE
    assert (found.state in ANSWERED | RUNNING | {State.QUESTION}) == (found.state in OPEN)
