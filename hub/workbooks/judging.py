"""What a row would become, and everything that is wrong with it; nothing is kept of it here."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.queries import numbers_of, own_part, part_ids, versions
from hub.calculator import answers as calculator
from hub.declarations import preparing
from hub.declarations.errors import Refused
from hub.factors.registry import registry
from hub.kit.errors import HubError, NotFound
from hub.kit.language import Language
from hub.parties.queries import sites_of
from hub.parties.tables import Site
from hub.settings import Settings
from hub.workbooks import ways
from hub.workbooks.asked import is_asked
from hub.workbooks.entries import Entry, Problem
from hub.workbooks.form import DATA
from hub.workbooks.reading import How, Reading, read_entry
from hub.workbooks.ways import Way
from tierlight_schemas.amounts import significant
from tierlight_schemas.calculator import calculate
from tierlight_schemas.columns import column_name
from tierlight_schemas.errors import RowError, StandardError
from tierlight_schemas.findings import Finding, Severity
from tierlight_schemas.rows import RowProblems

_DIGITS = 6
"""Of a calculated value that is shown beside a row; the draft has them all."""


@dataclass
class Verdict:
    """What was found of one row."""

    reading: Reading
    way: Way | None = None
    part_id: str | None = None
    value: str | None = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_wrong(self) -> bool:
        """Whether it cannot be taken as it is."""
        return any(problem.severity == "error" for problem in self.problems)


class Judge:
    """Judges rows of one company; what all rows need is asked of the database once."""

    def __init__(
        self, session: Session, caller: Caller, how: How, language: Language, settings: Settings
    ) -> None:
        self.session = session
        self.caller = caller
        self.how = how
        self.language = language
        self.settings = settings
        sites = session.scalars(sites_of(caller.company_id))
        self.sites: Mapping[str, Site] = {site.code: site for site in sites}
        self.factors = registry(session)

    def judge(self, entry: Entry) -> Verdict:
        """Everything about one row."""
        reading = read_entry(entry, self.how)
        way = ways.way_of(entry, reading)
        verdict = Verdict(reading, way, problems=reading.problems)
        if way is None:
            return verdict
        verdict.part_id = self._part(entry, verdict)
        if way is Way.CALCULATION:
            ways.refuse_misplaced(entry, reading)
        if verdict.part_id and not verdict.is_wrong:
            self._try(entry, verdict, verdict.part_id)
        return verdict

    def _part(self, entry: Entry, verdict: Verdict) -> str | None:
        """The own part that the row is about: the one it was given out for, else by its number."""
        number = verdict.reading.data.get("number", "")
        of_request = is_asked(self.session, self.caller, entry.key)
        if "row_key" in entry.data.cells and not of_request:
            return self._given_part(entry, verdict, number)
        if not number:
            self._wrong(entry, verdict, "number", "workbook/cell-missing", "")
            return None
        found = part_ids(self.session, self.caller.company_id, [number])
        if not found:
            self._wrong(entry, verdict, "number", "workbook/part-unknown", number)
            return None
        return found[number]

    def _given_part(self, entry: Entry, verdict: Verdict, number: str) -> str | None:
        try:
            part = own_part(self.session, self.caller.company_id, entry.key)
        except NotFound:
            self._wrong(entry, verdict, "row_key", "workbook/key-unknown", entry.key[:80])
            return None
        if number and number != part.number:
            told = {"expected": part.number}
            self._wrong(entry, verdict, "number", "workbook/number-differs", number, told)
            return None
        return part.id

    def _wrong(
        self,
        entry: Entry,
        verdict: Verdict,
        column: str,
        code: str,
        found: str,
        params: Mapping[str, str] = {},
    ) -> None:
        problem = Problem(DATA.name, entry.data.row, column, code, found, params)
        verdict.problems.append(problem)

    def _try(self, entry: Entry, verdict: Verdict, part_id: str) -> None:
        if verdict.way is Way.DECLARATION:
            self._declare(entry, verdict, part_id)
        else:
            self._calculate(entry, verdict, part_id)

    def _declare(self, entry: Entry, verdict: Verdict, part_id: str) -> None:
        cells = ways.declared_cells(verdict.reading, self.sites)
        verdict.value = cells["kgco2e"]
        try:
            findings = preparing.rehearse(
                self.session,
                self.caller,
                part_id,
                cells,
                language=self.language,
                settings=self.settings,
            )
        except RowProblems as error:
            verdict.problems += [_of_row(entry, problem) for problem in error.problems]
        except Refused as error:
            verdict.problems += [_of_detail(entry, detail) for detail in error.details]
        except (HubError, StandardError) as error:
            params = dict(error.params)
            verdict.problems.append(
                Problem(DATA.name, entry.data.row, "kgco2e", error.code, "", params)
            )
        else:
            verdict.problems += [_of_finding(entry, finding) for finding in findings]

    def _calculate(self, entry: Entry, verdict: Verdict, part_id: str) -> None:
        answers = ways.answers_of(verdict.reading)
        version = versions(self.session, [part_id])[part_id]
        number = numbers_of(self.session, [part_id])[part_id]
        try:
            sheet = calculator.sheet_of(number, version.name, answers, self.sites.values())
        except calculator.Unanswered as error:
            verdict.problems += [
                _of_answer(entry, verdict.reading, each) for each in error.problems
            ]
            return
        total = calculate(sheet, self.factors).total
        verdict.value = significant(total, _DIGITS)


def _of_row(entry: Entry, problem: RowError) -> Problem:
    """A problem of a table's row, at the cell that fills that column here."""
    column = ways.column_of(problem.params.get("column", ""))
    told = {name: text for name, text in problem.params.items() if name != "column"}
    found = told.pop("found", "")
    return Problem(DATA.name, entry.data.row, column, problem.code, found, told)


def _of_detail(entry: Entry, detail: Mapping[str, str]) -> Problem:
    column = _column_of_path(detail.get("path", ""))
    return Problem(DATA.name, entry.data.row, column, detail["code"], "", dict(detail))


def _of_finding(entry: Entry, finding: Finding) -> Problem:
    params = {"path": finding.path, **finding.evidence}
    column = _column_of_path(finding.path)
    severity = "warning" if finding.severity is Severity.WARNING else "note"
    return Problem(DATA.name, entry.data.row, column, finding.code, "", params, severity)


def _column_of_path(path: str) -> str:
    name = path.rpartition(".")[2]
    return ways.column_of(column_name(name) or "kgco2e")


def _of_answer(entry: Entry, reading: Reading, problem: calculator.Problem) -> Problem:
    form, row, column = ways.place_of(problem.name, entry, reading)
    code = problem.code
    if code == "calculator/needed":
        code = "workbook/cell-missing"
        if problem.name.startswith("materials.0.") and not entry.others.get("materials"):
            code = "workbook/nothing-to-calculate"
    found = problem.params.get("found", "")
    return Problem(form, row, column, code, found, dict(problem.params))
