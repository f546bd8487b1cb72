"""Rules over a site's energy: a planted defect each, and a healthy twin in which all are silent."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from hub.findings.energy.rules import RULES, Claimed, EnergyFacts, Whole, judge
from tierlight_schemas.catalogue import CODES
from tierlight_schemas.messages import LANGUAGES, words_of

D = Decimal
CLAIM = Claimed("A", D(100), D(100), "G-1", False, True)
WHOLE = Whole("electricity", "products", D(1), D(1))
HEALTHY = EnergyFacts("CC", 2022, D(1000), True, True, (CLAIM,), (WHOLE,))

PLANTED: dict[str, dict[str, Any]] = {
    "claim/serial-reused": {"claims": (replace(CLAIM, is_claimed_twice=True),)},
    "claim/over-claimed:instrument": {"claims": (replace(CLAIM, holds_kwh=D("99.9")),)},
    "claim/over-claimed:site": {"grid_kwh": D("99.9")},
    "claim/market-only:site": {"has_location": False},
    "site/shares-over-100:products": {"wholes": (replace(WHOLE, sum=D("1.001")),)},
    "site/shares-over-100:companies": {
        "wholes": (Whole("steam", "companies", D("1.2"), D("0.7")),)
    },
}


def test_the_healthy_site_is_silent():
    assert judge(HEALTHY) == []


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_defect_is_found_and_told_in_every_language(name):
    (found,) = judge(replace(HEALTHY, **PLANTED[name]))
    code, _, case = name.partition(":")
    assert (found.code, found.evidence.get("case", "")) == (code, case)
    assert found.severity is CODES[code].severity
    for language in LANGUAGES:
        words = words_of(found, language)
        assert "–" not in words.text
        assert words.remedy
        assert "CC" in words.text


@pytest.mark.parametrize(
    "change",
    [
        {"claims": ()},
        {"claims": (replace(CLAIM, holds_kwh=None),)},
        {"claims": (replace(CLAIM, counts=False),), "has_location": False},
        {"grid_kwh": D(100)},
        {"grid_kwh": D(1), "is_complete": False},
        {"grid_kwh": None, "is_complete": False},
        {"wholes": ()},
    ],
)
def test_what_is_no_defect_is_silent(change):
    assert judge(replace(HEALTHY, **change)) == []


def test_the_evidence_of_shares_is_enough_to_redo_it():
    (found,) = judge(replace(HEALTHY, wholes=(Whole("steam", "companies", D("1.2"), D("0.7")),)))
    assert (found.evidence["sum"], found.evidence["own"], found.evidence["over"]) == (
        *("120", "70", "20"),
    )


def test_every_code_of_the_rules_is_in_the_catalogue():
    codes = {str(rule.__doc__).partition(":")[0] for rule in RULES}
    assert codes == {name.partition(":")[0] for name in PLANTED} <= set(CODES)
