"""Beifeng's clerk at a desk with a workbook, and one that is filled in."""

import pytest
from sqlalchemy import func, select

from hub.calculator.tables import CalculationDraft
from hub.declarations.tables import PreparedDeclaration
from hub.parties.usecases import add_site
from hub.workbooks import usecases
from hub.workbooks.making import make
from hub.workbooks.opening import opened as open_file
from hub.workbooks.parts import choices_of, wanted_parts
from hub.workbooks.queries import problems_of
from hub.workbooks.tables import ImportRow, ImportRun
from tests.cast import BEIFENG
from tests.conftest import settings_for
from tests.hub.chain import Chain, car
from tests.hub.sheets.filled import (
    BRACKET,
    COIL,
    GAS,
    POWER,
    STATED,
    fill,
    opened,
)


class Desk:
    """Beifeng's clerk with a workbook of its parts in Chinese."""

    actor = BEIFENG

    def __init__(self, books: Chain, settings) -> None:
        self.books = books
        self.session = books.world.session
        self.settings = settings
        self.caller = books.world.members[BEIFENG].caller
        add_site(self.session, self.caller.company_id, "WUHU-1", "芜湖", "CN", "CN-AH")

    def workbook(self, language="zh-CN"):
        choices = choices_of(self.session, self.caller.company_id)
        wanted = wanted_parts(self.session, self.caller)
        self.numbers = [each.number for each in wanted]
        return opened(make(wanted, choices, language))

    def row(self, number: str) -> int:
        return self.numbers.index(number) + 3

    def send(self, data: bytes, accepted=None, name="填报.xlsx", locale=""):
        file = open_file(data, name, locale)
        return usecases.begin(self.session, self.caller, file, "zh-CN", accepted)

    def work(self, run, most=100):
        while run.state in ("judging", "taking") and run.held is None:
            run = usecases.work_on(self.session, self.caller, run.id, self.settings, most)
            self.session.commit()
        return run

    def rows(self, run):
        query = select(ImportRow).where(ImportRow.run_id == run.id).order_by(ImportRow.position)
        return list(self.session.scalars(query))

    def states(self, run):
        return [row.state for row in self.rows(run)]

    def made(self, run):
        return [row.made for row in self.rows(run)[:2]]

    def everything(self):
        """Every row of every table that a workbook could touch, as the database has it."""
        tables = (ImportRun, ImportRow, CalculationDraft, PreparedDeclaration)
        return [self.session.execute(select(*table.__table__.columns)).all() for table in tables]

    def codes(self, run):
        return [(each.cell, each.problem.code) for each in problems_of(self.session, run)]

    def count(self, table):
        return self.session.scalar(select(func.count()).select_from(table))


@pytest.fixture
def desk(world):
    return Desk(
        car(Chain(world)),
        settings_for("sqlite://"),
    )


@pytest.fixture
def filled(desk):
    """PACK-1 with materials and energy, the next part with a stated footprint."""
    book = desk.workbook()
    first, second = desk.numbers[:2]
    fill(book, "data", desk.row(first), BRACKET)
    fill(book, "materials", 3, {"number": first, **COIL})
    fill(book, "energy", 3, {"number": first, **POWER})
    fill(book, "energy", 4, {"number": first, **GAS})
    fill(book, "data", desk.row(second), STATED)
    return book
