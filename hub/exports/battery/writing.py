"""What every format of a battery declaration is: a pure function from the result to bytes.

    write(footprint, model) -> Written(body, gaps)

`footprint` is the computed result (`tierlight_schemas.battery.result.BatteryFootprint`) and `model`
the manufacturer's master data (`tierlight_schemas.battery.model.BatteryModel`). A writer types no
number of its own and makes nothing up: what its format demands and neither of the two knows is a
gap with its clause, and the detail `format_path` names the member that stays empty. Where a
mandatory one is missing it writes nothing.

Stages and total per kWh are printed by `tierlight_schemas.battery.printing.in_full`: rounded once
more they would not add up.

A public file names no supplier, none of its parts and none of its values: the entries and the
electricity of a footprint, and the parts and owners in its gaps, stay inside.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

from tierlight_schemas.battery.gaps import Gap
from tierlight_schemas.battery.model import BatteryModel
from tierlight_schemas.battery.result import BatteryFootprint


class Written(NamedTuple):
    """A file, or why there is none."""

    body: bytes | None
    """None where the format cannot stand without what is missing."""
    gaps: tuple[Gap, ...] = ()
    """What is missing, also of a file that could be written."""


Writer = Callable[[BatteryFootprint, BatteryModel], Written]


@dataclass(frozen=True)
class Format:
    """One format that a declaration can leave in."""

    id: str
    """As the command line and the API name it."""
    file_name: str
    media_type: str
    write: Writer


NOTICES: Final = (
    "method act not adopted",
    "not verified by a notified body",
)
"""They stand in every file, beside the ruleset's id and status."""


def refused(footprint: BatteryFootprint) -> Written | None:
    """The refusal of an incomplete declaration with all its gaps; None where it is complete."""
    return None if footprint.is_complete else Written(None, tuple(footprint.gaps))
