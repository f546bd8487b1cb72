"""Aurora's car at a hub that signs, with everything that a supplier leaves behind."""

import io
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy.orm import Session

from hub.access.events import record
from hub.access.invitations import invite_company
from hub.access.roles import Role
from hub.access.tables import MachineKey, OidcLink
from hub.access.usecases import add_person
from hub.activity.shared_codes import new_code
from hub.activity.sheets import FORMS, Sheet
from hub.activity.usecases import record_rows
from hub.calculator.bills import keep
from hub.calculator.usecases import begin
from hub.declarations.tables import HeldSubmission, PreparedDeclaration
from hub.exports.battery.queries import site_coded
from hub.exports.battery.tables import BatteryDeclaration
from hub.exports.battery.usecases import import_classes, record_model
from hub.findings.tables import FindingDecision
from hub.kit.clock import now
from hub.kit.database import Database, as_hub, empty_journal, open_database
from hub.kit.outbox import post
from hub.main import create_app
from hub.parties.assurance import confirm_by_registry
from hub.parties.usecases import add_site
from hub.settings import Settings
from hub.sharing.glass import read_at_command_line
from hub.trust.hub_key import make_hub_key
from hub.workbooks.opening import opened as open_file
from hub.workbooks.usecases import begin as begin_run
from tests.cast import AURORA, BEIFENG, CAST, CELLWERK, GUTACHTEN
from tests.conftest import Databases, settings_for, worked_on
from tests.hub.chain import Chain, car
from tests.hub.conftest import Members, World, enrol
from tests.hub.footprints.test_verified import revoke, verify
from tierlight_schemas.battery.model import BatteryModel

SECRETS = (
    *("Beifeng", "91BEIFENG", "Geheimwerk", "wang@beifeng.example", "Wang Wei"),
    *("verschlossen", "Meine_Faktoren", "SECRET-REASON", "BP-POWER", "BP-CASE", "900.50", "万kWh"),
)
"""What nothing of Beifeng's may be read by after it has left; its buyer's own texts aside."""
ACTIVITY = {
    Sheet.ENERGY: (
        "S1 2025-01 electricity . verschlossen . 12.50 万kWh . .",
        "S1 2025-01 electricity . verschlossen . 12.75 万kWh . SECRET-REASON",
        "S1 2025-01 electricity . verschlossen Geheimwerk 900.50 kWh estimate .",
    ),
    Sheet.PRODUCTION: ("S1 PACK-1 2025-01 4000 35.50 piece . .",),
    Sheet.INSTRUMENTS: (
        "S1 G certificate 2025 9 MWh 10 wind 0.0012 GEC SECRET-007 SECRET-015 2025 2026-02-03 . .",
        "S1 PPA direct-contract 2025 100 kWh . solar . . . . . . verschlossen .",
    ),
    Sheet.ALLOCATIONS: ("S1 electricity PACK-1 2025 machine-hours . 900.50 1200 .",),
    Sheet.SHARES: (f"S1 electricity 2025 {new_code()} 0.60 .",),
    Sheet.USES: (
        "S1 2025 electricity toll-work 700.50 kWh estimate verschlossen",
        "S1 2025-12 natural-gas stock-change -3 m3 . .",
    ),
}
"""By sheet, in the order in which they are recorded; a point is an empty cell."""


@dataclass
class Leaving:
    """The chain on a database of its own, whose sessions really commit."""

    chain: Chain
    settings: Settings
    database: Database
    pack: str
    """Digest of Beifeng's declaration."""
    statement: str
    """Digest of Aurora's statement, computed from it."""

    @property
    def world(self) -> World:
        return self.chain.world

    @property
    def session(self) -> Session:
        return self.chain.world.session


class Committing(World):
    """On a database of its own a session must not hold the lock that a request waits for."""

    def get(self, *args: Any, **options: Any) -> Response:
        self.session.commit()
        return super().get(*args, **options)

    def post(self, *args: Any, **options: Any) -> Response:
        self.session.commit()
        return super().post(*args, **options)

    def delete(self, *args: Any, **options: Any) -> Response:
        self.session.commit()
        return super().delete(*args, **options)


@dataclass(frozen=True)
class Furnished:
    """What the tests of a worker copy: one database, and the folder of the hub's key."""

    url: str
    folder: Path
    members: Members
    pack: str
    statement: str


@pytest.fixture(scope="session")
def furnished_hub(
    databases: Databases, template_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Furnished:
    url, folder = databases.copy(template_url), tmp_path_factory.mktemp("hub")
    make_hub_key(folder / "hub-key.pem")
    with opened(url, settings_in(folder, url)) as (client, session, database):
        members = {actor: enrol(session, actor) for actor in CAST}
        session.commit()
        chain = Chain(Committing(members, client, session))
        pack, statement = furnished(chain)
        session.commit()
        empty_journal(database.write)
    return Furnished(url, folder, members, pack, statement)


@pytest.fixture
def leaving(furnished_hub: Furnished, databases: Databases, tmp_path: Path) -> Iterator[Leaving]:
    source, url = furnished_hub, databases.copy(furnished_hub.url)
    folder = Path(shutil.copytree(source.folder, tmp_path / "hub"))
    settings = settings_in(folder, url)
    with opened(url, settings) as (client, session, database):
        chain = Chain(Committing(source.members, client, session))
        yield Leaving(chain, settings, database, source.pack, source.statement)


def settings_in(folder: Path, url: str) -> Settings:
    return settings_for(worked_on(url)).model_copy(
        update={"signing_key_file": folder / "hub-key.pem"}
    )


@contextmanager
def opened(url: str, settings: Settings) -> Iterator[tuple[TestClient, Session, Database]]:
    """A hub on a database; a session that really commits, and sees what the operator sees."""
    opened_database = open_database(worked_on(url))
    app, database = create_app(settings, opened_database), as_hub(opened_database)
    with (
        TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client,
        database.write() as session,
    ):
        yield client, session, database
    database.engine.dispose()


def furnished(chain: Chain) -> tuple[str, str]:
    """Beifeng has something in every table; Aurora's result rests on it. Digests of both."""
    car(chain)
    session, beifeng = chain.world.session, chain.id(BEIFENG)
    add_site(session, beifeng, "S1", "Geheimwerk 1", "CN", "CN-ZJ")
    wang = add_person(
        session, beifeng, "wang@beifeng.example", "Wang Wei", ["submitter"], "en", "a long sentence"
    )
    administered(chain, wang.id)
    recorded(chain)
    known = {"issuer": "https://login.beifeng.example", "subject": "wang@beifeng.example"}
    session.add(OidcLink(person_id=wang.id, **known, open_until=now(), linked_at=now()))
    machine = chain.world.members[BEIFENG].client_id
    jwk = json.dumps(BEIFENG.jwk)
    session.add(MachineKey(machine_id=machine, thumbprint=BEIFENG.kid, jwk=jwk, added_at=now()))
    session.commit()
    chain.tables(
        BEIFENG,
        factors="category unit value source year\nsteel-part kg 2.25 Meine_Faktoren 2025",
    )
    component = {"name": "verschlossen", "quantity": "1", "unit": "piece", "valueUsed": "20"}
    old = chain.compose(BEIFENG, "PACK-1", "910", [component], mass_kg="300")
    chain.world.post(
        BEIFENG, f"/v1/declarations/{old}/withdrawal", json={"reason": "SECRET-REASON"}
    )
    cells = {"mass_kg": "300", "stage:all": "900.50", "characterization": "AR5"}
    pack = chain.declare(BEIFENG, "PACK-1", "900.50", **cells)
    chain.grant(BEIFENG, GUTACHTEN)
    revoke(chain, verify(chain, BEIFENG, pack))
    verify(chain, BEIFENG, pack)
    ended = chain.grant(BEIFENG, AURORA, level=3, purpose="SECRET-REASON")
    chain.revoke(BEIFENG, ended)
    chain.grant(BEIFENG, AURORA, level=2, purpose="SECRET-REASON")
    chain.grant(CELLWERK, BEIFENG, level=1)
    cell = chain.declare(CELLWERK, "CELL-1", "7", mass_kg="5")
    assert chain.world.get(BEIFENG, f"/v1/declarations/{cell}").is_success
    chain.get(AURORA, "CAR-1")
    chain.get(BEIFENG, "PACK-1")
    made(chain, BEIFENG, "PACK-1")
    changes = [{"change": "value", "part": "BP-CASE", "value": "1", "unit": "kg"}]
    body = {"name": "verschlossen", "changes": changes}
    assert chain.world.post(BEIFENG, "/v1/scenarios", json=body).status_code == 201
    clerk = chain.world.members[BEIFENG].caller
    draft = begin(session, clerk, chain.part(BEIFENG, "PACK-1"))
    keep(session, clerk, draft.id, "electricity", "bill.pdf", b"%PDF-1.7 of Beifeng")
    entered_as_battery(chain)
    sent = open_file(b"number,period_start\nPACK-1,2024-01-01\n", "verschlossen.csv", "de")
    begin_run(session, clerk, sent, "de")
    chain.world.post(BEIFENG, "/v1/keys/challenges")
    requested(chain)
    return pack, made(chain, AURORA, "CAR-1")


def entered_as_battery(chain: Chain) -> None:
    """What Beifeng's parts are of a battery, and its master data, entered twice."""
    session, caller = chain.world.session, chain.world.members[BEIFENG].caller
    classes = io.BytesIO(b"part,component\nBP-CELL,cell\n")
    import_classes(session, caller.company_id, classes)
    site = site_coded(session, caller.company_id, "S1")
    for model in ("verschlossen", "verschlossen 2"):
        entered = BatteryModel(model=model)
        record_model(session, caller, chain.part(BEIFENG, "PACK-1"), site.id, entered)
    session.add(
        BatteryDeclaration(
            company_id=caller.company_id,
            part_id=chain.part(BEIFENG, "PACK-1"),
            site_id=site.id,
            ruleset="annex-ii/2023",
            format="art7",
            audience="public",
            inputs_digest="a" * 64,
            file_digest="b" * 64,
            per_kwh="0.07",
            recorded_at=now(),
            recorded_by=caller.actor,
        )
    )


def requested(chain: Chain) -> None:
    """What Beifeng was asked, by Aurora, and what it asked Cellwerk for the sake of that."""
    world, due = chain.world, (now().date() + timedelta(40)).isoformat()
    named = {"reference": "R-1", "title": "Aurora's own words", "purpose": "its vehicles"}
    asked = {"lines": [{"part": "AM-PACK"}], "anyway": True, "due": due}
    sent = world.post(AURORA, "/v1/requests", json=named | asked).json()
    path = f"/v1/requests/{sent['lines'][0]['request']}"
    assert world.post(BEIFENG, f"{path}/start", json={}).is_success
    assert world.post(BEIFENG, f"{path}/part", json={"part": chain.part(BEIFENG, "PACK-1")})
    secret = dict.fromkeys(("reference", "title", "purpose"), "SECRET-REASON")
    handed_on = world.post(BEIFENG, f"{path}/upstream", json=secret | {"due": due, "level": 2})
    assert handed_on.json()["counts"]["sent"] == 1, handed_on.text


def administered(chain: Chain, person_id: str) -> None:
    """An admin's changes, who was invited and written to, and a look of the operator's."""
    session, member = chain.world.session, chain.world.members[BEIFENG]
    record(
        session, member.caller, "person-added", f"person:{person_id}", frozenset([Role.SUBMITTER])
    )
    read_at_command_line(session, member.company_id, "SECRET-REASON", None, "hub rollup")
    confirm_by_registry(
        session,
        member.company_id,
        BEIFENG.identifier,
        source="Geheimwerk",
        checked_on=now().date(),
        by="operator",
    )
    invite_company(
        session,
        member.caller,
        name="Geheimwerk",
        email="new@supplier.example",
        language="zh-CN",
        country="CN",
    )
    post(
        session,
        to="wang@beifeng.example",
        language="zh-CN",
        template="test",
        params={},
        company_id=member.company_id,
    )
    waited_in_vain(chain)
    decided(chain)
    session.commit()


def waited_in_vain(chain: Chain) -> None:
    """What nobody signed, and what a second person rejected."""
    session, member = chain.world.session, chain.world.members[BEIFENG]
    session.add(
        PreparedDeclaration(
            company_id=member.company_id,
            part_id=chain.part(BEIFENG, "PACK-1"),
            actor=member.caller.actor,
            cells='{"comment": "SECRET-REASON"}',
            payload=b"{}",
            digest="1" * 64,
            created_at=now(),
            expires_at=now(),
        )
    )
    session.add(
        HeldSubmission(
            company_id=member.company_id,
            kind="declaration",
            declaration="0" * 64,
            submission=BEIFENG.submission("BP-HELD"),
            submitted_by=member.caller.actor,
            submitted_at=now(),
            expires_at=now(),
            state="rejected",
            rejection="SECRET-REASON",
        )
    )


def decided(chain: Chain) -> None:
    """A finding that was acknowledged."""
    session, member = chain.world.session, chain.world.members[BEIFENG]
    said = {"company_id": member.company_id, "author_id": member.company_id, "at": now()}
    about = {"code": "tier/missing", "severity": "warning", "subject": '{"part": "BP-POWER"}'}
    session.add(
        FindingDecision(
            **said,
            **about,
            key="0" * 64,
            evidence="{}",
            evidence_digest="1" * 64,
            unit_digest="1" * 64,
            kind="acknowledge",
            words="SECRET-REASON",
            actor=member.caller.actor,
        )
    )


def recorded(chain: Chain) -> None:
    """What a site used and made, with a correction, a certificate and a shared meter."""
    session, member = chain.world.session, chain.world.members[BEIFENG]
    for sheet, rows in ACTIVITY.items():
        names = [column.name for column in FORMS[sheet].columns]
        for row in rows:
            cells = ["" if cell == "." else cell for cell in row.split()]
            told = dict(zip(names, cells, strict=True))
            record_rows(session, member.company_id, sheet, [told], member.caller.actor)
    session.commit()


def made(chain: Chain, actor: Any, number: str) -> str:
    """A statement of the actor's; its digest."""
    answer = chain.world.post(actor, f"/v1/parts/{chain.part(actor, number)}/statements", json={})
    assert answer.status_code == 201, answer.text
    return str(answer.headers["location"].rpartition("/")[2])


def archive_of(leaving: Leaving, actor: Any) -> bytes:
    """The actor's export, over HTTP."""
    answer = leaving.world.get(actor, "/v1/company/export")
    assert answer.status_code == 200, answer.text
    return bytes(answer.content)
