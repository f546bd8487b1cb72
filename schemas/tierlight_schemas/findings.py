"""What a check says: a stable code, a severity, a place, and the evidence to redo it by hand."""

from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """`error` refuses at the door; `warning` and `note` are stored and may be acknowledged."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """One finding. Words come from `tierlight_schemas.messages` by code and evidence."""

    code: str
    """Stable, e.g. `document/decimal`; a supplier's ERP reacts to it."""
    severity: Severity
    path: str = "$"
    """Where: the JSON path in a document, or the subject (part, line, link) elsewhere."""
    evidence: dict[str, str] = field(default_factory=dict)
    """The numbers compared and the tolerance, as text; keys are the message's placeholders."""
