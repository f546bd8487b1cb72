"""The part of `tierlight verify` that speaks of deletion receipts."""

import argparse

from tierlight.commands import DONE, KEY_UNKNOWN, REFUSED
from tierlight.commands.verify_evidence import say_place
from tierlight.erasures import ErasureVerdict, verify_deletion
from tierlight.terminal import Terminal
from tierlight.verification import Standing, policy_file

_WORDS = {
    Standing.VALID: "sdk/erasure-valid",
    Standing.UNVERIFIED: "sdk/erasure-unverified",
    Standing.INVALID: "sdk/erasure-invalid",
}
_STATUS = {Standing.VALID: DONE, Standing.UNVERIFIED: KEY_UNKNOWN, Standing.INVALID: REFUSED}


def run_erasure(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Check the one receipt in the file."""
    policy = policy_file(arguments.policy) if arguments.policy else None
    verdict = verify_deletion(arguments.file, policy)
    if arguments.format == "json":
        terminal.data(verdict.as_json())
    else:
        _print(str(arguments.file), verdict, terminal)
    return _STATUS[verdict.standing]


def _print(file: str, verdict: ErasureVerdict, terminal: Terminal) -> None:
    if verdict.problem is not None:
        terminal.problem(file, verdict.problem)
    if verdict.erasure is None or verdict.place is None:
        terminal.say(_WORDS[Standing.INVALID], place=file)
        return
    said = verdict.erasure.statement
    told = {name: str(said.get(name, "?")) for name in ("origin", "company", "at", "reason")}
    count, index = str(len(verdict.erasure.gone)), str(verdict.place.index)
    terminal.say(_WORDS[verdict.standing], place=file, count=count, index=index, **told)
    say_place(file, verdict.place, terminal)
