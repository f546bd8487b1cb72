"""Rules over a site's energy: a planted defect each, and a healthy twin in which all are silent."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from hub.activity.words import InstrumentKind, Scheme, Technology
from hub.findings.energy.rules import RULES, Averaged, Claimed, EnergyFacts, Mix, Whole, judge
from hub.findings.tolerances import Tolerances
from tierlight_schemas.catalogue import CODES
from tierlight_schemas.findings import Severity
from tierlight_schemas.messages import LANGUAGES, words_of

D = Decimal
CERTIFICATE, CONTRACT = InstrumentKind.CERTIFICATE, InstrumentKind.DIRECT_CONTRACT
GREEN = (CERTIFICATE, Technology.WIND, Scheme.GEC, True)
CLAIM = Claimed("A", D(100), D(100), "G-1", False, True, *GREEN, D("0.5"))
PPA = replace(CLAIM, kind=CONTRACT, scheme=None, serial="", is_retired=False)
NO_ROUNDING = Tolerances({("claim/instrument-kind", "rounding"): D("0.0049")})
GRID = Mix("eu@1:DE/2022", D("0.38"), "CO2e life-cycle", "DE", 2022)
REST = Mix("aib@1:DE/2021/residual", D("0.6"), "CO2 direct", "DE", 2021)
WHOLE = Whole("electricity", "products", D(1), D(1))
HEALTHY = EnergyFacts("CC", 2022, D(1000), True, True, (CLAIM,), (WHOLE,))

PLANTED: dict[str, dict[str, Any]] = {
    "claim/serial-reused": {"claims": (replace(CLAIM, is_claimed_twice=True),)},
    "claim/over-claimed:instrument": {"claims": (replace(CLAIM, holds_kwh=D("99.9")),)},
    "claim/over-claimed:site": {"grid_kwh": D("99.9")},
    "claim/market-only:site": {"has_location": False},
    **{
        f"claim/instrument-kind:nuclear {scheme}": {
            "claims": (replace(CLAIM, technology=Technology.NUCLEAR, scheme=scheme),)
        }
        for scheme in (Scheme.GEC, Scheme.I_REC, Scheme.REC)
    },
    "claim/instrument-kind:own-generation": {"generated": {"self-used": D(100)}},
    "claim/instrument-kind:own-generation rounded up": {"generated": {"self-used": D("99.5")}},
    "claim/instrument-kind:own-generation rounded off": {"generated": {"self-used": D("100.49")}},
    "claim/instrument-kind:own-generation and exported": {
        "generated": {"self-used": D(90), "self-used + exported": D(100)}
    },
    "claim/instrument-kind:own-generation few digits": {
        "claims": (replace(CLAIM, half_unit=D(50)),),
        "generated": {"self-used": D(100)},
    },
    "claim/instrument-kind:own-generation by contract": {
        "claims": (PPA,),
        "generated": {"self-used": D(100)},
    },
    "claim/instrument-kind:mixed": {"generated": {"self-used": D(1)}},
    "claim/instrument-kind:mixed certificates": {"claims": (CLAIM, PPA)},
    "claim/instrument-kind:mixed nearly own": {"generated": {"self-used": D("100.51")}},
    "claim/instrument-kind:mixed with exports": {
        "generated": {"self-used": D("99.49"), "self-used + exported": D(140)}
    },
    "claim/instrument-kind:mixed few digits": {
        "claims": (replace(CLAIM, half_unit=D(50)),),
        "generated": {"self-used": D("100.1")},
    },
    "claim/instrument-kind:mixed as the operator says": {
        "generated": {"self-used": D("99.6")},
        "tolerances": NO_ROUNDING,
    },
    "claim/instrument-kind:not-retired": {
        "claims": (replace(CLAIM, kind=CONTRACT, is_retired=False),)
    },
    "claim/instrument-kind:not-retired scheme": {"claims": (replace(PPA, scheme=Scheme.GO),)},
    "claim/instrument-kind:not-retired serial": {"claims": (replace(PPA, serial="G-7"),)},
    "claim/untracked-on-average-mix:own": {"averaged": Averaged(D(900), GRID, REST)},
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
    assert (found.code, found.evidence.get("case", "")) == (code, case.partition(" ")[0])
    is_note = case.partition(" ")[0] in ("mixed", "own")
    assert found.severity is (Severity.NOTE if is_note else CODES[code].severity)
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
        {"claims": (PPA,)},
        {"claims": (replace(PPA, scheme=Scheme.GO, serial="G-7", is_retired=True),)},
        {"claims": (replace(PPA, scheme=Scheme.GO, kwh=D(0)),)},
        {"claims": (replace(PPA, technology=Technology.NUCLEAR),)},
        {"claims": (replace(CLAIM, technology=Technology.NUCLEAR, scheme=Scheme.GO),)},
        {"claims": (replace(CLAIM, technology=Technology.NUCLEAR, kwh=D(0)),)},
        {"claims": (replace(CLAIM, is_retired=False, counts=False),)},
        {"generated": {"self-used": D(0)}},
        {"claims": (), "generated": {"self-used": D(70), "self-used + exported": D(100)}},
        {"generated": {"self-used": D(0), "self-used + exported": D(90)}},
        {"claims": (CLAIM, replace(PPA, kwh=D(0)))},
        {"claims": (PPA, replace(CLAIM, is_retired=False, counts=False))},
        {"claims": (CLAIM, replace(CLAIM, reference="B"))},
        {"claims": (replace(CLAIM, kwh=D(0)),), "generated": {"self-used": D(0)}},
        {"averaged": Averaged(D(0), GRID, REST)},
    ],
)
def test_what_is_no_defect_is_silent(change):
    assert judge(replace(HEALTHY, **change)) == []


def test_the_evidence_of_shares_is_enough_to_redo_it():
    (found,) = judge(replace(HEALTHY, wholes=(Whole("steam", "companies", D("1.2"), D("0.7")),)))
    assert (found.evidence["sum"], found.evidence["own"], found.evidence["over"]) == (
        *("120", "70", "20"),
    )


def test_the_evidence_of_own_generation_is_enough_to_redo_it():
    (found,) = judge(replace(HEALTHY, generated={"self-used": D("99.6")}))
    told = ("reference", "kwh", "generated", "tolerance", "flows")
    assert [found.evidence[name] for name in told] == ["A", "100", "99.6", "0.5", "self-used"]


def test_the_evidence_of_a_rest_on_average_names_both_mixes():
    (found,) = judge(replace(HEALTHY, averaged=Averaged(D(900), GRID, REST)))
    assert found.evidence == {
        "site": "CC",
        "year": "2022",
        "case": "own",
        "kwh": "900",
        "average": "eu@1:DE/2022",
        "average_value": "0.38",
        "average_kind": "CO2e life-cycle",
        "average_place": "DE",
        "average_year": "2022",
        "residual": "aib@1:DE/2021/residual",
        "residual_value": "0.6",
        "residual_kind": "CO2 direct",
        "residual_place": "DE",
        "residual_year": "2021",
    }


def test_every_code_of_the_rules_is_in_the_catalogue():
    codes = {str(rule.__doc__).partition(":")[0] for rule in RULES}
    assert codes == {name.partition(":")[0] for name in PLANTED} <= set(CODES)
