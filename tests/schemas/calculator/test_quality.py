"""Shares and ratings against the worked examples of the guide to PACT Methodology 3."""

from datetime import date
from decimal import Decimal

import pytest

from tierlight_schemas.calculator.allocation import advised, shares
from tierlight_schemas.calculator.quality import (
    geographical_rating,
    primary_data_share,
    rating,
    temporal_rating,
)


def shown(share):
    return f"{share:.1f}"


class TestPrimaryDataShare:
    def test_is_that_of_the_guide(self):
        parts = [
            (Decimal(800), Decimal(36)),
            (Decimal(2400), Decimal(0)),
            (Decimal(90), Decimal(0)),
            (Decimal(1000), Decimal(100)),
        ]
        assert shown(primary_data_share(parts)) == "30.0"

    def test_weighs_what_is_removed_by_its_size(self):
        """Catena-X Rulebook, figure 17: 0.652 with absolute values, above 1 without."""
        parts = [("1.0", "90"), ("1.5", "70"), ("2.0", "80"), ("-1.75", "30")]
        share = primary_data_share((Decimal(value), Decimal(pds)) for value, pds in parts)
        assert shown(share) == "65.2"

    def test_counts_what_nobody_states_as_nothing(self):
        assert primary_data_share([(Decimal(3), None), (Decimal(1), Decimal(100))]) == 25

    def test_is_unknown_where_nothing_is_emitted(self):
        assert primary_data_share([(Decimal(0), Decimal(100))]) is None


class TestRatings:
    @pytest.mark.parametrize(
        ("rated", "expected"),
        [((2, 2, 1), "1.55"), ((1, 5, 2), "2.65"), ((2, 2, 3), "2.45")],
    )
    def test_are_those_of_the_guide(self, rated, expected):
        weights = (Decimal(25), Decimal(30), Decimal(45))
        assert rating(zip(weights, map(Decimal, rated), strict=True)) == Decimal(expected)

    def test_count_what_nobody_states_as_the_worst(self):
        assert rating([(Decimal(1), None), (Decimal(1), Decimal(1))]) == 3

    @pytest.mark.parametrize(
        ("year", "expected"),
        [(2024, 1), (2025, 1), (2023, 1), (2022, 2), (2021, 3), (2020, 4), (2019, 5), (None, 5)],
    )
    def test_of_time_go_by_days(self, year, expected):
        assert temporal_rating(date(2025, 1, 1), year) == expected

    @pytest.mark.parametrize(
        ("place", "of", "expected"),
        [
            ("CN-AH", "CN-AH", 1),
            ("CN-AH", "CN.east", 2),
            ("CN-AH", "CN", 2),
            ("DE-BY", "DE", 1),
            ("DE", "DE", 1),
            ("CN-AH", "*", 4),
            ("CN-AH", "CN-GD", 5),
            ("CN-AH", "US", 5),
            ("CN-AH", None, 5),
        ],
    )
    def test_of_place_go_by_nearness(self, place, of, expected):
        assert geographical_rating(place, of) == expected


class TestAllocation:
    def test_by_mass_is_that_of_the_guide(self):
        """0.5 kg and 1.5 kg share 10 t at a ratio of prices of 1.5; the guide prints 3.33 / 6.67
        for masses of 0.5 and 1."""
        assert advised([Decimal(3), Decimal(2)]) == "mass"
        assert [round(10 * share, 2) for share in shares([Decimal("0.5"), Decimal(1)])] == [
            Decimal("3.33"),
            Decimal("6.67"),
        ]

    def test_by_value_is_that_of_the_guide(self):
        prices = [Decimal(500), Decimal(10), Decimal(400)]
        assert advised(prices) == "economic"
        assert [round(10000 * share) for share in shares(prices)] == [5495, 110, 4396]

    def test_a_ratio_of_exactly_five_is_by_mass(self):
        assert advised([Decimal(5), Decimal(1)]) == "mass"

    @pytest.mark.parametrize("prices", [[], [Decimal(0), Decimal(1)], [Decimal(-1), Decimal(1)]])
    def test_needs_prices(self, prices):
        with pytest.raises(ValueError, match="above 0"):
            advised(prices)

    @pytest.mark.parametrize("amounts", [[Decimal(0)], [Decimal(-1), Decimal(2)]])
    def test_needs_something_to_share_by(self, amounts):
        with pytest.raises(ValueError, match="above 0"):
            shares(amounts)
