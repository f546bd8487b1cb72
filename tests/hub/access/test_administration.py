"""People, machines and roles of a company, by its admins, over the API."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from hub.access.administration import change_roles, enrol_person, operating_company, people_of
from hub.access.caller import Caller
from hub.access.four_eyes import OFF, OFF_ASKED, ON, FourEyes, read_events
from hub.access.roles import Role
from hub.access.tables import CompanyEvent
from hub.access.usecases import add_person, sign_in, web_session_of
from hub.kit.clock import now
from hub.kit.database import transaction
from hub.kit.errors import Conflict, Forbidden, NotFound
from tests.cast import BEIFENG, CELLWERK
from tests.hub.conftest import World, enrol

PERSON = {"email": "li@b.example", "name": "Li Na", "roles": ["buyer"], "password": "long enough"}


def person(world: World, *roles: str, email: str = "a@b.example", actor=BEIFENG) -> str:
    made = world.post(actor, "/v1/people", json=PERSON | {"email": email, "roles": list(roles)})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


class TestPeople:
    def test_are_added_listed_changed_and_removed(self, world):
        admin, li = person(world, "admin"), person(world, "buyer", email="li@b.example")
        listed = world.get(BEIFENG, "/v1/people").json()
        assert {entry["id"]: entry["roles"] for entry in listed} == {
            admin: ["admin"],
            li: ["buyer"],
        }
        assert "password" not in str(listed)
        path = f"/v1/people/{li}"
        changed = world.put(BEIFENG, f"{path}/roles", json={"roles": ["releaser", "submitter"]})
        assert changed.json()["roles"] == ["submitter", "releaser"]
        assert world.delete(BEIFENG, path).status_code == 204
        assert world.delete(BEIFENG, path).status_code == 404
        events = world.get(BEIFENG, "/v1/administration").json()["items"]
        assert [(event["kind"], event.get("roles")) for event in events] == [
            ("person-added", ["admin"]),
            ("person-added", ["buyer"]),
            ("person-roles", ["submitter", "releaser"]),
            ("person-removed", None),
        ]
        assert {event["actor"] for event in events} == {world.members[BEIFENG].caller.actor}

    def test_sign_out_everywhere_when_they_are_removed(self, world, session):
        person(world, "admin")
        li = person(world, "buyer", email="li@b.example")
        cookie, _ = sign_in(session, "li@b.example", "long enough")
        session.commit()
        assert world.delete(BEIFENG, f"/v1/people/{li}").status_code == 204
        session.expire_all()
        assert web_session_of(session, cookie) is None

    @pytest.mark.parametrize(
        ("change", "status", "code"),
        [
            ({"roles": []}, 400, "hub/request-form"),
            ({"roles": ["king"]}, 400, "access/roles"),
            ({"roles": ["operator"]}, 403, "access/operator-role"),
            ({"roles": ["buyer", "operator"]}, 403, "access/operator-role"),
            ({"roles": "admin"}, 400, "hub/request-form"),
            ({"email": "nobody"}, 400, "hub/email"),
            ({"language": "fr"}, 400, "hub/language"),
            ({"password": "short"}, 400, "hub/password-length"),
            ({"name": ""}, 400, "hub/text"),
            ({"company": "x"}, 400, "hub/request-form"),
        ],
    )
    def test_are_refused_when_unusable(self, world, session, change, status, code):
        answer = world.post(BEIFENG, "/v1/people", json=PERSON | change)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert people_of(session, world.members[BEIFENG].company_id) == []

    def test_always_hold_an_admin(self, world):
        admin = person(world, "admin", "buyer")
        path = f"/v1/people/{admin}"
        for answer in (
            world.put(BEIFENG, f"{path}/roles", json={"roles": ["buyer"]}),
            world.delete(BEIFENG, path),
        ):
            assert (answer.status_code, answer.json()["code"]) == (409, "access/last-admin")
        person(world, "admin", email="second@b.example")
        assert world.delete(BEIFENG, path).status_code == 204

    def test_of_another_company_are_not_there(self, world):
        theirs = person(world, "admin", actor=CELLWERK)
        for path, call in (
            ("/v1/people/{}/roles", lambda p: world.put(BEIFENG, p, json={"roles": ["buyer"]})),
            ("/v1/people/{}", lambda p: world.delete(BEIFENG, p)),
        ):
            hidden, absent = call(path.format(theirs)), call(path.format("0" * 36))
            assert hidden.status_code == absent.status_code == 404
            assert hidden.content == absent.content

    def test_keep_one_admin_when_two_leave_at_once(self, own_database):
        with transaction(own_database.write) as session:
            company_id = enrol(session, BEIFENG).company_id
            ids = [
                add_person(session, company_id, f"{n}@b.example", n, ["admin"], "en", "x" * 8).id
                for n in "ab"
            ]

        def leave(person_id: str) -> bool:
            try:
                with transaction(own_database.write) as session:
                    change_roles(session, Caller(company_id, "person:x"), person_id, ["buyer"])
            except Conflict:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(leave, ids)) == [False, True]


class TestMachines:
    @pytest.mark.parametrize("role", ["releaser", "admin"])
    def test_make_nobody_the_second_person(self, world, role):
        li = person(world, "buyer")
        assert world.put(BEIFENG, "/v1/four-eyes", json={"on": True}).status_code == 200
        body = PERSON | {"email": "new@b.example", "roles": [role]}
        path = f"/v1/people/{li}/roles"
        for answer in (
            world.post(BEIFENG, "/v1/people", json=body),
            world.put(BEIFENG, path, json={"roles": [role, "buyer"]}),
        ):
            assert (answer.status_code, answer.json()["code"]) == (403, "access/person-needed")
        assert world.put(BEIFENG, path, json={"roles": ["submitter"]}).status_code == 200

    def test_submit_and_no_more_unless_it_is_said(self, world):
        made = world.post(BEIFENG, "/v1/machines", json={"name": "MES"}).json()
        assert made["roles"] == ["submitter"]
        assert made["client_secret"]
        path = f"/v1/machines/{made['id']}"
        changed = world.put(BEIFENG, f"{path}/roles", json={"roles": ["buyer"]})
        assert changed.json()["roles"] == ["buyer"]
        assert world.delete(BEIFENG, path).status_code == 204
        assert world.delete(BEIFENG, path).status_code == 404
        assert made["id"] not in world.get(BEIFENG, "/v1/machines").text

    @pytest.mark.parametrize("somebody", [CELLWERK])
    def test_are_their_company_s_alone(self, world, somebody):
        machine = world.members[BEIFENG].client_id
        for answer in (
            world.delete(somebody, f"/v1/machines/{machine}"),
            world.put(somebody, f"/v1/machines/{machine}/roles", json={"roles": ["buyer"]}),
        ):
            assert answer.status_code == 404
        assert world.get(BEIFENG, "/v1/company").status_code == 200

    def test_lose_a_role_at_the_next_request(self, world):
        me = world.members[BEIFENG].client_id
        assert world.get(BEIFENG, "/v1/vehicles").status_code == 200
        world.put(BEIFENG, f"/v1/machines/{me}/roles", json={"roles": ["submitter"]})
        answer = world.get(BEIFENG, "/v1/vehicles")
        assert (answer.status_code, answer.json()["code"]) == (403, "access/role")
        assert "releaser, buyer, lca-officer" in answer.json()["remedy"]


class TestTheOperatorSRole:
    def test_comes_from_the_command_line_alone_and_to_one_company(self, session, world):
        desk = Caller(world.members[BEIFENG].company_id, "operator:cli", operator=True)
        given = ("o@b.example", "O", ["operator"], "en", "long enough")
        with pytest.raises(Forbidden):
            enrol_person(session, world.members[BEIFENG].caller, *given)
        enrol_person(session, desk, *given)
        assert operating_company(session) == desk.company_id
        other = Caller(world.members[CELLWERK].company_id, "operator:cli", operator=True)
        with pytest.raises(Conflict) as refusal:
            enrol_person(session, other, "o@c.example", *given[1:])
        assert refusal.value.code == "access/operator-company"

    def test_stays_with_who_has_it_when_an_admin_changes_other_roles(self, session, world):
        member = world.members[BEIFENG]
        roles = ["operator", "buyer"]
        one = add_person(session, member.company_id, "o@b.example", "O", roles, "en", "x" * 8)
        changed = change_roles(session, member.caller, one.id, ["operator", "submitter"])
        assert changed.roles == {Role.OPERATOR, Role.SUBMITTER}
        change_roles(session, member.caller, one.id, ["submitter"])
        with pytest.raises(Forbidden):
            change_roles(session, member.caller, one.id, roles)
        with pytest.raises(NotFound):
            change_roles(session, member.caller, "nobody", ["buyer"])


AT = now()


def events(*kinds_actors_ages: tuple[str, str, int]) -> list[CompanyEvent]:
    return [
        CompanyEvent(kind=kind, actor=actor, at=AT - timedelta(days=age))
        for kind, actor, age in kinds_actors_ages
    ]


class TestTheSetting:
    @pytest.mark.parametrize(
        ("told", "is_on", "asked_by"),
        [
            ([], False, None),
            ([(ON, "a", 9)], True, None),
            ([(ON, "a", 9), (OFF_ASKED, "a", 1)], True, "a"),
            ([(ON, "a", 9), (OFF_ASKED, "a", 8)], True, None),
            ([(ON, "a", 9), (OFF_ASKED, "a", 1), (ON, "b", 0)], True, None),
            ([(ON, "a", 9), (OFF_ASKED, "a", 1), (OFF, "b", 0)], False, None),
            ([(OFF_ASKED, "a", 1)], False, None),
        ],
    )
    def test_follows_from_what_was_done(self, told, is_on, asked_by):
        found = read_events(events(*told), AT)
        assert (found.is_on, found.off_asked_by) == (is_on, asked_by)

    def test_says_who_set_it_and_when(self):
        assert read_events(events((ON, "person:1", 2)), AT) == FourEyes(
            True, AT - timedelta(days=2), "person:1"
        )

    def test_is_not_turned_off_by_a_machine(self, world):
        on = world.put(BEIFENG, "/v1/four-eyes", json={"on": True})
        assert on.json()["is_on"] is True
        assert on.json()["changed_by"] == world.members[BEIFENG].caller.actor
        answer = world.put(BEIFENG, "/v1/four-eyes", json={"on": False})
        assert (answer.status_code, answer.json()["code"]) == (403, "access/person-needed")
        assert world.get(BEIFENG, "/v1/four-eyes").json()["is_on"] is True
        assert world.get(CELLWERK, "/v1/four-eyes").json() == {"is_on": False}
