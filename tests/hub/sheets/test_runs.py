"""A workbook there and back: taken, left, changed, sent twice, stopped in the middle."""

import json

import pytest

from hub.calculator.tables import CalculationDraft
from hub.calculator.usecases import answer, answers_of, own_draft
from hub.declarations import preparing
from hub.declarations.tables import PreparedDeclaration
from hub.kit.errors import Conflict, NotFound
from hub.workbooks import usecases
from hub.workbooks.queries import annotated
from hub.workbooks.tables import ImportRun
from hub.workbooks.taking import Taking
from tests.cast import AURORA
from tests.hub.sheets.filled import (
    BRACKET_ANSWERS,
    TOTAL,
    fill,
    saved,
)
from tierlight_schemas.rows import read_row


def test_a_workbook_as_it_was_given_out_changes_nothing(desk):
    run = desk.work(desk.send(saved(desk.workbook())))
    assert run.state == "done"
    assert set(desk.states(run)) == {"untouched"}
    assert desk.count(CalculationDraft) == desk.count(PreparedDeclaration) == 0


def test_filled_rows_become_a_draft_and_a_document(desk, filled):
    run = desk.work(desk.send(saved(filled)))
    assert desk.codes(run) == []
    assert (run.state, desk.states(run)[:2]) == ("done", ["taken", "taken"])
    calculated, declared = desk.rows(run)[:2]
    draft = own_draft(desk.session, desk.caller, calculated.made)
    assert answers_of(draft) == {name: BRACKET_ANSWERS[name] for name in answers_of(draft)}
    assert calculated.value == TOTAL
    waiting = preparing.waiting(desk.session, desk.caller, declared.made)
    assert json.loads(waiting.cells)["kgco2e"] == declared.value == "900.50"


def test_the_same_file_twice_changes_nothing(desk, filled):
    data = saved(filled)
    desk.work(desk.send(data))
    before = desk.everything()
    again = desk.work(desk.send(data))
    assert desk.everything() == before
    assert desk.count(ImportRun) == 1
    assert again.state == "done"


def test_the_same_answers_in_another_file_change_nothing(desk, filled):
    first = desk.work(desk.send(saved(filled)))
    before = desk.made(first)
    filled["填报"]["Z1"] = "自己的列"
    again = desk.work(desk.send(saved(filled)))
    assert desk.states(again)[:2] == ["unchanged", "unchanged"]
    assert desk.made(again) == before
    assert desk.count(CalculationDraft) == desk.count(PreparedDeclaration) == 1


def test_only_the_row_that_was_changed_is_touched(desk, filled):
    first = desk.work(desk.send(saved(filled)))
    row = desk.row(desk.numbers[1])
    fill(filled, "data", row, {"kgco2e": "901"})
    again = desk.work(desk.send(saved(filled)))
    assert desk.states(again)[:2] == ["unchanged", "taken"]
    (draft, old), (same, new) = desk.made(first), desk.made(again)
    assert (draft, old != new) == (same, True)
    with pytest.raises(NotFound):
        preparing.waiting(desk.session, desk.caller, old)
    assert desk.count(PreparedDeclaration) == 1


def test_a_changed_calculation_keeps_what_only_the_page_asks(desk, filled):
    first = desk.work(desk.send(saved(filled)))
    draft = desk.made(first)[0]
    answer(desk.session, desk.caller, draft, {"packaging.0.name": "袋"})
    fill(filled, "materials", 3, {"km": None, "mass": 1.5})
    again = desk.work(desk.send(saved(filled)))
    assert desk.made(again)[0] == draft
    told = answers_of(own_draft(desk.session, desk.caller, draft))
    assert (told["materials.0.mass"], told["packaging.0.name"]) == ("1.5", "袋")
    assert "transport.0.km" not in told


class TestWrong:
    @pytest.fixture
    def wrong(self, desk, filled):
        fill(filled, "data", desk.row(desk.numbers[1]), {"kgco2e": "约900"})
        return filled

    def test_waits_for_a_word(self, desk, wrong):
        run = desk.work(desk.send(saved(wrong)))
        assert run.state == "judged"
        assert desk.states(run)[:2] == ["ready", "wrong"]
        assert desk.count(CalculationDraft) == desk.count(PreparedDeclaration) == 0

    def test_good_rows_are_taken_if_that_is_wanted(self, desk, wrong):
        run = desk.work(desk.send(saved(wrong)))
        usecases.decide(desk.session, desk.caller, run.id, take_valid=True)
        assert desk.work(run).state == "done"
        assert desk.states(run)[:2] == ["taken", "wrong"]

    def test_nothing_is_taken_if_it_is_not(self, desk, wrong):
        run = desk.work(desk.send(saved(wrong)))
        assert usecases.decide(desk.session, desk.caller, run.id, take_valid=False).state == "left"
        assert desk.count(CalculationDraft) == 0
        with pytest.raises(Conflict, match="not-asked"):
            usecases.decide(desk.session, desk.caller, run.id, take_valid=True)

    def test_it_may_be_said_beforehand(self, desk, wrong):
        run = desk.work(desk.send(saved(wrong), accepted=True))
        assert (run.state, desk.states(run)[:2]) == ("done", ["taken", "wrong"])

    def test_what_is_right_later_is_taken_later(self, desk, wrong):
        desk.work(desk.send(saved(wrong), accepted=True))
        fill(wrong, "data", desk.row(desk.numbers[1]), {"kgco2e": "900"})
        again = desk.work(desk.send(saved(wrong)))
        assert desk.states(again)[:2] == ["unchanged", "taken"]

    def test_of_another_company_does_not_exist(self, desk, wrong):
        run = desk.work(desk.send(saved(wrong)))
        other = desk.books.world.members[AURORA].caller
        for call in (
            lambda: usecases.decide(desk.session, other, run.id, take_valid=True),
            lambda: usecases.work_on(desk.session, other, run.id, desk.settings),
            lambda: annotated(desk.session, other, run.id),
        ):
            with pytest.raises(NotFound):
                call()


def test_a_run_goes_on_where_it_was_stopped(desk, filled, monkeypatch):
    """Batches of one row; the server dies while it takes the second."""
    run = desk.send(saved(filled))
    desk.session.commit()
    died: list[int] = []

    def dies(self, row, before):
        if row.position == 2 and not died:
            died.append(row.position)
            raise RuntimeError("killed")
        return take(self, row, before)

    take = Taking.take
    monkeypatch.setattr(Taking, "take", dies)
    with pytest.raises(RuntimeError, match="killed"):
        desk.work(run, most=1)
    desk.session.rollback()
    desk.session.expire_all()
    run = usecases.own_run(desk.session, desk.caller, run.id)
    assert (run.state, run.position, desk.states(run)[:2]) == ("taking", 1, ["taken", "ready"])
    assert desk.work(run, most=1).state == "done"
    assert desk.states(run)[:2] == ["taken", "taken"]
    assert desk.count(CalculationDraft) == desk.count(PreparedDeclaration) == 1


def test_a_full_desk_holds_the_run_until_there_is_room(desk, filled, monkeypatch):
    monkeypatch.setattr(preparing, "MAX_WAITING", 0)
    run = desk.work(desk.send(saved(filled)))
    assert (run.state, run.held) == ("taking", "prepared/too-many")
    assert desk.states(run)[:2] == ["taken", "ready"]
    monkeypatch.setattr(preparing, "MAX_WAITING", 200)
    run = usecases.work_on(desk.session, desk.caller, run.id, desk.settings)
    assert desk.work(run).state == "done"
    assert desk.states(run)[:2] == ["taken", "taken"]


def test_files_that_are_not_finished_are_limited(desk, filled, monkeypatch):
    monkeypatch.setattr(usecases, "MOST_OPEN", 1)
    desk.send(saved(filled))
    filled["填报"]["Z1"] = "x"
    with pytest.raises(Conflict, match="too-many-waiting"):
        desk.send(saved(filled))


def test_a_row_means_what_the_same_row_of_a_table_means(desk, filled):
    """`tierlight declare` and the workbook make one document of one row."""
    run = desk.work(desk.send(saved(filled)))
    waiting = preparing.waiting(desk.session, desk.caller, desk.made(run)[1])
    cells = {
        "number": desk.numbers[1],
        "period_start": "2024-01-01",
        "period_end": "2025-01-01",
        "declared_unit": "piece",
        "mass_kg": "300",
        "kgco2e": "900.50",
        "site": "WUHU-1",
        "country": "CN",
        "subdivision": "CN-AH",
    }
    told = json.loads(waiting.cells) | {"number": desk.numbers[1]}
    assert read_row(told) == read_row(cells)
