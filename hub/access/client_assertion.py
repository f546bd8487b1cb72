"""What a machine says instead of a secret: a JWT that it signed itself (RFC 7523).

Pure: text, keys, issuer and time in; who it is, or why not, out. Our own, because the usual check
takes more than it should: lists of audiences (draft-ietf-oauth-rfc7523bis), any expiry, keys that
the header brings along, and no Ed25519.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey

from tierlight_schemas.canonical import b64url_decode
from tierlight_schemas.errors import EnvelopeError
from tierlight_schemas.keys import thumbprint
from tierlight_schemas.strict_json import strict_json

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
METHOD = "private_key_jwt"
ALGORITHMS = ("ES256", "Ed25519")

MAX_SECONDS = 300
"""How far ahead `exp` may be, and how far back `iat`."""
MAX_SKEW = 30
"""Seconds by which `iat` and `nbf` may lie in the future: clocks differ."""
MAX_TEXT, MAX_JTI = 4_000, 200

Reason = Literal[
    "not a JWT",
    "header",
    "algorithm",
    "iss and sub",
    "aud",
    "exp",
    "iat or nbf",
    "jti",
    "signature",
    "used before",
]

_CLIENT_ID = re.compile(r"[A-Za-z0-9-]{1,36}")
_TYPES = (None, "JWT", "jwt", "client-authentication+jwt")
_CURVES = {"ES256": "P-256", "Ed25519": "Ed25519"}


class AssertionRefused(Exception):  # noqa: N818 — says what happened, as in hub.kit.errors
    """Why an assertion proves nothing; the reason names the member, never a value."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Assertion:
    """An assertion whose form is right and whose signature nobody has checked yet."""

    text: str
    alg: str
    kid: str | None
    client_id: str
    jti: str
    expires_at: int
    """Seconds since 1970."""


def read_assertion(text: str, issuer: str, at: int) -> Assertion:
    """Read what is claimed, at `at` (seconds since 1970). Raises `AssertionRefused`."""
    header, claims = _opened(text)
    if set(header) - {"alg", "kid", "typ"} or header.get("typ") not in _TYPES:
        raise AssertionRefused("header")  # jwk, jku, x5u, crit and whatever else is meant to help
    alg, kid = header.get("alg"), header.get("kid")
    if alg not in ALGORITHMS:
        raise AssertionRefused("algorithm")
    if kid is not None and not isinstance(kid, str):
        raise AssertionRefused("header")
    client_id = claims.get("iss")
    if not isinstance(client_id, str) or not _CLIENT_ID.fullmatch(client_id):
        raise AssertionRefused("iss and sub")
    if claims.get("sub") != client_id:
        raise AssertionRefused("iss and sub")
    if claims.get("aud") != issuer:  # the issuer and nothing else, not even in a list
        raise AssertionRefused("aud")
    expires_at = _fit_times(claims, at)
    return Assertion(text, str(alg), kid, client_id, _jti(claims), expires_at)


def verify_assertion(assertion: Assertion, keys: Collection[Mapping[str, str]]) -> None:
    """Check the signature with the client's registered keys. Raises `AssertionRefused`."""
    for jwk in keys:
        named = assertion.kid in (None, thumbprint(jwk))
        if named and jwk["crv"] == _CURVES[assertion.alg] and _is_signed(assertion, jwk):
            return
    raise AssertionRefused("signature")


def _opened(text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    parts = text.split(".") if len(text) <= MAX_TEXT else []
    if len(parts) != 3:
        raise AssertionRefused("not a JWT")
    try:
        header, claims = (strict_json(b64url_decode(part)) for part in parts[:2])
    except EnvelopeError:
        raise AssertionRefused("not a JWT") from None
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise AssertionRefused("not a JWT")
    return header, claims


def _fit_times(claims: Mapping[str, Any], at: int) -> int:
    times = {name: claims[name] for name in ("exp", "iat", "nbf") if name in claims}
    if any(type(time) is not int for time in times.values()):
        raise AssertionRefused("exp" if type(claims.get("exp")) is not int else "iat or nbf")
    if not at < times.get("exp", at) <= at + MAX_SECONDS:
        raise AssertionRefused("exp")
    if not at - MAX_SECONDS <= times.get("iat", at) <= at + MAX_SKEW:
        raise AssertionRefused("iat or nbf")
    if times.get("nbf", at) > at + MAX_SKEW:
        raise AssertionRefused("iat or nbf")
    return int(times["exp"])


def _jti(claims: Mapping[str, Any]) -> str:
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 0 < len(jti) <= MAX_JTI:
        raise AssertionRefused("jti")
    return jti


def _is_signed(assertion: Assertion, jwk: Mapping[str, str]) -> bool:
    try:
        key = (OKPKey if jwk["kty"] == "OKP" else ECKey).import_key(dict(jwk))
        jws.deserialize_compact(assertion.text, key, algorithms=[assertion.alg])
    except (JoseError, ValueError):
        return False
    return True
