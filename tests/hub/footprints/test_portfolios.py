"""Portfolios at hand: after any history they are what a portfolio read from the start is."""

import random
from datetime import date, timedelta

import numpy as np
import pytest

from hub.bom.tables import SourcingLink
from hub.footprints import portfolios
from hub.footprints.book import Moment
from hub.footprints.engine.reading import Portfolio, read_again
from hub.footprints.portfolios import Portfolios, portfolio_of
from hub.kit.clock import now
from tests.cast import AURORA, BEIFENG, CELLWERK, DONGHAI, Actor
from tests.hub.chain import Chain, car
from tests.hub.footprints.engine.random_chain import PARTS, build

TODAY = now().date()
WITHIN = 1e-12


@pytest.fixture
def chain(world) -> Chain:
    return Chain(world)


@pytest.fixture
def at_hand(database) -> Portfolios:
    return Portfolios(database)


def latest(chain: Chain, at_hand: Portfolios, actor: Actor) -> Portfolio:
    """The portfolio at hand, which is the one that is read from the start."""
    session, company = chain.world.session, chain.id(actor)
    found = at_hand.latest(session, company, TODAY)
    fresh = portfolio_of(session, company, Moment(TODAY, now()))
    assert found.snapshot.ids.tolist() == fresh.snapshot.ids.tolist()
    names = set(found.accounts.terms.names) | set(fresh.accounts.terms.names)
    for name in names:
        np.testing.assert_allclose(
            column(found, name), column(fresh, name), rtol=WITHIN, atol=0, err_msg=name
        )
    places = found.accounts.places, fresh.accounts.places
    counts = found.accounts.counts[places[0]], fresh.accounts.counts[places[1]]
    np.testing.assert_array_equal(*counts)
    return found


def column(portfolio: Portfolio, name: str) -> np.ndarray:
    """A column by part; NaN where nothing states it."""
    accounts = portfolio.accounts
    if name not in accounts.terms.names:
        return np.full(len(accounts.places), np.nan)
    place = accounts.terms.names.index(name)
    values = accounts.weighed[accounts.places, place]
    return np.where(accounts.states(accounts.places, place), values, np.nan)


def counted(monkeypatch) -> list[int]:
    """How many parts' declarations each update was read again for."""
    calls: list[int] = []

    def reading(session, before, moment, parts):
        calls.append(len(parts))
        return read_again(session, before, moment, parts)

    monkeypatch.setattr(portfolios, "read_again", reading)
    return calls


def test_the_same_one_is_handed_out_until_something_changes(chain, at_hand):
    car(chain)
    first = latest(chain, at_hand, AURORA)
    assert latest(chain, at_hand, AURORA) is first
    chain.tables(AURORA, bom="parent child quantity\nCAR-1 AM-STEEL 901")
    assert latest(chain, at_hand, AURORA) is not first


def test_what_does_not_concern_a_company_changes_nothing(chain, at_hand):
    car(chain)
    first = latest(chain, at_hand, AURORA)
    chain.declare(DONGHAI, "X-1", "3")
    chain.tables(DONGHAI, parts="number\nX-2")
    assert latest(chain, at_hand, AURORA) is first


def test_new_and_withdrawn_declarations_are_read_and_nothing_else(chain, at_hand, monkeypatch):
    car(chain)
    for owner, reader in ((BEIFENG, AURORA), (CELLWERK, BEIFENG)):
        chain.grant(owner, reader, aggregate=True)
    calls = counted(monkeypatch)
    latest(chain, at_hand, AURORA)
    chain.declare(AURORA, "AM-STEEL", "2.5", declared_unit="kg", mass_kg="1")
    latest(chain, at_hand, AURORA)
    digest = chain.declare(CELLWERK, "CELL-1", "7", mass_kg="5")  # two tiers down, awaited
    latest(chain, at_hand, AURORA)
    answer = chain.world.post(
        CELLWERK, f"/v1/declarations/{digest}/withdrawal", json={"reason": "wrong"}
    )
    assert answer.status_code in (200, 201), answer.text
    latest(chain, at_hand, AURORA)
    chain.process(AURORA, "CAR-1", "500")
    latest(chain, at_hand, AURORA)
    assert calls == [1, 1, 1, 1]
    chain.tables(AURORA, parts="number\nNEW")
    latest(chain, at_hand, AURORA)
    assert len(calls) == 4


def test_a_consent_of_a_day_ends_with_it(chain, at_hand):
    car(chain)
    chain.declare(BEIFENG, "PACK-1", "900", mass_kg="300")
    chain.grant(BEIFENG, AURORA)
    found = latest(chain, at_hand, AURORA)
    assert {key[2] for key in at_hand._kept} == {TODAY}
    assert len(found.specials) > 0


def test_only_so_many_are_kept(chain, database):
    car(chain)
    few = Portfolios(database, most=2)
    days = [TODAY - timedelta(days=n) for n in range(4)]
    for day in days:
        few.latest(chain.world.session, chain.id(AURORA), day)
    assert [key[1] for key in few._kept] == days[2:]


@pytest.mark.parametrize("seed", range(6))
def test_after_any_history(chain, at_hand, seed):
    build(chain, 200 + seed, cycles=seed % 2 == 0)
    dice = random.Random(seed)
    for _ in range(8):
        change(chain, dice)
        for actor in (AURORA, BEIFENG):
            latest(chain, at_hand, actor)


def change(chain: Chain, dice: random.Random) -> None:
    """Something that somebody does."""
    actor = dice.choice((AURORA, BEIFENG, CELLWERK))
    number = f"{actor.name[0]}-{dice.randrange(PARTS)}"
    what = dice.random()
    if what < 0.55:
        unit = dice.choice(("piece", "kg"))
        cells = {"declared_unit": unit, "mass_kg": "1" if unit == "kg" else "2.5"}
        chain.declare(actor, number, dice.choice(("0.7", "12", "300")), **cells)
    elif what < 0.7:
        chain.process(actor, number, dice.choice(("1", "9")))
    elif what < 0.8:
        chain.tables(actor, factors=f"category unit value source year\npaint kg {what} x 2024")
    elif what < 0.9:
        chain.tables(actor, bom=f"parent child quantity unit\n{actor.name[0]}-0 {number} 2 piece")
    else:
        buyer = {BEIFENG: AURORA, CELLWERK: BEIFENG}.get(actor)
        if buyer is not None:
            chain.grant(actor, buyer, 1, aggregate=dice.random() < 0.5)


def test_links_know_the_day(chain, at_hand):
    """A link that begins later is there on its day."""
    car(chain)
    chain.grant(BEIFENG, AURORA)
    chain.declare(BEIFENG, "PACK-1", "900", mass_kg="300")
    session = chain.world.session
    link = session.query(SourcingLink).filter_by(supplier_part_text="PACK-1").one()
    link.valid_from = date(2020, 1, 1)
    session.commit()
    company = chain.id(AURORA)
    values = []
    for day in (date(2019, 1, 1), TODAY):
        found = at_hand.latest(session, company, day)
        row = found.snapshot.row[chain.part(AURORA, "AM-PACK")]
        values.append(bool(found.specials[row].edges) if row in found.specials else False)
    assert values == [False, True]
