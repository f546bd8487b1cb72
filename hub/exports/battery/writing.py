"""What every format of a battery declaration is: a pure function from the result to bytes.

    write(footprint, model, filing) -> Written(body, gaps)

`footprint` is the computed result (`tierlight_schemas.battery.result.BatteryFootprint`) `model`
the manufacturer's master data (`tierlight_schemas.battery.model.BatteryModel`), and `filing` says
whom the file is for. A writer types no number of its own and makes nothing up: what its format
demands and neither of the two knows is a gap with its clause, and the detail `format_path` names
the member that stays empty. Where a mandatory one is missing it writes nothing.

Stages and total per kWh are printed by `tierlight_schemas.battery.printing.in_full`: rounded once
more they would not add up.

A public file names no supplier, none of its parts and none of its values: the entries and the
electricity of a footprint, and the parts and owners in its gaps, stay inside.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

from tierlight_schemas.battery.gaps import Gap
from tierlight_schemas.battery.model import BatteryModel
from tierlight_schemas.battery.result import BatteryFootprint


class Audience(StrEnum):
    """Who may read a file: the groups of Annex XIII."""

    PUBLIC = "public"
    INTEREST = "legitimate-interest"
    """Persons with a legitimate interest, and the Commission: point 2."""
    AUTHORITIES = "authorities"
    """Notified bodies, market surveillance authorities and the Commission: point 3."""


class Signer(Protocol):
    """Who signs a file that is a credential: the hub (`hub.trust.hub_key.HubSigner`)."""

    @property
    def kid(self) -> str:
        """RFC 7638 thumbprint of the key."""

    def sign(self, payload: bytes, *, fractions: bool = False) -> bytes:
        """The compact JWS over canonical payload bytes, whose numbers may have decimals."""


@dataclass(frozen=True)
class Filing:
    """Whom a file is for, and who signs it."""

    audience: Audience = Audience.PUBLIC
    language: str = "en"
    """Of a page that people read: en, zh-CN or de."""
    signer: Signer | None = None
    """None where the hub has no key: what has to be signed is not written then."""
    hub: str = ""
    """Base address of the hub: there are its keys, and the context of what it signs."""


class Written(NamedTuple):
    """A file, or why there is none."""

    body: bytes | None
    """None where the format cannot stand without what is missing."""
    gaps: tuple[Gap, ...] = ()
    """What is missing, also of a file that could be written."""


Writer = Callable[[BatteryFootprint, BatteryModel, Filing], Written]


@dataclass(frozen=True)
class Judge:
    """A check of a finished file that reads it anew, as its recipient will."""

    name: str
    """A proper name, the same in every language: `IDTA 02035-3 template`."""
    complaints: Callable[[bytes], Sequence[str]]
    """What is wrong, each with the place in the file; nothing where it passes."""


@dataclass(frozen=True)
class Format:
    """One format that a declaration can leave in."""

    id: str
    """As the command line and the API name it."""
    file_name: str
    """`{language}` stands in the name of a page that people read."""
    media_type: str
    write: Writer
    judges: tuple[Judge, ...] = ()

    def named(self, filing: Filing) -> str:
        """The file's name; of a file that is not for everybody it tells for whom it is."""
        name = self.file_name.format(language=filing.language)
        return name if filing.audience is Audience.PUBLIC else f"{filing.audience}-{name}"


NOTICES: Final = (
    "method act not adopted",
    "not verified by a notified body",
)
"""They stand in every file, beside the ruleset's id and status."""


def refused(footprint: BatteryFootprint) -> Written | None:
    """The refusal of an incomplete declaration with all its gaps; None where it is complete."""
    return None if footprint.is_complete else Written(None, tuple(footprint.gaps))
