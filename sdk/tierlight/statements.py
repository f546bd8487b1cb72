"""Checking a roll-up statement without any hub: it is computed again from its own annex."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tierlight.errors import ConfigurationError
from tierlight.table import Problem
from tierlight.verification import Standing
from tierlight_schemas.errors import LogError, StandardError
from tierlight_schemas.keys import thumbprint
from tierlight_schemas.log.erasure import LostInput, check_lost
from tierlight_schemas.log.policy import Policy
from tierlight_schemas.log.proofs import check_proof
from tierlight_schemas.statement_bundle import Checked, check_bundle, looks_like_bundle


@dataclass(frozen=True)
class StatementVerdict:
    """What can be said of a statement."""

    standing: Standing
    checked: Checked | None = None
    problem: Problem | None = None
    witnesses: tuple[str, ...] = ()
    """Those of the policy whose cosignatures hold."""
    lost: tuple[LostInput, ...] = ()
    """Declarations that it rests on, of which the hub says that bytes were erased."""

    def as_json(self) -> dict[str, Any]:
        """For a program: the standing, and the signed document that was computed again."""
        answer: dict[str, Any] = {"standing": self.standing.value}
        if self.problem is not None:
            answer["problem"] = {"code": self.problem.code, "params": dict(self.problem.params)}
        if self.checked is not None:
            answer |= {
                "digest": self.checked.digest,
                "kid": self.checked.kid,
                "log_index": self.checked.receipt["index"],
                "witnesses": list(self.witnesses),
                "lost": [asdict(item) for item in self.lost],
                "statement": dict(self.checked.statement),
            }
        return answer


def is_statement(path: Path) -> bool:
    """Whether a file is meant as a statement's bundle."""
    return looks_like_bundle(_read(path))


def verify_statement(
    path: Path,
    keys: Mapping[str, Mapping[str, Any]],
    policy: Policy | None = None,
    lost: Path | None = None,
) -> StatementVerdict:
    """Check and compute again the bundle in a file; `keys` are the hub's, by thumbprint.

    With a policy the proof must hold under it. `lost` is a file with the hub's signed word on
    erased inputs: of a key that is given, or that the bundle itself came with. Raises
    `ConfigurationError` when a file cannot be read, nothing for what it holds.
    """
    try:
        checked = check_bundle(_read(path))
        witnesses = _witnessed(checked, policy) if policy else ()
        missing = _lost(lost, checked, keys, policy) if lost else ()
    except StandardError as error:
        problem = Problem(error.code, params=dict(error.params))
        return StatementVerdict(Standing.INVALID, problem=problem)
    needed = {checked.kid} | ({checked.log_kid} - {None} if policy is None else set())
    known = set(keys) | {log.thumbprint for log in (policy.logs if policy else ())}
    standing = Standing.VALID if needed <= known else Standing.UNVERIFIED
    return StatementVerdict(standing, checked, witnesses=witnesses, lost=missing)


def _witnessed(checked: Checked, policy: Policy) -> tuple[str, ...]:
    """Who of the policy saw the log with the statement. Raises `LogError`."""
    if checked.proof is None:
        raise LogError("log/proof")
    proven = check_proof(checked.proof, checked.entry, policy)
    policy.refuse_ended(checked.kid, checked.receipt["index"] + 1)
    return tuple(sorted(proven.trusted.witnessed))


def _lost(
    path: Path, checked: Checked, keys: Mapping[str, Mapping[str, Any]], policy: Policy | None
) -> tuple[LostInput, ...]:
    own = {thumbprint(key): key for key in checked.keys}
    logs = {log.thumbprint: log.jwk for log in policy.logs} if policy else {}
    return check_lost(_read(path).strip(), checked.digest, {**own, **logs, **keys})


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError("sdk/unreadable", file=str(path), reason=reason) from None
