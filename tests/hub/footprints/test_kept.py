"""Roll-ups at hand: after any history they say what one from the start says, and record the same.

Both are asked through sessions that only read, one whose process keeps what it has worked out and
one whose process keeps nothing.
"""

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from hub.disclosure.footprint import Question, footprint
from hub.footprints import book as books
from hub.footprints import kept as kept_books
from hub.footprints.usecases import Basis
from hub.kit import at_hand as keeping
from hub.kit.at_hand import AtHand, at_hand, with_at_hand
from hub.kit.clock import now
from hub.kit.database import Database, recording
from hub.parties.tables import CompanyChanges
from hub.sharing.tables import Grant
from hub.sharing.usecases import reads_noted
from tests.cast import AURORA, BEIFENG, CELLWERK, DONGHAI, Actor
from tests.hub.chain import Chain, car
from tests.hub.footprints.engine.random_chain import build
from tests.hub.footprints.test_portfolios import change

READS = ("owner_id", "object_kind", "object_id", "purpose", "grant_id")


@pytest.fixture
def chain(world) -> Chain:
    return Chain(world)


@dataclass
class Hub:
    """A process with what it keeps, beside one that keeps nothing."""

    chain: Chain
    database: Database
    keeps: Database

    def told(self, actor: Actor, number: str, basis: Basis = "declared") -> dict[str, Any]:
        """The footprint with its findings, the same from both; and the same reads on record."""
        kept, fresh = (
            _told(database, self.chain, actor, number, basis)
            for database in (self.keeps, self.database)
        )
        assert kept == fresh
        return kept[0]

    def total(self, actor: Actor, number: str) -> str | None:
        found: str | None = self.told(actor, number)["total"]["excluding_uptake"]
        return found


def _told(
    database: Database, chain: Chain, actor: Actor, number: str, basis: Basis
) -> tuple[dict[str, Any], list[Any]]:
    caller = chain.world.members[actor].caller
    part = chain.part(actor, number)
    with recording(database.of_company(caller.company_id)) as session:
        found = footprint(session, caller, part, Question.now(basis=basis, top=1000))
        reads = sorted(str([read.get(name) for name in READS]) for read in reads_noted(session))
    found.pop("known_at")
    return found, reads


@pytest.fixture
def hub(chain: Chain, database: Database) -> Hub:
    return Hub(chain, database, with_at_hand(database))


def shared(chain: Chain) -> Chain:
    """The car, whose pack and cells are declared and shared with "aggregate"."""
    car(chain)
    chain.declare(CELLWERK, "CELL-1", "7", mass_kg="5")
    chain.process(BEIFENG, "PACK-1", "30")
    chain.grant(BEIFENG, AURORA, aggregate=True)
    return chain


@dataclass
class Counted:
    """Companies whose books were read whole, and whose declarations alone were."""

    whole: list[str]
    declared: list[str]


@pytest.fixture
def counted(monkeypatch) -> Counted:
    found = Counted([], [])

    def whole(session: Session, company_id: str, moment: books.Moment) -> books.Book:
        found.whole.append(company_id)
        return books.read_book(session, company_id, moment)

    def declared(session: Session, book: books.Book, moment: books.Moment) -> books.Book:
        found.declared.append(book.company_id)
        return books.declared_since(session, book, moment)

    monkeypatch.setattr(kept_books, "read_book", whole)
    monkeypatch.setattr(kept_books, "declared_since", declared)
    return found


def test_books_are_read_once_and_then_only_what_has_changed(hub, counted) -> None:
    chain = shared(hub.chain)
    chain.grant(CELLWERK, BEIFENG, aggregate=True)
    aurora, beifeng, cellwerk = map(chain.id, (AURORA, BEIFENG, CELLWERK))
    hub.told(AURORA, "CAR-1")
    assert sorted(counted.whole) == sorted([aurora, beifeng, cellwerk])
    hub.told(AURORA, "CAR-1")
    assert (len(counted.whole), counted.declared) == (3, [])
    chain.declare(CELLWERK, "CELL-1", "8", mass_kg="5")
    hub.told(AURORA, "CAR-1")
    assert len(counted.whole) == 3
    assert set(counted.declared) >= {cellwerk}
    assert aurora not in counted.declared, "it does not buy from Cellwerk"
    chain.tables(AURORA, bom="parent child quantity\nCAR-1 AM-STEEL 901")
    hub.told(AURORA, "CAR-1")
    assert counted.whole[3:] == [aurora]
    chain.tables(DONGHAI, parts="number\nX-1")
    hub.told(AURORA, "CAR-1")
    assert len(counted.whole) == 4, "nobody concerned"


def test_another_reader_of_the_same_supplier_finds_the_suppliers_book(hub, counted) -> None:
    chain = shared(hub.chain)
    chain.grant(CELLWERK, BEIFENG, aggregate=True)
    hub.told(AURORA, "CAR-1")
    before = len(counted.whole)
    hub.told(BEIFENG, "PACK-1")
    assert len(counted.whole) == before


def test_what_a_revoked_consent_ended_is_not_served(hub) -> None:
    chain = shared(hub.chain)
    granted = chain.grant(CELLWERK, BEIFENG, aggregate=True)
    whole = hub.total(AURORA, "CAR-1")
    chain.revoke(CELLWERK, granted)
    without_cells = hub.total(AURORA, "CAR-1")
    assert without_cells != whole
    chain.grant(CELLWERK, BEIFENG, aggregate=True)
    assert hub.total(AURORA, "CAR-1") == whole


@pytest.mark.parametrize("ends", ["day", "revoked"])
def test_a_consent_that_ends_without_any_count_is_ended(hub, ends) -> None:
    """With its day, or behind the back of the counters: consents are compared, not counted."""
    chain = shared(hub.chain)
    granted = chain.grant(CELLWERK, BEIFENG, aggregate=True)
    whole = hub.total(AURORA, "CAR-1")
    ended = {"valid_to": now().date()} if ends == "day" else {"revoked_at": now()}
    session = chain.world.session
    session.execute(update(Grant).where(Grant.id == granted).values(**ended))
    session.commit()
    assert hub.total(AURORA, "CAR-1") != whole


def test_less_than_before_is_less(hub) -> None:
    """A consent without "aggregate", or of a lower level, in the place of the former."""
    chain = shared(hub.chain)
    granted = chain.grant(CELLWERK, BEIFENG, level=2, aggregate=True)
    whole = hub.total(AURORA, "CAR-1")
    own = hub.total(BEIFENG, "PACK-1")
    chain.grant(CELLWERK, BEIFENG, level=1)
    chain.revoke(CELLWERK, granted)
    assert hub.total(AURORA, "CAR-1") != whole
    assert hub.total(BEIFENG, "PACK-1") == own


def test_verified_and_withdrawn_are_told_at_once(hub) -> None:
    chain = shared(hub.chain)
    chain.grant(CELLWERK, BEIFENG, aggregate=True)
    first = hub.total(AURORA, "CAR-1")
    digest = chain.declare(CELLWERK, "CELL-1", "8", mass_kg="5")
    assert hub.total(AURORA, "CAR-1") != first
    path = f"/v1/declarations/{digest}/withdrawal"
    assert chain.world.post(CELLWERK, path, json={"reason": "wrong"}).is_success
    assert hub.total(AURORA, "CAR-1") == first


def test_an_awaited_declaration_enters_when_it_comes(hub) -> None:
    """The buyer's own records and consents are as they were; its supplier's are not."""
    chain = car(hub.chain)
    chain.grant(BEIFENG, AURORA)
    before = hub.total(AURORA, "CAR-1")
    chain.declare(BEIFENG, "PACK-1", "900", mass_kg="300")
    assert hub.total(AURORA, "CAR-1") != before


def test_a_record_of_a_later_clock_is_read_when_its_time_has_come(hub, counted) -> None:
    """A server whose clock is ahead: what is counted already but not yet known is not kept."""
    chain = shared(hub.chain)
    row = CompanyChanges
    later = update(row).where(row.company_id == chain.id(AURORA))
    chain.world.session.execute(later.values(changed_at=now() + timedelta(hours=1)))
    chain.world.session.commit()
    for _ in range(2):
        hub.told(AURORA, "CAR-1")
    assert counted.whole.count(chain.id(AURORA)) == 2
    assert counted.whole.count(chain.id(BEIFENG)) == 1


@pytest.mark.parametrize("basis", ["declared", "deep"])
@pytest.mark.parametrize("seed", range(4))
def test_after_any_history(hub, seed, basis) -> None:
    chain = hub.chain
    build(chain, 300 + seed, cycles=seed % 2 == 0)
    dice, granted = random.Random(seed), list[tuple[Actor, str]]()
    for _ in range(6):
        if granted and dice.random() < 0.3:
            chain.revoke(*granted.pop())
        elif dice.random() < 0.3:
            owner, reader = dice.choice(((BEIFENG, AURORA), (CELLWERK, BEIFENG)))
            granted.append((owner, chain.grant(owner, reader, 2, aggregate=True)))
        else:
            change(chain, dice)
        for actor in (AURORA, BEIFENG):
            for number in (0, 1):
                hub.told(actor, f"{actor.name[0]}-{number}", basis)


def test_a_session_that_writes_has_nothing_at_hand(hub) -> None:
    """It may have recorded what nobody has counted yet."""
    with hub.keeps.write() as session:
        assert at_hand(session) is None
    with hub.keeps.read() as session:
        assert isinstance(at_hand(session), AtHand)
    with hub.database.read() as session:
        assert at_hand(session) is None


def test_the_past_is_read_from_the_start(hub, counted) -> None:
    """`known_at` in the past: nothing is taken over and nothing kept."""
    chain = shared(hub.chain)
    hub.told(AURORA, "CAR-1")
    before = len(counted.whole)
    caller, at = chain.world.members[AURORA].caller, now()
    chain.declare(BEIFENG, "PACK-1", "900", mass_kg="300")
    question = Question(at.date(), at)
    with recording(hub.keeps.of_company(caller.company_id)) as session:
        then = footprint(session, caller, chain.part(AURORA, "CAR-1"), question)
    assert len(counted.whole) == before
    assert then["total"]["excluding_uptake"] != hub.total(AURORA, "CAR-1")


# ---- the bound ----


def test_what_was_not_asked_for_longest_goes_first() -> None:
    held = AtHand(most=10)
    for name, weight in (("a", 4), ("b", 4)):
        held.keep(name, weight, name)
    assert held.get(str, "a") == "a"
    held.keep("c", 4, "c")
    assert (held.get(str, "a"), held.get(str, "b"), held.get(str, "c")) == ("a", None, "c")
    assert held.weight == 8


def test_nothing_too_heavy_is_kept_and_nothing_former_in_its_place() -> None:
    held = AtHand(most=10)
    held.keep("light", 2, "a")
    held.keep("heavy", 11, "a")
    assert (held.get(str, "a"), held.weight) == (None, 0)


def test_kinds_do_not_meet() -> None:
    held = AtHand(most=10)
    held.keep("text", 1, "a")
    held.keep(7, 1, "a")
    assert (held.get(str, "a"), held.get(int, "a")) == ("text", 7)


def test_a_vehicle_of_thirty_thousand_lines_fits_several_times() -> None:
    assert keeping.HEAVIEST >= 3 * 2 * (30_000 + 4_000)
