"""Numbers inside sentences."""

import pytest

from hub.kit.numbers import localised


@pytest.mark.parametrize(
    ("lang", "shown"),
    [("en", "12,345.678"), ("de", "12.345,678"), ("zh-CN", "12,345.678")],
)
def test_are_written_as_the_language_writes_them(lang, shown):
    assert localised({"value": "12345.678"}, lang) == {"value": shown}


@pytest.mark.parametrize("value", ["–", "PACK-75", "3.0.2", "1e5", "", "2026-06-30", "L00012"])
def test_leave_everything_else_alone(value):
    assert localised({"value": value}, "de") == {"value": value}


def test_leave_names_alone_that_look_like_numbers():
    assert localised({"supplier": "1234567", "part": "1.5"}, "de") == {
        "supplier": "1234567",
        "part": "1.5",
    }


@pytest.mark.parametrize("digits", ["0.123456789012345", "0." + "0" * 77 + "1", "0." + "9" * 78])
def test_keep_every_digit(digits):
    assert localised({"value": digits}, "en") == {"value": digits}


def test_are_written_however_long_they_are():
    shown = localised({"value": "-" + "9" * 79}, "de")["value"]
    assert shown == "-9" + ".999" * 26


def test_a_year_is_no_amount():
    told = localised({"year": "2022", "average_year": "2023", "years": "2022"}, "de")
    assert told == {"year": "2022", "average_year": "2023", "years": "2.022"}
