"""What a declaration rests on, as one digest: a change of it makes the declaration stale.

Annex II(5): a change of the bill of materials or of the energy mix needs a new calculation.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence

from tierlight_schemas.amounts import significant
from tierlight_schemas.battery.electricity import Electricity
from tierlight_schemas.battery.entries import Entry


def inputs_digest(revisions: Iterable[str], entries: Sequence[Entry]) -> str:
    """SHA-256 (hex) of the bills of materials by their digests, and of the electricity used."""
    rested = [sorted(set(revisions)), sorted(_energy(entries))]
    return hashlib.sha256(json.dumps(rested, ensure_ascii=False).encode()).hexdigest()


def _energy(entries: Sequence[Entry]) -> Iterable[list[str]]:
    for entry in entries:
        for used in entry.electricity or ():
            yield [entry.owner, entry.part, *_texts(used)]


def _texts(used: Electricity) -> list[str]:
    kwh = "" if used.kwh is None else significant(used.kwh)
    return [used.country or "", used.instrument or "", kwh]
