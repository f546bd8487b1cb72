"""The smallest annexes of levels 4 and 5 that the standard takes."""

from typing import Any

SALT = "AAAAAAAAAAAAAAAAAAAAAA"
ACTIVITY: dict[str, Any] = {
    "annex": "activity",
    "salt": SALT,
    "period_start": "2025-01-01",
    "period_end": "2026-01-01",
    "pieces": "120000",
    "amounts": [{"carrier": "electricity", "quantity": "480000", "unit": "kilowatt hour"}],
    "share": {"key": "mass"},
}
EVIDENCE: dict[str, Any] = {"annex": "evidence", "salt": SALT, "documents": []}
