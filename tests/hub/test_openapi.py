"""What the OpenAPI document says of each route is so: every refusal in it is met here."""

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import select

from hub.access.administration import enrol_person
from hub.access.tables import Machine
from hub.access.usecases import add_machine, issue_token
from hub.activity.sheets import Sheet
from hub.bom.tables import SourcingLink
from hub.footprints.tables import StatementRow
from hub.kit import workbook
from hub.kit.clock import now
from hub.kit.rates import Rates
from hub.main import create_app
from hub.parties.usecases import add_company
from hub.settings import Settings
from hub.trust.tables import HubKey
from hub.workbooks.tables import ImportRun
from hub.workbooks.usecases import MOST_OPEN
from tests.cast import AURORA, BEIFENG, CELLWERK, Actor
from tests.hub.conftest import World, operator_headers

LIMIT = 3000
DOCUMENT: dict[str, Any] = create_app(Settings(database_url="sqlite://")).openapi()


@dataclass(frozen=True)
class Route:
    """One operation of the document."""

    method: str
    path: str
    said: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def media(self) -> str | None:
        """What its body is, if it has one."""
        body = self.said.get("requestBody")
        return next(iter(body["content"])) if body else None

    @property
    def query(self) -> str:
        """The parameters that have to be there, naming nothing that exists."""
        parameters = self.said.get("parameters", ())
        needed = [p["name"] for p in parameters if p["in"] == "query" and p["required"]]
        return "?" + "&".join(f"{name}=unknown" for name in needed) if needed else ""

    @property
    def refusals(self) -> list[int]:
        """The statuses of 400 and above that it is said to answer with."""
        return [int(status) for status in self.said["responses"] if int(status) >= 400]


ROUTES = [
    Route(method.upper(), path, said)
    for path, operations in DOCUMENT["paths"].items()
    for method, said in operations.items()
]
SIGNED = BEIFENG.sign(BEIFENG.built("PACK-1").payload)
# A body that passes the form, so that what the path names is looked for.
BODIES = {
    "POST /v1/keys": b'{"jwk":{},"proof":"x"}',
    "POST /v1/sites": b'{"code":"A","name":"A","country":"DE"}',
    "POST /v1/grants": b'{"reader":"nobody","level":1}',
    "POST /v1/grants/{grant_id}/revocation": b"",
    "POST /v1/keys/{thumbprint}/revocation": b"{}",
    "POST /v1/parts/{part_id}/statements": b"{}",
    "POST /v1/declarations/{digest}/withdrawal": b'{"reason":"wrong"}',
    "POST /v1/verifications": b'{"verification":"%s"}' % BEIFENG.verification(SIGNED).encode(),
    "POST /v1/verifications/{digest}/revocation": (
        b'{"revocation":"%s"}' % BEIFENG.revocation("0" * 64).encode()
    ),
    "POST /v1/scenarios": b'{"name":"A","changes":[]}',
    "PUT /v1/scenarios/{scenario_id}": b'{"name":"A","changes":[]}',
    "PUT /v1/batteries/{part_id}/plants/{site_id}/model": b"{}",
    "POST /v1/sites/{site_id}/cbam-communication": b"{}",
    "POST /v1/sites/{site_id}/cbam-communication/file": b"{}",
    **{
        f"POST /v1/findings/{{key}}/{act}": b'{"reason":"known"}'
        for act in ("acknowledge", "dispute", "reopen")
    },
    "POST /v1/findings/{key}/assign": b'{"person":""}',
    "POST /v1/links/{link_id}/confirmation": b"{}",
    "POST /v1/links/{link_id}/dispute": b'{"reason":"wrong-share"}',
    "POST /v1/links/{link_id}/correction": b'{"supplier_part":"A","share":"1"}',
    "POST /v1/findings/{key}/answer": b'{"verdict":"upheld","reason":"known"}',
    "POST /v1/requests": (
        b'{"reference":"A","title":"A","purpose":"A","due":"2099-01-01","lines":[{"part":"A"}]}'
    ),
    "POST /v1/requests/{request_id}/upstream": (
        b'{"reference":"A","title":"A","purpose":"A","due":"2099-01-01"}'
    ),
    **{f"POST /v1/requests/{{request_id}}/{act}": b"{}" for act in ("start", "accept", "cancel")},
    **{
        f"POST /v1/requests/{{request_id}}/{act}": b'{"words":"why?"}'
        for act in ("ask", "reply", "return")
    },
    **{
        f"POST /v1/requests/{{request_id}}/{act}": b'{"due":"2099-01-01"}'
        for act in ("ask-extension", "extend")
    },
    "POST /v1/requests/{request_id}/answer": b'{"declaration":"unknown"}',
    "POST /v1/requests/{request_id}/decline": b'{"reason":"capacity"}',
    "POST /v1/requests/{request_id}/assign": b'{"person":""}',
    "POST /v1/requests/{request_id}/part": b'{"part":"unknown"}',
    "POST /v1/company/erasure": b'{"company":"unknown","reason":"exit"}',
    "POST /v1/declarations/{digest}/erasure": b'{"reason":"exit"}',
    "POST /v1/log/verification": b'{"text":"unknown"}',
    "POST /v1/company/credentials": b'{"credential":"a.b.c"}',
    "POST /v1/invitations/companies": (
        b'{"name":"A","email":"a@b.example","language":"en","country":"DE"}'
    ),
    "POST /v1/invitations/colleagues": (
        b'{"name":"A","email":"a@b.example","language":"en","roles":["buyer"]}'
    ),
    "POST /v1/people": b'{"email":"a@b.example","name":"A","roles":["buyer"],"password":"x"}',
    "PUT /v1/people/{person_id}/roles": b'{"roles":["buyer"]}',
    "POST /v1/machines": b'{"name":"A"}',
    "PUT /v1/machines/{machine_id}/roles": b'{"roles":["buyer"]}',
    "PUT /v1/four-eyes": b'{"on":false}',
    "POST /v1/workbooks/{run_id}/decision": b'{"take_valid":true}',
    "POST /v1/held/{named}/rejection": b'{"reason":"wrong"}',
    "POST /v1/break-glass": b'{"company":"nobody","reason":"a ticket"}',
    **{f"POST /v1/activity/{sheet}": b'{"rows":[{"site":"A"}]}' for sheet in Sheet},
    "POST /auth/token": b"grant_type=client_credentials",
}


@pytest.fixture
def narrow(world: World, settings: Settings, database) -> Iterator[World]:
    """The cast on a hub that takes short bodies only."""
    app = create_app(settings.model_copy(update={"max_body_bytes": LIMIT}), database)
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield World(world.members, client, world.session)


def caller_of(world: World, route: Route) -> dict[str, str]:
    """Of somebody who may do what the route does."""
    if route.said.get("x-action") == "operate":
        return operator_headers(world.session)
    return world.members[BEIFENG].headers


def without_a_role(world: World, route: Route) -> Response:
    """By a machine that has been given nothing to do."""
    machine_id, _ = add_machine(world.session, world.members[BEIFENG].company_id, "none")
    world.session.get_one(Machine, machine_id).roles = frozenset()
    token = issue_token(world.session, machine_id, 60)
    world.session.commit()
    return ask(world, route, headers={"Authorization": f"Bearer {token}"})


def ask(world: World, route: Route, **change: Any) -> Response:
    """A request in Beifeng's name, or the operator's, whose path names nothing that exists."""
    path = re.sub(r"\{\w+\}", "unknown", route.path) + change.get("query", route.query)
    headers = dict(caller_of(world, route)) if change.get("token", True) else {}
    headers |= change.get("headers", {})
    if route.media:
        headers["Content-Type"] = change.get("media", route.media)
    content = change.get("content", BODIES.get(str(route), b"x"))
    return world.client.request(
        route.method, path, headers=headers, content=content if route.media else None
    )


def ask_too_often(world: World, route: Route) -> Response:
    """Of a hub that allows one request a minute to everybody."""
    state = world.client.app.state  # type: ignore[attr-defined]
    once = {name: 1 for name in Settings.model_fields if name.startswith("rate_")}
    state.rates = Rates(state.settings.model_copy(update=once))
    assert ask(world, route).status_code != 429
    answer = ask(world, route)
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    return answer


PROVOKED: dict[int, Callable[[World, Route], Response]] = {
    400: lambda world, route: ask(world, route, query="?q=%00"),
    401: lambda world, route: ask(world, route, token=False),
    403: without_a_role,
    404: ask,
    413: lambda world, route: ask(world, route, content=b"x" * (LIMIT + 1)),
    415: lambda world, route: ask(world, route, media="image/png"),
    429: ask_too_often,
}
FORMS = [(r, status) for r in ROUTES for status in r.refusals if status in PROVOKED]


@pytest.mark.parametrize(("route", "status"), FORMS, ids=str)
def test_a_documented_refusal_is_met(narrow, route, status):
    assert PROVOKED[status](narrow, route).status_code == status


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_a_token_is_asked_for_exactly_where_it_is_said(narrow, route):
    needs = "security" in route.said
    assert (ask(narrow, route, token=False).status_code == 401) is needs or route.path == (
        "/auth/token"  # asks for a client's secret instead
    )


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_every_route_and_parameter_is_described(route):
    assert route.said["summary"]
    assert route.said["description"]
    for parameter in route.said.get("parameters", ()):
        assert parameter["description"], parameter["name"]


def take_a_key(world: World) -> Response:
    challenge = world.post(BEIFENG, "/v1/keys/challenges").json()
    body = {"jwk": CELLWERK.jwk, "proof": CELLWERK.prove(challenge)}
    return world.post(BEIFENG, "/v1/keys", json=body)


def twice(world: World, what: str) -> Response:
    path = f"/v1/keys/{BEIFENG.kid}/{what}"
    assert world.post(BEIFENG, path, json={}).status_code == 200
    return world.post(BEIFENG, path, json={})


def add_a_site_twice(world: World) -> Response:
    site = {"code": "NB1", "name": "Ningbo", "country": "CN"}
    assert world.post(BEIFENG, "/v1/sites", json=site).status_code == 201
    return world.post(BEIFENG, "/v1/sites", json=site)


def name_two_readers(world: World) -> Response:
    for _ in range(2):
        add_company(world.session, "Twin", "DE", [])
    world.session.commit()
    return world.post(BEIFENG, "/v1/grants", json={"reader": "Twin", "level": 1})


def replaced_link(world: World) -> str:
    """A link that the buyer has withdrawn."""
    world.buys(AURORA, "B", world.part(BEIFENG, "Y"), confirmed=False)
    link = world.session.scalars(select(SourcingLink).order_by(SourcingLink.id.desc())).first()
    assert link is not None
    link.replaced_at = now()
    world.session.commit()
    return f"/v1/links/{link.id}"


def of_replaced(world: World, actor: Actor, act: str) -> Response:
    """What can no longer be said of a link."""
    content = BODIES.get(f"POST /v1/links/{{link_id}}/{act}", b"")
    headers = {"content-type": "application/json"} if content else {}
    path = f"{replaced_link(world)}/{act}"
    return world.post(actor, path, content=content, headers=headers)


def confirm_a_replaced_link(world: World) -> Response:
    world.buys(AURORA, "AM-PACK", world.part(BEIFENG, "PACK-1"), confirmed=False)
    link = world.session.query(SourcingLink).one()
    link.replaced_at = now()
    world.session.commit()
    return world.post(BEIFENG, f"/v1/sourcing/{link.id}/confirm")


def withdraw_twice(world: World) -> Response:
    path = f"/v1/declarations/{world.declared(BEIFENG, 'PACK-1')}/withdrawal"
    assert world.post(BEIFENG, path, json={"reason": "wrong"}).status_code == 201
    return world.post(BEIFENG, path, json={"reason": "wrong"})


def state_without_a_key(world: World) -> Response:
    path = f"/v1/parts/{world.part(BEIFENG, 'PACK-1').id}/statements"
    return world.post(BEIFENG, path, json={})


def save_a_scenario(world: World, name: str, **change: str) -> Response:
    changes = [{"change": "value", "value": "1", "unit": "piece", **change}] if change else []
    return world.post(BEIFENG, "/v1/scenarios", json={"name": name, "changes": changes})


def declare_a_battery_of_which_nothing_is_known(world: World) -> Response:
    part_id = world.part(BEIFENG, "PACK-1").id
    site = {"code": "P1", "name": "Plant", "country": "CN"}
    site_id = world.post(BEIFENG, "/v1/sites", json=site).json()["id"]
    path = f"/v1/batteries/{part_id}/plants/{site_id}/declaration"
    return world.get(BEIFENG, path, params={"ruleset": "annex-ii/2023"})


def workbooks(world: World, state: str, count: int = 1) -> None:
    """Workbooks of Beifeng's that are all in one state."""
    at, company = now(), world.members[BEIFENG].company_id
    about = {"company_id": company, "actor": "p", "language": "de", "name": "x", "mark": "."}
    rest = {"from_1904": False, "layout": "{}", "problems": "[]", "position": 0, "rows": 0}
    for number in range(count):
        run = {"id": f"w{number}", "digest": f"{number}", "state": state, "created_at": at}
        world.session.add(ImportRun(**run, **about, **rest, changed_at=at))
    world.session.commit()


def decide_what_is_done(world: World) -> Response:
    workbooks(world, "done")
    return world.post(BEIFENG, "/v1/workbooks/w0/decision", json={"take_valid": True})


def send_one_workbook_more(world: World) -> Response:
    workbooks(world, "judged", MOST_OPEN)
    table = {"content": b"number,period_start\n", "headers": {"Content-Type": "text/csv"}}
    return world.post(BEIFENG, "/v1/workbooks", **table)


def take_another_scenario_s_name(world: World) -> Response:
    save_a_scenario(world, "A")
    other = save_a_scenario(world, "B").json()["id"]
    return world.put(BEIFENG, f"/v1/scenarios/{other}", json={"name": "A", "changes": []})


def save_a_scenario_twice(world: World) -> Response:
    assert save_a_scenario(world, "A").status_code == 201
    return save_a_scenario(world, "A")


def outgrow_a_scenario(world: World, view: str) -> Response:
    """At an instant when the part that it names was not registered yet."""
    part, instant = world.part(BEIFENG, "PACK-1"), now()
    world.part(BEIFENG, "PACK-2")
    saved = save_a_scenario(world, "A", part="PACK-2").json()
    asked = {"part_id": part.id, "known_at": instant.isoformat()}
    return world.get(BEIFENG, f"/v1/scenarios/{saved['id']}/{view}", params=asked)


def the_admin(world: World) -> str:
    """The id of Beifeng's only admin."""
    caller, roles = world.members[BEIFENG].caller, ["admin"]
    person = enrol_person(world.session, caller, "a@b.example", "A", roles, "en", "long enough")
    world.session.commit()
    return person.id


def add_a_person_twice(world: World) -> Response:
    the_admin(world)
    body = {"email": "a@b.example", "name": "A", "roles": ["buyer"], "password": "long enough"}
    return world.post(BEIFENG, "/v1/people", json=body)


def make_the_last_admin_a_buyer(world: World) -> Response:
    path = f"/v1/people/{the_admin(world)}/roles"
    return world.put(BEIFENG, path, json={"roles": ["buyer"]})


def hold(world: World) -> str:
    """The path of what Beifeng has rejected."""
    world.put(BEIFENG, "/v1/four-eyes", json={"on": True})
    answer = world.submit(BEIFENG, BEIFENG.submission("PACK-1"))
    assert answer.status_code == 202, answer.text
    path = f"/v1/held/{answer.json()['digest']}"
    assert world.post(BEIFENG, f"{path}/rejection", json={"reason": "no"}).status_code == 200
    return path


def open_two_companies(world: World) -> Response:
    headers = operator_headers(world.session)
    for actor in (AURORA, BEIFENG):
        body = {"company": world.members[actor].company_id, "reason": "ticket 7"}
        answer = world.client.post("/v1/break-glass", headers=headers, json=body)
    return answer


def submit_to_a_hub_that_lost_its_key(world: World) -> Response:
    state = world.client.app.state  # type: ignore[attr-defined]
    state.settings = state.settings.model_copy(update={"signing_key_file": Path("lost.pem")})
    return world.submit(BEIFENG, BEIFENG.submission("PACK-1"))


def verify_at_a_hub_that_lost_its_key(world: World) -> Response:
    submit_to_a_hub_that_lost_its_key(world)
    body = {"verification": BEIFENG.verification(SIGNED)}
    return world.post(BEIFENG, "/v1/verifications", json=body)


def revoke_in_two_ways(world: World) -> Response:
    digest = world.declared(BEIFENG, "PACK-1")
    signed = BEIFENG.verification(world.get(BEIFENG, f"/v1/declarations/{digest}/jws").text)
    kept = world.post(BEIFENG, "/v1/verifications", json={"verification": signed}).json()["digest"]
    path = f"/v1/verifications/{kept}/revocation"
    for _ in range(2):
        answer = world.post(BEIFENG, path, json={"revocation": BEIFENG.revocation(kept)})
    return answer


def judge_without_a_key(world: World) -> Response:
    return world.get(BEIFENG, f"/v1/declarations/{world.declared(BEIFENG, 'PACK-1')}/evidence")


def export_from_a_hub_that_lost_its_key(world: World) -> Response:
    state = world.client.app.state  # type: ignore[attr-defined]
    state.settings = state.settings.model_copy(update={"signing_key_file": Path("lost.pem")})
    return world.get(BEIFENG, "/v1/company/export")


def cancelled(world: World, act: str) -> Response:
    """What happens to a request that was taken back."""
    world.buys(AURORA, "AM-PACK", world.part(BEIFENG, "PACK-1"))
    due = (now().date() + timedelta(40)).isoformat()
    body = {"reference": "A", "title": "A", "purpose": "A", "due": due}
    sent = world.post(AURORA, "/v1/requests", json=body | {"lines": [{"part": "AM-PACK"}]})
    path = f"/v1/requests/{sent.json()['lines'][0]['request']}"
    assert world.post(AURORA, f"{path}/cancel", json={}).status_code == 200
    content = BODIES[f"POST /v1/requests/{{request_id}}/{act}"]
    headers = {"Content-Type": "application/json"}
    return world.post(BEIFENG, f"{path}/{act}", content=content, headers=headers)


def sent_or_taken_back_again(world: World, act: str) -> Response:
    """What happens to an invitation that was taken back."""
    body = BODIES["POST /v1/invitations/companies"]
    headers = {"Content-Type": "application/json"}
    made = world.post(BEIFENG, "/v1/invitations/companies", content=body, headers=headers)
    path = f"/v1/invitations/{made.json()['id']}"
    assert world.post(BEIFENG, f"{path}/revocation").status_code == 200
    return world.post(BEIFENG, f"{path}/{act}")


def leave_at_once(world: World) -> Response:
    body = {"company": world.members[BEIFENG].company_id, "reason": "exit"}
    assert world.post(BEIFENG, "/v1/company/erasure", json=body).status_code == 201
    return world.post(BEIFENG, "/v1/company/erasure/execution")


def erase_what_stands(world: World) -> Response:
    path = f"/v1/declarations/{world.declared(BEIFENG, 'PACK-1')}/erasure"
    return world.post(BEIFENG, path, json={"reason": "exit"})


def ask_for_the_word_of_a_hub_without_a_key(world: World) -> Response:
    """The statement was made when it had one."""
    beifeng, part = world.members[BEIFENG].company_id, world.part(BEIFENG, "PACK-1")
    key = HubKey(thumbprint="k", jwk="{}", added_at=now(), statement=b"", log_index=900)
    world.session.add(key)
    world.session.flush()
    made = {"as_of": now().date(), "known_at": now(), "made_at": now(), "basis": "declared"}
    signed = {"key": "k", "log_index": 901, "jws": b"", "annex": b"", "receipt": b""}
    row = StatementRow(digest="0" * 64, company_id=beifeng, part_id=part.id, **made, **signed)
    world.session.add(row)
    world.session.commit()
    return world.get(BEIFENG, f"/v1/statements/{'0' * 64}/lost")


def disputed(world: World) -> str:
    """The path of a finding of Beifeng's that Beifeng has put to the operator."""
    world.part(BEIFENG, "PACK-1")
    asked = {"code": "tier/missing"}
    (found,) = world.get(BEIFENG, "/v1/findings", params=asked).json()["items"]
    path = f"/v1/findings/{found['key']}"
    assert world.post(BEIFENG, f"{path}/dispute", json={"reason": "no"}).status_code == 200
    return path


def say_again(world: World, act: str) -> Response:
    """While the answer is awaited."""
    return world.post(BEIFENG, f"{disputed(world)}/{act}", json={"reason": "no"})


def reopen_twice(world: World) -> Response:
    path = f"{disputed(world)}/reopen"
    assert world.post(BEIFENG, path, json={"reason": "yes"}).status_code == 200
    return world.post(BEIFENG, path, json={"reason": "yes"})


def assign_what_is_resolved(world: World) -> Response:
    path = disputed(world)
    world.declared(BEIFENG, "PACK-1")
    return world.post(BEIFENG, f"{path}/assign", json={"person": ""})


def answer_twice(world: World) -> Response:
    operator = operator_headers(world.session)
    path = f"{disputed(world)}/answer"
    body = {"verdict": "upheld", "reason": "it is"}
    assert world.client.post(path, headers=operator, json=body).status_code == 200
    return world.client.post(path, headers=operator, json=body)


CONFLICTS: dict[str, Callable[[World], Response]] = {
    "POST /v1/keys": take_a_key,
    "POST /v1/keys/{thumbprint}/retirement": lambda world: twice(world, "retirement"),
    "POST /v1/keys/{thumbprint}/revocation": lambda world: twice(world, "revocation"),
    "POST /v1/parts/{part_id}/statements": state_without_a_key,
    "POST /v1/sites": add_a_site_twice,
    "POST /v1/people": add_a_person_twice,
    "PUT /v1/people/{person_id}/roles": make_the_last_admin_a_buyer,
    "DELETE /v1/people/{person_id}": lambda world: world.delete(
        BEIFENG, f"/v1/people/{the_admin(world)}"
    ),
    "POST /v1/held/{named}/release": lambda world: world.post(BEIFENG, f"{hold(world)}/release"),
    "POST /v1/held/{named}/rejection": lambda world: world.post(
        BEIFENG, f"{hold(world)}/rejection", json={"reason": "no"}
    ),
    "POST /v1/break-glass": open_two_companies,
    "POST /v1/findings/{key}/acknowledge": lambda world: say_again(world, "acknowledge"),
    "POST /v1/findings/{key}/dispute": lambda world: say_again(world, "dispute"),
    "POST /v1/findings/{key}/reopen": reopen_twice,
    "POST /v1/findings/{key}/assign": assign_what_is_resolved,
    "POST /v1/findings/{key}/answer": answer_twice,
    "POST /v1/grants": name_two_readers,
    "POST /v1/scenarios": save_a_scenario_twice,
    "PUT /v1/scenarios/{scenario_id}": take_another_scenario_s_name,
    "GET /v1/batteries/{part_id}/plants/{site_id}/declaration": (
        declare_a_battery_of_which_nothing_is_known
    ),
    "GET /v1/scenarios/{scenario_id}/footprint": lambda world: outgrow_a_scenario(
        world, "footprint"
    ),
    "GET /v1/scenarios/{scenario_id}/difference": lambda world: outgrow_a_scenario(
        world, "difference"
    ),
    "POST /v1/sourcing/{link_id}/confirm": confirm_a_replaced_link,
    "GET /v1/links/{link_id}": lambda world: world.get(BEIFENG, replaced_link(world)),
    "POST /v1/links/{link_id}/confirmation": lambda w: of_replaced(w, BEIFENG, "confirmation"),
    "POST /v1/links/{link_id}/dispute": lambda w: of_replaced(w, BEIFENG, "dispute"),
    "POST /v1/links/{link_id}/correction": lambda w: of_replaced(w, AURORA, "correction"),
    "POST /v1/links/{link_id}/withdrawal": lambda w: of_replaced(w, AURORA, "withdrawal"),
    "POST /v1/declarations/{digest}/withdrawal": withdraw_twice,
    "POST /v1/verifications": verify_at_a_hub_that_lost_its_key,
    "POST /v1/verifications/{digest}/revocation": revoke_in_two_ways,
    "POST /v1/declarations": submit_to_a_hub_that_lost_its_key,
    "GET /v1/declarations/{digest}/evidence": judge_without_a_key,
    "GET /v1/company/export": export_from_a_hub_that_lost_its_key,
    "POST /v1/company/erasure/execution": leave_at_once,
    "POST /v1/declarations/{digest}/erasure": erase_what_stands,
    "GET /v1/statements/{digest}/lost": ask_for_the_word_of_a_hub_without_a_key,
    **{
        f"POST /v1/invitations/{{invitation_id}}/{act}": partial(sent_or_taken_back_again, act=act)
        for act in ("sending", "revocation")
    },
    "POST /v1/workbooks": send_one_workbook_more,
    "POST /v1/workbooks/{run_id}/decision": decide_what_is_done,
    **{
        f"POST /v1/requests/{{request_id}}/{act}": partial(cancelled, act=act)
        for act in (
            *("start", "ask", "reply", "answer", "accept", "return", "decline"),
            *("ask-extension", "extend", "cancel", "upstream"),
        )
    },
}


@pytest.mark.parametrize("route", CONFLICTS)
def test_a_documented_conflict_is_met(world, route):
    assert CONFLICTS[route](world).status_code == 409


TABLES = [route for route in ROUTES if route.path.endswith("/import")]


@pytest.mark.parametrize("route", TABLES, ids=str)
def test_a_workbook_that_does_not_have_its_turn_is_told_so(world, monkeypatch, route):
    monkeypatch.setattr(workbook, "PATIENCE_SECONDS", 0)
    monkeypatch.setattr(workbook, "_turns", threading.Semaphore(0))
    answer = ask(world, route, media=workbook.XLSX, content=workbook.ARCHIVE)
    assert (answer.status_code, answer.json()["code"]) == (429, "xlsx/busy")
    assert answer.headers["retry-after"] == "0"


def test_every_documented_refusal_is_tried():
    said = {(str(route), status) for route in ROUTES for status in route.refusals}
    tried = {(str(r), status) for r, status in FORMS} | {(name, 409) for name in CONFLICTS}
    tried |= {(str(route), 429) for route in TABLES}
    assert said == tried


def test_no_status_is_left_that_the_hub_never_gives():
    assert {status for route in ROUTES for status in route.said["responses"]} <= {
        *("200", "201", "202", "204", "304", "400", "401", "403", "404", "409", "413", "415"),
        "429",
    }
    assert "HTTPValidationError" not in DOCUMENT["components"]["schemas"]


NOT_MODIFIED = [route for route in ROUTES if "304" in route.said["responses"]]


@pytest.mark.parametrize("route", NOT_MODIFIED, ids=str)
def test_a_reader_who_holds_the_bytes_is_told_so(world, route):
    world.buys(BEIFENG, "BP-CELL", world.part(CELLWERK, "CELL-1"))
    world.declared(CELLWERK, "CELL-1")
    world.grants(CELLWERK, BEIFENG)
    path = route.path.replace("{part_id}", world.part(BEIFENG, "PACK-1").id)
    path = path.replace("{company_id}", world.members[CELLWERK].company_id)
    assert world.get(BEIFENG, path).status_code == 200
    headers = {"If-None-Match": "*"} | world.members[BEIFENG].headers
    assert world.client.request(route.method, path, headers=headers).status_code == 304


def test_a_problem_is_what_a_refusal_is_said_to_be(world):
    answer = world.get(BEIFENG, "/v1/parts/unknown")
    said = DOCUMENT["paths"]["/v1/parts/{part_id}"]["get"]["responses"]["404"]
    assert said["content"]["application/json"]["schema"]["$ref"].endswith("/Problem")
    assert set(answer.json()) == set(DOCUMENT["components"]["schemas"]["Problem"]["properties"])
