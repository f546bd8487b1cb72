"""The circular footprint formula against the hand check, and its evidence gate."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierlight_schemas.battery.circular import CircularMaterial, circular
from tierlight_schemas.battery.model import RecycledMaterial
from tierlight_schemas.battery.rulesets import DRAFT_2024

HAND = {
    "name": "nickel", "family": "metal", "massKg": "1", "ev": "10", "evStar": "10", "erec": "3",
    "erecEol": "3", "r1": "0.16", "r1Evidence": "audit", "r2": "0.855", "r2Evidence": "contract",
    "qIn": "1", "qOut": "1", "r3": "0", "ed": "0.05",
}  # fmt: skip


def formula(**changes):
    return circular(RecycledMaterial.model_validate({**HAND, **changes}), DRAFT_2024)


class TestHandCheck:
    def test_terms(self):
        found = formula()
        assert found.production == Decimal("9.776")
        assert found.recycling == Decimal("-4.788")
        assert found.energy == 0
        assert found.disposal == Decimal("0.00725")
        assert found.end_of_life == Decimal("-4.78075")
        assert found.production + found.end_of_life == Decimal("4.99525")

    def test_times_the_mass(self):
        assert formula(massKg="3").end_of_life == 3 * Decimal("-4.78075")

    def test_cut_off_is_restated_not_mixed(self):
        found = formula()
        assert found.cut_off == Decimal("8.88")  # 0.84 × 10 + 0.16 × 3
        assert found.raw_material_change == Decimal("0.896")

    def test_energy_recovery(self):
        found = formula(r2="0.5", r3="0.4", eer="2", avoidedEnergy="1.5")
        assert found.energy == Decimal("0.2")
        assert found.disposal == Decimal("0.005")

    def test_plastics_share_otherwise(self):
        assert formula(family="plastic").recycling == Decimal("0.5") * Decimal("0.855") * -7


class TestEvidence:
    def test_recycled_content_without_it_is_none(self):
        found = formula(r1Evidence=None)
        assert (found.r1.value, found.production) == (0, 10)
        assert found.raw_material_change == Decimal("1.12")  # what the cut-off value saved

    def test_recycling_without_it_is_none(self):
        found = formula(r2Evidence=None)
        assert found.recycling == 0
        assert found.disposal == Decimal("0.05")


class TestLacking:
    @pytest.mark.parametrize(
        ("changes", "symbols"),
        [
            ({"ev": None}, ["EV"]),
            ({"erec": None}, ["Erec"]),
            ({"erec": None, "r1Evidence": None}, ["Erec"]),  # the cut-off value holds it
            ({"erec": None, "r1": None}, []),
            ({"evStar": None, "erecEol": None, "qOut": None}, ["E*V", "ErecEoL", "QSout/Qp"]),
            ({"evStar": None, "erecEol": None, "qOut": None, "r2": None}, []),
            ({"ed": None}, ["ED"]),
            ({"ed": None, "r2": "0.6", "r3": "0.4", "eer": "1", "avoidedEnergy": "0"}, []),
            ({"r3": "0.1"}, ["EER", "LHV·X·ESE"]),
            ({"r3": "0.2"}, ["R2 + R3", "EER", "LHV·X·ESE"]),
        ],
    )
    def test_values_are_gaps_and_no_zeros(self, changes, symbols):
        found = formula(**changes)
        gaps = [] if isinstance(found, CircularMaterial) else found
        assert [dict(gap.details)["symbol"] for gap in gaps] == symbols

    @pytest.mark.parametrize(
        "changes", [{"r1": "1.1"}, {"r2": "-0.1"}, {"massKg": "0"}, {"family": "wood"}, {"ev": "x"}]
    )
    def test_what_cannot_be_is_refused(self, changes):
        with pytest.raises(ValueError, match="validation error"):
            formula(**changes)


shares = st.integers(0, 100).map(lambda n: Decimal(n) / 100)


@given(r1=shares, ev=st.integers(0, 50), rec=st.integers(0, 50))
def test_a_closed_loop_conserves(r1, ev, rec):
    """With R1 = R2, equal values and no disposal, what two lives share adds up to one."""
    same = {"r1": str(r1), "r2": str(r1), "ev": str(ev), "evStar": str(ev), "ed": "0"}
    found = formula(**same, erec=str(rec), erecEol=str(rec))
    assert isinstance(found, CircularMaterial)
    assert found.production + found.end_of_life == (1 - r1) * ev + r1 * rec
