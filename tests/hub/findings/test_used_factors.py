"""Factors that splits state they used: of another region, or of another kind."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from hub.findings.energy.used_factors import RULES, Split, Stated, judge
from tierlight_schemas.catalogue import CODES
from tierlight_schemas.checks.printed import Printed
from tierlight_schemas.factors.registry import shipped
from tierlight_schemas.messages import LANGUAGES, words_of

FACTORS = {
    "electricity": tuple(shipped().of_category("electricity")),
    "natural gas": tuple(shipped().of_category("fuel/natural-gas")),
}
KWH, M3 = "kilowatt hour", "cubic meter"


def factor(name: str) -> Decimal:
    found = shipped().get(name)
    assert found is not None
    return found.kg


def read(text: str) -> Printed:
    found = Printed.read(text)
    assert found is not None
    return found


def power(name: str, kwh: str = "250.000", **told: Any) -> Stated:
    """Electricity with a factor of the registry, printed as people print it."""
    kg = (Decimal(kwh) * factor(name)).quantize(Decimal("0.0001"))
    return Stated("electricity", read(str(kg)), {KWH: read(kwh)}, **told)


def gas(per_m3: str) -> Stated:
    kg = (Decimal("100.000") * Decimal(per_m3)).quantize(Decimal("0.0001"))
    return Stated("natural gas", read(str(kg)), {M3: read("100.000")})


JILIN = "cn-electricity/CN-JL/2022/average"
GUANGDONG = "cn-electricity/CN-GD/2022/average"
CHINA = "cn-electricity/CN/2022/average"
RESIDUAL = "cn-electricity/CN/2022/residual"
GAS = "2.1622"
HEALTHY = Split("CC", 2022, "P", "d" * 64, "CN-JL", True, (power(JILIN), gas(GAS)))

PLANTED: dict[str, dict[str, Any]] = {
    "site/factor-region:country": {"stated": (power(JILIN, country="DE"),)},
    "site/factor-region:factor": {"stated": (power(GUANGDONG),)},
    "site/factor-series:market": {"stated": (power(RESIDUAL),)},
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_defect_is_found_and_told_in_every_language(name):
    (found,) = judge([replace(HEALTHY, **PLANTED[name])], FACTORS)
    code, _, case = name.partition(":")
    assert (found.code, found.evidence["case"]) == (code, case)
    assert found.severity is CODES[code].severity
    for language in LANGUAGES:
        words = words_of(found, language)
        assert "{" not in words.text
        assert "–" not in words.text
        assert words.remedy
    if case == "factor":
        assert found.evidence["geography"] == "CN-GD"
        assert Decimal(found.evidence["factor"]) == factor(GUANGDONG)


def test_direct_and_life_cycle_in_one_split():
    both = [f for f in FACTORS["electricity"] if f.geography == "CN" and f.scope == "life-cycle"]
    assert both, "the registry has a life-cycle factor of China"
    stated = (power(both[0].id), gas(GAS))
    (found,) = judge([replace(HEALTHY, place="CN", stated=stated)], FACTORS)
    assert (found.code, found.evidence["case"]) == ("site/factor-series", "kind")
    assert {found.evidence["kind"], found.evidence["other_kind"]} == {
        "CO2e life-cycle",
        "CO2 direct",
    }
    for language in LANGUAGES:
        assert "–" not in words_of(found, language).text


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"stated": ()},
        {"stated": (power(CHINA),)},  # the country's average holds in a province
        {"stated": (power(JILIN, country="CN"),)},
        {"place": "CN", "stated": (power(GUANGDONG),)},  # of a site whose province is not known
        {"stated": (power(GUANGDONG, kwh="2.5"),)},  # too coarse to tell factors apart
        {"stated": (Stated("electricity", None, {KWH: read("2.500")}),)},
        {"stated": (Stated("electricity", read("0"), {KWH: read("250.000")}),)},
        {"stated": (Stated("electricity", read("1.25"), {}),)},
        {"stated": (power(GUANGDONG),), "is_grid_only": False},
        {"stated": (power(GUANGDONG),), "year": 2035},
        {"stated": (gas("9.9999"),)},
        {"stated": (Stated("steam", read("110.00"), {"gigajoule": read("1.000")}),)},
    ],
)
def test_what_is_no_defect_is_silent(change):
    assert judge([replace(HEALTHY, **change)], FACTORS) == []


def test_every_code_of_the_rules_is_in_the_catalogue():
    codes = {str(rule.__doc__).partition(":")[0] for rule in RULES}
    assert codes == {name.partition(":")[0] for name in PLANTED} <= set(CODES)
