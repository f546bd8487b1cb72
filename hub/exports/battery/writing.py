"""What every format of a battery declaration is: a pure function from the result to bytes.

    write(footprint, model, filing) -> Written(body, gaps)

`footprint` is the computed result (`tierlight_schemas.battery.result.BatteryFootprint`) `model`
the manufacturer's master data (`tierlight_schemas.battery.model.BatteryModel`), and `filing` says
whom the file is for. A writer types no number of its own and makes nothing up: what its format
demands and neither of the two knows is a gap with its clause, and the detail `format_path` names
the member that stays empty. Where a mandatory one is missing it writes nothing.

Stages and total per kWh are printed by `tierlight_schemas.battery.printing.in_full`: rounded once
more they would not add up.

A public file names no supplier, none of its parts and none of its values: `Format.write` takes
them out before the writer sees the footprint (`access.shown`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

from hub.exports.battery.access import Audience as Audience
from hub.exports.battery.access import shown
from tierlight_schemas.battery.gaps import Gap
from tierlight_schemas.battery.model import BatteryModel
from tierlight_schemas.battery.result import BatteryFootprint
from tierlight_schemas.battery.rulesets import Ruleset
from tierlight_schemas.errors import StandardError


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
    suppliers: Mapping[str, str] = field(default_factory=dict)
    """Names of the manufacturer's direct suppliers by company id, for the authorities' files."""


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
    writer: Writer
    judges: tuple[Judge, ...] = ()
    audiences: tuple[Audience, ...] = (Audience.PUBLIC,)
    """Whom there is an edition for."""

    def write(self, footprint: BatteryFootprint, model: BatteryModel, filing: Filing) -> Written:
        """The file out of what its audience may see; an incomplete declaration gives none.

        Raises `NoEditionError` for an audience that there is no edition for.
        """
        if filing.audience not in self.audiences:
            raise NoEditionError(self, filing.audience)
        seen = shown(footprint, model, filing.audience)
        return refused(footprint) or self.writer(*seen, filing)

    def named(self, filing: Filing) -> str:
        """The file's name; of a file that is not for everybody it tells for whom it is."""
        name = self.file_name.format(language=filing.language)
        return name if filing.audience is Audience.PUBLIC else f"{filing.audience}-{name}"


class NoEditionError(StandardError):
    """A format is asked for an audience that it has no edition for."""

    def __init__(self, of: Format, found: Audience) -> None:
        known = ", ".join(of.audiences)
        super().__init__("battery/edition", format=of.id, found=found.value, known=known)


NOTICES: Final = (
    "method act not adopted",
    "not verified by a notified body",
)
"""They stand in every file, beside the ruleset's id and status."""


NO_CLASS: Final = "none: no act lays classes down"
"""Where a format demands a carbon footprint class, as long as there are none."""


def status_of(rules: Ruleset) -> dict[str, str]:
    """By which method a declaration was made, and that no act has adopted it."""
    return {
        "id": rules.id,
        "title": rules.title,
        "status": rules.status,
        "electricity": rules.electricity,
        "characterization": rules.characterization_set,
    }


def refused(footprint: BatteryFootprint) -> Written | None:
    """The refusal of an incomplete declaration with all its gaps; None where it is complete."""
    return None if footprint.is_complete else Written(None, tuple(footprint.gaps))


def unfilled(format_name: str, case: str, clause: str, path: str, **details: str) -> Gap:
    """A member that a format has and this file leaves empty; `path` names it in the format.

    `case` says why: `enter` (the master data has a place for it), `unkept` (the hub does not keep
    it), `above` (it is for a narrower audience), `no-class` (no act lays classes down), `negative`
    and `negative-total` (the format admits no value below zero).
    """
    gap = Gap("battery/format-member", case, clause)
    return gap.telling(format=format_name, format_path=path, **details)
