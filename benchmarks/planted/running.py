"""One run: draw a chain, plant, enter it into a hub, ask everybody, compare."""

import random
import tempfile
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.planted import (  # noqa: F401 - each registers its planters
    documents,
    gaps,
    lines,
    links,
    sites,
    surveys,
    trusts,
    values,
)
from benchmarks.planted.comparing import Outcome, compare
from benchmarks.planted.entering import entered
from benchmarks.planted.healthy import healthy
from benchmarks.planted.planting import NEEDS_A_WHOLE, PLANTERS, Ground, Planter
from benchmarks.planted.records import Planted, Seen
from benchmarks.planted.seen import seen
from benchmarks.planted.specification import SPECIFIED
from benchmarks.planted.stating import mass_of_lines
from benchmarks.planted.variety import enrich
from tierlight_schemas.catalogue import CODES

PARTS_A_ROUND = 1500
"""For so many parts every case of every code is planted once."""


@dataclass(frozen=True)
class Run:
    """What was planted, what was seen, and how the two compare."""

    parts: int
    planted: tuple[Planted, ...]
    seen: frozenset[Seen]
    outcome: Outcome


def run(parts: int, seed: int, only: Collection[str] = (), url: str | None = None) -> Run:
    """Draw, plant and compare; `only` plants nothing but these codes.

    A chain of fewer than `PARTS_A_ROUND` parts has one case of every code, drawn by the seed.
    Raises `NoPlace` for a chain that is too small for them.
    """
    drawn = healthy(parts, seed)
    ground = Ground(drawn, random.Random(seed + 1))
    for works in drawn.works:
        enrich(works, ground.company(2), ground.company(2))
    surveys.sound_rows(ground)
    for maker in (0, 0, 1, 1):
        ground.site(maker)
    planted = tuple(planter_of(ground, each) for each in _planters(ground, parts, only))
    for vehicle in drawn.chain.vehicles:
        vehicle.mass = mass_of_lines(vehicle)
    with tempfile.TemporaryDirectory() as folder:
        hub = entered(drawn.chain, url or f"sqlite:///{Path(folder) / 'planted.sqlite3'}")
        told = frozenset(seen(hub))
        hub.close()
    specified = [code for code in SPECIFIED if not only or code in only]
    outcome = compare(planted, told, specified, CODES)
    return Run(len([*drawn.chain.parts]), planted, told, outcome)


def planter_of(ground: Ground, planter: Planter) -> Planted:
    """What a planter says, under its name."""
    return replace(planter(ground), case=planter.__name__)


def _planters(ground: Ground, parts: int, only: Collection[str]) -> list[Planter]:
    """Those that need a whole system first, because whole ones become rare."""
    chosen: list[Planter] = []
    for code in SPECIFIED:
        cases = PLANTERS[code]
        if (only and code not in only) or not cases:
            continue
        if parts < PARTS_A_ROUND:
            chosen.append(ground.chance.choice(cases))
        else:
            chosen.extend(cases * (parts // PARTS_A_ROUND))
    ground.chance.shuffle(chosen)
    return sorted(chosen, key=lambda planter: planter not in NEEDS_A_WHOLE)
