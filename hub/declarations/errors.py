"""What the door answers to a declaration that may not come in."""

from collections.abc import Iterable, Mapping

from hub.kit.errors import BadInput
from tierlight_schemas.findings import Finding


class Refused(BadInput):
    """A declaration that was not taken; nothing of it is kept."""

    @classmethod
    def for_findings(cls, findings: Iterable[Finding]) -> "Refused":
        """A refusal that lists what is wrong in the document, place by place.

        Errors of one kind give it their code, so that a program need not look further.
        """
        details = [
            {
                **finding.evidence,
                "code": finding.code,
                "severity": finding.severity.value,
                "path": finding.path,
            }
            for finding in findings
        ]
        codes = {detail["code"] for detail in details}
        if len(codes) == 1:
            refusal = cls(codes.pop(), **_words(details[0]))
        else:
            refusal = cls("door/document-errors" if codes else "door/schema")
        refusal.details = details
        return refusal


def _words(detail: Mapping[str, str]) -> dict[str, str]:
    """The placeholders of a finding's message."""
    return {name: value for name, value in detail.items() if name not in ("code", "severity")}
