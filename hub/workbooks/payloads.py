"""What the API says of workbooks."""

from datetime import datetime
from typing import Self

from pydantic import Field

from hub.kit.language import Language
from hub.kit.payload import Payload
from hub.workbooks.marking import Said
from hub.workbooks.queries import Made, RunPage
from hub.workbooks.runs import RunState
from hub.workbooks.tables import ImportRun
from tierlight_schemas.messages import render


class RunSummary(Payload):
    """A workbook in the list of those that were sent."""

    id: str
    name: str = Field(description="Of the file.")
    sha256: str = Field(description="Of the bytes that came; the same file is the same workbook.")
    state: RunState
    rows: int = Field(description="Parts in it.")
    created_at: datetime
    changed_at: datetime

    @classmethod
    def of(cls, run: ImportRun) -> Self:
        """A run."""
        return cls(
            id=run.id,
            name=run.name,
            sha256=run.digest,
            state=RunState(run.state),
            rows=run.rows,
            created_at=run.created_at,
            changed_at=run.changed_at,
        )


class RunOut(RunSummary):
    """A workbook that was sent, and how far it is."""

    counts: dict[str, int] = Field(description="Rows by what became of them.")
    position: int = Field(description="Of the last row that was worked on in this state.")
    held: str | None = Field(default=None, description="Code of what it waits for.")
    held_message: str | None = Field(default=None, description="The same in words.")

    @classmethod
    def of_page(cls, page: RunPage, language: Language) -> Self:
        """A run with its counts, in the reader's language."""
        run = page.run
        words = render(run.held, {"limit": "–"}, language).remedy if run.held else None
        return cls(
            **RunSummary.of(run).model_dump(),
            counts=page.counts,
            position=run.position,
            held=run.held,
            held_message=words,
        )


class ProblemOut(Payload):
    """One problem of a cell; the same as a line of the sheet of errors."""

    sheet: str
    cell: str
    row_key: str
    field: str = Field(description="Machine header of the column.")
    severity: str = Field(description="`error`, `warning` or `note`.")
    rule_id: str
    found: str
    expected: str
    message_zh: str
    message_en: str
    message_de: str
    how_to_fix: str

    @classmethod
    def of(cls, said: Said, language: Language) -> Self:
        """A problem; what to do is said in the reader's language."""
        return cls(**said.named(language))


class RowOut(Payload):
    """A row of which something is, or will be, made."""

    row: int = Field(description="As the spreadsheet counts.")
    number: str = Field(description="The own part's.")
    state: str
    way: str = Field(description="`declaration` or `calculation`.")
    value: str | None = Field(default=None, description="kgCO2e of one declared unit, or a piece.")
    made: str | None = Field(default=None, description="Id of the prepared document, or draft.")

    @classmethod
    def of(cls, row: Made) -> Self:
        """A row."""
        return cls(
            row=row.row,
            number=row.number,
            state=row.state,
            way=row.way,
            value=row.value or None,
            made=row.made or None,
        )


class Findings(Payload):
    """Everything that was found in a workbook."""

    problems: list[ProblemOut]
    rows: list[RowOut] = Field(description="At most 200; the list of drafts has all.")


class Decision(Payload):
    """What whoever sent a workbook wants."""

    take_valid: bool = Field(description="Take the good rows although others are wrong.")
