"""The traps of the formats that others fell into, one by one."""

import json
from decimal import Decimal

import pytest

from hub.exports.battery import batterypass, catena_x
from hub.exports.battery.batterypass_judge import judged as batterypass_judged
from hub.exports.battery.template import matching
from hub.exports.battery.writing import Filing
from tests.hub.exports.battery.originals import schema_in
from tests.hub.exports.battery.passes import (
    CATENA_X,
    PCF,
    batterypass_of,
    by_lifecycle,
    catena_x_of,
    model_of,
    paths,
    total,
)
from tests.schemas.battery.packs import ALUMINIUM, MODEL, footprint, stated
from tierlight_schemas.battery.rulesets import ANNEX_II
from tierlight_schemas.calculator.allocation import advised, shares


class TestTraps:
    """Where others stumbled, one by one; the numbers are those of our list."""

    def test_trap_1_a_schema_in_utf_16_can_be_read(self, tmp_path):
        path = tmp_path / "schema.json"
        schema = {"type": "object", "required": ["batteryCarbonFootprint"]}
        path.write_bytes(json.dumps(schema).encode("utf-16"))
        assert path.read_bytes()[:2] in (b"\xff\xfe", b"\xfe\xff")
        with pytest.raises(UnicodeDecodeError):
            path.read_text(encoding="utf-8")
        assert schema_in(path) == schema

    def test_trap_1_our_own_files_are_utf_8_without_a_mark(self):
        body = batterypass.FORMAT.write(footprint(), model_of(), Filing()).body
        assert body is not None
        assert body.startswith(b"{")
        assert body.decode("utf-8")

    def test_trap_2_a_stage_is_kg_a_kwh_and_no_share(self):
        told = batterypass_of()[0]
        rows = told[PCF]["carbonFootprintPerLifecycleStage"]
        values = {row["lifecycleStage"]: row["carbonFootprint"] for row in rows}
        assert values["MainProduction"] == Decimal("0.00694444444444445")  # 240 kg ÷ 34,560 kWh
        assert told["units"]["carbonFootprintPerLifecycleStage"] == "kgCO2e/kWh"

    def test_trap_2_shares_are_found_by_the_judge(self):
        body = batterypass.FORMAT.write(footprint(), model_of(), Filing()).body
        assert body is not None
        told = json.loads(body)
        for row, share in zip(
            told[PCF]["carbonFootprintPerLifecycleStage"], (0.5, 0.25, 0.125, 0.125), strict=True
        ):
            row["carbonFootprint"] = share
        wrong = batterypass_judged(json.dumps(told).encode())
        assert wrong[0].endswith("shares of the total, and not kgCO2e/kWh")

    def test_trap_3_the_absolute_footprint_is_kilograms(self):
        told = batterypass_of()[0]
        assert told[PCF]["absoluteCarbonFootprint"] == Decimal("121.925")
        assert told["units"]["absoluteCarbonFootprint"] == "kgCO2e"

    def test_trap_6_a_stage_below_zero_is_left_out_by_name_and_the_total_stands(self):
        told, gaps = catena_x_of(**CATENA_X)
        found = by_lifecycle(told)
        assert "end of life and recycling" not in found
        assert found[catena_x.TOTAL] == total(footprint())
        assert sum(found.values()) - found[catena_x.TOTAL] > found[catena_x.TOTAL]
        [gap] = [gap for gap in gaps if gap.case == "negative"]
        assert gap.clause == "Art. 7(1)(e)"
        assert gap.params["format_path"] == (
            "sustainability.carbonFootprint[end of life and recycling].value"
        )
        assert gap.params["value"] == "-0.01371744791666667"
        assert told["sources"][-1]["content"] == (
            "end of life and recycling: -0.01371744791666667 kgCO2e/kWh"
        )

    def test_trap_6_a_total_below_zero_is_no_file(self):
        saving = {"materials": [{**ALUMINIUM, "evStar": "30"}]}
        assert total(footprint(ANNEX_II, **saving)) < 0
        body, gaps = catena_x.FORMAT.write(
            footprint(ANNEX_II, **saving), model_of(**saving), Filing()
        )
        assert body is None
        assert [gap.case for gap in gaps] == ["negative-total"]
        assert batterypass_of(**saving)[0][PCF]["batteryCarbonFootprint"] < 0

    def test_trap_11_a_trailing_blank_is_no_part_of_a_number(self):
        cas = matching(r"[0-9]{2,7}-[0-9]{2}-[0-9]")
        assert cas("7439-93-2") is None
        assert cas("7439-93-2 ") is not None
        assert cas("7439-93-2\n") is not None
        with pytest.raises(ValueError, match="name"):
            model_of(materials=[{**ALUMINIUM, "name": "7439-93-2 "}])

    def test_trap_12_the_price_ratio_is_that_of_the_highest_and_the_lowest(self):
        kg = [Decimal(each) for each in (".0226", ".0426", ".0838", ".253", ".00893", ".0212")]
        usd = [Decimal(each) for each in ("68.03", "2.90", "40.92", "14.89", "1.97", "6.76")]
        assert round(max(usd) / min(usd), 1) == Decimal("34.5")
        assert advised(usd) == "economic"
        by_mass = [round(share * 100) for share in shares(kg)]
        worth = [price * mass for price, mass in zip(usd, kg, strict=True)]
        by_worth = [round(share * 100) for share in shares(worth)]
        assert by_mass == [5, 10, 19, 59, 2, 5]
        assert by_worth == [17, 1, 38, 42, 0, 2]

    @pytest.mark.parametrize(
        ("years", "told"),
        [
            ("8", {"lifeValue": 8, "lifeUnit": "unit:year"}),
            ("8.5", {"lifeValue": 102, "lifeUnit": "unit:month"}),
            ("0.25", {"lifeValue": 3, "lifeUnit": "unit:month"}),
            ("8.01", None),
        ],
    )
    def test_trap_13_a_warranty_is_a_duration(self, years, told):
        life = {**MODEL["serviceLife"], "warrantyYears": years}
        document, gaps = catena_x_of(serviceLife=life)
        assert document["characteristics"].get("warranty") == told
        assert ("characteristics.warranty" in paths(gaps, "enter")) is (told is None)

    def test_trap_13_the_functional_unit_comes_from_the_same_years(self):
        life = {**MODEL["serviceLife"], "warrantyYears": "8.5"}
        assert stated(footprint(serviceLife=life).functional_unit.total_kwh) == Decimal(36720)
