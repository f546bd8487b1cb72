"""Which logs a reader believes, and how many of which witnesses (c2sp.org/tlog-policy).

log <vkey>
retired <vkey> <size>
witness <name> <vkey> [<url>]
group <name> <all|any|k> <name>…
quorum <name|none>

`retired` is ours: a log's key that is believed for trees of at most `size` entries, because the log
signs with another one since. A reader that knows only C2SP refuses the file rather than believe
such a key for ever.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tierlight_schemas.errors import LogError
from tierlight_schemas.log.checkpoints import Checkpoint, checkpoint_of, cosigned_at, is_signed
from tierlight_schemas.log.notes import COSIGNATURE, ED25519, Note, VerifierKey

MAX_POLICY_BYTES = 64_000
NO_QUORUM = "none"


@dataclass(frozen=True)
class Group:
    """Witnesses once `least` of the members have."""

    least: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """Logs, witnesses by their name in the policy, and the quorum."""

    logs: tuple[VerifierKey, ...]
    witnesses: Mapping[str, VerifierKey] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    quorum: str = NO_QUORUM
    urls: Mapping[str, str] = field(default_factory=dict)
    """Where a log asks a witness for its cosignature, by the witness's name."""
    retired: Mapping[str, int] = field(default_factory=dict)
    """Entries of the largest tree that a key is believed for, by the key's thumbprint."""

    def refuse_ended(self, key: str, size: int) -> None:
        """Raise `LogError` (`log/key-ended`) for a key (thumbprint) that signed a tree of `size`
        entries, or was used under one, after the log had stopped signing with it."""
        if size > (least := self.retired.get(key, size)):
            raise LogError("log/key-ended", kid=key, size=str(size), limit=str(least))

    def met_by(self, cosigners: set[str], name: str | None = None) -> bool:
        """Whether the quorum (or a named group or witness) has witnessed."""
        name = self.quorum if name is None else name
        if name == NO_QUORUM:
            return True
        if name in self.witnesses:
            return name in cosigners
        group = self.groups[name]
        return sum(self.met_by(cosigners, member) for member in group.members) >= group.least


@dataclass(frozen=True)
class Trusted:
    """A checkpoint that a policy accepts."""

    checkpoint: Checkpoint
    log: VerifierKey
    witnessed: Mapping[str, int]
    """POSIX seconds of each cosignature that holds, by the witness's name in the policy."""


def accept(note: Note, policy: Policy) -> Trusted:
    """The checkpoint of a note that a log of the policy signed and its quorum witnessed.

    Raises `LogError`: `log/checkpoint`, `log/unknown-log` when no log of the policy signed,
    `log/signature` when a known key's line does not hold, `log/key-ended`, `log/quorum`.
    """
    checkpoint = checkpoint_of(note)
    log = _log(note, checkpoint, policy)
    policy.refuse_ended(log.thumbprint, checkpoint.size)
    witnessed = cosignatures(note, policy)
    if not policy.met_by(set(witnessed)):
        names = ", ".join(sorted(witnessed)) or "–"
        raise LogError("log/quorum", witnesses=names, quorum=policy.quorum)
    return Trusted(checkpoint, log, witnessed)


def cosignatures(note: Note, policy: Policy) -> dict[str, int]:
    """The times at which witnesses of the policy signed. Lines of unknown keys are passed over.

    Raises `LogError` (`log/signature`) when a known witness's line does not hold.
    """
    witnessed = {}
    for name, key in policy.witnesses.items():
        for line in note.signatures:
            if line.is_of(key):
                time = cosigned_at(note, line, key)
                if time is None:
                    raise LogError("log/signature", name=key.name)
                witnessed[name] = time
    return witnessed


def read_policy(data: bytes) -> Policy:
    """A policy file. Raises `LogError` (`log/policy`, or `log/key`) with the line that is wrong."""
    if len(data) > MAX_POLICY_BYTES:
        raise LogError("log/policy", line="1")
    reading = _Reading()
    for number, line in enumerate(data.decode("utf-8", "surrogateescape").split("\n"), 1):
        words = line.replace("\t", " ").split(" ")
        words = [word for word in words if word]
        if words and not words[0].startswith("#") and not reading.takes(words):
            raise LogError("log/policy", line=str(number))
    if reading.quorum is None:
        raise LogError("log/policy", line="–")
    return Policy(
        tuple(reading.logs),
        reading.witnesses,
        reading.groups,
        reading.quorum,
        reading.urls,
        reading.retired,
    )


def _log(note: Note, checkpoint: Checkpoint, policy: Policy) -> VerifierKey:
    for key in policy.logs:
        for line in note.signatures:
            if key.name == checkpoint.origin and line.is_of(key):
                if not is_signed(note, line, key):
                    raise LogError("log/signature", name=key.name)
                return key
    raise LogError("log/unknown-log", origin=checkpoint.origin[:200])


class _Reading:
    """A policy file as far as it has been read."""

    def __init__(self) -> None:
        self.logs: list[VerifierKey] = []
        self.witnesses: dict[str, VerifierKey] = {}
        self.groups: dict[str, Group] = {}
        self.urls: dict[str, str] = {}
        self.retired: dict[str, int] = {}
        self.quorum: str | None = None
        self._members: set[str] = set()

    def takes(self, words: list[str]) -> bool:
        """Whether a line is one of the five, and right."""
        match words:
            case ["log", vkey] | ["log", vkey, _]:
                return self._log(VerifierKey.read(vkey))
            case ["retired", vkey, size]:
                return self._retired(VerifierKey.read(vkey), size)
            case ["witness", name, vkey, *url] if len(url) <= 1:
                self.urls |= {name: url[0]} if url else {}
                return self._witness(name, VerifierKey.read(vkey))
            case ["group", name, least, *members] if members:
                return self._group(name, least, members)
            case ["quorum", name]:
                return self._quorum(name)
        return False

    def _log(self, key: VerifierKey) -> bool:
        if key.kind != ED25519 or any(key.public == known.public for known in self.logs):
            return False
        self.logs.append(key)
        return True

    def _retired(self, key: VerifierKey, size: str) -> bool:
        if not (size.isascii() and size.isdecimal() and len(size) < 19):
            return False
        self.retired[key.thumbprint] = int(size)
        return self._log(key)

    def _witness(self, name: str, key: VerifierKey) -> bool:
        again = any(key.public == known.public for known in self.witnesses.values())
        if key.kind != COSIGNATURE or again or not self._is_new(name):
            return False
        self.witnesses[name] = key
        return True

    def _group(self, name: str, least: str, members: list[str]) -> bool:
        counts = {"all": len(members), "any": 1}
        count = counts.get(least) or (int(least) if least.isdecimal() and len(least) < 4 else 0)
        known = all(self._is_known(member) for member in members)
        if not known or not self._is_new(name) or not 1 <= count <= len(members):
            return False
        # Each name counts in one place only, so that no witness counts twice.
        if len(set(members)) < len(members) or self._members & set(members):
            return False
        self._members |= set(members)
        self.groups[name] = Group(count, tuple(members))
        return True

    def _quorum(self, name: str) -> bool:
        if self.quorum is not None or not (name == NO_QUORUM or self._is_known(name)):
            return False
        self.quorum = name
        return True

    def _is_known(self, name: str) -> bool:
        return name in self.witnesses or name in self.groups

    def _is_new(self, name: str) -> bool:
        return name != NO_QUORUM and not self._is_known(name)
