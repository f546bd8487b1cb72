"""Part URNs and issuers: one name, one spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierlight_schemas.envelope import (
    EnvelopeError,
    issuer_urn,
    parse_issuer,
    parse_part_urn,
    part_urn,
)

KEY = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_examples():
    assert part_urn("company", "c-1", "A 1/2") == "urn:tierlight:part:company:c-1:A%201%2F2"
    assert part_urn("key", KEY, "阴极").endswith(":%E9%98%B4%E6%9E%81")
    assert part_urn("company", "c-1", "a:b%") == "urn:tierlight:part:company:c-1:a%3Ab%25"


@given(st.text(min_size=1, max_size=40))
def test_a_number_comes_back_or_is_refused(number):
    if number.isprintable() and number == number.strip():
        assert parse_part_urn(part_urn("company", "c-1", number)) == ("company", "c-1", number)
    else:
        with pytest.raises(EnvelopeError, match="door/part-number"):
            part_urn("company", "c-1", number)


@pytest.mark.parametrize(
    "number", ["", " A", "A ", "A\n", "A\0B", "A\tB", "x" * 201, "\ud800", "阴" * 200]
)
def test_numbers_that_nobody_could_type_the_same_twice(number):
    with pytest.raises(EnvelopeError, match="door/part-number"):
        part_urn("company", "c-1", number)


@pytest.mark.parametrize(
    "urn",
    [
        "",
        "urn:tierlight:part:company:c-1",
        "urn:tierlight:part:company:c-1:",
        "urn:tierlight:part:company::A",
        "urn:tierlight:part:person:c-1:A",
        "URN:tierlight:part:company:c-1:A",
        "urn:tierlight:part:company:c-1:A%2f",
        "urn:tierlight:part:company:c-1:%41",
        "urn:tierlight:part:company:c-1:A%",
        "urn:tierlight:part:company:c-1:%FF",
        "urn:tierlight:part:company:c-1:A\n",
        "urn:tierlight:part:company:c-1:" + "A" * 2000,
    ],
)
def test_other_spellings_are_refused(urn):
    with pytest.raises(EnvelopeError, match="door/part-urn"):
        parse_part_urn(urn)


def test_issuers_of_ours_are_read_and_foreign_ones_left_alone():
    assert parse_issuer(issuer_urn("key", KEY)) == ("key", KEY)
    assert parse_issuer(issuer_urn("company", "c-1")) == ("company", "c-1")
    for foreign in ("did:web:example.com", "urn:tierlight:person:x", "urn:tierlight:key:", ""):
        assert parse_issuer(foreign) is None
