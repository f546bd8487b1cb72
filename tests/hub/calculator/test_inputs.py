"""Suppliers' declarations under a calculation: chosen, recorded, and gone with the consent."""

from datetime import date
from decimal import Decimal

import pytest

from hub.calculator.inputs import supplies
from hub.calculator.outcomes import declare, outcome
from hub.calculator.usecases import answer, begin
from hub.parties.usecases import add_site
from tests.cast import AURORA, BEIFENG, CELLWERK
from tests.conftest import settings_for
from tests.hub.calculator.answers import BRACKET
from tests.hub.chain import Chain, car
from tierlight_schemas.build import without_salt

CELLS = {"bought.0.name": "cell", "bought.0.quantity": "40", "bought.0.mass": "5"}


@pytest.fixture
def books(world):
    chain = car(Chain(world))
    add_site(world.session, chain.id(BEIFENG), "WUHU-1", "Wuhu", "CN", "CN-AH")
    return chain


@pytest.fixture
def cell(books):
    """Cellwerk's signed cell: 7.5 kgCO2e a piece, 62 % of it primary data."""
    told = {"mass_kg": "5", "primary_data_share": "62", "country": "DE"}
    return books.declare(CELLWERK, "CELL-1", "7.5", **told)


@pytest.fixture
def desk(books):
    caller = books.world.members[BEIFENG].caller
    return (
        books.world.session,
        caller,
        begin(books.world.session, caller, books.part(BEIFENG, "PACK-1")),
    )


def cells(**changes):
    kilograms = {
        "net_mass": "200.86",
        "net_mass_unit": "kilogram",
        "bought.0.mass_unit": "kilogram",
    }
    return {**BRACKET, **CELLS, **kilograms, **changes}


def test_nothing_is_offered_that_was_not_granted(books, cell, desk):
    session, caller, _ = desk
    assert supplies(session, caller) == []
    books.grant(CELLWERK, BEIFENG, level=0)
    assert supplies(session, caller) == []


def test_what_was_granted_is_offered_without_its_number(books, cell, desk):
    session, caller, _ = desk
    books.grant(CELLWERK, BEIFENG)
    (offered,) = supplies(session, caller)
    assert (offered.digest, offered.supplier, offered.name) == (cell, CELLWERK.name, "Cell")
    assert isinstance(offered.last_day, date)
    assert not reads(books)


def reads(books):
    answer = books.world.get(CELLWERK, "/v1/access-log").json()
    return [each for each in answer["items"] if each["object_kind"] == "declaration"]


def test_its_value_quality_and_digest_come_from_it(books, cell, desk):
    session, caller, draft = desk
    books.grant(CELLWERK, BEIFENG, purpose="footprint of the pack")
    answer(session, caller, draft.id, cells(**{"bought.0.declared": cell}))
    found = outcome(session, caller, draft)
    assert found.calculation, found.problems
    (bought,) = [term for term in found.calculation.terms if term.group == "bought"]
    assert bought.value == Decimal(300)
    assert bought.rated.primary == Decimal(62)
    factor = next(step for step in bought.steps if step.what == "factor")
    assert (factor.origin, factor.source) == ("declaration", cell)


def test_its_owner_sees_that_it_was_read(books, cell, desk):
    session, caller, draft = desk
    books.grant(CELLWERK, BEIFENG, purpose="footprint of the pack")
    answer(session, caller, draft.id, cells(**{"bought.0.declared": cell}))
    outcome(session, caller, draft)
    session.commit()
    assert [(each["object_id"], each["purpose"]) for each in reads(books)] == [
        (cell, "footprint of the pack")
    ]


def test_it_stands_in_the_composition_and_nowhere_in_what_is_signed(books, cell, desk):
    session, caller, draft = desk
    books.grant(CELLWERK, BEIFENG)
    answer(session, caller, draft.id, cells(**{"bought.0.declared": cell}))
    prepared = declare(session, caller, draft.id, "en", settings_for("sqlite://"))
    assert prepared.composition
    found = without_salt(prepared.composition)["components"]
    (component,) = [each for each in found if each["name"] == "cell"]
    assert component["declaration"] == cell
    assert (component["quantity"], component["valueUsed"]) == ("40", "7.5")
    assert cell.encode() not in prepared.payload


@pytest.mark.parametrize("reason", ["revoked", "nobody's", "not granted", "of a customer"])
def test_what_may_not_be_read_is_asked_again(books, cell, desk, reason):
    session, caller, draft = desk
    digest = cell
    if reason == "revoked":
        books.revoke(CELLWERK, books.grant(CELLWERK, BEIFENG))
    elif reason == "nobody's":
        digest = "0" * 64
    elif reason == "of a customer":
        digest = books.declare(AURORA, "AM-PACK", "9", mass_kg="300")
    answer(session, caller, draft.id, cells(**{"bought.0.declared": digest}))
    found = outcome(session, caller, draft)
    assert [(p.name, p.code) for p in found.problems] == [
        ("bought.0.declared", "calculator/declaration")
    ]
