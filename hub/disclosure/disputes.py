"""Disputes that were put to a company: what is asked, by whom, and what was answered.

A partner reads the words, the code and its own part number: neither the numbers nor the part of
whoever disputes. The operator, who judges the rule, reads the finding in full; the company knows
that when it disputes, and both see each read in their access log.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.disclosure.reader import in_full
from hub.findings.deciding import may_answer
from hub.findings.flags import Flag
from hub.findings.queries import dispute_put_to, disputes_put_to, exchanged_on
from hub.findings.standing import Asked
from hub.findings.tables import FindingDecision
from hub.kit.errors import NotFound
from hub.kit.paging import PageRequest, read_page
from hub.parties.tables import Company
from hub.sharing.policy import EXISTENCE
from hub.sharing.usecases import record_read
from hub.trust.log import instant
from tierlight_schemas.findings import Severity

Document = dict[str, Any]


def disputes(
    session: Session, caller: Caller, page: PageRequest, lang: str
) -> tuple[list[Document], str | None]:
    """One page of what was put to the caller's company and its role may answer, oldest first."""
    keys = [FindingDecision.at, FindingDecision.id]
    query = disputes_put_to(caller.company_id)
    roles = [asked.value for asked in Asked if may_answer(caller, asked)]
    rows, following = read_page(session, query.where(FindingDecision.asked.in_(roles)), keys, page)
    return [*_told(session, caller, rows, lang)], following


def dispute(session: Session, caller: Caller, key: str, lang: str) -> Document:
    """The newest about one finding. Raises `NotFound` where none was put to the company."""
    row = dispute_put_to(session, caller.company_id, key)
    if row is None or not may_answer(caller, row.asked):
        raise NotFound
    return next(_told(session, caller, [row], lang))


def _told(
    session: Session, caller: Caller, rows: Sequence[FindingDecision], lang: str
) -> Iterator[Document]:
    exchanged = exchanged_on(session, caller.company_id, {row.key for row in rows})
    owners = select(Company.id, Company.name).where(Company.id.in_({r.company_id for r in rows}))
    names = dict(session.execute(owners).all())
    for row in rows:
        record_read(session, caller, row.company_id, "finding", row.key, EXISTENCE)
        after = exchanged[row.key][exchanged[row.key].index(row) + 1 :]
        yield {
            "key": row.key,
            "company": {"id": row.company_id, "name": names[row.company_id]},
            **_about(row, lang),
            "asked": row.asked,
            "at": instant(row.at),
            "reason": row.words,
            **_outcome(after[0] if after else None),
        }


def _about(row: FindingDecision, lang: str) -> Document:
    """The finding, as far as whoever was asked may know it."""
    subject: Mapping[str, str] = json.loads(row.subject)
    if row.asked == Asked.OPERATOR:
        evidence = json.loads(row.evidence)
        flag = Flag(row.code, Severity(row.severity), row.company_id, subject, 0, evidence)
        return {**in_full(flag, lang)}
    return {
        "code": row.code,
        "severity": row.severity,
        "subject": {"type": "link", "part": subject["supplier_part"]},
    }


def _outcome(after: FindingDecision | None) -> Document:
    """What followed: an answer, that it was taken back, or nothing yet."""
    if after is None:
        return {"state": "awaits-answer", "answer": None}
    told = {"verdict": after.verdict, "words": after.words, "at": instant(after.at)}
    return {"state": "answered" if after.verdict else "taken-back", "answer": told}
