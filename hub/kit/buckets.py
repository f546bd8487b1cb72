"""Token buckets: how many requests somebody may still send. Pure but for the clock it is given.

A bucket holds a minute's worth and fills up evenly, so that a program that was quiet may send a
minute's worth at once.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MAX_BUCKETS = 50_000
"""Kept at a time; the one that was not used for longest is forgotten: it comes back full."""


@dataclass
class _Bucket:
    """What is left, and when that was (seconds)."""

    left: float
    at: float


class Buckets:
    """The buckets of one process."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, most: int = MAX_BUCKETS
    ) -> None:
        self._clock = clock
        self._most = most
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, *wanted: tuple[str, int]) -> float:
        """One from each bucket, given by name and requests a minute; 0 when they were taken.

        Otherwise nothing is taken, and the answer says in how many seconds it can be.
        """
        with self._lock:
            at = self._clock()
            buckets = [(self._filled(name, rate, at), rate) for name, rate in wanted]
            wait = max((1 - bucket.left) * 60 / rate for bucket, rate in buckets)
            if wait > 0:
                return wait
            for bucket, _ in buckets:
                bucket.left -= 1
            return 0.0

    def _filled(self, name: str, rate: int, at: float) -> _Bucket:
        bucket = self._buckets.setdefault(name, _Bucket(rate, at))
        bucket.left = min(rate, bucket.left + (at - bucket.at) * rate / 60)
        bucket.at = at
        self._buckets.move_to_end(name)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return bucket
