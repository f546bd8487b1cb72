"""A battery passport of IDTA 02035: what foreign readers say of it, and what it says to them."""

import io
import json
import zipfile
from dataclasses import replace
from decimal import Decimal
from typing import Any

import aas_core3.jsonization
import aas_core3.types
import aas_core3.verification
import aas_core3.xmlization
import aas_core3_1.jsonization
import aas_core3_1.types
import aas_core3_1.verification
import pytest
from aas_test_engines.file import check_aasx_data, check_json_file
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.exports.battery.idta.as_xml import NAMESPACE
from hub.exports.battery.idta.package import SPECIFICATION
from hub.exports.battery.idta.writers import AASX, IDTA
from hub.exports.battery.writing import NOTICES, Audience, Filing, Written
from tests.schemas.battery.packs import MODEL, footprint
from tests.schemas.battery.test_declare import DRAFT_TOLD
from tierlight_schemas.battery.gaps import Number
from tierlight_schemas.battery.model import BatteryModel
from tierlight_schemas.battery.rulesets import ANNEX_II, RULESETS, Stage
from tierlight_schemas.battery.words import telling
from tierlight_schemas.messages import LANGUAGES

PHASES = {
    Stage.RAW_MATERIAL: "A1 - raw material supply (and upstream production)",
    Stage.MAIN_PRODUCTION: "A3 - production",
    Stage.DISTRIBUTION: "A4 - transport to final destination",
    Stage.END_OF_LIFE: "C3 - recycling, waste treatment",
}
TEST_REPORT = {"name": "DoC", "number": "DoC-1", "link": "https://battery.example/doc.pdf"}


def written(form=IDTA, rules=ANNEX_II, **more: Any) -> Written:
    """PACK's file; `more` replaces members of the model."""
    filing = Filing(more.pop("audience", Audience.PUBLIC))
    model = BatteryModel.model_validate({**MODEL, **more})
    return form.write(footprint(rules, told=DRAFT_TOLD, **more), model, filing)


def body(form=IDTA, rules=ANNEX_II, **more: Any) -> bytes:
    found = written(form, rules, **more).body
    assert found is not None
    return found


def specification(package: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return archive.read(SPECIFICATION).decode()


def read_30(package: bytes) -> Any:
    return aas_core3.xmlization.environment_from_str(specification(package))


def read_31(text: bytes) -> Any:
    return aas_core3_1.jsonization.environment_from_jsonable(json.loads(text))


def told(environment: Any) -> list[tuple[Decimal, list[str]]]:
    """Value and phases of each entry of part 3, as a library reads them."""
    entries = environment.submodels[0].submodel_elements[0].value
    found = []
    for entry in entries:
        members = {member.id_short: member for member in entry.value}
        phases = [phase.value for phase in members["LifeCyclePhases"].value]
        found.append((Decimal(members["PcfCO2eq"].value), phases))
    return found


class TestForeignJudges:
    @pytest.mark.parametrize("rules", RULESETS.values(), ids=RULESETS)
    def test_the_json_is_right_under_both_metamodels(self, rules):
        document = json.loads(body(IDTA, rules))
        older = aas_core3.jsonization.environment_from_jsonable(document)
        newer = aas_core3_1.jsonization.environment_from_jsonable(document)
        assert [*aas_core3.verification.verify(older)] == []
        assert [*aas_core3_1.verification.verify(newer)] == []

    @pytest.mark.parametrize("rules", RULESETS.values(), ids=RULESETS)
    def test_the_xml_in_the_package_is_right(self, rules):
        assert [*aas_core3.verification.verify(read_30(body(AASX, rules)))] == []

    def test_the_test_engines_pass_both(self):
        assert check_json_file(io.StringIO(body(IDTA).decode())).ok()
        assert check_aasx_data(zipfile.ZipFile(io.BytesIO(body(AASX)))).ok()

    def test_the_test_engines_would_not_pass_anything(self):
        document = json.loads(body(IDTA))
        document["submodels"][0]["submodelElements"][0]["value"][0]["idShort"] = "in-a-list"
        assert not check_json_file(io.StringIO(json.dumps(document))).ok()

    def test_both_notations_hold_the_same(self):
        document = aas_core3.jsonization.environment_from_jsonable(json.loads(body(IDTA)))
        again = aas_core3.jsonization.to_jsonable(read_30(body(AASX)))
        assert again == aas_core3.jsonization.to_jsonable(document)


class TestNumbers:
    @pytest.mark.parametrize("rules", RULESETS.values(), ids=RULESETS)
    @pytest.mark.parametrize("form", [IDTA, AASX], ids=lambda form: form.id)
    def test_come_out_as_they_went_in(self, form, rules):
        held = footprint(rules, told=DRAFT_TOLD)
        assert held.per_kwh is not None
        read = told(read_31(body(IDTA, rules)) if form is IDTA else read_30(body(AASX, rules)))
        *stages, total = read
        assert {phases[0]: value for value, phases in stages} == {
            PHASES[stage]: each.per_kwh for stage, each in held.stages.items()
        }
        assert all(len(phases) == 1 for _, phases in stages)
        assert total == (held.per_kwh.value, [*PHASES.values()])
        assert sum(value for value, _ in stages) == total[0]

    def test_a_negative_end_of_life_stays_negative(self):
        by_phase = {phases[0]: value for value, phases in told(read_31(body()))[:-1]}
        assert by_phase["C3 - recycling, waste treatment"] < -0.01

    @given(
        st.lists(st.decimals("-1000", "1000", places=16, allow_nan=False), min_size=4, max_size=4)
    )
    @settings(max_examples=40, deadline=None)
    def test_any_stages_come_out_to_the_last_digit(self, values):
        held = footprint()
        stages = {
            stage: replace(each, per_kwh=value)
            for (stage, each), value in zip(held.stages.items(), values, strict=True)
        }
        total = Number(sum(values, Decimal(0)), "kgCO2e/kWh", "computed")
        other = replace(held, stages=stages, per_kwh=total)
        found = AASX.write(other, BatteryModel.model_validate(MODEL), Filing()).body
        assert found is not None
        assert [value for value, _ in told(read_30(found))] == [*values, total.value]
        assert AASX.judges[0].complaints(found) == []

    def test_what_art_7_says_of_this_battery(self):
        total = told(read_30(body(AASX)))[-1][0]
        assert abs(total - Decimal("121.925") / (72 * 60 * 8)) < Decimal("1e-14")


class TestTraps:
    """What the published templates and samples get wrong, or say twice."""

    def test_the_unit_is_that_of_the_value_list(self):
        assert '"kWh"' in body().decode()
        assert "kwH" not in body().decode()

    def test_lists_are_lists_though_of_one(self):
        entry = json.loads(body())["submodels"][0]["submodelElements"][0]["value"][0]
        lists = [each for each in entry["value"] if each["modelType"] == "SubmodelElementList"]
        assert {each["idShort"]: len(each["value"]) for each in lists} == {
            "PcfCalculationMethods": 1,
            "LifeCyclePhases": 1,
            "WebLinkToPublicCarbonFootprintStudy": 1,
        }

    def test_nothing_in_a_list_has_an_id_short(self):
        def inside(element):
            for each in element.get("value", []):
                if isinstance(each, dict) and "modelType" in each:
                    yield element["modelType"], "idShort" in each
                    yield from inside(each)

        for submodel in json.loads(body())["submodels"]:
            held = {"value": submodel["submodelElements"], "modelType": "Submodel"}
            found = {*inside(held)}
            assert ("SubmodelElementList", True) not in found
            assert ("SubmodelElementList", False) in found
            assert ("SubmodelElementCollection", False) not in found

    def test_a_list_and_its_items_mean_the_same(self):
        phases = next(
            each
            for each in json.loads(body())["submodels"][0]["submodelElements"][0]["value"][0][
                "value"
            ]
            if each["idShort"] == "LifeCyclePhases"
        )

        def ids(reference):
            return reference["keys"][0]["value"]

        assert ids(phases["semanticIdListElement"]) == "0173-1#02-ABG858#004"
        assert {ids(each["semanticId"]) for each in phases["value"]} == {"0173-1#02-ABG858#004"}
        assert [ids(each) for each in phases["supplementalSemanticIds"]] == ["0173-1#02-ABG858#003"]

    def test_the_package_is_of_the_namespace_that_readers_know(self):
        assert NAMESPACE == "https://admin-shell.io/aas/3/0"
        assert f'xmlns="{NAMESPACE}"' in specification(body(AASX))


class TestWhatItSays:
    @pytest.mark.parametrize("form", [IDTA, AASX], ids=lambda form: form.id)
    @pytest.mark.parametrize("rules", RULESETS.values(), ids=RULESETS)
    def test_it_is_a_draft_and_says_so(self, form, rules):
        text = body(form, rules).decode(errors="replace")
        assert all(said in text for said in (*NOTICES, rules.id, rules.status))

    def test_the_plant_is_the_facility_of_the_nameplate(self):
        asset = read_31(body()).asset_administration_shells[0].asset_information
        named = {each.name: each for each in asset.specific_asset_ids}
        plant = named["uniqueFacilityIdentifier"]
        assert plant.value == "P1"
        assert plant.semantic_id.keys[0].value == (
            "https://admin-shell.io/idta/nameplate/3/0/UniqueFacilityIdentifier"
        )
        assert named["batteryModel"].value == "TL-72"
        assert asset.asset_kind is aas_core3_1.types.AssetKind.TYPE

    def test_the_study_is_a_document_with_its_address(self):
        documents = self._documents(body())
        entries = read_31(body()).submodels[0].submodel_elements[0].value
        studies = {
            member.value[0].value
            for entry in entries
            for member in entry.value
            if member.id_short == "WebLinkToPublicCarbonFootprintStudy"
        }
        assert {"DoC-1"} | studies == documents.keys()
        assert documents[studies.pop()] == (
            "https://battery.example/study",
            "application/octet-stream",
        )

    def test_a_certificate_of_its_number_tells_where_the_conformity_is(self):
        assert self._documents(body())["DoC-1"] == (None, "application/octet-stream")
        other = {"name": "x", "number": "DoC-2", "link": "https://battery.example/no.pdf"}
        unread = {"name": "y", "number": "R-3"}
        certificates = [other, unread, TEST_REPORT]
        found = self._documents(body(audience=Audience.AUTHORITIES, certificates=certificates))
        assert found["DoC-1"] == ("https://battery.example/doc.pdf", "application/pdf")
        assert found["DoC-2"] == ("https://battery.example/no.pdf", "application/pdf")
        assert len(found) == 3
        public = self._documents(body(certificates=certificates))
        assert public["DoC-1"] == found["DoC-1"]
        assert "DoC-2" not in public

    def _documents(self, text: bytes) -> dict[str, tuple[str | None, str]]:
        found = {}
        for document in read_31(text).submodels[1].submodel_elements[0].value:
            members = {member.id_short: member for member in document.value}
            identifier = members["DocumentIds"].value[0].value[1].value
            version = {each.id_short: each for each in members["DocumentVersions"].value[0].value}
            file = version["DigitalFiles"].value[0]
            found[identifier] = (file.value, file.content_type)
        return found

    def test_titles_are_in_every_language(self):
        texts = body().decode()
        assert "Study of the carbon footprint of battery model TL-72" in texts
        assert "Studie zum CO2-Fußabdruck des Batteriemodells TL-72" in texts
        assert "电池型号 TL-72 的碳足迹研究报告" in texts

    @pytest.mark.parametrize("form", [IDTA, AASX], ids=lambda form: form.id)
    def test_the_same_input_gives_the_same_bytes(self, form):
        assert body(form) == body(form)

    def test_rulesets_share_the_shell_and_not_the_footprint(self):
        ids = [
            (found.asset_administration_shells[0].id, found.submodels[0].id)
            for found in (read_31(body(IDTA, rules)) for rules in RULESETS.values())
        ]
        assert len({shell for shell, _ in ids}) == 1
        assert len({submodel for _, submodel in ids}) == len(RULESETS)

    @pytest.mark.parametrize("change", ["model", "manufacturer"])
    def test_another_battery_has_another_id(self, change):
        value = {"model": "TL-73", "manufacturer": {"name": "Other", "address": "Road 2"}}[change]
        mine, other = read_31(body()), read_31(body(**{change: value}))
        assert mine.asset_administration_shells[0].id != other.asset_administration_shells[0].id

    @given(
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60).filter(
            lambda text: text.strip() == text
        )
    )
    @settings(max_examples=30, deadline=None)
    def test_any_name_can_be_read_back(self, name):
        package = body(AASX, model=name)
        read = read_30(package)
        assert [*aas_core3.verification.verify(read)] == []
        named = read.asset_administration_shells[0].asset_information.specific_asset_ids
        legible = name.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
        assert legible in {each.value for each in named}
        assert AASX.judges[0].complaints(package) == []


class TestGaps:
    def paths(self, **more: Any) -> set[str]:
        return {dict(gap.details)["format_path"] for gap in written(**more).gaps}

    def test_an_incomplete_declaration_is_no_passport(self):
        for form in (IDTA, AASX):
            found = written(form, studyLink=None, manufacturer={})
            assert found.body is None
            clauses = [gap.clause for gap in found.gaps]
            assert clauses == ["Art. 7(1)(a)", "Art. 7(1)(a)", "Art. 7(1)(g)"]

    @pytest.mark.parametrize("form", [IDTA, AASX], ids=lambda form: form.id)
    def test_a_footprint_beyond_all_sense_is_none(self, form):
        held = footprint()
        total = Number(Decimal("1e30"), "kgCO2e/kWh", "computed")
        model = BatteryModel.model_validate(MODEL)
        found = form.write(replace(held, per_kwh=total), model, Filing())
        assert found.body is None
        assert [(gap.case, gap.clause) for gap in found.gaps] == [("footprint", "Art. 7(1)(d)")]

    def test_a_class_that_no_act_knows_is_a_member_without_a_value(self):
        path = "CarbonFootprint/ProductCarbonFootprints/PerformanceClass"
        assert path in self.paths()
        assert path not in self.paths(performanceClass="B")
        entry = read_31(body()).submodels[0].submodel_elements[0].value[0]
        member = next(each for each in entry.value if each.id_short == "PerformanceClass")
        assert member.value is None
        assert '"value": "B"' in body(performanceClass="B").decode()

    @pytest.mark.parametrize(
        ("path", "known"),
        [
            ("HandoverDocumentation/Documents/DocumentVersions/DigitalFiles",
             {"certificates": [TEST_REPORT]}),
            ("MaterialComposition/BatteryChemistry/ShortName", {"chemistry": "NMC622"}),
            ("BatteryNameplate/SerialNumber", None),
            ("BatteryNameplate/DateOfManufacture", None),
            ("BatteryNameplate/AddressInformation", None),
            ("TechnicalData/TechnicalPropertyAreas/CapacityEnergyVoltage/RatedCapacity", None),
            ("MaterialComposition/BatteryMaterials/BatteryMaterialIdentifier", None),
            ("MaterialComposition/HazardousSubstances", None),
        ],
    )  # fmt: skip
    def test_what_a_part_demands_and_nobody_knows(self, path, known):
        assert path in self.paths()
        if known is not None:
            assert path not in self.paths(**known)

    def test_a_warranty_in_km_is_no_duration(self):
        path = "TechnicalData/GeneralInformation/WarrantyInformation/WarrantyPeriod"
        assert path not in self.paths()
        life = {"usableKwh": "72", "cyclesPerYear": "60", "cyclesJustification": "x"}
        in_km = life | {"warrantyKm": "160000", "kmPerYear": "20000"}
        assert path in self.paths(serviceLife=in_km)

    def test_what_is_known_is_no_gap(self):
        found = self.paths()
        assert "BatteryNameplate/UniqueFacilityIdentifier" not in found
        assert "BatteryNameplate/ManufacturerName" not in found
        assert "TechnicalData/GeneralInformation/BatteryMass" not in found

    def test_a_part_with_gaps_is_left_out(self):
        names = [each.id_short for each in read_31(body()).submodels]
        assert names == ["CarbonFootprint", "HandoverDocumentation"]

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_every_gap_has_words(self, lang):
        for gap in written().gaps:
            words = telling(gap, lang)
            assert words["remedy"]
            assert dict(gap.details)["format_path"] in words["text"]
            assert "{" not in words["text"] + words["remedy"]
            assert "–" not in words["text"]
