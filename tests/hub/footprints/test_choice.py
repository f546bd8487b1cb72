"""Which declaration speaks: a table of what is on record, and what is chosen."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import permutations

import pytest

from hub.footprints.choice import Candidate, choose, choose_each

DAY = date(2026, 6, 30)


def year(number):
    return datetime(number, 1, 1, tzinfo=UTC)


def candidate(
    digest, *, end=2026, valid=(2026, 2029), supersedes=None, site=None, value="10", arrived=0,
    boundary="cradle-to-gate", withdrawn=False, amount="1",
):  # fmt: skip
    """A declaration for the year before `end`."""
    return Candidate(
        digest=digest,
        kind="footprint",
        site=site,
        boundary=boundary,
        supersedes=supersedes,
        period_end=year(end),
        valid_from=year(valid[0]),
        valid_to=year(valid[1]),
        excluding_uptake=Decimal(value),
        declared_amount=Decimal(amount),
        declared_unit="piece",
        log_index=arrived,
        withdrawn=withdrawn,
    )


def chosen(*candidates, site=None, day=DAY):
    """Digest of the choice, which is the same in whatever order they are given."""
    choices = {choose(order, site, day) for order in permutations(candidates)}
    (choice,) = choices
    return choice.candidate.digest if choice.candidate else None


OLD = candidate("old", end=2023, valid=(2023, 2026))
VALID = candidate("valid")
FUTURE = candidate("future", end=2027, valid=(2027, 2030))


class TestDates:
    def test_nothing_on_record(self):
        assert choose([], None, DAY).candidate is None

    def test_a_valid_one(self):
        assert chosen(VALID) == "valid"
        assert not choose([VALID], None, DAY).expired

    def test_the_latest_reference_period_of_those_valid(self):
        assert chosen(candidate("earlier", end=2025), VALID) == "valid"

    def test_of_one_period_the_last_to_arrive(self):
        assert chosen(candidate("a", arrived=2), candidate("b", arrived=1)) == "a"
        assert chosen(candidate("a", arrived=1), candidate("b", arrived=2)) == "b"

    def test_not_yet_valid_is_as_if_it_were_not_there(self):
        assert chosen(FUTURE) is None
        assert chosen(VALID, FUTURE) == "valid"
        assert chosen(VALID, FUTURE, day=date(2027, 1, 1)) == "future"

    def test_valid_from_the_first_day_to_the_last(self):
        assert chosen(VALID, day=date(2025, 12, 31)) is None
        assert chosen(VALID, day=date(2026, 1, 1)) == "valid"
        assert not choose([VALID], None, date(2028, 12, 31)).expired
        assert choose([VALID], None, date(2029, 1, 1)).expired

    def test_expired_only_when_nothing_valid_stands(self):
        choice = choose([OLD], None, DAY)
        assert (choice.candidate, choice.expired) == (OLD, True)
        assert chosen(OLD, VALID) == "valid"
        assert not choose([OLD, VALID], None, DAY).expired

    @pytest.mark.parametrize("day", [date.min, date.max])
    def test_any_day_can_be_asked_for(self, day):
        choice = choose([VALID], None, day)
        assert (choice.candidate is None) is (day == date.min)

    def test_another_boundary_is_not_cradle_to_gate(self):
        assert chosen(candidate("grave", boundary="cradle-to-grave")) is None


class TestChains:
    A = candidate("a")
    B = candidate("b", supersedes="a")
    C = candidate("c", supersedes="b")

    def test_the_head_of_the_chain(self):
        assert chosen(self.A, self.B) == "b"
        assert chosen(self.A, self.B, self.C) == "c"

    def test_a_correction_with_an_earlier_period_still_replaces(self):
        corrected = candidate("corrected", end=2025, supersedes="a")
        assert chosen(self.A, corrected) == "corrected"

    def test_a_successor_of_a_later_year_does_not_change_this_one(self):
        following = candidate("following", end=2027, valid=(2027, 2030), supersedes="a")
        assert chosen(self.A, following) == "a"
        assert chosen(self.A, following, day=date(2027, 1, 1)) == "following"

    def test_a_head_that_has_expired_replaces_all_the_same(self):
        shortened = candidate("shortened", valid=(2026, 2026), supersedes="a")
        choice = choose([self.A, shortened], None, DAY)
        assert (choice.candidate, choice.expired) == (shortened, True)

    def test_a_fork_speaks_for_nothing_and_names_both(self):
        fork = candidate("d", supersedes="a")
        choice = choose([self.A, self.B, fork], None, DAY)
        assert (choice.candidate, choice.fork) == (None, ("b", "d"))

    def test_withdrawing_one_branch_ends_the_fork(self):
        fork = candidate("d", supersedes="a", withdrawn=True)
        assert chosen(self.A, self.B, fork) == "b"

    def test_what_was_withdrawn_is_never_chosen(self):
        assert chosen(candidate("a", withdrawn=True)) is None

    def test_a_withdrawn_head_leaves_its_predecessor(self):
        assert chosen(self.A, candidate("b", supersedes="a", withdrawn=True)) == "a"

    def test_a_withdrawn_link_does_not_break_the_chain(self):
        middle = candidate("b", supersedes="a", withdrawn=True)
        assert chosen(self.A, middle, self.C) == "c"

    def test_a_fork_behind_a_withdrawn_link_is_a_fork(self):
        middle = candidate("b", supersedes="a", withdrawn=True)
        choice = choose([self.A, middle, self.C, candidate("d", supersedes="a")], None, DAY)
        assert choice.fork == ("c", "d")

    def test_replaced_by_another_boundary_it_no_longer_stands(self):
        grave = candidate("grave", boundary="cradle-to-grave", supersedes="a")
        assert chosen(self.A, grave) is None

    def test_a_forged_ring_ends(self):
        ring = candidate("a", supersedes="b"), candidate("b", supersedes="a")
        assert choose(ring, None, DAY).candidate is not None


class TestSites:
    NORTH = candidate("north", site="N", value="10")
    SOUTH = candidate("south", site="S", value="24", amount="2")
    ANYWHERE = candidate("anywhere", value="11")

    def test_the_named_site_speaks(self):
        assert chosen(self.NORTH, self.SOUTH, site="N") == "north"
        assert chosen(self.NORTH, self.SOUTH, site="S") == "south"

    def test_a_site_without_its_own_takes_the_declaration_for_all(self):
        assert chosen(self.NORTH, self.ANYWHERE, site="S") == "anywhere"

    def test_a_site_is_not_answered_with_another_site(self):
        assert chosen(self.NORTH, site="S") is None

    def test_without_a_site_the_highest_per_unit_stands_and_is_marked(self):
        # 24 for two pieces is 12 a piece
        choice = choose([self.NORTH, self.SOUTH], None, DAY)
        assert (choice.candidate, choice.site_unknown) == (self.SOUTH, True)

    def test_one_site_alone_needs_no_mark(self):
        assert not choose([self.NORTH], None, DAY).site_unknown

    def test_an_expired_site_does_not_outbid_a_valid_one(self):
        dirty = candidate("dirty", site="S", value="99", end=2023, valid=(2023, 2026))
        choice = choose([self.NORTH, dirty], None, DAY)
        assert (choice.candidate, choice.site_unknown) == (self.NORTH, False)

    def test_replaced_at_another_site_it_stands_nowhere(self):
        moved = candidate("moved", site="S", value="8", supersedes="north")
        choice = choose([self.NORTH, moved], None, DAY)
        assert (choice.candidate, choice.site_unknown) == (moved, False)
        assert chosen(self.NORTH, moved, site="N") is None

    def test_a_fork_at_one_site_is_an_error_unless_another_is_asked_for(self):
        fork = [candidate(d, site="N", supersedes="north") for d in ("x", "y")]
        assert choose([self.NORTH, self.SOUTH, *fork], None, DAY).fork == ("x", "y")
        assert choose([self.NORTH, self.SOUTH, *fork], "S", DAY).candidate == self.SOUTH


class TestPlants:
    def each(self, *candidates):
        found = choose_each(candidates, DAY)
        return sorted(choice.candidate.digest for choice in found if choice.candidate)

    def test_one_choice_a_site(self):
        press, paint = candidate("press", site="N"), candidate("paint", site="S")
        newer = candidate("press 2", site="N", supersedes="press")
        assert self.each(press, paint, newer) == ["paint", "press 2"]

    def test_a_declaration_for_all_sites_is_not_added_to_theirs(self):
        site, every = candidate("site", site="N"), candidate("every")
        assert self.each(site, every) == ["every"]

    def test_sites_that_speak_for_a_later_period_go_first(self):
        site, every = candidate("site", site="N"), candidate("every", end=2025)
        assert self.each(site, every) == ["site"]

    def test_nothing_on_record(self):
        assert choose_each([], DAY) == ()
