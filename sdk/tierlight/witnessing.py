"""A witness: it remembers the largest tree of each log that it has seen, and cosigns what follows.

Its memory is a file that is replaced in one step, under a lock, before a cosignature leaves: a
witness that could forget would cosign a log that was rolled back.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import httpx

from tierlight.errors import ConfigurationError
from tierlight.signer import FileSigner
from tierlight.submissions import write_bytes
from tierlight_schemas.errors import LogError
from tierlight_schemas.log.checkpoints import Checkpoint, checkpoint_of, cosign
from tierlight_schemas.log.notes import COSIGNATURE, VerifierKey, read_note
from tierlight_schemas.log.policy import Policy
from tierlight_schemas.log.witness import AddCheckpoint, may_cosign, read_request

if sys.platform == "win32":
    import msvcrt

    def _hold(file: IO[str]) -> None:
        """Wait until no other process holds the file; its end frees it."""
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)

    def _sync_folder(folder: Path) -> None:
        """The system keeps names by itself."""
else:
    import fcntl

    def _hold(file: IO[str]) -> None:
        """Wait until no other process holds the file; its end frees it."""
        fcntl.flock(file, fcntl.LOCK_EX)

    def _sync_folder(folder: Path) -> None:
        """The new name is on disk too."""
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


SIZE_TYPE, NOTE_TYPE = "text/x.tlog.size", "text/plain; charset=utf-8"
SECONDS = 30.0
MAX_ANSWER = 64_000


class Memory:
    """The largest checkpoint of each log that was cosigned, in a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def create(self) -> None:
        """An empty memory. Raises `ConfigurationError` when there is one already."""
        if self._path.exists():
            raise ConfigurationError("sdk/witness-state-exists", file=str(self._path))
        self._write({})

    @contextmanager
    def held(self) -> Iterator[dict[str, str]]:
        """The notes by origin, for this process alone; what was changed is on disk at the end.

        Raises `ConfigurationError` for a file that is missing or cannot be read: a witness without
        memory must not cosign.
        """
        with self._lock():
            notes = self._read()
            before = dict(notes)
            yield notes
            if notes != before:
                self._write(notes)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        try:
            lock = self._path.with_name(f"{self._path.name}.lock").open("w")
        except OSError as error:
            raise _unusable(self._path, error.strerror or type(error).__name__) from None
        with lock:
            _hold(lock)
            yield

    def _read(self) -> dict[str, str]:
        try:
            said = json.loads(self._path.read_bytes())
            if not isinstance(said, dict):
                raise ValueError("no object")
            return {str(origin): _checked(origin, note) for origin, note in said.items()}
        except OSError as error:
            raise _unusable(self._path, error.strerror or type(error).__name__) from None
        except ValueError as error:
            raise _unusable(self._path, type(error).__name__) from None

    def _write(self, notes: Mapping[str, str]) -> None:
        try:
            write_bytes(self._path, json.dumps(notes, ensure_ascii=False, indent=2).encode())
            _sync_folder(self._path.absolute().parent)
        except OSError as error:
            raise _unusable(self._path, error.strerror or type(error).__name__) from None


@dataclass(frozen=True)
class Answer:
    """What a witness answers over HTTP (c2sp.org/tlog-witness)."""

    status: int
    body: str
    media_type: str = NOTE_TYPE


class Witness:
    """A key, a memory, and the logs that it watches."""

    def __init__(
        self,
        name: str,
        signer: FileSigner,
        memory: Memory,
        logs: Policy,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Raises `LogError` (`log/key`) for a key that is not Ed25519, or a name with blanks."""
        self.key = VerifierKey.of_jwk(name, signer.jwk, COSIGNATURE)
        self._signer, self._memory, self._logs, self._clock = signer, memory, logs, clock

    def cosign(self, request: AddCheckpoint) -> str:
        """The signature line, once the checkpoint is remembered. Raises `LogError`."""
        with self._memory.held() as notes:
            known = _known(notes, checkpoint_of(request.note).origin)
            new = may_cosign(known, request, self._logs)
            notes[new.origin] = str(request.note)
        line = cosign(request.note, self.key, int(self._clock()), self._signer.sign)
        return str(line)

    def add_checkpoint(self, body: bytes) -> Answer:
        """`add-checkpoint`: 200 with the line, or the refusal that the protocol names."""
        try:
            request = read_request(body)
            return Answer(200, self.cosign(request))
        except LogError as error:
            return self._refusal(error)

    def visit(self, url: str, client: httpx.Client) -> tuple[Checkpoint, str]:
        """Fetch a hub's newest checkpoint, cosign it, and bring the hub the line.

        Raises `LogError` for a checkpoint that may not be cosigned, `httpx.HTTPError` when the hub
        cannot be reached or does not take the line.
        """
        base = f"{url.rstrip('/')}/v1/log"
        note = read_note(_get(client, f"{base}/checkpoint"))
        new = checkpoint_of(note)
        with self._memory.held() as notes:
            known = _known(notes, new.origin)
        old = known.size if known else 0
        path = _path(client, base, old, new.size) if 0 < old < new.size else ()
        line = self.cosign(AddCheckpoint(old, path, note))
        client.post(
            f"{base}/cosignatures",
            content=f"{note}{line}".encode(),
            headers={"Content-Type": "text/plain"},
        ).raise_for_status()
        return new, line

    def _refusal(self, error: LogError) -> Answer:
        """The status that the protocol has for a refusal; of a size, the one that is known."""
        if error.code in ("log/old-size", "log/rollback"):
            return Answer(409, f"{error.params['known']}\n", SIZE_TYPE)
        if error.code == "log/unknown-log":
            known = any(log.name == error.params["origin"] for log in self._logs.logs)
            return Answer(403 if known else 404, f"{error.code}\n")
        statuses = {"log/signature": 403, "log/fork": 409}
        statuses |= dict.fromkeys(("log/inconsistent", "log/path"), 422)
        return Answer(statuses.get(error.code, 400), f"{error.code}\n")


def _known(notes: Mapping[str, str], origin: str) -> Checkpoint | None:
    note = notes.get(origin)
    return checkpoint_of(read_note(note)) if note else None


def _checked(origin: str, note: object) -> str:
    if checkpoint_of(read_note(str(note))).origin != origin:
        raise ValueError("another log's checkpoint")
    return str(note)


def _path(client: httpx.Client, base: str, old: int, new: int) -> tuple[bytes, ...]:
    answer = _get(client, f"{base}/consistency?old={old}&new={new}")
    try:
        return tuple(bytes.fromhex(step) for step in json.loads(answer)["path"])
    except (ValueError, KeyError, TypeError):
        raise LogError("log/proof") from None


def _get(client: httpx.Client, url: str) -> bytes:
    with client.stream("GET", url) as answer:
        answer.raise_for_status()
        body = b""
        for chunk in answer.iter_bytes():
            body += chunk
            if len(body) > MAX_ANSWER:
                raise LogError("log/note")
    return body


def _unusable(path: Path, reason: str) -> ConfigurationError:
    return ConfigurationError("sdk/witness-state", file=str(path), reason=reason)
