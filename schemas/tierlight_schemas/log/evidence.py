"""A declaration with all that the log holds of it and of its key, up to one checkpoint.

Evidence is canonical JSON `{type, checkpoint, entries, standing, logKey}`: a signed note; entries
`{index, kind, body, path}` with the logged bytes (base64url) and their inclusion path in that
checkpoint; and the hub's signed word that those entries are all there are. Every entry is proven;
that none was left out cannot be, so the hub signs it: an entry that appears later convicts it.
Version 2 holds third parties' statements on the declaration too (`log.verified`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tierlight_schemas.canonical import b64url_decode, canonical_or_refused
from tierlight_schemas.errors import EnvelopeError, LogError
from tierlight_schemas.jws import Opened, open_jws, verify
from tierlight_schemas.keys import check_jwk, thumbprint
from tierlight_schemas.log.checkpoints import Checkpoint
from tierlight_schemas.log.entries import entry_of
from tierlight_schemas.log.key_history import KeyState, Shown, key_at, said_in
from tierlight_schemas.log.notes import VerifierKey, read_note
from tierlight_schemas.log.policy import Policy, Trusted, accept
from tierlight_schemas.log.proofs import read_path
from tierlight_schemas.log.tree import root_of_inclusion
from tierlight_schemas.log.verified import (
    ShownVerification,
    refuse_strange_keys,
    shown_verifications,
)
from tierlight_schemas.publish import names, schema_digest, schema_id

EVIDENCE_TYPE: Final = "tierlight.evidence/1"
VERIFIED_TYPE: Final = "tierlight.evidence/2"
_TYPES: Final = b"tierlight.evidence/"
STANDING_TYPE: Final = "tierlight.standing/1"
MAX_EVIDENCE_BYTES = 4_000_000
MAX_ENTRIES = 1_000
_MEMBERS = frozenset({"type", "checkpoint", "entries", "standing", "logKey"})
_ENTRY_MEMBERS = frozenset({"index", "kind", "body", "path"})


@dataclass(frozen=True)
class Evidence:
    """What holds of a declaration up to a checkpoint."""

    jws: bytes
    opened: Opened
    index: int
    jwk: Mapping[str, str]
    key: KeyState
    """`in-doubt`: it came in at or after the place from which its key may have been in other
    hands. A later revocation leaves it `valid`."""
    trusted: Trusted
    log_kid: str
    """Thumbprint of the key that signed checkpoint and standing."""
    entries: tuple[Shown, ...] = field(repr=False)
    successor: str | None = None
    """Digest of the declaration that replaced it."""
    withdrawn: str | None = None
    """The reason, if it was withdrawn."""
    verifications: tuple[ShownVerification, ...] = ()
    """Third parties' statements on it, with what became of them up to the checkpoint."""


def looks_like_evidence(data: bytes) -> bool:
    """Whether a file is meant as evidence: what it begins and ends with."""
    return data.lstrip()[:14] == b'{"checkpoint":' and _TYPES in data[-200:]


def check_evidence(data: bytes, policy: Policy | None = None) -> Evidence:
    """What evidence proves under a policy; without one, the log's key is the one inside.

    Raises `EnvelopeError` for bytes and signatures that may not pass, `LogError` for what does not
    fit together: `log/evidence` with the place, `log/standing`, `log/key-history`, `log/schema`,
    and what proofs and policies raise. A statement on another declaration is
    `trust/statement-not-for-this-dataset`.
    """
    document = _document(data)
    log_key = check_jwk(document["logKey"])
    note = read_note(document["checkpoint"])
    trusted = accept(note, policy or _of_its_own(log_key, note.text.partition("\n")[0]))
    if policy is not None:
        _refuse_strange_key(log_key, policy, trusted.checkpoint.origin)
    entries = [_shown(entry, trusted.checkpoint) for entry in document["entries"]]
    subject, opened = _subject(entries)
    _refuse_other_standing(document["standing"], log_key, trusted.checkpoint, opened, entries)
    jwk, key = key_at(entries, opened.kid, subject.index)
    verify(subject.body, jwk)
    _refuse_other_schema(opened)
    verifications = shown_verifications(entries, opened)
    refuse_strange_keys(entries, opened.kid, document["type"] == VERIFIED_TYPE)
    return Evidence(
        subject.body,
        opened,
        subject.index,
        jwk,
        key,
        trusted,
        thumbprint(log_key),
        tuple(entries),
        _successor(entries, opened),
        _withdrawn(entries, opened),
        verifications,
    )


def _document(data: bytes) -> dict[str, Any]:
    document = canonical_or_refused(data, max_bytes=MAX_EVIDENCE_BYTES)
    if not isinstance(document, dict) or set(document) != _MEMBERS:
        raise LogError("log/evidence", place="$")
    if document["type"] not in (EVIDENCE_TYPE, VERIFIED_TYPE):
        raise LogError("log/evidence", place="type")
    for name, kind in (("checkpoint", str), ("standing", str), ("entries", list)):
        if not isinstance(document[name], kind):
            raise LogError("log/evidence", place=name)
    if not 1 <= len(document["entries"]) <= MAX_ENTRIES:
        raise LogError("log/evidence", place="entries")
    return document


def _of_its_own(key: dict[str, str], origin: str) -> Policy:
    return Policy((VerifierKey.of_jwk(origin, key),))


def _refuse_strange_key(key: dict[str, str], policy: Policy, origin: str) -> None:
    """The standing must be signed by a log of the policy too, not only the checkpoint."""
    public = VerifierKey.of_jwk(origin, key).public
    if not any((log.name, log.public) == (origin, public) for log in policy.logs):
        raise LogError("log/unknown-log", origin=origin[:200])


def _shown(entry: Any, checkpoint: Checkpoint) -> Shown:
    if not isinstance(entry, dict) or set(entry) != _ENTRY_MEMBERS:
        raise LogError("log/evidence", place="entries")
    index, kind, body, path = (entry[name] for name in ("index", "kind", "body", "path"))
    texts = isinstance(kind, str) and isinstance(body, str) and isinstance(path, list)
    if type(index) is not int or not texts or not all(isinstance(step, str) for step in path):
        raise LogError("log/evidence", place="entries")
    shown = Shown(index, entry_of(kind, b64url_decode(body)), b64url_decode(body))
    found = root_of_inclusion(index, checkpoint.size, shown.entry.leaf, read_path(path))
    if found != checkpoint.root:
        raise LogError("log/not-included", index=str(index), size=str(checkpoint.size))
    return shown


def _subject(entries: Sequence[Shown]) -> tuple[Shown, Opened]:
    """The declaration that the evidence is about: its first entry."""
    subject = entries[0]
    if subject.entry.kind != "declaration":
        raise LogError("log/evidence", place="entries.0")
    return subject, open_jws(subject.body)


def _refuse_other_standing(
    jws: str,
    key: Mapping[str, str],
    checkpoint: Checkpoint,
    opened: Opened,
    entries: Sequence[Shown],
) -> None:
    said = verify(jws, key).document
    expected = {
        "type": STANDING_TYPE,
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": checkpoint.root.hex(),
        "declaration": opened.digest,
        "entries": [shown.index for shown in entries],
    }
    for name, value in expected.items():
        if said.get(name) != value:
            raise LogError("log/standing", member=name)


def _successor(entries: Sequence[Shown], opened: Opened) -> str | None:
    """The declaration that names this one as replaced; who may sign it, the hub has checked."""
    for shown in entries[1:]:
        if shown.entry.kind == "declaration":
            later = open_jws(shown.body)
            subject = later.document.get("credentialSubject")
            if not isinstance(subject, dict) or subject.get("supersedes") != opened.digest:
                raise LogError("log/evidence", place="entries")
            return later.digest
    return None


def _withdrawn(entries: Sequence[Shown], opened: Opened) -> str | None:
    for shown in entries[1:]:
        if shown.entry.kind == "withdrawal":
            said = said_in(shown)
            if said.get("declaration") != opened.digest:
                raise LogError("log/evidence", place="entries")
            return str(said.get("reason", ""))
    return None


def _refuse_other_schema(opened: Opened) -> None:
    """The schema that the declaration pins must be the published one of that name."""
    pinned = opened.document.get("credentialSchema")
    pinned = pinned if isinstance(pinned, dict) else {}
    known = {schema_id(name): name for name in names()}
    name = known.get(str(pinned.get("id")))
    if name is None or pinned.get("digestSHA256") != schema_digest(name):
        raise LogError("log/schema", id=ascii(str(pinned.get("id"))[:120])[1:-1])


__all__ = ["EnvelopeError", "Evidence", "Shown", "check_evidence", "looks_like_evidence"]
