"""Write the vectors of consents: `python -m tests.schemas.make_consent_vectors`.

One signed consent, its signed end, and the key; id, nonce, day and key are fixed, so that the
bytes are the same for ever. `digest` names what was signed; `refused` says with which code a
changed member is not taken.
"""

import json
import uuid
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import tierlight_schemas
from tests.cast import BEIFENG
from tierlight_schemas.canonical import digest
from tierlight_schemas.consent import (
    Drawn,
    Signatory,
    Wish,
    consent_payload,
    revocation_payload,
)
from tierlight_schemas.publish import schema_digest

FILE = Path(tierlight_schemas.__file__).parent / "vectors" / "consent-1" / "signed.json"
DRAWN = Drawn(str(uuid.UUID(int=7)), bytes(range(16)), datetime(2026, 11, 29, 8, tzinfo=UTC))
BY = Signatory("a1", "hub.test/log")
WISH = Wish("b2", 2, True, date(2026, 12, 1), date(2027, 12, 1), None, "fleet report", "Beifeng")
REFUSED = {
    "level": ("7", "consent/form"),
    "reader": ("urn:tierlight:company:a1", "consent/reader"),
    "validTo": ("2026-12-01", "consent/days"),
    "part": ("urn:tierlight:part:company:x:P", "consent/owner"),
}


def vectors() -> dict[str, Any]:
    """All of them as one document."""
    consent = consent_payload(WISH, BY, DRAWN, schema_digest("consent"))
    end = revocation_payload(digest(consent), BY, DRAWN, schema_digest("consent-revocation"))
    return {
        "jwk": BEIFENG.jwk,
        "consent": {"digest": digest(consent), "jws": BEIFENG.sign(consent)},
        "revocation": {"digest": digest(end), "jws": BEIFENG.sign(end)},
        "refused": [
            {"member": member, "value": value, "code": code}
            for member, (value, code) in REFUSED.items()
        ],
    }


def written() -> str:
    """The file's text."""
    return json.dumps(vectors(), indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    FILE.write_text(written(), "utf-8")
