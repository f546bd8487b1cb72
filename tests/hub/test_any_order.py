"""Whatever companies do in whatever order: nobody is told of a row that is not its business.

A hypothesis state machine does business at a hub that signs, over HTTP: submit, retry, supersede,
fork, revoke a key, grant, revoke, withdraw, import, link, confirm, crash. A small model keeps who
owns what and who was granted what; after each step answers are held against it. Foxglove does
business with nobody. HUB_TEST_EXAMPLES sets how many lives are lived.
"""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from fastapi import Request
from fastapi.testclient import TestClient
from httpx2 import Response
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import event, select, true
from sqlalchemy.orm import Session

from hub.bom.tables import SourcingLink
from hub.kit import wall
from hub.kit.database import Database, as_hub, open_database, transaction
from hub.kit.web import acts_for
from hub.main import create_app
from hub.trust.hub_key import hub_signer, make_hub_key
from hub.trust.tables import LogEntry
from tests.cast import AURORA, BEIFENG, CELLWERK, FOXGLOVE, Actor
from tests.conftest import Databases, settings_for, worked_on
from tests.hub.conftest import Member, enrol
from tierlight_schemas.build import Predecessor
from tierlight_schemas.envelope import open_jws, unpack_submission
from tierlight_schemas.log.entries import entry_of
from tierlight_schemas.log.notes import VerifierKey
from tierlight_schemas.log.policy import Policy
from tierlight_schemas.log.proofs import check_proof, read_proof

EXAMPLES = int(os.environ.get("HUB_TEST_EXAMPLES", "8"))
STEPS = 25
COMPANIES = (AURORA, BEIFENG, CELLWERK, FOXGLOVE)
TRADERS = (AURORA, BEIFENG, CELLWERK)
PAIRS = ((AURORA, BEIFENG), (AURORA, CELLWERK), (BEIFENG, CELLWERK))
"""Who buys from whom."""
PART_NUMBERS = {actor: [f"{actor.name[:4]}-MADE-{n}" for n in (1, 2)] for actor in COMPANIES}
BOUGHT = {actor: [f"{actor.name[:4]}-BUYS-{n}" for n in (1, 2)] for actor in COMPANIES}
ROOT = {actor: f"{actor.name[:4]}-ROOT" for actor in COMPANIES}
FIRST_POWER, LAST_POWER = 20, 46
"""Declared values are powers of two, so that a total tells which of them are in it."""
CSV = {"Content-Type": "text/csv"}
LISTS = (
    *("/v1/company", "/v1/parts", "/v1/sourcing", "/v1/sourcing?role=supplier", "/v1/declarations"),
    *("/v1/grants", "/v1/access-log"),
)
MORE_LISTS = (
    *("/v1/sites", "/v1/factors", "/v1/keys", "/v1/statements", "/v1/scenarios", "/v1/vehicles"),
    *("/v1/portfolio/vehicles", "/v1/portfolio/suppliers", "/v1/portfolio/gaps"),
    *("/v1/people", "/v1/machines", "/v1/administration", "/v1/held"),
)
VIEWS = ("footprint", "tree?depth=8")
MORE_VIEWS = ("findings", "bom", "contributors?by=supplier", "contributors?by=part", "quantities")


@dataclass(frozen=True)
class Declared:
    """A declaration of the model."""

    owner: Actor
    number: str
    digest: str
    value: int
    submission: bytes
    receipt: dict[str, Any]


@dataclass
class Given:
    """A grant of the model; `number` None for all parts."""

    id: str
    owner: Actor
    reader: Actor
    number: str | None


@dataclass
class Link:
    """What a buyer states as the source of one of its parts."""

    supplier: Actor
    number: str
    ids: set[str] = field(default_factory=set)
    confirmed: bool = False


@dataclass(frozen=True)
class Beginning:
    """A database in which the cast is enrolled, to be copied for each life."""

    databases: Databases
    url: str
    members: dict[Actor, Member]
    folder: Path


@pytest.fixture
def beginning(databases, template_url, tmp_path) -> Beginning:
    url = databases.copy(template_url)
    database = as_hub(open_database(worked_on(url)))
    with transaction(database.write) as session:
        members = {actor: enrol(session, actor) for actor in COMPANIES}
    database.engine.dispose()
    return Beginning(databases, url, members, tmp_path)


class Business(RuleBasedStateMachine):
    """One life of a hub and its four companies."""

    beginning: Beginning

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        self.signer = dict(zip(COMPANIES, COMPANIES, strict=True))
        """Who signs for a company: itself, or itself with a later key."""
        self.chains: dict[tuple[Actor, str], list[Declared]] = {}
        self.withdrawn: set[str] = set()
        self.grants: list[Given] = []
        self.links: dict[tuple[Actor, str], Link] = {}
        self.lines: dict[Actor, list[str]] = {}
        self.link_ids: dict[str, set[Actor]] = {}
        self.ended_grants: list[Given] = []
        self.met: set[frozenset[Actor]] = set()
        self.part_ids: dict[tuple[Actor, str], str] = {}
        self.power = FIRST_POWER
        self.turn = 0

    @initialize()
    def open_the_hub(self) -> None:
        start = self.beginning
        url = worked_on(start.databases.copy(start.url))
        folder = start.folder / secrets.token_hex(8)
        folder.mkdir()
        make_hub_key(folder / "key.pem")
        update = {"signing_key_file": folder / "key.pem"}
        self.settings = settings_for(url).model_copy(update=update)
        self.database: Database = open_database(url)
        self.open.callback(self.database.engine.dispose)
        app = create_app(self.settings, self.database)
        client = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
        self.client = self.open.enter_context(client)
        log = VerifierKey.of_jwk(self.settings.log_origin, hub_signer(self.settings).jwk)
        self.policy = Policy((log,))
        for actor in COMPANIES:
            numbers = [*BOUGHT[actor], ROOT[actor], *PART_NUMBERS[actor]]
            text = "number,net_mass_kg\n" + "".join(f"{number},2.5\n" for number in numbers)
            self.said(actor, "POST", "/v1/parts/import", content=text.encode(), headers=CSV)
            for item in self.said(actor, "GET", "/v1/parts")["items"]:
                self.part_ids[actor, item["number"]] = item["id"]
            self.bom(actor, BOUGHT[actor])
        self.begin_business()

    def begin_business(self) -> None:
        """Each buys from each below it, is granted what it buys, and sees its value."""
        for n, (buyer, supplier) in enumerate(PAIRS):
            self.link((buyer, supplier), n % 2, 0, True)
            self.give(supplier, buyer, None, 1)
        for actor in COMPANIES:
            self.declare(actor, PART_NUMBERS[actor][0], lambda _: None)
        for reader, suppliers in ((AURORA, (BEIFENG, CELLWERK)), (BEIFENG, (CELLWERK,))):
            expected = sum(self.chains[s, PART_NUMBERS[s][0]][0].value for s in suppliers)
            assert self.possible_totals(reader) == {expected}

    # Asking ----------------------------------------------------------------------------------

    def ask(self, actor: Actor, method: str, path: str, **sent: Any) -> Response:
        headers = self.beginning.members[actor].headers | sent.pop("headers", {})
        return self.client.request(method, path, headers=headers, **sent)

    def said(self, actor: Actor, method: str, path: str, **sent: Any) -> Any:
        answer = self.ask(actor, method, path, **sent)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    def company_id(self, actor: Actor) -> str:
        return self.beginning.members[actor].company_id

    def send(self, actor: Actor, submission: bytes) -> Response:
        headers = {"Content-Type": "application/json"}
        return self.ask(actor, "POST", "/v1/declarations", content=submission, headers=headers)

    def made(self, actor: Actor, number: str, before: Declared | None, value: int) -> bytes:
        cells: dict[str, Any] = {"kgco2e": str(value)}
        if before:
            cells["supersedes"] = Predecessor(before.digest, footprint_id(before.submission))
        return self.signer[actor].submission(number, **cells)

    # Business --------------------------------------------------------------------------------

    @rule(actor=st.sampled_from(COMPANIES), n=st.sampled_from((0, 1)))
    def submit(self, actor: Actor, n: int) -> None:
        self.declare(actor, PART_NUMBERS[actor][n], lambda _: None)

    @rule(
        actor=st.sampled_from(TRADERS),
        n=st.sampled_from((0, 1)),
        moment=st.sampled_from(("before_commit", "after_commit", "drop")),
        nth=st.sampled_from((1, 2)),
    )
    def submit_while_the_hub_fails(self, actor: Actor, n: int, moment: str, nth: int) -> None:
        """The answer never comes; what is asked again is answered as if nothing had been."""

        def failing(submission: bytes) -> None:
            with broken(moment, nth):
                answer = self.send(actor, submission)
            assert answer.status_code in (200, 201, 500)
            assert answer.status_code == 500 or nth == 2

        self.declare(actor, PART_NUMBERS[actor][n], failing)

    def declare(self, actor: Actor, number: str, first: Callable[[bytes], None]) -> None:
        if self.power > LAST_POWER:
            return
        chain = self.chains.setdefault((actor, number), [])
        value, self.power = 2**self.power, self.power + 1
        submission = self.made(actor, number, chain[-1] if chain else None, value)
        first(submission)
        answer = self.send(actor, submission)
        assert answer.status_code in (200, 201), answer.text
        body = answer.json()
        found = check_proof(
            read_proof(body["proof"]),
            entry_of("declaration", unpack_submission(submission)[0]),
            self.policy,
        )
        assert found.index == body["receipt"]["index"]
        new = Declared(actor, number, body["digest"], value, submission, body["receipt"])
        chain.append(new)

    def all_declared(self) -> list[Declared]:
        return [declared for chain in self.chains.values() for declared in chain]

    @precondition(lambda self: self.all_declared())
    @rule(data=st.data())
    def retry(self, data: st.DataObject) -> None:
        """With whatever key it was signed, and whatever came of it since: the same receipt."""
        declared = data.draw(st.sampled_from(self.all_declared()))
        answer = self.send(declared.owner, declared.submission)
        assert (answer.status_code, answer.json()["receipt"]) == (200, declared.receipt)
        others = self.send(self.other(declared.owner), declared.submission)
        assert others.json()["code"] == "trust/unknown-key"

    @staticmethod
    def other(actor: Actor) -> Actor:
        return next(company for company in COMPANIES if company is not actor)

    @precondition(lambda self: any(len(chain) > 1 for chain in self.chains.values()))
    @rule(data=st.data())
    def fork(self, data: st.DataObject) -> None:
        chains = [chain for chain in self.chains.values() if len(chain) > 1]
        old = data.draw(st.sampled_from([d for chain in chains for d in chain[:-1]]))
        answer = self.send(old.owner, self.made(old.owner, old.number, old, 7))
        assert answer.json()["code"] == "door/supersedes-fork"

    @rule(actor=st.sampled_from(TRADERS))
    def revoke_key(self, actor: Actor) -> None:
        """The old key opens nothing any more; what it signed stays; a new one goes on."""
        old = self.signer[actor]
        self.said(actor, "POST", f"/v1/keys/{old.kid}/revocation", json={})
        refused = self.send(actor, old.submission(PART_NUMBERS[actor][0], kgco2e="3"))
        assert refused.json()["code"] == "trust/key-revoked"
        seed = secrets.randbelow(2**60) + 1000
        new = Actor(actor.name, actor.country, actor.identifier, seed, actor.alg)
        challenge = self.said(actor, "POST", "/v1/keys/challenges")
        body = {"jwk": new.jwk, "proof": new.prove(challenge)}
        self.said(actor, "POST", "/v1/keys", json=body)
        self.signer[actor] = new

    @rule(data=st.data())
    def grant(self, data: st.DataObject) -> None:
        owner, reader = data.draw(st.sampled_from(list(permutations(TRADERS, 2))))
        number = data.draw(st.sampled_from([None, *PART_NUMBERS[owner]]))
        self.give(owner, reader, number, data.draw(st.integers(1, 3)))

    def give(self, owner: Actor, reader: Actor, number: str | None, level: int) -> None:
        body: dict[str, Any] = {"reader": self.company_id(reader), "level": level}
        if number:
            body["part"] = self.part_ids[owner, number]
        given = self.said(owner, "POST", "/v1/grants", json=body)
        self.grants.append(Given(given["id"], owner, reader, number))
        self.met.add(frozenset((owner, reader)))

    @precondition(lambda self: self.grants)
    @rule(data=st.data())
    def revoke_grant(self, data: st.DataObject) -> None:
        given = data.draw(st.sampled_from(self.grants))
        stranger = self.ask(given.reader, "POST", f"/v1/grants/{given.id}/revocation")
        assert stranger.status_code == 404
        self.said(given.owner, "POST", f"/v1/grants/{given.id}/revocation")
        self.grants.remove(given)
        self.ended_grants.append(given)

    @precondition(lambda self: any(self.heads()))
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        head = data.draw(st.sampled_from(list(self.heads())))
        path = f"/v1/declarations/{head.digest}/withdrawal"
        stranger = self.other(head.owner)
        assert self.ask(stranger, "POST", path, json={"reason": "x"}).status_code == 404
        self.said(head.owner, "POST", path, json={"reason": "wrong"})
        self.withdrawn.add(head.digest)

    def heads(self) -> Iterator[Declared]:
        for chain in self.chains.values():
            if chain and chain[-1].digest not in self.withdrawn:
                yield chain[-1]

    @rule(actor=st.sampled_from(TRADERS), which=st.integers(1, 3))
    def import_bom(self, actor: Actor, which: int) -> None:
        self.bom(actor, [number for n, number in enumerate(BOUGHT[actor]) if which >> n & 1])

    def bom(self, actor: Actor, children: list[str]) -> None:
        text = "parent,child,quantity\n" + "".join(f"{ROOT[actor]},{c},1\n" for c in children)
        self.said(actor, "POST", "/v1/bom/import", content=text.encode(), headers=CSV)
        self.lines[actor] = children

    @rule(
        pair=st.sampled_from(PAIRS),
        bought=st.sampled_from((0, 1)),
        made=st.sampled_from((0, 1)),
        confirms=st.booleans(),
    )
    def link(self, pair: tuple[Actor, Actor], bought: int, made: int, confirms: bool) -> None:
        buyer, supplier = pair
        own, theirs = BOUGHT[buyer][bought], PART_NUMBERS[supplier][made]
        scheme, value = supplier.identifier
        text = f"part,supplier,supplier_part\n{own},{scheme}:{value},{theirs}\n"
        self.said(buyer, "POST", "/v1/sourcing/import", content=text.encode(), headers=CSV)
        known = self.links.get((buyer, own))
        if known is None or (known.supplier, known.number) != (supplier, theirs):
            self.links[buyer, own] = Link(supplier, theirs)
        self.met.add(frozenset(pair))
        for item in self.said(supplier, "GET", "/v1/sourcing?role=supplier")["items"]:
            self.link_ids.setdefault(item["id"], {supplier}).add(buyer)
            if confirms and item["part"] == theirs and item["buyer_id"] == self.company_id(buyer):
                path = f"/v1/sourcing/{item['id']}/confirm"
                assert self.ask(buyer, "POST", path).status_code == 404
                self.said(supplier, "POST", path)
                for link in self.of_buyer(buyer):
                    link.confirmed |= (link.supplier, link.number) == (supplier, theirs)

    def of_buyer(self, buyer: Actor) -> list[Link]:
        return [link for (who, _), link in self.links.items() if who is buyer]

    # What must hold --------------------------------------------------------------------------

    @invariant()
    def one_reader_is_told_what_is_its_business(self) -> None:
        if not self.part_ids:
            return
        self.turn += 1
        self.check_reader(COMPANIES[self.turn % len(COMPANIES)], LISTS, VIEWS)

    @invariant()
    def the_log_has_no_gap(self) -> None:
        if not self.part_ids:
            return
        with as_hub(self.database).read() as session:
            indices = session.scalars(select(LogEntry.index).order_by(LogEntry.index)).all()
        assert list(indices) == list(range(len(indices)))
        places = [declared.receipt["index"] for declared in self.all_declared()]
        assert len(set(places)) == len(places)

    def check_reader(self, reader: Actor, lists: tuple[str, ...], views: tuple[str, ...]) -> None:
        root = f"/v1/parts/{self.part_ids[reader, ROOT[reader]]}"
        answers = {}
        for path in (*lists, *(f"{root}/{view}" for view in views)):
            answer = self.ask(reader, "GET", path)
            assert answer.status_code == 200, (path, answer.text)
            answers[path] = answer.text
        self.check_words(reader, answers)
        self.check_total(reader, root)
        self.check_single_reads(reader)

    def check_words(self, reader: Actor, answers: dict[str, str]) -> None:
        """Every id, number, name and value that can be told apart is the reader's business."""
        for word, is_allowed in self.words(reader):
            if not is_allowed:
                for path, text in answers.items():
                    assert word not in text, (reader.name, word, path, text[:800])

    def words(self, reader: Actor) -> Iterator[tuple[str, bool]]:
        for actor in COMPANIES:
            if actor is not reader:
                met = frozenset((actor, reader)) in self.met
                yield from ((word, met) for word in (actor.name, self.company_id(actor)))
                yield self.signer[actor].kid, False
        for (owner, number), part_id in self.part_ids.items():
            if owner is not reader:
                told = self.buys(reader, owner, number) or self.may(reader, owner, number)
                yield from ((word, told) for word in (number, part_id))
        for declared in self.all_declared():
            if declared.owner is not reader:
                told = self.may(reader, declared.owner, declared.number)
                yield from ((word, told) for word in (declared.digest, str(declared.value)))
        for given in (*self.grants, *self.ended_grants):
            if given.owner is not reader:
                yield given.id, False
        for link_id, sides in self.link_ids.items():
            yield link_id, reader in sides

    def may(self, reader: Actor, owner: Actor, number: str) -> bool:
        """A consent lets who buys the part see it, over a link that its supplier has confirmed."""
        granted = any(
            (given.owner, given.reader) == (owner, reader) and given.number in (None, number)
            for given in self.grants
        )
        return granted and any(
            link.confirmed and (link.supplier, link.number) == (owner, number)
            for link in self.of_buyer(reader)
        )

    def buys(self, reader: Actor, owner: Actor, number: str) -> bool:
        """A buyer is told the number that it wrote itself, also when it was in a link before."""
        links = self.of_buyer(reader)
        return any((link.supplier, link.number) == (owner, number) for link in links)

    def check_total(self, reader: Actor, root: str) -> None:
        """A total is the sum of confirmed, granted, standing values, and of no others."""
        total = self.said(reader, "GET", f"{root}/footprint")["total"].get("excluding_uptake")
        assert int(total or 0) in self.possible_totals(reader), (reader.name, total)

    def possible_totals(self, reader: Actor) -> set[int]:
        totals = {0}
        for number in self.lines[reader]:
            values = self.possible_values(reader, self.links.get((reader, number)))
            totals = {total + value for total in totals for value in values}
        return totals

    def possible_values(self, reader: Actor, link: Link | None) -> set[int]:
        if link is None or not link.confirmed or not self.may(reader, link.supplier, link.number):
            return {0}
        chain = self.chains.get((link.supplier, link.number), [])
        standing = [declared for declared in chain if declared.digest not in self.withdrawn]
        if not standing:
            return {0}
        if standing[-1] is chain[-1]:
            return {standing[-1].value}
        # Whether an older version stands again after its successor was withdrawn is not asked here.
        return {0, *(declared.value for declared in standing)}

    def check_single_reads(self, reader: Actor) -> None:
        absent = self.ask(reader, "GET", f"/v1/declarations/{'0' * 64}")
        for declared in self.all_declared()[-3:]:
            for suffix in ("", "/jws", "/receipt"):
                answer = self.ask(reader, "GET", f"/v1/declarations/{declared.digest}{suffix}")
                is_own = declared.owner is reader
                if not is_own and not self.may(reader, declared.owner, declared.number):
                    assert (answer.status_code, answer.content) == (404, absent.content)
                elif not suffix:
                    assert answer.status_code == 200, answer.text

    def check_records(self) -> None:
        """Whose value is in a total finds the reader in its access log."""
        for reader, owner in permutations(TRADERS, 2):
            root = f"/v1/parts/{self.part_ids[reader, ROOT[reader]]}/footprint"
            told = self.ask(reader, "GET", root).text
            values = [str(d.value) for d in self.all_declared() if d.owner is owner]
            if any(value in told for value in values):
                records = self.said(owner, "GET", "/v1/access-log?limit=1000")["items"]
                assert self.company_id(reader) in {record["reader_id"] for record in records}

    def teardown(self) -> None:
        try:
            if self.part_ids:
                for reader in COMPANIES:
                    self.check_reader(reader, LISTS + MORE_LISTS, VIEWS + MORE_VIEWS)
                self.check_records()
        finally:
            self.open.close()


def footprint_id(submission: bytes) -> str:
    """The PACT id inside a submission."""
    document = open_jws(unpack_submission(submission)[0]).document
    return str(document["credentialSubject"]["footprint"]["id"])


@contextmanager
def broken(moment: str, nth: int) -> Iterator[None]:
    """The nth commit fails: before it, after it, or because the connection is gone."""
    count = 0

    def fail(session: Session) -> None:
        nonlocal count
        count += 1
        if count != nth:
            return
        if moment == "drop":
            driver = session.connection().connection.driver_connection
            assert driver is not None
            driver.close()
        else:
            raise RuntimeError("the power went")

    name = "after_commit" if moment == "after_commit" else "before_commit"
    event.listen(Session, name, fail)
    try:
        yield
    finally:
        event.remove(Session, name, fail)


def live(beginning: Beginning) -> None:
    """Lives of a hub, one after another, until one tells what it must not."""

    class Here(Business):
        pass

    Here.beginning = beginning
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],  # a shorter life would be found in an hour
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
        ),
    )


def test_nobody_is_told_of_a_foreign_row_whatever_happens(beginning):
    live(beginning)


LEAKS: dict[str, tuple[str, Any]] = {
    "links of everybody": (
        "hub.bom.queries.links_towards",
        lambda _: select(SourcingLink).where(SourcingLink.replaced_at.is_(None)),
    ),
    "a consent that never ends": ("hub.sharing.queries._stands", lambda _: true()),
    "a consent to who does not buy": ("hub.declarations.queries.buys", lambda *_: True),
}


@pytest.mark.parametrize("leak", LEAKS)
def test_a_leak_is_found(beginning, monkeypatch, leak):
    """Of the queries' own: the wall behind them, which would hide some, is opened."""
    monkeypatch.setattr(*LEAKS[leak])
    monkeypatch.setattr("hub.access.api.acts_for", open_the_wall)
    with pytest.raises(AssertionError) as found:
        live(beginning)
    assert found.traceback[-1].name in ("check_words", "check_total", "check_single_reads")


def open_the_wall(request: Request, company_id: str) -> None:
    acts_for(request, company_id)
    request.state.stated.scope = wall.HUB
