"""Ids of nodes."""

import pytest

from hub.footprints.draft import DECLARED, ONWARD, Key, part_and_site


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (Key("c", "p-1"), ("p-1", "")),
        (Key("c", "p-1", DECLARED), ("p-1", "")),
        (Key("c", "p-1", ONWARD, "WUXI"), ("p-1", "WUXI")),
        (Key("c", "p-1", DECLARED, "a|b", True), ("p-1", "a|b")),
    ],
)
def test_a_part_and_the_site_of_its_link_are_told_by_the_id(key, expected):
    assert part_and_site(key.id) == expected


@pytest.mark.parametrize("name", ["", "p-1|assumed", "p-1|assumed|2", "no bar at all"])
def test_what_a_scenario_adds_has_no_site(name):
    assert part_and_site(name) == (name.split("|")[0], "")
