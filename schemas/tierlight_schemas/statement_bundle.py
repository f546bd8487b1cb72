"""A statement with all that is needed to check it: the file that travels.

A bundle is canonical JSON `{type, statement, receipt, key, annex}`. Statement and receipt are
compact JWS of the hub's key; the statement holds the digest of the annex, the receipt that of the
statement. So one changed byte anywhere is refused.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from tierlight_schemas.canonical import canonical, canonical_or_refused, digest
from tierlight_schemas.errors import EnvelopeError, StatementError
from tierlight_schemas.identifiers import issuer_urn
from tierlight_schemas.jws import Opened, verify
from tierlight_schemas.keys import check_jwk, thumbprint
from tierlight_schemas.statement import (
    MAX_ANNEX_BYTES,
    Recomputed,
    RollUpStatement,
    policy_of,
    recompute,
    refuse_other_rules,
)

BUNDLE_TYPE: Final = "tierlight.statement-bundle/1"
RECEIPT_TYPE: Final = "tierlight.receipt/1"
MAX_BUNDLE_BYTES = MAX_ANNEX_BYTES + 1_000_000
_MEMBERS = frozenset({"type", "statement", "receipt", "key", "annex"})


@dataclass(frozen=True)
class Checked:
    """A bundle of which everything holds; whether its key is the hub's is the reader's to say."""

    digest: str
    """Of the statement's payload: its identity."""
    kid: str
    statement: Mapping[str, Any]
    receipt: Mapping[str, Any]
    recomputed: Recomputed

    @property
    def subject(self) -> Mapping[str, Any]:
        """What the statement is about."""
        subject: Mapping[str, Any] = self.statement["credentialSubject"]
        return subject


def pack_bundle(jws: bytes, receipt: bytes, jwk: Mapping[str, Any], annex: bytes) -> bytes:
    """The bytes of a bundle."""
    return canonical(
        {
            "type": BUNDLE_TYPE,
            "statement": jws.decode("ascii"),
            "receipt": receipt.decode("ascii"),
            "key": check_jwk(jwk),
            "annex": canonical_or_refused(annex, max_bytes=MAX_ANNEX_BYTES),
        }
    )


def looks_like_bundle(data: bytes) -> bool:
    """Whether a file is meant as a bundle: what it begins with, blanks aside."""
    return data.lstrip()[:9] == b'{"annex":' and BUNDLE_TYPE.encode() in data[-200:]


def check_bundle(data: bytes) -> Checked:
    """Verify signatures, digests and receipt of a bundle, and compute its result again.

    Raises `EnvelopeError` for bytes, signatures and keys that may not pass, `StatementError` for
    what does not fit together: `statement/bundle`, `statement/form`, `statement/annex`,
    `statement/annex-differs`, `statement/receipt`, `statement/engine`, `statement/inputs`,
    `statement/differs`.
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
    return Checked(opened.digest, opened.kid, document, receipt, recomputed)


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
    if not isinstance(bundle, dict) or set(bundle) != _MEMBERS or bundle["type"] != BUNDLE_TYPE:
        raise StatementError("statement/bundle")
    if not isinstance(bundle["statement"], str) or not isinstance(bundle["receipt"], str):
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
        "leaf": _leaf(envelope),
        "key": thumbprint(key),
        "origin": statement.document["credentialSubject"]["log"],
    }
    for name, value in expected.items():
        if receipt.get(name) != value:
            raise StatementError("statement/receipt", member=name)
    return receipt


def _leaf(envelope: str) -> str:
    """The leaf of the log (RFC 9162 2.1.1) that commits to this statement."""
    entry = canonical({"version": 1, "kind": "statement", "digest": envelope})
    return hashlib.sha256(b"\0" + entry).hexdigest()


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
