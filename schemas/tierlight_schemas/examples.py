"""One example of each finding: what it is about, and the numbers that its words are filled with.

They stand in `messages/examples.json`, by code and sorted:

    "tier/own-process-unknown": {
      "evidence": {"quantity": "1", "unit": "piece"},
      "subject": {"name": "Seat frame", "part": "FRAME-2", "type": "part"}
    }

The evidence has the members that the rule really gives; `case` says which of its words hold. What
is found in a document has the `path`, what is found in a chain the `subject`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Example:
    """A finding as it could be told."""

    evidence: Mapping[str, str]
    subject: Mapping[str, str] = field(default_factory=dict)
    """Of a finding over a chain: `type`, `part`, `name` …"""
    path: str = "$"
    """Of a finding in one document."""


@cache
def examples() -> Mapping[str, Example]:
    """By code."""
    text = files("tierlight_schemas.messages").joinpath("examples.json").read_text("utf-8")
    return {code: Example(**row) for code, row in json.loads(text).items()}
