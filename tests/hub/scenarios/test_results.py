"""What a scenario gives of Aurora's car, in numbers that anyone can check by hand."""

import json
from decimal import Decimal

import pytest

from hub.kit.clock import now
from tests.cast import AURORA, BEIFENG, YEAR
from tests.hub.scenarios.conftest import STEEL

NO_STEEL = {"change": "line", "part": "CAR-1", "child": "AM-STEEL", "quantity": "0"}
LESS_STEEL = NO_STEEL | {"quantity": "500"}
ALU = {"change": "new-line", "part": "CAR-1", "child": "AM-ALU", "quantity": "200"}
HALF = {"change": "share", "part": "AM-PACK", "supplierPart": "PACK-1", "share": "0.4"}
SUPPLIER_B = {"change": "new-source", "part": "AM-PACK", "name": "Supplier B", "share": "0.6"}
SUPPLIER_B |= {"value": "700", "unit": "piece"}
POWER = {"change": "new-line", "part": "CAR-1", "child": "AM-POWER", "quantity": "100"}
SWAP = {"change": "replaced-child", "part": "CAR-1", "child": "AM-STEEL", "by": "AM-ALU"}
GRID = {"change": "factor", "category": "grid", "unit": "kWh", "value": "0.1"}


class TestFootprint:
    @pytest.mark.parametrize(
        ("expected", "changes"),
        [
            ("3100", []),
            ("2650", [STEEL]),  # 900 × 0.5 less
            ("1300", [NO_STEEL]),
            ("3500", [LESS_STEEL, ALU]),  # -400 × 2 + 200 × 6
            ("2460", [LESS_STEEL, ALU, STEEL | {"part": "AM-ALU", "value": "0.8"}]),
            ("2980", [HALF, SUPPLIER_B]),  # 360 + 420 instead of 900
            ("2560", [HALF]),
            ("3100", [POWER]),  # the plant's own process is declared, never counted twice
            ("2200", [{"change": "removed-line", "part": "CAR-1", "child": "AM-PACK"}]),
            ("6700", [SWAP]),  # 900 × 6 instead of 900 × 2
            ("4000", [NO_STEEL | {"quantity": "450"}, SWAP]),
        ],
    )  # fmt: skip
    def test_by_hand(self, what_if, expected, changes):
        assert what_if.total(*changes) == expected

    def test_a_grid_factor(self, what_if):
        made = {"change": "new-line", "part": "AM-PACK", "child": "AM-POWER", "quantity": "100"}
        off = HALF | {"share": "0"}
        assert what_if.total(off, made) == "2260"  # 2200 + 100 × 0.6
        assert what_if.total(off, made, GRID) == "2210"

    def test_an_empty_one_gives_the_bytes_of_the_plain_result(self, what_if):
        scenario = what_if.save()
        asked = {"as_of": f"{YEAR + 1}-06-01", "known_at": now().isoformat(), "top": 1000}
        plain = what_if.chain.get(AURORA, "CAR-1", **asked)
        made = what_if.ask(scenario, **asked)
        stamp = made.pop("scenario")
        assert made["total"].pop("statement") == f"What if “S”: {plain['total'].pop('statement')}"
        assert json.dumps(made) == json.dumps(plain)
        assert (stamp["name"], stamp["version"], stamp["without_effect"]) == ("S", 1, [])

    def test_it_is_stamped_and_its_inputs_have_a_digest_of_their_own(self, what_if):
        scenario = what_if.save(STEEL, name="Light")
        saved = what_if.world.get(AURORA, f"/v1/scenarios/{scenario}").json()
        made, plain = what_if.ask(scenario), what_if.chain.get(AURORA, "CAR-1")
        stamp = {name: made["scenario"][name] for name in ("id", "name", "version", "digest")}
        assert stamp == {
            "id": scenario,
            "name": "Light",
            "version": 1,
            "digest": saved["digest"],
        }
        assert made["input_digest"] != plain["input_digest"]
        assert made["basis"] == "declared"

    def test_what_is_assumed_is_never_known(self, what_if):
        made = what_if.ask(what_if.save(STEEL))
        assert made["kinds"]["default"]["value"] == "1350"
        assert made["kinds"]["declared"]["value"] == "1300"
        assert Decimal(made["coverage"]["default_share"]) == pytest.approx(
            Decimal(1350) / 2650, abs=Decimal("1e-14")
        )
        row = next(item for item in made["contributions"] if item["part"] == "AM-STEEL")
        assert (row["kind"], row["value"], row["supplier"]) == ("default", "1350", None)
        assert made["total"]["statement"] == (
            "What if “S”: 1,300 kgCO2e known + 1,350 kgCO2e by average values, gaps open"
            " (100 % of the mass covered)"
        )
        (flag,) = [f for f in made["findings"] if f["code"] == "tier/default-used"]
        assert flag["text"] == "For Steel the scenario assumes 1.5 kgCO2e per kilogram."
        assert made["scenario"]["digest"] in flag["evidence"]["source"]

    def test_the_same_digest_and_dates_give_the_same_bytes(self, what_if):
        asked = {"as_of": f"{YEAR + 1}-06-01", "known_at": now().isoformat()}
        scenario = what_if.save(STEEL, HALF, SUPPLIER_B)
        before = what_if.ask(scenario, **asked)
        what_if.chain.declare(AURORA, "AM-STEEL", "9", declared_unit="kg", mass_kg="1")
        what_if.chain.declare(BEIFENG, "PACK-1", "9", mass_kg="300")
        assert json.dumps(what_if.ask(scenario, **asked)) == json.dumps(before)
        assert what_if.ask(scenario) != before

    def test_pinned_dates_hold_unless_the_question_names_others(self, what_if):
        pinned = {"as_of": f"{YEAR + 1}-06-01", "known_at": now().isoformat()}
        scenario = what_if.save(SUPPLIER_B | {"share": "0"}, **pinned)
        what_if.chain.declare(AURORA, "AM-STEEL", "1", declared_unit="kg", mass_kg="1")
        made = what_if.ask(scenario)
        assert (made["as_of"], made["known_at"]) == (pinned["as_of"], pinned["known_at"])
        assert made["total"]["excluding_uptake"] == "3100"
        later = what_if.ask(scenario, known_at=now().isoformat())
        assert later["total"]["excluding_uptake"] == "2200"
        assert later["as_of"] == pinned["as_of"]
        assert what_if.ask(scenario, as_of=f"{YEAR + 1}-07-01")["as_of"] == f"{YEAR + 1}-07-01"

    def test_changes_that_this_part_does_not_feel_are_told(self, what_if):
        made = what_if.ask(what_if.save(STEEL, STEEL | {"part": "AM-ALU"}, GRID))
        assert made["scenario"]["without_effect"] == [2, 3]

    def test_what_no_longer_fits_is_named_with_its_change(self, what_if):
        scenario = what_if.save(STEEL, LESS_STEEL)
        what_if.chain.tables(AURORA, bom="""
            parent child quantity unit
            CAR-1 AM-PACK 1 piece""")  # fmt: skip
        path = f"/v1/scenarios/{scenario}/footprint"
        part = what_if.chain.part(AURORA, "CAR-1")
        answer = what_if.world.get(AURORA, path, params={"part_id": part})
        assert (answer.status_code, answer.json()["code"]) == (409, "hub/scenario-outdated")
        (detail,) = answer.json()["details"]
        assert (detail["code"], detail["number"]) == ("scenario/line-unknown", "2")
        assert detail["message"].startswith("Change 2 (line): CAR-1 has no such line")

    @pytest.mark.parametrize("actor", [BEIFENG, AURORA])
    def test_another_s_part_is_not_found(self, what_if, actor):
        scenario = what_if.save(STEEL)
        parts = {BEIFENG: what_if.chain.part(BEIFENG, "PACK-1"), AURORA: "none"}
        path = f"/v1/scenarios/{scenario}/footprint"
        answer = what_if.world.get(AURORA, path, params={"part_id": parts[actor]})
        assert (answer.status_code, answer.json()["code"]) == (404, "hub/not-found")

    def test_a_cycle_is_found_as_always(self, what_if):
        loop = {"change": "new-line", "part": "AM-PACK", "child": "CAR-1", "quantity": "1"}
        made = what_if.ask(what_if.save(HALF, loop))
        assert made["total"]["excluding_uptake"] is None
        assert "tier/cycle" in {finding["code"] for finding in made["findings"]}

    def test_words_in_three_languages(self, what_if):
        scenario, part = what_if.save(STEEL), what_if.chain.part(AURORA, "CAR-1")
        path = f"/v1/scenarios/{scenario}/footprint?part_id={part}"
        said = []
        for lang in ("en", "de", "zh-CN"):
            headers = what_if.world.members[AURORA].headers | {"Accept-Language": lang}
            said.append(what_if.world.client.get(path, headers=headers).json())
        starts = ("What if “S”: ", "Was wäre, wenn „S“: ", "假设“S”：")
        for start, made in zip(starts, said, strict=True):
            assert made["total"]["statement"].startswith(start)
        assert len({made["scenario"]["note"] for made in said}) == 3


def steps(document):
    return {step["class"]: step["value"] for step in document["steps"] if step["value"] != "0"}


class TestDifference:
    ALL = (STEEL, HALF, SUPPLIER_B, LESS_STEEL, ALU, GRID | {"category": "alu-part", "unit": "kg"})

    def test_from_what_is_on_record_by_cause(self, what_if):
        found = what_if.ask(what_if.save(*self.ALL), "difference")
        # steel 900 × -0.5; nothing takes aluminium yet; steel -400 × 1.5, aluminium 200 × 0.1;
        # 360 + 420 instead of 900
        assert steps(found) == {"declaration": "-450", "bom": "-580", "sourcing": "-120"}
        assert found["change"] == "-1150"
        assert sum(map(Decimal, steps(found).values())) == Decimal(found["change"])
        assert found["from"]["total"]["excluding_uptake"] == "3100"
        assert found["to"]["total"]["excluding_uptake"] == "1950"
        assert "scenario" not in found["from"]
        assert found["to"]["scenario"]["version"] == 1
        assert found["to"]["total"]["statement"].startswith("What if “S”: ")
        assert found["from"]["known_at"] == found["to"]["known_at"]
        movers = {m["part"] for step in found["steps"] for m in step["movers"]}
        assert movers == {"AM-STEEL", "AM-ALU", "PACK-1", "Supplier B"}

    def test_a_factor(self, what_if):
        first = what_if.save(ALU, name="A")
        second = what_if.save(
            ALU, GRID | {"category": "alu-part", "unit": "kg", "value": "4"}, name="B"
        )
        found = what_if.ask(second, "difference", against=first)
        assert steps(found) == {"factor": "-400"}
        assert found["from"]["scenario"]["name"] == "A"
        assert found["to"]["scenario"]["name"] == "B"
        back = what_if.ask(first, "difference", against=second)
        assert steps(back) == {"factor": "400"}

    def test_an_empty_one_and_itself_differ_in_nothing(self, what_if):
        for scenario in (what_if.save(), what_if.save(STEEL, name="T")):
            found = what_if.ask(scenario, "difference", against=scenario)
            assert (found["change"], steps(found)) == ("0", {})
        assert what_if.ask(what_if.save(name="U"), "difference")["change"] == "0"

    def test_two_pinned_to_different_days_differ_by_the_books_too(self, what_if):
        early = what_if.save(STEEL, name="early", known_at=now().isoformat())
        what_if.chain.declare(BEIFENG, "PACK-1", "800", mass_kg="300")
        late = what_if.save(STEEL, name="late")
        found = what_if.ask(late, "difference", against=early)
        assert steps(found) == {"declaration": "-100"}
        assert what_if.ask(late, "difference")["change"] == "-450"

    def test_printed_parts_add_up_where_digits_run_out(self, what_if):
        third = STEEL | {"value": "1.000000000000000000333"}
        found = what_if.ask(
            what_if.save(third, LESS_STEEL | {"yield": "0.3"}, HALF | {"share": "0.333"}),
            "difference",
        )
        assert len(steps(found)) == 3
        assert sum(map(Decimal, steps(found).values())) == Decimal(found["change"])
