"""The officer's desk: every battery and how far it is, every format tried, and what has left."""

import hashlib

import pytest

from hub.exports.battery.formats import FORMATS
from hub.exports.battery.judging import MOST, judged
from hub.exports.battery.writing import Format, Judge, Written
from tests.cast import AURORA, BEIFENG, CELLWERK
from tests.hub.exports.battery.conftest import Works

DRAFT = "eu-cfb-ev/draft-2024-04"
OTHER_BILL = "parent child quantity\nBATTERY AM-CELL 3\nBATTERY AM-BMS 1\nBATTERY AM-POWER 250"


def listed(works: Works, actor=AURORA, **asked: object) -> list[dict]:
    answer = works.world.get(actor, "/v1/batteries", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def history(works: Works, **asked: object) -> list[dict]:
    answer = works.world.get(AURORA, f"{works.path}/history", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def tried(works: Works, **asked: object) -> dict[str, dict]:
    answer = works.world.get(AURORA, f"{works.path}/exports", params=asked)
    assert answer.status_code == 200, answer.text
    return {row["format"]: row for row in answer.json()}


def classes(works: Works, table: str) -> None:
    sent = {"content": table.encode(), "headers": {"Content-Type": "text/csv"}}
    answer = works.world.post(AURORA, "/v1/batteries/classes/import", **sent)
    assert answer.status_code == 200, answer.text


class TestList:
    def test_nothing_is_begun(self, works):
        assert listed(works) == []

    def test_a_part_that_is_a_battery_waits_for_its_plant(self, works):
        classes(works, "part,component\nBATTERY,battery\n")
        (row,) = listed(works)
        assert (row["part"], row["name"], row["state"]) == ("BATTERY", "Battery", "not-begun")
        assert "site_id" not in row or row["site_id"] is None
        assert row["gaps"] == 0

    def test_once_its_plant_is_chosen_it_stands_with_that(self, works):
        classes(works, "part,component\nBATTERY,battery\n")
        works.enter(studyLink=None)
        (row,) = listed(works)
        assert (row["site"], row["site_name"], row["site_id"]) == ("P1", "Plant 1", works.site_id)
        # the cell is nowhere split into stages: the study, the stages, the split, five components
        assert (row["state"], row["gaps"]) == ("incomplete", len(works.ask()["gaps"]))
        assert row["gaps"] > 1

    def test_complete(self, works):
        works.enter()
        works.cell()
        (row,) = listed(works)
        assert (row["state"], row["gaps"]) == ("complete", 0)
        assert row["per_kwh"] == works.ask()["per_kwh"]["value"]
        assert (row["handed_out"], row["stale"]) == (0, 0)
        assert "handed_out_at" not in row or row["handed_out_at"] is None

    def test_by_another_ruleset_another_state(self, works):
        works.enter()
        works.cell()  # of no country, so that the draft cannot count its electricity anew
        assert [row["state"] for row in listed(works)] == ["complete"]
        assert [row["state"] for row in listed(works, ruleset=DRAFT)] == ["incomplete"]

    def test_page_by_page(self, works):
        works.enter()
        classes(works, "part,component\nAM-HOUSING,battery\nAM-BMS,battery\n")
        first = works.world.get(AURORA, "/v1/batteries", params={"limit": 2}).json()
        rest = works.world.get(AURORA, "/v1/batteries", params={"after": first["next"]}).json()
        assert [row["part"] for row in first["items"]] == ["AM-BMS", "AM-HOUSING"]
        assert [row["part"] for row in rest["items"]] == ["BATTERY"]
        assert rest.get("next") is None

    @pytest.mark.parametrize("asked", [{"ruleset": "annex-ii/2024"}, {"after": "x"}, {"limit": 0}])
    def test_what_cannot_be_asked(self, works, asked):
        assert works.world.get(AURORA, "/v1/batteries", params=asked).status_code == 400

    def test_another_company_has_none(self, works):
        works.enter()
        assert listed(works, BEIFENG) == []


class TestExports:
    def test_every_format_is_tried_and_judged(self, works):
        works.enter()
        works.cell()
        found = tried(works)
        assert [*found] == [*FORMATS]
        for name, row in found.items():
            judges = [judge.name for judge in FORMATS[name].judges]
            assert [verdict["judge"] for verdict in row["verdicts"]] == (
                judges if row["is_written"] else []
            )
            assert all(v["complaints"] == [] for v in row["verdicts"]), (name, row["verdicts"])
        art7 = found["art7"]
        assert (art7["is_written"], art7["gaps"]) == (True, [])
        body = works.declaration().content
        assert (art7["digest"], art7["size"]) == (hashlib.sha256(body).hexdigest(), len(body))

    def test_what_is_missing_is_told_by_clause_and_there_is_no_file(self, works):
        works.enter(studyLink=None, declarationOfConformity=None)
        works.cell()
        art7 = tried(works)["art7"]
        assert (art7["is_written"], art7["verdicts"]) == (False, [])
        assert art7.get("digest") is None
        assert [gap["clause"] for gap in art7["gaps"]] == ["Art. 7(1)(f)", "Art. 7(1)(g)"]
        assert all(gap["text"] and gap["remedy"] and gap["who"] for gap in art7["gaps"])

    def test_a_check_that_complains_is_heard_and_a_long_one_is_cut(self):
        def complaints(body: bytes) -> list[str]:
            return [f"member {number}" for number in range(len(body))]

        judges = (Judge("Silent", lambda body: ()), Judge("Loud", complaints))
        made = Format("x", "x.json", "application/json", lambda *_: Written(b""), judges)
        silent, loud = judged(made, b"x" * (MOST + 5))
        assert (silent.judge, silent.complaints, silent.total) == ("Silent", (), 0)
        assert (loud.judge, len(loud.complaints), loud.total) == ("Loud", MOST, MOST + 5)

    def test_trying_leaves_no_record(self, works):
        works.enter()
        works.cell()
        tried(works)
        assert history(works) == []

    @pytest.mark.parametrize("what", ["exports", "history"])
    def test_another_s_battery_is_not_there(self, works, what):
        works.enter()
        works.cell()
        works.declaration()
        mine = works.world.get(BEIFENG, f"{works.path}/{what}")
        none = works.world.get(BEIFENG, f"/v1/batteries/x/plants/y/{what}")
        assert (mine.status_code, none.status_code) == (404, 404)
        assert mine.content == none.content

    def test_an_audience_that_there_is_not(self, works):
        answer = works.world.get(AURORA, f"{works.path}/exports", params={"audience": "friends"})
        assert answer.status_code == 400


class TestHistory:
    def test_a_file_that_leaves_is_on_record(self, works):
        works.enter()
        works.cell()
        body = works.declaration(audience="authorities").content
        (row,) = history(works)
        assert row["file_digest"] == hashlib.sha256(body).hexdigest()
        assert row["inputs_digest"] == works.ask()["inputs_digest"]
        assert row["per_kwh"] == works.ask()["per_kwh"]["value"]
        assert (row["ruleset"], row["format"]) == ("annex-ii/2023", "art7")
        assert (row["audience"], row["is_stale"]) == ("authorities", False)
        assert row["recorded_by"].startswith("machine:")

    def test_the_same_file_again_is_on_record_once(self, works):
        works.enter()
        works.cell()
        for _ in range(3):
            assert works.declaration().status_code == 200
        assert len(history(works)) == 1
        assert works.declaration(audience="authorities").status_code == 200
        assert len(history(works)) == 2

    def test_what_is_refused_has_not_left(self, works):
        works.enter(studyLink=None)
        works.cell()
        assert works.declaration().status_code == 409
        assert works.declaration(format="pdf").status_code == 400
        assert history(works) == []

    def test_stale_once_the_bill_changes_and_not_before(self, works):
        works.enter()
        works.cell()
        works.declaration()
        works.enter(model="TL-73")  # another file, of the same inputs
        works.declaration()
        assert [row["is_stale"] for row in history(works)] == [False, False]
        (row,) = listed(works)
        assert (row["handed_out"], row["stale"]) == (1, 0)
        works.chain.tables(AURORA, bom=OTHER_BILL)
        assert [row["is_stale"] for row in history(works)] == [True, True]
        assert listed(works)[0]["stale"] == 1

    def test_the_energy_mix_of_a_supplier_makes_it_stale(self, works):
        works.enter()
        works.cell()
        works.declaration()
        works.cell(**{"carrier-quantity:electricity": "101 kWh"})
        assert [row["is_stale"] for row in history(works)] == [True]

    def test_what_leaves_anew_is_not_stale_and_the_old_file_stays_so(self, works):
        works.enter()
        works.cell()
        works.declaration()
        works.cell(**{"carrier-quantity:electricity": "101 kWh"})
        assert works.declaration().status_code == 200
        assert [row["is_stale"] for row in history(works)] == [True, False]
        assert listed(works)[0]["stale"] == 0

    def test_page_by_page(self, works):
        works.enter()
        works.cell()
        for model in ("A", "B", "C"):
            works.enter(model=model)
            works.declaration()
        first = works.world.get(AURORA, f"{works.path}/history", params={"limit": 2}).json()
        rest = history(works, after=first["next"])
        assert [len(first["items"]), len(rest)] == [2, 1]

    def test_a_third_company_sees_nothing_of_it(self, works):
        works.enter()
        works.cell()
        works.declaration()
        assert works.world.get(CELLWERK, f"{works.path}/history").status_code == 404
