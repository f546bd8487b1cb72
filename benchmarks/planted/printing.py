"""A run as a person reads it."""

from collections.abc import Iterator

from benchmarks.planted.comparing import Outcome, Tally
from benchmarks.planted.running import Run

FEW = 3


def printed(done: Run, seconds: float, *, in_full: bool = False) -> str:
    """The table by code, what was missed and what nobody planted, and the verdict."""
    return "\n".join(_lines(done, seconds, in_full))


def _lines(done: Run, seconds: float, in_full: bool) -> Iterator[str]:
    outcome = done.outcome
    yield f"{done.parts} parts, {len(done.planted)} defects planted, {seconds:.0f} s"
    yield ""
    yield "| code | planted | found | recall | implied | unexpected |"
    yield "|---|---:|---:|---:|---:|---:|"
    for tally in outcome.tallies:
        yield _row(tally)
    yield ""
    for tally in outcome.tallies:
        yield from _details(tally, in_full)
    yield from _verdict(outcome)


def _row(tally: Tally) -> str:
    hits = tally.planted - len(tally.missed)
    recall = "–" if tally.recall is None else f"{tally.recall:.0%}"
    cells = (tally.planted, hits, recall, tally.implied, len(tally.unexpected))
    return f"| {tally.code} | " + " | ".join(map(str, cells)) + " |"


def _details(tally: Tally, in_full: bool) -> Iterator[str]:
    for missed in tally.missed:
        yield f"missed: {missed.code} at {missed.subject} of {missed.company} ({missed.case})"
    shown = tally.unexpected if in_full else tally.unexpected[:FEW]
    for extra in shown:
        where = " ".join(sorted(extra.subjects))
        yield f"unexpected: {extra.code} at {where} of {extra.company}: {extra.words}"
    if len(shown) < len(tally.unexpected):
        yield f"unexpected: {tally.code}: {len(tally.unexpected) - len(shown)} more"


def _verdict(outcome: Outcome) -> Iterator[str]:
    if outcome.not_yet:
        yield "not yet a rule: " + ", ".join(outcome.not_yet)
    if outcome.unplanted:
        yield "a rule that nothing was planted for: " + ", ".join(outcome.unplanted)
    yield "not asked here: battery/, which comes with the EU declaration"
    yield f"recall {outcome.recall:.1%}, precision {outcome.precision:.1%}"
