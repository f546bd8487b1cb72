"""The site rules over tables of plants: planted defects, healthy twins, and a published survey."""

import pytest

from hub.findings.plants.facts import Cell, Fact
from hub.findings.plants.files import facts_of, read_table, said_roles
from hub.findings.plants.headers import roles_of, size_of
from hub.findings.plants.provinces import province
from hub.findings.plants.rules import Known, judge
from hub.kit.errors import BadInput
from tests.shared_data import SHARED
from tierlight_schemas.factors.registry import shipped
from tierlight_schemas.messages import LANGUAGES, words_of

CHINA = Known(shipped(), "CN", 2023)
SURVEY = SHARED / "seed_tables"


def fact(parts: tuple[str, ...] = (), place: str | None = None, **numbers: str) -> Fact:
    cells = {role: Cell(text, role) for role, text in numbers.items()}
    named = tuple(Cell(text, f"part {n}") for n, text in enumerate(parts, 1))
    return Fact("plants.csv", 2, "Plant", cells, named, place)


def codes(one: Fact, known: Known = CHINA) -> list[str]:
    return [found.finding.code for found in judge([one], known)]


@pytest.mark.parametrize(
    ("sick", "healthy", "code"),
    [
        (
            fact(("32.67", "107.53"), total="111.96"),
            fact(("32.67", "107.53"), total="140.20"),
            "site/components-differ-from-total",
        ),
        (
            fact(("84.57", "248.82", "0.00"), total="333.36"),
            fact(("84.57", "248.82", "0.00"), total="333.38"),  # rounding of four numbers
            "site/components-differ-from-total",
        ),
        (
            fact(electricity="188.57", energy="303.99", share="0.00%"),
            fact(electricity="187.85", energy="277.23", share="0.00%"),  # North China 2022
            "site/implied-factor",
        ),
        (
            fact(electricity="389.87", energy="734.78", share="50%", clean="1.0"),
            fact(electricity="223.96", energy="734.78", share="50%", clean="1.0"),
            "site/implied-factor",
        ),
        (
            fact(electricity="194.94", energy="734.78", share="50%", clean="1.0"),
            fact(electricity="223.96", energy="734.78", share="50%", clean="1.0"),  # residual 2023
            "claim/untracked-on-average-mix",
        ),
        (
            fact(electricity="181.20", energy="734.78", share="50%", clean="1.0", place="CN-JL"),
            fact(electricity="362.39", energy="734.78", share="0%", clean="1.0", place="CN-JL"),
            "claim/untracked-on-average-mix",
        ),
        (
            fact(claimed="5352", generation="5360", place="CN-HN"),
            fact(claimed="2844", generation="5360", place="CN-HN"),  # China 2023
            "site/implied-factor",
        ),
        (
            fact(energy="734.78", share="100.00%", clean="0.00"),
            fact(energy="734.78", share="100.00%", clean="12.00"),
            "claim/market-only",
        ),
        (
            fact(energy="734.78", share="3%", clean="0"),
            fact(energy="734.78", share="0.00%", clean="0.00"),
            "claim/market-only",
        ),
        (
            fact(share="15.03%"),
            fact(share="15.03%", energy="286.3"),
            "site/share-without-denominator",
        ),
        (
            fact(mean="247.3", min="247.3", max="247.3", count="23"),
            fact(mean="214.0", min="214.0", max="214.0", count="2"),
            "site/identical-products",
        ),
        (
            fact(mean="420.0", min="105.8", max="402.3", count="41"),
            fact(mean="340.8", min="105.8", max="542.3", count="41"),
            "site/count-mismatch",
        ),
        (
            fact(mean="200.0", min="100.0", max="400.0", count="2"),
            fact(mean="250.0", min="100.0", max="400.0", count="2"),
            "site/count-mismatch",
        ),
        (
            fact(mean="328.6", min="328.0", max="328.6", count="1"),
            fact(mean="328.6", min="328.6", max="328.6", count="1"),
            "site/count-mismatch",
        ),
        (
            fact(mean="5.0", min="4.0", max="6.0", count="2.5"),
            fact(mean="208.3", min="208.2", max="208.4", count="6"),
            "site/count-mismatch",
        ),
        (
            fact(capacity="5900", generation="53600000"),
            fact(capacity="5900", generation="5360000"),
            "site/implausible-yield",
        ),
        (
            fact(claimed="28000"),
            fact(claimed="28000", generation="52770"),
            "site/energy-missing",
        ),
        (fact(factor="0.839"), fact(factor="0.4671"), "site/factor-vintage"),
    ],
)
def test_a_defect_is_found_and_its_healthy_twin_is_not(sick, healthy, code):
    assert codes(sick) == [code]
    assert codes(healthy) == []


def test_of_too_few_numbers_nothing_is_said():
    assert codes(fact()) == []
    assert codes(fact(("5.0",), total="9.0")) == []
    assert codes(fact(("5.0", "n/a"), total="9.0")) == []
    assert codes(fact(energy="0", electricity="5.0", share="0%")) == []
    assert codes(fact(mean="1", min="2", max="3")) == []


def test_a_place_narrows_the_factors():
    """0.6776 is North China's of 2022: in Sichuan nobody has it."""
    for place, found in (("CN-BJ", []), ("CN-SC", ["site/implied-factor"])):
        one = fact(place=place, electricity="187.85", energy="277.23", share="0.00%")
        assert codes(one) == found


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("陕西", "CN-SN"),
        ("山西", "CN-SX"),
        ("内蒙古自治区", "CN-NM"),
        ("吉林(原文未写)", "CN-JL"),
        ("全国", "CN"),
        ("上海/烟台/武汉", None),
        ("开发区", None),
        ("", None),
    ],
)
def test_provinces_by_name(text, code):
    assert province(text) == code


def test_headers_tell_roles():
    header = ["plant", "intensity_kgCO2", "natural_gas_kgCO2e", "steam_kgCO2e", "remarks"]
    assert roles_of(header, {}) == {
        "plant": "name",
        "intensity_kgCO2": "total",
        "natural_gas_kgCO2e": "component",
        "steam_kgCO2e": "component",
    }
    assert roles_of(["a", "b"], {"a": "total"}) == {"a": "total"}
    assert roles_of(["intensity_kgCO2", "b"], {"b": "total"}) == {"b": "total"}


@pytest.mark.parametrize(
    ("column", "size"),
    [
        ("claimed_tCO2", 1000),
        ("generation_MWh", 1000),
        ("capacity_MW", 1000),
        ("electricity_kWh_per_vehicle", 1),
        ("intensity_kgCO2_per_vehicle", 1),
        ("发电量（万kWh）", 10_000),
        ("total", 1),
    ],
)
def test_headers_tell_units(column, size):
    assert size_of(column) == size


class TestFiles:
    def test_joined_rows_are_one_fact(self, tmp_path):
        (tmp_path / "a.csv").write_text("plant,energy_kWh\n工厂,用电\nA,100\nB,50\nB,60\n", "utf-8")
        (tmp_path / "b.csv").write_text("plant,clean_share\nA,10%\nC,5%\n", "utf-8")
        said = {"energy_kWh": "energy", "clean_share": "share"}
        tables = [read_table(tmp_path / name, said) for name in ("a.csv", "b.csv")]
        facts, unjoined = facts_of(tables, "plant")
        assert [(f.name, sorted(f.cells)) for f in facts] == [
            ("A", ["energy", "share"]),
            ("B", ["energy"]),
            ("C", ["share"]),
        ]
        assert [(f.file, f.row, f.finding.evidence["case"]) for f in unjoined] == [
            ("a.csv", 5, "twice"),
            ("b.csv", 3, "absent"),
        ]

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"a,b\n1,2\n", "table/no-roles"),
            (b"", "table/no-roles"),
            (b"plant,intensity_kgCO2\n\xff\xff,1\n", "table/not-text"),
        ],
    )
    def test_what_is_no_such_table_is_refused(self, tmp_path, content, code):
        path = tmp_path / "t.csv"
        path.write_bytes(content)
        with pytest.raises(BadInput, match=code):
            read_table(path, {})

    def test_a_key_that_is_no_column(self, tmp_path):
        path = tmp_path / "t.csv"
        path.write_text("plant,intensity_kgCO2\nA,1\n", "utf-8")
        with pytest.raises(BadInput, match="table/no-key"):
            facts_of([read_table(path, {})] * 2, "name")

    @pytest.mark.parametrize("pair", ["total", "sum=a", "=a"])
    def test_a_role_that_there_is_not(self, pair):
        with pytest.raises(BadInput, match="table/unknown-role"):
            said_roles([pair])

    def test_gb18030_is_read(self, tmp_path):
        path = tmp_path / "t.csv"
        path.write_bytes("企业名称工厂,碳排放强度kgCO2,天然气碳排放量\nA,3,3\n".encode("gb18030"))
        assert "component" in read_table(path, {}).roles.values()


class TestTheRestBesideAGreenShare:
    @pytest.mark.parametrize(
        "one",
        [
            fact(electricity="0.3", energy="1.0", share="40%"),  # 0.5 ± 0.1: residual mixes too
            fact(electricity="83.98", energy="367.39", share="40%", place="DE"),  # none is known
            fact(electricity="0", energy="367.39", share="100%"),
            fact(electricity="0", energy="367.39", share="40%"),
            fact(electricity="194.94", share="50%", energy="0"),
        ],
    )
    def test_is_silent_where_nobody_can_say(self, one):
        assert "claim/untracked-on-average-mix" not in codes(one)

    def test_is_told_so_that_it_can_be_redone(self):
        one = fact(electricity="194.94", energy="734.78", share="50%", clean="1.0")
        (found,) = judge([one], CHINA)
        told = found.finding.evidence
        assert (told["energy"], told["emissions"]) == ("367.39", "194.94")
        assert (told["average_value"], told["residual_value"]) == ("0.5306", "0.6096")
        assert told["residual"] == "cn-electricity/CN/2023/residual"
        assert told["instead"] == "223.96094"  # 367.39 × 0.6096


@pytest.mark.skipif(not SURVEY.is_dir(), reason="the published survey is not here")
class TestSurvey:
    """What is wrong by arithmetic in tables that others printed, and nothing that is right."""

    def found(self, *names: str, on: str | None = None, known: Known = CHINA):
        tables = [read_table(SURVEY / f"{name}.csv", {}) for name in names]
        facts, unjoined = facts_of(tables, on)
        return sorted((f.row, f.finding.code) for f in [*judge(facts, known), *unjoined])

    def test_one_plant_whose_parts_are_not_its_total(self):
        assert self.found("table6_plant_intensity") == [(14, "site/components-differ-from-total")]

    def test_both_tables_of_plants(self):
        found = self.found("table6_plant_intensity", "table7_electricity", on="plant_as_printed")
        assert [row for row, code in found if code == "site/implied-factor"] == [6, 12]
        assert [row for row, code in found if code == "site/count-mismatch"] == [17]
        green = [row for row, code in found if code == "claim/market-only"]
        assert green == [3, 4, 5, 13, 15, 16, 18, 19, 20]
        average = [row for row, code in found if code == "claim/untracked-on-average-mix"]
        assert average == [13, 15, 19]
        assert len(found) == 16

    def test_twenty_three_models_with_one_value(self):
        assert self.found("table8_product_footprint") == [(12, "site/identical-products")]

    def test_claims_without_electricity_and_a_factor_above_all_fossil_plants(self):
        found = self.found("seed_case_measures")
        assert [r for r, code in found if code == "site/energy-missing"] == [*range(3, 10)]
        assert [r for r, code in found if code == "site/implied-factor"] == [10, 12, 13]
        assert len(found) == 10

    def test_factors_of_2020_for_a_survey_of_2023(self):
        assert self.found("table5_clusters") == [(r, "site/factor-vintage") for r in range(3, 8)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_findings_are_words_with_the_numbers(language):
    sick = fact(("32.67", "107.53"), total="111.96")
    words = words_of(judge([sick], CHINA)[0].finding, language)
    assert "140.2" in words.text
    assert "–" not in words.text
