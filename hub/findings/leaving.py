"""What a company that leaves has said of findings, and what was said to it."""

import json
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from hub.findings.tables import FindingDecision
from hub.kit.leaving import BATCH, ExportFile, ndjson_file

_TOLD = ("key", "code", "severity", "kind", "words", "verdict", "asked", "at")
_OWN = ("evidence_digest", "assignee", "actor", "asked_id")


def export(session: Session, company_id: str) -> Iterator[ExportFile]:
    """Everything said of own findings with their numbers, and the disputes that were put to the
    company with its answers."""
    told = _decisions(session, company_id)
    yield ndjson_file("finding-decisions.ndjson", "exit/file-finding-decisions", told)


def erase(session: Session, company_id: str) -> None:
    """Delete what was said of the company's findings; what it answered to others is theirs."""
    session.execute(delete(FindingDecision).where(FindingDecision.company_id == company_id))


def erase_of(session: Session, company_id: str, declarations: Collection[str]) -> None:
    """Delete what was said of findings in these declarations: it holds their numbers."""
    own = FindingDecision.company_id == company_id
    for digest in declarations:
        about = FindingDecision.subject.contains(digest, autoescape=True)
        session.execute(delete(FindingDecision).where(own, about))


def _decisions(session: Session, company_id: str) -> Iterator[dict[str, Any]]:
    row = FindingDecision
    query = select(row).where(or_(row.company_id == company_id, row.asked_id == company_id))
    ordered = query.order_by(row.at, row.id).execution_options(yield_per=BATCH)
    for decision in session.scalars(ordered):
        told = {name: getattr(decision, name) for name in _TOLD}
        if decision.company_id == company_id:
            told |= {name: getattr(decision, name) for name in _OWN}
            told |= {"subject": json.loads(decision.subject)}
            told |= {"evidence": json.loads(decision.evidence)}
        else:
            told |= {"company": decision.company_id}
        yield told
