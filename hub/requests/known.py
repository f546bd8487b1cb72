"""What the asker may be told, before it sends, of answers that exist already.

A supplier's declaration is the supplier's secret. Only two things are told, and only to a buyer
with a confirmed link to the part: that it may read one (a consent of the level stands), or that one
exists (a consent of L0 or more stands). Each telling is a read of the supplier's data, and stands
in its access log.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.requests.finding import Period, valid_declarations
from hub.sharing.policy import EXISTENCE, TOTAL, Consent
from hub.sharing.queries import consents
from hub.sharing.usecases import record_read


@dataclass(frozen=True)
class Wanted:
    """A supplier's part that a confirmed link of the asker's leads to, and what is asked of it."""

    owner_id: str
    part_id: str
    level: int
    period: Period | None = None


@dataclass(frozen=True)
class Hint:
    """What is known of an answer."""

    readable: str | None = None
    """Digest of a valid declaration that the asker may read at the level it asks for."""
    exists: bool = False
    """The supplier lets the asker know that it has a valid declaration."""


def hints(session: Session, caller: Caller, wanted: Collection[Wanted]) -> Mapping[Wanted, Hint]:
    """What the caller may be told; parts of which it may be told nothing are absent."""
    book = consents(session, caller.company_id)
    allowed = {one: book.of(one.owner_id, one.part_id) for one in wanted}
    open_ones = [one for one in allowed if allowed[one].level >= EXISTENCE]
    declared = valid_declarations(session, {one.part_id for one in open_ones})
    found = {}
    for one in open_ones:
        valid = declared.get(one.part_id, ())
        if not valid:
            continue
        complete = (d.digest for d in valid if not d.missing(one.level, one.period))
        readable = next(complete, None) if allowed[one].level >= max(one.level, TOTAL) else None
        found[one] = Hint(readable, exists=True)
        _record(session, caller, one, readable or valid[0].digest, allowed[one])
    return found


def _record(session: Session, caller: Caller, one: Wanted, digest: str, consent: Consent) -> None:
    told = (one.owner_id, "declaration", digest, EXISTENCE)
    record_read(session, caller, *told, consent.purpose, consent.grant_id)
