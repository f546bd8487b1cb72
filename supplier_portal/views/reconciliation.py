"""A site's meters against its products: the table, two bars a carrier, and what does not fit."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query, Request, Response

from hub.activity.months import FIRST_YEAR, LAST_YEAR, year_at_hand
from hub.activity.site_year import site_year
from hub.findings.energy.judging import findings_in
from hub.findings.energy.reconciliation import reconciled
from hub.findings.energy.reconciliation_payloads import COLUMNS, rows
from hub.findings.energy.reconciling import Balance
from hub.kit.actions import Action, needs
from hub.kit.clock import now
from hub.kit.csv_answer import csv_response
from hub.kit.language import Language
from hub.kit.numbers import localised
from hub.kit.web import ReadingSessionDep
from supplier_portal.pages import page
from supplier_portal.reader import AccountDep, ReaderDep
from supplier_portal.reconciliation_picture import picture
from supplier_portal.views import new_router
from supplier_portal.wording import Words
from tierlight_schemas.findings import Finding
from tierlight_schemas.messages import Message, render

PAGE = "/sites/{site_id}/reconciliation"

router = new_router()
YearText = Annotated[str, Query(max_length=4)]


@router.get(PAGE)
@needs(Action.READ)
def reconciliation(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: ReadingSessionDep,
    site_id: str,
    year: YearText = "",
) -> Response:
    """Each carrier, then the sums in kilograms, then what does not fit."""
    found = site_year(session, account.caller.company_id, site_id, _year(year))
    table = reconciled(session, found)
    balances = (*table.carriers, *table.emissions)
    findings = findings_in(session, table)
    return page(
        request,
        "site_reconciliation.html",
        table=table,
        balances=[(each, picture(each)) for each in balances],
        findings=[_told(each, balances, reader.language) for each in findings],
    )


@router.get(PAGE + ".csv")
@needs(Action.READ)
def reconciliation_table(
    account: AccountDep, session: ReadingSessionDep, site_id: str, year: YearText = ""
) -> Response:
    """The same as a table to keep."""
    asked = _year(year)
    found = site_year(session, account.caller.company_id, site_id, asked)
    return csv_response(f"reconciliation-{asked}", COLUMNS, rows(reconciled(session, found)))


_NAMES = frozenset({"site", "year", "case", "gases", "scope"})


def _told(
    finding: Finding, balances: Sequence[Balance], language: Language
) -> tuple[Finding, Message, str]:
    """A finding, its words with the language's numbers, units and carriers, and where it is."""
    words, told = Words(language), finding.evidence
    evidence = localised({k: v for k, v in told.items() if k not in _NAMES}, language)
    evidence |= {name: told[name] for name in _NAMES & told.keys()}
    carriers = told["carrier"].split(", ")
    evidence["carrier"] = ", ".join(words.known("split_carrier", name) for name in carriers)
    evidence["unit"] = words.known("unit", told["unit"])
    return finding, render(finding.code, evidence, language), _place(finding, balances)


def _place(finding: Finding, balances: Sequence[Balance]) -> str:
    """The heading of the balance that a finding is about."""
    told = (finding.evidence["carrier"], finding.evidence["unit"])
    names = [(each.carrier or ", ".join(each.carriers), each.unit) for each in balances]
    return f"balance-{names.index(told) + 1}"


def _year(text: str) -> int:
    """The year that was asked for, else the one at hand."""
    if text.isascii() and text.isdigit() and FIRST_YEAR <= int(text) <= LAST_YEAR:
        return int(text)
    return year_at_hand(now().date())
