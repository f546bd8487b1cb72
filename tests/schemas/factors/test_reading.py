"""Rows of a table of factors, and the sets that ship."""

from collections import Counter
from decimal import Decimal

import pytest

from tests.schemas.factors.own_factor import ROW, SET
from tierlight_schemas.errors import RowError
from tierlight_schemas.factors.places import grids, rings
from tierlight_schemas.factors.reading import factor_of
from tierlight_schemas.factors.registry import digest_of, shipped
from tierlight_schemas.geography import is_subdivision


def test_a_row_is_read_exactly():
    factor = factor_of(ROW, SET)
    assert factor.value == "110"
    assert (factor.unit, factor.gases, factor.gwp) == ("gigajoule", "CO2e", "AR6")
    assert (factor.series, factor.basis, factor.supersedes) == (None, None, None)
    assert factor.names == {
        "en": "Steam of the park",
        "de": "Dampf des Parks",
        "zh-CN": "园区蒸汽",
    }
    assert factor.pinned == "own@1:own/steam"


def test_digits_are_kept():
    assert factor_of(ROW | {"value": "0.5600"}, SET).value == "0.5600"


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("id", "", "factor/empty"),
        ("category", "", "factor/empty"),
        ("unit", "", "factor/empty"),
        ("value", "", "factor/empty"),
        ("gases", "", "factor/empty"),
        ("scope", "", "factor/empty"),
        ("geography", " ", "factor/empty"),
        ("year", "", "factor/empty"),
        ("source", "", "factor/empty"),
        ("name_zh", "", "factor/empty"),
        ("gases", "CO2e", "factor/no-gwp-set"),
        ("gases", "CO2 AR6", "factor/word"),
        ("gases", "CO2e AR7", "factor/word"),
        ("gases", "CH4", "factor/word"),
        ("scope", "gate", "factor/word"),
        ("series", "marginal", "factor/word"),
        ("basis", "contract", "factor/word"),
        ("category", "Heat", "factor/category"),
        ("category", "heat/", "factor/category"),
        ("category", "a/b/c/d/e", "factor/category"),
        ("unit", "ton", "factor/unit"),
        ("value", "1,1", "factor/number"),
        ("value", "high", "factor/number"),
        ("value", "NaN", "factor/number"),
        ("geography", "CN-ZZ", "factor/geography"),
        ("geography", "China", "factor/geography"),
        ("geography", "CN.west", "factor/geography"),
        ("year", "24", "factor/year"),
        ("year", "2023/24", "factor/year"),
        ("source", "x" * 501, "factor/too-long"),
    ],
)
def test_what_nobody_could_explain_later_is_refused(column, text, code):
    with pytest.raises(RowError) as refused:
        factor_of(ROW | {column: text}, SET)
    assert (refused.value.code, refused.value.column) == (code, column)


def test_an_absent_column_is_an_empty_cell():
    with pytest.raises(RowError, match="factor/empty"):
        factor_of({name: text for name, text in ROW.items() if name != "year"}, SET)


class TestShipped:
    def test_has_the_announced_electricity_of_china_and_the_world(self):
        count = Counter(factor.set.id for factor in shipped().factors)
        assert count["cn-electricity"] == 118  # 30 provinces, 7 grids, national, residual: 3 years
        assert count["us-electricity"] == 52
        assert count["world-electricity"] == 213
        provinces = {
            factor.geography
            for factor in shipped().factors
            if factor.set.id == "cn-electricity" and is_subdivision(factor.geography)
        }
        assert len(provinces) == 30
        assert set().union(*grids().values()) == provinces

    @pytest.mark.parametrize(
        ("factor_id", "value"),
        [
            ("cn-electricity/CN/2023/average", "0.5306"),
            ("cn-electricity/CN/2023/residual", "0.6096"),
            ("cn-electricity/CN-JL/2022/average", "0.4932"),
            ("cn-electricity/CN.north/2021/average", "0.7120"),
            ("cn-fuels/diesel/2011", "3.0959"),
            ("cn-fuels/natural-gas/2011", "2.1622"),
            ("world-electricity/DE/2023/average", "0.380950"),
        ],
    )
    def test_says_what_its_source_says(self, factor_id, value):
        factor = shipped().get(factor_id)
        assert factor
        assert factor.value == value

    def test_has_ids_of_its_own(self):
        ids = [factor.id for factor in shipped().factors]
        assert len(ids) == len(set(ids))

    def test_tells_what_the_plant_emits_from_what_the_grid_embodies(self):
        kinds = {f.set.id: f.kind for f in shipped().factors if f.category == "electricity"}
        assert kinds["cn-electricity"] == ("CO2", "direct")
        assert kinds["world-electricity"] == ("CO2e", "life-cycle")

    def test_recomputes_fuels_from_calorific_value_carbon_and_oxidation(self):
        """kg CO2 per kg or m3: kJ × tC/TJ × oxidised share × 44/12."""
        for factor in shipped().of_category("fuel"):
            ncv, carbon, oxidised = (
                Decimal(part.split()[-1] if "/" not in part else part.split()[-2])
                for part in factor.clause.split("; ")
            )
            kg = ncv / 10**6 * carbon * oxidised * 44 / 12
            assert abs(kg - factor.kg) < Decimal("0.0001"), factor.id


def test_the_digest_pins_what_the_factors_say_whatever_their_order():
    factors = shipped().factors
    assert digest_of(factors) == digest_of(factors[::-1])
    other = factor_of(ROW | {"value": "111"}, SET)
    assert digest_of([factor_of(ROW, SET)]) != digest_of([other])


SHIPPED_ONCE = {
    "cn-electricity@2025-12-31": "8e9f9204aeed219ce499c0b0a969eb0059e35e8c7a24f6613f527f8516f20729",
    "cn-electricity-2020@2023": "59e0e1c5721903485b78d84bc5ecc106c8e633ab3243158705021e68854d5248",
    "world-electricity@2023": "8aa1d3109ac5174aa11a7d817368bf386819bcb5bd4a4505344976b4808cb8ed",
    "us-electricity@2023": "ff1295cdc38931a8fe73426df54f91cc79f9fa401fd355e3761b984786a395cd",
    "cn-fuels@2011": "cd34c064eded7fb76b9b958c47ca9dd91746c0afc9ad7e3ad68ccd88e1ea4223",
    "materials-cited@2024": "8b8760975e87b1dc97c147f7fdd821bd01029ae3e88736aaca9267884a1fcf41",
    "uk-conversion@2025": "f773fd8b351b97022143d982bdecf0e62c4d69b5b5e5e619a34cd096ec43b3bd",
}


@pytest.mark.parametrize("of", shipped().sets, ids=lambda of: of.name)
def test_a_version_of_a_set_that_has_shipped_never_changes(of):
    """Results pin it by this name: other rows need another version, and a line above."""
    assert digest_of(f for f in shipped().factors if f.set == of) == SHIPPED_ONCE[of.name]


@pytest.mark.parametrize(
    ("place", "around"),
    [
        ("CN-JL", ["CN-JL", "CN.northeast", "CN", "*"]),
        ("CN-NM", ["CN-NM", "CN.north CN.northeast", "CN", "*"]),
        ("CN-XZ", ["CN-XZ", "CN", "*"]),
        ("CN.east", ["CN.east", "CN", "*"]),
        ("DE", ["DE", "*"]),
        ("*", ["*"]),
    ],
)
def test_places_are_asked_from_near_to_far(place, around):
    assert [" ".join(sorted(ring)) for ring in rings(place)] == around
