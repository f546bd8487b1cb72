"""Strangers, outsiders and insiders send what they like to every path of the API.

Whatever they send, the answer is one that openapi.json names, a refusal has the form of a problem,
nothing breaks, and no word or number of another company stands in it. The hostile inputs are those
of `hostile_inputs`; a new route is tried as soon as it is in the OpenAPI document.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from hub.access.usecases import add_person
from hub.kit.clock import now
from hub.kit.database import as_hub, open_database
from hub.kit.workbook import XLSX
from hub.main import create_app
from hub.parties.usecases import add_site
from tests.cast import AURORA, BEIFENG, CAST, CELLWERK, FOXGLOVE, Actor
from tests.conftest import Databases, settings_for, worked_on
from tests.hub import hostile_inputs as hostile
from tests.hub.chain import Chain, car
from tests.hub.conftest import World, enrol
from tests.hub.test_openapi import BODIES, ROUTES, Route

SECRETS = ("SECRET-", "Geheimteil", "417.31337", "Verschwiegen", "secret purpose")
"""Stand in numbers, names, values, places and purposes of Beifeng's and Cellwerk's."""
NAMES = ("Aurora Motors", "Beifeng Pack", "Cellwerk", "AURORA0000", "91BEIFENG", "CELLWERK0000")
OUTSIDER = FOXGLOVE


@dataclass
class Stage:
    """A hub full of secrets, and what names them."""

    world: World
    foreign: dict[str, list[str]]
    """By the name of a path's parameter: ids of others' objects."""
    own_part: str
    """A part of Aurora's."""

    def ask(self, actor: Actor | None, method: str, url: str, **sent: Any) -> Response:
        headers = dict(self.world.members[actor].headers) if actor else {}
        headers |= sent.pop("headers", {})
        return self.world.client.request(
            method, url, headers=headers, follow_redirects=False, **sent
        )


@pytest.fixture(scope="module")
def stage(databases: Databases, template_url: str) -> Iterator[Stage]:
    url = worked_on(databases.copy(template_url))
    database = as_hub(open_database(url))
    app = create_app(settings_for(url), database)
    with (
        TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client,
        database.write() as session,
    ):
        members = {actor: enrol(session, actor) for actor in CAST}
        session.commit()
        yield planted(Chain(World(members, client, session)))
    database.engine.dispose()


def planted(chain: Chain) -> Stage:
    """Aurora, Beifeng and Cellwerk do business; each has something to hide from Foxglove."""
    car(chain)
    chain.tables(
        BEIFENG,
        parts="""
            number name kind net_mass_kg category
            SECRET-PACK Geheimteil assembly 31 Verschwiegen
            SECRET-CELL Geheimteil assembly 3 Verschwiegen""",
        bom="""
            parent child quantity
            SECRET-PACK SECRET-CELL 417.31337""",
        factors="""
            category unit value source year
            Verschwiegen piece 417.31337 Geheimteil 2024""",
    )
    declared = [
        chain.declare(BEIFENG, "PACK-1", "417.31337", name="Geheimteil", mass_kg="300"),
        chain.process(BEIFENG, "SECRET-PACK", "417.31337"),
        chain.declare(CELLWERK, "CELL-1", "417.31337", site="Verschwiegen", mass_kg="5"),
    ]
    grants = [
        chain.grant(BEIFENG, AURORA, purpose="secret purpose"),
        chain.grant(CELLWERK, BEIFENG),
    ]
    world = chain.world
    employed(chain)
    parts = [chain.part(BEIFENG, number) for number in ("PACK-1", "SECRET-PACK")]
    own_part = chain.part(AURORA, "CAR-1")
    world.session.close()
    links = world.get(BEIFENG, "/v1/sourcing", params={"role": "supplier"}).json()["items"]
    sites = world.get(BEIFENG, "/v1/sites").json()["items"]
    foreign = {
        "company_id": [chain.id(BEIFENG), chain.id(CELLWERK), BEIFENG.name],
        "part_id": [*parts, "SECRET-PACK"],
        "digest": declared,
        "grant_id": grants,
        "link_id": [link["id"] for link in links],
        "scenario_id": [considered(world)],
        "request_id": [asked(world)],
        "run_id": [filled_in(world)],
        "invitation_id": [invited(world)],
        "key": disputed(world),
        "thumbprint": [BEIFENG.kid, CELLWERK.kid],
        "name": ["split"],
        "site_id": [site["id"] for site in sites],
        **administered(world),
    }
    return Stage(world, foreign, own_part)


def employed(chain: Chain) -> None:
    """A site and a person of Beifeng and of Cellwerk."""
    session = chain.world.session
    for actor in (BEIFENG, CELLWERK):
        add_site(session, chain.id(actor), "SECRET-1", "Geheimteil", actor.country)
        address = f"secret-{actor.seed}@pack.example"
        roles = ["lca-officer"]
        add_person(session, chain.id(actor), address, "Geheimteil", roles, "en", "Verschwiegen")


def considered(world: World) -> str:
    """The id of a scenario of Beifeng's."""
    cell = {"change": "value", "part": "SECRET-CELL", "value": "417.31337", "unit": "piece"}
    wanted = {"name": "Geheimteil", "description": "Verschwiegen", "changes": [cell]}
    found: str = world.post(BEIFENG, "/v1/scenarios", json=wanted).json()["id"]
    return found


def invited(world: World) -> str:
    """Aurora has invited a company."""
    body = {"name": "Geheimteil", "email": "li@b.example", "language": "en", "country": "CN"}
    made = world.post(AURORA, "/v1/invitations/companies", json=body)
    return str(made.json()["id"])


def asked(world: World) -> str:
    """The id of what Aurora has asked Beifeng, and Beifeng asked back, in words for the two."""
    due = (now().date() + timedelta(40)).isoformat()
    said = {"purpose": "secret purpose", "legal_basis": "Geheimteil", "due": due}
    names = {"reference": "Geheimteil-1", "title": "Geheimteil", "anyway": True}
    body = {**names, **said, "lines": [{"part": "AM-PACK"}]}
    sent = world.post(AURORA, "/v1/requests", json=body).json()
    request_id: str = sent["lines"][0]["request"]
    path = f"/v1/requests/{request_id}"
    assert world.post(BEIFENG, f"{path}/ask", json={"words": "Geheimteil?"}).is_success
    assert world.post(BEIFENG, f"{path}/assign", json={"person": ""}).is_success
    return request_id


def filled_in(world: World) -> str:
    """The id of a workbook of Beifeng's that waits for a word on its good row."""
    table = "number,period_start,period_last,declared_unit,net_mass,net_mass_unit,kgco2e\n"
    table += "PACK-1,2024-01-01,2024-12-31,piece,300,kg,900\nVerschwiegen,x,,,,,1\n"
    sent = {"content": table.encode(), "headers": {"Content-Type": "text/csv"}}
    run = world.post(BEIFENG, "/v1/workbooks", **sent).json()["id"]
    worked = world.post(BEIFENG, f"/v1/workbooks/{run}/work").json()
    assert (worked["state"], worked["counts"]) == ("judged", {"ready": 1, "wrong": 1})
    return str(run)


def disputed(world: World) -> list[str]:
    """Keys of Beifeng's findings; one is disputed in words of its own."""
    keys = [item["key"] for item in world.get(BEIFENG, "/v1/findings").json()["items"]]
    body = {"reason": "Verschwiegen"}
    answer = world.post(BEIFENG, f"/v1/findings/{keys[0]}/dispute", json=body)
    assert answer.status_code == 200, answer.text
    return keys


def administered(world: World) -> dict[str, list[str]]:
    """Beifeng's people and machines, and what waits there for a second person."""
    people, machines = (world.get(BEIFENG, f"/v1/{what}").json() for what in ("people", "machines"))
    assert world.put(BEIFENG, "/v1/four-eyes", json={"on": True}).status_code == 200
    held = world.submit(BEIFENG, BEIFENG.submission("SECRET-PACK", kgco2e="417.31337")).json()
    waiting = world.get(BEIFENG, "/v1/held").json()["items"]
    return {
        "person_id": [person["id"] for person in people],
        "machine_id": [machine["id"] for machine in machines],
        "named": [held["digest"], waiting[0]["id"]],
    }


def check(route: Route, answer: Response, sent: str = "") -> None:
    """What holds for every answer."""
    assert answer.status_code < 500, answer.text
    assert str(answer.status_code) in route.said["responses"], answer.text[:300]
    if answer.status_code >= 400:
        problem = answer.json()
        assert "error" in problem or set(problem) == {"code", "message", "remedy", "details"}
        assert all(problem.get(name) for name in ("code", "message", "remedy") if name in problem)
    told = unpacked(answer.content) + str(answer.headers)
    for secret in (*SECRETS, *NAMES):
        assert secret not in told or secret in sent, f"{secret} in {told[:600]}"


def unpacked(content: bytes) -> str:
    """What an answer says; of an archive, what its files are called and say."""
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with ZipFile(BytesIO(content)) as archive:
        said = [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
        return "\n".join((*archive.namelist(), *said))


def filled(path: str, value: str = "unknown") -> str:
    return re.sub(r"\{\w+\}", value, path)


def usual(route: Route) -> dict[str, Any]:
    """A body that passes the form, where the route takes one."""
    if route.media is None:
        return {}
    content = BODIES.get(str(route), b"x")
    return {"headers": {"Content-Type": route.media}, "content": content}


def queries(route: Route) -> list[str]:
    """Every hostile value for every query parameter, and each parameter twice."""
    names = [p["name"] for p in route.said.get("parameters", ()) if p["in"] == "query"]
    each = [f"?{name}={value}" for name in names for value in hostile.QUERIES]
    return [*each, *(f"?{name}=1&{name}=2" for name in names)]


def bodies(route: Route) -> Iterator[tuple[str, bytes]]:
    """Every hostile body under its media type, and under others."""
    if route.media is None:
        return
    for media in route.said["requestBody"]["content"]:
        yield from ((media, content) for content in hostile.BYTES)
        yield from ((media, content) for content in hostile.JSON_BODIES.get(route.path, ()))
        if media == "text/csv":
            yield from ((media, content) for content in hostile.TABLES)
        if media == XLSX:
            yield from ((media, make()) for make in hostile.WORKBOOKS)
    for media in hostile.MEDIA:
        yield from ((media, content) for content in hostile.BYTES[:3])


NAMING = [route for route in ROUTES if "{" in route.path]
ASKING = [route for route in ROUTES if queries(route)]
TAKING = [route for route in ROUTES if route.media]
# Nobody here is the hub's operator: they get no further than to their role.
OPERATED = [route for route in NAMING if route.said.get("x-action") == "operate"]
SECURED = [route for route in NAMING if "security" in route.said and route not in OPERATED]


class TestAnOutsider:
    @pytest.mark.parametrize("route", NAMING, ids=str)
    def test_in_the_path(self, stage, route):
        for value in hostile.PATHS:
            url = filled(route.path, value)
            check(route, stage.ask(OUTSIDER, route.method, url, **usual(route)), url)

    @pytest.mark.parametrize("route", ASKING, ids=str)
    def test_in_the_query(self, stage, route):
        for query in queries(route):
            url = filled(route.path) + query
            check(route, stage.ask(OUTSIDER, route.method, url, **usual(route)), url)

    @pytest.mark.parametrize("route", TAKING, ids=str)
    def test_in_the_body(self, stage, route):
        for media, content in bodies(route):
            answer = stage.ask(
                OUTSIDER,
                route.method,
                filled(route.path),
                headers={"Content-Type": media},
                content=content,
            )
            # What is packed in a workbook may be told to who sent it, as what stands in a text.
            packed = "SECRET-" if media == XLSX else ""
            check(route, answer, content.decode("utf-8", "replace") + packed)

    @pytest.mark.parametrize("route", ROUTES, ids=str)
    def test_in_the_headers(self, stage, route):
        for headers in hostile.HEADERS:
            sent = usual(route)
            sent["headers"] = sent.get("headers", {}) | headers
            check(route, stage.ask(OUTSIDER, route.method, filled(route.path), **sent))

    @pytest.mark.parametrize("route", SECURED, ids=str)
    def test_finds_what_is_anothers_no_more_than_what_is_not_there(self, stage, route):
        """The same bytes and headers, for every object of others that the path can name."""
        name = re.findall(r"\{(\w+)\}", route.path)[0]
        absent_url = filled(route.path) + route.query
        absent = stage.ask(OUTSIDER, route.method, absent_url, **usual(route))
        for value in stage.foreign[name]:
            url = filled(route.path.replace("{name}", "split"), value) + route.query
            hidden = stage.ask(OUTSIDER, route.method, url, **usual(route))
            assert hidden.status_code == absent.status_code == 404
            assert (hidden.content, hidden.headers) == (absent.content, absent.headers)


def test_the_secrets_are_there_for_their_owner(stage):
    """Otherwise nothing above would have been found."""
    paths = ["/v1/parts", "/v1/factors", "/v1/sites", "/v1/grants", "/v1/declarations"]
    paths += ["/v1/scenarios"]
    told = "".join(stage.ask(BEIFENG, "GET", path).text for path in paths)
    assert [secret for secret in SECRETS if secret not in told] == []


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_a_stranger_without_a_token_learns_nothing(stage, route):
    for values in stage.foreign.values():
        for value in values:
            answer = stage.ask(None, route.method, filled(route.path, value), **usual(route))
            check(route, answer, value)
            assert answer.status_code == 401 or "security" not in route.said


OWN = [route for route in ROUTES if "{part_id}" in route.path or "{" not in route.path]


@pytest.mark.parametrize("route", [route for route in OWN if route.method == "GET"], ids=str)
def test_an_insider_asks_hostile_questions_about_its_own_parts(stage, route):
    url = filled(route.path, stage.own_part)
    for query in queries(route):
        answer = stage.ask(AURORA, route.method, url + query)
        assert answer.status_code < 500, (query, answer.text)
        assert str(answer.status_code) in route.said["responses"], (query, answer.text)
        assert "SECRET-" not in answer.text


UNUSED = [
    (method, path)
    for path in sorted({route.path for route in ROUTES})
    for method in ("PUT", "PATCH", "DELETE", "TRACE", "OPTIONS")
    if (method, path) not in {(route.method, route.path) for route in ROUTES}
]


@pytest.mark.parametrize(("method", "path"), UNUSED)
def test_other_methods_are_refused_in_the_same_form(stage, path, method):
    answer = stage.ask(OUTSIDER, method, filled(path))
    assert (answer.status_code, answer.json()["code"]) == (405, "hub/method-not-allowed")
