"""What was planted against what was found: recall by code, precision over all. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from benchmarks.planted.records import Planted, Seen, Trace

LEAST_PRECISION = 0.99


@dataclass(frozen=True)
class Tally:
    """One code."""

    code: str
    planted: int
    missed: tuple[Planted, ...]
    implied: int
    """Found, and following from something else that was planted."""
    unexpected: tuple[Seen, ...]
    """Found, and neither planted nor implied."""

    @property
    def recall(self) -> float | None:
        """Share of what was planted that is found; None where nothing was."""
        return None if not self.planted else 1 - len(self.missed) / self.planted


@dataclass(frozen=True)
class Outcome:
    """All codes."""

    tallies: tuple[Tally, ...]
    unplanted: tuple[str, ...]
    """Codes of the catalogue for which nothing was planted, though the specification has them."""
    not_yet: tuple[str, ...]
    """Codes of the specification that are no rule yet."""

    @property
    def recall(self) -> float:
        """Over all that was planted for the rules that there are."""
        planted = sum(tally.planted for tally in self.tallies)
        missed = sum(len(tally.missed) for tally in self.tallies)
        return 1 - missed / planted if planted else 1.0

    @property
    def precision(self) -> float:
        """What is planted and found, of that and the unexpected; what is implied counts neither
        way."""
        hits = sum(tally.planted - len(tally.missed) for tally in self.tallies)
        noise = sum(len(tally.unexpected) for tally in self.tallies)
        return hits / (hits + noise) if hits + noise else 1.0

    @property
    def holds(self) -> bool:
        """Whether everything is found, next to nothing else is, and no code is left out."""
        complete = not self.unplanted
        return complete and self.recall == 1 and self.precision >= LEAST_PRECISION


def compare(
    planted: Sequence[Planted],
    seen: Iterable[Seen],
    specified: Collection[str],
    rules: Collection[str],
) -> Outcome:
    """Judge what was seen by what was planted.

    `specified` are the codes of the specification, `rules` those that there are.
    """
    told = _once(seen)
    judged = [each for each in planted if each.code in rules]
    traces = [trace for each in planted for trace in each.implied]
    codes = {each.code for each in judged} | {each.code for each in told}
    tallies = [_tally(code, judged, told, traces) for code in sorted(codes)]
    open_codes = {*specified} & {*rules} - {each.code for each in judged}
    not_yet = {*specified} - {*rules}
    return Outcome(tuple(tallies), tuple(sorted(open_codes)), tuple(sorted(not_yet)))


def _once(seen: Iterable[Seen]) -> list[Seen]:
    """A finding that the door tells and the chain repeats stands once for each of them."""
    return sorted(set(seen), key=lambda each: (each.code, sorted(each.subjects), each.where))


def _tally(
    code: str, planted: Sequence[Planted], seen: Sequence[Seen], traces: Sequence[Trace]
) -> Tally:
    mine = [each for each in planted if each.code == code]
    told = [each for each in seen if each.code == code]
    following = [trace for trace in traces if trace.code == code]
    missed = [each for each in mine if not any(_is(each, one) for one in told)]
    other = [one for one in told if not any(one.subjects & each.anywhere for each in mine)]
    unexpected = [one for one in other if not any(one.subjects & t.subjects for t in following)]
    distinct = {one.subjects: one for one in unexpected}
    return Tally(
        code, len(mine), tuple(missed), len(other) - len(unexpected), tuple(distinct.values())
    )


def _is(planted: Planted, one: Seen) -> bool:
    return one.where == planted.where and bool(one.subjects & planted.anywhere)
