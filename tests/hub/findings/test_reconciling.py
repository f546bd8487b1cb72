"""A site's meters against its products: a case worked by hand, what is unknown, and exact sums."""

from dataclasses import replace
from decimal import Context, Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hub.findings.energy import remainders
from hub.findings.energy.reconciling import (
    Balance,
    Limits,
    Line,
    Reason,
    Sides,
    Verdict,
    counted,
    in_emissions,
    reconcile,
    without_factor,
)
from tierlight_schemas.catalogue import CODES
from tierlight_schemas.checks.printed import Printed
from tierlight_schemas.messages import LANGUAGES, words_of

D = Decimal
LIMITS = Limits(D("0.02"), D("0.05"))
CO2 = ("CO2", "direct")


def read(text: str) -> Printed:
    number = Printed.read(text)
    assert number is not None
    return number


def pieces(count: int) -> Printed:
    return Printed(D(count), D(0))


def product(name: str, per_unit: str, units: int, **told) -> Line:
    line = Line(name, None, f"id-{name}", read(per_unit), pieces(units), "piece", **told)
    return counted(line)


HOUSING = product("HOUSING", "4.0", 20_000)
CASTING = product("CASTING", "1.50", 22_000, goes_into=("HOUSING",))
SHAFT = product("SHAFT", "0.25", 100_000)
OFFICE = Line("office", read("3000"))
POWER = Sides(
    "electricity",
    "kilowatt hour",
    read("150000"),
    read("6000"),
    (HOUSING, CASTING, SHAFT, OFFICE),
    kg=D("72000"),
    kind=CO2,
)
"""144,000 kWh net. HOUSING 80,000 (its casting is not within), CASTING 33,000 (22,000 cast, 2,000
of them rejected), SHAFT 25,000, the office 3,000: 141,000; 3,000 remain. 0.5 kg per kWh."""


def balance(**change) -> Balance:
    (found,) = reconcile([replace(POWER, **change)], LIMITS)
    return found


def test_a_case_worked_by_hand():
    found = balance()
    assert (found.net, found.claimed, found.other) == (D(144_000), D(138_000), D(3_000))
    assert found.remainder == D(3_000)
    # readings 0.5 + 0.5; 20,000 × 0.05 + 22,000 × 0.005 + 100,000 × 0.005; the office 0.5
    assert found.rounding == D("1611.5")
    assert found.may_exceed == D("4491.5")  # + 2 % of 144,000
    assert found.may_remain == D("8811.5")  # + 5 %
    assert (found.verdict, found.reasons) == (Verdict.FITS, ())


def test_the_same_in_kilograms_with_one_factor():
    (found,) = in_emissions([POWER], LIMITS)
    assert (found.net, found.claimed, found.other) == (D(72_000), D(69_000), D(1_500))
    assert found.remainder == D(1_500)
    assert (found.kind, found.carriers, found.verdict) == (CO2, ("electricity",), Verdict.FITS)


def test_kinds_of_factors_are_never_added():
    gas = Sides("natural gas", "cubic meter", read("10"), read("0"), (), (), D(20), CO2)
    steam = replace(gas, carrier="steam", kind=("CO2e", "life-cycle"))
    heat = replace(gas, carrier="heat", kg=None, kind=None)
    sums = in_emissions([POWER, gas, steam, heat], LIMITS)
    assert [(each.kind, each.carriers) for each in sums] == [
        (CO2, ("electricity", "natural gas")),
        (("CO2e", "life-cycle"), ("steam",)),
    ]
    assert [each.net for each in sums] == [D(72_020), D(20)]
    assert without_factor([POWER, gas, steam, heat]) == ("heat",)


def test_one_product_stands_once_in_a_sum_of_carriers():
    gas = Sides("natural gas", "cubic meter", read("10"), read("0"), (), (), D(20), CO2)
    burnt = counted(replace(SHAFT, per_unit=read("0.0001")))
    (found,) = in_emissions([POWER, replace(gas, lines=(burnt,))], LIMITS)
    assert [line.name for line in found.lines] == ["HOUSING", "CASTING", "SHAFT", "office"]
    assert found.lines[2].amount == Printed(D(12_520), D(260))  # 25,000 × 0.5 + 10 × 2
    assert found.lines[2].per_unit is None


PLANTED: dict[str, dict[str, Any]] = {
    "site/parts-exceed-total:products": {"lines": (product("HOUSING", "7.5", 20_000), OFFICE)},
    "site/parts-exceed-total:with-uses": {
        "lines": (HOUSING, CASTING, SHAFT, replace(OFFICE, amount=read("12000")))
    },
    "site/unexplained-remainder:carrier": {"lines": (HOUSING, SHAFT, OFFICE)},
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_defect_is_found_and_told_in_every_language(name):
    found = balance(**PLANTED[name])
    (finding,) = remainders.judge([found], "CC", 2025)
    code, _, case = name.partition(":")
    assert (finding.code, finding.evidence["case"]) == (code, case)
    assert finding.severity is CODES[code].severity
    (in_kg,) = in_emissions([replace(POWER, **PLANTED[name])], LIMITS)
    (told,) = remainders.judge([in_kg], "CC", 2025)
    assert (told.code, told.evidence["case"].partition("-")[0]) == (code, "emissions")
    for each in (finding, told):
        for language in LANGUAGES:
            words = words_of(each, language)
            assert "{" not in words.text
            assert "–" not in words.text
            assert words.remedy
            assert each.evidence["net"] in words.text


def test_the_evidence_is_enough_to_redo_it():
    (found,) = remainders.judge(
        [balance(**PLANTED["site/parts-exceed-total:products"])], "CC", 2025
    )
    told = {name: D(found.evidence[name]) for name in ("metered", "sold_on", "net", "claimed")}
    assert told["metered"] - told["sold_on"] == told["net"] == D(144_000)
    assert told["claimed"] - told["net"] == D(found.evidence["over"]) == D(6_000)
    share = D(found.evidence["percent"]) / 100 * told["net"]
    assert share + D(found.evidence["rounding"]) == D(found.evidence["tolerance"])


@pytest.mark.parametrize(
    "lines",
    [
        (HOUSING, CASTING, SHAFT, OFFICE),
        (HOUSING, CASTING, product("SHAFT", "0.28", 100_000), OFFICE),  # 144,000: all of it
        (HOUSING, CASTING, product("SHAFT", "0.32", 100_000), OFFICE),  # within the tolerance
        (HOUSING, CASTING, SHAFT),
        (HOUSING, CASTING, SHAFT, Line("stock-change", read("-2000"))),
    ],
)
def test_what_fits_is_silent(lines):
    assert remainders.judge([balance(lines=lines)], "CC", 2025) == []


UNREADABLE = replace(OFFICE, amount=None, reason=Reason.UNIT)
UNKNOWN: list[tuple[dict[str, Any], Reason]] = [
    ({"lines": (HOUSING, replace(SHAFT, amount=None, reason=Reason.NO_SPLIT))}, Reason.NO_SPLIT),
    ({"lines": (replace(HOUSING, amount=None, reason=Reason.UNIT),)}, Reason.UNIT),
    ({"metered": None, "reasons": (Reason.MONTHS_MISSING,)}, Reason.MONTHS_MISSING),
    ({"metered": None, "sold_on": None, "reasons": (Reason.NOT_METERED,)}, Reason.NOT_METERED),
    ({"lines": (), "reasons": (Reason.NO_PRODUCTS,)}, Reason.NO_PRODUCTS),
    ({"lines": (product("HOUSING", "90", 20_000), UNREADABLE)}, Reason.UNIT),
]


@pytest.mark.parametrize(("change", "reason"), UNKNOWN)
def test_what_is_not_known_is_not_reconciled_and_says_why(change, reason):
    found = balance(**change)
    assert found.verdict is Verdict.NOT_RECONCILABLE
    assert found.remainder is None or reason is Reason.NO_PRODUCTS
    assert reason in found.reasons
    sums = in_emissions([replace(POWER, **change)], LIMITS)
    assert {each.verdict for each in sums} == {Verdict.NOT_RECONCILABLE}
    assert remainders.judge([found, *sums], "CC", 2025) == []


def test_what_is_known_of_the_claims_is_still_told():
    found = balance(lines=(HOUSING, replace(SHAFT, amount=None, reason=Reason.NO_SPLIT)))
    assert (found.claimed, found.claimed_at_least) == (None, D(80_000))


def test_nothing_used_and_nothing_claimed_fits():
    nothing = replace(POWER, metered=read("0"), sold_on=read("0"), lines=(), kg=D(0))
    assert reconcile([nothing], LIMITS)[0].verdict is Verdict.FITS
    assert in_emissions([nothing], LIMITS)[0].verdict is Verdict.FITS


def test_something_claimed_of_nothing_exceeds():
    nothing = replace(POWER, metered=read("0"), sold_on=read("0"), kg=D(0))
    assert reconcile([nothing], LIMITS)[0].verdict is Verdict.EXCEEDS
    assert in_emissions([nothing], LIMITS)[0].reasons == (Reason.NO_FACTOR,)


AMOUNTS = st.decimals(-(10**30), 10**30, allow_nan=False, places=20)
PRINTED = AMOUNTS.map(lambda value: Printed(value, D("0.5")))


@given(PRINTED, PRINTED, st.lists(PRINTED, max_size=30), st.decimals(1, 10**9, places=9))
def test_lines_and_remainder_are_the_net_amount_to_the_last_digit(metered, sold, amounts, kg):
    lines = tuple(Line(str(n), a, f"p{n}" if n % 2 else None) for n, a in enumerate(amounts))
    sides = Sides("steam", "gigajoule", metered, sold, lines, (), kg, CO2)
    wide = Context(prec=2000)
    for found in (*reconcile([sides], LIMITS), *in_emissions([sides], LIMITS)):
        if found.remainder is None or found.metered is None or found.sold_on is None:
            assert found.net is None
            continue
        total = found.remainder
        for line in found.lines:
            assert line.amount is not None
            total = wide.add(total, line.amount.value)
        assert total == found.net == wide.subtract(found.metered.value, found.sold_on.value)


@given(st.integers(0, 10**6), st.decimals("0.001", "9.999", places=3))
def test_rounding_alone_is_never_a_finding(units, exact):
    """A site whose readings and splits are rounded to what they print; a printed 0 is exact."""
    used = exact * units
    assume(used >= 1)
    shown = exact.quantize(D("0.01"))
    line = product("P", str(shown), units)
    sides = replace(POWER, metered=read(str(used.quantize(D(1)))), sold_on=read("0"), lines=(line,))
    strict = Limits(D(0), D(0))
    assert remainders.judge(reconcile([sides], strict), "CC", 2025) == []
