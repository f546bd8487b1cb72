"""What an ID token proves (OpenID Connect Core 1.0, 3.1.3.7): pure, every check in one place."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from hub.kit.json_object import json_object

MAX_SKEW = 60
"""Seconds by which the provider's clock may differ."""
MAX_AGE = 600
"""Seconds since the token was made: a sign-in takes no longer."""
MAX_TEXT, MAX_SUBJECT, MAX_KEYS = 30_000, 255, 20
MIN_RSA_BITS = 2048

_KEY_KINDS: Mapping[str, tuple[str, str | None, type[RSAKey] | type[ECKey] | type[OKPKey]]] = {
    "RS256": ("RSA", None, RSAKey),
    "PS256": ("RSA", None, RSAKey),
    "ES256": ("EC", "P-256", ECKey),
    "Ed25519": ("OKP", "Ed25519", OKPKey),
}

Reason = Literal[
    "form",
    "algorithm",
    "unknown key",
    "signature",
    "iss",
    "aud",
    "azp",
    "exp",
    "iat",
    "nonce",
    "auth_time",
    "sub",
]


class IdTokenRefused(Exception):  # noqa: N818 — says what happened, as in hub.kit.errors
    """Why an ID token proves nothing; the reason names the member, never a value."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Expected:
    """What this hub asked for."""

    issuer: str
    client_id: str
    nonce: str
    algorithms: Collection[str]
    asked_anew_at: int | None = None
    """When the person was to be asked anew (seconds since 1970); None if it was not wanted."""


@dataclass(frozen=True)
class Identity:
    """Who somebody is to the provider."""

    issuer: str
    subject: str
    email: str | None
    """Only if the provider says that it has verified it."""


def read_id_token(
    text: str, keys: Sequence[Mapping[str, Any]], expected: Expected, at: int
) -> Identity:
    """Who an ID token is of, at `at` (seconds since 1970). Raises `IdTokenRefused`.

    `keys` are those of the provider; nothing that the token itself brings along is ever used.
    """
    claims = _verified(text, keys, expected.algorithms)
    if claims.get("iss") != expected.issuer:
        raise IdTokenRefused("iss")
    _check_audience(claims, expected.client_id)
    _check_times(claims, at)
    if claims.get("nonce") != expected.nonce:
        raise IdTokenRefused("nonce")
    _check_asked_anew(claims, expected.asked_anew_at)
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT:
        raise IdTokenRefused("sub")
    if not (subject.isascii() and subject.isprintable()):  # as the standard has it
        raise IdTokenRefused("sub")
    return Identity(expected.issuer, subject, _verified_email(claims))


def _verified(
    text: str, keys: Sequence[Mapping[str, Any]], algorithms: Collection[str]
) -> dict[str, Any]:
    if len(text) > MAX_TEXT or text.count(".") != 2:
        raise IdTokenRefused("form")
    try:
        header = jws.extract_compact(text.encode()).headers()
    except (JoseError, ValueError):
        raise IdTokenRefused("form") from None
    alg = header.get("alg")
    if "crit" in header:  # nothing is critical that this hub does not look at
        raise IdTokenRefused("form")
    if alg not in algorithms or alg not in _KEY_KINDS:
        raise IdTokenRefused("algorithm")
    fitting = _fitting(keys, str(alg), header.get("kid"))
    if not fitting:
        raise IdTokenRefused("unknown key")
    for key in fitting:
        try:
            return json_object(jws.deserialize_compact(text, key, algorithms=[str(alg)]).payload)
        except JoseError:
            continue
        except ValueError:
            raise IdTokenRefused("form") from None
    raise IdTokenRefused("signature")


def _fitting(
    keys: Sequence[Mapping[str, Any]], alg: str, kid: object
) -> list[RSAKey | ECKey | OKPKey]:
    """The provider's public keys that can have made a signature of this algorithm."""
    kty, curve, kind = _KEY_KINDS[alg]
    found = []
    for jwk in keys[:MAX_KEYS]:
        is_of_kind = jwk.get("kty") == kty and jwk.get("crv") == curve
        is_named = kid is None or jwk.get("kid") == kid
        if not (is_of_kind and is_named and jwk.get("use", "sig") == "sig"):
            continue
        try:
            key = kind.import_key({name: value for name, value in jwk.items() if name != "d"})
        except (JoseError, ValueError, TypeError):
            continue
        if not isinstance(key, RSAKey) or key.public_key.key_size >= MIN_RSA_BITS:
            found.append(key)
    return found


def _check_audience(claims: Mapping[str, Any], client_id: str) -> None:
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if client_id not in audiences:
        raise IdTokenRefused("aud")
    if claims.get("azp", client_id if len(audiences) == 1 else None) != client_id:
        raise IdTokenRefused("azp")


def _check_times(claims: Mapping[str, Any], at: int) -> None:
    times = {name: claims.get(name) for name in ("exp", "iat")}
    for name in ("exp", "iat"):
        if isinstance(times[name], bool) or not isinstance(times[name], int | float):
            raise IdTokenRefused("exp" if name == "exp" else "iat")
    if not times["exp"] > at - MAX_SKEW:  # type: ignore[operator] # narrowed above
        raise IdTokenRefused("exp")
    if not at - MAX_AGE - MAX_SKEW <= times["iat"] <= at + MAX_SKEW:  # type: ignore[operator]
        raise IdTokenRefused("iat")


def _check_asked_anew(claims: Mapping[str, Any], since: int | None) -> None:
    """Who was sent with `max_age` must have been asked after that (3.1.2.1)."""
    if since is None:
        return
    at = claims.get("auth_time")
    if isinstance(at, bool) or not isinstance(at, int | float) or at < since - MAX_SKEW:
        raise IdTokenRefused("auth_time")


def _verified_email(claims: Mapping[str, Any]) -> str | None:
    """`email_verified` must be true itself: the text "true" is what some leave unchecked."""
    email = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(email, str):
        return None
    # PostgreSQL texts hold no NUL, and no text holds half a character.
    return email if email.isprintable() else None
