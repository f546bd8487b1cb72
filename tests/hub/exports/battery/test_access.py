"""The three editions of Annex XIII: what each may hold, and that none holds more."""

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from hub.exports.battery import art7
from hub.exports.battery.access import (
    ATTRIBUTES,
    PLACES,
    Audience,
    attribute_at,
    may_hold,
    shown,
)
from hub.exports.battery.art7_judge import judged
from hub.exports.battery.formats import FORMATS
from hub.exports.battery.writing import Filing, Format, NoEditionError
from tests.cast import BEIFENG, CELLWERK, DONGHAI, FOXGLOVE
from tests.schemas.battery.packs import MODEL, footprint, study
from tierlight_schemas.battery.model import BatteryModel
from tierlight_schemas.battery.reading import Step

PUBLIC, INTEREST, AUTHORITIES = Audience
ROW = re.compile(r"^\| (`.+`) \| (.*?) \| (public|legitimate interest|authorities) \|$", re.M)
ROOT = Path(__file__).resolve().parents[4]
CERTIFICATES = [{"name": "Cycle life", "number": "T-4711"}]
SUPPLIERS = {"supplier": "Voltaic Cells"}


def told(audience, **more):
    model = BatteryModel.model_validate({**MODEL, "certificates": CERTIFICATES})
    filing = Filing(audience, suppliers=SUPPLIERS)
    body, gaps = art7.FORMAT.write(footprint(**more), model, filing)
    assert gaps == ()
    assert body is not None
    assert judged(body) == []
    return json.loads(body)


class TestGroups:
    def test_each_group_sees_what_those_before_it_see(self):
        assert [[a.sees(b) for b in Audience] for a in Audience] == [
            [True, False, False], [True, True, False], [True, True, True],
        ]  # fmt: skip

    @pytest.mark.parametrize("audience", Audience)
    def test_a_file_holds_what_the_table_gives_its_audience(self, audience):
        held = set(told(audience))
        above = {name for name, row in ATTRIBUTES.items() if not audience.sees(row.group)}
        assert held & above == set()
        assert all(may_hold(audience, name) for name in held)

    def test_every_member_of_the_declaration_has_a_group(self):
        assert set(art7.MEMBERS) <= set(ATTRIBUTES)

    def test_every_attribute_of_the_regulation_names_its_point(self):
        how_to_read = {"type", "audience", "notices", "ruleset", "asOf"}
        unnamed = {name for name, row in ATTRIBUTES.items() if not row.point}
        assert unnamed == how_to_read
        assert {ATTRIBUTES[name].group for name in unnamed} == {PUBLIC}

    def test_what_has_no_group_is_in_no_file(self):
        with pytest.raises(KeyError):
            may_hold(AUTHORITIES, "supplierMargin")


def leaves(value, path=""):
    """The path of every value of a file."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, f"{path}[]")
    else:
        yield path


class TestPlaces:
    @pytest.mark.parametrize("format_id", PLACES)
    def test_every_member_of_a_passport_is_an_attribute_of_its_audience(self, format_id):
        whole = {**MODEL, "chemistry": "NMC622", "gtin": "04006381333931", "performanceClass": "C",
            "plantBpna": "BPNA1234567890AA", "certificates": [*CERTIFICATES,
            {"name": "DoC", "number": "DoC-1", "link": "https://battery.example/doc"}],
            "manufacturer": {"name": "A", "address": "B", "bpnl": "BPNL0123456789ZZ"}}  # fmt: skip
        model = BatteryModel.model_validate(whole)
        body = FORMATS[format_id].write(footprint(), model, Filing(PUBLIC)).body
        assert body is not None
        for path in leaves(json.loads(body)):
            row = attribute_at(format_id, path)
            assert row is not None, path
            assert PUBLIC.sees(row.group), path

    @pytest.mark.parametrize(
        ("format_id", "path"),
        [
            ("catena-x", "performance.rated"),
            ("catena-x", "conformityExtra"),
            ("batterypass", "MaterialComposition.batteryMaterials[].batteryMaterialMass"),
            ("batterypass", "CarbonFootprintForBatteries.supplier"),
        ],
    )
    def test_what_has_no_row_speaks_for_nothing(self, format_id, path):
        assert attribute_at(format_id, path) is None

    def test_the_documentation_lists_every_attribute_with_its_point_and_group(self):
        page = (ROOT / "docs" / "battery.md").read_text("utf-8")
        listed = {
            name: (point, group)
            for names, point, group in ROW.findall(page)
            for name in re.findall(r"`([a-zA-Z]+)`", names)
        }
        assert listed == {
            name: (row.point or "how to read the file", row.group.replace("-", " "))
            for name, row in ATTRIBUTES.items()
        }


class TestShown:
    def test_in_public_nothing_of_a_supplier_is_left(self):
        whole = footprint()
        seen, model = shown(whole, BatteryModel.model_validate(MODEL), PUBLIC)
        assert {entry.owner for entry in whole.entries} == {"maker", "supplier"}
        assert {entry.tier for entry in seen.entries} == {0}
        assert {(entry.part, entry.name, entry.source) for entry in seen.entries} == {("", "", "")}
        assert all(each.entry is None for each in seen.coverage)
        left = repr((seen, model))
        assert not [word for word in ("S-CELL", "s-cell", "'supplier'", "'CELL'") if word in left]

    def test_of_a_way_in_the_supplier_may_have_stated_the_value(self):
        seen, _ = shown(footprint(), BatteryModel(), PUBLIC)
        assert not [entry for entry in seen.entries if entry.step is Step.WAY_IN]

    def test_the_numbers_stay_as_they_are(self):
        whole = footprint()
        seen, _ = shown(whole, BatteryModel(), PUBLIC)
        assert (seen.per_kwh, seen.per_battery, seen.stages) == (
            whole.per_kwh, whole.per_battery, whole.stages,
        )  # fmt: skip

    def test_authorities_see_all(self):
        whole, model = footprint(), BatteryModel.model_validate(MODEL)
        assert shown(whole, model, AUTHORITIES) == (whole, model)


class TestEditions:
    def test_legitimate_interest_gets_composition_and_own_part_numbers(self):
        found = told(INTEREST)
        assert found["composition"] == [
            {"material": "aluminium", "family": "metal", "mass": {"value": "100", "unit": "kg"}}
        ]
        numbers = {row["partNumber"]: row["component"] for row in found["partNumbers"]}
        assert numbers == {
            "PACK": "battery", "CELL": "cell", "HOUSING": "housing", "BMS": "electronics",
        }  # fmt: skip
        text = json.dumps(found)
        assert not [word for word in ("S-CELL", "Voltaic", "s-cell", "T-4711") if word in text]

    def test_authorities_get_every_stage_down_to_the_signed_declaration(self):
        found = told(AUTHORITIES)
        assert found["certificates"] == CERTIFICATES
        stages = {row["stage"]: row for row in found["technicalDocumentation"]["stages"]}
        cell = [row for row in stages["main-production"]["rows"] if row.get("part") == "S-CELL"]
        assert [(row["value"], row["source"], row["supplier"]) for row in cell] == [
            ("140", "declaration:s-cell", "Voltaic Cells")
        ]
        assert stages["raw-material"]["value"] == "344"
        assert stages["end-of-life"]["value"] == "-474.075"

    def test_each_component_of_annex_ii_5_tells_its_data_and_the_part_that_it_lies_in(self):
        rows = told(AUTHORITIES)["technicalDocumentation"]["coverage"]
        assert [(row["component"], row["data"]) for row in rows] == [
            (name, "specific")
            for name in ("anode", "cathode", "electrolyte", "separator", "cell-casing")
        ]
        assert {(row["in"]["part"], row["in"]["component"]) for row in rows} == {
            ("S-CELL", "cell")
        }  # fmt: skip
        assert {row["in"]["source"] for row in rows} == {"declaration:s-cell"}

    def test_electricity_is_told_as_its_makers_state_it(self):
        rows = told(AUTHORITIES)["technicalDocumentation"]["electricity"]
        assert [(row["part"], row.get("supplier"), row["kwh"], row["counted"]) for row in rows] == [
            ("POWER", None, "250", "100"), ("S-CELL", "Voltaic Cells", "200", "120"),
        ]  # fmt: skip

    def test_the_first_two_stages_are_told_whole_by_their_rows(self):
        stages = told(AUTHORITIES)["technicalDocumentation"]["stages"]
        assert [row["other"] for row in stages[:2]] == ["0", "0"]

    def test_collecting_and_dismantling_is_what_no_row_tells(self):
        rest = told(AUTHORITIES)["technicalDocumentation"]["stages"][3]
        assert Decimal(rest["other"]) == Decimal("4")  # 0.1 t × 200 km × 0.1, and 2

    def test_a_supplier_of_no_known_name_stays_unnamed(self):
        whole, model = footprint(), BatteryModel.model_validate(MODEL)
        body = art7.FORMAT.write(whole, model, Filing(AUTHORITIES)).body
        assert body is not None
        rows = json.loads(body)["technicalDocumentation"]["stages"][1]["rows"]
        assert not any("supplier" in row for row in rows)

    def test_a_format_without_the_edition_says_so(self):
        public_only = Format("x", "x.json", "application/json", art7.write)
        with pytest.raises(NoEditionError) as caught:
            public_only.write(footprint(), BatteryModel(), Filing(AUTHORITIES))
        assert caught.value.params == {
            "format": "x", "found": "authorities", "known": "public",
        }  # fmt: skip

    def test_what_is_incomplete_is_refused_with_all_its_gaps(self):
        lacking = footprint(studyLink=None)
        written = art7.FORMAT.write(lacking, study(studyLink=None).model, Filing(PUBLIC))
        assert written.body is None
        assert written.gaps == tuple(lacking.gaps)


class TestJudge:
    @pytest.mark.parametrize(
        ("change", "complaint"),
        [
            (lambda d: d.pop("study"), "study: is missing"),
            (lambda d: d.pop("plant"), "plant: is missing"),
            (lambda d: d["manufacturer"].pop("address"), "manufacturer.address: is missing"),
            (lambda d: d.update(study="http://x"), "study: does not fit"),
            (lambda d: d["ruleset"].update(status="adopted"), "ruleset.status: annex-ii/2023 is"),
            (lambda d: d.update(audience="everybody"), "audience: is none of"),
            (lambda d: d.update(certificates=[]), "certificates: Annex XIII 3 is not for public"),
            (lambda d: d.update(composition=[]), "composition: Annex XIII 2(a) is not for public"),
            (lambda d: d.update(margin="1"), "margin: is no attribute"),
            (lambda d: d["lifeCycleStages"].pop(), "lifeCycleStages: has fewer than 4"),
            (lambda d: d["lifeCycleStages"][0].update(value="0.1"), "lifeCycleStages: adds up to"),
            (lambda d: d["lifeCycleStages"][0].update(value=0.1), "lifeCycleStages[0].value"),
            (lambda d: d["lifeCycleStages"][0].update(stage="use"), "lifeCycleStages[0].stage"),
            (lambda d: d["lifeCycleStages"].__setitem__(0, d["lifeCycleStages"][1]),
             "lifeCycleStages: not each stage once"),
            (lambda d: d["notices"].clear(), "notices: has fewer than 2"),
        ],
    )  # fmt: skip
    def test_what_it_finds(self, change, complaint):
        found = told(PUBLIC)
        change(found)
        wrong = judged(json.dumps(found).encode())
        assert any(each.startswith(complaint) for each in wrong), wrong

    @pytest.mark.parametrize("body", [b"", b"[]", b"null", b"\xff\xfe{\x00}\x00", b"{"])
    def test_what_is_no_declaration(self, body):
        assert len(judged(body)) == 1


class TestOverHttp:
    def test_authorities_get_the_names_that_the_manufacturer_knows(self, works):
        works.enter(certificates=CERTIFICATES)
        digest = works.cell()
        answer = works.declaration(audience="authorities")
        assert answer.status_code == 200, answer.text
        assert (
            'filename="authorities-art7-declaration.json"' in answer.headers["content-disposition"]
        )
        text = answer.text
        assert BEIFENG.name in text
        assert FOXGLOVE.name in text
        assert f"declaration:{digest}" in text
        assert CELLWERK.name not in text
        assert DONGHAI.name not in text

    def test_legitimate_interest_gets_no_supplier(self, works):
        works.enter(manufacturer={"name": "Aurora", "address": "Road 1"})
        digest = works.cell()
        text = works.declaration(audience="legitimate-interest").text
        secrets = (*(each.name for each in (BEIFENG, FOXGLOVE, CELLWERK, DONGHAI)), digest)
        assert [secret for secret in secrets if secret in text] == []
        assert "AM-CELL" in text
