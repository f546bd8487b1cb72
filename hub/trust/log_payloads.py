"""Shapes of the log's public API: numbers, kinds and hashes, and no content."""

from typing import Literal

from pydantic import Field

from hub.kit.payload import Payload
from hub.trust.answers import MAX_TEXT


class WitnessView(Payload):
    """A witness whose cosignatures this log keeps."""

    name: str
    key: str = Field(description="Verifier key (c2sp.org/signed-note).")


class LogView(Payload):
    """A log: what it is called, how large it is, and whose signatures stand under it."""

    origin: str
    size: int = Field(description="Entries that are committed.")
    signed_size: int = Field(description="Entries under the newest checkpoint.")
    keys: list[str] = Field(description="Verifier keys of the log, oldest first.")
    witnesses: list[WitnessView]


class EntryView(Payload):
    """An entry: a leaf of the tree is SHA-256(0x00 || canonical {digest, kind, version})."""

    index: int
    kind: str
    digest: str = Field(description="SHA-256 (hex) of what is logged.")
    leaf: str = Field(description="Hex.")


class EntriesView(Payload):
    """Consecutive entries."""

    size: int = Field(description="Entries that are committed.")
    items: list[EntryView]


class InclusionView(Payload):
    """An inclusion proof (RFC 9162, 2.1.3)."""

    index: int
    size: int
    leaf: str
    path: list[str] = Field(description="Hex, from the leaf's sibling to the root's child.")
    root: str


class ConsistencyView(Payload):
    """A consistency proof (RFC 9162, 2.1.4)."""

    old: int
    new: int
    path: list[str] = Field(description="Hex.")
    old_root: str
    new_root: str


class CosignaturesView(Payload):
    """How many cosignatures were new."""

    kept: int


class Question(Payload):
    """A code (SHA-256 in hex), a receipt's JSON as text, or a proof's text."""

    text: str = Field(min_length=1, max_length=MAX_TEXT)


class AnswerView(Payload):
    """What the log says: that something stood there in its order, not that it is true."""

    outcome: Literal["logged", "unknown", "differs"]
    message: str
    remedy: str
    entry: EntryView | None = None
    proof: str | None = Field(default=None, description="C2SP tlog-proof, as it stands now.")
