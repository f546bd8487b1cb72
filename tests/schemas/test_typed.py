"""Numbers, amounts and days as people type them."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierlight_schemas.amounts import Amount
from tierlight_schemas.typed import (
    Unreadable,
    mark_of,
    read_day,
    read_number,
    read_percent,
    read_quantity,
)

ENERGY = ("kilowatt hour", "ten megawatt hours")


@pytest.mark.parametrize(
    ("text", "mark", "read"),
    [
        ("１２３", ".", "123"),
        ("1.234,5", ".", "1234.5"),
        ("1,234.5", ",", "1234.5"),
        ("1 234,5", ".", "1234.5"),
        ("1\u00a0234,5", "", "1234.5"),
        ("1\u202f234.5", "", "1234.5"),
        ("　1'234.5　", ",", "1234.5"),
        ("12,000", ".", "12000"),
        ("12,000", ",", "12.000"),
        ("12.000", ",", "12000"),
        ("１２，０００", ".", "12000"),
        ("0,123", "", "0.123"),
        ("1234,5", "", "1234.5"),
        ("1.2万", "", "12000"),
        ("3亿", "", "300000000"),
        ("4e-10", "", "0.0000000004"),
        ("−5", "", "-5"),
        ("1,234,567", "", "1234567"),
    ],
)
def test_a_number_is_read(text, mark, read):
    assert read_number(text, mark) == read


@pytest.mark.parametrize(
    ("text", "mark", "code"),
    [
        ("12,000", "", "ambiguous"),
        ("12.000", "", "ambiguous"),
        ("", ".", "number"),
        ("   ", ".", "number"),
        ("约12", ".", "number"),
        ("~12", ".", "number"),
        (">5", ".", "number"),
        ("12-15", ".", "number"),
        ("12 15", ".", "number"),
        ("1.2.3", ".", "number"),
        ("12,34,567", ".", "number"),
        ("1,23,4.5", ".", "number"),
        ("1e", ".", "number"),
        ("0x10", ".", "number"),
        ("1_000", ".", "number"),
        ("十二", ".", "number"),
        ("NaN", ".", "number"),
        ("∞", ".", "number"),
        ("12万3千", ".", "number"),
        ("1e5万", ".", "number"),
        ("=1+1", ".", "number"),
        ("12 kg", ".", "number"),
        ("1e999", ".", "number-size"),
        ("1" * 90, ".", "number-size"),
    ],
)
def test_what_is_no_number_is_refused(text, mark, code):
    with pytest.raises(Unreadable) as refused:
        read_number(text, mark)
    assert refused.value.code == f"workbook/{code}"


def test_an_ambiguous_number_is_told_with_both_readings():
    with pytest.raises(Unreadable) as refused:
        read_number("12,000")
    assert refused.value.params == {"one": "12000", "other": "12.000"}


@pytest.mark.parametrize(
    ("declared", "texts", "mark"),
    [
        (".", ["12,000", "0.5", "x", ""], "."),
        (".", ["12,000", "1234,5"], ""),
        (".", ["12,000", "1.234.567"], ""),
        (".", ["12,000", "1 234,5"], ""),
        (",", ["12.000", "0.5"], ""),
        (",", ["12.000", "1,5 kg"], ","),
        ("", ["0.5"], ""),
    ],
)
def test_a_file_that_writes_both_ways_is_not_guessed_at(declared, texts, mark):
    assert mark_of(declared, texts) == mark


@pytest.mark.parametrize(
    ("text", "unit", "read"),
    [
        ("12,000度", "", ["12000", "kilowatt hour"]),
        ("48万kWh", "", ["480000", "kilowatt hour"]),
        ("48万度", "kWh", ["480000", "kilowatt hour"]),
        ("48", "万kWh", ["48", "ten megawatt hours"]),
        ("1.2万", "度", ["12000", "kilowatt hour"]),
        ("3千瓦时", "", ["3", "kilowatt hour"]),
    ],
)
def test_an_amount_has_its_unit(text, unit, read):
    assert read_quantity(text, unit, ENERGY, ".") == read


@pytest.mark.parametrize(
    ("text", "unit", "code"),
    [
        ("12", "", "unit-missing"),
        ("12 kg", "", "unit"),
        ("12", "kg", "unit"),
        ("12 什么", "", "unit"),
        ("12 kWh", "MWh", "two-units"),
        ("kWh", "", "number"),
        ("", "kWh", "number"),
    ],
)
def test_an_amount_without_one_unit_is_refused(text, unit, code):
    with pytest.raises(Unreadable) as refused:
        read_quantity(text, unit, ENERGY, ".")
    assert refused.value.code == f"workbook/{code}"


@pytest.mark.parametrize(("text", "read"), [("20", "20"), ("20%", "20"), ("２０％", "20")])
def test_percent_has_its_sign_or_not(text, read):
    assert read_percent(text) == read


@pytest.mark.parametrize(
    "text",
    [
        *("2024-12-31", "2024/12/31", "2024年12月31日", "２０２４年１２月３１日", "20241231"),
        *("31.12.2024", "31/12/2024", "12/31/2024", "45657", "45657.0", " 2024.12.31 "),
        *("2024-12-31T00:00:00", "2024-12-31 00:00"),
    ],
)
def test_a_day_is_read(text):
    assert read_day(text) == date(2024, 12, 31)


def test_old_macs_count_from_1904():
    assert read_day("44195", from_1904=True) == date(2024, 12, 31)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1/2/2025", "ambiguous"),
        ("1-2-2025", "ambiguous"),
        ("2024-13-01", "day"),
        ("2023-02-29", "day"),
        ("31.12.24", "day"),
        ("31.12", "day"),
        ("2024", "day"),
        ("20241331", "day"),
        ("1.5", "day"),
        ("99999", "day"),
        ("去年", "day"),
        ("1889-01-01", "day"),
        ("", "day"),
    ],
)
def test_what_is_no_day_is_refused(text, code):
    with pytest.raises(Unreadable) as refused:
        read_day(text)
    assert refused.value.code == f"workbook/{code}"


NUMBERS = st.decimals(0, 10**12, places=4, allow_nan=False, allow_infinity=False)
SPACES = st.sampled_from([" ", "\u00a0", "\u202f", "'"])


@given(NUMBERS, st.sampled_from([(".", ","), (",", ".")]), st.booleans())
def test_a_number_written_in_either_way_is_read_as_it_was_meant(number, marks, wide):
    """With four decimals nothing can be taken for thousands, whichever way is declared."""
    point, comma = marks
    text = f"{number:,.4f}".translate(str.maketrans({".": point, ",": comma}))
    if wide:
        text = text.translate({ord(str(d)): ord("０") + d for d in range(10)})
    for declared in (".", ",", ""):
        assert read_number(text, declared).decimal == Decimal(number)


@given(NUMBERS, SPACES)
def test_spaces_between_thousands_are_read(number, space):
    assert read_number(f"{number:,.4f}".replace(",", space)).decimal == Decimal(number)


@given(st.text(max_size=30))
def test_whatever_is_typed_is_read_or_refused(text):
    for read in (read_number, read_percent, read_day, lambda t: read_quantity(t, "", ENERGY)):
        with suppress(Unreadable):
            assert read(text) is not None


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_a_day_is_read_in_every_form(day):
    serial = (day - date(1899, 12, 30)).days
    for text in (
        f"{day}",
        f"{day:%Y/%m/%d}",
        f"{day:%Y年%m月%d日}",
        f"{day:%d.%m.%Y}",
        f"{serial}",
    ):
        assert read_day(text) == day


def test_digits_are_kept():
    assert read_number("1.50") == Amount("1.50")
