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

from hub.access.administration import operating_company
from hub.access.caller import Caller
from hub.disclosure.reader import in_full
from hub.findings.deciding import COMMAND_LINE, may_answer
from hub.findings.flags import Flag
from hub.findings.queries import decisions_on, dispute_put_to, disputes_put_to, exchanged_on
from hub.findings.standing import Asked, Kind
from hub.findings.tables import FindingDecision
from hub.kit.actions import Action
from hub.kit.errors import NotFound
from hub.kit.paging import PageRequest, read_page
from hub.parties.tables import Company
from hub.sharing.glass import OPERATOR
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


def as_operator(session: Session, rows: Sequence[FindingDecision], lang: str) -> Iterator[Document]:
    """Disputes as the operator reads them at the command line; the companies see that it did."""
    names = _names(session, rows)
    caller = Caller(operating_company(session) or OPERATOR, COMMAND_LINE, operator=True)
    for row in rows:
        record_read(session, caller, row.company_id, "finding", row.key, EXISTENCE)
        yield _dispute(row, decisions_on(session, row.company_id, row.key), names, lang)


def _told(
    session: Session, caller: Caller, rows: Sequence[FindingDecision], lang: str
) -> Iterator[Document]:
    """As the caller's company reads them; each company sees in its access log that it did."""
    exchanged = exchanged_on(session, caller.company_id, {row.key for row in rows})
    names = _names(session, rows)
    for row in rows:
        record_read(session, caller, row.company_id, "finding", row.key, EXISTENCE)
        yield _dispute(row, exchanged[row.key], names, lang)


def _names(session: Session, rows: Sequence[FindingDecision]) -> Mapping[str, str]:
    owners = {row.company_id for row in rows}
    query = select(Company.id, Company.name).where(Company.id.in_(owners))
    return {company_id: name for company_id, name in session.execute(query)}


def _dispute(
    row: FindingDecision,
    exchanged: Sequence[FindingDecision],
    names: Mapping[str, str],
    lang: str,
) -> Document:
    later = exchanged[exchanged.index(row) + 1 :]
    after = next((one for one in later if one.kind in ("answer", "reopen")), None)
    return {
        "key": row.key,
        "company": {"id": row.company_id, "name": names[row.company_id]},
        **_about(row, lang),
        "asked": row.asked,
        "at": instant(row.at),
        "reason": row.words,
        **_outcome(after),
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


def unanswered(session: Session, caller: Caller) -> int:
    """How many disputes await an answer that the caller's role may give."""
    if not caller.may(Action.ANSWER):
        return 0
    rows = session.scalars(disputes_put_to(caller.company_id)).all()
    exchanged = exchanged_on(session, caller.company_id, {row.key for row in rows})
    newest = (held[-1] for held in exchanged.values())
    return sum(row.kind == Kind.DISPUTE and may_answer(caller, row.asked) for row in newest)
