"""What would be if: the company's scenarios, and one with its effect on every vehicle."""

from fastapi import Request, Response

from hub.kit.actions import Action, needs
from hub.kit.web import ReadingSessionDep, RecordingSessionDep
from hub.scenarios.page import listed, scenario_page
from supplier_portal.pages import page
from supplier_portal.reader import AccountDep, ReaderDep
from supplier_portal.views import new_router

router = new_router()


@router.get("/scenarios")
@needs(Action.READ_FOOTPRINTS)
def scenarios(request: Request, account: AccountDep, session: ReadingSessionDep) -> Response:
    """The company's scenarios by name."""
    return page(request, "scenarios.html", scenarios=listed(session, account.caller))


@router.get("/scenarios/{scenario_id}")
@needs(Action.READ_FOOTPRINTS)
def scenario(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: RecordingSessionDep,
    scenario_id: str,
) -> Response:
    """One scenario: what it assumes, and what each vehicle would be."""
    found = scenario_page(session, account.caller, scenario_id, reader.language)
    return page(request, "scenario.html", scenario=found, version=found.version)
