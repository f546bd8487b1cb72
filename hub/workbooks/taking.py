"""A good row taken: a document that waits for its signature, or a draft of a calculation."""

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.calculator import usecases as calculator
from hub.declarations import preparing
from hub.kit.errors import Conflict, NotFound
from hub.kit.language import best_language
from hub.parties.queries import sites_of
from hub.settings import Settings
from hub.workbooks import ways
from hub.workbooks.asked import note_part
from hub.workbooks.entries import unpacked
from hub.workbooks.parts import choices_of
from hub.workbooks.reading import How, Reading, read_entry
from hub.workbooks.tables import ImportRow, ImportRun
from hub.workbooks.ways import Way
from tierlight_schemas.typed import Mark


class Taking:
    """Takes rows of one run, in the name of whoever sent it."""

    def __init__(
        self, session: Session, caller: Caller, run: ImportRun, settings: Settings
    ) -> None:
        self.session = session
        self.caller = caller
        self.settings = settings
        self.language = best_language(run.language)
        mark: Mark = "," if run.mark == "," else "." if run.mark == "." else ""
        self.how = How(mark, run.from_1904, choices_of(session, caller.company_id))
        self.sites = {site.code: site for site in session.scalars(sites_of(caller.company_id))}

    def take(self, row: ImportRow, before: ImportRow | None) -> str:
        """The id of what the row became; what it became before is replaced, unless it is signed.

        Raises `Conflict` at a limit on what may wait.
        """
        assert row.part_id is not None  # of every row that is ready
        note_part(self.session, self.caller, row.key, row.part_id)
        reading = read_entry(unpacked(row.entry), self.how)
        made = before.made if before is not None and before.way == row.way else None
        if row.way == Way.DECLARATION:
            return self._prepare(row.part_id, reading, made)
        return self._calculate(row.part_id, reading, made)

    def _prepare(self, part_id: str, reading: Reading, made: str | None) -> str:
        if made is not None:
            try:
                self.session.delete(preparing.waiting(self.session, self.caller, made))
                self.session.flush()
            except (NotFound, Conflict):  # signed, or too old: a new one stands by itself
                pass
        cells = ways.declared_cells(reading, self.sites)
        prepared = preparing.prepare(
            self.session,
            self.caller,
            part_id,
            cells,
            language=self.language,
            settings=self.settings,
        )
        return prepared.id

    def _calculate(self, part_id: str, reading: Reading, made: str | None) -> str:
        told = ways.answers_of(reading)
        try:
            draft = calculator.own_draft(self.session, self.caller, made or "")
        except NotFound:
            draft = calculator.begin(self.session, self.caller, part_id)
        # What the workbook does not ask about stays as it was answered on the page.
        cleared = {name: "" for name in calculator.answers_of(draft) if ways.is_asked(name)}
        calculator.answer(self.session, self.caller, draft.id, cleared | told)
        return draft.id
