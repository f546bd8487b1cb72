"""What is wrong with third parties' word: revoked, expired, tied to the declarant, too little."""

from collections.abc import Iterator, Mapping

from hub.findings.flags import Flag, shown
from hub.findings.rules.view import Verification, View, part_subject
from tierlight_schemas.findings import Severity
from tierlight_schemas.rollup.model import Known, Resolution
from tierlight_schemas.verification_standing import LEAST_SHARE, Doubt

_STANDS_ALONE = (Doubt.REVOKED, Doubt.CONFLICT)
"""Told even where another statement verifies the declaration."""


def verification_broken_chain(view: View) -> Iterator[Flag]:
    """trust/verification-broken-chain: a third-party share over own processes that nobody verified.

    The declaration itself says so; its share counts as 0, whatever its inputs carry.
    """
    for name, resolution in _declared(view):
        value = resolution.value
        if value is not None and value.unchained is not None:
            evidence = {"claimed_share": shown(value.unchained)}
            yield _flag(view, name, "trust/verification-broken-chain", evidence)


def verification_statements(view: View) -> Iterator[Flag]:
    """What keeps a statement on a declaration inside the total from making it verified.

    A badge for a program or a model is no finding. Where another statement counts, only what was
    revoked and who is tied to the declarant is told.
    """
    for name, resolution in _declared(view):
        assert resolution.value is not None
        held = view.verifications.get(resolution.value.reference, ())
        counts = resolution.known is Known.VERIFIED
        for statement in held:
            found = _found(statement)
            if found is not None and (not counts or _first(statement) in _STANDS_ALONE):
                yield _flag(view, name, *found)


def _declared(view: View) -> Iterator[tuple[str, Resolution]]:
    for name, resolution in view.resolutions.items():
        is_declared = resolution.known in (Known.DECLARED, Known.VERIFIED)
        if is_declared and resolution.value is not None:
            yield name, resolution


def _first(statement: Verification) -> Doubt | None:
    return None if statement.of_predecessor else next(iter(statement.doubts), None)


def _found(statement: Verification) -> tuple[str, Mapping[str, str]] | None:
    """Code and evidence of the gravest doubt; None where there is nothing to mend."""
    verifier = {"verifier": statement.verifier}
    if statement.of_predecessor:
        code = "trust/statement-not-for-this-dataset"
        carried = {**verifier, "case": "predecessor"}
        return None if statement.doubts else (code, carried)
    match _first(statement):
        case Doubt.REVOKED:
            told = {"case": "revoked", "date": statement.revoked_on, "reason": statement.reason}
            return "trust/statement-revoked", verifier | told
        case Doubt.EXPIRED:
            told = {"case": "expired", "date": statement.valid_until}
            return "trust/statement-revoked", verifier | told
        case Doubt.OTHER_DATASET:
            return "trust/statement-not-for-this-dataset", verifier
        case Doubt.CONFLICT:
            return "trust/verifier-conflict", verifier | {"case": statement.conflict}
        case Doubt.KEY:
            return "trust/key-revoked", verifier | {"case": "verification"}
        case Doubt.ACCREDITATION:
            return "trust/accreditation-missing", verifier
        case Doubt.SHARE:
            least = shown(LEAST_SHARE[statement.assurance])
            told = {"case": "share", "verified_share": statement.share, "least_share": least}
            return "trust/verification-too-narrow", verifier | told
        case Doubt.BOUNDARY:
            told = {"verified_boundary": statement.boundary, "declared_boundary": statement.declared}
            return "trust/verification-too-narrow", verifier | {"case": "boundary"} | told
        case Doubt.LEVEL | Doubt.NOT_YET | None:
            return None


def _flag(view: View, name: str, code: str, evidence: Mapping[str, str]) -> Flag:
    resolution = view.resolutions[name]
    assert resolution.value is not None
    node, digest = resolution.node, resolution.value.reference
    subject = {**part_subject(node), "type": "declaration", "digest": digest}
    return Flag(code, Severity.WARNING, node.owner, subject, view.tiers[name], evidence)
