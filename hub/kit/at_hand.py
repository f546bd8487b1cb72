"""What a process keeps at hand of its work, so that the next answer need not do it again.

Whoever keeps something says what it weighs; when all together weigh too much, what has not been
asked for longest goes. Nothing rests on it: another process works everything out by itself, and
whoever takes something out says why it still holds.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from hub.kit.database import Database

_AT_HAND = "at hand"
HEAVIEST = 400_000
"""Parts and lines, some 300 bytes each: a hundred megabytes or two."""
Kept = TypeVar("Kept")


@dataclass
class AtHand:
    """Things kept by their key, bounded by their weight."""

    most: int = HEAVIEST
    _kept: OrderedDict[Hashable, tuple[Any, int]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def get(self, kind: type[Kept], *key: Hashable) -> Kept | None:
        """What is kept of a kind under a key."""
        with self._lock:
            if (kind, key) not in self._kept:
                return None
            self._kept.move_to_end((kind, key))
            found: Kept = self._kept[kind, key][0]
        return found

    def keep(self, value: object, weight: int, *key: Hashable) -> None:
        """Keep a value in the place of the former; nothing that alone is too heavy."""
        with self._lock:
            self._kept.pop((type(value), key), None)
            if weight > self.most:
                return
            self._kept[type(value), key] = value, weight
            while self.weight > self.most:
                self._kept.popitem(last=False)

    @property
    def weight(self) -> int:
        """Of all that is kept."""
        return sum(weight for _, weight in self._kept.values())


def at_hand(session: Session) -> AtHand | None:
    """What is at hand for a session, if it only reads.

    One that writes may have recorded something that nobody has counted yet.
    """
    return session.info.get(_AT_HAND)


def with_at_hand(database: Database) -> Database:
    """The same database, whose sessions that only read share what they keep."""
    return database.read_with(**{_AT_HAND: AtHand()})
