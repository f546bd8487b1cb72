"""Third parties' statements on the declarations of a roll-up, as the rules look at them."""

from collections.abc import Mapping, Sequence
from typing import cast

from sqlalchemy.orm import Session

from hub.declarations.queries import predecessors
from hub.declarations.verification_queries import Assessed, statements_on
from hub.findings.rules import Verification
from hub.footprints.usecases import RollUp
from tierlight_schemas.rollup.model import Known
from tierlight_schemas.verification import Assurance

_DECLARED = (Known.VERIFIED, Known.DECLARED)


def verifications_of(session: Session, rollup: RollUp) -> Mapping[str, Sequence[Verification]]:
    """The statements on every declaration used, and on the version before it, by declaration."""
    used = {
        resolution.value.reference
        for resolution in rollup.solution.resolutions.values()
        if resolution.value is not None and resolution.known in _DECLARED
    }
    before = predecessors(session, used)
    moment = rollup.moment
    held = statements_on(session, used | set(before.values()), moment.as_of, moment.known_at)
    return {
        digest: [
            *(_verification(one) for one in held.get(digest, ())),
            *(_verification(one, True) for one in held.get(before.get(digest, ""), ())),
        ]
        for digest in used
        if digest in held or before.get(digest) in held
    }


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
        row.valid_until.date().isoformat(),
        revoked.at.date().isoformat() if revoked else "",
        revoked.reason if revoked else "",
        of_predecessor,
    )
