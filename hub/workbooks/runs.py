"""What a run and its rows can be, and what follows on what: pure."""

from enum import StrEnum


class RunState(StrEnum):
    """How far a file is."""

    JUDGING = "judging"
    """Its rows are looked at, a batch at a time."""
    JUDGED = "judged"
    """Some are wrong; whoever sent it says whether the good ones are to be taken."""
    TAKING = "taking"
    DONE = "done"
    LEFT = "left"
    """Nothing of it was taken."""


class RowState(StrEnum):
    """What became of a row."""

    WAITING = "waiting"
    UNTOUCHED = "untouched"
    """As it was given out, or nothing filled in: unknown, and nothing follows."""
    UNCHANGED = "unchanged"
    """It says what was taken from it before."""
    WRONG = "wrong"
    READY = "ready"
    TAKEN = "taken"


WORKING = frozenset({RunState.JUDGING, RunState.TAKING})
OPEN = WORKING | {RunState.JUDGED}


def after_judging(wrong: int, ready: int, accepted: bool | None) -> RunState:
    """What follows when every row has been looked at.

    `wrong` counts rows and lines; a file without a fault was sent to be taken.
    """
    if not ready:
        return RunState.JUDGED if wrong and accepted is None else RunState.DONE
    if wrong and accepted is None:
        return RunState.JUDGED
    return RunState.TAKING if accepted is not False else RunState.LEFT
