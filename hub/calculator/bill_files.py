"""What kind of file a bill is, by its first bytes: pure. Its name and its sender are not asked."""

import hashlib
import re
import unicodedata

KINDS: dict[str, tuple[bytes, ...]] = {
    "application/pdf": (b"%PDF-",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
}
"""Media types that are taken, and how their files begin."""
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
MAX_NAME = 100
_DIGEST = re.compile(r"[0-9a-f]{64}")


def media_type_of(body: bytes) -> str | None:
    """The media type; None for what is not taken."""
    return next((kind for kind, starts in KINDS.items() if body.startswith(starts)), None)


def digest_of(body: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(body).hexdigest()


def typed_digest(text: str) -> str | None:
    """A digest as people copy it, with spaces and capitals; None for what is none."""
    plain = re.sub(r"[\s:]", "", unicodedata.normalize("NFKC", text)).lower()
    return plain if _DIGEST.fullmatch(plain) else None


def shown_name(name: str) -> str:
    """The last step of a file's name without signs that steer a terminal or a page."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(sign for sign in last if sign.isprintable())[:MAX_NAME].strip()
