"""The gaps of a portfolio as columns: what each part lacks, per base unit of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hub.footprints.engine.graph import Floats, Rows
from tierlight_schemas.rollup.model import Gap, Source

#: Why something is lacking, as the reference says it; `inside` is lacking inside a supplier's part.
CAUSES = (
    "missing",
    "expired",
    "cycle",
    "share",
    "unit-mismatch",
    "option-unresolved",
    "leg",
    "own-process",
    "inside",
)
_CODE = {cause: code for code, cause in enumerate(CAUSES)}


@dataclass(frozen=True)
class Gaps:
    """All gaps, one at each place of the arrays."""

    rows: Rows
    """The part that lacks something."""
    causes: NDArray[np.uint8]
    """Place in `CAUSES`."""
    quantities: Floats
    """What is lacking in one base unit of the part; NaN where the cause counts nothing."""
    kilograms: Floats
    """kg of it; NaN is unknown."""
    estimates: Floats
    """kgCO2e it may hide; NaN cannot be estimated."""
    children: Rows
    """The part that the line takes; -1 where the gap is the part's own."""
    sources: Rows
    """Place in `links`; -1 where no source is lacking."""
    links: tuple[Source, ...]


@dataclass
class GapsFound:
    """Gaps as they are met."""

    blocks: list[tuple[Rows, int, Floats, Floats, Floats, Rows]] = field(default_factory=list)
    links: list[Source] = field(default_factory=list)
    sources: list[Rows] = field(default_factory=list)

    def add(
        self,
        cause: str,
        rows: Rows,
        quantities: Floats,
        kilograms: Floats,
        estimates: Floats,
        children: Rows | None = None,
        sources: Rows | None = None,
    ) -> None:
        """Gaps of one cause, as arrays of one length."""
        none = np.full(len(rows), -1)
        children = none if children is None else children
        self.blocks.append((rows, _CODE[cause], quantities, kilograms, estimates, children))
        self.sources.append(none if sources is None else sources)

    def add_exact(self, row: int, gaps: Iterable[Gap]) -> None:
        """The gaps that the reference found in one part."""
        for gap in gaps:
            source = -1
            if gap.source is not None:
                source = len(self.links)
                self.links.append(gap.source)
            self.add(
                gap.cause,
                np.array([row]),
                np.array([float(gap.quantity)]),
                np.array([np.nan if gap.mass_kg is None else abs(float(gap.mass_kg))]),
                np.array([np.nan if gap.estimate is None else abs(float(gap.estimate))]),
                sources=np.array([source]),
            )

    def all(self) -> Gaps:
        """The gaps as columns."""
        rows, codes, quantities, kilograms, estimates, children = (
            zip(*self.blocks, strict=True) if self.blocks else ((),) * 6
        )
        causes = [np.full(len(r), code) for r, code in zip(rows, codes, strict=True)]
        return Gaps(
            _joined(rows, np.int64),
            _joined(causes, np.uint8),
            _joined(quantities, np.float64),
            _joined(kilograms, np.float64),
            _joined(estimates, np.float64),
            _joined(children, np.int64),
            _joined(self.sources, np.int64),
            tuple(self.links),
        )


def _joined(blocks: Iterable[NDArray[Any]], dtype: type) -> NDArray[Any]:
    return np.concatenate([np.empty(0, dtype=dtype), *blocks]).astype(dtype)
