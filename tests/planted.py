"""What rules give in the tests' planted cases has the evidence that the examples show.

A test of a code with another evidence than its example fails, and says what to write instead.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from tierlight_schemas.examples import examples

_ADDED = {"path", "site", "year"}
"""What is added to a rule's evidence where it is told: beside a total the place in the document, of
a reconciliation the site and its year."""


@contextmanager
def compared(monkeypatch: pytest.MonkeyPatch, made: type, rooms: tuple[str, ...]) -> Iterator[None]:
    """Compare every `made` (a `Flag` or `Finding`) that a module of these rooms makes in the block
    with the example of its code, where that is of the same case."""
    differing: dict[str, Mapping[str, str]] = {}
    init: Callable[..., None] = made.__init__  # type: ignore[misc]

    def told(self: Any, *given: Any, **named: Any) -> None:
        init(self, *given, **named)
        maker = str(sys._getframe(1).f_globals.get("__name__"))
        if maker.startswith(rooms) and _differs(self.code, self.evidence):
            differing[self.code] = dict(self.evidence)

    with monkeypatch.context() as patched:
        patched.setattr(made, "__init__", told)
        yield
    assert not differing, (
        "schemas/tierlight_schemas/messages/examples.json shows another evidence than the rules "
        f"give; write: {json.dumps(differing, ensure_ascii=False)}"
    )


def _differs(code: str, evidence: Mapping[str, str]) -> bool:
    example = examples().get(code)
    if example is None or example.evidence.get("case") != evidence.get("case"):
        return False
    return set(example.evidence) - _ADDED != set(evidence) - _ADDED
