"""Compact JWS around canonical JSON, in the one form that the door lets through.

Header exactly `alg`, `cty`, `kid`, `typ`; `alg` is Ed25519 (RFC 9864) or ES256; header and payload
are RFC 8785 bytes. Everything that joserfc or a parser could read more generously is refused here
before joserfc sees it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey
from joserfc.jws import JWSRegistry

from tierlight_schemas.canonical import (
    b64url_decode,
    b64url_encode,
    canonical,
    canonical_or_refused,
    digest,
)
from tierlight_schemas.errors import EnvelopeError
from tierlight_schemas.keys import check_jwk, thumbprint

Algorithm = Literal["Ed25519", "ES256"]

MAX_PAYLOAD_BYTES = 96_000
"""128,000 characters of base64url, the most that joserfc reads."""

MAX_JWS_BYTES = 128_500
SIGNATURE_BYTES = 64
"""Of Ed25519 (RFC 8032) and of ES256 as r and s (RFC 7518, section 3.4)."""

_CURVES: Mapping[str, Algorithm] = {"Ed25519": "Ed25519", "P-256": "ES256"}
_FIXED = {"cty": "vc", "typ": "vc+jwt"}


@dataclass(frozen=True)
class Opened:
    """A JWS taken apart; whether its signature holds is what `verify` says."""

    header: Mapping[str, str]
    kid: str
    """RFC 7638 thumbprint of the key that is said to have signed."""
    alg: Algorithm
    payload: bytes
    """The signed bytes; `digest` of them is the declaration's identity."""
    document: dict[str, Any]
    """A view of `payload`."""

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the payload bytes."""
        return digest(self.payload)


def open_jws(jws: str | bytes, *, fractions: bool = False) -> Opened:
    """Everything that can be said without the key: form, header, canonical payload.

    `fractions` is for credentials of a foreign vocabulary, whose numbers may have decimals. Raises
    `EnvelopeError` with a code `door/…`; no other exception, whatever the bytes.
    """
    header_part, payload_part, signature_part = _parts(_raw(jws))
    header = _header(b64url_decode(header_part))
    if len(b64url_decode(signature_part)) != SIGNATURE_BYTES:
        raise EnvelopeError("door/jws-signature-length")
    payload = b64url_decode(payload_part)
    document = canonical_or_refused(payload, max_bytes=MAX_PAYLOAD_BYTES, fractions=fractions)
    if not isinstance(document, dict):
        raise EnvelopeError("door/jws-payload")
    return Opened(header, header["kid"], cast(Algorithm, header["alg"]), payload, document)


def verify(jws: str | bytes, jwk: Mapping[str, Any], *, fractions: bool = False) -> Opened:
    """The opened JWS, its signature verified with a public key.

    Raises `EnvelopeError`: `trust/unknown-key` when `kid` is another key's thumbprint,
    `trust/key-form` for an unusable key, `trust/bad-signature`, or what `open_jws` raises.
    """
    opened = open_jws(jws, fractions=fractions)
    key = check_jwk(jwk)
    if thumbprint(key) != opened.kid:
        raise EnvelopeError("trust/unknown-key", kid=opened.kid)
    if _CURVES[key["crv"]] != opened.alg:
        raise EnvelopeError("trust/bad-signature", kid=opened.kid)
    signing_input, _, signature = _raw(jws).rpartition(b".")
    verify_signature(signing_input, b64url_decode(signature), key)
    return opened


def verify_signature(signing_input: bytes, signature: bytes, jwk: Mapping[str, Any]) -> None:
    """Whether the key made this signature, R and S or r and s as raw bytes, over these bytes.

    Every signature that this software believes went through here. Raises `EnvelopeError`:
    `trust/bad-signature`, or `trust/key-form` for an unusable key.
    """
    key = check_jwk(jwk)
    if not _holds(signing_input, signature, key):
        raise EnvelopeError("trust/bad-signature", kid=thumbprint(key))


def sign(
    payload: bytes,
    signer: Callable[[bytes], bytes],
    alg: Algorithm,
    kid: str,
    *,
    fractions: bool = False,
) -> str:
    """The compact JWS over canonical payload bytes.

    `signer` returns the 64 raw bytes of a signature (ES256: r and s, not DER). Raises
    `EnvelopeError` when payload, key id or signature could not pass `open_jws`.
    """
    text = signing_input(payload, alg, kid)
    jws = f"{text}.{b64url_encode(signer(text.encode('ascii')))}"
    open_jws(jws, fractions=fractions)
    return jws


def signing_input(payload: bytes, alg: Algorithm, kid: str) -> str:
    """The ASCII text whose bytes are signed (RFC 7515, section 5.1): header and payload."""
    header = canonical({"alg": alg, "kid": kid, **_FIXED})
    return f"{b64url_encode(header)}.{b64url_encode(payload)}"


def algorithm_of(jwk: Mapping[str, Any]) -> Algorithm:
    """The one algorithm that a public key signs with. Raises `EnvelopeError` as `check_jwk`."""
    return _CURVES[check_jwk(jwk)["crv"]]


def _raw(jws: str | bytes) -> bytes:
    raw = jws.encode("utf-8", "surrogatepass") if isinstance(jws, str) else jws
    if len(raw) > MAX_JWS_BYTES:
        raise EnvelopeError("door/too-large", size=str(len(raw)), limit=str(MAX_JWS_BYTES))
    return raw


def _parts(raw: bytes) -> list[bytes]:
    parts = raw.split(b".")
    if len(parts) != 3:
        raise EnvelopeError("door/jws-shape")
    return parts


def _header(data: bytes) -> dict[str, str]:
    header = canonical_or_refused(data, max_bytes=512)
    if not isinstance(header, dict) or set(header) != {"alg", "cty", "kid", "typ"}:
        raise EnvelopeError("door/jws-header")
    if header["alg"] not in _CURVES.values():
        raise EnvelopeError("door/jws-algorithm", alg=ascii(header["alg"])[:40])
    if any(header[name] != value for name, value in _FIXED.items()) or not _is_kid(header["kid"]):
        raise EnvelopeError("door/jws-header")
    return header


def _is_kid(kid: Any) -> bool:
    """A SHA-256 in base64url: a `kid` of any other form could name two keys."""
    try:
        return isinstance(kid, str) and len(b64url_decode(kid)) == 32
    except EnvelopeError:
        return False


def _holds(signing_input: bytes, signature: bytes, key: dict[str, str]) -> bool:
    if len(signature) != SIGNATURE_BYTES:
        return False
    algorithm = JWSRegistry.algorithms[_CURVES[key["crv"]]]
    kind = OKPKey if key["kty"] == "OKP" else ECKey
    try:
        return algorithm.verify(signing_input, signature, kind.import_key(dict(key)))
    except (JoseError, ValueError, TypeError, KeyError):
        return False
