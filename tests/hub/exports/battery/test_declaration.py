"""A battery's declaration out of three tiers of signed data, and every way it is refused."""

import json
from decimal import Decimal

import pytest

from hub.sharing.policy import SPLIT, TOTAL
from tests.cast import AURORA, BEIFENG, CELLWERK, DONGHAI, FOXGLOVE
from tests.hub.exports.battery.conftest import GAS, OF_2025, clauses, gaps
from tests.schemas.battery.packs import MODEL

DRAFT = "eu-cfb-ev/draft-2024-04"
IN_CHINA = {"country": "CN", "site": "B1"}


class TestComplete:
    def test_by_hand(self, works):
        works.enter()
        works.cell()
        found = works.ask()
        assert found["gaps"] == []
        assert found["per_battery"]["value"] == "121.925"
        stages = {row["stage"]: row["per_battery"] for row in found["stages"]}
        assert stages == {
            "raw-material": "344",
            "main-production": "240",
            "distribution": "12",
            "end-of-life": "-474.075",
        }

    def test_the_file_has_all_items_and_says_what_it_is_not(self, works):
        works.enter()
        works.cell()
        answer = works.declaration()
        assert answer.headers["content-disposition"] == (
            'attachment; filename="art7-declaration.json"'
        )
        told = json.loads(answer.content)
        assert told["notices"] == ["method act not adopted", "not verified by a notified body"]
        assert told["ruleset"]["id"] == "annex-ii/2023"
        assert told["manufacturer"] == MODEL["manufacturer"]
        assert told["batteryModel"]["identifier"] == "TL-72"
        assert told["plant"] == {"code": "P1", "name": "Plant 1", "country": "DE"}
        assert told["declarationOfConformity"] == "DoC-1"
        assert told["study"] == MODEL["studyLink"]
        values = [Decimal(stage["value"]) for stage in told["lifeCycleStages"]]
        assert sum(values) == Decimal(told["carbonFootprint"]["value"])
        assert values[-1] < 0

    def test_the_public_file_holds_nothing_of_a_supplier(self, works):
        works.enter(manufacturer={"name": "Aurora", "address": "Road 1"})
        digest = works.cell()
        body = works.declaration().content.decode()
        entries = works.ask()["entries"]
        secrets = [
            *(actor.name for actor in (BEIFENG, CELLWERK, DONGHAI, FOXGLOVE)),
            *(f'"{entry["part"]}"' for entry in entries),
            *(f'"{entry["value"]}"' for entry in entries if entry["tier"]),
            "AM-", "Supplier", digest, works.chain.id(BEIFENG),
        ]  # fmt: skip
        assert [secret for secret in secrets if secret in body] == []

    def test_two_rulesets_give_the_same_total_and_another_split(self, works):
        works.enter()
        # What CN and DE are counted with is the mix that the draft wants.
        mixes = {"country": "CN"}
        works.cell(**mixes)
        annex, draft = works.ask(), works.ask(DRAFT)
        moved = sum(Decimal(row["value"]) - Decimal(row["counted"]) for row in draft["electricity"])
        assert draft["gaps"] == []
        assert len(draft["electricity"]) == 2
        total = Decimal(annex["per_battery"]["value"])
        assert Decimal(draft["per_battery"]["value"]) == total + moved
        split = [row["per_battery"] for row in annex["stages"][:2]]
        assert split != [row["per_battery"] for row in draft["stages"][:2]]

    def test_stale_is_told_when_the_bill_changes(self, works):
        works.enter()
        works.cell()
        before = works.ask()["inputs_digest"]
        assert works.ask(against=before)["is_stale"] is False
        works.enter(model="TL-73")
        assert works.ask(against=before)["is_stale"] is False
        works.chain.tables(AURORA, bom="parent child quantity\nBATTERY AM-CELL 3\nBATTERY AM-BMS 1")
        assert works.ask(against=before)["is_stale"] is True


class TestMissingTiers:
    def test_a_third_tier_that_is_gone_is_a_gap_and_no_lower_number(self, works):
        works.enter()
        whole = works.ask()
        assert whole["per_battery"] is not None  # of the cell a sum is known, through three tiers
        assert gaps(whole) >= {("stage-unsplit", "none", "CELL")}
        entry = next(row for row in whole["entries"] if row["part"] == "CELL")
        assert entry["value"] == "400.4"  # 2 × (70 + 5 + 10 × 12.5 + 0.1 + 0.1)
        assert entry["source"] == ""  # by which processes Beifeng's value came about is Beifeng's
        listed = works.world.get(DONGHAI, "/v1/declarations").json()["items"]
        for row in listed:
            path = f"/v1/declarations/{row['digest']}/withdrawal"
            assert works.world.post(DONGHAI, path, json={"reason": "wrong"}).is_success
        found = works.ask()
        assert found["per_battery"] is None
        assert found["per_kwh"] is None
        gap = next(row for row in found["gaps"] if row["case"] == "partial")
        assert (gap["part"], gap["supplier"], gap["who"]) == ("CELL", "Beifeng Pack", "supplier")
        assert gap["clause"] == "Annex II(4)"
        assert "Donghai" not in json.dumps(found)
        assert works.declaration().status_code == 409

    def test_a_first_tier_that_shares_nothing_any_more(self, works):
        works.enter()
        works.cell()
        for grant in works.world.get(FOXGLOVE, "/v1/grants").json()["items"]:
            works.chain.revoke(FOXGLOVE, grant["id"])
        found = works.ask()
        assert found["per_kwh"] is None
        missing = {row["part"] for row in found["gaps"] if row["case"] == "value"}
        assert missing == {"AM-HOUSING", "AM-BMS"}

    def test_a_split_that_is_not_shown_is_a_gap(self, works):
        works.enter()
        works.cell()
        for grant in works.world.get(BEIFENG, "/v1/grants").json()["items"]:
            works.chain.revoke(BEIFENG, grant["id"])
        works.chain.grant(BEIFENG, AURORA, TOTAL)
        found = works.ask()
        assert ("stage-unsplit", "none", "CELL") in gaps(found)
        assert {gap for gap in gaps(found) if gap[1] == "hidden"} == {
            ("default-where-specific", "hidden", "CELL")
        }
        assert found["per_battery"]["value"] == "121.925"


class TestRefusals:
    def test_nothing_entered_names_every_clause(self, works):
        works.cell()
        found = works.ask()
        expected = {f"Art. 7(1)({letter})" for letter in "abdefg"} | {"Annex II(3)", "Annex II(4)"}
        assert set(clauses(found)) == expected
        refusal = works.declaration()
        assert refusal.status_code == 409
        assert refusal.json()["code"] == "battery/refused"
        assert {row["clause"] for row in refusal.json()["details"]} == expected
        assert all(row["message"] and row["remedy"] for row in refusal.json()["details"])
        assert not any("text" in row for row in refusal.json()["details"])
        assert clauses(found)[0] == "Art. 7(1)(a)"

    @pytest.mark.parametrize("lang", ["de", "zh-CN"])
    def test_gaps_are_told_in_the_reader_s_language(self, works, lang):
        headers = works.world.members[AURORA].headers | {"Accept-Language": lang}
        asked = {"ruleset": "annex-ii/2023"}
        answer = works.world.client.get(f"{works.path}/footprint", params=asked, headers=headers)
        texts = " ".join(row["text"] for row in answer.json()["gaps"])
        assert ("Konformitätserklärung" if lang == "de" else "符合性声明") in texts

    @pytest.mark.parametrize(
        ("asked", "code"),
        [
            ({"ruleset": "annex-ii/2024"}, "battery/ruleset"),
            ({"ruleset": ""}, "battery/ruleset"),
            ({"format": "pdf"}, "battery/format"),
            ({"format": "../art7"}, "battery/format"),
            ({"as_of": "tomorrow"}, "hub/request-form"),
            ({"known_at": "2026-01-01T00:00:00"}, "hub/instant-without-zone"),
        ],
    )
    def test_what_cannot_be_asked(self, works, asked, code):
        answer = works.world.get(AURORA, f"{works.path}/declaration", params=asked)
        assert (answer.status_code, answer.json()["code"]) == (400, code)

    @pytest.mark.parametrize("what", ["footprint", "declaration", "model"])
    def test_another_s_battery_is_not_there(self, works, what):
        mine = works.world.get(BEIFENG, f"{works.path}/{what}")
        none = works.world.get(BEIFENG, f"/v1/batteries/x/plants/y/{what}")
        assert (mine.status_code, none.status_code) == (404, 404)
        assert mine.content == none.content
        other = works.world.put(BEIFENG, f"{works.path}/model", json={})
        assert other.status_code == 404

    @pytest.mark.parametrize(
        ("body", "place"),
        [
            ({"serviceLife": {"usableKwh": "0"}}, "body.serviceLife.usableKwh"),
            ({"serviceLife": {"usableKwh": "1" + "0" * 40}}, "body.serviceLife.usableKwh"),
            ({"serviceLife": {"warrantyYears": "0." + "0" * 40 + "1"}},
             "body.serviceLife.warrantyYears"),
            ({"studyLink": "http://x.example"}, "body.studyLink"),
            ({"studyLink": "javascript:alert(1)"}, "body.studyLink"),
            ({"model": " \n"}, "body.model"),
            ({"gtin": "123"}, "body.gtin"),
            ({"materials": [{"name": "x"}]}, "body.materials.0.family"),
            ({"unknown": "x"}, "body.unknown"),
            ({"offsets": [{"description": "x", "emissions": "-1"}]}, "body.offsets.0.emissions"),
        ],
    )  # fmt: skip
    def test_master_data_that_cannot_be(self, works, body, place):
        answer = works.world.put(AURORA, f"{works.path}/model", json=body)
        assert answer.status_code == 400
        assert place in {row["place"] for row in answer.json()["details"]}


class TestRecords:
    def test_every_owner_sees_what_was_read(self, works):
        works.enter()
        digest = works.cell()
        works.ask()
        log = works.world.get(BEIFENG, "/v1/access-log").json()["items"]
        read = {(row["object_id"], row["level"]) for row in log}
        assert {(digest, TOTAL), (digest, SPLIT)} <= read

    def test_what_was_entered_before_stays(self, works):
        works.enter()
        before = works.ask()["known_at"]
        works.enter(model="TL-99")
        works.cell()
        assert works.world.get(AURORA, f"{works.path}/model").json()["model"] == "TL-99"
        assert works.ask()["is_complete"] is True
        then = works.ask(known_at=before)  # the cell was not declared then
        assert ("stage-unsplit", "none", "CELL") in gaps(then)


class TestPlants:
    def test_the_process_of_another_plant_is_not_taken(self, works):
        works.enter()
        works.cell()
        works.chain.process(AURORA, "BATTERY", "90", site="P2")
        assert ("incomplete", "plants", "") in gaps(works.ask())
        works.chain.process(AURORA, "BATTERY", "80", site="P1")
        found = works.ask()
        assert found["gaps"] == []
        stages = {row["stage"]: row["per_battery"] for row in found["stages"]}
        assert stages["main-production"] == "220"  # 80 in place of the 100 of the energy line

    def test_a_declaration_of_one_s_own_hides_no_component(self, works):
        works.enter()
        works.cell()
        works.chain.declare(AURORA, "BATTERY", "999", mass_kg="100", **OF_2025)
        assert works.ask()["per_battery"]["value"] == "121.925"


class TestCharacterization:
    def test_another_report_cannot_be_restated(self, works):
        works.enter()
        works.cell()
        told = {"mass_kg": "10"} | OF_2025 | GAS | {"characterization": "AR5"}
        works.chain.declare(FOXGLOVE, "BMS", "31", **told)
        found = works.ask()
        assert ("characterization-not-restatable", "", "BMS") in gaps(found)
        assert found["per_kwh"] is None
