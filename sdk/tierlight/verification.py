"""Checking signed declarations offline: envelope, key, annexes, receipt, proof, document."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Any

from tierlight.documents import Item
from tierlight.errors import ConfigurationError
from tierlight.submissions import part_extension
from tierlight.table import Problem
from tierlight_schemas.checks import check
from tierlight_schemas.envelope import (
    EnvelopeError,
    Opened,
    canonical_or_refused,
    digest,
    open_jws,
    parse_issuer,
    parse_part_urn,
    verify,
)
from tierlight_schemas.errors import LogError
from tierlight_schemas.findings import Finding, Severity
from tierlight_schemas.log.entries import Entry
from tierlight_schemas.log.policy import Policy, accept, read_policy
from tierlight_schemas.log.proofs import check_inclusion, read_proof
from tierlight_schemas.verification_reading import is_verification, read_verification


class Standing(StrEnum):
    """What can be said of a declaration."""

    VALID = "valid"
    """Everything holds, and a known key signed it."""
    UNVERIFIED = "unverified"
    """Everything that can be seen holds, but nobody gave the key, so anyone may have signed it."""
    INVALID = "invalid"


@dataclass(frozen=True)
class Kept:
    """What a hub answered to a declaration, as it was kept."""

    receipt: bytes | None = None
    proof: bytes | None = None
    """c2sp.org/tlog-proof."""


@dataclass(frozen=True)
class Place:
    """A place in a log that a proof leads to."""

    index: int
    origin: str
    size: int
    """Entries under the checkpoint."""
    witnesses: list[str] = field(default_factory=list)
    """Those of the policy whose cosignatures hold."""
    trusted: bool = False
    """Whether a policy was given that accepts the checkpoint."""


@dataclass(frozen=True)
class Verdict:
    """One declaration, verified offline."""

    standing: Standing
    digest: str | None = None
    kid: str | None = None
    part: str | None = None
    receipt_checked: bool = False
    place: "Place | None" = None
    """Where the proof beside it shows it in the hub's log."""
    absent: list[str] = field(default_factory=list)
    """Annexes that were signed for and are not here; their owner may keep them back."""
    problems: list[Problem] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def verify_item(
    item: Item,
    keys: Mapping[str, Mapping[str, Any]],
    at: date | datetime,
    kept: Mapping[str, Kept] | None = None,
    policy: Policy | None = None,
) -> Verdict:
    """Everything that can be checked of a declaration offline; never raises for what it holds.

    `keys` are public keys by thumbprint; `kept` are receipts and proofs by declaration digest;
    without a policy a proof is followed up to its checkpoint, and nobody vouches for that.
    """
    if item.jws is None:
        code = item.error.code if item.error else "sdk/not-signed"
        params = item.error.params if item.error else {}
        return Verdict(Standing.INVALID, problems=[Problem(code, params=dict(params))])
    try:
        opened = open_jws(item.jws)
    except EnvelopeError as error:
        return Verdict(Standing.INVALID, problems=[_problem(error)])
    found = (kept or {}).get(opened.digest, Kept())
    if is_verification(opened.document):
        return _of_statement(item.jws, opened, keys, at, found, policy)
    return _verdict(item, opened, keys, at, found, policy)


def _verdict(
    item: Item,
    opened: Opened,
    keys: Mapping[str, Mapping[str, Any]],
    at: date | datetime,
    kept: Kept,
    policy: Policy | None,
) -> Verdict:
    assert item.jws is not None
    problems = _names(opened) + _annexes(opened, item.annexes)
    known = opened.kid in keys
    if known:
        problems += _signature(item.jws, keys[opened.kid])
    if kept.receipt is not None:
        problems += receipt_problems(kept.receipt, item.jws, opened)
    place, unproven = placed(kept, item.jws, policy)
    problems += unproven
    findings = check(opened.document, at, split=item.split)
    broken = problems or any(finding.severity is Severity.ERROR for finding in findings)
    standing = Standing.VALID if known else Standing.UNVERIFIED
    return Verdict(
        Standing.INVALID if broken else standing,
        opened.digest,
        opened.kid,
        str(_subject(opened).get("id", "")),
        kept.receipt is not None,
        place,
        _absent(opened, item.annexes),
        problems,
        findings,
    )


def _of_statement(
    jws: bytes,
    opened: Opened,
    keys: Mapping[str, Mapping[str, Any]],
    at: date | datetime,
    kept: Kept,
    policy: Policy | None,
) -> Verdict:
    """A third party's statement by itself; whether it counts for its declaration, evidence says."""
    problems, known = [], opened.kid in keys
    try:
        read_verification(opened, _end_of(at))
    except EnvelopeError as error:
        problems.append(_problem(error))
    if known:
        problems += _signature(jws, keys[opened.kid])
    if kept.receipt is not None:
        problems += receipt_problems(kept.receipt, jws, opened)
    place, unproven = placed(kept, jws, policy, "verification")
    problems += unproven
    standing = Standing.VALID if known else Standing.UNVERIFIED
    return Verdict(
        Standing.INVALID if problems else standing,
        opened.digest,
        opened.kid,
        str(_subject(opened).get("id", "")),
        kept.receipt is not None,
        place,
        problems=problems,
    )


def _end_of(at: date | datetime) -> datetime:
    return at if isinstance(at, datetime) else datetime.combine(at, time.max, UTC)


def _signature(jws: bytes, jwk: Mapping[str, Any]) -> list[Problem]:
    try:
        verify(jws, jwk)
    except EnvelopeError as error:
        return [_problem(error)]
    return []


def _names(opened: Opened) -> list[Problem]:
    """Names that contain a key's thumbprint must contain that of the signing key."""
    subject = _subject(opened)
    owners = [parse_issuer(str(opened.document.get("issuer", "")))]
    try:
        owners.append(parse_part_urn(str(subject.get("id", "")))[:2])
    except EnvelopeError as error:
        return [_problem(error)]
    foreign = [owner for owner in owners if owner and owner[0] == "key" and owner[1] != opened.kid]
    return [Problem("sdk/foreign-key-name", params={"kid": opened.kid})] if foreign else []


def _stated(opened: Opened) -> Mapping[str, Any]:
    """Digests of annexes, by name, as they were signed."""
    footprint = _mapping(_subject(opened).get("footprint"))
    return _mapping(part_extension(footprint).get("annexes"))


def _absent(opened: Opened, annexes: Mapping[str, bytes]) -> list[str]:
    return sorted(str(name) for name in _stated(opened) if name not in annexes)


def _annexes(opened: Opened, annexes: Mapping[str, bytes]) -> list[Problem]:
    """Annexes that are here must be those whose digests were signed, in canonical bytes."""
    stated = _stated(opened)
    problems = []
    for name, body in annexes.items():
        if stated.get(name) != digest(body):
            problems.append(Problem("sdk/annex-differs", params={"name": name}))
        try:
            canonical_or_refused(body, max_bytes=len(body))
        except EnvelopeError as error:
            params = {"name": name, "reason": error.code}
            problems.append(Problem("sdk/annex-unreadable", params=params))
    return problems


def receipt_problems(body: bytes, jws: bytes, opened: Opened) -> list[Problem]:
    """What speaks against a receipt being that of this declaration.

    A receipt says at which place of the log a declaration was received; the proof beside it shows
    that the log's tree holds it there.
    """
    try:
        receipt = _mapping(canonical_or_refused(body))
    except EnvelopeError as error:
        return [Problem("sdk/receipt-unreadable", params={"reason": error.code})]
    expected = {"digest": opened.digest, "key": opened.kid}
    wrong = [name for name, value in expected.items() if receipt.get(name) != value]
    # An ES256 signature can be made twice; the log committed to the envelope received first.
    if opened.alg == "Ed25519" and receipt.get("envelope") != digest(jws):
        wrong.append("envelope")
    if receipt.get("leaf") != _leaf(receipt):
        wrong.append("leaf")
    return [Problem("sdk/receipt-differs", params={"member": name}) for name in wrong]


def _leaf(receipt: Mapping[str, Any]) -> str:
    kind, envelope = receipt.get("kind", ""), receipt.get("envelope", "")
    return Entry(str(kind), str(envelope)).leaf.hex()


def policy_file(path: Path | None) -> Policy:
    """The policy in a file; one that trusts nobody without a file.

    Raises `ConfigurationError` when it cannot be read, `LogError` for what is no policy.
    """
    if path is None:
        return Policy(())
    try:
        return read_policy(path.read_bytes())
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError("sdk/unreadable", file=str(path), reason=reason) from None


def placed(
    kept: Kept, jws: bytes, policy: Policy | None, kind: str = "declaration"
) -> tuple[Place | None, list[Problem]]:
    """Where the proof shows what was signed (an entry of a kind), or what speaks against it.

    The leaf commits to these very bytes. An ES256 signature can be made twice: where the receipt
    names another envelope, the proof is of that one and says nothing of this.
    """
    receipt = _readable(kept.receipt)
    if kept.proof is None or receipt.get("envelope", digest(jws)) != digest(jws):
        return None, []
    try:
        proof = read_proof(kept.proof)
        if receipt.get("index", proof.index) != proof.index:
            return None, [Problem("sdk/receipt-differs", params={"member": "index"})]
        checkpoint = check_inclusion(proof, Entry(kind, digest(jws)))
        witnesses = accept(proof.note, policy).witnessed if policy else {}
    except LogError as error:
        return None, [Problem(error.code, params=dict(error.params))]
    seen = sorted(witnesses)
    return Place(proof.index, checkpoint.origin, checkpoint.size, seen, policy is not None), []


def _readable(receipt: bytes | None) -> Mapping[str, Any]:
    try:
        return _mapping(canonical_or_refused(receipt)) if receipt else {}
    except EnvelopeError:
        return {}


def _problem(error: EnvelopeError) -> Problem:
    return Problem(error.code, params=dict(error.params))


def _subject(opened: Opened) -> Mapping[str, Any]:
    return _mapping(opened.document.get("credentialSubject"))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
