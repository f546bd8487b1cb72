"""What a scenario gives: a footprint, and the difference from what is on record.

Consents, disclosure and the record of reads are those of the plain reading, because everything
here goes through the same use cases; a scenario only changes the reader's own books. No statement
can be made of it: the rooms that sign do not know that there are scenarios.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.queries import own_part
from hub.disclosure.difference import Reading, Side, difference_of
from hub.disclosure.footprint import Question, answer_of, document
from hub.disclosure.reader import record_reads
from hub.footprints.book import Moment
from hub.footprints.usecases import RollUp
from hub.kit.clock import now
from hub.kit.errors import Conflict
from hub.scenarios.laying import POLICY, Ground, ground
from hub.scenarios.queries import own_version
from hub.scenarios.tables import ScenarioVersion
from hub.scenarios.usecases import moment_of, scenario_of
from tierlight_schemas.messages import render
from tierlight_schemas.rollup.overlay import Overlay, ScenarioError
from tierlight_schemas.rollup.reference import solve
from tierlight_schemas.scenario import ChangedShare, Scenario


@dataclass(frozen=True)
class Asked:
    """Which result of a scenario a reader asks for."""

    part_id: str
    as_of: date | None = None
    """None: the day that the scenario is pinned to, else today."""
    known_at: datetime | None = None
    """None: the instant that the scenario is pinned to, else now."""
    version: int | None = None
    """None: the newest."""
    top: int = 20
    lang: str = "en"


@dataclass(frozen=True)
class Version:
    """A version with what it assumes and the moment that it is read for."""

    row: ScenarioVersion
    scenario: Scenario
    moment: Moment

    @property
    def stamp(self) -> dict[str, Any]:
        """What stands on every result, so that it can be computed again."""
        row = self.row
        return {
            "id": row.scenario_id,
            "name": row.name,
            "version": row.number,
            "digest": row.digest,
        }

    def said(self, statement: str, lang: str) -> str:
        """A total in words, which says first that it is a what-if."""
        params = {"name": self.row.name, "statement": statement}
        return render("scenario/statement", params, lang).text


def scenario_footprint(
    session: Session, caller: Caller, scenario_id: str, asked: Asked
) -> dict[str, Any]:
    """The result document of the caller's own part as the scenario has it.

    Raises `NotFound` for a scenario or part that is not the caller's, `Conflict`
    (`hub/scenario-outdated`) where a change no longer fits the books.
    """
    version = scenario_version(session, caller, scenario_id, now(), asked, asked.version)
    moment = version.moment
    part = own_part(session, caller.company_id, asked.part_id, moment.known_at)
    base = ground(session, caller.company_id, moment, [version.scenario], [part.id])
    overlay = laid(base, version)
    solution = solve(overlay.network, [part.id], POLICY)
    rollup = RollUp(caller.company_id, moment, "declared", solution, base.book)
    question = Question(moment.as_of, moment.known_at, "declared", asked.top, asked.lang)
    record_reads(session, caller, rollup)
    told = document(answer_of(session, rollup, part.id, question))
    if any(isinstance(change, ChangedShare) for change in version.scenario.changes):
        _withhold_what_shares_would_isolate(told)
    told["total"]["statement"] = version.said(told["total"]["statement"], asked.lang)
    idle = {"without_effect": overlay.without_effect(solution)}
    note = render("scenario/note", {}, asked.lang).text
    return {"scenario": version.stamp | idle | {"note": note}, **told}


def scenario_difference(
    session: Session, caller: Caller, scenario_id: str, asked: Asked, against: str | None = None
) -> dict[str, Any]:
    """From what is on record, or from another scenario (`against`), to the scenario.

    The real result is read for the scenario's moment. Raises what `scenario_footprint` does.
    """
    at = now()
    end = scenario_version(session, caller, scenario_id, at, asked, asked.version)
    start = scenario_version(session, caller, against, at, asked) if against else None
    first = start.moment if start else end.moment
    for moment in (first, end.moment):
        own_part(session, caller.company_id, asked.part_id, moment.known_at)
    scenarios = [version.scenario for version in (start, end) if version]
    grounds = {
        moment: ground(session, caller.company_id, moment, scenarios, [asked.part_id])
        for moment in {first, end.moment}
    }
    readings = (_reading(grounds[first], start), _reading(grounds[end.moment], end))
    told = difference_of(session, caller, asked.part_id, *readings, asked.top, asked.lang)
    for name, version in (("from", start), ("to", end)):
        if version is not None:
            total = told[name]["total"]
            total["statement"] = version.said(total["statement"], asked.lang)
            told[name]["scenario"] = version.stamp
    return told | {"scenario_note": render("scenario/note", {}, asked.lang).text}


def _withhold_what_shares_would_isolate(told: dict[str, Any]) -> None:
    """Of a part with several suppliers, depth and findings beyond the links are told for all of
    them together; with all shares but one at 0 they would be one supplier's."""
    told["findings"] = [
        finding
        for finding in told["findings"]
        if finding["subject"]["type"] != "supplier-data" and finding["tier"] < 2
    ]
    tiers = told["coverage"]["by_tier"]
    told["coverage"]["by_tier"] = [row for row in tiers if row["tier"] < 2]


def scenario_version(
    session: Session,
    caller: Caller,
    scenario_id: str,
    at: datetime,
    asked: Asked | None = None,
    number: int | None = None,
) -> Version:
    """A version of the caller's scenario with the moment that it is read for. Raises `NotFound`."""
    row = own_version(session, caller.company_id, scenario_id, number)
    as_of, known_at = (asked.as_of, asked.known_at) if asked else (None, None)
    return Version(row, scenario_of(row), moment_of(row, as_of, known_at, at))


def _reading(base: Ground, version: Version | None) -> Reading:
    moment = base.reader.moment
    network = base.network if version is None else laid(base, version).network
    return Reading(Side(moment.as_of, moment.known_at), base.reader, network)


def laid(base: Ground, version: Version) -> Overlay:
    """The network as the version has it.

    Raises `Conflict`: a change that fitted when it was saved may not fit the books of another
    moment.
    """
    try:
        return base.under(version.scenario)
    except ScenarioError as error:
        refusal = Conflict("hub/scenario-outdated", name=version.row.name)
        refusal.details = [{"code": error.code, **error.params}]
        raise refusal from None
