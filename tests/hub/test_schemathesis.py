"""schemathesis against a running hub with companies that do business and keep secrets.

For each operation of openapi.json, data that fits its schema and data that does not, asked by a
company that belongs to nothing and by one that does business, naming others' objects half of the
time. The answer must be one that the document names, of its schema and media type, and hold nothing
of another company's. HUB_TEST_EXAMPLES sets how many cases an operation gets.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from hub.kit.database import as_hub, open_database
from hub.main import create_app
from tests.cast import AURORA, CAST, FOXGLOVE, Actor
from tests.conftest import Databases, listening, settings_for, worked_on
from tests.hub.chain import Chain
from tests.hub.conftest import World, enrol
from tests.hub.test_hostile import NAMES, SECRETS, Stage, planted, unpacked
from tests.hub.test_openapi import DOCUMENT, ROUTES

EXAMPLES = int(os.environ.get("HUB_TEST_EXAMPLES", "10"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
HIDDEN = {
    FOXGLOVE: (*SECRETS, *NAMES),
    # What Beifeng keeps to itself, and whom it buys from: Aurora sees the pack it was granted.
    AURORA: ("SECRET-", "Verschwiegen", "Cellwerk", "CELLWERK0000"),
}
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)


@dataclass(frozen=True)
class Running:
    """A hub that listens, and the stage that is set in it."""

    url: str
    stage: Stage


@pytest.fixture(scope="module")
def running(databases: Databases, template_url: str) -> Iterator[Running]:
    url = worked_on(databases.copy(template_url))
    database = as_hub(open_database(url))
    app = create_app(settings_for(url), database)
    with TestClient(app, base_url="http://127.0.0.1") as client, database.write() as session:
        members = {actor: enrol(session, actor) for actor in CAST}
        session.commit()
        stage = planted(Chain(World(members, client, session)))
        with listening(url, database) as hub:
            yield Running(hub.url, stage)
    database.engine.dispose()


@pytest.mark.parametrize("actor", HIDDEN, ids=lambda actor: actor.name)
@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_every_answer_is_one_that_is_described_and_nobody_s_secret(running, route, actor):
    operation = SCHEMA[route.path][route.method]
    modes = st.sampled_from(list(GenerationMode))

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(modes.flatmap(operation.as_strategy), st.data())
    def judge(case: schemathesis.Case, data: st.DataObject) -> None:
        name_others(case, running.stage, data)
        headers = running.stage.world.members[actor].headers
        response = case.call(base_url=running.url, headers=headers, allow_redirects=False)
        case.validate_response(response, checks=CHECKS)
        hold_back(actor, response, case)

    judge()


def name_others(case: schemathesis.Case, stage: Stage, data: st.DataObject) -> None:
    """Half of the time the path names an object that is somebody else's, or Aurora's own part."""
    for name in case.path_parameters or {}:
        known = [*stage.foreign.get(name, []), *([stage.own_part] if name == "part_id" else [])]
        drawn = data.draw(st.none() | st.sampled_from(known)) if known else None
        if drawn is not None:
            case.path_parameters[name] = drawn


def hold_back(actor: Actor, response: Any, case: schemathesis.Case) -> None:
    """Nothing of others stands in an answer, but what was asked with."""
    told = unpacked(response.content) + str(response.headers)
    sent = response.request.body or b""
    body = sent.decode("utf-8", "replace") if isinstance(sent, bytes) else str(sent)
    asked = f"{response.request.url} {body} {case.path_parameters}"
    for word in HIDDEN[actor]:
        assert word not in told or word in asked, f"{word} in {told[:600]}"


def test_all_operations_are_asked():
    found = {
        (operation.ok().method.upper(), operation.ok().path)
        for operation in SCHEMA.get_all_operations()
        if isinstance(operation, Ok)
    }
    assert found == {(route.method, route.path) for route in ROUTES}
