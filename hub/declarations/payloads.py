"""Shapes of the declaration API."""

import json
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from hub.declarations.holding import HeldState, state_of
from hub.declarations.tables import DeclarationRow, HeldSubmission, Withdrawal
from hub.declarations.usecases import LineVerdict
from hub.declarations.verdict import StoredFinding, Verdict
from hub.kit.errors import HubError
from hub.kit.language import Language
from hub.kit.payload import Payload
from hub.kit.problems import Problem, problem_of
from tierlight_schemas.messages import render


class FindingView(Payload):
    """A warning or note, in the reader's language."""

    code: str
    severity: str
    path: str
    message: str
    remedy: str
    evidence: dict[str, str]
    acknowledged: str | None = None


class VerdictView(Payload):
    """What became of a submission."""

    status: Literal["stored", "known", "refused", "held"]
    digest: str | None = Field(default=None, description="SHA-256 of the payload bytes.")
    receipt: dict[str, Any] | None = None
    proof: str | None = Field(
        default=None,
        description="C2SP tlog-proof of the receipt's place; absent while the hub has no key.",
    )
    part: str | None = None
    part_registered: bool = False
    findings: list[FindingView] = Field(default_factory=list)
    error: Problem | None = None
    held_until: datetime | None = Field(
        default=None, description="When it expires unless a second person has released it."
    )
    notice: Problem | None = Field(
        default=None, description="Why there is no receipt yet, and how to ask later; of `held`."
    )
    line: int | None = Field(default=None, description="Counted from 1; only of NDJSON.")


class NewWithdrawal(Payload):
    """Why the owner no longer stands by a declaration."""

    reason: str = Field(min_length=1, max_length=1000)


class WithdrawalView(Payload):
    """A withdrawal."""

    reason: str
    at: datetime
    log_index: int


class DeclarationSummary(Payload):
    """A declaration in a list."""

    digest: str
    kind: str
    part_id: str
    footprint_id: str | None = None
    received_at: datetime
    log_index: int
    supersedes: str | None = None
    site: str | None = None
    boundary: str
    level: str
    declared_unit: str
    declared_amount: str
    excluding_uptake: str
    period_start: datetime
    period_end: datetime
    valid_from: datetime
    valid_to: datetime
    state: str


class DeclarationView(DeclarationSummary):
    """A declaration with what is said about it; its document is in the JWS."""

    company_id: str
    key: str
    superseded_by: str | None = None
    withdrawal: WithdrawalView | None = None
    findings: list[FindingView]
    annexes: list[str] = Field(description="Kept, and open to the reader.")


class HeldView(Payload):
    """What waits, or waited, for a second person."""

    id: str
    kind: Literal["declaration", "withdrawal"]
    declaration: str = Field(description="Digest of what it is about.")
    state: HeldState
    submitted_by: str = Field(description="`person:<id>`, `machine:<id>` or `operator:cli`.")
    submitted_at: datetime
    expires_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    withdrawal_reason: str | None = None
    rejection: str | None = Field(default=None, description="Why it was rejected.")
    refusal: Problem | None = Field(
        default=None, description="What the door met when it was released."
    )


class Rejection(Payload):
    """Why what waits is not to be said."""

    reason: str = Field(min_length=1, max_length=1000)


def held_view(row: HeldSubmission, language: Language) -> HeldView:
    """What was held, with what has become of it."""
    own = {"state", "refusal"}
    members = {name: getattr(row, name) for name in HeldView.model_fields if name not in own}
    refusal = problem_of(HubError(**_refusal(row.refusal)), language) if row.refusal else None
    return HeldView(**members, state=state_of(row), refusal=refusal)


def _refusal(stored: str) -> dict[str, str]:
    said = json.loads(stored)
    return {"code": said["code"], **said["params"]}


def summary(row: DeclarationRow, state: str) -> DeclarationSummary:
    """A declaration for a list."""
    return DeclarationSummary(**_members(row, state))


def view(
    row: DeclarationRow,
    state: str,
    *,
    superseded_by: str | None,
    withdrawal: Withdrawal | None,
    findings: list[FindingView],
    annexes: list[str],
) -> DeclarationView:
    """A declaration on its own."""
    return DeclarationView(
        **_members(row, state),
        company_id=row.company_id,
        key=row.key_thumbprint,
        superseded_by=superseded_by,
        withdrawal=WithdrawalView.model_validate(withdrawal) if withdrawal else None,
        findings=findings,
        annexes=annexes,
    )


def finding_view(stored: StoredFinding, language: Language) -> FindingView:
    """A finding in words."""
    finding = stored.finding
    words = render(finding.code, {**finding.evidence, "path": finding.path}, language)
    return FindingView(
        code=finding.code,
        severity=finding.severity.value,
        path=finding.path,
        message=words.text,
        remedy=words.remedy,
        evidence=finding.evidence,
        acknowledged=stored.acknowledged,
    )


def verdict_view(verdict: Verdict, language: Language, line: int | None = None) -> VerdictView:
    """A verdict in words; the receipt as JSON (its canonical bytes are the receipt itself)."""
    return VerdictView(
        status=verdict.status,
        digest=verdict.digest,
        receipt=json.loads(verdict.receipt) if verdict.receipt else None,
        proof=verdict.proof,
        part=verdict.part_id,
        part_registered=verdict.part_registered,
        findings=[finding_view(stored, language) for stored in verdict.findings],
        error=problem_of(verdict.error, language) if verdict.error else None,
        held_until=verdict.held_until,
        notice=_notice(verdict, language),
        line=line,
    )


def _notice(verdict: Verdict, language: Language) -> Problem | None:
    if verdict.held_until is None or verdict.digest is None:
        return None
    told = {"digest": verdict.digest, "until": f"{verdict.held_until:%Y-%m-%d}"}
    words = render("held/waiting", told, language)
    return Problem(code="held/waiting", message=words.text, remedy=words.remedy)


def verdict_line(given: LineVerdict, language: Language) -> bytes:
    """A line of NDJSON."""
    shown = verdict_view(given.verdict, language, given.line)
    return shown.model_dump_json(exclude_none=True).encode() + b"\n"


def _members(row: DeclarationRow, state: str) -> dict[str, Any]:
    names = set(DeclarationSummary.model_fields) - {"state"}
    return {name: getattr(row, name) for name in names} | {"state": state}
