"""Serial numbers of certificates: one, or a range, and whether two of them share a number.

A serial is read as people copy it: spaces, width and case do not count. What stands before its
last digits is its prefix; a range has one prefix and as many digits at both ends.
"""

import re
import unicodedata
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from operator import itemgetter
from typing import TypeVar

Claim = TypeVar("Claim", bound=Hashable)
MAX_SERIAL = 120
_PARTS = re.compile(r"(.*?)([0-9]*)", re.DOTALL)


class SerialError(ValueError):
    """Two numbers that are no range of serials."""


@dataclass(frozen=True)
class Serials:
    """The serials from `first` to `last`, both included."""

    prefix: str
    first: str
    """Digits, with the zeros in front; empty for a serial that ends in none."""
    last: str

    @property
    def count(self) -> int:
        """How many serials these are."""
        return int(self.last) - int(self.first) + 1 if self.first else 1

    def overlaps(self, other: "Serials") -> bool:
        """Whether the two, of one scheme, share a serial. `007` and `7` are different serials."""
        return (
            (self.prefix, len(self.first)) == (other.prefix, len(other.first))
            and self.first <= other.last
            and other.first <= self.last
        )


def serials(first: str, last: str | None = None) -> Serials:
    """The serials between two, or the one.

    Raises `SerialError` when the two differ before their last digits or in the number of these,
    when the last comes before the first, or when nothing is left of one.
    """
    prefix, start = _split(first)
    if last is None:
        return Serials(prefix, start, start)
    end_prefix, end = _split(last)
    if prefix != end_prefix or len(start) != len(end) or end < start:
        raise SerialError(f"{first[:40]!r} to {last[:40]!r} is no range of serials")
    return Serials(prefix, start, end)


def reused(claims: Iterable[tuple[Claim, Serials]]) -> set[Claim]:
    """The claims, by whatever names them, that share a serial with another of them.

    Those of one prefix and length are gone through from the lowest serial on, beside the claims
    that have not ended by then.
    """
    groups: dict[tuple[str, int], list[tuple[str, str, Claim]]] = {}
    for name, each in claims:
        groups.setdefault((each.prefix, len(each.first)), []).append((each.first, each.last, name))
    found: set[Claim] = set()
    for group in groups.values():
        still: list[tuple[str, Claim]] = []
        for first, last, name in sorted(group, key=itemgetter(0)):
            still = [(end, other) for end, other in still if end >= first]
            if still:
                found |= {name, *(other for _, other in still)}
            still.append((last, name))
    return found


def _split(text: str) -> tuple[str, str]:
    plain = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    found = _PARTS.fullmatch(plain)
    if not plain or found is None or len(plain) > MAX_SERIAL:
        raise SerialError(f"{text[:40]!r} is no serial")
    return found[1], found[2]
