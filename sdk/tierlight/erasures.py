"""Checking a deletion receipt offline."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tierlight.errors import ConfigurationError
from tierlight.table import Problem
from tierlight.verification import Place, Standing
from tierlight_schemas.errors import StandardError
from tierlight_schemas.log.erasure import Erasure, check_receipt, looks_like_receipt
from tierlight_schemas.log.policy import Policy


@dataclass(frozen=True)
class ErasureVerdict:
    """What can be said of a deletion receipt."""

    standing: Standing
    """`unverified`: everything holds, but no policy says whose log this is."""
    erasure: Erasure | None = None
    place: Place | None = None
    problem: Problem | None = None

    def as_json(self) -> dict[str, Any]:
        """For a program: the signed statement, and every digest that it names."""
        answer: dict[str, Any] = {"standing": self.standing.value}
        if self.problem is not None:
            answer["problem"] = {"code": self.problem.code, "params": dict(self.problem.params)}
        if self.erasure is not None and self.place is not None:
            answer |= {
                "statement": dict(self.erasure.statement),
                "erased": [item.document() for item in self.erasure.gone],
                "place": asdict(self.place),
            }
        return answer


def is_deletion_receipt(path: Path) -> bool:
    """Whether a file is meant as a deletion receipt."""
    return looks_like_receipt(_read(path))


def verify_deletion(path: Path, policy: Policy | None) -> ErasureVerdict:
    """Check the deletion receipt in a file.

    Raises `ConfigurationError` when the file cannot be read, nothing for what it holds.
    """
    try:
        found = check_receipt(_read(path).strip(), policy)
    except StandardError as error:
        problem = Problem(error.code, params=dict(error.params))
        return ErasureVerdict(Standing.INVALID, problem=problem)
    checkpoint, witnesses = found.trusted.checkpoint, sorted(found.trusted.witnessed)
    place = Place(found.index, checkpoint.origin, checkpoint.size, witnesses, policy is not None)
    return ErasureVerdict(Standing.VALID if policy else Standing.UNVERIFIED, found, place)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError("sdk/unreadable", file=str(path), reason=reason) from None
