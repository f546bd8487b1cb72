"""Checking a roll-up statement without any hub: it is computed again from its own annex."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tierlight.errors import ConfigurationError
from tierlight.table import Problem
from tierlight.verification import Standing
from tierlight_schemas.errors import StandardError
from tierlight_schemas.statement_bundle import Checked, check_bundle, looks_like_bundle


@dataclass(frozen=True)
class StatementVerdict:
    """What can be said of a statement."""

    standing: Standing
    checked: Checked | None = None
    problem: Problem | None = None

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
                "statement": dict(self.checked.statement),
            }
        return answer


def is_statement(path: Path) -> bool:
    """Whether a file is meant as a statement's bundle."""
    return looks_like_bundle(_read(path))


def verify_statement(path: Path, keys: Mapping[str, Mapping[str, Any]]) -> StatementVerdict:
    """Check and compute again the bundle in a file; `keys` are the hub's, by thumbprint.

    Raises `ConfigurationError` when the file cannot be read, nothing for what it holds.
    """
    try:
        checked = check_bundle(_read(path))
    except StandardError as error:
        problem = Problem(error.code, params=dict(error.params))
        return StatementVerdict(Standing.INVALID, problem=problem)
    standing = Standing.VALID if checked.kid in keys else Standing.UNVERIFIED
    return StatementVerdict(standing, checked)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError("sdk/unreadable", file=str(path), reason=reason) from None
