"""A battery's declaration: complete, or with every gap by its clause; never a lower number."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.schemas.battery.packs import (
    ALUMINIUM,
    CARRIERS,
    CELL_SPLIT,
    CLASSES,
    MODEL,
    NO_ELECTRICITY,
    PLAIN,
    SPLIT,
    TOLD,
    cases,
    declared,
    footprint,
    nodes,
    stated,
    study,
)
from tests.schemas.rollup.chains import line, part, solved, source, trader, value
from tierlight_schemas.battery.components import Component
from tierlight_schemas.battery.declare import declare
from tierlight_schemas.battery.reading import Told
from tierlight_schemas.battery.rulesets import ANNEX_II, DRAFT_2024, Stage
from tierlight_schemas.battery.words import words_of
from tierlight_schemas.messages import LANGUAGES, NOT_STATED, placeholders
from tierlight_schemas.rollup.model import Known, Quality

HOUSING_SPLIT = {
    "stages": [
        {"stage": "materials", "emissions": "35"},
        {"stage": "energy", "emissions": "15"},
    ],
    "carriers": NO_ELECTRICITY,
}
AIR = {"mode": "air", "km": "5"}
DRAFT_TOLD = TOLD | {"s-housing": Told(HOUSING_SPLIT, ("AR6",))}


def changed(*more, without=()):
    """The pack with other parts in place of those of the same name."""
    held = {node.id: node for node in nodes()} | {node.id: node for node in more}
    return solved(*(node for name, node in held.items() if name not in without))


class TestComplete:
    def test_by_hand(self):
        found = footprint()
        assert found.gaps == ()
        assert found.is_complete
        # 30 + 50 + 4 + 2 × (200 - 70); aluminium without recycled content moves nothing
        assert found.stages[Stage.RAW_MATERIAL].per_battery == 344
        assert found.stages[Stage.MAIN_PRODUCTION].per_battery == 100 + 2 * 70
        assert found.stages[Stage.DISTRIBUTION].per_battery == Decimal("12")  # 0.1 t × 1,200 × 0.1
        # 100 × (-4.788 + 0.00725) of aluminium, 2 of dismantling, 0.1 t × 200 × 0.1 of collecting
        assert found.stages[Stage.END_OF_LIFE].per_battery == Decimal("-478.075") + 2 + 2
        assert stated(found.per_battery) == Decimal("121.925")
        assert stated(found.functional_unit.total_kwh) == 72 * 60 * 8

    @pytest.mark.parametrize("told", [TOLD, DRAFT_TOLD])
    @pytest.mark.parametrize("rules", [ANNEX_II, DRAFT_2024])
    def test_the_stages_add_up_to_the_last_digit(self, rules, told):
        found = footprint(rules, told=told)
        printed = [each.per_kwh for each in found.stages.values() if each.per_kwh is not None]
        assert len(printed) == (0 if (rules, told) == (DRAFT_2024, TOLD) else 4)
        if printed:
            assert sum(printed) == stated(found.per_kwh)

    def test_two_stage_maps_give_the_same_total_and_another_split(self):
        first, second = footprint(ANNEX_II, told=DRAFT_TOLD), footprint(DRAFT_2024, told=DRAFT_TOLD)
        assert (first.is_complete, second.is_complete) == (True, True)
        assert first.per_battery == second.per_battery
        assert first.per_kwh == second.per_kwh
        # 4 way into the pack, 15 of the housing, of each cell 40 + 20 + 20 + 10 and 10 of its way
        moved = Decimal(4 + 15 + 180 + 20)
        for stage, sign in ((Stage.RAW_MATERIAL, -1), (Stage.MAIN_PRODUCTION, 1)):
            step = second.stages[stage].known - first.stages[stage].known
            assert step == sign * moved

    def test_offsets_are_apart(self):
        offset = {"description": "trees", "emissions": "100"}
        found = footprint(offsets=[offset])
        assert found.per_kwh == footprint().per_kwh
        assert [each.emissions for each in found.offsets] == ["100"]

    def test_quality_weighs_the_unknown_in_with_the_worst(self):
        assert footprint().ratings.technological == 5
        assert 0 < (footprint().ratings.primary_data_share or 0) < 80


class TestGaps:
    @pytest.mark.parametrize(
        ("gone", "clause", "case"),
        [
            ({"manufacturer": {"name": "B"}}, "Art. 7(1)(a)", "manufacturer-address"),
            ({"manufacturer": {"address": "Road 1"}}, "Art. 7(1)(a)", "manufacturer-name"),
            ({"model": None}, "Art. 7(1)(b)", "model"),
            ({"declarationOfConformity": None}, "Art. 7(1)(f)", "conformity"),
            ({"studyLink": None}, "Art. 7(1)(g)", "study"),
            ({"distribution": {}}, "Annex II(4)", "distribution"),
            ({"distribution": {"legs": [AIR]}}, "Annex II(4)", "freight-factor"),
            ({"dismantling": None}, "Annex II(4)", "dismantling"),
            ({"materials": []}, "Annex II(4)", "materials-mass"),
            ({"materials": [ALUMINIUM | {"massKg": "98"}]}, "Annex II(4)", "materials-mass"),
            ({"materials": [ALUMINIUM | {"qOut": None}]}, "Annex II(4)", "material-value"),
            ({"materials": [ALUMINIUM | {"r3": "0.2"}]}, "Annex II(4)", "shares"),
            ({"serviceLife": {}}, "Annex II(3)", "usable-energy"),
            ({"serviceLife": {}}, "Annex II(3)", "cycles"),
            ({"serviceLife": {}}, "Annex II(3)", "warranty"),
        ],
    )  # fmt: skip
    def test_of_the_master_data(self, gone, clause, case):
        found = footprint(**gone)
        assert not found.is_complete
        assert (clause, case) in {(gap.clause, gap.case) for gap in found.gaps}

    def test_nothing_at_all_names_every_item(self):
        empty: dict[str, Any] = dict.fromkeys(MODEL) | {"manufacturer": {}, "serviceLife": {}}
        empty |= {"distribution": {}, "materials": []}
        bare = replace(study(**empty), plant=None, net_mass_kg=None)
        clauses = [gap.clause for gap in declare(bare, ANNEX_II).gaps]
        assert {f"Art. 7(1)({letter})" for letter in "abcdefg"} <= set(clauses)
        assert "Annex II(3)" in clauses
        items = [clause for clause in clauses if clause.startswith("Art.")]
        rest = clauses[len(items) :]
        assert items == sorted(items)
        assert rest == sorted(rest)
        assert all(clause.startswith("Annex") for clause in rest)

    def test_a_missing_declaration_is_named_and_the_number_is_not_lower(self):
        silent = part("S-CELL", owner="supplier")
        found = footprint(solution=changed(silent))
        assert found.per_kwh is None
        assert found.per_battery is None
        assert found.known_per_battery < footprint().known_per_battery
        assert found.stages[Stage.RAW_MATERIAL].per_battery is None
        assert ("incomplete", "value", "S-CELL") in cases(found)
        assert ("incomplete", "footprint", "") in cases(found)

    def test_a_hole_inside_a_supplier_s_part_is_a_gap_not_a_lower_number(self):
        inside = part("CAM", owner="deeper")
        cell = trader("S-CELL", line("CAM"), line("KNOWN"), owner="supplier")
        found = footprint(solution=changed(cell, inside, declared("KNOWN", "9")))
        assert found.per_kwh is None
        gap = next(gap for gap in found.gaps if gap.case == "partial")
        assert (gap.part, gap.tier, gap.who.value) == ("S-CELL", 1, "supplier")

    def test_of_what_nobody_classed(self):
        found = footprint(classes={n: c for n, c in CLASSES.items() if n != "HOUSING"})
        assert ("incomplete", "component", "HOUSING") in cases(found)
        assert found.per_kwh == footprint().per_kwh  # the total does not need it
        assert found.stages[Stage.RAW_MATERIAL].per_kwh is None

    @pytest.mark.parametrize("split", [None, {"stages": [], "carriers": CARRIERS}])
    def test_of_a_value_over_several_stages(self, split):
        found = footprint(told=TOLD | {"s-cell": Told(split, ("AR6",))})
        assert ("stage-unsplit", "none", "S-CELL") in cases(found)
        assert found.per_battery == footprint().per_battery
        assert found.stages[Stage.MAIN_PRODUCTION].per_battery is None

    @pytest.mark.parametrize(
        "stages",
        [
            [{"stage": "overhead", "emissions": "200"}],
            [{"stage": "production", "emissions": "199"}],  # one is nowhere
            CELL_SPLIT[:-1],
        ],
    )
    def test_of_a_split_that_does_not_tell(self, stages):
        found = footprint(told=TOLD | {"s-cell": Told({"stages": stages, "carriers": CARRIERS})})
        assert ("stage-unsplit", "split", "S-CELL") in cases(found)

    def test_of_another_characterization(self):
        found = footprint(told=TOLD | {"s-bms": Told(PLAIN, ("AR5",))})
        assert ("characterization-not-restatable", "", "S-BMS") in cases(found)
        assert found.per_kwh is None

    def test_of_a_plant_that_is_another(self):
        found = declare(replace(study(), plants_of_making=["P1", None, "P2"]), ANNEX_II)
        assert ("incomplete", "plants", "") in cases(found)

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_all_have_words(self, lang):
        bare = footprint(serviceLife={}, materials=[ALUMINIUM | {"ev": None}], told={})
        for gap in (*bare.gaps, *footprint(DRAFT_2024, told={}).gaps):
            words = words_of(gap, lang, "Cellwerk")
            assert gap.clause in words.text
            assert not placeholders(words)
            assert NOT_STATED not in words.text
            assert words.remedy


class TestSpecificData:
    def test_what_a_split_shows_is_covered(self):
        assert {each.data.value for each in footprint().coverage} == {"specific"}

    @pytest.mark.parametrize(
        ("cell", "told", "case"),
        [
            (declared("S-CELL", "200"), {}, "hidden"),
            (declared("S-CELL", "200", quality=Quality()), TOLD, "not-primary"),
            (declared("S-CELL", "200", quality=Quality(Decimal(0))), TOLD, "not-primary"),
            (part("S-CELL", owner="supplier",
                  default=value("200", known=Known.DEFAULT, reference="mean")), TOLD, "hidden"),
        ],
    )  # fmt: skip
    def test_what_is_not_is_a_gap_of_each_component(self, cell, told, case):
        found = footprint(solution=changed(cell), told=told)
        gaps = [gap for gap in found.gaps if gap.code == "battery/default-where-specific"]
        assert {dict(gap.details)["component"] for gap in gaps} == {
            "anode", "cathode", "electrolyte", "separator", "cell-casing",
        }  # fmt: skip
        assert {(gap.case, gap.clause) for gap in gaps} == {(case, "Annex II(5)")}

    def test_an_average_in_their_place_is_named(self):
        mean = part("CELL", default=value("5", known=Known.DEFAULT, reference="mean"))
        found = footprint(solution=changed(mean), classes=CLASSES | {"CELL": Component.CATHODE})
        assert ("default-where-specific", "average", "CELL") in cases(found)

    def test_a_battery_without_electronics_names_them(self):
        found = footprint(classes=CLASSES | {"BMS": Component.HOUSING})
        unnamed = [dict(gap.details) for gap in found.gaps if gap.case == "identified"]
        assert unnamed == [{"component": "electronics"}]


class TestElectricity:
    def power(self, **more):
        return {"stages": CELL_SPLIT, "carriers": [CARRIERS[0] | more]}

    def test_by_the_national_mix(self):
        cheap = self.power(marketBased="5", locationBased="60", instrument="GEC wind")
        told = DRAFT_TOLD | {"s-cell": Told(cheap, ("AR6",))}
        plain = footprint(DRAFT_2024, told=DRAFT_TOLD)
        found = footprint(DRAFT_2024, told=told)
        # 2 cells × 100 kWh × 0.6 in place of 2 × 5 that were counted
        assert stated(found.per_battery) == stated(plain.per_battery) + 110
        assert found.contracts_what_if == -110
        assert footprint(ANNEX_II, told=told).per_battery == plain.per_battery

    def test_a_direct_connection_stays(self):
        line_of_its_own = self.power(marketBased="5", instrument="direct-connection: PV roof")
        told = DRAFT_TOLD | {"s-cell": Told(line_of_its_own, ("AR6",))}
        found = footprint(DRAFT_2024, told=told)
        assert found.per_battery == footprint(DRAFT_2024, told=DRAFT_TOLD).per_battery
        assert found.contracts_what_if is None

    @pytest.mark.parametrize(
        ("carriers", "case"),
        [
            ([], "not-stated"),
            ([{"carrier": "electricity", "country": "CN", "marketBased": "60"}], "kwh"),
            ([{n: v for n, v in CARRIERS[0].items() if n != "country"}], "country"),
            ([{n: v for n, v in CARRIERS[0].items() if "Based" not in n}], "counted"),
            ([CARRIERS[0] | {"country": "VN"}], "mix"),
            ([CARRIERS[0] | {"unit": "kilogram"}], "kwh"),
        ],
    )
    def test_what_cannot_be_restated_is_a_gap(self, carriers, case):
        told = DRAFT_TOLD | {"s-cell": Told({"stages": CELL_SPLIT, "carriers": carriers}, ("AR6",))}
        found = footprint(DRAFT_2024, told=told)
        assert ("electricity-not-restatable", case, "S-CELL") in cases(found)
        assert found.per_kwh is None
        assert footprint(ANNEX_II, told=told).is_complete

    def test_an_energy_line_of_no_class_may_be_electricity(self):
        found = footprint(
            DRAFT_2024, told=DRAFT_TOLD, classes={n: c for n, c in CLASSES.items() if n != "POWER"}
        )
        assert ("electricity-not-restatable", "not-stated", "POWER") in cases(found)


class TestStaleness:
    def test_the_same_again_is_the_same(self):
        assert footprint().inputs_digest == footprint().inputs_digest

    def test_another_bill_or_energy_mix_is_another(self):
        base = study()
        digests = {
            declare(each, ANNEX_II).inputs_digest
            for each in (
                base,
                replace(base, revisions=["r2"]),
                study(told=TOLD | {"s-cell": Told(SPLIT | {"carriers": NO_ELECTRICITY}, ("AR6",))}),
            )
        }
        assert len(digests) == 3

    def test_the_model_s_words_do_not_count(self):
        assert footprint(chemistry="LFP").inputs_digest == footprint().inputs_digest


def test_what_lies_inside_electronics_is_electronics():
    frame = part("FRAME", own=value("3"))
    bms = trader("BMS", line("FRAME"))
    found = footprint(solution=changed(bms, frame, without=("S-BMS",)))
    entry = next(each for each in found.entries if each.part == "FRAME")
    assert entry.component is Component.ELECTRONICS


def test_two_sources_of_a_part_stand_apart():
    cell = part("CELL", sources=(source("S-CELL", "0.5"), source("S-OTHER", "0.5")))
    found = footprint(solution=changed(cell, declared("S-OTHER", "300")))
    assert ("stage-unsplit", "none", "S-OTHER") in cases(found)
    assert ("stage-unsplit", "none", "S-CELL") not in cases(found)
