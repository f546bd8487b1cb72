"""Saving, changing and removing scenarios. What they give is in `results`."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.footprints.book import Moment
from hub.kit.clock import now
from hub.kit.errors import BadInput, Conflict, NotFound, TooLarge
from hub.kit.tables import new_id
from hub.parties.usecases import lock_company
from hub.scenarios.laying import ground
from hub.scenarios.queries import count_of, own_scenario, own_version, scenario_named
from hub.scenarios.tables import ScenarioRow, ScenarioVersion
from tierlight_schemas.scenario import Scenario

MAX_SCENARIOS = 200
MAX_BYTES = 64_000
MAX_NAME = 200
MAX_DESCRIPTION = 2_000


@dataclass(frozen=True)
class Wanted:
    """What a scenario shall be."""

    name: str
    scenario: Scenario
    description: str | None = None
    as_of: date | None = None
    known_at: datetime | None = None


def add_scenario(session: Session, caller: Caller, wanted: Wanted) -> ScenarioVersion:
    """Save a new scenario of the caller's company; its first version.

    Raises `BadInput` or `TooLarge` for what cannot be one, `ScenarioError` for a change that does
    not fit the books, `Conflict` for a name that is taken and beyond `MAX_SCENARIOS`.
    """
    content = _checked(session, caller.company_id, wanted)
    lock_company(session, caller.company_id)
    if scenario_named(session, caller.company_id, wanted.name):
        raise Conflict("hub/scenario-exists", name=wanted.name)
    if count_of(session, caller.company_id) >= MAX_SCENARIOS:
        raise Conflict("hub/scenario-too-many", limit=str(MAX_SCENARIOS))
    at = now()
    row = ScenarioRow(
        id=new_id(),
        company_id=caller.company_id,
        name=wanted.name,
        version=1,
        created_at=at,
        updated_at=at,
    )
    session.add(row)
    session.flush()
    return _record(session, row, wanted, content)


def revise_scenario(
    session: Session, caller: Caller, scenario_id: str, wanted: Wanted
) -> ScenarioVersion:
    """Make another version of the caller's scenario; the earlier ones stay.

    What says the same as the newest version makes none. Raises what `add_scenario` does, and
    `NotFound` for a scenario that is not the caller's.
    """
    lock_company(session, caller.company_id)
    row = own_scenario(session, caller.company_id, scenario_id)
    content = _checked(session, caller.company_id, wanted)
    newest = own_version(session, caller.company_id, row.id)
    if _says(newest) == (wanted.name, wanted.description, wanted.as_of, wanted.known_at, content):
        return newest
    other = scenario_named(session, caller.company_id, wanted.name)
    if other is not None and other.id != row.id:
        raise Conflict("hub/scenario-exists", name=wanted.name)
    row.name, row.version, row.updated_at = wanted.name, row.version + 1, now()
    return _record(session, row, wanted, content)


def remove_scenario(session: Session, caller: Caller, scenario_id: str) -> None:
    """Remove the caller's scenario with all its versions. Raises `NotFound`."""
    lock_company(session, caller.company_id)
    row = own_scenario(session, caller.company_id, scenario_id)
    session.execute(delete(ScenarioVersion).where(ScenarioVersion.scenario_id == row.id))
    session.delete(row)
    session.flush()


def find_scenario(session: Session, company_id: str, name: str) -> ScenarioRow:
    """The company's scenario of that name. Raises `NotFound` (`hub/scenario-not-found`)."""
    row = scenario_named(session, company_id, name)
    if row is None:
        raise NotFound("hub/scenario-not-found", name=name[:MAX_NAME])
    return row


def scenario_of(version: ScenarioVersion) -> Scenario:
    """What a version assumes."""
    return Scenario.model_validate_json(version.changes)


def moment_of(
    version: ScenarioVersion, as_of: date | None, known_at: datetime | None, at: datetime
) -> Moment:
    """What is asked for, else what the scenario is pinned to, else `at`."""
    return Moment(as_of or version.as_of or at.date(), known_at or version.known_at or at)


def _checked(session: Session, company_id: str, wanted: Wanted) -> bytes:
    """The canonical bytes of changes that fit the books."""
    _refuse_text("name", wanted.name, MAX_NAME)
    if wanted.description is not None:
        _refuse_text("description", wanted.description, MAX_DESCRIPTION)
    content = wanted.scenario.canonical()
    if len(content) > MAX_BYTES:
        raise TooLarge("hub/scenario-size", size=str(len(content)), limit=str(MAX_BYTES))
    at = now()
    moment = Moment(wanted.as_of or at.date(), wanted.known_at or at)
    ground(session, company_id, moment, [wanted.scenario]).under(wanted.scenario)
    return content


def _refuse_text(member: str, text: str, limit: int) -> None:
    if not (0 < len(text.strip()) <= limit and text == text.strip() and text.isprintable()):
        raise BadInput("hub/text", member=member, limit=str(limit))


def _says(version: ScenarioVersion) -> tuple[object, ...]:
    kept = (version.name, version.description, version.as_of, version.known_at)
    return (*kept, version.changes)


def _record(session: Session, row: ScenarioRow, wanted: Wanted, content: bytes) -> ScenarioVersion:
    version = ScenarioVersion(
        scenario_id=row.id,
        number=row.version,
        name=wanted.name,
        description=wanted.description,
        as_of=wanted.as_of,
        known_at=wanted.known_at,
        digest=wanted.scenario.digest,
        changes=content,
        recorded_at=row.updated_at,
    )
    session.add(version)
    session.flush()
    return version
