"""Battery Pass 1.2 and the Catena-X passport 6.1: what stands in them, and what they cannot hold.

The schemas below restate what the two models demand, in our own words: a second judge beside that
of the format, by a library that we did not write.
"""

import json
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from hub.exports.battery import art7, batterypass, catena_x
from hub.exports.battery.batterypass_judge import judged as batterypass_judged
from hub.exports.battery.catena_x_judge import judged as catena_x_judged
from hub.exports.battery.json_text import json_text
from hub.exports.battery.template import matching
from hub.exports.battery.writing import NO_CLASS, Filing
from tests.hub.exports.battery.originals import original, schema_in
from tests.schemas.battery.packs import ALUMINIUM, MODEL, footprint, stated
from tierlight_schemas.battery.model import BatteryModel
from tierlight_schemas.battery.rulesets import ANNEX_II, Stage
from tierlight_schemas.calculator.allocation import advised, shares
from tierlight_schemas.rollup.vectors import exact_sum

LINK = "https://battery.example/doc.pdf"
CATENA_X = {
    "chemistry": "NMC622",
    "gtin": "04006381333931",
    "plantBpna": "BPNA1234567890AA",
    "manufacturer": {"name": "A", "address": "B", "bpnl": "BPNL0123456789ZZ"},
    "certificates": [{"name": "EU declaration of conformity", "number": "DoC-1", "link": LINK}],
}
NEVER_KEPT = len(catena_x.UNKEPT) + len(catena_x.ABOVE)
NO_RECYCLING = {"materials": [{**ALUMINIUM, "r2": "0"}]}
"""Nothing is saved: end of life emits."""
PCF = "CarbonFootprintForBatteries"
PASS_SCHEMA = {
    "type": "object",
    "required": [
        "batteryCarbonFootprint", "carbonFootprintPerLifecycleStage",
        "carbonFootprintPerformanceClass", "carbonFootprintStudy",
    ],
    "properties": {
        "batteryCarbonFootprint": {"type": "number"},
        "carbonFootprintPerLifecycleStage": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["lifecycleStage", "carbonFootprint"],
                "properties": {
                    "lifecycleStage": {
                        "enum": [
                            "RawMaterialExtraction", "MainProduction", "Distribution", "Recycling",
                        ]
                    },
                    "carbonFootprint": {"type": "number"},
                },
            },
        },
        "carbonFootprintPerformanceClass": {"type": "string"},
        "carbonFootprintStudy": {"type": "string"},
        "absoluteCarbonFootprint": {"type": "number"},
    },
}  # fmt: skip
DOCUMENTS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["content", "contentType", "header"],
        "properties": {"header": {"type": "string", "maxLength": 100}},
    },
}
FOOTPRINT_SCHEMA = {
    "type": "object",
    "required": [
        "value", "rulebook", "lifecycle", "unit", "type", "manufacturingPlant", "declaration",
    ],
    "properties": {
        "value": {"type": "number", "minimum": 0},
        "rulebook": DOCUMENTS,
        "declaration": DOCUMENTS,
        "lifecycle": {"type": "string"},
        "unit": {"type": "string"},
        "type": {"enum": ["Climate Change Total", "Climate Change Fossil"]},
        "performanceClass": {"type": "string"},
        "manufacturingPlant": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["facility"],
                "properties": {"facility": {"pattern": "^BPNA[a-zA-Z0-9]{12}$"}},
            },
        },
    },
}  # fmt: skip


def model_of(**more):
    return BatteryModel.model_validate({**MODEL, **more})


def batterypass_of(rules=ANNEX_II, **more):
    """The finished document, numbers with every digit; and its gaps."""
    found = footprint(rules, **more)
    body, gaps = batterypass.FORMAT.write(found, model_of(**more), Filing())
    assert body is not None
    assert batterypass_judged(body) == []
    return json.loads(body, parse_float=Decimal), gaps


def catena_x_of(rules=ANNEX_II, **more):
    found = footprint(rules, **more)
    body, gaps = catena_x.FORMAT.write(found, model_of(**more), Filing())
    assert body is not None
    assert catena_x_judged(body) == []
    return json.loads(body, parse_float=Decimal), gaps


def plain(told):
    """As a validator knows numbers."""
    return json.loads(json.dumps(told, default=float))


def total(found):
    """kgCO2e per kWh."""
    return stated(found.per_kwh)


def paths(gaps, case):
    return {gap.params["format_path"] for gap in gaps if gap.case == case}


def by_lifecycle(told):
    return {row["lifecycle"]: row["value"] for row in told["sustainability"]["carbonFootprint"]}


class TestBatteryPass:
    def test_every_member_of_the_aspect(self):
        told, gaps = batterypass_of(performanceClass="C")
        found = told[PCF]
        assert [
            *Draft4Validator(PASS_SCHEMA).iter_errors(json.loads(json.dumps(found, default=float)))
        ] == []
        assert found["carbonFootprintStudy"] == MODEL["studyLink"]
        assert found["carbonFootprintPerformanceClass"] == "C"
        assert "no-class" not in {gap.case for gap in gaps}

    @pytest.mark.parametrize("kwh", ["72", "71.3", "7", "0.013"])
    def test_the_stages_add_up_to_the_total_to_the_last_digit(self, kwh):
        found = batterypass_of(serviceLife={**MODEL["serviceLife"], "usableKwh": kwh})[0][PCF]
        stages = [row["carbonFootprint"] for row in found["carbonFootprintPerLifecycleStage"]]
        assert exact_sum(stages) == found["batteryCarbonFootprint"]
        assert stages[-1] < 0

    def test_a_class_that_no_act_knows_is_told_as_none_and_is_a_gap(self):
        told, gaps = batterypass_of()
        assert told[PCF]["carbonFootprintPerformanceClass"] == NO_CLASS
        assert paths(gaps, "no-class") == {f"{PCF}.carbonFootprintPerformanceClass"}

    def test_what_cannot_be_whole_is_left_out_and_says_what_it_lacks(self):
        told, gaps = batterypass_of(certificates=[{"name": "x", "number": "T-1"}])
        assert set(told) == {"notices", "ruleset", PCF, "units", "leftOut"}
        lacking = {
            f"{row['aspect']}.{member}" for row in told["leftOut"] for member in row["lacking"]
        }
        assert lacking == paths(gaps, "unkept") | paths(gaps, "above")
        assert "GeneralProductInformation.manufacturingDate" in lacking
        assert paths(gaps, "above") == {
            "MaterialComposition.batteryMaterials", "Labeling.resultOfTestReport",
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("change", "complaint"),
        [
            (lambda d: d.pop(PCF), f"{PCF}: is missing"),
            (lambda d: d.pop("notices"), "notices: is missing"),
            (lambda d: d["ruleset"].pop("status"), "ruleset.status: is missing"),
            (lambda d: d[PCF].pop("carbonFootprintStudy"), f"{PCF}.carbonFootprintStudy"),
            (lambda d: d[PCF].update(carbonFootprintStudy="x"), f"{PCF}.carbonFootprintStudy"),
            (lambda d: d[PCF].update(batteryCarbonFootprint="1"), f"{PCF}.batteryCarbonFootprint"),
            (lambda d: d[PCF].update(batteryCarbonFootprint=None), f"{PCF}.batteryCarbonFootprint"),
            (lambda d: d[PCF].update(batteryCarbonFootprint=7), f"{PCF}.carbonFootprintPerLife"),
            (lambda d: d[PCF].update(carbonFootprintPerformanceClass=" "), f"{PCF}.carbonF"),
            (lambda d: d[PCF]["carbonFootprintPerLifecycleStage"].pop(), f"{PCF}.carbonF"),
            (lambda d: d[PCF]["carbonFootprintPerLifecycleStage"][0].update(lifecycleStage="Use"),
             f"{PCF}.carbonFootprintPerLifecycleStage[0].lifecycleStage"),
            (lambda d: d[PCF]["carbonFootprintPerLifecycleStage"][0].update(
                lifecycleStage="Recycling"), f"{PCF}.carbonFootprintPerLifecycleStage: not each"),
            (lambda d: d["units"].update(absoluteCarbonFootprint="tCO2e"), "units.absolute"),
        ],
    )  # fmt: skip
    def test_what_the_judge_finds(self, change, complaint):
        body = batterypass.FORMAT.write(footprint(), model_of(), Filing()).body
        assert body is not None
        told = json.loads(body)
        change(told)
        wrong = batterypass_judged(json.dumps(told).encode())
        assert any(each.startswith(complaint) for each in wrong), wrong

    def test_one_number_has_one_spelling_in_all_files_of_a_set(self):
        """Of a third of a kilogram as many digits as in our own file."""
        thirds = {
            "distribution": {"legs": [{"mode": "road", "km": "1", "factor": "0.33333333333333333"}]}
        }
        found, model = footprint(ANNEX_II, **thirds), model_of(**thirds)
        body = art7.FORMAT.write(found, model, Filing()).body
        assert body is not None
        ours = json.loads(body)
        theirs = batterypass_of(**thirds)[0][PCF]
        assert len(str(stated(found.per_battery))) > 16
        assert ours["perBattery"]["value"] == str(theirs["absoluteCarbonFootprint"])
        assert ours["carbonFootprint"]["value"] == str(theirs["batteryCarbonFootprint"])
        stages = [
            f"{row['carbonFootprint']:f}" for row in theirs["carbonFootprintPerLifecycleStage"]
        ]
        assert [row["value"] for row in ours["lifeCycleStages"]] == stages


class TestCatenaX:
    def test_total_and_stages_where_all_emit(self):
        told, gaps = catena_x_of(**CATENA_X, **NO_RECYCLING)
        found = by_lifecycle(told)
        assert [*found] == [catena_x.TOTAL, *catena_x.LIFECYCLES.values()]
        assert (
            exact_sum(value for name, value in found.items() if name != catena_x.TOTAL)
            == (found[catena_x.TOTAL])
        )
        assert paths(gaps, "negative") == set()
        assert len(gaps) == NEVER_KEPT

    def test_each_footprint_is_as_the_aspect_demands(self):
        told, _ = catena_x_of(**CATENA_X)
        for row in plain(told)["sustainability"]["carbonFootprint"]:
            assert [*Draft4Validator(FOOTPRINT_SCHEMA).iter_errors(row)] == []
            assert row["manufacturingPlant"] == [{"facility": "BPNA1234567890AA"}]

    def test_what_the_master_data_knows_stands_in_its_place(self):
        told, _ = catena_x_of(**CATENA_X)
        assert told["specVersion"] == "urn:io.catenax.battery.battery_pass:6.1.0"
        assert told["identification"]["category"] == "EV"
        assert told["identification"]["identification"]["codes"] == [
            {"key": "GTIN", "value": "04006381333931"}
        ]
        assert told["operation"]["manufacturer"] == {
            "facility": [{"facility": "BPNA1234567890AA"}], "manufacturer": "BPNL0123456789ZZ",
        }  # fmt: skip
        assert told["characteristics"]["physicalDimension"]["weight"] == {
            "value": 100, "unit": "unit:kilogram",
        }  # fmt: skip
        assert told["conformity"]["declarationOfConformity"][0]["content"] == LINK

    def test_what_is_not_entered_is_a_gap_and_stays_out(self):
        told, gaps = catena_x_of(category="lmt")
        assert paths(gaps, "enter") == {
            "identification.chemistry", "identification.identification.codes",
            "operation.manufacturer.manufacturer", "operation.manufacturer.facility",
            "sustainability.carbonFootprint[].manufacturingPlant[].facility",
        }  # fmt: skip
        assert paths(gaps, "conformity-link") == {"conformity.declarationOfConformity"}
        assert "operation" not in told
        assert "commercial" not in told
        assert "chemistry" not in told["identification"]
        footprints = told["sustainability"]["carbonFootprint"]
        assert {json.dumps(row["manufacturingPlant"]) for row in footprints} == {"[]"}

    @pytest.mark.parametrize("bpn", ["BPNA123", "BPNL1234567890AA", "BPNA1234567890AA ", ""])
    def test_a_plant_number_that_cannot_be(self, bpn):
        with pytest.raises(ValueError, match="plantBpna"):
            model_of(plantBpna=bpn)

    @pytest.mark.parametrize(
        ("change", "complaint"),
        [
            (lambda d: d.update(specVersion="6.0.0"), "specVersion"),
            (lambda d: d.pop("sustainability"), "sustainability: is missing"),
            (lambda d: d["sustainability"]["carbonFootprint"][1].update(value=-0.1),
             "sustainability.carbonFootprint[1].value: is below 0"),
            (lambda d: d["sustainability"]["carbonFootprint"][1].update(value="0.1"),
             "sustainability.carbonFootprint[1].value: is no number"),
            (lambda d: d["sustainability"]["carbonFootprint"][1].pop("rulebook"),
             "sustainability.carbonFootprint[1].rulebook: is missing"),
            (lambda d: d["sustainability"]["carbonFootprint"][1].update(lifecycle="use"),
             "sustainability.carbonFootprint[1].lifecycle"),
            (lambda d: d["sustainability"]["carbonFootprint"][1].update(unit="kg"),
             "sustainability.carbonFootprint[1].unit"),
            (lambda d: d["sustainability"]["carbonFootprint"].pop(0),
             "sustainability.carbonFootprint: not each"),
            (lambda d: d["sustainability"]["carbonFootprint"].pop(1),
             "sustainability.carbonFootprint: raw material"),
            (lambda d: d["sources"].pop(), "sustainability.carbonFootprint: end of life"),
            (lambda d: d["identification"].update(category="ev"), "identification.category"),
            (lambda d: d["characteristics"]["warranty"].update(lifeUnit="years"),
             "characteristics.warranty.lifeUnit"),
            (lambda d: d["sources"][0].update(header="x" * 101), "sources[0].header"),
        ],
    )  # fmt: skip
    def test_what_the_judge_finds(self, change, complaint):
        body = catena_x.FORMAT.write(footprint(), model_of(**CATENA_X), Filing()).body
        assert body is not None
        told = json.loads(body)
        change(told)
        wrong = catena_x_judged(json.dumps(told).encode())
        assert any(each.startswith(complaint) for each in wrong), wrong

    def test_a_stage_that_only_claims_to_be_below_zero_is_found(self):
        body = catena_x.FORMAT.write(footprint(ANNEX_II, **NO_RECYCLING), model_of(), Filing()).body
        assert body is not None
        told = json.loads(body)
        told["sustainability"]["carbonFootprint"].pop()
        told["sources"].append({
            "header": "x", "category": "x", "type": "text", "content": "end of life and recycling",
        })  # fmt: skip
        assert catena_x_judged(json.dumps(told).encode()) == [
            "sustainability.carbonFootprint: what is left out is not below zero"
        ]


class TestTraps:
    """Where others stumbled, one by one; the numbers are those of our list."""

    def test_trap_1_a_schema_in_utf_16_can_be_read(self, tmp_path):
        path = tmp_path / "schema.json"
        path.write_bytes(json.dumps(PASS_SCHEMA).encode("utf-16"))
        assert path.read_bytes()[:2] in (b"\xff\xfe", b"\xfe\xff")
        with pytest.raises(UnicodeDecodeError):
            path.read_text(encoding="utf-8")
        assert schema_in(path) == PASS_SCHEMA

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


class TestOriginals:
    """By the schemas of their own houses, where they lie beside the repository."""

    def test_battery_pass(self):
        schema = original("CarbonFootprintForBatteries-schema.json")
        assert [*Draft4Validator(schema).iter_errors(plain(batterypass_of()[0][PCF]))] == []

    def test_catena_x_lacks_what_its_gaps_name_and_nothing_else(self):
        schema = original("BatteryPass-6.1.0-schema.json")
        told, gaps = catena_x_of(**CATENA_X)
        named = {gap.params["format_path"] for gap in gaps}
        for error in Draft4Validator(schema).iter_errors(plain(told)):
            assert error.validator == "required", error
            missing = re.match(r"'(.+)' is a required", error.message)
            assert missing is not None
            path = ".".join([*map(str, error.absolute_path), missing[1]])
            assert any(path == each or each.startswith(f"{path}.") for each in named), path


class TestJsonText:
    @pytest.mark.parametrize(
        "digits", ["0", "0.10", "-0.0137174479166666700", "1E-18", "123456789012345678901234.5"]
    )
    def test_a_number_keeps_its_digits(self, digits):
        told = json.loads(json_text([Decimal(digits)]), parse_float=Decimal, parse_int=Decimal)
        assert told[0].as_tuple() == Decimal(digits).as_tuple()

    @given(
        st.recursive(
            st.none() | st.booleans() | st.text() | st.decimals(allow_nan=False, places=9),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        )
    )
    def test_what_is_read_back_is_what_was_written(self, value):
        assert json.loads(json_text(value), parse_float=Decimal, parse_int=Decimal) == value

    def test_a_float_is_refused(self):
        with pytest.raises(TypeError):
            json_text({"value": 0.1})


def test_a_result_without_a_total_is_no_file():
    whole = footprint()
    lacking = replace(whole, per_kwh=None)
    for form in (batterypass.FORMAT, catena_x.FORMAT):
        assert form.write(lacking, model_of(), Filing()).body is None


def test_every_stage_has_its_word():
    assert set(batterypass.STAGES) == set(catena_x.LIFECYCLES) == set(Stage)
