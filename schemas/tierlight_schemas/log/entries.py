"""What a leaf of the log commits to: a kind and a digest, never content."""

import hashlib
from dataclasses import dataclass
from typing import Literal, get_args

from tierlight_schemas.canonical import canonical
from tierlight_schemas.log.tree import leaf_hash

LEAF_VERSION = 1
EntryKind = Literal[
    "declaration",
    "withdrawal",
    "key-add",
    "key-retire",
    "key-revoke",
    "hub-key-add",
    "hub-key-retire",
    "hub-key-revoke",
    "statement",
    "consent-grant",
    "consent-revoke",
    "log-continue",
    "verification",
    "verification-revoke",
    "erasure",
]
KINDS: tuple[EntryKind, ...] = get_args(EntryKind)


@dataclass(frozen=True)
class Entry:
    """One entry of the log."""

    kind: str
    digest: str
    """SHA-256 (hex) of what is logged: a JWS as received, or a statement's canonical bytes."""

    @property
    def leaf(self) -> bytes:
        """SHA-256 over 0x00 and the canonical entry (RFC 9162, 2.1.1)."""
        said = {"version": LEAF_VERSION, "kind": self.kind, "digest": self.digest}
        return leaf_hash(canonical(said))


def entry_of(kind: str, body: bytes) -> Entry:
    """The entry for logged bytes."""
    return Entry(kind, hashlib.sha256(body).hexdigest())
