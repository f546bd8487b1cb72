"""Cosignatures of witnesses: which the operator's policy names, taken in, and asked for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from hub.kit.clock import now
from hub.kit.database import transaction
from hub.kit.errors import BadInput, Conflict, NotFound
from hub.kit.outbound import Outbound, OutboundFailed, Reply
from hub.settings import Settings
from hub.trust.checkpoints import newest, note_of
from hub.trust.tables import LogCheckpoint, LogCosignature
from hub.trust.tree import consistency_path
from tierlight_schemas.errors import LogError
from tierlight_schemas.log.checkpoints import checkpoint_of, cosigned_at, size_of
from tierlight_schemas.log.notes import Note, Signature, VerifierKey, read_note, read_signatures
from tierlight_schemas.log.policy import Policy, read_policy
from tierlight_schemas.log.witness import AddCheckpoint

NOBODY = Policy(())
MAX_ANSWER = 16_000


def known_witnesses(settings: Settings) -> Policy:
    """The operator's policy; without one the log knows no witness.

    Raises `Conflict` (`log/policy-file`) for a file that cannot be read as one.
    """
    path = settings.log_policy_file
    if path is None:
        return NOBODY
    try:
        return read_policy(path.read_bytes())
    except OSError as error:
        raise _unusable(path, error.strerror or type(error).__name__) from None
    except LogError as error:
        raise _unusable(path, str(error)) from None


def keep_cosignatures(factory: sessionmaker[Session], body: bytes, settings: Settings) -> int:
    """Keep the lines of known witnesses under a checkpoint of this log; how many are new.

    Raises `LogError` for what is no checkpoint, `BadInput`: `log/unknown-witness`,
    `log/cosignature`, `log/no-checkpoint` for one that this hub has not signed.
    """
    note = read_note(body)
    size = checkpoint_of(note).size
    lines = list(_verified(note, known_witnesses(settings)))
    if not lines:
        raise BadInput("log/unknown-witness")
    with transaction(factory) as session:
        row = session.get(LogCheckpoint, size)
        if row is None or read_note(row.note).text != note.text:
            raise BadInput("log/no-checkpoint", size=str(size))
        return sum(_keep(session, size, key, line) for key, line in lines)


@dataclass(frozen=True)
class Asked:
    """What a witness answered."""

    name: str
    size: int
    refusal: str | None = None
    """The code of why there is no cosignature; None when it is kept."""
    params: Mapping[str, str] = field(default_factory=dict)


def ask_witnesses(
    factory: sessionmaker[Session], settings: Settings, outbound: Outbound
) -> Iterator[Asked]:
    """Ask every witness that the policy gives an address for to cosign the newest checkpoint.

    Raises `NotFound` (`log/no-checkpoint`) when nothing has been signed yet.
    """
    policy = known_witnesses(settings)
    with factory() as session:
        row = newest(session)
        if row is None:
            raise NotFound("log/no-checkpoint", size="0")
        note, size = note_of(session, row), row.size
    for name, url in policy.urls.items():
        try:
            lines = _cosigned(factory, outbound, url, note, policy.witnesses[name])
            keep_cosignatures(factory, str(note.with_signatures(lines)).encode(), settings)
        except (LogError, BadInput, OutboundFailed) as error:
            yield Asked(name, size, error.code, error.params)
        else:
            yield Asked(name, size)


def _cosigned(
    factory: sessionmaker[Session], outbound: Outbound, url: str, note: Note, key: VerifierKey
) -> tuple[Signature, ...]:
    """Its lines; a witness that stands elsewhere says where, and is asked again from there."""
    old = _seen_by(factory, key)
    for _ in range(2):
        with factory() as session:
            path = consistency_path(session, old, checkpoint_of(note).size) if old else []
        body = str(AddCheckpoint(old, tuple(path), note))
        answer = outbound.post(f"{url.rstrip('/')}/add-checkpoint", body.encode())
        said = _short(answer)
        if answer.status == 200:
            return read_signatures(said)
        if answer.status != 409:
            break
        old = size_of(said.strip())
        if old > checkpoint_of(note).size:  # it has seen a larger log of this name
            break
    raise BadInput("log/witness-refused", status=str(answer.status))


def _short(answer: Reply) -> str:
    if len(answer.body) > MAX_ANSWER:
        raise BadInput("log/witness-refused", status=str(answer.status))
    return answer.body.decode("utf-8", "replace")


def _seen_by(factory: sessionmaker[Session], key: VerifierKey) -> int:
    """The largest size of this log that a witness is known to have cosigned."""
    with factory() as session:
        query = select(func.max(LogCosignature.size)).filter_by(key=_named(key))
        return session.scalar(query) or 0


def _verified(note: Note, policy: Policy) -> Iterator[tuple[VerifierKey, Signature]]:
    for key in policy.witnesses.values():
        for line in note.signatures:
            if line.is_of(key):
                if cosigned_at(note, line, key) is None:
                    raise BadInput("log/cosignature", name=key.name)
                yield key, line


def _keep(session: Session, size: int, key: VerifierKey, line: Signature) -> bool:
    if session.get(LogCosignature, (size, _named(key))) is not None:
        return False
    session.add(LogCosignature(size=size, key=_named(key), line=str(line), received_at=now()))
    session.flush()
    return True


def _named(key: VerifierKey) -> str:
    return f"{key.name}+{key.id.hex()}"


def _unusable(path: Path, reason: str) -> Conflict:
    return Conflict("log/policy-file", file=str(path), reason=reason)
