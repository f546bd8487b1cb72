"""What a reader may see of an owner's parts. Default: nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

NOTHING = -1
EXISTENCE, TOTAL, SPLIT, COMPONENTS, ACTIVITY, EVIDENCE = range(6)
"""Levels L0 to L5, as an owner grants them."""


@dataclass(frozen=True)
class Consent:
    """What one owner lets one reader see of one part."""

    level: int = NOTHING
    """L0 to L5 as 0 to 5; -1 is nothing."""
    aggregate: bool = False
    """Whether the hub may compute on deeper levels for the reader without showing them."""
    grant_id: str | None = None
    """The grant that gives the level: it stands in the access log."""
    purpose: str | None = None


DENIED = Consent()


def strongest(consents: Iterable[Consent]) -> Consent:
    """Several grants for one part: the highest level counts, and any yes to aggregation."""
    consents = list(consents)
    best = max(consents, key=lambda consent: consent.level, default=DENIED)
    aggregate = any(consent.aggregate for consent in consents)
    return Consent(best.level, aggregate, best.grant_id, best.purpose)


@dataclass(frozen=True)
class ConsentBook:
    """Everything that one reader may see, by owner and part; part None stands for all parts."""

    consents: Mapping[tuple[str, str | None], tuple[Consent, ...]]

    def of(self, owner_id: str, part_id: str) -> Consent:
        """The reader's consent for a part; `DENIED` when nobody granted any."""
        granted = [
            *self.consents.get((owner_id, part_id), ()),
            *self.consents.get((owner_id, None), ()),
        ]
        return strongest(granted) if granted else DENIED
