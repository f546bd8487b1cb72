"""A statement with all that is needed to check it: the file that travels.

A bundle is canonical JSON `{type, statement, receipt, key, annex, proof, logKey}`. Statement and
receipt are compact JWS of the hub's key; the statement holds the digest of the annex, the receipt
that of the statement. The proof (c2sp.org/tlog-proof) shows the statement's place in the log, under
a checkpoint of `logKey`: the hub's key at that time. So one changed byte anywhere is refused, but
in the line of a witness that the reader does not know. Version 1 had no proof.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from tierlight_schemas.canonical import canonical, canonical_or_refused, digest
from tierlight_schemas.errors import EnvelopeError, LogError, StatementError
from tierlight_schemas.identifiers import issuer_urn
from tierlight_schemas.jws import Opened, verify
from tierlight_schemas.keys import check_jwk, thumbprint
from tierlight_schemas.log.entries import Entry
from tierlight_schemas.log.notes import VerifierKey
from tierlight_schemas.log.policy import Policy
from tierlight_schemas.log.proofs import Proof, check_proof, read_proof
from tierlight_schemas.statement import (
    MAX_ANNEX_BYTES,
    Recomputed,
    RollUpStatement,
    policy_of,
    recompute,
    refuse_other_rules,
)

BUNDLE_TYPE: Final = "tierlight.statement-bundle/2"
UNPROVEN_TYPE: Final = "tierlight.statement-bundle/1"
_TYPES: Final = b"tierlight.statement-bundle/"
RECEIPT_TYPE: Final = "tierlight.receipt/1"
MAX_BUNDLE_BYTES = MAX_ANNEX_BYTES + 1_000_000
_MEMBERS = frozenset({"type", "statement", "receipt", "key", "annex"})
_TYPED = {UNPROVEN_TYPE: _MEMBERS, BUNDLE_TYPE: _MEMBERS | {"proof", "logKey"}}


@dataclass(frozen=True)
class Checked:
    """A bundle of which everything holds; whether its key is the hub's is the reader's to say."""

    digest: str
    """Of the statement's payload: its identity."""
    kid: str
    statement: Mapping[str, Any]
    receipt: Mapping[str, Any]
    recomputed: Recomputed
    proof: Proof | None = None
    """Its place in the log, under a checkpoint that the bundle's own `log_kid` signed."""
    log_kid: str | None = None
    keys: tuple[Mapping[str, str], ...] = ()
    """The public keys that it came with: the signer's, and that of the log's checkpoint."""

    @property
    def entry(self) -> Entry:
        """What the log's leaf commits to."""
        return Entry("statement", self.receipt["envelope"])

    @property
    def subject(self) -> Mapping[str, Any]:
        """What the statement is about."""
        subject: Mapping[str, Any] = self.statement["credentialSubject"]
        return subject


def pack_bundle(
    jws: bytes,
    receipt: bytes,
    jwk: Mapping[str, Any],
    annex: bytes,
    proof: tuple[str, Mapping[str, Any]] | None = None,
) -> bytes:
    """The bytes of a bundle; `proof` is its text and the key of its checkpoint."""
    bundle: dict[str, Any] = {
        "type": BUNDLE_TYPE if proof else UNPROVEN_TYPE,
        "statement": jws.decode("ascii"),
        "receipt": receipt.decode("ascii"),
        "key": check_jwk(jwk),
        "annex": canonical_or_refused(annex, max_bytes=MAX_ANNEX_BYTES),
    }
    if proof:
        bundle |= {"proof": proof[0], "logKey": check_jwk(proof[1])}
    return canonical(bundle)


def looks_like_bundle(data: bytes) -> bool:
    """Whether a file is meant as a bundle: what it begins with, blanks aside."""
    return data.lstrip()[:9] == b'{"annex":' and _TYPES in data[-200:]


def check_bundle(data: bytes) -> Checked:
    """Verify signatures, digests and receipt of a bundle, and compute its result again.

    Raises `EnvelopeError` for bytes, signatures and keys that may not pass, `StatementError` for
    what does not fit together: `statement/bundle`, `statement/form`, `statement/annex`,
    `statement/annex-differs`, `statement/receipt`, `statement/engine`, `statement/inputs`,
    `statement/differs`. `LogError` (`log/…`) for a proof that does not hold.
    """
    bundle = _opened(data)
    key = check_jwk(bundle["key"])
    opened = verify(bundle["statement"], key)
    document = statement_of(opened)
    subject = document["credentialSubject"]
    receipt = _receipt(bundle, key, opened)
    annex = canonical(bundle["annex"])
    if digest(annex) != subject["network"]["digest"]:
        raise StatementError("statement/annex-differs")
    refuse_other_rules(subject)
    recomputed = recompute(annex, policy_of(subject))
    _compare(subject, recomputed)
    proof, log_kid = _proof(bundle, receipt)
    keys = (key, *([check_jwk(bundle["logKey"])] if "logKey" in bundle else []))
    return Checked(opened.digest, opened.kid, document, receipt, recomputed, proof, log_kid, keys)


def statement_of(opened: Opened) -> dict[str, Any]:
    """The document of a signed statement. Raises `StatementError` (`statement/form`)."""
    try:
        read = RollUpStatement.model_validate(opened.document)
    except ValidationError as error:
        place = ".".join(str(step)[:60] for step in error.errors()[0]["loc"])
        raise StatementError("statement/form", place=ascii(place)[1:-1][:200]) from None
    if read.issuer != issuer_urn("key", opened.kid):
        raise StatementError("statement/form", place="issuer")
    return opened.document


def _opened(data: bytes) -> dict[str, Any]:
    bundle = canonical_or_refused(data, max_bytes=MAX_BUNDLE_BYTES)
    members = _TYPED.get(str(bundle.get("type"))) if isinstance(bundle, dict) else None
    if not isinstance(bundle, dict) or members is None or set(bundle) != members:
        raise StatementError("statement/bundle")
    texts = {"statement", "receipt", "proof"} & members
    if not all(isinstance(bundle[name], str) for name in texts):
        raise StatementError("statement/bundle")
    return bundle


def _receipt(bundle: Mapping[str, Any], key: Mapping[str, str], statement: Opened) -> Any:
    """The receipt, signed by the same key and about this statement."""
    receipt = verify(bundle["receipt"], key).document
    envelope = digest(bundle["statement"].encode("ascii"))
    expected = {
        "type": RECEIPT_TYPE,
        "kind": "statement",
        "digest": statement.digest,
        "envelope": envelope,
        "leaf": Entry("statement", envelope).leaf.hex(),
        "key": thumbprint(key),
        "origin": statement.document["credentialSubject"]["log"],
    }
    for name, value in expected.items():
        if receipt.get(name) != value:
            raise StatementError("statement/receipt", member=name)
    return receipt


def _proof(
    bundle: Mapping[str, Any], receipt: Mapping[str, Any]
) -> tuple[Proof | None, str | None]:
    """The proof that the receipt's place is the statement's, and the key of its checkpoint."""
    if "proof" not in bundle:
        return None, None
    key = check_jwk(bundle["logKey"])
    proof = read_proof(bundle["proof"])
    if proof.index != receipt.get("index"):
        raise LogError("log/not-included", index=str(proof.index), size=str(proof.checkpoint.size))
    log = VerifierKey.of_jwk(proof.checkpoint.origin, key)
    check_proof(proof, Entry("statement", receipt["envelope"]), Policy((log,)))
    return proof, thumbprint(key)


def _compare(subject: Mapping[str, Any], recomputed: Recomputed) -> None:
    """Raise `StatementError` where what was signed is not, byte by byte, what was computed."""
    listed = "\n".join(recomputed.inputs).encode()
    found: dict[str, Any] = {
        "baseUnit": recomputed.base_unit,
        "inputs": {"count": str(len(recomputed.inputs)), "digest": digest(listed)},
        "network": subject["network"] | {"parts": str(len(recomputed.annex.parts))},
        "result": recomputed.result,
    }
    for name, value in found.items():
        if canonical(subject[name]) != canonical(value):
            raise StatementError("statement/differs", member=name)


__all__ = [
    "BUNDLE_TYPE",
    "Checked",
    "EnvelopeError",
    "check_bundle",
    "looks_like_bundle",
    "pack_bundle",
    "statement_of",
]
