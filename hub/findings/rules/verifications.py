"""What is wrong with third parties' word: revoked, expired, tied to the declarant, too little.

Of several doubts about a statement the gravest is told. Where another statement verifies the
declaration, only what was revoked and who is tied to the declarant is told. A badge for a program
or a model is no finding.
"""

from collections.abc import Callable, Iterator, Mapping

from hub.findings.flags import Flag, shown
from hub.findings.rules.view import Verification, View, part_subject
from tierlight_schemas.findings import Severity
from tierlight_schemas.rollup.model import Known, Value
from tierlight_schemas.verification_standing import LEAST_SHARE, Doubt

_ALWAYS_TOLD = (Doubt.REVOKED, Doubt.CONFLICT)
Evidence = Mapping[str, str]


def verification_broken_chain(view: View, name: str) -> Iterator[Flag]:
    """trust/verification-broken-chain: a third-party share over own processes that nobody verified.

    The declaration itself says so; its share counts as 0, whatever its inputs carry.
    """
    value = _declared(view, name)
    if value is not None and value.unchained is not None:
        evidence = {"claimed_share": shown(value.unchained)}
        yield _flag(view, name, "trust/verification-broken-chain", evidence)


def statement_revoked(view: View, name: str) -> Iterator[Flag]:
    """trust/statement-revoked: a statement that was revoked, has expired, or whose key is in doubt.

    Once another statement verifies the declaration, what has expired is not told any more.
    """

    def evidence(statement: Verification, doubt: Doubt | None) -> Evidence | None:
        if doubt is Doubt.REVOKED:
            revoked = {"date": statement.revoked_on, "reason": statement.reason}
            return {"case": "revoked", **revoked}
        if doubt is Doubt.EXPIRED:
            return {"case": "expired", "date": statement.valid_until}
        return {"case": "key"} if doubt is Doubt.KEY else None

    yield from _flags(view, name, "trust/statement-revoked", evidence)


def statement_for_another(view: View, name: str) -> Iterator[Flag]:
    """trust/statement-not-for-this-dataset: the version before was verified, this one is not."""

    def evidence(statement: Verification, doubt: Doubt | None) -> Evidence | None:
        carried = statement.of_predecessor and not statement.doubts
        return {"case": "predecessor"} if carried else None

    yield from _flags(view, name, "trust/statement-not-for-this-dataset", evidence)


def verifier_conflict(view: View, name: str) -> Iterator[Flag]:
    """trust/verifier-conflict: the verifier belongs to the declarant.

    It is the same company, signs with the declarant's key, carries an identifier of its, or belongs
    to its group.
    """

    def evidence(statement: Verification, doubt: Doubt | None) -> Evidence | None:
        return {"case": statement.conflict} if doubt is Doubt.CONFLICT else None

    yield from _flags(view, name, "trust/verifier-conflict", evidence)


def accreditation_missing(view: View, name: str) -> Iterator[Flag]:
    """trust/accreditation-missing: no accreditation of the verifier's held at the completion."""

    def evidence(statement: Verification, doubt: Doubt | None) -> Evidence | None:
        return {} if doubt is Doubt.ACCREDITATION else None

    yield from _flags(view, name, "trust/accreditation-missing", evidence)


def verification_too_narrow(view: View, name: str) -> Iterator[Flag]:
    """trust/verification-too-narrow: less was verified than is declared or the assurance asks for.

    Limited assurance asks for evidence of 80 % of the footprint, reasonable assurance for 95 %.
    """

    def evidence(statement: Verification, doubt: Doubt | None) -> Evidence | None:
        if doubt is Doubt.SHARE:
            least = shown(LEAST_SHARE[statement.assurance])
            return {"case": "share", "verified_share": statement.share, "least_share": least}
        if doubt is Doubt.BOUNDARY:
            told = {"verified_boundary": statement.boundary, "case": "boundary"}
            return {**told, "declared_boundary": statement.declared}
        return None

    yield from _flags(view, name, "trust/verification-too-narrow", evidence)


def _flags(
    view: View,
    name: str,
    code: str,
    evidence: Callable[[Verification, Doubt | None], Evidence | None],
) -> Iterator[Flag]:
    """A flag for each statement on a part's declaration for which there is evidence."""
    value, known = _declared(view, name), view.resolutions[name].known
    for statement in view.verifications.get(value.reference, ()) if value is not None else ():
        doubt = None if statement.of_predecessor else next(iter(statement.doubts), None)
        if known is Known.VERIFIED and doubt not in _ALWAYS_TOLD:
            continue
        found = evidence(statement, doubt)
        if found is not None:
            yield _flag(view, name, code, {"verifier": statement.verifier, **found})


def _declared(view: View, name: str) -> Value | None:
    resolution = view.resolutions[name]
    return resolution.value if resolution.known in (Known.DECLARED, Known.VERIFIED) else None


def _flag(view: View, name: str, code: str, evidence: Evidence) -> Flag:
    resolution = view.resolutions[name]
    assert resolution.value is not None
    node, digest = resolution.node, resolution.value.reference
    subject = {**part_subject(node), "type": "declaration", "digest": digest}
    return Flag(code, Severity.WARNING, node.owner, subject, view.tiers[name], evidence)
