"""Submitting a file of declarations so that a crash at any moment costs nothing.

What the hub has answered is written down before the next batch is sent; what was sent but not
answered is sent again, and the hub gives the same receipt for it.
"""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tierlight.client import Client
from tierlight.errors import ConfigurationError, ConnectionFailed, HubRefused
from tierlight.results import Refusal, Status, Verdict
from tierlight.submissions import Signed, lines_of, write_bytes
from tierlight.table import Problem
from tierlight_schemas.envelope import EnvelopeError, pack_submission


@dataclass(frozen=True)
class Waiting:
    """A line of the file that is to be sent."""

    number: int
    signed: Signed


@dataclass
class Lines:
    """The lines of a file."""

    waiting: list[Waiting] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    """Lines that are not submissions; they block no others."""


def read_lines(path: Path) -> Lines:
    """Submissions, or bare JWS, a line each; a declaration that stands twice counts once."""
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError("sdk/unreadable", file=str(path), reason=reason) from None
    lines, digests = Lines(), set()
    for number, line in lines_of(data):
        try:
            signed = Signed.read(line if line.startswith(b"{") else pack_submission(line))
        except EnvelopeError as error:
            lines.problems.append(Problem(error.code, number, params=dict(error.params)))
        else:
            if signed.digest not in digests:
                lines.waiting.append(Waiting(number, signed))
            digests.add(signed.digest)
    return lines


class Progress:
    """What is known to be at a hub: a line of JSON for each declaration, beside the file."""

    def __init__(self, path: Path, url: str) -> None:
        self._path = path
        self._url = url
        self._done = set(self._read())

    def has(self, digest: str) -> bool:
        """Whether the hub has it for certain."""
        return digest in self._done

    def add(self, verdicts: Sequence[Verdict]) -> None:
        """Write down what was accepted; on disk when this returns."""
        accepted = [verdict for verdict in verdicts if verdict.accepted and verdict.digest]
        entries = (
            {"url": self._url, "digest": verdict.digest, "status": verdict.status}
            for verdict in accepted
        )
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(entry) + "\n" for entry in entries)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise ConfigurationError(
                "sdk/unwritable", file=str(self._path), reason=reason
            ) from None
        self._done.update(verdict.digest for verdict in accepted if verdict.digest)

    def _read(self) -> Iterator[str]:
        try:
            lines = self._path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            return
        for line in lines:
            try:
                entry = json.loads(line)
                if entry["url"] == self._url:
                    yield str(entry["digest"])
            except (ValueError, KeyError, TypeError):
                continue  # cut off by a crash: that declaration is simply sent again


def outstanding(waiting: Sequence[Waiting], progress: Progress, receipts: Path) -> list[Waiting]:
    """What is not known to be at the hub, and what is there but lost its receipt here.

    Where nobody keeps receipts (any more), none is missed.
    """
    kept = {path.stem for path in receipts.glob("*.json")} if receipts.is_dir() else None
    return [
        entry
        for entry in waiting
        if not progress.has(entry.signed.digest)
        or (kept is not None and entry.signed.digest not in kept)
    ]


def submit_batches(
    hub: Client, waiting: Sequence[Waiting], batch: int, progress: Progress, receipts: Path
) -> Iterator[list[tuple[Waiting, Verdict]]]:
    """Send what is `outstanding`; yields the verdicts of each batch once they are kept.

    Raises `ConnectionFailed` or `HubRefused` when a whole batch gets no verdicts.
    """
    todo = outstanding(waiting, progress, receipts)
    for begin in range(0, len(todo), batch):
        chosen = todo[begin : begin + batch]
        verdicts = _send(hub, chosen)
        _keep_receipts(receipts, verdicts)
        progress.add(verdicts)
        yield list(zip(chosen, verdicts, strict=True))


def _send(hub: Client, chosen: Sequence[Waiting]) -> list[Verdict]:
    if len(chosen) == 1:
        return [_send_one(hub, chosen[0])]
    verdicts = hub.submit_many(entry.signed.line for entry in chosen)
    if len(verdicts) != len(chosen):
        raise ConnectionFailed("sdk/answer-cut", sent=str(len(chosen)), got=str(len(verdicts)))
    return sorted(verdicts, key=lambda verdict: verdict.line or 0)


def _send_one(hub: Client, entry: Waiting) -> Verdict:
    """A refusal of the declaration itself is a verdict; one of the caller is an error."""
    try:
        return hub.submit_packed(entry.signed.line)
    except HubRefused as error:
        if error.status not in (400, 409, 413, 422):
            raise
        details = tuple(error.details)
        refusal = Refusal(error.code, error.message, error.remedy, details)
        return Verdict(Status.REFUSED, entry.signed.digest, None, (), refusal)


def _keep_receipts(folder: Path, verdicts: Sequence[Verdict]) -> None:
    for verdict in verdicts:
        if verdict.receipt and verdict.digest:
            folder.mkdir(exist_ok=True)
            if verdict.proof:
                write_bytes(folder / f"{verdict.digest}.tlog-proof", verdict.proof)
            write_bytes(folder / f"{verdict.digest}.json", verdict.receipt)
