"""Token buckets, on a clock of the test's own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.kit.buckets import Buckets


class Clock:
    def __init__(self):
        self.at = 1000.0

    def __call__(self):
        return self.at


@pytest.fixture
def clock():
    return Clock()


def test_a_minute_s_worth_may_come_at_once_and_no_more(clock):
    buckets = Buckets(clock)
    assert [buckets.take(("a", 3)) for _ in range(3)] == [0, 0, 0]
    assert buckets.take(("a", 3)) == pytest.approx(20)


def test_it_says_when_and_keeps_its_word(clock):
    buckets = Buckets(clock)
    for _ in range(60):
        buckets.take(("a", 60))
    wait = buckets.take(("a", 60))
    clock.at += wait / 2
    assert buckets.take(("a", 60)) == pytest.approx(wait / 2)
    clock.at += wait / 2 + 1e-6
    assert buckets.take(("a", 60)) == 0


def test_quiet_time_fills_it_no_further_than_to_the_brim(clock):
    buckets = Buckets(clock)
    buckets.take(("a", 2))
    clock.at += 86_400
    assert [buckets.take(("a", 2)) == 0 for _ in range(3)] == [True, True, False]


def test_of_two_the_emptier_decides_and_the_other_is_not_touched(clock):
    buckets = Buckets(clock)
    for _ in range(2):
        assert buckets.take(("machine", 2), ("company", 10)) == 0
    for _ in range(50):
        assert buckets.take(("machine", 2), ("company", 10)) > 0
    assert [buckets.take(("other", 99), ("company", 10)) for _ in range(8)] == [0] * 8
    assert buckets.take(("other", 99), ("company", 10)) > 0


def test_it_keeps_so_many_and_forgets_the_oldest(clock):
    buckets = Buckets(clock, most=2)
    for name in ("a", "b", "a", "c"):
        buckets.take((name, 2))
    assert buckets.take(("a", 2)) > 0
    assert buckets.take(("b", 2)) == 0  # forgotten, so full again
    assert len(buckets._buckets) == 2


@given(
    rate=st.integers(1, 100),
    pauses=st.lists(st.floats(0, 30, allow_nan=False), min_size=1, max_size=200),
)
def test_nobody_gets_more_than_the_rate(rate, pauses):
    clock = Clock()
    buckets, taken = Buckets(clock), 0
    for pause in pauses:
        clock.at += pause
        taken += buckets.take(("a", rate)) == 0
    assert taken <= rate + (clock.at - 1000) * rate / 60 + 1e-6
