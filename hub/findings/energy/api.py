"""The findings of a site's energy over HTTP."""

from hub.access.api import CallerDep
from hub.activity.api import KnownAt, SiteId, Year
from hub.activity.months import year_at_hand
from hub.activity.site_year import site_year
from hub.findings.energy.judging import findings_of
from hub.findings.energy.payloads import SiteFinding
from hub.kit.actions import Action, needs
from hub.kit.clock import now
from hub.kit.web import LanguageDep, ReadingSessionDep, new_router

router = new_router("/v1", "activity")


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
    """Claims, serials, shares, and meters against products; what another company claims too is
    told without naming it."""
    asked = year or year_at_hand(now().date())
    found = site_year(session, caller.company_id, site_id, asked, known_at)
    return [SiteFinding.of(each, language) for each in findings_of(session, found, known_at)]
