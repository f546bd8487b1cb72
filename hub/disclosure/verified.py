"""Who verified what of a total: the third parties' statements that its reader may be told of."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from hub.declarations.verification_queries import Assessed, statements_on
from hub.disclosure.reader import Labels, direct_suppliers
from hub.footprints.usecases import RollUp
from tierlight_schemas.rollup.model import Known, Resolution

_DECLARED = (Known.VERIFIED, Known.DECLARED, Known.EXPIRED)


def badges(session: Session, rollup: RollUp, labels: Labels) -> list[dict[str, Any]]:
    """One row for each statement on a declaration that the reader made or may read.

    Beyond a sourcing link nobody is told of: who verified there says who is there.
    """
    seen = direct_suppliers(rollup)
    shown = {
        resolution.value.reference: resolution
        for name, resolution in rollup.solution.resolutions.items()
        if (name in seen or resolution.node.owner == rollup.company_id)
        and resolution.value is not None
        and resolution.known in _DECLARED
    }
    moment = rollup.moment
    held = statements_on(session, shown, moment.as_of, moment.known_at)
    rows = [
        badge(one, shown[digest], labels)
        for digest, statements in held.items()
        for one in statements
    ]
    return sorted(rows, key=lambda row: (not row["counts"], row["part"], row["verification"]))


def badge(found: Assessed, resolution: Resolution, labels: Labels) -> dict[str, Any]:
    """A statement beside the part that it is about."""
    subject = found.subject
    accreditation = subject.verifier.accreditation
    doubts: Sequence[str] = [doubt.value for doubt in found.doubts]
    return {
        "part": resolution.node.number,
        "name": resolution.node.name,
        "supplier": labels.of(resolution.node.owner),
        "declaration": found.row.declaration,
        "verification": found.row.digest,
        "verifier": subject.verifier.name,
        "accredited_by": accreditation.body if accreditation else None,
        "level": found.row.level,
        "assurance": found.row.assurance,
        "share_percent": found.row.share,
        "completed_at": found.row.completed_at.isoformat(),
        "valid_until": found.row.valid_until.isoformat(),
        "counts": not doubts,
        "doubts": doubts,
        "revoked_at": found.revocation.at.isoformat() if found.revocation else None,
    }
