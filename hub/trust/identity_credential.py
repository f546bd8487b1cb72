"""What a credential over a company's key proves: pure, every check in one place.

A compact JWS (header `alg` Ed25519, EdDSA or ES256; `kid`, where there is one, the issuer's own)
over a W3C credential (VCDM 2.0) with these members; others are not looked at:

    {"type": ["VerifiableCredential", …], "issuer": "https://registry.example",
     "validFrom": "2026-01-01T00:00:00Z", "validUntil": "2027-01-01T00:00:00Z",
     "credentialSubject": {"id": "urn:tierlight:key:<thumbprint>", "identifiers": ["lei:…"]}}
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from hub.kit.json_object import json_object
from tierlight_schemas.canonical import b64url_decode
from tierlight_schemas.errors import EnvelopeError
from tierlight_schemas.identifiers import parse_issuer
from tierlight_schemas.jws import verify_signature
from tierlight_schemas.keys import check_jwk

MAX_CREDENTIAL = 20_000
MAX_IDENTIFIERS = 20
_ALGORITHMS = {"Ed25519": "Ed25519", "EdDSA": "Ed25519", "ES256": "P-256"}

Reason = Literal[
    "form", "algorithm", "issuer", "signature", "type", "time", "subject", "identifiers"
]


class CredentialRefused(Exception):  # noqa: N818 — says what happened, as in hub.kit.errors
    """Why a credential proves nothing."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Issuer:
    """Somebody whose credentials the operator believes."""

    name: str
    """As people read it."""
    id: str
    """What stands as `issuer`."""
    keys: tuple[Mapping[str, Any], ...]
    """Public JWKs."""


@dataclass(frozen=True)
class Vouched:
    """What an issuer has signed."""

    issuer: Issuer
    key: str
    """Thumbprint of the company's key."""
    identifiers: tuple[str, ...]
    """`scheme:value`, as they stand there."""
    valid_to: datetime | None


def read_credential(text: str, issuers: Collection[Issuer], at: datetime) -> Vouched:
    """What a credential says, once all of it holds at `at`. Raises `CredentialRefused`."""
    header, document, signing_input, signature = _opened(text)
    if "crit" in header or header.get("alg") not in _ALGORITHMS:
        raise CredentialRefused("algorithm")
    issuer = _issuer(document.get("issuer"), issuers)
    _refuse_unsigned(issuer, header, signing_input, signature)
    kinds = document.get("type")
    if "VerifiableCredential" not in (kinds if isinstance(kinds, list) else [kinds]):
        raise CredentialRefused("type")
    until = _refuse_time(document, at)
    subject = document.get("credentialSubject")
    if not isinstance(subject, dict):
        raise CredentialRefused("subject")
    return Vouched(issuer, _key(subject), _identifiers(subject), until)


def _opened(text: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    parts = text.split(".")
    if len(text) > MAX_CREDENTIAL or not text.isascii() or len(parts) != 3:
        raise CredentialRefused("form")
    try:
        header, payload, signature = (b64url_decode(part.encode()) for part in parts)
        opened = json_object(header), json_object(payload)
    except (EnvelopeError, ValueError):
        raise CredentialRefused("form") from None
    return *opened, ".".join(parts[:2]).encode(), signature


def _issuer(said: Any, issuers: Collection[Issuer]) -> Issuer:
    """VCDM 2.0 lets an issuer be a URL, or an object with one as `id`."""
    name = said.get("id") if isinstance(said, dict) else said
    for issuer in issuers:
        if issuer.id == name:
            return issuer
    raise CredentialRefused("issuer")


def _refuse_unsigned(
    issuer: Issuer, header: Mapping[str, Any], signing_input: bytes, signature: bytes
) -> None:
    """Only keys that the operator has named are tried, never one that comes along."""
    curve = _ALGORITHMS[header["alg"]]
    for jwk in issuer.keys:
        named = jwk.get("kid")
        if jwk.get("crv") != curve or (named and header.get("kid", named) != named):
            continue
        try:
            return verify_signature(signing_input, signature, _bare(jwk))
        except EnvelopeError:
            continue
    raise CredentialRefused("signature")


def _bare(jwk: Mapping[str, Any]) -> dict[str, str]:
    return check_jwk({name: jwk[name] for name in ("kty", "crv", "x", "y") if name in jwk})


def _refuse_time(document: Mapping[str, Any], at: datetime) -> datetime | None:
    since, until = (_instant(document.get(name)) for name in ("validFrom", "validUntil"))
    if since is None or since > at or (until is not None and until <= at):
        raise CredentialRefused("time")
    return until


def _instant(text: Any) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise CredentialRefused("time") from None
    if found.tzinfo is None:
        raise CredentialRefused("time")
    return found


def _key(subject: Mapping[str, Any]) -> str:
    found = parse_issuer(subject["id"]) if isinstance(subject.get("id"), str) else None
    if found is None or found[0] != "key":
        raise CredentialRefused("subject")
    return found[1]


def _identifiers(subject: Mapping[str, Any]) -> tuple[str, ...]:
    said = subject.get("identifiers")
    if not isinstance(said, list) or not 0 < len(said) <= MAX_IDENTIFIERS:
        raise CredentialRefused("identifiers")
    if not all(isinstance(text, str) for text in said):
        raise CredentialRefused("identifiers")
    return tuple(said)
