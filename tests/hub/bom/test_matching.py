"""Which own part a customer may mean, and why; nothing is ever certain but the number itself."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.bom.matching import MOST, Ground, OwnPart, OwnParts, Wanted, plain

BRACKET = OwnPart("1", "BR-100 A", "Bracket, aluminium", Decimal("0.5"))
HOUSING = OwnPart("2", "HS 200", "Gehäuse Ölpumpe", Decimal("2.4"))
SHELL = OwnPart("3", "电池壳-01", "电池包下壳体", Decimal("12"))
NAMELESS = OwnPart("4", "0815", "0815", None)
OWN = OwnParts([BRACKET, HOUSING, SHELL, NAMELESS])


def suggested(text: str = "?", name: str = "?", mass: str | None = None, *aliases: str):
    weight = None if mass is None else Decimal(mass)
    found = OWN.suggestions(Wanted(text, name, weight, aliases))
    return [(each.part.id, each.ground) for each in found]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (("BR-100 A",), [("1", Ground.NUMBER)]),
        (("br100a",), [("1", Ground.SPELLING)]),
        (("ＢＲ－１００　Ａ",), [("1", Ground.SPELLING)]),
        (("BR_100−A",), [("1", Ground.SPELLING)]),
        (("电池壳01",), [("3", Ground.SPELLING)]),
        (("K-77", "?", None, "2"), [("2", Ground.ALIAS)]),
        (("br100a", "?", None, "2"), [("2", Ground.ALIAS), ("1", Ground.SPELLING)]),
        (("K-77", "电池包下壳"), [("3", Ground.SIMILAR)]),
        (("K-77", "Aluminium bracket", "0.51"), [("1", Ground.SIMILAR)]),
        (("BR-100 B",), []),
        (("BR-1000 A",), []),
        (("100 A",), []),
        (("K-77", "Aluminium bracket", "0.6"), []),
        (("K-77", "Bracket, aluminium", "5"), []),
        (("K-77", "Aluminium bracket, welded, of the rear axle"), []),
        (("K-77", "Gehäuse"), []),
        (("K-77", "?", None, "of nobody"), []),
        (("K-77", "B"), []),
        (("", ""), []),
    ],
    ids=str,
)
def test_a_part_is_suggested_with_its_ground_or_not_at_all(wanted, expected):
    assert suggested(*wanted) == expected


def test_two_parts_of_one_spelling_are_both_told():
    own = OwnParts([BRACKET, OwnPart("5", "BR100A", "Another", None)])
    found = own.suggestions(Wanted("br-100-a", "?", None))
    assert {(each.part.id, each.ground) for each in found} == {
        ("1", Ground.SPELLING),
        ("5", Ground.SPELLING),
    }


def test_no_more_are_told_than_anybody_reads():
    own = OwnParts(OwnPart(str(n), f"P{n}", "Bracket, aluminium", None) for n in range(9))
    assert len(own.suggestions(Wanted("?", "Bracket, aluminium", None))) == MOST


@given(
    st.lists(st.sampled_from("AZ09电池壳"), max_size=12),
    st.sampled_from(["-", " ", "—", "_", "　"]),
)
def test_neither_filling_nor_case_nor_width_is_a_spelling(signs, filling):
    number = "".join(signs)
    wide = "".join(chr(ord(sign) + 0xFEE0) if sign.isascii() else sign for sign in signs)
    assert {plain(filling.join(signs)), plain(number.lower()), plain(wide)} == {plain(number)}


@given(st.text(min_size=1, max_size=20), st.text(max_size=20))
def test_the_number_itself_is_always_the_one_suggestion(number, name):
    part = OwnPart("1", number, name, None)
    own = OwnParts([part, OwnPart("2", number + "x", name, None)])
    [found] = own.suggestions(Wanted(number, name, None))
    assert (found.part, found.ground) == (part, Ground.NUMBER)
