"""Aurora's car at a hub that signs, with everything that a supplier leaves behind."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy.orm import Session

from hub.access.usecases import add_person
from hub.kit.database import Database, open_database
from hub.main import create_app
from hub.parties.usecases import add_site
from hub.settings import Settings
from tests.cast import AURORA, BEIFENG, CAST, CELLWERK
from tests.hub.chain import Chain, car
from tests.hub.conftest import World, enrol
from tests.hub.trust.conftest import key_file, own_settings, witness_file

__all__ = ["key_file", "own_settings", "witness_file"]

SECRETS = (
    *("Beifeng", "91BEIFENG", "Geheimwerk", "wang@beifeng.example", "Wang Wei"),
    *("verschlossen", "Meine_Faktoren", "SECRET-REASON", "BP-POWER", "BP-CASE", "900.50"),
)
"""What nothing of Beifeng's may be read by after it has left; its buyer's own texts aside."""


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


@pytest.fixture
def leaving(own_url: str, own_settings: Settings) -> Iterator[Leaving]:
    database = open_database(own_url)
    app = create_app(own_settings, database)
    with (
        TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client,
        database.write() as session,
    ):
        members = {actor: enrol(session, actor) for actor in CAST}
        session.commit()
        yield furnished(Chain(Committing(members, client, session)), own_settings, database)
    database.engine.dispose()


def furnished(chain: Chain, settings: Settings, database: Database) -> Leaving:
    """Beifeng has something in every table; Aurora's result rests on it."""
    car(chain)
    session, beifeng = chain.world.session, chain.id(BEIFENG)
    add_site(session, beifeng, "S1", "Geheimwerk 1", "CN", "CN-ZJ")
    add_person(
        session, beifeng, "wang@beifeng.example", "Wang Wei", "clerk", "en", "a long sentence"
    )
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
    pack = chain.declare(BEIFENG, "PACK-1", "900.50", mass_kg="300", **{"stage:all": "900.50"})
    ended = chain.grant(BEIFENG, AURORA, level=3, purpose="SECRET-REASON")
    chain.revoke(BEIFENG, ended)
    chain.grant(BEIFENG, AURORA, level=2, purpose="SECRET-REASON")
    chain.grant(CELLWERK, BEIFENG, level=1)
    chain.get(AURORA, "CAR-1")
    chain.get(BEIFENG, "PACK-1")
    made(chain, BEIFENG, "PACK-1")
    changes = [{"change": "value", "part": "BP-CASE", "value": "1", "unit": "kg"}]
    body = {"name": "verschlossen", "changes": changes}
    assert chain.world.post(BEIFENG, "/v1/scenarios", json=body).status_code == 201
    chain.world.post(BEIFENG, "/v1/keys/challenges")
    statement = made(chain, AURORA, "CAR-1")
    return Leaving(chain, settings, database, pack, statement)


def made(chain: Chain, actor: Any, number: str) -> str:
    """A statement of the actor's; its digest."""
    answer = chain.world.post(actor, f"/v1/parts/{chain.part(actor, number)}/statements", json={})
    assert answer.status_code == 201, answer.text
    return str(answer.headers["location"].rpartition("/")[2])
