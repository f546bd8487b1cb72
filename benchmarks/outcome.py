"""What one way made of one portfolio, as a child process hands it to the run."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Solve = Callable[[], Floats]
"""Computes (roots, columns) from what was prepared; may leave out the last roots."""


class Absent(Exception):  # noqa: N818 - says what it is
    """This way cannot be measured here; the text says why."""


@dataclass(frozen=True)
class Measured:
    """Figures of one way, or one question, over one portfolio."""

    figures: dict[str, float]
    """By name; times in seconds, memory in bytes."""
    totals: Floats | None = None
    """(roots, columns): kgCO2e of the first roots, to be compared; None where there are none."""
    absent: str = ""
    """Why there are no figures."""
