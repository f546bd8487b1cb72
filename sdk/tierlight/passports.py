"""Checking a battery's product passport (UNTP DPP 0.6.1) offline: who signed it, and its sums."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tierlight.errors import ConfigurationError
from tierlight.table import Problem
from tierlight.verification import Standing
from tierlight_schemas.battery.passport import complaints, is_passport
from tierlight_schemas.envelope import (
    MAX_JWS_BYTES,
    EnvelopeError,
    Opened,
    issuer_urn,
    open_jws,
    verify,
)


@dataclass(frozen=True)
class PassportVerdict:
    """What can be said of a passport."""

    standing: Standing
    digest: str
    kid: str
    passport: Mapping[str, Any]
    """The credential's subject, a view of what was signed."""
    problems: tuple[Problem, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """For a program: the standing, what speaks against it, and what was signed."""
        return asdict(self) | {"standing": self.standing.value}


def read_passport_file(path: Path) -> bytes | None:
    """The JWS in a file, if it is a product passport; None for anything else.

    Raises `ConfigurationError` when the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            jws = file.read(MAX_JWS_BYTES + 1).strip()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError("sdk/unreadable", file=str(path), reason=reason) from None
    try:
        return jws if is_passport(open_jws(jws, fractions=True).document) else None
    except EnvelopeError:
        return None


def verify_passport(jws: bytes, keys: Mapping[str, Mapping[str, Any]]) -> PassportVerdict:
    """Everything that can be checked of a passport without its hub; `keys` by thumbprint.

    Raises `EnvelopeError` for what `read_passport_file` does not give.
    """
    opened = open_jws(jws, fractions=True)
    problems = (*_form(opened), *_signature(jws, opened, keys))
    known = Standing.VALID if opened.kid in keys else Standing.UNVERIFIED
    return PassportVerdict(
        Standing.INVALID if problems else known,
        opened.digest,
        opened.kid,
        opened.document.get("credentialSubject") or {},
        problems,
    )


def _form(opened: Opened) -> list[Problem]:
    issuer = opened.document.get("issuer")
    named = issuer.get("id") if isinstance(issuer, Mapping) else None
    if named != issuer_urn("key", opened.kid):
        return [Problem("sdk/foreign-key-name", params={"kid": opened.kid})]
    wrong = complaints(opened.document)
    return [Problem("sdk/passport-form", params={"reason": reason}) for reason in wrong]


def _signature(jws: bytes, opened: Opened, keys: Mapping[str, Mapping[str, Any]]) -> list[Problem]:
    try:
        if opened.kid in keys:
            verify(jws, keys[opened.kid], fractions=True)
    except EnvelopeError as error:
        return [Problem(error.code, params=dict(error.params))]
    return []
