"""Signs of the unusual in an access log: each with its edge."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from hub.sharing.unusual import MANY, TIMES, signs

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Line:
    id: str
    reader_id: str
    object_id: str
    at: datetime


def lines(hour: int, count: int, reader: str = "r", different: bool = False) -> list[Line]:
    """So many reads within one hour, of one thing or of different ones."""
    begin = START + timedelta(hours=hour)
    return [
        Line(
            f"{reader}{hour}.{n}", reader, str(n if different else 0), begin + timedelta(seconds=n)
        )
        for n in range(count)
    ]


OLD = {"r": START - timedelta(days=9), "s": START - timedelta(days=9)}


def test_the_first_read_of_a_company_is_one_and_no_later_one():
    reads = lines(0, 2)
    assert signs(reads, {"r": reads[0].at}) == {reads[0].id: ("first",)}
    assert signs(reads, OLD) == {}


@pytest.mark.parametrize(
    ("usual", "count", "expected"),
    [
        (1, MANY, True),
        (1, MANY - 1, False),
        (4, TIMES * 4, False),
        (4, TIMES * 4 + 1, True),
        (30, 100, False),
    ],
)
def test_an_hour_is_busy_beside_the_middle_one_of_the_same_company(usual, count, expected):
    reads = [line for hour in range(5) for line in lines(hour, usual)] + lines(9, count)
    found = {key for key, each in signs(reads, OLD).items() if "busy" in each}
    assert found == ({line.id for line in lines(9, count)} if expected else set())


def test_many_reads_of_another_company_make_no_hour_busy():
    reads = lines(0, 1) + lines(1, MANY - 1) + lines(1, MANY - 1, reader="s")
    assert signs(reads, OLD) == {}


@pytest.mark.parametrize(
    ("count", "different", "expected"),
    [(MANY, True, True), (MANY - 1, True, False), (MANY * 3, False, False)],
)
def test_many_different_things_in_an_hour_are_a_bulk(count, different, expected):
    found = signs(lines(0, count, different=different), OLD)
    assert ("bulk" in {sign for each in found.values() for sign in each}) is expected


def test_two_halves_in_two_hours_are_no_bulk():
    assert (
        signs(lines(0, MANY // 2, different=True) + lines(1, MANY // 2, different=True), OLD) == {}
    )


def test_nothing_has_no_signs():
    assert signs([], {}) == {}
