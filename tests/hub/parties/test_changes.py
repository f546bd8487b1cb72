"""Whoever records what results rest on counts the companies concerned; nobody else does."""

import ast
import inspect
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import select

import hub
from hub.access.caller import Caller
from hub.bom.link_state import Dispute, Reason
from hub.bom.tables import SourcingLink
from hub.bom.usecases import confirm_link, dispute_link, register_part, resolve_links
from hub.declarations.releasing import release
from hub.declarations.usecases import receive
from hub.factors.registry import SetName, import_set
from hub.kit.clock import now
from hub.kit.csv_table import BadTable
from hub.kit.database import transaction
from hub.parties.changes import numbers, relied_on, rely_on, touch, touch_declared
from hub.parties.groups import relate
from hub.parties.usecases import add_company, add_provisional, add_site, claim_company
from tests.cast import AURORA, BEIFENG, CAST, CELLWERK, DONGHAI, FOXGLOVE, GUTACHTEN
from tests.conftest import settings_for
from tests.hub.chain import Chain, car, composed
from tests.hub.conftest import World, enrol
from tests.hub.csv_files import file
from tests.hub.factors.test_registry import table as registry_table

RESULTS_REST_ON = {
    "AnnexRow",
    "CompanyRelation",
    "VerificationRow",
    "VerificationRevocationRow",
    "BomLine",
    "BomRevision",
    "DeclarationFinding",
    "DeclarationRow",
    "Factor",
    "FactorSetRow",
    "Grant",
    "Part",
    "PartVersion",
    "RegistryFactor",
    "SourcingLink",
    "Withdrawal",
}
WRITES_NO_SUCH_THING = {
    "access": "who may sign in",
    "activity": "what a factory uses stands in no total before somebody declares it",
    "findings": "only computes; what is said of a finding is said in `deciding`",
    "calculator": "a draft stands in no total before somebody declares it",
    "footprints": "only computes",
    "requests": "says things; links and consents are counted where they are made, as below",
    "workbooks": "rows become drafts and documents to sign; a part counts where it is registered",
    "scenarios": "what is assumed is computed each time and stands in no kept answer",
    "exit": "the rooms whose rows it erases count them; a demand changes no result",
    **{
        f"trust.{name}": "keys and the log; a declaration that stands is not judged again"
        for name in (
            "add_key",
            "append",
            "challenge",
            "key_for",
            "key_state_at",
            "key_with_events",
            "keys_of",
            "prove_key",
            "receipt",
            "receipt_of",
            "retire_key",
            "take_turn",
        )
    },
    "parties.add_company": "links find it by `resolve_links`",
    "parties.add_provisional": "a company that owns nothing; links find it by `resolve_links`",
    "parties.find_company": "only reads",
    "parties.place_of": "only reads",
    "parties.lock_company": "only locks",
    "sharing.record_read": "the log of reads",
    "sharing.record_noted": "the log of reads",
    "sharing.reads_noted": "only reads",
}
"""Use cases that take a session, by room or room and name, and why they count nobody."""


@pytest.fixture
def chain_of_cars(world: World) -> Chain:
    return car(Chain(world))


def counts(chain: Chain) -> dict[str, int]:
    ids = {chain.id(actor): actor.name for actor in CAST}
    found = numbers(chain.world.session, ids)
    chain.world.session.commit()
    return {ids[company_id]: count.changes for company_id, count in found.items()}


def the_link(chain: Chain, supplier=BEIFENG) -> str:
    query = select(SourcingLink.id).filter_by(supplier_id=chain.id(supplier), replaced_at=None)
    return str(chain.world.session.scalars(query).one())


SAME_BOM = """
    parent child quantity unit
    CAR-1 AM-PACK 1 piece
    CAR-1 AM-STEEL 900 kg"""
SAME_PARTS = """
    number name base_unit net_mass_kg
    CELL-1 Secret-cell piece 5"""
SAME_SOURCING = """
    part supplier supplier_part share delivery_term
    AM-PACK uscc:91BEIFENG000000002 PACK-1 1 DAP"""
FACTORS = """
    category unit value source year
    steel-part kg 2.3 invented 2025"""


def import_a_set_twice(chain: Chain) -> None:
    said = SetName("park-heat", "2024", "Industrial park of Wuhu", "Given to its tenants")
    for _ in range(2):
        import_set(chain.world.session, said, file(registry_table()))
        chain.world.session.commit()


def a_site(chain: Chain) -> None:
    add_site(chain.world.session, chain.id(AURORA), "A", "A", "DE")
    chain.world.session.commit()


def register(chain: Chain, number: str) -> None:
    register_part(chain.world.session, chain.id(AURORA), number)
    chain.world.session.commit()


def confirm(chain: Chain, supplier=BEIFENG) -> None:
    confirm_link(
        chain.world.session, chain.world.members[supplier].caller, the_link(chain, supplier)
    )
    chain.world.session.commit()


def dispute(chain: Chain) -> None:
    caller, link = chain.world.members[BEIFENG].caller, the_link(chain, BEIFENG)
    dispute_link(chain.world.session, caller, link, Dispute(Reason.WRONG_SHARE))
    chain.world.session.commit()


def import_factors_twice(chain: Chain) -> None:
    chain.tables(AURORA, factors=FACTORS)
    chain.tables(AURORA, factors=FACTORS)


def revoke_twice(chain: Chain) -> None:
    given = chain.grant(BEIFENG, AURORA)
    chain.revoke(BEIFENG, given)
    chain.revoke(BEIFENG, given)


def withdraw(chain: Chain) -> None:
    digest = chain.declare(BEIFENG, "PACK-1", "900", mass_kg="300")
    path = f"/v1/declarations/{digest}/withdrawal"
    assert chain.world.post(BEIFENG, path, json={"reason": "wrong"}).status_code == 201


def send_an_annex_late(chain: Chain) -> None:
    built = composed(DONGHAI.built("CATHODE", kgco2e="7"), [])
    for annexes in ({}, built.annexes, built.annexes):
        answer = chain.world.submit(DONGHAI, DONGHAI.packed_document(built.document, annexes))
        assert answer.status_code in (200, 201), answer.text


def a_company_with_a_name_that_links_bear(chain: Chain) -> None:
    chain.tables(FOXGLOVE, parts="number\nFX-1", sourcing="part supplier supplier_part\nFX-1 New N")
    resolve_links(chain.world.session, add_company(chain.world.session, "New", "DE", []))
    chain.world.session.commit()


def a_part_that_a_link_names(chain: Chain) -> None:
    chain.tables(AURORA, sourcing="part supplier supplier_part\nAM-STEEL Foxglove FX-9")
    chain.tables(FOXGLOVE, parts="number\nFX-8")
    chain.tables(FOXGLOVE, parts="number\nFX-9")


def refused(chain: Chain) -> None:
    with pytest.raises(BadTable):
        chain.tables(AURORA, bom="parent child quantity unit\nCAR-1 AM-PACK many piece")
    chain.world.session.rollback()


def verify(chain: Chain, revoked: bool) -> None:
    """A third party's word on what others use; it counts whose declaration it is."""
    world = chain.world
    digest = chain.declare(BEIFENG, "PACK-1", "900", mass_kg="300")
    chain.grant(BEIFENG, GUTACHTEN)
    signed = GUTACHTEN.verification(world.get(BEIFENG, f"/v1/declarations/{digest}/jws").text)
    for _ in range(2):
        answer = world.post(GUTACHTEN, "/v1/verifications", json={"verification": signed})
        assert answer.status_code in (200, 201), answer.text
    path = f"/v1/verifications/{answer.json()['digest']}/revocation"
    taken_back = GUTACHTEN.revocation(answer.json()["digest"])
    for _ in range(2 if revoked else 0):
        assert world.post(GUTACHTEN, path, json={"revocation": taken_back}).status_code == 201


def revoke_a_key(chain: Chain) -> None:
    path = f"/v1/keys/{GUTACHTEN.kid}/revocation"
    assert chain.world.post(GUTACHTEN, path, json={}).status_code == 200


def relate_twice(chain: Chain) -> None:
    for pair in ((BEIFENG, GUTACHTEN), (GUTACHTEN, BEIFENG)):
        relate(chain.world.session, *(chain.id(actor) for actor in pair))
    chain.world.session.commit()


def receive_alone(chain: Chain) -> None:
    """In the caller's own transaction, as an import does."""
    session, submission = chain.world.session, BEIFENG.submission("PACK-1", mass_kg="300")
    receive(session, chain.id(BEIFENG), submission, by="test", settings=settings_for("sqlite://"))
    session.commit()


def hold(chain: Chain) -> str:
    """Beifeng asks for four eyes and submits."""
    chain.world.put(BEIFENG, "/v1/four-eyes", json={"on": True})
    answer = chain.world.submit(BEIFENG, BEIFENG.submission("PACK-1", mass_kg="300"))
    assert answer.status_code == 202, answer.text
    return str(answer.json()["digest"])


def release_what_is_held(chain: Chain) -> None:
    session, second = chain.world.session, Caller(chain.id(BEIFENG), "person:wu")
    release(session, second, hold(chain), settings=settings_for("sqlite://"))
    session.commit()


def acknowledge(chain: Chain) -> None:
    """Aurora says something of its gap: kept answers show the state."""
    item = chain.world.get(AURORA, "/v1/findings").json()["items"][0]
    answer = chain.world.post(
        AURORA, f"/v1/findings/{item['key']}/acknowledge", json={"reason": "known"}
    )
    assert answer.status_code == 200, answer.text


def ask_for(chain: Chain, part: str, supplier: str = "Foxglove") -> str:
    """What Aurora sends; the request's id."""
    due = (now().date() + timedelta(40)).isoformat()
    named = {"reference": part, "title": "A", "purpose": "A", "due": due}
    lines = [{"part": part, "supplier": supplier}]
    answer = chain.world.post(AURORA, "/v1/requests", json={**named, "lines": lines})
    assert answer.json()["counts"]["sent"] == 1, answer.text
    return str(answer.json()["lines"][0]["request"])


def answer(chain: Chain) -> None:
    digest = chain.declare(BEIFENG, "PACK-1", "900", mass_kg="300")
    path = f"/v1/requests/{ask_for(chain, 'AM-PACK', 'Beifeng Pack')}/answer"
    answered = chain.world.post(BEIFENG, path, json={"declaration": digest})
    assert answered.status_code == 200, answered.text


def claim_the_invited(chain: Chain) -> None:
    """It owns nothing yet: of whoever is here already nobody's results change."""
    session = chain.world.session
    company = add_provisional(session, "New", "CN")
    claim_company(session, company.id, "Newer", "CN", [])
    session.commit()


COUNTED: dict[str, tuple[Callable[[Chain], object], dict[str, int]]] = {
    "parties.claim_company": (claim_the_invited, {}),
    "bom.register_part": (lambda c: register(c, "NEW"), {"Aurora Motors": 1}),
    "a part that is there": (lambda c: register(c, "CAR-1"), {}),
    "bom.import_parts": (lambda c: c.tables(AURORA, parts="number\nNEW"), {"Aurora Motors": 1}),
    "the same parts": (lambda c: c.tables(CELLWERK, parts=SAME_PARTS), {}),
    "bom.import_bom": (
        lambda c: c.tables(AURORA, bom=SAME_BOM.replace("900", "901")),
        {"Aurora Motors": 1},
    ),
    "the same lines": (lambda c: c.tables(AURORA, bom=SAME_BOM), {}),
    "lines that are refused": (refused, {}),
    "bom.import_sourcing": (
        lambda c: c.tables(AURORA, sourcing=SAME_SOURCING.replace(" 1 ", " 0.6 ")),
        {"Aurora Motors": 1, "Beifeng Pack": 1},
    ),
    "another supplier": (
        lambda c: c.tables(AURORA, sourcing="part supplier supplier_part\nAM-PACK Cellwerk X"),
        {"Aurora Motors": 1, "Beifeng Pack": 1, "Cellwerk": 1},
    ),
    "a supplier nobody knows": (
        lambda c: c.tables(AURORA, sourcing="part supplier supplier_part\nAM-STEEL Stranger X"),
        {"Aurora Motors": 1},
    ),
    "the same links": (lambda c: c.tables(AURORA, sourcing=SAME_SOURCING), {}),
    "bom.confirm_link": (confirm, {"Aurora Motors": 1, "Beifeng Pack": 1}),
    "bom.dispute_link": (dispute, {"Aurora Motors": 1, "Beifeng Pack": 1}),
    "bom.confirm_links": (lambda c: c.confirm(CELLWERK), {"Beifeng Pack": 1, "Cellwerk": 1}),
    "no link to confirm": (lambda c: c.confirm(FOXGLOVE), {}),
    "bom.resolve_links": (a_company_with_a_name_that_links_bear, {"Foxglove": 3}),
    "a part that a link names": (a_part_that_a_link_names, {"Aurora Motors": 2, "Foxglove": 3}),
    "declarations.receive": (
        receive_alone,
        {"Aurora Motors": 1, "Beifeng Pack": 1},
    ),
    "declarations.receive_and_prove": (
        lambda c: c.declare(BEIFENG, "PACK-1", "900", mass_kg="300"),
        {"Aurora Motors": 1, "Beifeng Pack": 1},
    ),
    "declarations.receive_lines": (
        lambda c: c.world.submit_lines(
            DONGHAI, DONGHAI.submission("CATHODE"), b"{", DONGHAI.submission("ANODE")
        ),
        {"Donghai Cathode": 1},
    ),
    "an annex that comes late": (send_an_annex_late, {"Donghai Cathode": 2}),
    "declarations.withdraw": (withdraw, {"Aurora Motors": 1, "Beifeng Pack": 2}),
    "a verification": (
        lambda c: verify(c, False),
        {"Aurora Motors": 1, "Beifeng Pack": 3, "Gutachten": 1},
    ),
    "a verification that is revoked": (
        lambda c: verify(c, True),
        {"Aurora Motors": 1, "Beifeng Pack": 4, "Gutachten": 1},
    ),
    "trust.revoke_key": (revoke_a_key, {"Gutachten": 1}),
    "two companies of one group": (relate_twice, {"Beifeng Pack": 1, "Gutachten": 1}),
    "what is held": (hold, {}),
    "what is released": (release_what_is_held, {"Aurora Motors": 1, "Beifeng Pack": 1}),
    "factors.import_factors": (import_factors_twice, {"Aurora Motors": 1}),
    "sharing.grant": (
        lambda c: c.grant(CELLWERK, BEIFENG),
        {"Beifeng Pack": 1, "Cellwerk": 1},
    ),
    "sharing.revoke": (revoke_twice, {"Aurora Motors": 2, "Beifeng Pack": 2}),
    "what is said of a finding": (acknowledge, {"Aurora Motors": 1}),
    "a request, for a part that is bought nowhere yet": (
        lambda c: ask_for(c, "AM-STEEL"),
        {"Aurora Motors": 1, "Foxglove": 1},
    ),
    "a request, for what is bought": (lambda c: ask_for(c, "AM-PACK", "Beifeng Pack"), {}),
    "an answer to a request": (answer, {"Aurora Motors": 2, "Beifeng Pack": 2}),
    "a set of the registry": (import_a_set_twice, {actor.name: 1 for actor in CAST}),
    "parties.add_site": (
        a_site,
        {"Aurora Motors": 1},
    ),
}


@pytest.mark.parametrize("case", COUNTED)
def test_who_is_counted(world, case):
    chain = car(Chain(world), confirmed=False)
    before = counts(chain)
    act, expected = COUNTED[case]
    act(chain)
    after = counts(chain)
    assert {n: after[n] - before[n] for n in after if after[n] != before[n]} == expected


def use_cases() -> list[str]:
    """Room and name of each public function of a `usecases.py` that takes a session."""
    found = []
    for path in sorted(Path(hub.__file__).parent.glob("*/usecases.py")):
        module = import_module(f"hub.{path.parent.name}.usecases")
        offered = getattr(module, "__all__", ())
        for name, function in inspect.getmembers(module, inspect.isfunction):
            first = next(iter(inspect.signature(function).parameters), None)
            own = function.__module__ == module.__name__ or name in offered
            if own and first in ("session", "factory") and not name.startswith("_"):
                found.append(f"{path.parent.name}.{name}")
    return found


@pytest.mark.parametrize("use_case", use_cases())
def test_every_use_case_counts_or_says_why_not(use_case):
    room = use_case.partition(".")[0]
    assert (use_case in COUNTED) != (
        use_case in WRITES_NO_SUCH_THING or room in WRITES_NO_SUCH_THING
    )


def written(tree: ast.Module) -> set[str]:
    """Names of tables that a module's code makes, changes or deletes rows of."""
    named = {
        (call.func.id, tuple(a.id for a in call.args if isinstance(a, ast.Name)))
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
    }
    writers = ("write_rows", "update", "delete", "insert")
    through = {name for function, names in named if function in writers for name in names}
    return (through | {function for function, _ in named}) & RESULTS_REST_ON


def modules_that_write() -> list[tuple[str, ast.Module]]:
    trees = [(p, ast.parse(p.read_text())) for p in sorted(Path(hub.__file__).parent.rglob("*.py"))]
    return [(str(p), tree) for p, tree in trees if written(tree)]


def test_every_module_that_writes_such_a_table_counts():
    calls = {
        path: {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        for path, tree in modules_that_write()
    }
    assert len(calls) >= 8
    counting = {"touch", "touch_declared"}
    assert [path for path, names in calls.items() if not names & counting] == []


class TestACount:
    @pytest.fixture
    def ids(self, own_database):
        with transaction(own_database.write) as session:
            return [enrol(session, actor).company_id for actor in (AURORA, BEIFENG)]

    def changes(self, database, ids):
        with database.read() as session:
            found = numbers(session, [*ids, "nobody"])
            return [found[company_id].changes for company_id in ids]

    def test_is_one_a_transaction(self, own_database, ids):
        with transaction(own_database.write) as session:
            touch(session, *ids)
            touch(session, ids[0])
        assert self.changes(own_database, ids) == [1, 1]

    def test_tells_declarations_from_all_other_records(self, own_database, ids):
        for mark in (touch, touch_declared, touch_declared):
            with transaction(own_database.write) as session:
                mark(session, ids[0])
        with transaction(own_database.write) as session:
            touch(session, ids[1])
            touch_declared(session, ids[1])
        with own_database.read() as session:
            found = numbers(session, ids)
        assert [(found[i].changes, found[i].records) for i in ids] == [(3, 1), (1, 1)]

    def test_is_none_without_a_commit(self, own_database, ids):
        with own_database.write() as session:
            touch(session, *ids)
            session.rollback()
        assert self.changes(own_database, ids) == [0, 0]

    def test_waits_for_the_end_of_a_savepoint_s_transaction(self, own_database, ids):
        with transaction(own_database.write) as session:
            for _ in range(3):
                with session.begin_nested():
                    touch(session, ids[1])
            assert numbers(session, ids)[ids[1]].changes == 0
        assert self.changes(own_database, ids) == [0, 1]

    def test_starts_anew_after_each_commit(self, own_database, ids):
        with own_database.write() as session:
            touch(session, ids[0])
            session.commit()
            session.commit()
            touch(session, ids[1])
            session.commit()
        assert self.changes(own_database, ids) == [1, 1]

    def test_of_several_writers_misses_none_and_nobody_waits_in_a_circle(self, own_database, ids):
        def write(turn):
            with transaction(own_database.write) as session:
                register_part(session, ids[turn % 2], f"P-{turn}")
                touch(session, *(ids if turn % 3 else reversed(ids)))

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(write, range(40)))
        assert self.changes(own_database, ids) == [40, 40]


def test_what_a_session_relies_on_is_its_own(own_database):
    with own_database.read() as one, own_database.read() as other:
        rely_on(one, "a")
        rely_on(one, "b")
        assert relied_on(one) == {"a", "b"}
        assert relied_on(other) == set()
