"""The findings of a site's energy over HTTP."""

from typing import Self

from pydantic import BaseModel

from hub.access.api import CallerDep
from hub.activity.api import KnownAt, SiteId, Year
from hub.activity.months import year_at_hand
from hub.activity.site_year import site_year
from hub.findings.energy.judging import findings_of
from hub.kit.actions import Action, needs
from hub.kit.clock import now
from hub.kit.web import LanguageDep, ReadingSessionDep, new_router
from tierlight_schemas.findings import Finding
from tierlight_schemas.messages import words_of

router = new_router("/v1", "activity")


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


@router.get("/sites/{site_id}/findings", summary="What is inconsistent in a site's energy")
@needs(Action.READ)
def list_findings(
    caller: CallerDep,
    session: ReadingSessionDep,
    language: LanguageDep,
    site_id: SiteId,
    year: Year = None,
    known_at: KnownAt = None,
) -> list[SiteFinding]:
    """Claims, serials and shares; what another company claims too is told without naming it."""
    asked = year or year_at_hand(now().date())
    found = site_year(session, caller.company_id, site_id, asked, known_at)
    return [SiteFinding.of(each, language) for each in findings_of(session, found, known_at)]
