"""What the API says of a finding at a site."""

from typing import Self

from pydantic import BaseModel

from tierlight_schemas.findings import Finding
from tierlight_schemas.messages import words_of


class SiteFinding(BaseModel):
    """One finding, with the numbers to redo it by hand."""

    code: str
    severity: str
    message: str
    remedy: str
    evidence: dict[str, str]

    @classmethod
    def of(cls, finding: Finding, language: str) -> Self:
        """In the reader's language."""
        words = words_of(finding, language)
        return cls(
            code=finding.code,
            severity=finding.severity,
            message=words.text,
            remedy=words.remedy,
            evidence=finding.evidence,
        )
