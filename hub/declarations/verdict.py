"""What the door says to a submission."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from hub.kit.errors import HubError
from tierlight_schemas.findings import Finding


@dataclass(frozen=True)
class StoredFinding:
    """A warning or note of the document checks, as kept with the declaration."""

    finding: Finding
    acknowledged: str | None = None
    """The reason that the declarant signed with the document."""


@dataclass(frozen=True)
class Verdict:
    """Stored now, known already, refused with a reason, or held until somebody releases it."""

    status: Literal["stored", "known", "refused", "held"]
    digest: str | None = None
    receipt: bytes | None = None
    """Canonical JSON, the same bytes for ever."""
    proof: str | None = None
    """That the log's tree holds it, signed by the hub (c2sp.org/tlog-proof); None for a hub
    without a key."""
    part_id: str | None = None
    part_registered: bool = False
    """Whether this declaration brought its part into the hub."""
    findings: tuple[StoredFinding, ...] = ()
    error: HubError | None = None
    """Why it was refused."""
    held_until: datetime | None = None
    """When it expires unless a second person has released it; of what is held."""
