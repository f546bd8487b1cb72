"""The lines of a snapshot that hold on one day, and what they say of their parents."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hub.footprints.engine.graph import Flags, Floats, Rows
from hub.footprints.engine.snapshot import BESIDE, BEYOND_GATE, MISMATCH, TRANSPORT, Snapshot
from tierlight_schemas.bom import Stage
from tierlight_schemas.rollup.model import OWN_PROCESS, Kind
from tierlight_schemas.rollup.resolve import STAGE_OF_KIND

_KINDS = tuple(Kind)
_TRANSPORT = _KINDS.index(Kind.TRANSPORT)
#: Under which stage a line counts that states none, by the kind of its child.
_OF_KIND = tuple(STAGE_OF_KIND.get(kind, "materials") for kind in _KINDS)
STAGES = tuple(dict.fromkeys((*(stage.value for stage in Stage), *_OF_KIND)))
"""Stages of lines: those that a line can state, then those that follow from its child's kind."""


@dataclass(frozen=True)
class DayLines:
    """What holds on one day; every flag is by row of the snapshot."""

    snapshot: Snapshot
    holds: Flags
    """By line."""

    @cached_property
    def child_kinds(self) -> NDArray[np.uint8]:
        """Kind of the child of each line."""
        return self.snapshot.kinds[self.snapshot.children]

    @cached_property
    def is_own(self) -> Flags:
        """Lines of energy, services and direct emissions: the parent's own process."""
        return np.isin(self.child_kinds, [_KINDS.index(kind) for kind in OWN_PROCESS])

    @cached_property
    def has_lines(self) -> Flags:
        """Parts with any line."""
        return self.parents_of(self.holds)

    @cached_property
    def has_inputs(self) -> Flags:
        """Parts with a line that is more than transport."""
        return self.parents_of(self.holds & (self.child_kinds != _TRANSPORT))

    @cached_property
    def states_own(self) -> Flags:
        """Parts whose lines state their own process."""
        inside = self.snapshot.what != BEYOND_GATE
        return self.parents_of(self.holds & self.is_own & inside)

    @cached_property
    def with_transport(self) -> Flags:
        """Parts that have a transport line, or that stand beside one in an assembly."""
        carry = self.parents_of(self.holds & (self.child_kinds == _TRANSPORT))
        beside = self.snapshot.children[self.holds & carry[self.snapshot.parents]]
        found = carry.copy()
        found[beside] = True
        return found

    @cached_property
    def is_child(self) -> Flags:
        """Parts that some line takes."""
        found = np.zeros(len(self.snapshot.ids), dtype=np.bool_)
        found[self.snapshot.children[self.holds]] = True
        return found

    @cached_property
    def roots(self) -> Rows:
        """Parts that have lines and stand in no other bill of materials."""
        return np.flatnonzero(self.has_lines & ~self.is_child)

    @cached_property
    def stages(self) -> NDArray[np.uint8]:
        """Place in `STAGES` of each line."""
        of_kind = np.array([STAGES.index(stage) for stage in _OF_KIND], dtype=np.uint8)
        stated = self.snapshot.stages < len(Stage)
        found: NDArray[np.uint8] = np.where(stated, self.snapshot.stages, of_kind[self.child_kinds])
        return found

    @cached_property
    def undecided(self) -> Rows:
        """Places in `open_lines` of what is a gap instead of an input."""
        options = np.zeros(len(self.snapshot.open_lines), dtype=np.bool_)
        options[self.snapshot.options(self.holds)] = True
        what = self.snapshot.what[self.snapshot.open_lines]
        gaps = (what == MISMATCH) | (options & (what != BESIDE) & (what != BEYOND_GATE))
        return np.flatnonzero(gaps & self.holds[self.snapshot.open_lines])

    def taken(self, scales: Floats) -> Floats:
        """Amount of each line; `scales` is what its parent takes of it. 0 for what stays out."""
        inside = self.holds & (self.snapshot.what <= TRANSPORT)
        inside[self.snapshot.open_lines[self.undecided]] = False
        amounts: Floats = np.where(inside, self.snapshot.amounts, 0.0) * scales
        return amounts

    def scales(self, rest: Floats, own: Floats, transport: Floats) -> Floats:
        """What each line's parent takes of it: `rest`, of own-process lines `own`, of transport
        lines `transport`; all by row."""
        parents = self.snapshot.parents
        found: Floats = np.where(self.is_own, own[parents], rest[parents])
        is_transport = self.child_kinds == _TRANSPORT
        return np.where(is_transport, transport[parents], found)

    def parents_of(self, lines: Flags) -> Flags:
        """Parts that have one of these lines."""
        found = np.zeros(len(self.snapshot.ids), dtype=np.bool_)
        found[self.snapshot.parents[lines]] = True
        return found
