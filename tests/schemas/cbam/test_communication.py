"""The communication: the Commission's example to the digit, gaps by field, files that agree."""

import csv
import io
import json
from copy import deepcopy
from fractions import Fraction

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.schemas.cbam.reports import BOUGHT, NONE, STEEL, changed, screws, works
from tierlight_schemas.cbam.checking import gaps_of
from tierlight_schemas.cbam.communication import Refused, communication
from tierlight_schemas.cbam.embedded import Embedded
from tierlight_schemas.cbam.figures import specific
from tierlight_schemas.cbam.goods import CATEGORIES, Good, goods_of, is_precursor
from tierlight_schemas.cbam.model import CbamReport, filled_in
from tierlight_schemas.cbam.reading import Unusable, read_report, report_of
from tierlight_schemas.cbam.sheet import lay_out
from tierlight_schemas.cbam.template import as_file, template
from tierlight_schemas.cbam.writing import as_csv, as_json
from tierlight_schemas.messages import LANGUAGES

SEE = ("SEE (direct)", "SEE (indirect)", "SEE (total)", "Embedded electricity (MWh/t)")


def told(report):
    return communication(CbamReport.model_validate(report))


def see(report, row=0):
    return tuple(told(report).products[row][name] for name in SEE)


def gaps(report):
    return {(gap.code, gap.field): gap for gap in gaps_of(CbamReport.model_validate(report))}


def book(found, lang="en"):
    made, held = openpyxl.Workbook(), io.BytesIO()
    lay_out(made, found, lang)
    made.save(held)
    return openpyxl.load_workbook(held)


class TestFigures:
    def test_of_the_commissions_steel_example(self):
        figures = ("1.53897606455787", "0.2035539825", "1.74253004705787", "0.3455925")
        assert see(STEEL) == figures

    def test_of_bought_precursors(self):
        # direct (20 + 110 x 2) / 100, indirect (50 x 0.6 + 110 x 0.3) / 100
        assert see(screws()) == ("2.4", "0.63", "3.03", "1.05")
        share = told(screws()).products[0]["Share of emissions by default value"]
        assert share == "0.108910891089109"  # 110 x 0.3 / 303

    @pytest.mark.parametrize(
        ("path", "value", "direct"),
        [
            ("heatImported", {"terajoules": "2", "factor": "60"}, "3.6"),
            ("heatExported", {"terajoules": "0.2", "factor": "60"}, "2.28"),
            ("wasteGasImported", {"terajoules": "1"}, "2.961"),
            ("wasteGasExported", {"terajoules": "0.1"}, "2.3625813"),
            ("electricityExported", {"megawatthours": "10", "factor": "0.5"}, "2.35"),
            ("directEmissions", "0", "2.2"),
            ("precursors", [], "0.2"),
            ("tonnes", "200", "1.2"),
        ],
    )
    def test_move_with_each_flow(self, path, value, direct):
        assert see(changed(screws(), f"processes.0.{path}", value))[0] == direct

    def test_of_aluminium(self):
        # castings of own ingots and bought ones, with perfluorocarbons from the smelter
        report = changed(STEEL, "emissions", {"calculation": "900", "measurement": "0"})
        report["emissions"] |= {"pfc": "120", "other": "0"}
        smelter = {**NONE, "id": "POT", "name": "Pots", "good": "unwrought-aluminium"}
        smelter |= {"routes": ["primary-smelting"], "tonnes": "500", "directEmissions": "1000"}
        smelter["electricity"] = [{"megawatthours": "7000", "factor": "0.5", "source": "D.4(a)"}]
        caster = {**NONE, "id": "CAST", "name": "Casting", "good": "aluminium-products"}
        caster |= {"routes": ["all"], "tonnes": "300", "directEmissions": "15"}
        caster["precursors"] = [{"of": "POT", "tonnes": "200"}, {"of": "B1", "tonnes": "120"}]
        bought = {**BOUGHT, "good": "unwrought-aluminium", "direct": "1.7", "indirectBy": "actual"}
        product = {**report["products"][0], "process": "CAST", "cn": "76169910"}
        report |= {"processes": [smelter, caster], "bought": [bought], "products": [product]}
        # direct (15 + 200 x 2 + 120 x 1.7) / 300, indirect (200 x 7 + 120 x 0.3) / 300
        figures = ("2.06333333333333", "4.78666666666667", "6.85", "9.53333333333333")
        assert see(report) == figures
        assert ("cbam/missing", "products[0].scrapPerAluminium") in gaps(report)
        assert ("cbam/missing", "products[0].mn") not in gaps(
            changed(report, "products.0.mn", None)
        )

    @given(
        st.fractions(0, 10**6, max_denominator=10**9),
        st.fractions(0, 10**6, max_denominator=10**9),
    )
    def test_direct_and_indirect_add_up_as_printed(self, direct, indirect):
        printed = specific(Embedded(direct, indirect, Fraction(0), None))
        assert printed.direct.decimal + printed.indirect.decimal == printed.total.decimal
        assert abs(Fraction(printed.total.decimal) - direct - indirect) <= (
            (direct + indirect) / 10**14
        )

    def test_precursors_of_own_making_are_counted_once(self):
        report = works({"A": "10", "B": "20"}, {"B": {"A": "10"}})
        # A: 10 / 10; B: (10 + 10 x 1) / 20
        found = {m.process.id: m.embedded.direct for m in communication(report).processes}
        assert found == {"A": 1, "B": 1}

    def test_electricity_that_is_not_known_of_a_precursor_is_not_known(self):
        found = told(changed(screws(), "bought.0.electricity", None))
        assert found.products[0]["Embedded electricity (MWh/t)"] is None
        assert [gap.field for gap in found.gaps] == ["bought.0.electricity".replace(".0", "[0]")]

    def test_nor_is_it_of_what_is_made_of_it_later(self):
        report = screws()
        second = {**deepcopy(report["processes"][0]), "id": "COAT", "directEmissions": "1"}
        second["precursors"] = [{"of": "DRAW", "tonnes": "50"}]
        report["processes"].append(second)
        report["products"][0]["process"] = "COAT"
        assert see(report)[3] is not None
        assert see(changed(report, "bought.0.electricity", None))[3] is None

    @pytest.mark.parametrize(
        ("changes", "effective"),
        [
            ({}, "20"),
            ({"rebateForm": "none", "rebate": None}, "45"),
            ({"rebateForm": None, "rebate": None}, None),
            ({"due": "25"}, "0"),
            ({"due": "0.1", "rebate": "0.03"}, "0.07"),
        ],
    )
    def test_of_the_carbon_price(self, changes, effective):
        report = STEEL
        for name, value in changes.items():
            report = changed(report, f"products.0.carbonPrice.{name}", value)
        assert told(report).products[0]["RESULT: Effective CP due"] == effective


MISSING = [
    *(f"installation.{n}" for n in ("name", "operator", "street", "city", "country")),
    *("installation.latitude", "installation.longitude", "period.start", "period.end"),
    *(f"emissions.{n}" for n in ("calculation", "pfc", "measurement", "other")),
    *("quality.data", "quality.assurance", "quality.defaults"),
    *(f"processes.0.{n}" for n in ("name", "good", "routes", "tonnes", "directEmissions")),
    *(f"processes.0.{n}Imported" for n in ("heat", "wasteGas")),
    *(f"processes.0.{n}Exported" for n in ("heat", "wasteGas", "electricity")),
    *("processes.0.electricity", "processes.0.precursors"),
    *(f"processes.0.electricity.0.{n}" for n in ("megawatthours", "factor", "source")),
    *(f"processes.0.precursors.0.{n}" for n in ("of", "tonnes")),
    *(f"bought.0.{n}" for n in ("name", "good", "country", "source")),
    *(f"bought.0.{n}" for n in ("direct", "directBy", "indirect", "indirectBy")),
    *(f"products.0.{n}" for n in ("process", "cn", "name")),
    *(f"products.0.carbonPrice.{n}" for n in ("form", "due", "currency", "share", "covered")),
    "products.0.carbonPrice.rebate",
]
OPEN = [
    *("installation.unlocode", "installation.economicActivity"),
    *("bought.0.electricity", "bought.0.period", "bought.0.installation"),
    *(f"products.0.{n}" for n in ("cnName", "steelMill", "mn", "carbon", "scrapPerSteel")),
    *("products.0.carbonPrice", "products.0.carbonPrice.rebateForm"),
]


def bracketed(path):
    for number in "012":
        path = path.replace(f".{number}", f"[{number}]")
    return path


class TestGaps:
    @pytest.mark.parametrize("path", MISSING)
    def test_what_is_needed_refuses(self, path):
        found = gaps(changed(screws(), path, None))
        assert found["cbam/missing", bracketed(path)].blocks
        with pytest.raises(Refused):
            told(changed(screws(), path, None))

    @pytest.mark.parametrize("path", OPEN)
    def test_what_is_only_left_empty_does_not(self, path):
        report = changed(screws(), path, None)
        if path.endswith("rebateForm"):
            report = changed(report, "products.0.carbonPrice.rebate", None)
        assert not gaps(report)["cbam/missing", bracketed(path)].blocks
        assert told(report).gaps

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_have_words_and_a_remedy_in_every_language(self, lang):
        for path in (*MISSING, *OPEN):
            for gap in gaps(changed(screws(), path, None)).values():
                words = gap.words(lang)
                assert gap.field in words.text
                assert words.remedy

    @pytest.mark.parametrize(
        ("path", "value", "code", "field"),
        [
            ("products.0.cn", "87081090", "not-covered", "products[0].cn"),
            ("products.0.cn", "73209090", "not-covered", "products[0].cn"),
            ("products.0.cn", "76020010", "not-covered", "products[0].cn"),
            ("products.0.cn", "76151010", "not-covered", "products[0].cn"),
            ("products.0.cn", "72042100", "not-covered", "products[0].cn"),
            ("products.0.cn", "28041000", "not-covered", "products[0].cn"),
            ("products.0.cn", "76169910", "other-good", "products[0].cn"),
            ("products.0.cn", "72071114", "other-good", "products[0].cn"),
            ("products.0.process", "NONE", "unknown", "products[0].process"),
            ("products.0.process", "B1", "unknown", "products[0].process"),
            ("processes.0.precursors.0.of", "B2", "unknown", "processes[0].precursors[0].of"),
            (
                "bought.0.good",
                "aluminium-products",
                "no-precursor",
                "processes[0].precursors[0].of",
            ),
            ("bought.0.id", "DRAW", "twice", "bought[0].id"),
            ("processes.0.routes", ["electric-arc"], "route", "processes[0].routes"),
            ("period.end", "2022-12-31", "period", "period.end"),
            ("products.0.carbonPrice.rebate", "46", "rebate", "products[0].carbonPrice.rebate"),
            ("emissions.calculation", "19", "attributed", "emissions"),
            (
                "processes.0.heatExported",
                {"terajoules": "5", "factor": "60"},
                "negative",
                "processes[0]",
            ),
            (
                "processes.0.precursors",
                [{"of": "DRAW", "tonnes": "101"}],
                "overdrawn",
                "processes",
            ),
            ("processes.0.precursors", [{"of": "DRAW", "tonnes": "100"}], "closed", "processes"),
        ],
    )
    def test_what_cannot_be_is_told_at_its_field(self, path, value, code, field):
        found = gaps(changed(screws(), path, value))
        assert found[f"cbam/{code}", field].blocks
        for lang in LANGUAGES:
            assert "–" not in found[f"cbam/{code}", field].words(lang).text

    @pytest.mark.parametrize(
        ("path", "text", "is_open"),
        [
            ("installation.name", "芜湖紧固件厂", True),
            ("installation.city", "Wuhu 芜湖", True),
            ("products.0.name", "Болт M8", True),
            ("processes.0.name", "拉丝", True),
            ("quality.data", "测量", True),
            ("products.0.number", "螺钉-8", False),
            ("installation.operator", "芜湖紧固件有限公司", False),
            ("installation.name", "Schraubenwerk Süßen, Øst № 3 ×", False),
        ],
    )
    def test_what_the_importer_reads_is_in_latin_letters(self, path, text, is_open):
        found = gaps(changed(screws(), path, text))
        assert (("cbam/english", bracketed(path)) in found) is is_open
        assert not any(gap.blocks for gap in found.values())

    def test_a_loop_names_its_processes(self):
        report = works({"A": "10", "B": "5"}, {"A": {"B": "5"}, "B": {"A": "10"}})
        (gap,) = gaps_of(report)
        assert "A, B" in gap.words("en").text

    def test_the_definitive_period_asks_for_the_verifier(self):
        report = changed(STEEL, "period", {"start": "2026-01-01", "end": "2026-12-31"})
        found = gaps(report)
        assert {gap.blocks for gap in found.values()} == {False}
        assert ("cbam/missing", "verification.accreditation") in found
        assert ("cbam/missing", "verification.evidence") in found
        verified = {
            "verifier": "Prüf AG",
            "accreditation": "D-VS-1",
            "accreditationBody": "DAkkS",
            "country": "DE",
            "opinion": "satisfactory",
            "completed": "2027-03-01",
            "siteVisit": "physical",
            "evidence": [{"name": "Verification report", "sha256": "0" * 64}],
        }
        assert gaps({**report, "verification": verified}) == {}
        told_of = told({**report, "verification": verified})
        assert told_of.is_verified
        assert not told(report).is_verified
        refused = {**verified, "opinion": "not-satisfactory"}
        assert not told({**report, "verification": refused}).is_verified
        assert "0" * 64 in told_of.verification["Evidence:"]

    @pytest.mark.parametrize(
        "path", ["processes.0.electricity.0.factor", "bought.0.direct", "bought.0.electricity"]
    )
    def test_a_number_without_sense_is_refused(self, path):
        report = changed(screws(), "processes.0.tonnes", "0.000000000001")
        report = changed(report, "processes.0.precursors.0.tonnes", "1000000000")
        report = changed(report, "processes.0.electricity.0.megawatthours", "1000000000")
        with pytest.raises(Refused) as refused:
            told(changed(report, path, "1000000000"))
        (gap,) = refused.value.gaps
        assert (gap.code, gap.field) == ("cbam/absurd", "processes[0].tonnes")
        assert "E+" in gap.words("en").text


class TestGoods:
    @pytest.mark.parametrize(
        ("code", "goods"),
        [
            ("73181100", {Good.STEEL_PRODUCTS}),
            ("73269098", {Good.STEEL_PRODUCTS}),
            ("73079100", {Good.STEEL_PRODUCTS}),
            ("72081000", {Good.STEEL_PRODUCTS}),
            ("72189919", {Good.CRUDE_STEEL}),
            ("72011011", {Good.PIG_IRON}),
            ("72051000", {Good.PIG_IRON, Good.STEEL_PRODUCTS}),
            ("72021120", {Good.ALLOYS}),
            ("72022100", set()),
            ("76011010", {Good.UNWROUGHT_ALUMINIUM}),
            ("76169990", {Good.ALUMINIUM_PRODUCTS}),
            ("73121020", set()),
            ("73202081", set()),
            ("87082990", set()),
            ("", set()),
        ],
    )
    def test_of_a_code(self, code, goods):
        assert goods_of(code) == goods

    def test_precursors_of_steel_and_aluminium_do_not_mix(self):
        assert is_precursor(Good.CRUDE_STEEL, Good.STEEL_PRODUCTS)
        assert is_precursor(Good.STEEL_PRODUCTS, Good.STEEL_PRODUCTS)
        assert not is_precursor(Good.STEEL_PRODUCTS, Good.CRUDE_STEEL)
        assert not is_precursor(Good.UNWROUGHT_ALUMINIUM, Good.STEEL_PRODUCTS)
        assert not is_precursor(Good.HYDROGEN, Good.ALUMINIUM_PRODUCTS)
        assert set(CATEGORIES) == set(Good)


class TestReading:
    def test_a_template_lacks_everything_it_leaves_open(self):
        fields = {gap.field for gap in gaps_of(read_report(as_file(template())))}
        assert {"installation.name", "processes[0].electricity", "products[0].cn"} <= fields
        assert report_of(template()).bought == []

    def test_what_was_stated_as_none_is_none_and_what_was_left_open_is_not(self):
        assert filled_in({"a": [], "b": [""], "c": [{"d": ""}], "e": "x"}) == {"a": [], "e": "x"}

    @pytest.mark.parametrize(
        ("path", "value", "field"),
        [
            ("processes.0.tonnes", "-1", "processes[0].tonnes"),
            ("processes.0.tonnes", "0", "processes[0].tonnes"),
            ("processes.0.tonnes", "1e3", "processes[0].tonnes"),
            ("processes.0.tonnes", "1,5", "processes[0].tonnes"),
            ("processes.0.tonnes", 5, "processes[0].tonnes"),
            ("processes.0.good", "bolts", "processes[0].good"),
            ("processes.0.id", "a b", "processes[0].id"),
            ("products.0.cn", "7318", "products[0].cn"),
            ("products.0.mn", "1.2", "products[0].mn"),
            ("installation.country", "Germany", "installation.country"),
            ("period.start", "01.01.2026", "period.start"),
            ("bought.0.directBy", "guess", "bought[0].directBy"),
            ("bought.0.pcf", "2.1", "bought[0].pcf"),
            ("type", "tierlight.cbam-report/2", "type"),
        ],
    )
    def test_names_what_cannot_be_used(self, path, value, field):
        with pytest.raises(Unusable) as refused:
            report_of(changed(screws(), path, value))
        assert field in {gap.field for gap in refused.value.gaps}

    @pytest.mark.parametrize("members", [[], "x", 3, None])
    def test_refuses_what_is_no_report(self, members):
        with pytest.raises(Unusable):
            report_of(members)

    def test_takes_no_more_processes_than_it_can_solve(self):
        with pytest.raises(Unusable):
            report_of({**STEEL, "processes": STEEL["processes"] * 31})


class TestFiles:
    CELLS = (
        ("G12", "Example Steel Works"),
        ("G16", "IN"),
        ("G20", "2023-01-01"),
        ("G21", "2023-12-31"),
        ("I12", "Iron or steel products"),
        ("J12", "All production routes"),
        ("Q12", "Drawing and heading"),
        ("Z13", 30),
        ("AH15", 30),
        ("AH16", 30),
        ("AH17", 60),
        ("AC21", "Four eyes principle"),
        ("C26", 1),
        ("F26", "73181100"),
        ("I26", 2.4),
        ("J26", 0.63),
        ("K26", 3.03),
        ("L26", "tCO2e/t"),
        ("O26", 1.05),
        ("Q26", "623108"),
        ("R26", 1.2),
        ("AL26", "Carbon tax"),
        ("AY26", 20),
        ("AZ26", "INR/t"),
    )

    @pytest.mark.parametrize(("cell", "value"), CELLS)
    def test_the_sheet_has_its_fields_where_the_template_has_them(self, cell, value):
        assert book(told(screws()))["Summary_Communication"][cell].value == value

    def test_the_product_table_has_the_columns_c_to_az(self):
        sheet = book(told(STEEL))["Summary_Communication"]
        heads = {cell.column_letter: cell.value for cell in sheet[25] if cell.value}
        assert next(iter(heads)) == "C"
        assert (heads["I"], heads["AZ"]) == ("SEE (direct)", "RESULT: Effective CP due (unit)")
        assert len(heads) == 52  # and two of our own

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_every_file_says_first_what_it_is(self, lang):
        found = told(STEEL)
        notices = json.loads(as_json(found, lang))["notices"]
        first, second = book(found, lang).worksheets
        assert [second.cell(row, 1).value for row in range(1, 5)] == notices
        assert first["C2"].value.startswith("Draft.")
        assert first["C3"].value.startswith("Not verified.")
        assert notices[0] in as_csv(found, lang).decode("utf-8-sig")

    def test_all_formats_have_the_same_figures(self):
        found = told(screws())
        rows = list(csv.DictReader(io.StringIO(as_csv(found, "en").decode("utf-8-sig"))))
        document = json.loads(as_json(found, "en"))
        sheet = book(found)["Summary_Communication"]
        for name, column in zip(SEE, "IJKO", strict=True):
            assert rows[0][name] == document["products"][0][name]
            assert sheet[f"{column}26"].value == float(rows[0][name])

    def test_json_holds_the_report_that_it_was_computed_from(self):
        found = told(screws())
        again = report_of(json.loads(as_json(found, "en"))["report"])
        assert communication(again).products == found.products

    @pytest.mark.parametrize("text", ["=1+1", "+49", "@SUM(A1)", "-x", "\u200b=1"])
    def test_no_text_becomes_a_formula(self, text):
        found = told(changed(STEEL, "products.0.name", text))
        cell = book(found)["Summary_Communication"]["H26"]
        assert (cell.value, cell.data_type) == (text, "s")
        row = next(csv.DictReader(io.StringIO(as_csv(found, "en").decode("utf-8-sig"))))
        assert not row["Product name (used for communication with reporting declarant)"].startswith(
            ("=", "+", "-", "@")
        )

    def test_what_is_not_known_is_empty(self):
        found = told(changed(screws(), "bought.0.electricity", None))
        assert book(found)["Summary_Communication"]["O26"].value is None
        assert "Embedded electricity (MWh/t)" not in json.loads(as_json(found, "en"))["products"][0]

    def test_the_second_sheet_shows_how_it_was_summed(self):
        sheet = book(told(screws()), "de").worksheets[1]
        rows = {row[0].value: [cell.value for cell in row[1:4]] for row in sheet.iter_rows()}
        assert rows["Direkt zugeordnete Emissionen (tCO2e)"][0] == 20
        name = f"Vorläuferstoff {BOUGHT['name']} (t; SEE direkt, SEE indirekt)"
        assert rows[name] == [110, 2, 0.3]
