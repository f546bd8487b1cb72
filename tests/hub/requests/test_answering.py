"""One declaration answers every customer: consent, confirmed link and answer in one step."""

import pytest

from hub.kit.clock import now
from tests.cast import AURORA, BEIFENG, CELLWERK, ETERNAL, FOXGLOVE
from tests.hub.chain import composed
from tests.hub.requests.conftest import PURPOSE, in_days
from tierlight_schemas.build import Predecessor


def grants(asking, owner=BEIFENG):
    return asking.world.get(owner, "/v1/grants").json()["items"]


def links(asking, supplier=BEIFENG):
    path = "/v1/sourcing?role=supplier"
    return asking.world.get(supplier, path).json()["items"]


class TestOneStep:
    def test_gives_the_consent_that_was_asked_for(self, asking):
        digest = asking.declared()
        request_id = asking.sent(keep_until=in_days(800), aggregate=True)
        told = asking.does(BEIFENG, request_id, "answer", declaration=digest)
        assert told["state"] == "answered-fully"
        (grant,) = grants(asking)
        part = asking.world.part(BEIFENG, "PACK-1")
        expected = {
            "reader_id": asking.world.members[AURORA].company_id,
            "part_id": part.id,
            "level": 1,
            "aggregate": True,
            "purpose": PURPOSE,
            "valid_from": now().date().isoformat(),
            "valid_to": in_days(800),
        }
        assert {name: grant[name] for name in expected} == expected
        answer = told["events"][-1]
        assert (answer["declaration"], answer["grant_id"]) == (digest, grant["id"])
        assert "missing" not in answer

    def test_lets_the_asker_read_the_very_bytes(self, asking):
        digest = asking.declared()
        path = f"/v1/declarations/{digest}/jws"
        assert asking.world.get(AURORA, path).status_code == 404
        asking.does(BEIFENG, asking.sent(), "answer", declaration=digest)
        theirs, own = asking.world.get(AURORA, path), asking.world.get(BEIFENG, path)
        assert (theirs.status_code, theirs.content) == (200, own.content)
        record = asking.world.get(BEIFENG, "/v1/access-log").json()["items"][-1]
        assert (record["object_id"], record["purpose"]) == (digest, PURPOSE)

    def test_of_a_second_customer_has_the_identical_digest(self, asking):
        digest = asking.declared()
        asking.world.buys(FOXGLOVE, "FX-PACK", asking.world.part(BEIFENG, "PACK-1"), False)
        for customer, part in ((AURORA, "AM-PACK"), (FOXGLOVE, "FX-PACK")):
            request_id = asking.sent(customer, {"part": part})
            (ready,) = [r for r in asking.box(BEIFENG) if r["id"] == request_id]
            assert ready["ready"]["missing"] == []
            chosen = ready["ready"]["declaration"]
            assert chosen == digest
            asking.does(BEIFENG, request_id, "answer", declaration=chosen)
            answers = asking.reads(customer, request_id)["events"]
            assert answers[-1]["declaration"] == digest
            assert asking.world.get(customer, f"/v1/declarations/{digest}").status_code == 200
        assert len({grant["reader_id"] for grant in grants(asking)}) == 2
        assert len(asking.world.get(BEIFENG, "/v1/declarations").json()["items"]) == 1

    def test_confirms_the_link_that_it_takes(self, asking):
        asking.world.buys(FOXGLOVE, "FX-PACK", asking.world.part(BEIFENG, "PACK-1"), False)
        request_id = asking.sent(FOXGLOVE, {"part": "FX-PACK"})
        assert [bool(link.get("confirmed_at")) for link in links(asking)].count(False) == 1
        asking.does(BEIFENG, request_id, "answer", declaration=asking.declared())
        assert all(link.get("confirmed_at") for link in links(asking))

    def test_matches_a_number_that_led_nowhere(self, asking):
        asking.world.part(FOXGLOVE, "FX-1")
        line = {"part": "FX-1", "supplier": "Beifeng Pack", "supplier_part": "pack 1"}
        request_id = asking.sent(FOXGLOVE, line)
        assert "own_part" not in asking.reads(BEIFENG, request_id)
        part = asking.world.part(BEIFENG, "PACK-1")
        digest = asking.declared()
        named = asking.does(BEIFENG, request_id, "part", part=part.id)
        assert [one["declaration"] for one in named["answers"]] == [digest]
        asking.does(BEIFENG, request_id, "answer", declaration=digest)
        assert asking.world.get(FOXGLOVE, f"/v1/declarations/{digest}").status_code == 200

    def test_is_not_given_twice_on_the_same_terms(self, asking):
        digest, request_id = asking.declared(), asking.sent()
        asking.does(BEIFENG, request_id, "answer", declaration=digest)
        asking.does(AURORA, request_id, "return", words="sure?")
        asking.does(BEIFENG, request_id, "answer", declaration=digest)
        assert len(grants(asking)) == 1

    def test_after_its_end_is_still_taken_by_the_next_request(self, asking):
        digest, request_id = asking.declared(), asking.sent()
        asking.does(BEIFENG, request_id, "answer", declaration=digest)
        (grant,) = grants(asking)
        asking.world.post(BEIFENG, f"/v1/grants/{grant['id']}/revocation")
        assert asking.world.get(AURORA, f"/v1/declarations/{digest}").status_code == 404
        asking.does(AURORA, request_id, "accept")
        again = asking.sent(reference="S-2")
        asking.does(BEIFENG, again, "answer", declaration=digest)
        assert asking.world.get(AURORA, f"/v1/declarations/{digest}").status_code == 200


class TestAPartialAnswer:
    @pytest.mark.parametrize(
        ("asked", "given", "missing", "level"),
        [
            ({"level": 2}, {}, ["split"], 1),
            ({"level": 3}, {}, ["split", "composition"], 1),
            ({"aggregate": True}, {"aggregate": False}, ["aggregate"], 1),
            ({}, {"level": 0}, ["total"], 0),
            (
                {"period_start": "2019-01-01", "period_end": "2020-01-01"},
                {},
                ["period"],
                1,
            ),
        ],
    )
    def test_says_what_is_missing(self, asking, asked, given, missing, level):
        digest, request_id = asking.declared(), asking.sent(**asked)
        told = asking.does(BEIFENG, request_id, "answer", declaration=digest, **given)
        assert told["state"] == "answered-partly"
        event = told["events"][-1]
        assert (event["missing"], event["level"]) == (missing, level)
        assert grants(asking)[0]["level"] == level

    def test_is_completed_later(self, asking):
        request_id = asking.sent(level=2)
        asking.does(BEIFENG, request_id, "answer", declaration=asking.declared())
        whole = asking.declared(**{"stage:production": "12.50"}, site="S2")
        told = asking.does(BEIFENG, request_id, "answer", declaration=whole)
        assert told["state"] == "answered-fully"
        assert asking.world.get(AURORA, f"/v1/declarations/{whole}/annexes/split").is_success

    def test_of_a_lower_level_hides_the_annex_that_is_there(self, asking):
        whole = asking.declared(**{"stage:production": "12.50"})
        request_id = asking.sent(level=2)
        asking.does(BEIFENG, request_id, "answer", declaration=whole, level=1)
        path = f"/v1/declarations/{whole}/annexes/split"
        assert asking.world.get(AURORA, path).status_code == 404

    def test_composition_without_split_is_said_to_lack_it(self, asking):
        built = composed(
            BEIFENG.built("PACK-1"),
            [{"name": "secret", "quantity": "1", "unit": "piece", "valueUsed": "2"}],
        )
        answer = asking.world.submit(
            BEIFENG, BEIFENG.packed_document(built.document, built.annexes)
        )
        assert answer.status_code == 201, answer.text
        digest = answer.json()["digest"]
        told = asking.does(BEIFENG, asking.sent(level=3), "answer", declaration=digest)
        assert (told["events"][-1]["missing"], told["events"][-1]["level"]) == (["split"], 3)


class TestWhatDoesNotAnswer:
    def refused(self, asking, request_id, **said):
        answer = asking.act(BEIFENG, request_id, "answer", **said)
        assert grants(asking) == []
        assert asking.reads(AURORA, request_id)["state"] in ("sent", "opened")
        return answer.status_code, answer.json()["code"]

    def test_another_company_s_declaration(self, asking):
        digest = asking.world.declared(CELLWERK, "CELL-1")
        assert self.refused(asking, asking.sent(), declaration=digest) == (404, "hub/not-found")

    @pytest.mark.parametrize("end", ["withdrawn", "replaced"])
    def test_one_that_is_no_longer_valid(self, asking, end):
        digest = asking.declared()
        if end == "withdrawn":
            path = f"/v1/declarations/{digest}/withdrawal"
            asking.world.post(BEIFENG, path, json={"reason": "wrong"})
        else:
            old = asking.world.get(BEIFENG, f"/v1/declarations/{digest}").json()
            asking.declared(supersedes=Predecessor(digest, old["footprint_id"]))
        told = self.refused(asking, asking.sent(), declaration=digest)
        assert told == (409, "requests/not-valid")

    def test_one_of_another_part(self, asking):
        digest = asking.declared(number="PACK-2")
        told = self.refused(asking, asking.sent(), declaration=digest)
        assert told == (409, "requests/other-part")

    def test_any_where_the_buyer_has_ended_the_link(self, asking):
        request_id, digest = asking.sent(), asking.declared()
        table = "part,supplier,supplier_part\nAM-PACK,Cellwerk,X\n"
        sent = {"content": table, "headers": {"Content-Type": "text/csv"}}
        assert asking.world.post(AURORA, "/v1/sourcing/import", **sent).is_success
        told = self.refused(asking, request_id, declaration=digest)
        assert told == (409, "requests/no-link")

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            ({"level": 2}, "requests/level"),
            ({"until": in_days(0)}, "hub/grant-dates"),
            ({"words": "\u0000"}, "hub/request-form"),
        ],
    )
    def test_what_does_not_fit(self, asking, given, code):
        digest = asking.declared()
        answer = asking.act(BEIFENG, asking.sent(), "answer", declaration=digest, **given)
        assert answer.status_code == 400
        assert grants(asking) == []

    def test_a_company_that_was_not_asked(self, asking):
        digest = asking.world.declared(ETERNAL, "X")
        answer = asking.act(ETERNAL, asking.sent(), "answer", declaration=digest)
        assert answer.status_code == 404
