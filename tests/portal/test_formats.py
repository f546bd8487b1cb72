"""Numbers and dates as each reader writes them; unknown is never a zero."""

from datetime import date

import pytest
from babel import Locale

from supplier_portal.formats import Formats
from supplier_portal.wording import LOCALES

EN, DE, ZH = (Formats(Locale.parse(LOCALES[language])) for language in ("en", "de", "zh-CN"))


class TestAmounts:
    @pytest.mark.parametrize(
        ("amount", "shown"),
        [
            ("19283.3562037584", "19,283"),
            ("201.600006103516", "201.6"),
            ("12.50", "12.5"),
            ("1", "1"),
            ("0", "0"),
            ("-67.19999", "-67.2"),
            ("0.72591", "0.7259"),
            ("0.0001", "0.0001"),
            ("0.000000194704", "1.947 × 10⁻⁷"),
            ("999.99", "1,000"),
            ("999999999999999", "999,999,999,999,999"),
            ("1000000000000000", "1 × 10¹⁵"),
            ("0.00009999999", "1 × 10⁻⁴"),
            ("-" + "9" * 79, "-1 × 10⁷⁹"),
            ("0." + "0" * 77 + "1", "1 × 10⁻⁷⁸"),
            (None, None),
            ("–", None),
        ],
    )
    def test_are_rounded_to_what_can_be_read(self, amount, shown):
        assert EN.amount(amount) == shown

    def test_are_written_the_reader_s_way(self):
        assert DE.amount("1234567.5") == "1.234.568"
        assert DE.amount("5.539") == "5,539"
        assert ZH.amount("1234567.4") == "1,234,567"

    @pytest.mark.parametrize(
        ("amount", "shown"),
        [
            ("12.50", "12,50"),
            ("1234567.100", "1.234.567,100"),
            ("-0.10", "-0,10"),
            ("30", "30"),
            ("0.123456789012345678901234567890", "0,123456789012345678901234567890"),
            ("IPCC", "IPCC"),
        ],
    )
    def test_that_were_signed_keep_their_digits(self, amount, shown):
        assert DE.exact(amount) == shown

    def test_more_digits_on_request(self):
        assert EN.amount("0.7259134", 5) == "0.72591"


class TestShares:
    @pytest.mark.parametrize(
        ("share", "shown"),
        [
            ("0.873", "87.3%"),
            ("1", "100%"),
            ("0.99999", "99.9%"),
            ("0.00001", "< 0.1%"),
            ("0", "0%"),
            (None, None),
        ],
    )
    def test_never_round_to_everything_or_nothing(self, share, shown):
        assert EN.percent(share) == shown

    def test_in_german_with_a_space(self):
        assert DE.percent("0.5") == "50\u00a0%"
        assert DE.of_hundred("12.34") == "12,3\u00a0%"


class TestSentences:
    def test_of_the_hub_do_not_break_between_number_and_unit(self):
        said = "≥ 26,021.5 kgCO2e, 87.3 % of the mass covered"
        assert EN.unbroken(said) == "≥ 26,021.5\u00a0kg\u00a0CO₂e, 87.3 % of the mass covered"


class TestDates:
    def test_a_period_ends_on_its_last_day(self):
        assert EN.first_day("2025-01-01T00:00:00Z") == "1 Jan 2025"
        assert EN.last_day("2026-01-01T00:00:00Z") == "31 Dec 2025"
        assert EN.last_day("2026-01-01T00:00:00+08:00") == "31 Dec 2025"

    @pytest.mark.parametrize(
        ("typed", "shown"),
        [
            ("2025-01-31", "31 Jan 2025"),
            ("31.1.2025", "31.1.2025"),
            ("2025-02-30", "2025-02-30"),
            ("去年", "去年"),
        ],
    )
    def test_a_day_that_was_typed_is_kept_when_it_is_none(self, typed, shown):
        assert EN.typed_day(typed) == shown

    def test_days_and_instants(self):
        assert ZH.day(date(2026, 3, 1)) == "2026年3月1日"
        assert DE.instant("2026-03-01T10:30:00+02:00") == "01.03.2026, 08:30 UTC"


class TestPlaces:
    def test_a_code_comes_with_its_country(self):
        assert DE.place("CN-GD") == "CN-GD (China)"
        assert ZH.place("DE") == "DE (德国)"
        assert EN.place("XX-1") == "XX-1"


@pytest.mark.parametrize("stated", ["9" * 80, "-" + "9" * 79, "0." + "0" * 77 + "1"])
def test_the_longest_number_that_can_be_stated_is_written(stated):
    for language in (EN, DE, ZH):
        for shown in (
            language.exact(stated),
            language.percent(stated),
            language.of_hundred(stated),
        ):
            assert shown
