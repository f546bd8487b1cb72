"""Totals against components, stages and carbon: what rounding explains is never a finding."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.schemas.checks.documents import (
    BRACKET,
    CLIP_PCF,
    DEFAULTS,
    GONE,
    PROCESS,
    bracket,
    clip,
    extended,
    indicative,
    plain,
    process_credential,
)
from tests.schemas.checks.finding import found, only
from tests.schemas.make_vectors import SPLIT
from tierlight_schemas.checks.printed import Printed
from tierlight_schemas.checks.totals import COMPONENTS
from tierlight_schemas.findings import Severity

TOTALS = "total-differs-from-parts"
AMOUNTS = st.decimals(min_value=0, max_value=1000, places=6)


class TestExcludingUptake:
    def test_counts_every_component(self):
        numbers = {name: "1" for name in COMPONENTS} | {
            "landManagementBiogenicCO2Removals": "-0.2",
            "technologicalCO2Removals": "-0.3",
            "ccsTechnologicalCO2Capture": "-0.5",
            "ccsTechnologicalCO2CaptureIncluded": True,
        }
        total = {"pcfExcludingBiogenicUptake": "3.0", "pcfIncludingBiogenicUptake": "3.0"}
        assert not found(bracket(**numbers, **total), TOTALS)
        off = {"pcfExcludingBiogenicUptake": "9.0", "pcfIncludingBiogenicUptake": "9.0"}
        assert only(bracket(**numbers, **off), TOTALS).evidence["sum"] == "3"

    def test_says_when_neither_reading_fits(self):
        document = clip(pcfExcludingBiogenicUptake="0.0410", pcfIncludingBiogenicUptake="0.0157")
        finding = only(document, TOTALS)
        assert finding.severity is Severity.WARNING
        assert finding.evidence == {
            "total": "0.041",
            "sum": "0.031",
            "sum_on_top": "0.0319",
            "tolerance": "0.00025",
            "unstated": "landManagementBiogenicCO2Removals, technologicalCO2Removals, "
            "ccsTechnologicalCO2Capture",
            "fits": "neither",
            "nearer": "on-top",
        }

    def test_says_when_land_management_was_added_on_top(self):
        document = clip(pcfExcludingBiogenicUptake="0.0319", pcfIncludingBiogenicUptake="0.0066")
        evidence = only(document, TOTALS).evidence
        assert (evidence["case"], evidence["fits"]) == ("on-top", "on-top")

    @given(st.lists(AMOUNTS, min_size=4, max_size=4), st.integers(1, 4), st.integers(1, 4))
    def test_rounding_is_never_a_finding(self, values, places, total_places):
        names = [name for name in CLIP_PCF if name in COMPONENTS]
        exact = sum(values, Decimal(0))
        printed = {n: f"{v:.{places}f}" for n, v in zip(names, values, strict=True)}
        total = f"{exact:.{total_places}f}"
        document = clip(**printed, landManagementFossilGhgEmissions=GONE)
        document["pcf"]["pcfExcludingBiogenicUptake"] = total
        assert not any("sum_on_top" in f.evidence for f in found(document, TOTALS))

    def test_a_stated_zero_is_exact(self):
        document = bracket(fossilGhgEmissions="1.70", biogenicNonCO2Emissions="0")
        assert only(document, TOTALS).evidence["tolerance"] == "0.015"


class TestDefaults:
    def test_never_count(self):
        assert not found(indicative(**DEFAULTS), TOTALS)

    def test_one_default_component_leaves_nothing_to_compare(self):
        short = bracket(fossilGhgEmissions="0.5", landUseChangeGhgEmissions="0")
        assert found(short, TOTALS)
        marked = extended(short, provenance={"landUseChangeGhgEmissions": "default"})
        assert not found(marked, TOTALS)

    def test_a_total_alone_is_silent(self):
        names = (
            "fossilGhgEmissions",
            "landUseChangeGhgEmissions",
            "biogenicNonCO2Emissions",
        )
        assert not found(bracket(**dict.fromkeys(names, GONE)), TOTALS)

    def test_placeholders_of_a_plain_document_are_a_note_and_not_a_difference(self):
        document = plain(indicative())
        assert not found(document, TOTALS)
        assert only(document, "unstated-as-zero").severity is Severity.NOTE

    def test_an_unreadable_component_leaves_nothing_to_compare(self):
        assert not found(bracket(fossilGhgEmissions="2.11e0"), TOTALS)


class TestIncludingUptake:
    def test_differs(self):
        evidence = only(clip(pcfIncludingBiogenicUptake="0.0563"), TOTALS).evidence
        assert (evidence["total"], evidence["sum"]) == ("0.0563", "0.0057")

    def test_without_an_uptake_both_totals_are_equal(self):
        assert not found(bracket(pcfIncludingBiogenicUptake="2.13"), TOTALS)
        assert found(bracket(pcfIncludingBiogenicUptake="2.00"), TOTALS)

    def test_a_default_total_is_not_compared(self):
        document = bracket(pcfIncludingBiogenicUptake="9")
        marked = extended(document, provenance={"pcfIncludingBiogenicUptake": "default"})
        assert not found(marked, TOTALS)


class TestZeros:
    CODE = "unstated-as-zero"

    def test_marked_zeros_are_silent(self):
        assert not found(indicative(**DEFAULTS), self.CODE)

    def test_zeros_of_a_poor_document_are_named(self):
        document = extended(bracket(landUseChangeGhgEmissions="0"), level="L1")
        finding = only(document, self.CODE)
        assert (finding.severity, finding.evidence["attributes"]) == (
            "note",
            "landUseChangeGhgEmissions",
        )

    @pytest.mark.parametrize("level", ["L2", "L3"])
    def test_zeros_of_a_full_document_are_taken_at_their_word(self, level):
        document = extended(bracket(landUseChangeGhgEmissions="0"), level=level)
        assert not found(document, self.CODE)

    def test_a_plain_document_may_have_true_zeros(self):
        assert not found(plain(bracket(landUseChangeGhgEmissions="0")), self.CODE)

    def test_stated_zeros_are_silent(self):
        document = extended(
            bracket(landUseChangeGhgEmissions="0"),
            level="L1",
            provenance={"landUseChangeGhgEmissions": "stated"},
        )
        assert not found(document, self.CODE)


class TestStages:
    CODE = "stages-differ-from-total"

    def test_that_add_up_are_silent(self):
        assert not found(BRACKET, self.CODE, split=SPLIT)

    def test_that_are_short_are_found(self):
        short = {**SPLIT, "stages": SPLIT["stages"][:2]}
        finding = only(BRACKET, self.CODE, split=short)
        assert finding.severity is Severity.WARNING
        assert finding.evidence == {"total": "2.13", "sum": "2.05", "tolerance": "0.015"}

    def test_of_a_process(self):
        stages = [{"stage": "paint", "emissions": "200.5"}, {"stage": "body", "emissions": "110"}]
        document = process_credential(PROCESS)
        assert not found(document, self.CODE, split={"stages": stages})
        assert found(document, self.CODE, split={"stages": stages[:1]})

    @pytest.mark.parametrize(
        "split", [None, {}, {"stages": []}, {"stages": [{"emissions": "x"}]}, {"stages": 7}, []]
    )
    def test_nothing_to_compare_is_silent(self, split):
        assert not found(BRACKET, self.CODE, split=split)


class TestBiogenicCarbon:
    CODE = "biogenic-carbon"

    def test_follows_from_the_product(self):
        assert not found(clip(), self.CODE)

    def test_follows_from_product_and_packaging(self):
        numbers = {"packagingBiogenicCarbonContent": "0.0010", "biogenicCO2Uptake": "-0.0290"}
        assert not found(clip(**numbers), self.CODE)

    def test_may_leave_the_packaging_out(self):
        assert not found(clip(packagingBiogenicCarbonContent="0.0010"), self.CODE)

    def test_differs(self):
        finding = only(clip(biogenicCarbonContent="0.0253"), self.CODE)
        assert finding.severity is Severity.WARNING
        assert finding.evidence["expected"] == "-0.0927667"

    @pytest.mark.parametrize("name", ["biogenicCarbonContent", "biogenicCO2Uptake"])
    def test_needs_both(self, name):
        assert not found(clip(**{name: GONE}), self.CODE)

    @given(st.decimals(min_value=0, max_value=50, places=6), st.integers(1, 6))
    def test_rounding_is_never_a_finding(self, carbon, places):
        numbers = {
            "biogenicCarbonContent": f"{carbon:.{places}f}",
            "biogenicCO2Uptake": f"{-carbon * 44 / 12:.{places}f}",
        }
        assert not found(clip(**numbers), self.CODE)


class TestPrinted:
    @pytest.mark.parametrize(
        ("text", "half_unit"),
        [("1.25", "0.005"), ("77", "0.5"), ("0", "0"), ("0.00", "0.005"), ("-0.3", "0.05")],
    )
    def test_half_a_unit_of_the_last_digit(self, text, half_unit):
        assert Printed.read(text) == Printed(Decimal(text), Decimal(half_unit))

    @pytest.mark.parametrize("text", ["", "1e3", "x", None, 7, "12\n"])
    def test_nothing_else_is_read(self, text):
        assert Printed.read(text) is None


@pytest.mark.parametrize(
    ("total", "told"),
    [
        ("9" * 79, "1" + "0" * 79),
        ("9" * 80, "1.00000000000000e+80"),
        ("-" + "9" * 79, "-1.00000000000000e+79"),
        ("0." + "0" * 77 + "1", "0." + "0" * 77 + "1"),
    ],
)
def test_the_longest_numbers_are_told_too(total, told):
    document = bracket(pcfExcludingBiogenicUptake=total)
    evidence = [finding.evidence for finding in found(document, TOTALS)]
    assert evidence
    assert {told, total} & {value for entry in evidence for value in entry.values()}
