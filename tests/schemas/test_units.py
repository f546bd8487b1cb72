from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierlight_schemas.footprint import DECLARED_UNITS
from tierlight_schemas.units import (
    UNITS,
    NotDeclarable,
    UnitMismatch,
    UnknownUnit,
    canonical,
    conversion,
    declarable,
    is_mass,
    to_base,
)

SPELLINGS = {
    "kilogram": ["kg", "KG", "Kg", "KGM", "㎏", "kilograms", " kilogram ", "千克", "公斤"],
    "gram": ["g", "G", "grams", "克"],
    "tonne": ["t", "T", "TNE", "tonnes", "metric ton", "metric tons", "吨"],
    "jin": ["斤", "市斤", "JIN"],
    "kilowatt hour": [
        "kWh",
        "KWH",
        "kW·h",
        "kW h",
        "kilowatt-hour",
        "Kilowatt Hours",
        "千瓦时",
        "度",
    ],
    "megajoule": ["MJ", "megajoules", "Megajoule", "兆焦"],
    "gigajoule": ["GJ", "gj", "gigajoule"],
    "meter": ["m", "M", "metre", "meters", "米"],
    "square meter": ["m2", "m²", "m^2", "㎡", "M2", "square metres", "平方米"],
    "cubic meter": ["m3", "m³", "m^3", "cubic meters", "MTQ", "立方米", "立方"],
    "liter": ["l", "L", "litre", "liters", "升"],
    "piece": ["pcs", "pc", "unit", "units", "ea", "EA", "Each", "pcs.", "Stück", "件", "个"],
    "ton kilometer": ["tkm", "t·km", "t*km", "t.km", "ton kilometers", "tonne-kilometre"],
    "hour": ["h", "H", "hr", "hours", "小时"],
    "megabit second": ["Mbit·s", "Mbit s", "Mb.s", "megabit second", "megabit seconds"],
    "megawatt hour": ["MWh", "MWH", "megawatt hours", "兆瓦时"],
    "ten megawatt hours": ["万kWh", "万 kWh", "万千瓦时", "万度", "万KWH"],
    "tonne of coal equivalent": ["tce", "吨标煤", "吨标准煤"],
    "normal cubic meter": ["Nm3", "Nm³", "标方", "标准立方米"],
}

DIMENSIONS = [
    {"kilogram", "gram", "tonne", "jin"},
    {
        "kilowatt hour",
        "megajoule",
        "gigajoule",
        "megawatt hour",
        "ten megawatt hours",
        "tonne of coal equivalent",
    },
    {"liter", "cubic meter"},
    *({unit} for unit in ("meter", "square meter", "piece", "ton kilometer", "hour")),
    {"megabit second"},
    {"normal cubic meter"},
]
CONVERTIBLE = {pair for units in DIMENSIONS for pair in product(units, repeat=2)}


class TestReading:
    @pytest.mark.parametrize(
        ("text", "unit"), [(text, unit) for unit, texts in SPELLINGS.items() for text in texts]
    )
    def test_knows_what_sources_write(self, text, unit):
        assert canonical(text) == unit

    @pytest.mark.parametrize("unit", UNITS)
    def test_leaves_a_canonical_name_alone(self, unit):
        assert canonical(unit) == unit

    @pytest.mark.parametrize(
        "text",
        [
            *("", " ", "ton", "tons", "mJ", "mj", "mbit·s", "Mbit/s", "kg/m3", "box", "set"),
            *("k g", "ks", "kgCO2e", "s", "gs", "2", "m4", "kilogram of", "None", "k" * 500),
        ],
    )
    def test_refuses_what_is_none_or_has_several_meanings(self, text):
        with pytest.raises(UnknownUnit) as caught:
            canonical(text)
        assert caught.value.text == text
        assert "kilogram" in str(caught.value)
        assert len(str(caught.value)) < 400

    def test_knows_masses(self):
        assert [unit for unit in UNITS if is_mass(unit)] == ["kilogram", "gram", "tonne", "jin"]
        assert is_mass("KG")
        assert not is_mass("kWh")
        with pytest.raises(UnknownUnit):
            is_mass("stone")


class TestConversion:
    @pytest.mark.parametrize(
        ("source", "target", "factor"),
        [
            ("g", "kg", Fraction(1, 1000)),
            ("t", "g", Fraction(1_000_000)),
            ("kWh", "MJ", Fraction(18, 5)),
            ("MJ", "kWh", Fraction(5, 18)),
            ("GJ", "kWh", Fraction(2500, 9)),
            ("m3", "l", Fraction(1000)),
            ("l", "m³", Fraction(1, 1000)),
            ("m", "meter", Fraction(1)),
            ("unit", "pcs", Fraction(1)),
        ],
    )
    def test_is_exact(self, source, target, factor):
        assert conversion(source, target) == factor

    @pytest.mark.parametrize(("source", "target"), list(product(UNITS, repeat=2)))
    def test_there_and_back_is_one_or_refused_both_ways(self, source, target):
        if (source, target) in CONVERTIBLE:
            assert conversion(source, target) * conversion(target, source) == 1
        else:
            with pytest.raises(UnitMismatch) as caught:
                conversion(source, target)
            assert (caught.value.from_unit, caught.value.to_unit) == (source, target)

    @pytest.mark.parametrize("unit", [unit for unit in UNITS if not is_mass(unit)])
    def test_reaches_mass_only_through_a_stated_mass(self, unit):
        with pytest.raises(UnitMismatch, match="state a net mass"):
            conversion(unit, "kg")
        assert conversion(unit, "kg", Decimal("0.725")) == Fraction(29, 40)
        assert conversion("kg", unit, Decimal("0.725")) == Fraction(40, 29)
        assert conversion(unit, "g", Decimal("0.725")) == 725
        assert conversion("t", unit, Decimal("0.725")) == Fraction(40000, 29)

    @pytest.mark.parametrize("mass", ["0", "-1", "NaN", "Infinity"])
    def test_is_not_fooled_by_a_mass_that_is_none(self, mass):
        with pytest.raises(UnitMismatch):
            conversion("piece", "kg", Decimal(mass))

    def test_does_not_join_two_units_that_are_no_mass(self):
        with pytest.raises(UnitMismatch):
            conversion("piece", "m", Decimal(2))

    def test_ignores_a_mass_where_physics_suffices(self):
        assert conversion("t", "kg", Decimal(7)) == 1000

    @given(st.decimals(min_value="1e-9", max_value="1e9", places=9))
    def test_through_a_mass_and_back_is_one(self, mass):
        assert conversion("pcs", "g", mass) * conversion("g", "pcs", mass) == 1


class TestBaseUnit:
    def test_takes_a_line_in_kilograms_of_a_part_counted_in_pieces(self):
        assert to_base("kg", "piece", Decimal("0.5")) == 2
        assert to_base("g", "kWh", Decimal("5.7")) == Fraction(1, 5700)

    def test_never_makes_a_piece_a_kilogram(self):
        with pytest.raises(UnitMismatch):
            to_base("piece", "kg", Decimal(1))


class TestDeclaring:
    @pytest.mark.parametrize(
        ("unit", "expected"),
        [
            ("g", ("kilogram", Fraction(1, 1000))),
            ("t", ("kilogram", Fraction(1000))),
            ("GJ", ("megajoule", Fraction(1000))),
            ("kWh", ("kilowatt hour", Fraction(1))),
            ("m3", ("cubic meter", Fraction(1))),
            ("l", ("liter", Fraction(1))),
            ("EA", ("piece", Fraction(1))),
        ],
    )
    def test_finds_the_unit_of_the_standard(self, unit, expected):
        assert declarable(unit) == expected

    def test_refuses_only_what_pact_has_no_name_for(self):
        refused = []
        for unit in UNITS:
            try:
                declared, factor = declarable(unit)
            except NotDeclarable as error:
                refused.append(error.unit)
            else:
                assert declared in DECLARED_UNITS
                assert conversion(unit, declared) == factor
        assert refused == ["meter", "normal cubic meter"]

    def test_says_what_to_declare_in_instead(self):
        with pytest.raises(NotDeclarable, match="kilogram"):
            declarable("m")

    def test_every_unit_of_the_standard_is_known_here(self):
        assert set(DECLARED_UNITS) <= set(UNITS)
