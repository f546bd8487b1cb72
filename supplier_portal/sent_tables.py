"""Tables sent from a page: taken in whole, or refused with every line that is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.activity.sheets import Sheet
from hub.activity.usecases import import_table
from hub.kit.errors import HubError
from hub.kit.import_report import ImportReport
from hub.kit.language import Language
from hub.kit.problems import problem_of
from hub.kit.upload import ImportAnswer
from tierlight_schemas.messages import render

MAX_LISTED = 200
"""Lines of problems on a page: who has put these right looks again."""


@dataclass(frozen=True)
class Said:
    """A sentence, and what to do about it."""

    message: str
    remedy: str


@dataclass(frozen=True)
class Outcome:
    """What became of a table: counts and notes, or why it was refused, in the reader's words."""

    sheet: Sheet
    status: int
    title: Said
    lines: Sequence[Said] = ()
    """Notes, or problems by line of the table."""
    unlisted: int = 0
    """Further ones that are not told."""
    report: ImportReport | None = None
    """None where nothing was recorded."""


def take_table(
    session: Session, caller: Caller, sheet: Sheet, file: BinaryIO, language: Language
) -> Outcome:
    """Record a table for the caller's company, all rows or none."""
    try:
        report = import_table(session, caller.company_id, sheet, file, sheet, caller.actor)
    except HubError as error:
        return _refused(sheet, error, language)
    counts = {name: str(getattr(report, name)) for name in COUNTS}
    words = render("csv/imported", {"file": sheet} | counts, language)
    notes = ImportAnswer.of(report, language).notes
    lines = [Said(note.message, note.remedy) for note in notes]
    return Outcome(sheet, 200, Said(words.text, words.remedy), lines, report=report)


COUNTS = ("rows", "added", "changed", "unchanged")


def _refused(sheet: Sheet, error: HubError, language: Language) -> Outcome:
    unlisted = len(error.details) - MAX_LISTED
    del error.details[MAX_LISTED:]  # before they are put into words
    problem = problem_of(error, language)
    lines = [Said(detail["message"], detail["remedy"]) for detail in problem.details]
    title = Said(problem.message, problem.remedy)
    return Outcome(sheet, error.status, title, lines, max(unlisted, 0))
