"""Whether a verification statement makes its declaration verified, and if not, why.

Pure: what the statement says, what became of it, and who belongs to whom come in as values, so
that the hub, a recomputation and an auditor without the hub judge alike.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from tierlight_schemas.verification import Assurance, VerificationLevel, VerificationSubject
from tierlight_schemas.verification_reading import instant_of

#: Percent of the footprint that must be backed by evidence (Catena-X verification framework 2).
LEAST_SHARE: Mapping[Assurance, Decimal] = MappingProxyType(
    {"limited": Decimal(80), "reasonable": Decimal(95)}
)


class Doubt(StrEnum):
    """Why a statement is a badge only."""

    REVOKED = "revoked"
    OTHER_DATASET = "other-dataset"
    """It names another declaration or another part."""
    CONFLICT = "conflict"
    """The verifier belongs to the declarant."""
    DECLARATION = "declaration"
    """The key of the declaration itself may have been in other hands when that came in."""
    KEY = "key"
    """Its key may have been in other hands when it came in."""
    LEVEL = "level"
    """It is about a program or a model, not about this dataset."""
    BOUNDARY = "boundary"
    """Another part of the life cycle was verified than is declared."""
    SHARE = "share"
    """Less was backed by evidence than the assurance asks for."""
    ACCREDITATION = "accreditation"
    """No accreditation held when the verification was completed."""
    NOT_YET = "not-yet"
    """It was completed after the day in question."""
    EXPIRED = "expired"


class Conflict(StrEnum):
    """What ties a verifier to the declarant."""

    SAME_COMPANY = "same-company"
    SAME_KEY = "same-key"
    SAME_IDENTIFIER = "same-identifier"
    """A LEI or another number of the one is stated for the other, e.g. as its parent's."""
    SAME_GROUP = "same-group"


@dataclass(frozen=True)
class Party:
    """A company, as far as a tie to another can be seen."""

    company: str
    identifiers: Collection[str] = ()
    """Values of all schemes."""
    keys: Collection[str] = ()
    """Thumbprints."""
    group: Collection[str] = ()
    """Companies that are recorded as belonging to it, itself aside."""


@dataclass(frozen=True)
class Stated:
    """What a statement says, as far as it decides."""

    level: VerificationLevel
    assurance: Assurance
    boundary: str
    share: Decimal
    """Percent."""
    completed_at: datetime
    valid_until: datetime
    accredited_until: datetime | None

    @classmethod
    def of(cls, subject: VerificationSubject) -> "Stated":
        """From the signed document."""
        accreditation = subject.verifier.accreditation
        return cls(
            subject.level,
            subject.assurance,
            subject.coverage.boundary,
            subject.coverage.share_percent.decimal,
            instant_of(subject.completed_at),
            instant_of(subject.valid_until),
            instant_of(accreditation.valid_to) if accreditation else None,
        )


@dataclass(frozen=True)
class Circumstances:
    """What the statement cannot say of itself."""

    boundary: str
    """Of the declaration."""
    is_bound: bool = True
    """Whether it names this declaration and its part."""
    is_revoked: bool = False
    conflict: Conflict | None = None
    key_in_doubt: bool = False
    declaration_in_doubt: bool = False
    """Whether the declarant's key may have been in other hands when the declaration came in."""


def doubts(stated: Stated, case: Circumstances, as_of: date) -> tuple[Doubt, ...]:
    """Why a statement does not make its declaration verified on a day, gravest first.

    Empty: it does.
    """
    begin, end = (datetime.combine(as_of, edge, UTC) for edge in (time.min, time.max))
    accredited = stated.accredited_until
    held = {
        Doubt.REVOKED: case.is_revoked,
        Doubt.OTHER_DATASET: not case.is_bound,
        Doubt.CONFLICT: case.conflict is not None,
        Doubt.DECLARATION: case.declaration_in_doubt,
        Doubt.KEY: case.key_in_doubt,
        Doubt.LEVEL: stated.level != "product",
        Doubt.BOUNDARY: stated.boundary != case.boundary,
        Doubt.SHARE: stated.share < LEAST_SHARE[stated.assurance],
        Doubt.ACCREDITATION: accredited is None or accredited <= stated.completed_at,
        Doubt.NOT_YET: stated.completed_at > end,
        Doubt.EXPIRED: stated.valid_until <= begin,
    }
    return tuple(doubt for doubt, holds in held.items() if holds)


def tie(verifier: Party, declarant: Party) -> Conflict | None:
    """What makes a verifier part of the declarant; None when nothing is known to."""
    if verifier.company == declarant.company:
        return Conflict.SAME_COMPANY
    if set(verifier.keys) & set(declarant.keys):
        return Conflict.SAME_KEY
    if _plain(verifier.identifiers) & _plain(declarant.identifiers):
        return Conflict.SAME_IDENTIFIER
    if verifier.company in declarant.group or declarant.company in verifier.group:
        return Conflict.SAME_GROUP
    return None


def _plain(identifiers: Collection[str]) -> set[str]:
    """Without what is only a way of writing."""
    return {"".join(c for c in text.upper() if c.isalnum()) for text in identifiers}
