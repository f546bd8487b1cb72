"""Who may do what: the table, and that every route and page goes by it."""

import re
from collections.abc import Iterable

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute

from hub.access.administration import operating_company
from hub.access.caller import Caller
from hub.access.errors import LacksRole, UnusableRoles
from hub.access.roles import MAY, THROUGH_THE_GLASS, Role, allowed, read_roles, refuse_unless
from hub.access.usecases import add_machine, add_person, issue_token, sign_in
from hub.kit.actions import Action, action_of
from hub.main import ROUTERS
from supplier_portal.mount import VIEWS
from tests.cast import AURORA, BEIFENG
from tests.hub.test_openapi import BODIES, DOCUMENT, ROUTES, Route

PROVIDER = "/sign-in/with/{name}"
OPEN_PAGES = {"/sign-in", "/sign-out", "/language", "/verify", "/-/patterns"}
OPEN_PAGES |= {PROVIDER, f"{PROVIDER}/callback", "/join/{code}", "/verify/{digest}"}
"""Pages for everybody who comes by, signed in or not."""


def routes(routers: Iterable[APIRouter]) -> list[APIRoute]:
    listed = (route for router in routers for route in router.routes)
    return [route for route in listed if isinstance(route, APIRoute)]


PAGES = routes(view.router for view in VIEWS)
SECURED = [route for route in ROUTES if "security" in route.said]


class TestTheTable:
    def test_names_every_role_and_leaves_no_action_to_nobody(self):
        assert set(MAY) == set(Role)
        assert allowed(Role) == frozenset(Action)

    @pytest.mark.parametrize("role", Role)
    def test_gives_no_role_everything(self, role):
        assert len(MAY[role]) < len(Action) * 2 / 3

    def test_keeps_apart_what_four_eyes_keep_apart(self):
        assert [role for role in Role if {Action.SUBMIT, Action.RELEASE} <= MAY[role]] == []
        assert [role for role in Role if Action.ADMINISTER in MAY[role]] == [Role.ADMIN]
        assert [role for role in Role if Action.OPERATE in MAY[role]] == [Role.OPERATOR]
        assert MAY[Role.ADMIN] & {Action.SUBMIT, Action.RELEASE, Action.CONSENT} == set()

    def test_lets_an_operator_only_look(self):
        writes = {action for action in Action if "read" not in action}
        assert THROUGH_THE_GLASS & writes == set()
        caller = Caller("theirs", "person:1", operator=True, roles=frozenset(Role))
        assert caller.actions == THROUGH_THE_GLASS

    @pytest.mark.parametrize(
        "texts",
        [[], [""], ["Admin"], ["admin", "king"], ["lca officer"], ["admin "], "admin", ["ADMIN"]],
    )
    def test_does_not_know_other_words(self, texts):
        with pytest.raises(UnusableRoles):
            read_roles(texts)

    def test_adds_roles_up(self):
        both = read_roles(["submitter", "releaser", "releaser"])
        assert both == {Role.SUBMITTER, Role.RELEASER}
        assert allowed(both) == MAY[Role.SUBMITTER] | MAY[Role.RELEASER]

    def test_lets_nobody_in_where_nothing_is_stated(self):
        with pytest.raises(LacksRole):
            refuse_unless(frozenset(Action), None)


@pytest.mark.parametrize("route", SECURED, ids=str)
def test_every_route_for_callers_states_its_action(route):
    assert Action(route.said["x-action"])


@pytest.mark.parametrize("route", PAGES, ids=lambda route: f"{route.methods} {route.path}")
def test_every_page_states_its_action_or_is_for_everybody(route):
    assert (action_of(route.endpoint) is None) is (route.path in OPEN_PAGES)


@pytest.fixture
def tokens(world) -> dict[Role, dict[str, str]]:
    """Headers of a machine for each role; the operator's is of the hub's own company, Aurora."""
    made = {}
    for role in Role:
        actor = AURORA if role is Role.OPERATOR else BEIFENG
        machine_id, _ = add_machine(
            world.session, world.members[actor].company_id, role, [role.value]
        )
        made[role] = {"Authorization": f"Bearer {issue_token(world.session, machine_id, 600)}"}
    world.session.commit()
    return made


@pytest.mark.parametrize("route", SECURED, ids=str)
def test_a_role_gets_exactly_what_the_table_says(world, tokens, route):
    action = Action(route.said["x-action"])
    for role, headers in tokens.items():
        answer = ask(world, route, headers)
        if action in MAY[role]:
            assert answer.status_code != 403 or answer.json()["code"] != "access/role", role
        else:
            assert answer.status_code == 403, (role, answer.status_code)
            assert answer.json()["code"] == "access/role"
            assert action.value in answer.json()["message"]


def ask(world, route: Route, headers: dict[str, str]):
    path = re.sub(r"\{\w+\}", "unknown", route.path) + route.query
    if route.media:
        headers = headers | {"Content-Type": route.media}
    body = BODIES.get(str(route), b"x") if route.media else None
    return world.client.request(route.method, path, headers=headers, content=body)


@pytest.mark.parametrize("role", Role)
def test_a_person_opens_exactly_the_pages_that_the_table_says(world, role):
    actor = AURORA if role is Role.OPERATOR else BEIFENG
    company_id = world.members[actor].company_id
    add_person(world.session, company_id, "p@x.example", "P", [role], "en", "long enough")
    cookie, web = sign_in(world.session, "p@x.example", "long enough")
    world.session.commit()
    world.client.cookies.set("tierlight-session", cookie)
    for route in PAGES:
        action = action_of(route.endpoint)
        if action is None:
            continue
        (method,) = route.methods or {"GET"}
        answer = world.client.request(
            method,
            re.sub(r"\{\w+\}", "unknown", route.path),
            data={"csrf_token": web.csrf_token, "reason": "r"} if method == "POST" else None,
            headers={"origin": "http://127.0.0.1", "accept": "text/html"},
            follow_redirects=False,
        )
        lacks = answer.status_code == 403 and "None of your roles" in answer.text
        assert lacks is (action not in MAY[role]), (role, method, route.path, answer.status_code)


def test_the_description_says_what_the_routes_are_marked_with():
    marked = {
        (method.lower(), route.path): action_of(route.endpoint)
        for route in routes(ROUTERS)
        for method in route.methods or ()
        if route.include_in_schema
    }
    assert marked
    for (method, path), action in marked.items():
        said = DOCUMENT["paths"][path][method].get("x-action")
        assert said == (action.value if action else None)


def test_the_hub_s_own_company_is_that_of_its_operators(session, world):
    assert operating_company(session) is None
    company_id = world.members[BEIFENG].company_id
    add_machine(session, company_id, "desk", ["operator"])
    assert operating_company(session) == company_id
