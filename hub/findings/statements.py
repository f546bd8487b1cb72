"""Third parties' statements on the declarations of a roll-up, and what became of their keys."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy.orm import Session

from hub.declarations.queries import in_doubt, predecessors
from hub.declarations.verification_queries import Assessed, statements_on
from hub.findings.rules import InDoubt, Verification
from hub.footprints.usecases import RollUp
from hub.kit.wall import reading
from tierlight_schemas.rollup.model import PLANTS, Known
from tierlight_schemas.verification import Assurance

_DECLARED = (Known.VERIFIED, Known.DECLARED)


def verifications_of(session: Session, rollup: RollUp) -> Mapping[str, Sequence[Verification]]:
    """The statements on every declaration used, and on the version before it, by declaration."""
    used, moment = _used(rollup, _DECLARED), rollup.moment
    with reading(session, _owners(rollup)):
        before = predecessors(session, used)
        held = statements_on(session, used | set(before.values()), moment.as_of, moment.known_at)
    return {
        digest: [
            *(_verification(one) for one in held.get(digest, ())),
            *(_verification(one, True) for one in held.get(before.get(digest, ""), ())),
        ]
        for digest in used
        if digest in held or before.get(digest) in held
    }


def doubtful(session: Session, rollup: RollUp) -> Mapping[str, InDoubt]:
    """The declarations used whose keys may have been in other hands when they came in."""
    with reading(session, _owners(rollup)):
        found = in_doubt(session, _used(rollup), rollup.moment.known_at)
    return {
        digest: InDoubt(_day(doubt.received_at), _day(doubt.since))
        for digest, doubt in found.items()
    }


def _used(rollup: RollUp, kinds: Collection[Known] = tuple(Known)) -> set[str]:
    """What stands behind values of these kinds: digests of declarations, and texts of factors."""
    return {
        digest
        for resolution in rollup.solution.resolutions.values()
        if resolution.value is not None and resolution.known in kinds
        for digest in resolution.value.reference.split(PLANTS)
    }


def _owners(rollup: RollUp) -> set[str]:
    return {resolution.node.owner for resolution in rollup.solution.resolutions.values()}


def _day(at: datetime) -> str:
    return at.date().isoformat()


def _verification(found: Assessed, of_predecessor: bool = False) -> Verification:
    row, revoked = found.row, found.revocation
    return Verification(
        found.subject.verifier.name,
        cast(Assurance, row.assurance),
        found.doubts,
        found.conflict.value if found.conflict else "",
        row.share,
        row.boundary,
        found.declared_boundary,
        _day(row.valid_until),
        _day(revoked.at) if revoked else "",
        revoked.reason if revoked else "",
        of_predecessor,
    )
