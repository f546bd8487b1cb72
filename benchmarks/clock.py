"""Timing: the best of several turns, because everything else that runs only adds."""

import time
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")
LONG = 15.0


def timed(
    work: Callable[[], Answer], clock: Callable[[], float] = time.perf_counter
) -> tuple[Answer, float]:
    """The answer, and the seconds it took by a clock."""
    started = clock()
    answer = work()
    return answer, clock() - started


def best(
    work: Callable[[], Answer],
    seconds: float,
    most: int = 200,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[Answer, float, int]:
    """The last answer, the best turn in seconds, and how many turns were made.

    Turns are made for so many seconds after the first, which may compile; a first turn of more than
    `LONG` seconds stands alone.
    """
    answer, fastest = timed(work, clock)
    spent, turns = 0.0, 1
    while fastest < LONG and (turns == 1 or spent < seconds) and turns < most:
        answer, took = timed(work, clock)
        spent, fastest, turns = spent + took, min(fastest, took), turns + 1
    return answer, fastest, turns
