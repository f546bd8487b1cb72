"""The part of `tierlight verify` that speaks of the log: evidence of a declaration, and places."""

import argparse
from datetime import UTC, datetime

from tierlight.commands import DONE, KEY_UNKNOWN, REFUSED
from tierlight.evidence import EvidenceVerdict, declared_boundary, verify_evidence
from tierlight.terminal import Terminal
from tierlight.verification import Place, Standing, policy_file
from tierlight_schemas.log.verified import ShownVerification

_ASSURANCE = {"limited": "sdk/verified-limited", "reasonable": "sdk/verified-reasonable"}
_STATUS = {Standing.VALID: DONE, Standing.UNVERIFIED: KEY_UNKNOWN, Standing.INVALID: REFUSED}


def run_evidence(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Check the one piece of evidence in the file."""
    policy = policy_file(arguments.policy) if arguments.policy else None
    verdict = verify_evidence(arguments.file, datetime.now(UTC), policy)
    if arguments.format == "json":
        terminal.data(verdict.as_json())
    else:
        _print(str(arguments.file), verdict, terminal)
    return _STATUS[verdict.standing]


def say_place(file: str, place: Place, terminal: Terminal) -> None:
    """Where a proof shows a declaration, and who saw that."""
    terminal.say(
        "sdk/proof-holds" if place.trusted else "sdk/proof-unjudged",
        place=file,
        index=place.index,
        origin=place.origin,
        size=place.size,
        witnesses=", ".join(place.witnesses) or "–",
    )


def _print(file: str, verdict: EvidenceVerdict, terminal: Terminal) -> None:
    if verdict.problem is not None:
        terminal.problem(file, verdict.problem)
    terminal.findings(file, verdict.findings, to_stderr=True)
    if verdict.evidence is None or verdict.place is None:
        terminal.say("sdk/evidence-invalid", place=file)
        return
    found = verdict.evidence
    subject = found.opened.document.get("credentialSubject")
    part = str(subject.get("id", "?")) if isinstance(subject, dict) else "?"
    told = {"place": file, "part": part, "digest": found.opened.digest, "kid": found.opened.kid}
    terminal.say("sdk/evidence-valid" if found.key == "valid" else "sdk/evidence-in-doubt", **told)
    say_place(file, verdict.place, terminal)
    for one in found.verifications:
        _say_verified(file, verdict, one, terminal)
    if found.successor is not None:
        terminal.say("sdk/evidence-superseded", place=file, digest=found.successor)
    if found.withdrawn is not None:
        terminal.say("sdk/evidence-withdrawn", place=file, reason=found.withdrawn)


def _say_verified(
    file: str, verdict: EvidenceVerdict, found: ShownVerification, terminal: Terminal
) -> None:
    """Who verified what at which assurance, and why that may not count."""
    evidence, subject = verdict.evidence, found.subject
    assert evidence is not None
    accreditation = subject.verifier.accreditation
    body = f"{accreditation.body}, {accreditation.number}" if accreditation else "–"
    doubts = found.doubts(declared_boundary(evidence), verdict.day, evidence.key)
    terminal.say(
        _ASSURANCE[subject.assurance],
        place=file,
        verifier=subject.verifier.name,
        accreditation=body,
        level=subject.level,
        share=subject.coverage.share_percent,
        standards=", ".join(subject.standards),
        until=subject.valid_until,
        index=found.index,
        kid=found.opened.kid,
    )
    if found.revocation is not None:
        revoked = found.revocation
        terminal.say("sdk/verified-revoked", place=file, reason=revoked.reason, index=revoked.index)
    if not doubts:
        terminal.say("sdk/verified-counts", place=file)
    for doubt in doubts:
        terminal.say("verification/doubt", place=file, case=doubt.value)
