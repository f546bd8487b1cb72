"""A supplier's value enters a total only through a confirmed link and a grant."""

from datetime import UTC, datetime, timedelta

import pytest

from hub.kit.clock import now
from tests.cast import AURORA, BEIFENG, CELLWERK, FOXGLOVE
from tests.hub.chain import Chain

FIXED = {"as_of": "2026-11-01", "known_at": "2100-01-01T00:00:00Z"}
"""So that an answer holds no time of its own."""

KNOWN = "2200"
"""900 kg of steel at 2 kgCO2e and 400 kgCO2e of the plants."""

PACK = "3210.4"
WITH_PACK = "5410.4"


def unknown_part(supply: Chain) -> Chain:
    """The car of the others, whose pack's number its supplier never registered."""
    supply.tables(
        AURORA,
        parts="""
            number name kind base_unit net_mass_kg category
            CAR-1 Car assembly piece 1200 bev-passenger-car
            AM-PACK Bought-pack assembly piece 300 nmc-pack
            AM-STEEL Steel material kilogram . steel-part""",
        bom="""
            parent child quantity unit
            CAR-1 AM-PACK 1 piece
            CAR-1 AM-STEEL 900 kg""",
        sourcing="""
            part supplier supplier_part share delivery_term
            AM-PACK uscc:91BEIFENG000000002 PACK-1 1 DAP""",
    )
    supply.declare(AURORA, "AM-STEEL", "2", declared_unit="kg", mass_kg="1")
    supply.process(AURORA, "CAR-1", "400")
    return supply


class TestDefaultDeny:
    """In every case the bytes are those of an answer about a part that nobody registered."""

    @pytest.fixture
    def denied(self, supply: Chain) -> bytes:
        unknown_part(supply)
        assert supply.total(AURORA, "CAR-1") == KNOWN
        return supply.everything(AURORA, "CAR-1", **FIXED)

    def register(self, supply: Chain) -> None:
        """The pack appears: registered, its link resolved, declared."""
        supply.declare(BEIFENG, "PACK-1", PACK, mass_kg="300")

    def answer(self, supply: Chain) -> bytes:
        return supply.everything(AURORA, "CAR-1", **FIXED)

    def test_a_registered_part_without_link_and_grant(self, supply, denied):
        self.register(supply)
        assert self.answer(supply) == denied

    def test_a_confirmed_link_without_a_grant(self, supply, denied):
        self.register(supply)
        supply.confirm(BEIFENG)
        assert self.answer(supply) == denied

    def test_a_grant_without_a_confirmed_link(self, supply, denied):
        self.register(supply)
        supply.grant(BEIFENG, AURORA, level=5, aggregate=True)
        assert self.answer(supply) == denied

    def test_a_grant_of_existence_alone(self, supply, denied):
        self.register(supply)
        supply.confirm(BEIFENG)
        supply.grant(BEIFENG, AURORA, level=0)
        assert self.answer(supply) == denied

    def test_a_grant_to_somebody_else(self, supply, denied):
        self.register(supply)
        supply.confirm(BEIFENG)
        supply.grant(BEIFENG, FOXGLOVE, aggregate=True)
        assert self.answer(supply) == denied

    def test_a_grant_for_another_part(self, supply, denied):
        self.register(supply)
        supply.confirm(BEIFENG)
        other = supply.world.part(BEIFENG, "PACK-2")
        supply.grant(BEIFENG, AURORA, part_id=other.id, aggregate=True)
        assert self.answer(supply) == denied

    def test_a_grant_of_the_total_of_a_part_that_is_not_declared(self, supply, denied):
        supply.tables(
            BEIFENG,
            parts="""
                number name kind base_unit
                PACK-1 Pack assembly piece
                BP-CASE Case material kilogram""",
            bom="""
                parent child quantity unit
                PACK-1 BP-CASE 100 kg""",
        )
        supply.declare(BEIFENG, "BP-CASE", "3.3", declared_unit="kg", mass_kg="1")
        supply.confirm(BEIFENG)
        supply.grant(BEIFENG, AURORA, level=1)
        assert self.answer(supply) == denied

    def test_a_revoked_grant(self, supply, denied):
        self.register(supply)
        supply.confirm(BEIFENG)
        granted = supply.grant(BEIFENG, AURORA)
        assert supply.total(AURORA, "CAR-1") == WITH_PACK
        supply.revoke(BEIFENG, granted)
        assert self.answer(supply) == denied

    def test_a_withdrawn_declaration(self, supply, denied):
        digest = supply.declare(BEIFENG, "PACK-1", PACK, mass_kg="300")
        supply.confirm(BEIFENG)
        supply.grant(BEIFENG, AURORA)
        assert supply.total(AURORA, "CAR-1") == WITH_PACK
        path = f"/v1/declarations/{digest}/withdrawal"
        answer = supply.world.post(BEIFENG, path, json={"reason": "wrong furnace"})
        assert answer.status_code == 201, answer.text
        assert self.answer(supply) == denied


class TestGranted:
    def test_with_both_it_enters_at_once(self, cars):
        cars.declare(BEIFENG, "PACK-1", PACK, mass_kg="300")
        assert cars.total(AURORA, "CAR-1") == KNOWN
        cars.grant(BEIFENG, AURORA)
        assert cars.total(AURORA, "CAR-1") == WITH_PACK
        (pack,) = (
            row for row in cars.get(AURORA, "CAR-1")["contributions"] if row["part"] == "PACK-1"
        )
        assert (pack["supplier"], pack["value"], pack["kind"]) == (
            "Beifeng Pack",
            PACK,
            "declared",
        )

    def test_a_grant_that_begins_later_or_has_ended_gives_nothing(self, cars):
        today = datetime.now(UTC).date()
        cars.declare(BEIFENG, "PACK-1", PACK, mass_kg="300")
        cars.grant(BEIFENG, AURORA, valid_from=today + timedelta(days=1))
        cars.grant(BEIFENG, AURORA, valid_from=today - timedelta(days=9), valid_to=today)
        assert cars.total(AURORA, "CAR-1") == KNOWN

    def test_asking_for_the_past_does_not_revive_an_ended_consent(self, cars):
        cars.declare(BEIFENG, "PACK-1", PACK, mass_kg="300")
        granted = cars.grant(BEIFENG, AURORA)
        then = now().isoformat()
        assert cars.total(AURORA, "CAR-1", known_at=then) == WITH_PACK
        cars.revoke(BEIFENG, granted)
        assert cars.total(AURORA, "CAR-1", known_at=then) == KNOWN

    def test_a_built_up_part_enters_only_with_aggregate(self, cars):
        cars.declare(BEIFENG, "BP-CASE", "3", declared_unit="kg", mass_kg="1")
        cars.declare(BEIFENG, "BP-CELL", "20", mass_kg="5")
        cars.declare(BEIFENG, "BP-POWER", "0.5", declared_unit="kWh", mass_kg="")
        shown = cars.grant(BEIFENG, AURORA, level=4)
        assert cars.total(AURORA, "CAR-1") == KNOWN
        cars.revoke(BEIFENG, shown)
        cars.grant(BEIFENG, AURORA, level=1, aggregate=True)
        # 100 × 3 + 40 × 20 + 50 × 0.5 = 1125
        assert cars.total(AURORA, "CAR-1") == "3325"

    def test_an_expired_declaration_is_not_replaced_by_its_owners_factor(self, cars):
        cars.tables(
            BEIFENG,
            parts="""
                number name kind base_unit net_mass_kg category
                PACK-1 Pack assembly piece 300 packs""",
            factors="""
                category unit value source year
                packs piece 7777 Beifengs-own-table 2024""",
        )
        old = {"period_start": "2019-01-01", "period_end": "2020-01-01", "mass_kg": "300"}
        cars.declare(BEIFENG, "PACK-1", PACK, **old)
        cars.grant(BEIFENG, AURORA, level=1)
        answer = cars.everything(AURORA, "CAR-1")
        assert cars.total(AURORA, "CAR-1") == KNOWN
        assert b"7777" not in answer
        assert b"Beifengs-own-table" not in answer


class TestOnward:
    """What Cellwerk granted to Beifeng."""

    CELL = "12.3457"

    def cells(self, cars: Chain) -> Chain:
        """Beifeng's pack is built up: 100 × 3 + 50 × 0.5 = 325 and 40 cells of Cellwerk."""
        cars.declare(BEIFENG, "BP-CASE", "3", declared_unit="kg", mass_kg="1")
        cars.declare(BEIFENG, "BP-POWER", "0.5", declared_unit="kWh", mass_kg="")
        cars.declare(
            CELLWERK, "CELL-1", self.CELL, mass_kg="5", outbound_logistics_ghg_emissions="0"
        )
        return cars

    def test_to_beifeng_alone_does_not_travel(self, cars):
        self.cells(cars)
        cars.grant(BEIFENG, AURORA, aggregate=True)
        cars.grant(CELLWERK, BEIFENG)
        assert cars.total(BEIFENG, "PACK-1") == "818.828"  # 325 + 40 × 12.3457
        assert cars.total(AURORA, "CAR-1") == "2525"

    def test_with_aggregate_at_each_link_it_does(self, cars):
        self.cells(cars)
        cars.grant(BEIFENG, AURORA, aggregate=True)
        cars.grant(CELLWERK, BEIFENG, aggregate=True)
        assert cars.total(AURORA, "CAR-1") == "3018.828"

    def test_without_aggregate_at_the_first_link_it_does_not(self, cars):
        self.cells(cars)
        cars.grant(BEIFENG, AURORA, level=5)
        cars.grant(CELLWERK, BEIFENG, aggregate=True)
        assert cars.total(AURORA, "CAR-1") == KNOWN

    def test_a_grant_of_cellwerk_to_aurora_does_not_replace_beifengs(self, cars):
        self.cells(cars)
        cars.grant(BEIFENG, AURORA, aggregate=True)
        cars.grant(CELLWERK, BEIFENG)
        cars.grant(CELLWERK, AURORA, level=5, aggregate=True)
        assert cars.total(AURORA, "CAR-1") == "2525"

    def test_beifengs_own_declaration_needs_no_aggregate(self, cars):
        self.cells(cars)
        cars.declare(BEIFENG, "PACK-1", "900", mass_kg="300")
        cars.grant(BEIFENG, AURORA)
        assert cars.total(AURORA, "CAR-1") == "3100"

    def test_revoking_in_the_second_tier_ends_it_at_the_next_read(self, cars):
        self.cells(cars)
        cars.grant(BEIFENG, AURORA, aggregate=True)
        granted = cars.grant(CELLWERK, BEIFENG, aggregate=True)
        assert cars.total(AURORA, "CAR-1") == "3018.828"
        cars.revoke(CELLWERK, granted)
        assert cars.total(AURORA, "CAR-1") == "2525"
