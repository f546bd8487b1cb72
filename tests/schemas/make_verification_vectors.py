"""Write the vectors of verification statements.

    python -m tests.schemas.make_verification_vectors

A vector is a signed statement with the declaration that it is shown with, a day, and what must
come out: the code of the refusal, or the doubts about it (none: it makes the declaration
verified). Keys, times and nonces are fixed, so writing twice gives the same bytes.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ed25519

from tests.schemas.checks.documents import BRACKET, KEY, KID, credential
from tierlight_schemas.build import Fresh
from tierlight_schemas.envelope import (
    b64url_encode,
    canonical,
    digest,
    issuer_urn,
    open_jws,
    sign,
    thumbprint,
)
from tierlight_schemas.verification_build import Conclusion, build_verification

FOLDER = Path(__file__).parents[2] / "schemas/tierlight_schemas/vectors/verification-v1"
AT = datetime(2026, 3, 2, tzinfo=UTC)
AS_OF = "2026-06-30"
VERIFIER_KEY = ed25519.Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
VERIFIER_JWK = {
    "kty": "OKP",
    "crv": "Ed25519",
    "x": b64url_encode(VERIFIER_KEY.public_key().public_bytes_raw()),
}
VERIFIER_KID = thumbprint(VERIFIER_JWK)
ACCREDITATION = {
    "body": "Invented Accreditation Council",
    "number": "IAC-VS-0042",
    "scope": "ISO 14067, metal parts",
    "validTo": "2029-01-01T00:00:00Z",
}
VERIFIER = {"name": "Prüfhaus Elbe", "accreditation": ACCREDITATION}
SOUND = Conclusion(
    "limited",
    "86.5",
    ["ISO 14067:2018"],
    AT,
    datetime(2028, 3, 2, tzinfo=UTC),
    role="lead verifier",
)
FRESH = Fresh(AT, UUID(int=0x7E57), UUID(int=0x7E58), b"\x01" * 16, b"\x02" * 16)
DECLARATION = sign(canonical(credential(BRACKET)), KEY.sign, "Ed25519", KID)
Document = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One vector; `change` spoils the sound statement before it is signed."""

    name: str
    change: Callable[[Document], object] = lambda document: None
    refused: str | None = None
    doubts: tuple[str, ...] = ()
    as_of: str = AS_OF
    spoil: Callable[[str], str] = field(default=lambda jws: jws)
    """What happens to the JWS after it was signed."""


def subject(**members: Any) -> Callable[[Document], object]:
    return lambda document: document["credentialSubject"].update(members)


def covered(**members: Any) -> Callable[[Document], object]:
    return lambda document: document["credentialSubject"]["coverage"].update(members)


def accredited(**members: Any) -> Callable[[Document], object]:
    return lambda d: d["credentialSubject"]["verifier"]["accreditation"].update(members)


def without(name: str) -> Callable[[Document], object]:
    return lambda document: document["credentialSubject"].pop(name)


def other_signature(jws: str) -> str:
    head, _, signature = jws.rpartition(".")
    return f"{head}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"


FORM = "door/verification-form"
GOOD = (
    Case("good-limited"),
    Case("good-reasonable", lambda d: (subject(assurance="reasonable")(d),
                                       covered(sharePercent="95")(d))),
    Case("good-at-the-least-share", covered(sharePercent="80")),
    Case("good-on-its-first-day", as_of="2026-03-02"),
    Case("good-on-its-last-day", as_of="2028-03-01"),
    Case("good-accreditation-ended-later", accredited(validTo="2026-03-03T00:00:00Z")),
)  # fmt: skip
BADGES = (
    Case("badge-program", subject(level="program"), doubts=("level",)),
    Case("badge-model", subject(level="model"), doubts=("level",)),
    Case("badge-expired", as_of="2028-03-02", doubts=("expired",)),
    Case("badge-not-yet", as_of="2026-03-01", doubts=("not-yet",)),
    Case("badge-share-79", covered(sharePercent="79.99"), doubts=("share",)),
    Case("badge-reasonable-94", subject(assurance="reasonable"), doubts=("share",)),
    Case("badge-gate-to-gate", covered(boundary="gate-to-gate"), doubts=("boundary",)),
    Case("badge-no-accreditation", subject(verifier={"name": "N"}), doubts=("accreditation",)),
    Case(
        "badge-accreditation-ended-before",
        accredited(validTo="2026-03-02T00:00:00Z"),
        doubts=("accreditation",),
    ),
    Case("badge-other-declaration", subject(declaration="0" * 64), doubts=("other-dataset",)),
    Case(
        "badge-other-part",
        subject(id="urn:tierlight:part:company:other:BR-100"),
        doubts=("other-dataset",),
    ),
    Case(
        "badge-several-doubts",
        lambda d: (subject(level="model")(d), covered(sharePercent="10")(d)),
        doubts=("level", "share"),
    ),
)
REFUSED = (
    Case("refused-no-digest", without("declaration"), FORM),
    Case("refused-digest-upper-case", subject(declaration="A" * 64), FORM),
    Case("refused-no-nonce", without("nonce"), FORM),
    Case("refused-assurance-high", subject(assurance="high"), FORM),
    Case("refused-level-company", subject(level="company"), FORM),
    Case("refused-no-standard", subject(standards=[]), FORM),
    Case("refused-extra-member", subject(logo="x"), FORM),
    Case("refused-share-number", covered(sharePercent=86), FORM),
    Case("refused-share-zero", covered(sharePercent="0"), "door/verification-share"),
    Case("refused-share-101", covered(sharePercent="101"), "door/verification-share"),
    Case(
        "refused-reversed",
        subject(validUntil="2026-03-02T00:00:00Z"),
        "door/verification-dates",
    ),
    Case(
        "refused-completed-tomorrow",
        subject(completedAt="2026-03-03T00:00:00Z"),
        "door/verification-dates",
    ),
    Case("refused-30-february", subject(completedAt="2026-02-30T00:00:00Z"), "door/instant"),
    Case("refused-part-urn", subject(id="urn:tierlight:part:company:a:%41"), "door/part-urn"),
    Case(
        "refused-schema-digest",
        lambda d: d["credentialSchema"].update(digestSHA256="0" * 64),
        "door/credential-schema",
    ),
    Case("refused-signature", spoil=other_signature, refused="trust/bad-signature"),
)
CASES = (*GOOD, *BADGES, *REFUSED)


def signed(case: Case) -> str:
    """The statement of a case."""
    issuer = issuer_urn("key", VERIFIER_KID)
    payload = build_verification(open_jws(DECLARATION), SOUND, VERIFIER, issuer, FRESH)
    document = json.loads(payload)
    case.change(document)
    return case.spoil(sign(canonical(document), VERIFIER_KEY.sign, "Ed25519", VERIFIER_KID))


def vector(case: Case) -> Document:
    """As it is shipped."""
    expected = {"refused": case.refused} if case.refused else {"doubts": list(case.doubts)}
    return {
        "name": case.name,
        "at": AT.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "asOf": case.as_of,
        "declaration": DECLARATION,
        "boundary": "cradle-to-gate",
        "jws": signed(case),
        "key": VERIFIER_JWK,
        "digest": digest(open_jws(signed(case)).payload),
        "expected": expected,
    }


def files() -> dict[str, bytes]:
    """All vectors by file name."""
    return {
        f"{case.name}.json": json.dumps(vector(case), ensure_ascii=False, indent=2).encode() + b"\n"
        for case in CASES
    }


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in FOLDER.iterdir():
        path.unlink()
    for name, body in files().items():
        FOLDER.joinpath(name).write_bytes(body)


if __name__ == "__main__":
    main()
