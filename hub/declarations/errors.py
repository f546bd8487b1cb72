"""What the door answers to a declaration that may not come in."""

from collections.abc import Iterable

from hub.kit.errors import BadInput
from tierlight_schemas.findings import Finding


class Refused(BadInput):
    """A declaration that was not taken; nothing of it is kept."""

    @classmethod
    def for_findings(cls, code: str, findings: Iterable[Finding]) -> "Refused":
        """A refusal that lists what is wrong in the document, place by place."""
        refusal = cls(code)
        refusal.details = [
            {
                **finding.evidence,
                "code": finding.code,
                "severity": finding.severity.value,
                "path": finding.path,
            }
            for finding in findings
        ]
        return refusal
