"""Nothing that was not granted stands in an answer: the bytes are searched for it."""

from decimal import Decimal
from typing import Any

import pytest

from tests.cast import AURORA, BEIFENG, CELLWERK, FOXGLOVE
from tests.hub.chain import Chain

CELL = "12.3457"
OWN = "31.7193"
"""Beifeng's power line, kgCO2e per kWh, so that its own making is a number of its own."""


@pytest.fixture
def deep(cars: Chain) -> Chain:
    """Cells of Cellwerk in Beifeng's pack in Aurora's car, aggregate granted at each link."""
    cars.declare(
        CELLWERK, "CELL-1", CELL, mass_kg="5", fossil_ghg_emissions="11.1111",
        outbound_logistics_ghg_emissions="0.12345", **{"stage:coating": "5.5555"},
    )  # fmt: skip
    cars.declare(BEIFENG, "BP-CASE", "3.1", declared_unit="kg", mass_kg="1")
    cars.declare(BEIFENG, "BP-POWER", OWN, declared_unit="kWh", mass_kg="")
    cars.grant(BEIFENG, AURORA, aggregate=True)
    cars.grant(CELLWERK, BEIFENG, aggregate=True)
    return cars


def numbers(document: Any) -> list[Decimal]:
    """Every amount of a document."""
    if isinstance(document, dict):
        return [number for value in document.values() for number in numbers(value)]
    if isinstance(document, list):
        return [number for value in document for number in numbers(value)]
    try:
        return [Decimal(document)] if isinstance(document, str) else []
    except ArithmeticError:
        return []


def test_the_second_tier_has_no_name_number_id_or_value(deep):
    answer = deep.everything(AURORA, "CAR-1")
    digest = deep.world.get(CELLWERK, "/v1/declarations").json()
    secrets = [
        "Cellwerk",
        "CELL-1",
        "Secret-cell",
        "BP-CELL",
        "BP-CASE",
        "BP-POWER",
        "coating",
        deep.id(CELLWERK),
        deep.part(CELLWERK, "CELL-1"),
        deep.part(BEIFENG, "PACK-1"),
        deep.part(BEIFENG, "BP-CELL"),
        *[item["digest"] for item in digest["items"]],
    ]
    assert [secret for secret in secrets if secret.encode() in answer] == []
    assert b"PACK-1" in answer  # what Aurora buys it may know


def test_no_amount_tells_the_pack_apart(deep):
    """The pack is 40 cells, 100 kg of case and 50 kWh: only their sum may show."""
    cells, legs, case, power = (
        40 * Decimal(CELL),
        40 * Decimal("0.12345"),
        Decimal(310),
        50 * Decimal(OWN),
    )
    whole = cells + legs + case + power
    document = deep.get(AURORA, "CAR-1", top=1000)
    tree = deep.get(AURORA, "CAR-1", "tree", depth=8)
    told = set(numbers(document) + numbers(tree))
    assert whole in told
    parts = [cells, legs, case, power]
    hidden = {sum(parts[i] for i in range(4) if mask >> i & 1) for mask in range(1, 15)}
    hidden |= {40 * Decimal("11.1111"), 40 * Decimal("5.5555"), Decimal(CELL), Decimal(OWN)}
    # Aurora's own 2200 may be taken off or added by anyone.
    assert [number for number in hidden if {number, number + 2200} & told] == []


def test_amounts_of_deeper_tiers_stand_with_the_first_and_shares_stay(deep):
    tiers = {row["tier"]: row for row in deep.get(AURORA, "CAR-1")["coverage"]["by_tier"]}
    assert sorted(tiers) == [0, 1, 2]
    assert (tiers[2]["value"], tiers[2]["mass_kg"]) == (None, None)
    assert (tiers[2]["lines"], tiers[2]["mass"], tiers[2]["carbon"]) == ("1", "1", "1")
    assert tiers[1]["mass_kg"] == "300"  # 40 × 5 + 100
    assert Decimal(tiers[0]["value"]) == 2200


def test_kinds_tell_a_supplier_s_part_as_one(deep):
    kinds = deep.get(AURORA, "CAR-1")["kinds"]
    assert kinds["declared"]["value"] == "2200"
    pack = 40 * (Decimal(CELL) + Decimal("0.12345")) + 310 + 50 * Decimal(OWN)
    assert Decimal(kinds["built_up"]["value"]) == pack


def test_the_owner_sees_its_own_part_apart(deep):
    """Beifeng is told its own making, its legs, and Cellwerk's part as one."""
    document = deep.get(BEIFENG, "PACK-1", top=1000)
    rows = {row["part"]: row["value"] for row in document["contributions"]}
    assert rows["CELL-1"] == "493.828"
    assert rows["BP-POWER"] == "1585.965"
    assert "stage:coating" not in document["columns"]
    assert document["columns"]["inbound_legs"] == "4.938"
    tree = deep.world.get(BEIFENG, f"/v1/parts/{deep.part(BEIFENG, 'PACK-1')}/tree?depth=8")
    assert b'"CELL-1"' in tree.content


def test_stages_are_told_from_level_2_on(deep):
    deep.grant(CELLWERK, BEIFENG, level=2)
    document = deep.get(BEIFENG, "PACK-1")
    assert document["columns"]["stage:coating"] == "222.22"  # 40 × 5.5555
    assert b"coating" not in deep.everything(AURORA, "CAR-1")


def test_level_2_without_aggregate_tells_the_stages_of_the_declaration(cars):
    cars.declare(BEIFENG, "PACK-1", "900", mass_kg="300", **{"stage:cells": "600"})
    cars.grant(BEIFENG, AURORA, level=1)
    assert "stage:cells" not in cars.get(AURORA, "CAR-1")["columns"]
    cars.grant(BEIFENG, AURORA, level=2)
    assert cars.get(AURORA, "CAR-1")["columns"]["stage:cells"] == "600"


def test_findings_in_others_data_come_as_a_code_and_a_count(cars):
    cars.grant(BEIFENG, AURORA, aggregate=True)
    cars.declare(BEIFENG, "BP-POWER", OWN, declared_unit="kWh", mass_kg="")
    answer = cars.everything(AURORA, "CAR-1")
    assert b"BP-CASE" not in answer
    beyond = [
        finding
        for finding in cars.get(AURORA, "CAR-1", "findings")
        if finding["subject"] == {"type": "supplier-data"}
    ]
    counted = {(f["code"], f["tier"]): f["evidence"] for f in beyond}
    # the case, and Cellwerk's undeclared cells one tier deeper
    assert counted["tier/missing", 1] == {"count": "1"}
    assert counted["tier/missing", 2] == {"count": "1"}
    own = {f["subject"]["part"] for f in cars.get(BEIFENG, "PACK-1", "findings")}
    assert own == {"BP-CASE", "BP-CELL", "PACK-1"}  # of the pack itself too little is known


def test_a_supplier_s_declaration_below_its_inputs_is_a_code_without_numbers(cars):
    cell = cars.declare(CELLWERK, "CELL-1", CELL, mass_kg="5")
    used = {"name": "cell", "declaration": cell, "unit": "piece", "valueUsed": CELL}
    cars.compose(BEIFENG, "PACK-1", "400", [used | {"quantity": "40"}], mass_kg="300")
    cars.grant(BEIFENG, AURORA, aggregate=True)
    code = "tier/declared-below-inputs"
    (seen,) = (f for f in cars.get(AURORA, "CAR-1", "findings") if f["code"] == code)
    assert (seen["tier"], seen["evidence"]) == (1, {})
    assert b"493.828" not in cars.everything(AURORA, "CAR-1")
    (own,) = (f for f in cars.get(BEIFENG, "PACK-1", "findings") if f["code"] == code)
    assert own["evidence"]["inputs"] == "493.828"


def test_a_declaration_s_findings_come_without_numbers_of_deeper_levels(cars):
    cars.declare(BEIFENG, "PACK-1", "900", mass_kg="300", **{"stage:cells": "600.25"})
    cars.grant(BEIFENG, AURORA, aggregate=True)
    code = "document/stages-differ-from-total"
    (seen,) = (f for f in cars.get(AURORA, "CAR-1", "findings") if f["code"] == code)
    assert (seen["subject"]["part"], seen["evidence"]) == ("PACK-1", {})
    assert b"600.25" not in cars.everything(AURORA, "CAR-1")
    (own,) = (f for f in cars.get(BEIFENG, "PACK-1", "findings") if f["code"] == code)
    assert own["evidence"]["sum"] == "600.25"


def test_a_cycle_through_a_supplier_names_no_part_of_it(cars):
    cars.tables(
        BEIFENG,
        parts="""
            number name kind base_unit
            PACK-1 Pack assembly piece
            BP-HIDDEN Hidden assembly piece""",
        bom="""
            parent child quantity unit
            PACK-1 BP-HIDDEN 1 piece""",
        sourcing="""
            part supplier supplier_part share
            BP-HIDDEN lei:AURORA00000000000001 CAR-1 1""",
    )
    cars.confirm(AURORA)
    cars.grant(BEIFENG, AURORA, aggregate=True)
    cars.grant(AURORA, BEIFENG, aggregate=True)
    (found,) = (f for f in cars.get(AURORA, "CAR-1", "findings") if f["code"] == "tier/cycle")
    assert found["evidence"]["cycle"].count("CAR-1") >= 1
    assert b"BP-HIDDEN" not in cars.everything(AURORA, "CAR-1")


class TestAccessLog:
    def log(self, chain: Chain, owner: Any) -> list[tuple[str, str]]:
        answer = chain.world.get(owner, "/v1/access-log")
        names = {chain.id(actor): actor.name for actor in (AURORA, BEIFENG, CELLWERK, FOXGLOVE)}
        return [(names[item["reader_id"]], item["object_kind"]) for item in answer.json()["items"]]

    @pytest.mark.parametrize("view", ["footprint", "tree", "findings"])
    def test_each_read_of_a_declaration_is_shown_to_its_owner(self, cars, view):
        digest = cars.declare(BEIFENG, "PACK-1", "900", mass_kg="300")
        granted = cars.grant(BEIFENG, AURORA, purpose="fleet report")
        cars.get(AURORA, "CAR-1", view)
        (item,) = cars.world.get(BEIFENG, "/v1/access-log").json()["items"]
        assert item["reader_id"] == cars.id(AURORA)
        assert (item["object_kind"], item["object_id"]) == ("declaration", digest)
        assert (item["level"], item["purpose"]) == (1, "fleet report")
        assert item["grant_id"] == granted
        cars.get(AURORA, "CAR-1", view)
        assert len(self.log(cars, BEIFENG)) == 2

    def test_the_list_of_vehicles_is_a_read_too(self, cars):
        cars.declare(BEIFENG, "PACK-1", "900", mass_kg="300")
        cars.grant(BEIFENG, AURORA)
        cars.world.get(AURORA, "/v1/vehicles")
        assert self.log(cars, BEIFENG) == [("Aurora Motors", "declaration")]

    def test_nothing_read_nothing_recorded(self, cars):
        cars.declare(BEIFENG, "PACK-1", "900", mass_kg="300")
        cars.get(AURORA, "CAR-1")
        cars.get(BEIFENG, "PACK-1")
        assert self.log(cars, BEIFENG) == []

    def test_what_travels_on_is_recorded_without_betraying_the_customer(self, deep):
        """Cellwerk sees that its cells were counted for Beifeng; whose car it was is Beifeng's."""
        deep.get(AURORA, "CAR-1")
        assert self.log(deep, BEIFENG) == [("Aurora Motors", "part")]
        assert self.log(deep, CELLWERK) == [("Beifeng Pack", "aggregate")]


@pytest.mark.parametrize("stage", ["packaging", "raw-materials", "production", ""])
def test_no_choice_of_a_stage_parts_what_a_supplier_makes_from_what_it_buys(cars, stage):
    """Aurora says by which stage the pack enters; 60 % of it Beifeng buys from Cellwerk."""
    cars.declare(
        CELLWERK, "CELL-1", "700.5", mass_kg="300", outbound_logistics_ghg_emissions="7.25"
    )
    cars.declare(BEIFENG, "BP-CASE", "3.1", declared_unit="kg", mass_kg="1")
    cars.declare(BEIFENG, "BP-POWER", OWN, declared_unit="kWh", mass_kg="")
    cars.tables(
        BEIFENG,
        bom="""
            parent child quantity unit
            PACK-1 BP-CASE 100 kg
            PACK-1 BP-POWER 50 kWh""",
        sourcing="""
            part supplier supplier_part share delivery_term
            PACK-1 lei:CELLWERK000000000003 CELL-1 0.6 DAP""",
    )
    cars.tables(
        AURORA,
        bom=f"""
            parent child quantity unit stage
            CAR-1 AM-PACK 1 piece {stage or "."}""",
    )
    cars.confirm(CELLWERK)
    cars.grant(BEIFENG, AURORA, aggregate=True)
    cars.grant(CELLWERK, BEIFENG, aggregate=True)
    bought, leg = Decimal("0.6") * Decimal("700.5"), Decimal("0.6") * Decimal("7.25")
    made = Decimal("0.4") * (310 + 50 * Decimal(OWN))
    document = cars.get(AURORA, "CAR-1", top=1000)
    groups = cars.get(AURORA, "CAR-1", "contributors", by="stage")
    told = set(numbers(document) + numbers(groups))
    assert bought + leg + made in told
    parts = [bought, leg, made]
    hidden = {sum(parts[i] for i in range(3) if mask >> i & 1) for mask in range(1, 7)}
    assert [number for number in hidden if {number, number + 400} & told] == []
    assert document["columns"]["stage:materials"] == str((bought + leg + made).normalize())
