"""The pages of admins, of the second person, of the access log and of the operator."""

import csv
import io

import pytest

from hub.sharing.usecases import record_read
from tests.cast import AURORA, BEIFENG, CELLWERK
from tests.portal.conftest import PASSWORD


def form_to(page, action: str):
    return next(form for form in page.all("form") if form["action"].endswith(action))


class TestPeople:
    def test_are_added_changed_and_removed(self, enter, world):
        admin = enter(BEIFENG, "Ada", "admin")
        page = admin.open("/people")
        fields = {"name": "Wu", "email": "wu@b.example", "password": PASSWORD}
        answer = admin.submit(form_to(page, "/people"), **fields, roles="buyer")
        assert answer.headers["location"] == "/people"
        page = admin.open("/people")
        (row,) = [row for row in page.all("tr") if "wu@b.example" in row.text]
        assert "Buyer" in row.all("td")[0].text
        admin.submit(form_to(row, "/roles"), roles="releaser")
        page = admin.open("/people")
        (row,) = [row for row in page.all("tr") if "wu@b.example" in row.text]
        assert row.all("td")[0].text == "Releaser"
        admin.submit(form_to(row, "/removal"))
        page = admin.open("/people")
        assert "wu@b.example" not in page.one("main").text
        said = [item.text for item in page.all("p", class_="finding-text")]
        assert [text.partition(":")[0] for text in said] == [
            "Person removed",
            "Roles changed",
            "Person added",
        ]

    def test_keep_their_last_admin_and_are_told_why(self, enter):
        admin = enter(BEIFENG, "Ada", "admin")
        (row,) = [row for row in admin.open("/people").all("tr") if "ada@" in row.text]
        answer = admin.submit(form_to(row, "/roles"), roles="buyer")
        assert answer.status_code == 409
        assert "Make somebody else an admin first" in answer.text

    @pytest.mark.parametrize(
        ("path", "fields"),
        [
            ("/people", {"name": "X", "email": "x@b.example", "password": PASSWORD}),
            ("/people/machines/add", {"name": "X", "roles": "submitter"}),
            ("/people/four-eyes", {"wanted": "on"}),
        ],
    )
    def test_change_by_no_form_of_another_page(self, enter, world, path, fields):
        admin = enter(BEIFENG, "Ada", "admin")
        assert admin.send(path, csrf_token="x", **fields).status_code == 403
        assert admin.send(path, origin="http://evil.example", **fields).status_code == 403
        assert world.get(BEIFENG, "/v1/administration").json()["items"] == []

    def test_see_a_machine_s_secret_once(self, enter, world):
        admin = enter(BEIFENG, "Ada", "admin")
        form = form_to(admin.open("/people"), "/machines/add")
        answer = admin.submit(form, name="MES", roles="submitter")
        assert answer.status_code == 200
        (machine,) = [
            found for found in world.get(BEIFENG, "/v1/machines").json() if found["name"] == "MES"
        ]
        assert machine["id"] in answer.text
        assert machine["id"] in admin.open("/people").text

    def test_are_for_admins_alone(self, enter):
        buyer = enter(BEIFENG, "Bo", "buyer")
        answer = buyer.fetch("/people")
        assert answer.status_code == 403
        assert "admin" in answer.text
        assert "/people" not in {a["href"] for a in buyer.open("/").all("a")}


class TestFourEyes:
    def test_are_turned_off_by_two(self, enter):
        ada, bob = enter(BEIFENG, "Ada", "admin"), enter(BEIFENG, "Bob", "admin")
        form = form_to(ada.open("/people"), "/four-eyes")
        ada.submit(form, wanted="on")
        assert "waits until a second person" in ada.open("/people").one("main").text
        ada.submit(form, wanted="off")
        told = ada.open("/people").one("main").text
        assert "Ada wants it off" in told
        assert "Turn it off" not in told
        form = form_to(bob.open("/people"), "/four-eyes")
        bob.submit(form, wanted="off")
        assert "is received at once" in bob.open("/people").one("main").text


class TestWaiting:
    @pytest.fixture
    def digest(self, world) -> str:
        world.put(BEIFENG, "/v1/four-eyes", json={"on": True})
        answer = world.submit(BEIFENG, BEIFENG.submission("PACK-1"))
        return str(answer.json()["digest"])

    def test_is_read_and_released(self, enter, world, digest):
        wu = enter(BEIFENG, "Wu", "releaser")
        link = wu.open("/waiting").link("PACK-1")
        page = wu.open(link["href"])
        assert page.one("blockquote").text
        assert "12.50" in page.one("main").text
        jws = wu.fetch(f"{link['href']}/jws")
        assert jws.text.count(".") == 2
        answer = wu.submit(form_to(page, "/release"))
        assert (answer.status_code, answer.headers["location"]) == (303, link["href"])
        page = wu.open(link["href"])
        assert "Released" in page.one("main").text
        assert [form for form in page.all("form") if "release" in form["action"]] == []
        assert world.get(BEIFENG, f"/v1/declarations/{digest}").status_code == 200

    def test_is_rejected_with_a_reason(self, enter, world, digest):
        wu = enter(BEIFENG, "Wu", "releaser")
        page = wu.open(wu.open("/waiting").link("PACK-1")["href"])
        assert wu.submit(form_to(page, "/rejection"), reason=" ").status_code == 400
        wu.submit(form_to(page, "/rejection"), reason="an old meter")
        assert world.get(BEIFENG, f"/v1/held/{digest}").json()["rejection"] == "an old meter"
        answer = wu.submit(form_to(page, "/release"))
        assert answer.status_code == 409

    def test_shows_its_state_to_who_may_not_decide(self, enter, digest):
        li = enter(BEIFENG, "Li", "submitter")
        page = li.open(li.open("/waiting").link("PACK-1")["href"])
        assert "Your decision" not in page.text

    def test_is_nobody_else_s(self, enter, digest):
        stranger = enter(CELLWERK, "Cy", "releaser")
        hidden, absent = (stranger.fetch(f"/waiting/{name}") for name in (digest, "0" * 64))
        assert hidden.status_code == absent.status_code == 404
        assert "PACK-1" not in stranger.open("/waiting").text


class TestTheAccessLog:
    def test_is_filtered_and_exported(self, enter, world):
        owner = world.members[BEIFENG].company_id
        for actor in (AURORA, CELLWERK):
            record_read(
                world.session, world.members[actor].caller, owner, "declaration", "0" * 64, 1
            )
        world.session.commit()
        lca = enter(BEIFENG, "Lu", "lca-officer")
        page = lca.open("/access-log")
        assert len(page.one("tbody").all("tr")) == 2
        aurora = world.members[AURORA].company_id
        page = lca.open(f"/access-log?reader={aurora}&since=&until=")
        (row,) = page.one("tbody").all("tr")
        assert AURORA.name in row.text
        told = lca.fetch(page.link("CSV")["href"]).text.removeprefix("\ufeff")
        assert [entry["reader"] for entry in csv.DictReader(io.StringIO(told))] == [AURORA.name]
        assert "Nobody has read" in lca.open("/access-log?until=2020-01-01").text
        assert lca.fetch("/access-log?since=yesterday").status_code == 400

    def test_is_its_owner_s(self, enter, world):
        record_read(
            world.session,
            world.members[AURORA].caller,
            world.members[BEIFENG].company_id,
            "declaration",
            "0" * 64,
            1,
        )
        world.session.commit()
        assert "Nobody has read" in enter(CELLWERK, "Cy", "admin").open("/access-log").text


class TestBreakGlass:
    def test_lets_the_operator_look_and_the_owner_see_it(self, enter, world):
        world.part(BEIFENG, "PACK-1")
        operator = enter(AURORA, "Op", "operator")
        assert "PACK-1" not in operator.open("/parts").text
        form = operator.open("/break-glass").one("form", action="/break-glass")
        fields = {"company": BEIFENG.name, "reason": "a wrong total", "ticket": "", "hours": "2"}
        assert operator.submit(form, **fields).headers["location"] == "/"
        page = operator.open("/parts")
        assert "PACK-1" in page.text
        assert "as the hub's operator" in page.one("main").text
        assert operator.fetch("/people").status_code == 403
        closing = form_to(operator.open("/break-glass"), "/closing")
        operator.submit(closing)
        assert "PACK-1" not in operator.open("/parts").text
        owner = enter(BEIFENG, "Ada", "admin")
        rows = [row.text for row in owner.open("/access-log").one("tbody").all("tr")]
        assert len(rows) == 3
        assert all("a wrong total" in row and "read by the hub's operator" in row for row in rows)
        assert any("/parts" in row for row in rows)

    @pytest.mark.parametrize("change", [{"reason": ""}, {"company": "Nobody"}, {"hours": "9"}])
    def test_needs_a_company_and_a_reason(self, enter, change):
        operator = enter(AURORA, "Op", "operator")
        form = operator.open("/break-glass").one("form", action="/break-glass")
        fields = {"company": BEIFENG.name, "reason": "a wrong total", "hours": "1"} | change
        assert operator.submit(form, **fields).status_code in (400, 404)
        assert operator.open("/break-glass").all("form", action="/break-glass")
