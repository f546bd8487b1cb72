"""Defects in a generated chain: all of them are found, next to nothing else is; and the comparison
itself, which has to notice what is missed and what is too much."""

from dataclasses import replace

import pytest

from benchmarks.planted.comparing import compare
from benchmarks.planted.planting import PLANTERS
from benchmarks.planted.printing import printed
from benchmarks.planted.records import CHAIN, DOOR, Planted, Seen, Trace
from benchmarks.planted.running import run
from benchmarks.planted.specification import SPECIFIED
from tierlight_schemas.catalogue import CODES

PARTS = 350
"""The fewest in which every defect has a part of its own, whatever the seed."""


@pytest.fixture(scope="module", params=[1, 2], ids="seed {}".format)
def done(request):
    return run(PARTS, seed=request.param)


def test_every_defect_is_found_and_next_to_nothing_else_is(done):
    told = printed(done, 0, in_full=True)
    assert done.outcome.recall == 1, told
    assert done.outcome.precision >= 0.99, told
    assert done.outcome.holds, told


def test_every_rule_of_the_specification_is_planted_once(done):
    codes = [each.code for each in done.planted]
    assert sorted(codes) == sorted(SPECIFIED)


def test_a_sound_chain_has_no_findings():
    done = run(PARTS, seed=3, only=["tier/cycle"])
    found = {each.code for each in done.seen}
    assert found <= {"tier/cycle", *(trace.code for trace in done.planted[0].implied)}
    assert done.outcome.holds


def test_every_code_of_the_specification_is_in_the_catalogue_and_has_a_planter():
    assert {code for code in SPECIFIED if not PLANTERS[code]} == set()
    assert set(SPECIFIED) <= set(CODES)


MISSING = Planted(
    "tier/missing",
    "Maker",
    "B-1",
    frozenset({"B-1", "C-1"}),
    CHAIN,
    (Trace("tier/coverage-low", frozenset({"SYS-1"})),),
)
SEEN = Seen("tier/missing", "Maker", frozenset({"B-1"}), CHAIN)
THIN = Seen("tier/coverage-low", "Maker", frozenset({"SYS-1"}), CHAIN)
RULES = ("tier/missing", "tier/coverage-low")


def outcome(*seen, planted=(MISSING,), specified=("tier/missing",)):
    return compare(planted, seen, specified, RULES)


class TestTheComparison:
    def test_what_is_found_and_what_follows_hold(self):
        found = outcome(SEEN, THIN)
        assert (found.recall, found.precision, found.holds) == (1, 1, True)
        assert [(t.code, t.implied) for t in found.tallies] == [
            ("tier/coverage-low", 1),
            ("tier/missing", 0),
        ]

    @pytest.mark.parametrize(
        "seen",
        [
            [],
            [THIN],
            [replace(SEEN, code="tier/withheld")],
            [replace(SEEN, subjects=frozenset({"B-2"}))],
            [replace(SEEN, where=DOOR)],
        ],
    )
    def test_what_is_not_found_there_is_missed(self, seen):
        found = outcome(*seen)
        assert (found.recall, found.holds) == (0, False)

    @pytest.mark.parametrize(
        "extra",
        [
            replace(SEEN, subjects=frozenset({"B-2"})),
            replace(SEEN, code="tier/cycle"),
            replace(THIN, subjects=frozenset({"SYS-2"})),
            Seen("door/supersedes-fork", "Maker", frozenset({"B-1"}), DOOR),
        ],
    )
    def test_what_nobody_planted_lowers_the_precision(self, extra):
        found = outcome(SEEN, extra)
        assert (found.recall, found.precision, found.holds) == (1, 0.5, False)

    def test_a_finding_that_is_told_twice_counts_once(self):
        other = replace(SEEN, subjects=frozenset({"B-2"}))
        assert outcome(SEEN, other, replace(other, where=DOOR)).precision == 0.5

    def test_a_rule_that_nothing_was_planted_for_is_named(self):
        found = outcome(SEEN, specified=RULES)
        assert (found.unplanted, found.holds) == (("tier/coverage-low",), False)

    def test_what_is_no_rule_yet_is_named_and_asked_of_nobody(self):
        later = replace(MISSING, code="tier/later")
        found = outcome(SEEN, planted=(MISSING, later), specified=("tier/missing", "tier/later"))
        assert (found.not_yet, found.recall) == (("tier/later",), 1)
