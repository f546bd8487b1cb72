"""What the pages show of scenarios: the list, and one with its effect on every vehicle."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.disclosure import portfolio
from hub.disclosure.footprint import Question, statement
from hub.disclosure.reader import record_reads
from hub.footprints.usecases import RollUp
from hub.kit.clock import now
from hub.scenarios.laying import POLICY, Ground, ground
from hub.scenarios.results import Version, laid, scenario_version
from hub.scenarios.tables import ScenarioRow, ScenarioVersion
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.messages import render
from tierlight_schemas.rollup import result
from tierlight_schemas.rollup.model import Network, PartNode
from tierlight_schemas.rollup.reference import solve


@dataclass(frozen=True)
class Effect:
    """What a scenario does to one vehicle."""

    part: PartNode
    on_record: str
    """The total in words."""
    made: str
    change: str | None
    """kgCO2e of what is known, per base unit; None where it is absurd."""


@dataclass(frozen=True)
class ScenarioPage:
    """A scenario with its changes and effects."""

    version: ScenarioVersion
    changes: Sequence[dict[str, Any]]
    """As the published document has them."""
    effects: Sequence[Effect]
    note: str


def listed(session: Session, caller: Caller) -> Sequence[ScenarioVersion]:
    """The newest version of each scenario of the caller's company, by name."""
    query = (
        select(ScenarioVersion)
        .join(
            ScenarioRow,
            (ScenarioRow.id == ScenarioVersion.scenario_id)
            & (ScenarioRow.version == ScenarioVersion.number),
        )
        .where(ScenarioRow.company_id == caller.company_id)
        .order_by(ScenarioRow.name)
    )
    return session.scalars(query).all()


def scenario_page(session: Session, caller: Caller, scenario_id: str, lang: str) -> ScenarioPage:
    """The newest version, and what it does to every root of the caller's bills of materials.

    What is read of others is recorded. Raises `NotFound` for a scenario that is not the caller's,
    `Conflict` where a change no longer fits the books.
    """
    version = scenario_version(session, caller, scenario_id, now())
    question = Question(version.moment.as_of, version.moment.known_at, lang=lang)
    roots = portfolio.roots(session, caller, question)
    base = ground(session, caller.company_id, version.moment, [version.scenario], roots)
    before = _solved(base, base.network, roots)
    after = _solved(base, laid(base, version).network, roots)
    record_reads(session, caller, before, after)
    return ScenarioPage(
        version.row,
        version.scenario.document()["changes"],
        [_effect(before, after, root, version, lang) for root in roots],
        render("scenario/note", {}, lang).text,
    )


def _solved(base: Ground, network: Network, roots: Sequence[str]) -> RollUp:
    solution = solve(network, roots, POLICY)
    reader = base.reader
    return RollUp(reader.reader_id, reader.moment, "declared", solution, base.book)


def _effect(before: RollUp, after: RollUp, root: str, version: Version, lang: str) -> Effect:
    was, made = before.account(root), after.account(root)
    return Effect(
        after.resolution(root).node,
        statement(was, lang),
        version.said(statement(made, lang), lang),
        result.text(EXACT.subtract(made.total, was.total)),
    )
