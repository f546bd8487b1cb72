"""Who may see a declaration: its owner; a buyer with a confirmed link and a grant; nobody else."""

import json
from datetime import timedelta

import pytest

from hub.kit.clock import now
from tests.cast import AURORA, BEIFENG, CELLWERK, DONGHAI, FOXGLOVE
from tests.hub.declarations.annex_forms import ACTIVITY, EVIDENCE, SALT
from tierlight_schemas.envelope import canonical, digest, open_jws, pack_submission

UNKNOWN = "0" * 64
ANNEX_LEVELS = {"split": 2, "composition": 3, "activity": 4, "evidence": 5}


def paths(declared):
    base = f"/v1/declarations/{declared}"
    annexes = [f"{base}/annexes/{name}" for name in ANNEX_LEVELS]
    return [base, f"{base}/jws", f"{base}/receipt", *annexes]


@pytest.fixture
def declared(chain):
    """Cellwerk's declaration of the cell that Beifeng buys, with an annex of every level."""
    built = CELLWERK.built("CELL-1", **{"stage:all": "12.50"})
    annexes = dict(built.annexes)
    components = canonical({"annex": "composition", "salt": SALT, "components": []})
    annexes["composition"] = components
    annexes |= {"activity": canonical(ACTIVITY), "evidence": canonical(EVIDENCE)}
    extension = built.document["credentialSubject"]["footprint"]["extensions"][0]["data"]
    extension["annexes"] = {name: digest(body) for name, body in annexes.items()}
    jws = CELLWERK.sign(canonical(built.document))
    answer = chain.submit(CELLWERK, pack_submission(jws, annexes))
    assert answer.status_code == 201, answer.text
    return answer.json()["digest"]


def log(chain, actor=CELLWERK):
    return chain.get(actor, "/v1/access-log").json()["items"]


class TestTheOwner:
    def test_sees_everything_and_leaves_no_trace(self, chain, declared):
        for path in paths(declared):
            assert chain.get(CELLWERK, path).status_code == 200
        assert log(chain) == []

    def test_gets_the_bytes_as_they_were_signed(self, chain, declared):
        jws = chain.get(CELLWERK, f"/v1/declarations/{declared}/jws")
        assert jws.headers["content-type"] == "application/jose"
        assert open_jws(jws.content).digest == declared

    def test_finds_it_in_its_list(self, chain, declared):
        part = chain.part(CELLWERK, "CELL-1")
        for query in ({}, {"part": "CELL-1"}, {"part": part.id}, {"state": "head"}):
            listed = chain.get(CELLWERK, "/v1/declarations", params=query).json()["items"]
            assert [item["digest"] for item in listed] == [declared]
        for query in ({"part": "CELL-2"}, {"state": "expired"}):
            assert chain.get(CELLWERK, "/v1/declarations", params=query).json()["items"] == []

    def test_lists_in_pages(self, chain):
        digests = [chain.declared(BEIFENG, f"PACK-{number}") for number in range(5)]
        found, after = [], None
        while True:
            query = {"limit": 2} | ({"after": after} if after else {})
            page = chain.get(BEIFENG, "/v1/declarations", params=query).json()
            found += [item["digest"] for item in page["items"]]
            after = page.get("next")
            if after is None:
                break
        assert found == digests


class TestSomebodyElse:
    @pytest.mark.parametrize("reader", [BEIFENG, AURORA, FOXGLOVE, DONGHAI])
    def test_sees_nothing_by_default(self, chain, declared, reader):
        for path, none in zip(paths(declared), paths(UNKNOWN), strict=True):
            hidden, absent = chain.get(reader, path), chain.get(reader, none)
            assert hidden.status_code == absent.status_code == 404
            assert hidden.content == absent.content
            assert sorted(hidden.headers) == sorted(absent.headers)
        assert chain.get(reader, "/v1/declarations").json()["items"] == []
        assert log(chain) == []

    @pytest.mark.parametrize("reader", [AURORA, FOXGLOVE])
    def test_sees_nothing_with_a_grant_but_without_a_link(self, chain, declared, reader):
        chain.grants(CELLWERK, reader, 5)
        for path in paths(declared):
            assert chain.get(reader, path).status_code == 404

    def test_sees_nothing_over_a_link_that_is_not_confirmed(self, chain):
        chain.buys(FOXGLOVE, "FOX-1", chain.part(DONGHAI, "CATHODE"), confirmed=False)
        declared = chain.declared(DONGHAI, "CATHODE")
        chain.grants(DONGHAI, FOXGLOVE, 5)
        assert chain.get(FOXGLOVE, f"/v1/declarations/{declared}").status_code == 404

    def test_cannot_withdraw_it(self, chain, declared):
        chain.grants(CELLWERK, BEIFENG, 5)
        path = f"/v1/declarations/{declared}/withdrawal"
        assert chain.post(BEIFENG, path, json={"reason": "none"}).status_code == 404
        assert chain.post(CELLWERK, path, json={"reason": "superseded"}).status_code == 201

    def test_needs_a_token(self, chain, declared):
        for path in paths(declared):
            assert chain.client.get(path).status_code == 401


class TestABuyerWithAGrant:
    @pytest.mark.parametrize("level", range(6))
    def test_sees_up_to_the_level(self, chain, declared, level):
        chain.grants(CELLWERK, BEIFENG, level)
        needed = [1, 1, 1, *ANNEX_LEVELS.values()]
        for path, least in zip(paths(declared), needed, strict=True):
            expected = 200 if level >= least else 404
            assert chain.get(BEIFENG, path).status_code == expected, path

    def test_is_told_of_the_annexes_it_may_read(self, chain, declared):
        chain.grants(CELLWERK, BEIFENG, 3)
        seen = chain.get(BEIFENG, f"/v1/declarations/{declared}").json()
        assert seen["annexes"] == ["composition", "split"]

    def test_is_recorded_at_each_read(self, chain, declared):
        granted = chain.grants(CELLWERK, BEIFENG, 2, purpose="lorry 2027")
        chain.get(BEIFENG, f"/v1/declarations/{declared}/jws")
        chain.get(BEIFENG, f"/v1/declarations/{declared}/annexes/split")
        chain.get(BEIFENG, f"/v1/declarations/{declared}/annexes/activity")
        records = log(chain)
        assert [(record["level"], record["object_id"]) for record in records] == [
            (1, declared),
            (2, declared),
        ]
        assert {record["reader_id"] for record in records} == {chain.members[BEIFENG].company_id}
        assert {(record["grant_id"], record["purpose"]) for record in records} == {
            (granted, "lorry 2027")
        }
        assert log(chain, BEIFENG) == []

    def test_sees_only_the_part_it_was_granted(self, chain, declared):
        other = chain.part(CELLWERK, "CELL-2")
        chain.buys(BEIFENG, "BP-CELL-2", other)
        second = chain.declared(CELLWERK, "CELL-2")
        chain.grants(CELLWERK, BEIFENG, 1, part_id=other.id)
        assert chain.get(BEIFENG, f"/v1/declarations/{second}").status_code == 200
        assert chain.get(BEIFENG, f"/v1/declarations/{declared}").status_code == 404

    def test_sees_nothing_once_the_grant_is_revoked(self, chain, declared):
        granted = chain.grants(CELLWERK, BEIFENG, 5)
        path = f"/v1/declarations/{declared}"
        assert chain.get(BEIFENG, path).status_code == 200
        assert chain.post(CELLWERK, f"/v1/grants/{granted}/revocation").status_code == 200
        assert chain.get(BEIFENG, path).status_code == 404

    @pytest.mark.parametrize(
        ("first", "last", "status"), [(-10, 10, 200), (1, 10, 404), (-10, 0, 404), (0, 1, 200)]
    )
    def test_sees_it_only_while_the_grant_stands(self, chain, declared, first, last, status):
        today = now().date()
        chain.grants(
            CELLWERK,
            BEIFENG,
            1,
            valid_from=today + timedelta(days=first),
            valid_to=today + timedelta(days=last),
        )
        assert chain.get(BEIFENG, f"/v1/declarations/{declared}").status_code == status


class TestAWithdrawal:
    def test_marks_the_declaration_and_is_logged(self, chain, declared):
        path = f"/v1/declarations/{declared}"
        answer = chain.post(CELLWERK, f"{path}/withdrawal", json={"reason": "meter was broken"})
        seen = chain.get(CELLWERK, path).json()
        assert seen["state"] == "withdrawn"
        assert seen["withdrawal"] == answer.json()
        assert seen["withdrawal"]["reason"] == "meter was broken"
        assert seen["withdrawal"]["log_index"] > seen["log_index"]
        assert chain.get(CELLWERK, f"{path}/jws").status_code == 200

    def test_happens_once(self, chain, declared):
        path = f"/v1/declarations/{declared}/withdrawal"
        chain.post(CELLWERK, path, json={"reason": "meter was broken"})
        again = chain.post(CELLWERK, path, json={"reason": "really"})
        assert (again.status_code, again.json()["code"]) == (409, "hub/withdrawn-already")

    @pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "  "}, {"reason": 3}])
    def test_needs_a_reason(self, chain, declared, body):
        path = f"/v1/declarations/{declared}"
        assert chain.post(CELLWERK, f"{path}/withdrawal", json=body).status_code == 400
        assert chain.get(CELLWERK, path).json()["state"] == "head"


def test_an_expired_declaration_says_so(chain):
    declared = chain.declared(
        CELLWERK, "CELL-1", period_start="2019-01-01", period_end="2019-12-31"
    )
    assert chain.get(CELLWERK, f"/v1/declarations/{declared}").json()["state"] == "expired"


class TestFindings:
    """What the checks found by the split annex is of its level."""

    @pytest.fixture
    def doubtful(self, chain):
        """The stages add up to 9.75 of 12.50, and a carrier has a unit that nobody knows."""
        built = CELLWERK.built("CELL-1", **{"stage:all": "9.75"})
        split = json.loads(built.annexes["split"])
        carrier = {"carrier": "steam", "quantity": "3", "unit": "hogshead"}
        annex = canonical({**split, "carriers": [carrier]})
        extension = built.document["credentialSubject"]["footprint"]["extensions"][0]["data"]
        extension["annexes"] = {"split": digest(annex)}
        jws = CELLWERK.sign(canonical(built.document))
        answer = chain.submit(CELLWERK, pack_submission(jws, {"split": annex}))
        assert answer.status_code == 201, answer.text
        return f"/v1/declarations/{answer.json()['digest']}"

    def codes(self, answer):
        return [finding["code"] for finding in answer.json()["findings"]]

    @pytest.mark.parametrize("level", [2, 5])
    def test_are_told_in_full_from_level_2_on(self, chain, doubtful, level):
        chain.grants(CELLWERK, BEIFENG, level=level)
        answer = chain.get(BEIFENG, doubtful)
        both = {"document/stages-differ-from-total", "document/unit-name"}
        assert both <= set(self.codes(answer))
        assert b"9.75" in answer.content
        assert answer.json()["findings"] == chain.get(CELLWERK, doubtful).json()["findings"]

    def test_tell_nothing_of_the_split_at_level_1(self, chain, doubtful):
        chain.grants(CELLWERK, BEIFENG, level=1)
        answer = chain.get(BEIFENG, doubtful)
        assert "document/stages-differ-from-total" in self.codes(answer)
        for secret in (b"9.75", b"hogshead", b"carriers"):
            assert secret not in answer.content

    def test_tell_nothing_of_the_split_to_whom_the_total_travels(self, chain, doubtful):
        chain.grants(CELLWERK, BEIFENG, level=1)
        part = chain.part(BEIFENG, "BP-CELL").id
        answer = chain.get(BEIFENG, f"/v1/parts/{part}/findings")
        assert "document/stages-differ-from-total" in [found["code"] for found in answer.json()]
        for secret in (b"9.75", b"hogshead", b"carriers"):
            assert secret not in answer.content


class TestAProcessDeclaration:
    """What a company's own making emits is no product's footprint: nobody else reads it."""

    def test_is_the_owners_alone(self, chain):
        declared = chain.declared(CELLWERK, "CELL-1", boundary="gate-to-gate", kgco2e="4.5")
        chain.declared(CELLWERK, "CELL-1")
        chain.grants(CELLWERK, BEIFENG, level=5, aggregate=True)
        for suffix in ("", "/jws", "/receipt"):
            path = f"/v1/declarations/{declared}{suffix}"
            assert chain.get(CELLWERK, path).status_code == 200
            hidden = chain.get(BEIFENG, path)
            absent = chain.get(BEIFENG, f"/v1/declarations/{UNKNOWN}{suffix}")
            assert hidden.status_code == absent.status_code == 404
            assert hidden.content == absent.content
        assert log(chain) == []
