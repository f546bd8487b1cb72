from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from tierlight_schemas.amounts import (
    EXACT,
    MAX_AMOUNT_LENGTH,
    Amount,
    is_absurd,
    parse_number,
    significant,
)


class Weighed(BaseModel):
    mass: Amount


LONG = "-000123456789012345678901234567.890123456789012345678901234567000"


class TestText:
    @pytest.mark.parametrize("text", ["0", "-0", "+1", "12.50", "007", "0.000", LONG, "9" * 80])
    def test_keeps_its_digits(self, text):
        weighed = Weighed.model_validate({"mass": text})
        assert weighed.mass == text
        assert weighed.mass.decimal == Decimal(text)
        assert weighed.model_dump(mode="json") == {"mass": text}
        assert weighed.model_dump_json() == f'{{"mass":"{text}"}}'
        assert Weighed.model_validate_json(weighed.model_dump_json()) == weighed

    @pytest.mark.parametrize(
        "text",
        [
            "",
            " ",
            "1e3",
            "1E-3",
            "1,5",
            "1.",
            ".5",
            "1 000",
            "1_000",
            "NaN",
            "Infinity",
            "--1",
            "0x1",
            "１２",
            "1\n",
            "\n1",
            " 1",
            "1.2.3",
            "12 kg",
            "9" * (MAX_AMOUNT_LENGTH + 1),
        ],
    )
    def test_refuses_what_is_no_plain_decimal(self, text):
        with pytest.raises(ValueError, match="plain decimal"):
            Amount(text)
        with pytest.raises(ValidationError):
            Weighed.model_validate({"mass": text})

    @pytest.mark.parametrize("value", [1, 1.5, 0.1, True, None, Decimal("1.5"), ["1"], b"1"])
    def test_refuses_what_is_no_text(self, value):
        with pytest.raises(ValidationError) as caught:
            Weighed.model_validate({"mass": value})
        assert [error["loc"] for error in caught.value.errors()] == [("mass",)]

    def test_refuses_a_json_number(self):
        with pytest.raises(ValidationError, match="mass"):
            Weighed.model_validate_json('{"mass": 12.5}')

    @given(st.from_regex(r"[+-]?[0-9]{1,38}(\.[0-9]{1,38})?", fullmatch=True))
    def test_survives_a_round_trip_byte_for_byte(self, text):
        assert Weighed.model_validate_json(f'{{"mass":"{text}"}}').model_dump() == {"mass": text}


class TestOf:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (12, "12"),
            (100, "100"),
            (Decimal("12.50"), "12.5"),
            (Decimal("1E+3"), "1000"),
            (Decimal("4E-10"), "0.0000000004"),
            (Decimal("-0.00"), "0"),
            (Decimal("-1.10"), "-1.1"),
        ],
    )
    def test_prints_plainly(self, value, text):
        assert Amount.of(value) == text

    @pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), Decimal("1E+90")])
    def test_refuses_what_cannot_be_printed_plainly(self, value):
        with pytest.raises(ValueError, match="plain decimal"):
            Amount.of(value)

    @given(st.decimals(allow_nan=False, min_value="-1e30", max_value="1e30", places=20))
    def test_is_exact(self, value):
        assert Amount.of(value).decimal == value


class TestCells:
    @pytest.mark.parametrize(
        ("cell", "value"),
        [
            ("12.50", "12.50"),
            (" 4e-10 ", "4E-10"),
            ("1.947040431105052e-07", "1.947040431105052E-7"),
            ("5.", "5"),
            (".5", "0.5"),
            ("-1E3", "-1E+3"),
            ("0", "0"),
        ],
    )
    def test_are_read_exactly(self, cell, value):
        assert parse_number(cell) == Decimal(value)
        assert str(parse_number(cell)) == value

    @pytest.mark.parametrize(
        "cell",
        [
            "",
            "1,5",
            "1_000",
            "１２",
            "nan",
            "inf",
            "-inf",
            "1e",
            "e5",
            "1e61",
            "1e-61",
            "12 kg",
            "1e99999",
            "60 %",
            "9" * 81,
        ],
    )
    def test_are_refused_when_they_are_no_usable_number(self, cell):
        with pytest.raises(ValueError, match="is not a number"):
            parse_number(cell)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1234.5678901234567890", "1234.56789012346"),
        ("0.1", "0.1"),
        ("2e3", "2000"),
        ("123456789012345678", "123456789012346000"),
        ("999999999999999e9", "999999999999999000000000"),
        ("1.23456789012345678e-59", "0." + "0" * 58 + "123456789012346"),
        ("1e-90", "0"),
        ("-1e-1000000", "0"),
    ],
)
def test_results_are_printed_with_fifteen_digits(value, text):
    assert significant(Decimal(value)) == text


@pytest.mark.parametrize("value", ["1e24", "-1e24", "1e80", "1e1000001"])
def test_a_result_beyond_all_sense_is_not_printed(value):
    assert is_absurd(Decimal(value))
    with pytest.raises(ValueError, match="usable size"):
        significant(Decimal(value))
    assert not is_absurd(Decimal("9.99e23"))


def test_no_product_is_too_large_for_exact_arithmetic():
    value = Decimal("1e60")
    for _ in range(20):
        value = EXACT.multiply(value, value)
    assert value.adjusted() == 60 * 2**20


def test_exact_arithmetic_has_fifty_digits():
    assert str(EXACT.divide(Decimal(1), Decimal(3))) == "0." + "3" * 50
