"""Break-glass: the operator sees nothing until it says why, and the owner sees all of it."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from hub.kit.clock import now
from hub.kit.errors import BadInput
from hub.sharing.glass import read_at_command_line
from hub.sharing.tables import BreakGlass
from hub.sharing.usecases import record_read
from tests.cast import AURORA, BEIFENG, CELLWERK, FOXGLOVE
from tests.hub.conftest import World, operator_headers


class Desk:
    """A machine of the hub's own company, whose role is operator."""

    def __init__(self, world: World) -> None:
        self.world, self.headers = world, operator_headers(world.session)

    def get(self, path: str):
        return self.world.client.get(path, headers=self.headers)

    def post(self, path: str, **body):
        return self.world.client.post(path, headers=self.headers, json=body)

    def open(self, actor=BEIFENG, reason="a total that does not add up", **more):
        company = self.world.members[actor].company_id
        return self.post("/v1/break-glass", company=company, reason=reason, **more)


@pytest.fixture
def desk(world) -> Desk:
    world.part(BEIFENG, "PACK-1")
    return Desk(world)


def log(world, actor=BEIFENG) -> list[dict]:
    return world.get(actor, "/v1/access-log").json()["items"]


class TestAnOperator:
    def test_sees_nothing_of_others_without_it(self, desk):
        assert desk.get("/v1/parts").json()["items"] == []
        company = desk.get("/v1/company").json()["name"]
        assert company == "Hub Operating"
        assert desk.get("/v1/vehicles").status_code == 403

    def test_sees_a_company_s_data_and_the_company_sees_that(self, desk):
        opened = desk.open(ticket="INC-7").json()
        assert desk.get("/v1/company").json()["name"] == BEIFENG.name
        assert [part["number"] for part in desk.get("/v1/parts?limit=5").json()["items"]] == [
            "PACK-1"
        ]
        closed = desk.post(f"/v1/break-glass/{opened['id']}/closing").json()
        assert closed["closed_at"]
        assert desk.get("/v1/company").json()["name"] == "Hub Operating"
        told = log(desk.world)
        assert [(entry["object_kind"], entry["object_id"]) for entry in told] == [
            ("break-glass-opened", opened["id"]),
            ("operator-read", "/v1/company"),
            ("operator-read", "/v1/parts?limit=5"),
            ("break-glass-closed", opened["id"]),
        ]
        assert {entry["purpose"] for entry in told} == {"a total that does not add up"}
        assert {entry["reader_id"] for entry in told} == {opened["operator_id"]}
        assert {(entry["by_operator"], entry["level"]) for entry in told} == {(True, 5)}
        (opening,) = desk.world.get(BEIFENG, "/v1/break-glass").json()["items"]
        assert (opening["reason"], opening["ticket"]) == (closed["reason"], "INC-7")
        assert log(desk.world, AURORA) == []
        assert desk.world.get(AURORA, "/v1/break-glass").json()["items"] == []

    def test_can_only_look(self, desk):
        desk.open()
        for path, body in (
            ("/v1/sites", {"code": "A", "name": "A", "country": "DE"}),
            ("/v1/grants", {"reader": "nobody", "level": 1}),
            ("/v1/people", {"email": "a@b.c", "name": "A", "roles": ["buyer"], "password": "x"}),
        ):
            answer = desk.post(path, **body)
            assert (answer.status_code, answer.json()["code"]) == (403, "access/role")
        assert desk.get("/v1/people").status_code == 403
        assert [entry["object_kind"] for entry in log(desk.world)] == ["break-glass-opened"]

    def test_stands_in_the_suppliers_logs_in_the_company_s_name(self, desk):
        world = desk.world
        world.buys(BEIFENG, "BP-CELL", world.part(CELLWERK, "CELL-1"))
        digest = world.declared(CELLWERK, "CELL-1")
        world.grants(CELLWERK, BEIFENG, purpose="lorry")
        desk.open()
        assert desk.get(f"/v1/declarations/{digest}").status_code == 200
        (read,) = log(world, CELLWERK)
        assert read["reader_id"] == world.members[BEIFENG].company_id
        assert (read["by_operator"], read["purpose"]) == (True, "lorry")

    def test_sees_nothing_any_more_when_the_time_is_over(self, desk):
        desk.open(hours=8)
        glass = desk.world.session.scalars(select(BreakGlass)).one()
        assert glass.expires_at - glass.opened_at == timedelta(hours=8)
        glass.expires_at = now() - timedelta(seconds=1)
        desk.world.session.commit()
        assert desk.get("/v1/company").json()["name"] == "Hub Operating"
        assert desk.open(CELLWERK).status_code == 201

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            ({"reason": ""}, 400, "hub/text"),
            ({"reason": "  "}, 400, "hub/text"),
            ({"reason": "two\nlines"}, 400, "hub/text"),
            ({"reason": "x" * 301}, 400, "hub/request-form"),
            ({"hours": 0}, 400, "hub/request-form"),
            ({"hours": 9}, 400, "hub/request-form"),
            ({"hours": "1"}, 400, "hub/request-form"),
            ({"ticket": "a\tb"}, 400, "hub/text"),
            ({"company": "nobody"}, 404, "hub/company-not-found"),
            ({"company": "Hub Operating"}, 400, "glass/own-company"),
        ],
    )
    def test_is_refused_what_cannot_be_opened(self, desk, body, status, code):
        asked = {"company": BEIFENG.name, "reason": "a reason"} | body
        answer = desk.post("/v1/break-glass", **asked)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert log(desk.world) == []

    def test_opens_one_at_a_time_and_closes_only_its_own(self, desk):
        opened = desk.open().json()
        again = desk.open(CELLWERK)
        assert (again.status_code, again.json()["code"]) == (409, "glass/open-already")
        other = Desk(desk.world)
        assert other.post(f"/v1/break-glass/{opened['id']}/closing").status_code == 404
        first = desk.post(f"/v1/break-glass/{opened['id']}/closing").json()
        assert desk.post(f"/v1/break-glass/{opened['id']}/closing").json() == first

    @pytest.mark.parametrize("somebody", [AURORA, FOXGLOVE])
    def test_is_nobody_else(self, world, somebody):
        body = {"company": BEIFENG.name, "reason": "curious"}
        assert world.post(somebody, "/v1/break-glass", json=body).status_code == 403


class TestTheCommandLine:
    def test_is_recorded_as_opened_read_and_closed(self, session, world):
        owner = world.members[BEIFENG].company_id
        read_at_command_line(session, owner, "audit", "T-1", "hub rollup PACK-1")
        session.commit()
        told = log(world)
        kinds = ["break-glass-opened", "operator-read", "break-glass-closed"]
        assert sorted(entry["object_kind"] for entry in told) == sorted(kinds)
        assert {entry["reader_id"] for entry in told} == {"operator"}
        assert "hub rollup PACK-1" in {entry["object_id"] for entry in told}

    def test_needs_a_reason(self, session, world):
        with pytest.raises(BadInput):
            read_at_command_line(session, world.members[BEIFENG].company_id, " ", None, "hub")


class TestTheAccessLogAsATable:
    def rows(self, world, **asked) -> list[dict[str, str]]:
        headers = world.members[CELLWERK].headers | {"Accept": "text/csv"}
        answer = world.client.get("/v1/access-log", headers=headers, params=asked)
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))

    @pytest.fixture
    def read(self, world) -> World:
        owner = world.members[CELLWERK].company_id
        for actor, number in ((BEIFENG, 1), (AURORA, 2), (BEIFENG, 3)):
            caller = world.members[actor].caller
            record_read(world.session, caller, owner, "declaration", str(number), 1, "=cmd()", "g")
        world.session.commit()
        return world

    def test_holds_everything_with_names_and_inert_cells(self, read):
        rows = self.rows(read)
        assert [(row["reader"], row["object_id"]) for row in rows] == [
            (BEIFENG.name, "1"),
            (AURORA.name, "2"),
            (BEIFENG.name, "3"),
        ]
        assert {row["purpose"] for row in rows} == {"'=cmd()"}
        assert {row["by_operator"] for row in rows} == {"false"}

    def test_follows_reader_and_days(self, read):
        beifeng = read.members[BEIFENG].company_id
        assert [row["object_id"] for row in self.rows(read, reader=beifeng)] == ["1", "3"]
        today = now().date()
        assert len(self.rows(read, since=today.isoformat(), until=today.isoformat())) == 3
        assert self.rows(read, until=(today - timedelta(days=1)).isoformat()) == []
        assert self.rows(read, since=(today + timedelta(days=1)).isoformat()) == []
        assert len(self.rows(read, until="9999-12-31")) == 3
