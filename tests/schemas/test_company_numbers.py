"""Numbers of companies: real ones hold, and a slip of the pen is found."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tierlight_schemas.company_numbers import (
    SCHEMES,
    checked,
    fault_of,
    fault_of_text,
    gs1_check_digit,
    lei_check_digits,
    normal,
    uscc_check_character,
)
from tierlight_schemas.errors import IdentifierError

REAL = (
    # Global LEI index of GLEIF, search.gleif.org.
    ("lei", "529900NNUPAGGOMPXZ31"),  # Volkswagen AG
    ("lei", "YEH5ZCD6E441RHVHD759"),  # Bayerische Motoren Werke AG
    ("lei", "529900R27DL06UVNT076"),  # Mercedes-Benz Group AG
    ("lei", "HWUPKR0MPOU8FGXBT394"),  # Apple Inc.
    # National Enterprise Credit Information Publicity System of China, gsxt.gov.cn.
    ("uscc", "91440300192317458F"),  # 比亚迪股份有限公司 (BYD)
    ("uscc", "91350900587527783P"),  # 宁德时代新能源科技股份有限公司 (CATL)
    ("uscc", "914403001922038216"),  # 华为技术有限公司 (Huawei)
    ("uscc", "91330100799655058B"),  # 阿里巴巴（中国）有限公司 (Alibaba)
    # Worked example of GS1's page on check digits, and the EAN of a felt pen.
    ("gtin", "6291041500213"),
    ("gtin", "4006381333931"),
    ("gtin", "036000291452"),
    ("gln", "4012345000009"),
    ("duns", "150483782"),  # the example of D&B's own writing with hyphens, 15-048-3782
    ("bpn", "BPNL00000003AYRE"),  # Catena-X, example of CX-0010
    ("vat", "DE129273398"),  # Bayerische Motoren Werke AG
)
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@pytest.mark.parametrize(("scheme", "value"), REAL)
def test_real_numbers_hold(scheme, value):
    assert checked(scheme, value) == value


@pytest.mark.parametrize(
    ("scheme", "written", "number"),
    [
        ("lei", " yeh5 zcd6 e441 rhvh d759 ", "YEH5ZCD6E441RHVHD759"),
        ("duns", "15-048-3782", "150483782"),
        ("uscc", "91350900587527783p", "91350900587527783P"),
        ("local", " a b-c ", "a b-c"),
    ],
)
def test_a_number_has_one_spelling(scheme, written, number):
    assert checked(scheme, written) == number == normal(scheme, number)


@pytest.mark.parametrize(
    ("scheme", "value", "fault"),
    [
        ("lei", "529900NNUPAGGOMPXZ13", "check"),
        ("lei", "529900NNUPAGGOMPXZ30", "check"),
        ("lei", "5299O0NNUPAGGOMPXZ31", "check"),  # the letter O
        ("lei", "529900NNUPAGGOMPXZ3", "form"),
        ("lei", "529900NNUPAGGOMPXZ311", "form"),
        ("lei", "529900NNUPAGGOMPXZ3A", "form"),
        ("lei", "A1", "form"),
        ("lei", "", "form"),
        ("uscc", "91440300192317458E", "check"),
        ("uscc", "91440300192317548F", "check"),
        ("uscc", "91350100M0001TGQXM", "check"),  # valid, of a pilot region: goes as uscc-pilot
        ("uscc", "91440300192317458I", "form"),  # I is no character of the code
        ("uscc", "9144030019231745", "form"),
        ("uscc", "9144O300192317458F", "form"),  # the letter O in the region
        ("uscc", "91BEIFENG000000002", "form"),
        ("uscc", "９１４４０３００192317458F", "form"),
        ("gln", "4012345000008", "check"),
        ("gln", "401234500000", "form"),
        ("gtin", "4006381333932", "check"),
        ("gtin", "40063813339", "form"),
        ("gtin", "١٢٣٤٥٦٧٨", "form"),
        ("duns", "15048378", "form"),
        ("duns", "1504837821", "form"),
        ("duns", "15048378A", "form"),
        ("bpn", "BPNX00000003AYRE", "form"),
        ("bpn", "BPNL00000003AYR", "form"),
        ("vat", "129273398", "form"),
        ("vat", "DE", "form"),
    ],
)
def test_wrong_ones_are_found(scheme, value, fault):
    assert fault_of(scheme, value) == fault
    with pytest.raises(IdentifierError) as refused:
        checked(scheme, value)
    assert refused.value.code == f"identity/number-{fault}"
    assert refused.value.params["number"] == value


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("lei:529900NNUPAGGOMPXZ13", "check"),
        ("USCC: 91440300192317458E", "check"),
        ("DUNS:7", "form"),
        ("duns:312345678", None),
        ("Beifeng Pack", None),
        ("https://a.example", None),
        ("internal:7", None),
        ("", None),
    ],
)
def test_numbers_are_seen_in_text(text, fault):
    assert fault_of_text(text) == fault


def test_every_scheme_shows_a_number_that_holds():
    for scheme, known in SCHEMES.items():
        assert checked(scheme, known.example) == known.example


class TestOneSlip:
    """ISO 7064 and mod 31 find every single wrong character, and every two swapped neighbours."""

    @given(
        st.text(ALPHABET, min_size=17, max_size=17), st.integers(0, 17), st.sampled_from(ALPHABET)
    )
    def test_of_a_uscc_is_found(self, body, place, other):
        code = body + uscc_check_character(body)
        assume(code[place] != other)
        wrong = code[:place] + other + code[place + 1 :]
        assert uscc_check_character(wrong[:-1]) != wrong[-1]

    @given(
        st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=18, max_size=18),
        st.integers(0, 17),
        st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    )
    def test_of_an_lei_is_found(self, body, place, other):
        code = body + lei_check_digits(body)
        assert fault_of("lei", code) is None
        assume(code[place] != other)
        assert fault_of("lei", code[:place] + other + code[place + 1 :]) == "check"

    @given(st.text("0123456789", min_size=12, max_size=12), st.integers(0, 12), st.integers(1, 9))
    def test_of_a_gln_is_found(self, body, place, by):
        code = body + gs1_check_digit(body)
        assert fault_of("gln", code) is None
        other = str((int(code[place]) + by) % 10)
        assert fault_of("gln", code[:place] + other + code[place + 1 :]) == "check"

    @given(
        st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=18, max_size=18),
        st.integers(0, 18),
    )
    def test_two_swapped_characters_of_an_lei_are_found(self, body, place):
        """But for 1B, 2M and 3X, which ISO 7064 writes as 111, 222 and 333 either way."""
        code = body + lei_check_digits(body)
        swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        assume(swapped != code and swapped[18:].isdigit())
        assume({code[place], code[place + 1]} not in ({*"1B"}, {*"2M"}, {*"3X"}))
        assert fault_of("lei", swapped) == "check"
