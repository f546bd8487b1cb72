"""Consents that a company signs: made here, sent to a hub, and checked again offline."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, cast

from tierlight.errors import ConfigurationError
from tierlight.signer import Signer, sign_payload
from tierlight.verification import Kept, Place, Standing, placed, receipt_problems
from tierlight_schemas.consent import (
    ConsentGrant,
    Drawn,
    Signatory,
    Wish,
    consent_payload,
    is_consent,
    read_consent,
    revocation_payload,
)
from tierlight_schemas.envelope import EnvelopeError, open_jws, verify
from tierlight_schemas.log.policy import Policy
from tierlight_schemas.messages import language
from tierlight_schemas.publish import schema_digest

MAX_BYTES = 128_500


@dataclass(frozen=True)
class ConsentVerdict:
    """One consent or its end, verified offline."""

    standing: Standing
    digest: str
    kid: str
    sentence: str = ""
    receipt_checked: bool = False
    place: Place | None = None
    problems: tuple[tuple[str, dict[str, str]], ...] = ()
    """Codes with what fills their words."""


def signatory(owner: str, audience: str, lang: str, role: str = "data owner") -> Signatory:
    """Who signs, in a language that consents are written in."""
    return Signatory(owner, audience, role, cast(Literal["zh-CN", "en", "de"], language(lang)))


def signed_consent(wish: Wish, by: Signatory, signer: Signer) -> str:
    """The compact JWS of a consent. Raises `EnvelopeError` for a wish that is none."""
    return sign_payload(consent_payload(wish, by, _drawn(), schema_digest("consent")), signer)


def signed_revocation(consent: str, by: Signatory, signer: Signer) -> str:
    """The compact JWS that ends the consent of a digest."""
    digest = schema_digest("consent-revocation")
    return sign_payload(revocation_payload(consent, by, _drawn(), digest), signer)


def sentence_of(jws: str) -> str:
    """What its signer agreed to."""
    return read_consent(open_jws(jws).document).credential_subject.statement.text


def read_consent_file(path: Path) -> bytes | None:
    """The JWS in a file, if it is a consent or a revocation; None for anything else.

    Raises `ConfigurationError` when the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            jws = file.read(MAX_BYTES + 1).strip()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError("sdk/unreadable", file=str(path), reason=reason) from None
    try:
        return jws if is_consent(open_jws(jws).document) else None
    except EnvelopeError:
        return None


def verify_consent(
    jws: bytes, keys: dict[str, dict[str, str]], kept: Kept, policy: Policy | None = None
) -> ConsentVerdict:
    """Everything that can be checked of a consent without a hub; `keys` by thumbprint."""
    opened = open_jws(jws)
    problems: list[tuple[str, dict[str, str]]] = []
    sentence, kind = "", "consent-grant"
    try:
        consent = read_consent(opened.document)
        sentence = consent.credential_subject.statement.text
        kind = "consent-grant" if isinstance(consent, ConsentGrant) else "consent-revoke"
        if opened.kid in keys:
            verify(jws, keys[opened.kid])
    except EnvelopeError as error:
        problems.append((error.code, dict(error.params)))
    found = receipt_problems(kept.receipt, jws, opened) if kept.receipt else []
    place, unproven = placed(kept, jws, policy, kind)
    problems += [(problem.code, dict(problem.params)) for problem in (*found, *unproven)]
    known = Standing.VALID if opened.kid in keys else Standing.UNVERIFIED
    return ConsentVerdict(
        Standing.INVALID if problems else known,
        opened.digest,
        opened.kid,
        sentence,
        kept.receipt is not None,
        place,
        tuple(problems),
    )


def _drawn() -> Drawn:
    return Drawn(str(uuid.uuid4()), secrets.token_bytes(16), datetime.now(UTC))
