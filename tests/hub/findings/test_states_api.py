"""What people say of findings, over HTTP: states, disputes, histories, and who learns what."""

import json
from typing import Any

import pytest

from hub.access.usecases import add_machine, add_person, issue_token
from hub.disclosure import company_findings
from hub.kit.clock import now
from hub.parties.usecases import add_site
from tests.cast import AURORA, BEIFENG, CELLWERK, FOXGLOVE, Actor
from tests.hub.activity.test_api import certificate, record, whole_year
from tests.hub.chain import Chain, car
from tests.hub.conftest import World, operator_headers


@pytest.fixture
def chain(world: World) -> Chain:
    return car(Chain(world))


CAR_AND_VAN = """
    parent child quantity unit
    CAR-1 AM-PACK 1 piece
    CAR-1 AM-STEEL 900 kg
    VAN-1 AM-PACK 2 piece"""
VAN = """
    number name kind base_unit net_mass_kg category
    VAN-1 Van assembly piece 600 vehicle"""


def listed(chain: Chain, actor: Actor, **asked: Any) -> list[dict[str, Any]]:
    answer = chain.world.get(actor, "/v1/findings", params=asked)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def the(chain: Chain, actor: Actor, code: str, part: str) -> dict[str, Any]:
    (item,) = listed(chain, actor, code=code, part=part)
    return item


def say(chain: Chain, actor: Actor, item: dict[str, Any], act: str, **body: Any) -> Any:
    body = body or {"reason": "because"}
    return chain.world.post(actor, f"/v1/findings/{item['key']}/{act}", json=body)


BOM = """
    parent child quantity unit
    PACK-1 BP-CELL 40 piece
    PACK-1 BP-CASE 100 kg
    PACK-1 BP-POWER 50 kWh"""
TURNED = """
    parent child quantity unit
    PACK-1 BP-CASE 100 kg
    PACK-1 BP-CELL 40 piece
    PACK-1 BP-POWER 50 kWh"""
LINK = "AM-PACK"
SECRETS = (b"BP-C", b"CELL-1", b"Cellwerk", b"cast by Stahlwerk")


def acknowledged(chain: Chain, reason: str = "cast by Stahlwerk") -> dict[str, Any]:
    """Beifeng's missing case, of which Beifeng has said something."""
    item = the(chain, BEIFENG, "tier/missing", "BP-CASE")
    answer = say(chain, BEIFENG, item, "acknowledge", reason=reason)
    assert answer.status_code == 200, answer.text
    return item


def person(chain: Chain, actor: Actor, name: str, *roles: str) -> str:
    email = f"{name.lower()}@example.org"
    session = chain.world.session
    added = add_person(session, chain.id(actor), email, name, roles, "en", "a long sentence")
    session.commit()
    return added.id


class TestTheList:
    def test_is_of_the_own_company_alone_each_finding_once_and_keyed(self, chain):
        chain.grant(BEIFENG, AURORA, aggregate=True)
        chain.tables(AURORA, parts=VAN, bom=CAR_AND_VAN)
        found = {actor: listed(chain, actor) for actor in (AURORA, BEIFENG, CELLWERK)}
        told = {
            actor.name: sorted(
                (item["code"], item["subject"]["part"])
                for item in items
                if item["code"] != "tier/coverage-low"  # one a product and tier
            )
            for actor, items in found.items()
        }
        assert told == {
            "Aurora Motors": [
                ("tier/inbound-leg-missing", "AM-PACK"),
                ("tier/own-process-unknown", "VAN-1"),
                ("tier/vehicle-plant-missing", "VAN-1"),
            ],
            "Beifeng Pack": [
                ("tier/missing", "BP-CASE"),
                ("tier/missing", "BP-CELL"),
                ("tier/missing", "BP-POWER"),
                ("tier/undeclared-supplier", "BP-CASE"),
            ],
            "Cellwerk": [("tier/missing", "CELL-1"), ("tier/undeclared-supplier", "CELL-1")],
        }
        keys = [item["key"] for items in found.values() for item in items]
        assert len(set(keys)) == len(keys)

    def test_looks_below_alternatives_that_nobody_chose(self, chain):
        chain.tables(
            BEIFENG,
            parts="""
                number name kind base_unit net_mass_kg
                FRAME-A Frame assembly piece 10
                FRAME-B Frame assembly piece 10
                BAR Bar material kg .""",
            bom="""
                parent child quantity unit group
                PACK-1 BP-CELL 40 piece .
                PACK-1 BP-CASE 90 kg .
                PACK-1 BP-POWER 50 kWh .
                PACK-1 FRAME-A 1 piece frames
                PACK-1 FRAME-B 1 piece frames
                FRAME-A BAR 10 kg .
                FRAME-B BAR 14 kg .""",
        )
        item = the(chain, BEIFENG, "tier/mass-imbalance", "FRAME-B")
        assert item["evidence"]["input"] == "14"
        assert the(chain, BEIFENG, "tier/option-unresolved", "PACK-1")

    def test_agrees_with_the_pages_of_parts(self, chain):
        acknowledged(chain)
        whole = {item["key"]: item["state"] for item in listed(chain, BEIFENG)}
        below = {i["key"]: i["state"] for i in chain.get(BEIFENG, "PACK-1", "findings")}
        assert below == whole
        assert sorted(set(whole.values())) == ["acknowledged", "open"]

    @pytest.mark.parametrize(
        ("asked", "parts"),
        [
            ({"state": "acknowledged"}, {"BP-CASE"}),
            ({"state": "resolved"}, set()),
            ({"code": "tier/undeclared-supplier"}, {"BP-CASE"}),
            ({"severity": "error"}, set()),
            ({"part": "BP-POWER"}, {"BP-POWER"}),
            ({"assignee": "nobody", "part": "BP-CELL"}, {"BP-CELL"}),
            ({"assignee": "somebody"}, set()),
        ],
    )
    def test_is_filtered(self, chain, asked, parts):
        acknowledged(chain)
        assert {item["subject"]["part"] for item in listed(chain, BEIFENG, **asked)} == parts

    @pytest.mark.parametrize(
        "asked", [{"state": "closed"}, {"severity": "grave"}, {"limit": 0}, {"after": "x"}]
    )
    def test_refuses_what_it_does_not_know(self, chain, asked):
        assert chain.world.get(BEIFENG, "/v1/findings", params=asked).status_code in (400, 422)

    def test_comes_in_pages_open_ones_first(self, chain):
        acknowledged(chain)
        items, after = [], None
        while True:
            asked = {"limit": 2} | ({"after": after} if after else {})
            answer = chain.world.get(BEIFENG, "/v1/findings", params=asked).json()
            items += answer["items"]
            after = answer.get("next")
            if after is None:
                break
        assert items == listed(chain, BEIFENG)
        assert items[-1]["state"] == "acknowledged"
        assert answer["parts"] == {"examined": 4, "of": 4}

    def test_says_when_not_every_part_was_looked_at(self, chain, monkeypatch):
        acknowledged(chain)
        monkeypatch.setattr(company_findings, "MAX_PARTS", 1)
        answer = chain.world.get(BEIFENG, "/v1/findings", params={"basis": "deep"}).json()
        assert answer["parts"] == {"examined": 1, "of": 4}
        # what something was said of is looked at first
        assert {item["subject"]["part"] for item in answer["items"]} == {"BP-CASE"}


class TestAcknowledging:
    def test_holds_while_the_numbers_are_the_same(self, chain):
        item = acknowledged(chain)
        chain.tables(BEIFENG, bom=TURNED)
        again = the(chain, BEIFENG, "tier/missing", "BP-CASE")
        assert (again["key"], again["state"]) == (item["key"], "acknowledged")
        assert again["said"]["words"] == "cast by Stahlwerk"
        chain.tables(BEIFENG, bom=BOM.replace("100", "120"))
        grown = the(chain, BEIFENG, "tier/missing", "BP-CASE")
        assert (grown["key"], grown["state"]) == (item["key"], "open")
        assert grown["numbers_changed"] is True
        assert grown["evidence"]["quantity"] == "120"

    def test_is_as_it_was_when_the_past_is_asked_for(self, chain):
        before = now().isoformat()
        acknowledged(chain)
        asked = {"part": "BP-CASE", "code": "tier/missing"}
        assert listed(chain, BEIFENG, known_at=before, **asked)[0]["state"] == "open"
        after = now().isoformat()
        item = the(chain, BEIFENG, "tier/missing", "BP-CASE")
        assert say(chain, BEIFENG, item, "reopen").status_code == 200
        assert listed(chain, BEIFENG, known_at=after, **asked)[0]["state"] == "acknowledged"
        assert the(chain, BEIFENG, "tier/missing", "BP-CASE")["state"] == "open"

    def test_is_refused_for_numbers_that_nobody_has_read(self, chain):
        item = the(chain, BEIFENG, "tier/missing", "BP-CASE")
        chain.tables(BEIFENG, bom=BOM.replace("100", "120"))
        body = {"reason": "small", "evidence_digest": item["evidence_digest"]}
        answer = say(chain, BEIFENG, item, "acknowledge", **body)
        assert (answer.status_code, answer.json()["code"]) == (409, "finding/numbers-changed")
        assert the(chain, BEIFENG, "tier/missing", "BP-CASE")["said"] is None

    @pytest.mark.parametrize(
        ("reason", "status"),
        [("", 400), ("  \n ", 400), ("a\u0007bell", 400), ("x" * 2001, 400), ("x" * 9999, 400),
         ("two\nlines", 200), ("x" * 2000, 200)],
    )  # fmt: skip
    def test_needs_readable_words(self, chain, reason, status):
        item = the(chain, BEIFENG, "tier/missing", "BP-CASE")
        assert say(chain, BEIFENG, item, "acknowledge", reason=reason).status_code == status

    def test_counts_when_it_was_signed_with_the_document(self, chain):
        code, words = "document/characterization", "rounded by the meter"
        built = BEIFENG.built("PACK-1", kgco2e="900", mass_kg="300", characterization="AR5")
        sent = chain.world.submit(BEIFENG, BEIFENG.packed(built)).json()
        (place,) = [found["path"] for found in sent["findings"] if found["code"] == code]
        built = BEIFENG.built("PACK-1", kgco2e="901", mass_kg="300", characterization="AR5")
        said = [{"code": code, "path": place, "reason": words}]
        built.document["credentialSubject"]["acknowledged"] = said
        packed = BEIFENG.packed_document(built.document, built.annexes)
        assert chain.world.submit(BEIFENG, packed).status_code == 201
        item = the(chain, BEIFENG, code, "PACK-1")
        assert item["state"] == "acknowledged"
        assert item["said"]["by"]["who"] == "signature"
        assert item["said"]["words"] == "rounded by the meter"
        one = chain.world.get(BEIFENG, f"/v1/findings/{item['key']}").json()
        assert [entry["kind"] for entry in one["history"]] == ["acknowledge"]


class TestResolving:
    def test_names_the_day_and_the_newer_record(self, chain):
        item = acknowledged(chain)
        digest = chain.declare(BEIFENG, "BP-CASE", "3", declared_unit="kg", mass_kg="1")
        assert [i for i in listed(chain, BEIFENG, state="open") if i["key"] == item["key"]] == []
        (ended,) = listed(chain, BEIFENG, state="resolved")
        assert ended["key"] == item["key"]
        assert (ended["ended"]["by"], ended["ended"]["digest"]) == ("declaration", digest)
        one = chain.world.get(BEIFENG, f"/v1/findings/{item['key']}").json()
        assert [entry["kind"] for entry in one["history"]] == ["acknowledge", "resolved"]
        answer = say(chain, BEIFENG, item, "acknowledge")
        assert (answer.status_code, answer.json()["code"]) == (409, "finding/resolved")

    def test_by_another_company_names_nobody(self, chain):
        item = the(chain, AURORA, "tier/missing", LINK)
        assert say(chain, AURORA, item, "acknowledge").status_code == 200
        chain.declare(BEIFENG, "PACK-1", "900", mass_kg="300")
        chain.grant(BEIFENG, AURORA)
        (ended,) = listed(chain, AURORA, state="resolved")
        assert (ended["ended"]["by"], ended["ended"]["at"]) == ("unknown", None)

    @pytest.mark.parametrize(
        ("table", "kind"),
        [
            ({"bom": BOM.replace("    PACK-1 BP-CASE 100 kg\n", "")}, "bom"),
            ({"parts": "number name kind\nBP-CASE Case infrastructure"}, "part"),
        ],
        ids=["bom", "part"],
    )
    def test_by_a_table(self, chain, table, kind):
        item = the(chain, BEIFENG, "tier/undeclared-supplier", "BP-CASE")
        assert say(chain, BEIFENG, item, "acknowledge").status_code == 200
        chain.tables(BEIFENG, **table)
        found = [i for i in listed(chain, BEIFENG) if i["key"] == item["key"]]
        if kind == "part":
            assert [(i["state"], i["ended"]["by"]) for i in found] == [("resolved", "part")]


class TestDisputing:
    def test_a_link_is_answered_by_its_other_end_and_nobody_else_hears_of_it(self, chain):
        item = the(chain, AURORA, "tier/missing", LINK)
        answer = say(chain, AURORA, item, "dispute", reason="You have confirmed it: please share.")
        assert answer.json()["state"] == "disputed"
        assert answer.json()["said"]["asked"] == {"who": "partner", "name": "Beifeng Pack"}
        (asked,) = chain.world.get(BEIFENG, "/v1/disputes").json()["items"]
        assert asked["company"]["name"] == "Aurora Motors"
        assert asked["subject"] == {"type": "link", "part": "PACK-1"}
        assert asked["reason"] == "You have confirmed it: please share."
        assert "evidence" not in asked
        assert "AM-PACK" not in json.dumps(asked)
        for other in (CELLWERK, FOXGLOVE, AURORA):
            assert chain.world.get(other, "/v1/disputes").json() == {"items": []}
            body = {"verdict": "withdrawn", "reason": "because"}
            assert say(chain, other, item, "answer", **body).status_code == 404
        body = {"verdict": "withdrawn", "reason": "We share from Monday."}
        given = say(chain, BEIFENG, item, "answer", **body)
        assert (given.status_code, given.json()["state"]) == (200, "answered")
        mine = the(chain, AURORA, "tier/missing", LINK)
        assert (mine["state"], mine["answer"]["words"]) == ("disputed", "We share from Monday.")
        assert mine["answer"]["by"] == {"who": "partner", "name": "Beifeng Pack"}
        assert say(chain, BEIFENG, item, "answer", **body).status_code == 409

    def test_upheld_is_open_again_with_the_answer(self, chain):
        item = the(chain, AURORA, "tier/missing", LINK)
        say(chain, AURORA, item, "dispute")
        body = {"verdict": "upheld", "reason": "Nothing is declared yet."}
        assert say(chain, BEIFENG, item, "answer", **body).status_code == 200
        mine = the(chain, AURORA, "tier/missing", LINK)
        assert (mine["state"], mine["answer"]["verdict"]) == ("open", "upheld")
        kinds = chain.world.get(AURORA, f"/v1/findings/{item['key']}").json()["history"]
        assert [entry["kind"] for entry in kinds] == ["dispute", "answer"]

    @pytest.mark.parametrize("act", ["acknowledge", "dispute"])
    def test_nothing_else_is_said_while_an_answer_is_awaited(self, chain, act):
        item = the(chain, AURORA, "tier/missing", LINK)
        say(chain, AURORA, item, "dispute")
        answer = say(chain, AURORA, item, act)
        assert (answer.status_code, answer.json()["code"]) == (409, "finding/awaits-answer")
        assert say(chain, AURORA, item, "reopen", reason="my mistake").status_code == 200
        (asked,) = chain.world.get(BEIFENG, "/v1/disputes").json()["items"]
        assert (asked["state"], asked["answer"]["words"]) == ("taken-back", "my mistake")
        late = say(chain, BEIFENG, item, "answer", verdict="upheld", reason="late")
        assert (late.status_code, late.json()["code"]) == (409, "finding/answered")
        assert say(chain, AURORA, item, act).status_code == 200

    def test_without_a_confirmed_link_it_goes_to_the_operator(self, chain):
        headers = operator_headers(chain.world.session)
        item = the(chain, BEIFENG, "tier/missing", "BP-CASE")
        answer = say(chain, BEIFENG, item, "dispute", reason="It is a purchased service.")
        assert answer.json()["said"]["asked"] == {"who": "operator", "name": None}
        (asked,) = chain.world.client.get("/v1/disputes", headers=headers).json()["items"]
        assert asked["company"]["name"] == "Beifeng Pack"
        assert (asked["subject"]["part"], asked["evidence"]["quantity"]) == ("BP-CASE", "100")
        reads = chain.world.get(BEIFENG, "/v1/access-log").json()["items"]
        assert [(r["object_kind"], r["object_id"]) for r in reads] == [("finding", item["key"])]
        body = {"verdict": "upheld", "reason": "A case weighs something."}
        path = f"/v1/findings/{item['key']}/answer"
        assert chain.world.client.post(path, headers=headers, json=body).status_code == 200
        mine = the(chain, BEIFENG, "tier/missing", "BP-CASE")
        assert mine["answer"]["by"] == {"who": "operator", "name": None}

    def test_an_unconfirmed_supplier_is_not_asked(self, world):
        chain = car(Chain(world), confirmed=False)
        item = the(chain, AURORA, "tier/missing", LINK)
        answer = say(chain, AURORA, item, "dispute")
        assert answer.json()["said"]["asked"]["who"] == "operator"
        assert chain.world.get(BEIFENG, "/v1/disputes").json() == {"items": []}


class TestAssigning:
    def test_to_a_person_with_a_role_for_it_and_to_nobody(self, chain):
        item = the(chain, BEIFENG, "tier/missing", "BP-CASE")
        li = person(chain, BEIFENG, "Li", "lca-officer")
        people = chain.world.get(BEIFENG, "/v1/findings/people").json()
        assert people == [{"id": li, "name": "Li"}]
        assert say(chain, BEIFENG, item, "assign", person=li).status_code == 200
        (mine,) = listed(chain, BEIFENG, assignee=li)
        assert (mine["key"], mine["assignee"]["name"]) == (item["key"], "Li")
        below = chain.get(BEIFENG, "PACK-1", "findings")
        assert [i["assignee"] for i in below if i["key"] == item["key"]] == [mine["assignee"]]
        assert say(chain, BEIFENG, item, "assign", person="").status_code == 200
        assert listed(chain, BEIFENG, assignee=li) == []

    def test_to_nobody_else(self, chain):
        item = the(chain, BEIFENG, "tier/missing", "BP-CASE")
        clerk = person(chain, BEIFENG, "Clerk", "submitter")
        stranger = person(chain, AURORA, "Stranger", "lca-officer")
        for who, status in ((clerk, 400), (stranger, 404), ("nobody", 404)):
            assert say(chain, BEIFENG, item, "assign", person=who).status_code == status


class TestOthers:
    @pytest.mark.parametrize("act", ["acknowledge", "dispute", "reopen"])
    def test_nobody_decides_for_another_company(self, chain, act):
        chain.grant(BEIFENG, AURORA, aggregate=True)
        item = the(chain, BEIFENG, "tier/missing", "BP-CASE")
        for other in (AURORA, CELLWERK, FOXGLOVE):
            answer = say(chain, other, item, act)
            absent = chain.world.post(
                other, f"/v1/findings/{'0' * 64}/{act}", json={"reason": "because"}
            )
            assert (answer.status_code, answer.json()) == (404, absent.json())
            assert chain.world.get(other, f"/v1/findings/{item['key']}").status_code == 404

    def test_a_buyer_sees_counts_and_no_state_beyond_the_link(self, chain):
        chain.grant(BEIFENG, AURORA, aggregate=True)
        acknowledged(chain)
        told = chain.get(AURORA, "CAR-1", "findings")
        beyond = [item for item in told if item["subject"]["type"] == "supplier-data"]
        assert sum(int(item["evidence"]["count"]) for item in beyond) == 4
        assert all("key" not in item and "state" not in item for item in beyond)
        answers = [json.dumps(told), json.dumps(listed(chain, AURORA))]
        assert not [s for s in SECRETS for text in answers if s in text.encode()]

    def test_a_supplier_learns_nothing_of_who_else_sees_its_findings(self, chain):
        before = listed(chain, BEIFENG)
        chain.grant(BEIFENG, AURORA, aggregate=True)
        chain.get(AURORA, "CAR-1", "findings")
        listed(chain, AURORA)
        assert listed(chain, BEIFENG) == before

    def test_who_may_not_decide_is_refused(self, chain):
        session = chain.world.session
        item = the(chain, BEIFENG, "tier/missing", "BP-CASE")
        client_id, _ = add_machine(session, chain.id(BEIFENG), "erp", ["submitter"])
        headers = {"Authorization": f"Bearer {issue_token(session, client_id, 3600)}"}
        session.commit()
        for path in ("acknowledge", "dispute", "reopen"):
            answer = chain.world.client.post(
                f"/v1/findings/{item['key']}/{path}", headers=headers, json={"reason": "because"}
            )
            assert answer.status_code == 403
        assert chain.world.client.get("/v1/disputes", headers=headers).status_code == 403


class TestSites:
    @pytest.fixture
    def claimed(self, chain):
        """Aurora claims a certificate twice, under two names."""
        add_site(chain.world.session, chain.id(AURORA), "S", "Plant", "CN", "CN-JL")
        chain.world.session.commit()
        record(chain.world, AURORA, "energy", *whole_year())
        record(chain.world, AURORA, "instruments", certificate("A"), certificate("B"))
        return chain

    def test_stand_among_the_findings_with_a_state_each(self, claimed):
        found = listed(claimed, AURORA, code="claim/serial-reused")
        assert sorted(item["subject"]["reference"] for item in found) == ["A", "B"]
        assert {(i["subject"]["site"], i["subject"]["year"]) for i in found} == {("S", "2022")}
        answer = say(claimed, AURORA, found[0], "acknowledge", reason="one of them is cancelled")
        assert answer.json()["state"] == "acknowledged"
        states = [item["state"] for item in listed(claimed, AURORA, code="claim/serial-reused")]
        assert sorted(states) == ["acknowledged", "open"]
        assert listed(claimed, BEIFENG, code="claim/serial-reused") == []

    def test_are_resolved_by_a_newer_record_of_the_site(self, claimed):
        found = listed(claimed, AURORA, code="claim/serial-reused")
        for item in found:
            assert say(claimed, AURORA, item, "acknowledge").status_code == 200
        other = certificate("B", serial_first="H-001", serial_last="H-004", reason="a slip")
        record(claimed.world, AURORA, "instruments", other)
        ended = listed(claimed, AURORA, state="resolved")
        assert {item["key"] for item in ended} == {item["key"] for item in found}
        assert {item["ended"]["by"] for item in ended} == {"site"}
