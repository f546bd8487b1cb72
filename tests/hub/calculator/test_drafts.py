"""Drafts: kept field by field, copied forward, declared, and nobody else's business."""

import io
from decimal import Decimal

import pytest

from hub.bom.tables import Part
from hub.calculator import usecases
from hub.calculator.outcomes import declare, outcome
from hub.calculator.usecases import (
    answer,
    answers_of,
    begin,
    copy_forward,
    drop,
    own_draft,
)
from hub.factors.registry import SetName, import_set
from hub.kit.errors import BadInput, Conflict, NotFound
from hub.parties.usecases import add_site
from tests.cast import AURORA, BEIFENG
from tests.conftest import settings_for
from tests.hub.calculator.answers import BRACKET, TOTAL
from tests.hub.chain import Chain, car
from tierlight_schemas.amounts import significant
from tierlight_schemas.errors import RowError


@pytest.fixture
def books(world):
    return car(Chain(world))


@pytest.fixture
def desk(books):
    """Beifeng with a site and a pack; its clerk, and the id of the pack."""
    session = books.world.session
    add_site(session, books.id(BEIFENG), "WUHU-1", "Wuhu", "CN", "CN-AH")
    return session, books.world.members[BEIFENG].caller, books.part(BEIFENG, "PACK-1")


def test_a_draft_knows_the_part_and_the_only_site(desk):
    session, caller, part = desk
    assert answers_of(begin(session, caller, part))["site"] == "WUHU-1"


def test_answers_are_written_over_one_by_one(desk):
    session, caller, part = desk
    draft = begin(session, caller, part)
    answer(session, caller, draft.id, {"pieces": "5", "family": "stamping"})
    answer(session, caller, draft.id, {"pieces": "6", "no-such-question": "x"})
    told = answers_of(own_draft(session, caller, draft.id))
    assert (told["pieces"], told["family"]) == ("6", "stamping")
    assert "no-such-question" not in told
    answer(session, caller, draft.id, {"family": ""})
    assert "family" not in answers_of(draft)


def test_what_is_wrong_is_kept_as_it_was_typed(desk):
    session, caller, part = desk
    draft = begin(session, caller, part)
    answer(session, caller, draft.id, {"pieces": "about 1,234"})
    assert answers_of(draft)["pieces"] == "about 1,234"
    assert "calculator/number" in {
        problem.code for problem in outcome(session, caller, draft).problems
    }


def test_a_text_without_end_is_refused(desk):
    session, caller, part = desk
    draft = begin(session, caller, part)
    with pytest.raises(BadInput):
        answer(session, caller, draft.id, {"materials.0.name": "x" * 201})


def test_the_result_is_that_of_the_command(desk):
    session, caller, part = desk
    draft = answer(session, caller, begin(session, caller, part).id, BRACKET)
    found = outcome(session, caller, draft).calculation
    assert found is not None
    assert significant(found.total) == TOTAL


def test_levers_go_by_the_operators_factors_too(desk):
    session, caller, part = desk
    rows = (
        "id,category,unit,value,gases,scope,series,basis,geography,year,name_en,name_de,name_zh,source\n"
        "ours/CN-AH/2024,electricity,kWh,0.5,CO2e AR6,life-cycle,average,location,CN-AH,2024,"
        "Anhui,Anhui,安徽,A measurement\n"
    )
    said = SetName("ours", "1", "Somebody", "CC0")
    import_set(session, said, io.BytesIO(rows.encode()))
    draft = answer(session, caller, begin(session, caller, part).id, BRACKET)
    effects = {effect.lever: effect.saved for effect in outcome(session, caller, draft).levers}
    assert effects["green-power"] == Decimal("0.1")


def test_the_next_period_asks_the_bills_again(desk):
    session, caller, part = desk
    draft = answer(session, caller, begin(session, caller, part).id, BRACKET)
    told = answers_of(copy_forward(session, caller, draft.id))
    assert (told["period_start"], told["period_last"]) == ("2025-01-01", "2025-12-31")
    assert told["materials.0.mass"] == "1,24"
    assert not {"grid", "natural-gas", "pieces", "share_quantity"} & set(told)


@pytest.mark.parametrize(
    ("start", "last", "begins", "ends"),
    [
        ("2023-01-01", "2023-12-31", "2024-01-01", "2024-12-31"),
        ("2024-03-01", "2025-02-28", "2025-03-01", "2026-02-28"),
        ("2024-07-01", "2024-12-31", "2025-01-01", "2025-07-03"),
        ("", "2024-12-31", None, None),
    ],
)
def test_the_next_period_is_as_long(desk, start, last, begins, ends):
    session, caller, part = desk
    draft = begin(session, caller, part)
    answer(session, caller, draft.id, {"period_start": start, "period_last": last})
    told = answers_of(copy_forward(session, caller, draft.id))
    assert (told.get("period_start"), told.get("period_last")) == (begins, ends)


def test_a_whole_draft_becomes_a_document_to_sign(desk):
    session, caller, part = desk
    settings = settings_for("sqlite://")
    draft = answer(session, caller, begin(session, caller, part).id, BRACKET)
    prepared = declare(session, caller, draft.id, "zh-CN", settings)
    assert b'"pcfExcludingBiogenicUptake":"2.61254"' in prepared.payload
    assert prepared.part_id == part


def test_one_with_gaps_does_not(desk):
    session, caller, part = desk
    settings = settings_for("sqlite://")
    draft = begin(session, caller, part)
    with pytest.raises(Conflict):
        declare(session, caller, draft.id, "en", settings)
    answer(session, caller, draft.id, {**BRACKET, "contract": "5 MWh"})
    with pytest.raises(RowError):
        declare(session, caller, draft.id, "en", settings)


def test_another_company_finds_nothing(desk, books):
    session, caller, part = desk
    draft = begin(session, caller, part)
    stranger = books.world.members[AURORA].caller
    for attempt in (
        lambda: own_draft(session, stranger, draft.id),
        lambda: answer(session, stranger, draft.id, {"pieces": "1"}),
        lambda: copy_forward(session, stranger, draft.id),
        lambda: drop(session, stranger, draft.id),
        lambda: begin(session, stranger, part),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert session.get(Part, part) is not None


def test_there_are_not_endlessly_many(desk, monkeypatch):
    session, caller, part = desk
    monkeypatch.setattr(usecases, "MAX_DRAFTS", 1)
    begin(session, caller, part)
    with pytest.raises(Conflict):
        begin(session, caller, part)


def test_one_is_thrown_away(desk):
    session, caller, part = desk
    draft = begin(session, caller, part)
    drop(session, caller, draft.id)
    session.flush()
    with pytest.raises(NotFound):
        own_draft(session, caller, draft.id)
