"""Serials of certificates: how they are read, and when two claims share one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.activity.serials import SerialError, reused, serials


@pytest.mark.parametrize(
    ("first", "last", "prefix", "start", "end", "count"),
    [
        ("GEC2025-0001", "GEC2025-0100", "GEC2025-", "0001", "0100", 100),
        ("gec 2025-0001", None, "GEC2025-", "0001", "0001", 1),
        ("７０１", "７０５", "", "701", "705", 5),
        ("NL-ABC", None, "NL-ABC", "", "", 1),
    ],
)
def test_a_serial_is_read_as_people_copy_it(first, last, prefix, start, end, count):
    found = serials(first, last)
    assert (found.prefix, found.first, found.last, found.count) == (prefix, start, end, count)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("A-10", "A-9"),
        ("A-02", "A-01"),
        ("A-1", "B-2"),
        ("A-1", "A-10"),
        ("A-1", "A"),
        ("", None),
        ("   ", None),
        ("A" * 121, None),
    ],
)
def test_what_is_no_range_is_refused(first, last):
    with pytest.raises(SerialError):
        serials(first, last)


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        (("A-001", "A-100"), ("A-100", "A-200"), True),
        (("A-001", "A-100"), ("A-050", None), True),
        (("a-001", None), ("A-001", None), True),
        (("A-XY", None), ("A-XY", None), True),
        (("A-001", "A-100"), ("A-101", "A-200"), False),
        (("A-001", "A-100"), ("B-001", "B-100"), False),
        (("A-7", None), ("A-007", None), False),
        (("A-XY", None), ("A-XZ", None), False),
    ],
)
def test_two_claims_share_a_serial(one, other, shared):
    assert serials(*one).overlaps(serials(*other)) is shared
    assert serials(*other).overlaps(serials(*one)) is shared


numbers = st.integers(0, 999)


@given(numbers, numbers, numbers, numbers)
def test_overlap_is_that_of_the_numbers(a, b, c, d):
    mine, theirs = range(min(a, b), max(a, b) + 1), range(min(c, d), max(c, d) + 1)
    one, other = (serials(f"X{r[0]:03d}", f"X{r[-1]:03d}") for r in (mine, theirs))
    assert one.overlaps(other) is bool(set(mine) & set(theirs))
    assert one.count == len(mine)


ranges = st.lists(st.tuples(numbers, numbers).map(sorted), max_size=8)


@given(ranges)
def test_what_is_reused_is_what_overlaps_another(ends):
    claims = [(n, serials(f"X{low:03d}", f"X{high:03d}")) for n, (low, high) in enumerate(ends)]
    expected = {n for n, one in claims for m, other in claims if n != m and one.overlaps(other)}
    assert reused(claims) == expected
