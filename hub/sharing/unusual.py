"""Which reads of an access log stand outside the usual pattern, and why. Pure.

Three signs, none of which says that anything is wrong:

- `first`: the first read that a company ever made of the owner's data;
- `busy`: an hour (UTC) with at least 20 reads of one company, and more than five times as many as
  its middle hour has;
- `bulk`: an hour in which one company read at least 20 different things.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from statistics import median
from typing import Final, Literal, Protocol

Sign = Literal["first", "busy", "bulk"]
MANY: Final = 20
TIMES: Final = 5


class Read(Protocol):
    """A line of an access log."""

    @property
    def id(self) -> str: ...
    @property
    def reader_id(self) -> str: ...
    @property
    def object_id(self) -> str: ...
    @property
    def at(self) -> datetime: ...


def signs(reads: Sequence[Read], firsts: Mapping[str, datetime]) -> dict[str, tuple[Sign, ...]]:
    """The signs of each read that has any, by its id.

    `firsts` are the times of the first read that each reader ever made: `reads` may begin later.
    """
    hours = _by_hour(reads)
    usual = _middle(hours)
    found: defaultdict[str, list[Sign]] = defaultdict(list)
    for read in reads:
        if firsts.get(read.reader_id) == read.at:
            found[read.id].append("first")
    for (reader, _), within in hours.items():
        if len(within) >= MANY and len(within) > TIMES * usual[reader]:
            _mark(found, within, "busy")
        if len({read.object_id for read in within}) >= MANY:
            _mark(found, within, "bulk")
    return {key: tuple(each) for key, each in found.items()}


def _by_hour(reads: Iterable[Read]) -> dict[tuple[str, datetime], list[Read]]:
    hours: defaultdict[tuple[str, datetime], list[Read]] = defaultdict(list)
    for read in reads:
        hour = read.at.replace(minute=0, second=0, microsecond=0)
        hours[read.reader_id, hour].append(read)
    return hours


def _middle(hours: Mapping[tuple[str, datetime], Sequence[Read]]) -> dict[str, float]:
    """How many reads the middle one of a reader's hours has, of those in which it read at all."""
    counts: defaultdict[str, list[int]] = defaultdict(list)
    for (reader, _), within in hours.items():
        counts[reader].append(len(within))
    return {reader: median(each) for reader, each in counts.items()}


def _mark(found: Mapping[str, list[Sign]], reads: Iterable[Read], sign: Sign) -> None:
    for read in reads:
        found[read.id].append(sign)
