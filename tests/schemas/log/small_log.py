"""A log in memory with a key of its own, and witnesses: everything fixed, nothing random."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tierlight_schemas.log.checkpoints import Checkpoint, cosign, sign_checkpoint
from tierlight_schemas.log.entries import Entry
from tierlight_schemas.log.notes import COSIGNATURE, ED25519, Note, VerifierKey
from tierlight_schemas.log.policy import Policy, read_policy
from tierlight_schemas.log.proofs import Proof
from tierlight_schemas.log.tree import (
    completed,
    consistency_spans,
    inclusion_spans,
    node_hash,
    root,
    span_hash,
)

ORIGIN = "hub.example/log"
TIME = 1_790_000_000


@dataclass(frozen=True)
class Party:
    """A log or a witness."""

    name: str
    seed: int
    kind: int = COSIGNATURE

    @property
    def secret(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed.to_bytes(32, "big"))

    @property
    def key(self) -> VerifierKey:
        return VerifierKey(self.name, self.kind, self.secret.public_key().public_bytes_raw())


LOG = Party(ORIGIN, 1001, ED25519)
W1, W2, W3 = (Party(f"witness{n}.example/w", 1001 + n) for n in (1, 2, 3))


@dataclass
class SmallLog:
    """Entries with their hashes."""

    entries: list[Entry] = field(default_factory=list)
    party: Party = LOG

    @classmethod
    def of(cls, size: int, party: Party = LOG) -> "SmallLog":
        return cls([Entry("declaration", f"{number:064x}") for number in range(size)], party)

    def checkpoint(self, size: int | None = None) -> Checkpoint:
        size = len(self.entries) if size is None else size
        leaves = [entry.leaf for entry in self.entries[:size]]
        return Checkpoint(self.party.name, size, root(leaves))

    def note(self, size: int | None = None, witnesses: Sequence[Party] = ()) -> Note:
        note = sign_checkpoint(self.checkpoint(size), self.party.key, self.party.secret.sign)
        lines = [cosign(note, w.key, TIME, w.secret.sign) for w in witnesses]
        return note.with_signatures(lines)

    def proof(self, index: int, witnesses: Sequence[Party] = ()) -> Proof:
        hashes = self.hashes()
        spans = inclusion_spans(index, len(self.entries))
        steps = tuple(span_hash(span, hashes) for span in spans)
        return Proof(index, steps, self.note(None, witnesses))

    def path(self, old: int, new: int) -> tuple[bytes, ...]:
        hashes = self.hashes()
        return tuple(span_hash(span, hashes) for span in consistency_spans(old, new))

    def hashes(self) -> dict[tuple[int, int], bytes]:
        found: dict[tuple[int, int], bytes] = {}
        for index, entry in enumerate(self.entries):
            found[0, index] = entry.leaf
            for place, (level, left) in completed(index):
                found[place] = node_hash(found[level, left], found[level, left + 1])
        return found


def policy(*lines: str) -> Policy:
    """The log and three witnesses, with these lines after them."""
    named = [f"witness W{n} {w.key}" for n, w in enumerate((W1, W2, W3), 1)]
    return read_policy("\n".join([f"log {LOG.key}", *named, *lines]).encode())
