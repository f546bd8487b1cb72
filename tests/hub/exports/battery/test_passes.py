"""Battery Pass 1.2 and the Catena-X passport 6.1: what stands in them, and what they cannot hold.

The schemas below restate what the two models demand, in our own words: a second judge beside that
of the format, by a library that we did not write.
"""

import json
import re
from dataclasses import replace

import pytest
from jsonschema import Draft4Validator

from hub.exports.battery import art7, batterypass, catena_x
from hub.exports.battery.batterypass_judge import judged as batterypass_judged
from hub.exports.battery.catena_x_judge import judged as catena_x_judged
from hub.exports.battery.writing import NO_CLASS, Filing
from tests.hub.exports.battery.originals import original
from tests.hub.exports.battery.passes import (
    CATENA_X,
    LINK,
    NEVER_KEPT,
    NO_RECYCLING,
    PCF,
    batterypass_of,
    by_lifecycle,
    catena_x_of,
    model_of,
    paths,
    plain,
)
from tests.schemas.battery.packs import MODEL, footprint, stated
from tierlight_schemas.battery.rulesets import ANNEX_II, Stage
from tierlight_schemas.rollup.vectors import exact_sum

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


def test_a_result_without_a_total_is_no_file():
    whole = footprint()
    lacking = replace(whole, per_kwh=None)
    for form in (batterypass.FORMAT, catena_x.FORMAT):
        assert form.write(lacking, model_of(), Filing()).body is None


def test_every_stage_has_its_word():
    assert set(batterypass.STAGES) == set(catena_x.LIFECYCLES) == set(Stage)
