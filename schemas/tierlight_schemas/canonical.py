"""One spelling for one value: RFC 8785 bytes, canonical base64url, and digests of them."""

import base64
import binascii
import hashlib
import re
from itertools import zip_longest
from typing import Any

import rfc8785

from tierlight_schemas.errors import EnvelopeError
from tierlight_schemas.strict_json import MAX_BYTES, MAX_DEPTH, refuse_ambiguous, strict_json

_BASE64URL = re.compile(rb"[A-Za-z0-9_-]*")


def canonical(value: Any, *, fractions: bool = False) -> bytes:
    """The RFC 8785 bytes of a value.

    `fractions` as in `strict_json`: a float is spelled as its shortest decimal. Raises
    `EnvelopeError` for what our documents never hold (floats, null, lone surrogates …).
    """
    refuse_ambiguous(value, fractions=fractions)
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeError) as error:
        raise EnvelopeError("door/not-canonical", position="0") from error


def canonical_or_refused(
    data: bytes,
    *,
    max_bytes: int = MAX_BYTES,
    max_depth: int = MAX_DEPTH,
    fractions: bool = False,
) -> Any:
    """The value of a JSON text that is its own RFC 8785 spelling; `fractions` as in `strict_json`.

    Raises `EnvelopeError`: `door/not-canonical` with the first byte that differs, or what
    `strict_json` raises.
    """
    value = strict_json(data, max_bytes=max_bytes, max_depth=max_depth, fractions=fractions)
    expected = canonical(value, fractions=fractions)
    if expected != data:
        raise EnvelopeError("door/not-canonical", position=str(_first_difference(expected, data)))
    return value


def _first_difference(one: bytes, other: bytes) -> int:
    pairs = enumerate(zip_longest(one, other))
    return next(position for position, (left, right) in pairs if left != right)


def digest(payload: bytes) -> str:
    """SHA-256 in hex: the identity of a declaration (of its payload) and of an annex."""
    return hashlib.sha256(payload).hexdigest()


def b64url_encode(data: bytes) -> str:
    """base64url without padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def b64url_decode(text: str | bytes) -> bytes:
    """The bytes of a base64url text in its only spelling: no padding, no stray bits.

    Raises `EnvelopeError` with `door/base64url`.
    """
    raw = text.encode("ascii", "replace") if isinstance(text, str) else text
    if not _BASE64URL.fullmatch(raw) or len(raw) % 4 == 1:
        raise EnvelopeError("door/base64url")
    try:
        data = base64.urlsafe_b64decode(raw + b"=" * (-len(raw) % 4))
    except binascii.Error:
        raise EnvelopeError("door/base64url") from None
    if b64url_encode(data).encode("ascii") != raw:
        raise EnvelopeError("door/base64url")
    return data
