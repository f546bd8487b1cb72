"""Energy shared among products: never more than all of it, and what is left has a name."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.activity.allocation import Basis, share_out
from hub.activity.words import Method
from tierlight_schemas.amounts import EXACT

D = Decimal


def hours(product: str, part: str | None, whole: str | None) -> Basis:
    sides = (None if text is None else D(text) for text in (part, whole))
    return Basis(product, Method.MACHINE_HOURS, *sides)


@pytest.mark.parametrize(
    ("bases", "shares", "rest"),
    [
        ([("A", "30", "100"), ("B", "45", "100")], ["0.3", "0.45"], "0.25"),
        ([("A", "100", "100")], ["1"], "0"),
        ([("A", "0", "100")], ["0"], "1"),
        ([("A", "60", "100"), ("B", "1", "2.5")], ["0.6", "0.4"], "0"),
        ([("A", "30", "100"), ("B", None, "100")], ["0.3", None], None),
        ([("A", "30", None)], [None], None),
        ([("A", "30", "0")], [None], None),
        ([("A", "60", "100"), ("B", "41", "100")], [None, None], None),
        ([("A", "101", "100")], [None], None),
        ([("A", "1", "1"), ("B", "1e-40", "1")], [None, None], None),
    ],
)
def test_shares(bases, shares, rest):
    found = share_out([hours(*basis) for basis in bases])
    assert [share for _, share in found.shares] == [None if s is None else D(s) for s in shares]
    assert found.rest == (None if rest is None else D(rest))


def test_three_thirds_are_not_more_than_one():
    found = share_out([hours(name, "1", "3") for name in "ABC"])
    assert not found.is_over
    assert found.sum < 1
    assert found.rest is not None
    assert EXACT.add(found.sum, found.rest) == 1


amounts = st.integers(0, 10**6).map(Decimal)


@given(st.lists(amounts, max_size=12), st.integers(1, 10**6).map(Decimal))
def test_shares_and_rest_are_one_or_nothing_is_shared(parts, whole):
    found = share_out([Basis(str(n), Method.MASS, p, whole) for n, p in enumerate(parts)])
    if sum(map(Fraction, parts), Fraction(0)) > Fraction(whole):
        assert found.is_over
        assert found.rest is None
        assert all(share is None for _, share in found.shares)
    else:
        assert not found.is_over
        assert found.rest is not None
        assert found.rest >= 0
        exact = sum(
            (Fraction(share) for _, share in found.shares if share is not None), Fraction(0)
        )
        assert exact + Fraction(found.rest) == 1
