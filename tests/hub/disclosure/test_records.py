"""A long answer holds nobody up, and what it read of others is on record before it is told."""

from typing import Any, cast

import pytest
from fastapi.testclient import TestClient

from hub.disclosure import portfolio
from hub.kit.database import Database, transaction
from hub.main import create_app
from hub.parties.usecases import add_site
from tests.cast import AURORA, BEIFENG
from tests.conftest import settings_for
from tests.hub.conftest import enrol


@pytest.fixture
def enrolled(own_database):
    with transaction(own_database.write) as session:
        return {actor: enrol(session, actor) for actor in (AURORA, BEIFENG)}


def client_of(url, database):
    app = create_app(settings_for(url), database)
    return TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)


def test_others_write_while_an_answer_is_computed(enrolled, own_url, own_database, monkeypatch):
    """On SQLite one transaction writes at a time: a roll-up must not be that one."""
    compute, written = portfolio.vehicles, []

    def slow(session, caller, *asked):
        answer = compute(session, caller, *asked)
        with transaction(own_database.write) as other:
            written.append(add_site(other, enrolled[BEIFENG].company_id, "NB1", "Ningbo", "CN"))
        return answer

    monkeypatch.setattr(portfolio, "vehicles", slow)
    with client_of(own_url, own_database) as client:
        answer = client.get("/v1/vehicles", headers=enrolled[AURORA].headers)
    assert (answer.status_code, answer.json(), len(written)) == (200, [], 1)


@pytest.mark.parametrize("path", ["", "/jws", "/receipt"])
def test_nothing_is_told_that_could_not_be_recorded(chain, app, database, path):
    digest = chain.declared(BEIFENG, "PACK-1")
    chain.grants(BEIFENG, AURORA)

    def refuse():
        raise RuntimeError("the disk is full")

    app.state.database = Database(database.engine, cast(Any, refuse), database.read)
    refused = chain.get(AURORA, f"/v1/declarations/{digest}{path}")
    assert (refused.status_code, refused.json()["code"]) == (500, "hub/defect")
    assert digest.encode() not in refused.content
    app.state.database = database
    assert chain.get(AURORA, f"/v1/declarations/{digest}{path}").status_code == 200
    assert len(chain.get(BEIFENG, "/v1/access-log").json()["items"]) == 1
