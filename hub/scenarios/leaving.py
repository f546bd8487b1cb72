"""Scenarios of a company that leaves."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hub.kit.leaving import ExportFile, ndjson_file
from hub.scenarios.tables import ScenarioRow, ScenarioVersion

_TOLD = ("name", "number", "description", "as_of", "known_at", "digest", "recorded_at")


def export(session: Session, company_id: str) -> Iterator[ExportFile]:
    """Every version of every scenario."""
    versions = _versions(session, company_id)
    yield ndjson_file("scenarios.ndjson", "exit/file-scenarios", versions)


def erase(session: Session, company_id: str) -> None:
    """Delete them all."""
    own = select(ScenarioRow.id).where(ScenarioRow.company_id == company_id)
    session.execute(delete(ScenarioVersion).where(ScenarioVersion.scenario_id.in_(own)))
    session.execute(delete(ScenarioRow).where(ScenarioRow.company_id == company_id))


def _versions(session: Session, company_id: str) -> Iterator[dict[str, Any]]:
    query = select(ScenarioVersion).join(ScenarioRow, ScenarioRow.id == ScenarioVersion.scenario_id)
    query = query.where(ScenarioRow.company_id == company_id)
    order = (ScenarioRow.created_at, ScenarioVersion.scenario_id, ScenarioVersion.number)
    for row in session.scalars(query.order_by(*order)):
        told = {name: getattr(row, name) for name in _TOLD}
        yield {"scenario": row.scenario_id, **told, "changes": json.loads(row.changes)}
