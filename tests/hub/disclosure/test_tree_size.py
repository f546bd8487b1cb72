"""A tree stays an answer: wide parts are told in time, and what is too much is refused."""

import time

import pytest

from hub.disclosure import trees
from tests.cast import AURORA
from tests.hub.chain import Chain


def knot(supply: Chain, width: int, levels: int) -> str:
    """The path of a part whose every level takes all parts of the next one.

    Beside its lines each has a place for its own process, of which nobody said anything.
    """
    parts = [f"L{level}-{place}" for level in range(levels) for place in range(width)]
    links = [("ROOT", f"L0-{place}") for place in range(width)] + [
        (f"L{level}-{upper}", f"L{level + 1}-{lower}")
        for level in range(levels - 1)
        for upper in range(width)
        for lower in range(width)
    ]
    supply.tables(
        AURORA,
        parts="\n".join(["number", "ROOT", *parts]),
        bom="\n".join(["parent child quantity", *(f"{a} {b} 1" for a, b in links)]),
    )
    return f"/v1/parts/{supply.part(AURORA, 'ROOT')}/tree"


def places(node) -> int:
    return 1 + sum(places(child) for child in node.get("children", ()))


def lines(tree) -> list:
    return [child["node"] for child in tree["children"] if child["node"]["role"] != "own-process"]


class TestAPartThatStandsAtManyPlaces:
    def test_is_not_unfolded_without_end(self, supply):
        """Ten parts a level: over a hundred million places in eight levels, from 710 lines."""
        path = knot(supply, 10, 8)
        began = time.monotonic()
        answer = supply.world.get(AURORA, path, params={"depth": 8})
        assert (answer.status_code, answer.json()["code"]) == (400, "hub/tree-size")
        assert str(trees.MAX_PLACES) in answer.json()["message"]
        assert time.monotonic() - began < 5

    def test_is_told_as_deep_as_it_fits_and_from_further_down(self, supply):
        path = knot(supply, 10, 8)
        assert (
            places(supply.world.get(AURORA, path, params={"depth": 3}).json()) == 1222
        )  # 1 + 11 + 110 + 1100
        lower = supply.world.get(AURORA, path, params={"depth": 3, "path": "0.0.0.0.0.0"})
        assert (lower.status_code, places(lower.json())) == (200, 122)

    @pytest.mark.parametrize(("most", "status"), [(122, 200), (121, 400)])
    def test_fits_up_to_the_limit(self, supply, monkeypatch, most, status):
        monkeypatch.setattr(trees, "MAX_PLACES", most)
        answer = supply.world.get(AURORA, knot(supply, 10, 2), params={"depth": 2})
        assert answer.status_code == status

    def test_shows_all_its_own_lines(self, supply, monkeypatch):
        monkeypatch.setattr(trees, "MAX_PLACES", 5)
        answer = supply.world.get(AURORA, knot(supply, 10, 2), params={"depth": 1}).json()
        assert [line["has_children"] for line in lines(answer)] == [True] * 10


def test_thousands_of_lines_with_findings_are_told_in_time(supply):
    """Each of them is missing: what is said about a line is not looked for line by line."""
    path = knot(supply, 5000, 1)
    began = time.monotonic()
    answer = supply.world.get(AURORA, path).json()
    assert time.monotonic() - began < 10
    assert len(lines(answer)) == 5000
    for line in lines(answer):
        assert "tier/missing" in [finding["code"] for finding in line["findings"]]
