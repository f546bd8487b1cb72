"""Checking the evidence of a declaration offline: what the log holds of it and of its key."""

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tierlight.errors import ConfigurationError
from tierlight.table import Problem
from tierlight.verification import Place, Standing
from tierlight_schemas.checks import check
from tierlight_schemas.errors import StandardError
from tierlight_schemas.findings import Finding, Severity
from tierlight_schemas.log.evidence import Evidence, check_evidence, looks_like_evidence
from tierlight_schemas.log.policy import Policy
from tierlight_schemas.log.verified import ShownVerification
from tierlight_schemas.rollup.declared import extension_of


@dataclass(frozen=True)
class EvidenceVerdict:
    """What can be said of a declaration by its evidence."""

    standing: Standing
    """`unverified`: everything holds, but no policy says whose log this is."""
    evidence: Evidence | None = None
    place: Place | None = None
    problem: Problem | None = None
    findings: list[Finding] = field(default_factory=list)
    day: date = date.max
    """The day that third parties' statements are judged for."""

    def as_json(self) -> dict[str, Any]:
        """For a program."""
        answer: dict[str, Any] = {"standing": self.standing.value}
        if self.problem is not None:
            answer["problem"] = {"code": self.problem.code, "params": dict(self.problem.params)}
        if self.evidence is not None and self.place is not None:
            found, place = self.evidence, self.place
            answer |= {
                "digest": found.opened.digest,
                "kid": found.opened.kid,
                "key": found.key,
                "log_index": found.index,
                "origin": place.origin,
                "size": place.size,
                "witnesses": place.witnesses,
                "superseded_by": found.successor,
                "withdrawn": found.withdrawn,
                "verifications": [_shown(found, one, self.day) for one in found.verifications],
                "findings": [finding.code for finding in self.findings],
            }
        return answer


def _shown(evidence: Evidence, found: ShownVerification, day: date) -> dict[str, Any]:
    """A third party's statement for a program."""
    subject, revoked = found.subject, found.revocation
    doubts = found.doubts(declared_boundary(evidence), day, evidence.key)
    return {
        "digest": found.opened.digest,
        "kid": found.opened.kid,
        "key": found.key,
        "log_index": found.index,
        "verifier": subject.verifier.name,
        "accredited": subject.verifier.accreditation is not None,
        "level": subject.level,
        "assurance": subject.assurance,
        "share_percent": str(subject.coverage.share_percent),
        "valid_until": subject.valid_until,
        "counts": not doubts,
        "doubts": [doubt.value for doubt in doubts],
        "revoked": {"reason": revoked.reason, "log_index": revoked.index} if revoked else None,
    }


def declared_boundary(evidence: Evidence) -> str:
    """Which part of the life cycle the declaration is about; cradle to gate unless it says so."""
    subject = evidence.opened.document.get("credentialSubject")
    footprint = subject.get("footprint") if isinstance(subject, dict) else None
    extension = extension_of(footprint) if isinstance(footprint, dict) else {}
    return str(extension.get("boundary", "cradle-to-gate"))


def is_evidence(path: Path) -> bool:
    """Whether a file is meant as evidence."""
    return looks_like_evidence(_read(path))


def verify_evidence(path: Path, at: date | datetime, policy: Policy | None) -> EvidenceVerdict:
    """Check the evidence in a file; the declaration's document is judged as of `at`.

    Raises `ConfigurationError` when the file cannot be read, nothing for what it holds.
    """
    try:
        found = check_evidence(_read(path).strip(), policy)
    except StandardError as error:
        problem = Problem(error.code, params=dict(error.params))
        return EvidenceVerdict(Standing.INVALID, problem=problem)
    findings = check(found.opened.document, at)
    broken = any(finding.severity is Severity.ERROR for finding in findings)
    standing = Standing.VALID if policy else Standing.UNVERIFIED
    checkpoint = found.trusted.checkpoint
    witnesses = sorted(found.trusted.witnessed)
    place = Place(found.index, checkpoint.origin, checkpoint.size, witnesses, policy is not None)
    verdict = Standing.INVALID if broken else standing
    day = at.date() if isinstance(at, datetime) else at
    return EvidenceVerdict(verdict, found, place, findings=findings, day=day)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError("sdk/unreadable", file=str(path), reason=reason) from None
