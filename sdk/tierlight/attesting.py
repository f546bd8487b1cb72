"""A verifier's statements: made of a declaration that was checked, signed, kept, taken back."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tierlight.documents import Item, load
from tierlight.errors import ConfigurationError
from tierlight.signer import Signer, sign_payload
from tierlight.verification import Standing, Verdict, verify_item
from tierlight_schemas.build import Fresh
from tierlight_schemas.envelope import EnvelopeError, issuer_urn, open_jws
from tierlight_schemas.verification import Verifier
from tierlight_schemas.verification_build import Conclusion, build_revocation, build_verification
from tierlight_schemas.verification_reading import is_verification, read_verification


@dataclass(frozen=True)
class Attested:
    """A signed statement."""

    jws: str
    digest: str
    """SHA-256 (hex) of its payload: how it is named."""
    text: str
    """The sentence that was signed."""


def load_verifier(path: Path | str) -> Verifier:
    """Who verifies: `{"name", "accreditation": {"body", "number", "scope", "validTo"}}`.

    Raises `ConfigurationError` naming the file and the member.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError("sdk/unreadable", file=str(path), reason=reason) from None
    try:
        return Verifier.model_validate_json(data.removeprefix(b"\xef\xbb\xbf"))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        member = ".".join(map(str, first["loc"])) or "$"
        told = {"file": str(path), "member": member, "reason": first["msg"]}
        raise ConfigurationError("sdk/profile", **told) from None


def load_one(path: Path | str) -> Item:
    """The one signed declaration of a file.

    Raises `ConfigurationError` (`sdk/attest-one`) for none, several, or one that is not signed.
    """
    items = load(path)
    if len(items) != 1 or items[0].jws is None or items[0].document is None:
        raise ConfigurationError("sdk/attest-one", file=str(path))
    if is_verification(items[0].document):
        raise ConfigurationError("sdk/attest-one", file=str(path))
    return items[0]


def judge(item: Item) -> Verdict:
    """What can be said of a declaration before a verifier puts its name to it."""
    return verify_item(item, {}, datetime.now(UTC))


def attest(item: Item, conclusion: Conclusion, verifier: Verifier, signer: Signer) -> Attested:
    """Sign a statement on a declaration, bound to the digest of its bytes.

    Raises `ConfigurationError` (`sdk/attest-broken`) for a declaration of which something does not
    hold, `EnvelopeError` for a conclusion that no statement may draw.
    """
    if item.jws is None or judge(item).standing is Standing.INVALID:
        raise ConfigurationError("sdk/attest-broken")
    issuer = issuer_urn("key", signer.kid)
    fresh = Fresh.draw(datetime.now(UTC))
    payload = build_verification(open_jws(item.jws), conclusion, verifier.document(), issuer, fresh)
    jws = sign_payload(payload, signer)
    return read_attested(jws)


def read_attested(jws: str) -> Attested:
    """A statement that was signed before. Raises `EnvelopeError` for anything else."""
    opened = open_jws(jws)
    read = read_verification(opened, datetime.now(UTC))
    return Attested(jws, opened.digest, read.credential_subject.statement.text)


def is_on(attested: Attested, item: Item) -> bool:
    """Whether a statement is bound to this declaration."""
    subject: Any = open_jws(attested.jws).document["credentialSubject"]
    return item.jws is not None and subject["declaration"] == open_jws(item.jws).digest


def take_back(statement: str, reason: str, signer: Signer) -> str:
    """A signed revocation of a statement, by its digest.

    Raises `EnvelopeError` for a reason that is empty or too long.
    """
    reason = reason.strip()
    if not 0 < len(reason) <= 1000:
        raise EnvelopeError("door/verification-form", place="reason")
    return sign_payload(build_revocation(statement, reason, Fresh.draw(datetime.now(UTC))), signer)
