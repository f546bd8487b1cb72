"""Plants, legs, shares, units, and what a declaration was computed from."""

from decimal import Decimal

import pytest

from tests.cast import AURORA, BEIFENG, CELLWERK, DONGHAI
from tests.hub.chain import Chain

OUTBOUND = "outbound_logistics_ghg_emissions"


class TestPlants:
    def plant(self, cars: Chain, site: str, kgco2e: str, volume: str = "") -> None:
        """An assembly plant beside the one declared for all sites, which is withdrawn."""
        cars.process(AURORA, "CAR-1", kgco2e, site=site, production_volume=volume)

    @pytest.fixture
    def plants(self, cars: Chain) -> Chain:
        (item,) = (
            entry
            for entry in cars.world.get(AURORA, "/v1/declarations").json()["items"]
            if entry["kind"] == "process"
        )
        path = f"/v1/declarations/{item['digest']}/withdrawal"
        cars.world.post(AURORA, path, json={"reason": "now by plant"})
        assert cars.total(AURORA, "CAR-1") == "1800"
        return cars

    def test_without_a_plant_a_vehicle_has_a_finding(self, plants):
        codes = [finding["code"] for finding in plants.get(AURORA, "CAR-1", "findings")]
        assert "tier/vehicle-plant-missing" in codes
        self.plant(plants, "LEIPZIG", "400")
        codes = [finding["code"] for finding in plants.get(AURORA, "CAR-1", "findings")]
        assert "tier/vehicle-plant-missing" not in codes

    def test_several_are_weighed_by_their_volumes(self, plants):
        self.plant(plants, "LEIPZIG", "400", "3000")
        self.plant(plants, "BREMEN", "800", "1000")
        # (3000 × 400 + 1000 × 800) / 4000 = 500
        assert plants.total(AURORA, "CAR-1") == "2300"

    def test_without_all_volumes_the_highest_stands(self, plants):
        self.plant(plants, "LEIPZIG", "400", "3000")
        self.plant(plants, "BREMEN", "800")
        assert plants.total(AURORA, "CAR-1") == "2600"

    def test_a_newer_year_replaces_a_plant_not_the_others(self, plants):
        self.plant(plants, "LEIPZIG", "400", "1000")
        self.plant(plants, "BREMEN", "800", "1000")
        self.plant(plants, "BREMEN", "600", "1000")
        assert plants.total(AURORA, "CAR-1") == "2300"

    def test_a_supplier_s_plants_are_its_own_and_enter_with_aggregate(self, cars):
        cars.declare(BEIFENG, "BP-CASE", "3", declared_unit="kg", mass_kg="1")
        cars.declare(BEIFENG, "BP-CELL", "20", mass_kg="5")
        cars.declare(BEIFENG, "BP-POWER", "0.5", declared_unit="kWh", mass_kg="")
        cars.process(BEIFENG, "PACK-1", "60", site="NINGDE", production_volume="10")
        cars.grant(BEIFENG, AURORA, aggregate=True)
        # 100 × 3 + 40 × 20 + 60; the power line is not counted beside the process
        assert cars.total(AURORA, "CAR-1") == "3360"


class TestSites:
    def pack(self, cars: Chain, site: str = ".") -> None:
        cars.tables(
            AURORA,
            sourcing=f"""
                part supplier supplier_part share delivery_term site
                AM-PACK uscc:91BEIFENG000000002 PACK-1 1 DAP {site}""",
        )
        cars.confirm(BEIFENG)

    def test_the_site_of_the_link_or_else_the_highest(self, cars):
        for site, kgco2e in (("NINGDE", "900"), ("XIAN", "1100")):
            cars.declare(BEIFENG, "PACK-1", kgco2e, mass_kg="300", site=site)
        cars.grant(BEIFENG, AURORA)
        assert cars.total(AURORA, "CAR-1") == "3300"
        self.pack(cars, "NINGDE")
        assert cars.total(AURORA, "CAR-1") == "3100"
        self.pack(cars, "ELSEWHERE")
        assert cars.total(AURORA, "CAR-1") == "2200"


class TestLegs:
    """Who pays the way is what the delivery term says; whoever pays has to state it."""

    def term(self, cars: Chain, term: str, transport: bool = False) -> dict:
        lines = "CAR-1 AM-TRUCK 120 tkm" if transport else ""
        cars.tables(
            AURORA,
            parts="""
                number name kind base_unit
                AM-TRUCK Truck transport tkm""",
            sourcing=f"""
                part supplier supplier_part share delivery_term
                AM-PACK uscc:91BEIFENG000000002 PACK-1 1 {term}""",
        )
        cars.tables(
            AURORA,
            bom=f"""
                parent child quantity unit
                CAR-1 AM-PACK 1 piece
                CAR-1 AM-STEEL 900 kg
                {lines}""",
        )
        cars.confirm(BEIFENG)
        document: dict = cars.get(AURORA, "CAR-1")
        return document

    def legs_missing(self, document: dict) -> bool:
        return "tier/inbound-leg-missing" in {f["code"] for f in document["findings"]}

    @pytest.fixture
    def stated(self, cars: Chain) -> Chain:
        """Beifeng states 12.5 kgCO2e of outbound transport; Aurora's truck is 0.1 per t·km."""
        cars.declare(BEIFENG, "PACK-1", "900", mass_kg="300", **{OUTBOUND: "12.5"})
        cars.grant(BEIFENG, AURORA)
        cars.tables(
            AURORA,
            parts="""
                number name kind base_unit
                AM-TRUCK Truck transport tkm""",
        )
        cars.declare(AURORA, "AM-TRUCK", "0.1", declared_unit="tkm", mass_kg="")
        return cars

    @pytest.mark.parametrize("term", ["CPT", "DAP", "DDP", "CIF"])
    def test_the_seller_pays(self, stated, term):
        document = self.term(stated, term)
        assert document["total"]["excluding_uptake"] == "3112.5"
        assert document["columns"]["inbound_legs"] == "12.5"
        assert not self.legs_missing(document)

    @pytest.mark.parametrize("term", ["EXW", "FCA", "FOB"])
    def test_the_buyer_pays_and_states_nothing(self, stated, term):
        document = self.term(stated, term)
        assert document["total"]["excluding_uptake"] == "3100"
        assert self.legs_missing(document)

    def test_the_buyer_pays_and_has_a_transport_line(self, stated):
        document = self.term(stated, "EXW", transport=True)
        assert document["total"]["excluding_uptake"] == "3112"  # 120 t·km × 0.1
        assert not self.legs_missing(document)

    def test_no_term_and_the_supplier_states_it(self, stated):
        assert self.term(stated, ".")["total"]["excluding_uptake"] == "3112.5"

    def test_the_seller_pays_and_states_nothing(self, cars):
        cars.declare(BEIFENG, "PACK-1", "900", mass_kg="300")
        cars.grant(BEIFENG, AURORA)
        document = self.term(cars, "DAP")
        assert document["total"]["excluding_uptake"] == "3100"
        (finding,) = (f for f in document["findings"] if f["code"] == "tier/inbound-leg-missing")
        assert finding["evidence"]["tonnes"] == "0.3"
        assert document["total"]["statement"].startswith("≥")


class TestShares:
    def test_each_supplier_by_its_share_and_an_open_share_is_a_gap(self, cars):
        cars.declare(BEIFENG, "PACK-1", "900", mass_kg="300", **{OUTBOUND: "0"})
        cars.grant(BEIFENG, AURORA)
        cars.tables(
            AURORA,
            sourcing="""
                part supplier supplier_part share delivery_term
                AM-PACK uscc:91BEIFENG000000002 PACK-1 0.6 DAP
                AM-PACK uscc:91DONGHAI000000004 D-PACK 0.4 DAP""",
        )
        cars.confirm(BEIFENG)
        document = cars.get(AURORA, "CAR-1")
        assert document["total"]["excluding_uptake"] == "2740"  # 2200 + 0.6 × 900
        assert document["coverage"]["mass"] == "0.9"  # 900 + 180 of 1200 kg
        cars.declare(DONGHAI, "D-PACK", "1000", mass_kg="300", **{OUTBOUND: "0"})
        cars.confirm(DONGHAI)
        cars.grant(DONGHAI, AURORA)
        document = cars.get(AURORA, "CAR-1")
        assert document["total"]["excluding_uptake"] == "3140"
        assert document["coverage"]["mass"] == "1"

    def test_a_supplier_that_counts_in_kilograms(self, cars):
        """300 kg a pack by the buyer's mass."""
        cars.tables(
            DONGHAI,
            parts="""
                number name kind base_unit
                D-PACK Pack-by-weight assembly kg""",
        )
        cars.declare(DONGHAI, "D-PACK", "3", declared_unit="kg", mass_kg="1")
        cars.tables(
            AURORA,
            sourcing="""
                part supplier supplier_part share
                AM-PACK uscc:91DONGHAI000000004 D-PACK 1""",
        )
        cars.confirm(DONGHAI)
        cars.grant(DONGHAI, AURORA)
        assert cars.total(AURORA, "CAR-1") == "3100"


class TestDeep:
    """Beifeng counted 40 cells at 20 kgCO2e; they are 12 by now."""

    @pytest.fixture
    def counted(self, cars: Chain) -> Chain:
        cell = cars.declare(CELLWERK, "CELL-1", "12", mass_kg="5", **{OUTBOUND: "0"})
        used = {"name": "cell", "declaration": cell, "unit": "piece", "quantity": "40"}
        cars.compose(BEIFENG, "PACK-1", "1000", [used | {"valueUsed": "20"}], mass_kg="300")
        return cars

    def deep(self, cars: Chain) -> str | None:
        return cars.total(AURORA, "CAR-1", basis="deep")

    def test_refines_with_consent_at_each_link(self, counted):
        counted.grant(BEIFENG, AURORA, aggregate=True)
        counted.grant(CELLWERK, BEIFENG, aggregate=True)
        assert counted.total(AURORA, "CAR-1") == "3200"
        assert self.deep(counted) == "2880"  # 40 × (12 - 20) less

    def test_stops_at_the_declaration_without_the_supplier_s(self, counted):
        counted.grant(BEIFENG, AURORA, level=5)
        counted.grant(CELLWERK, BEIFENG, aggregate=True)
        assert self.deep(counted) == "3200"

    def test_stops_without_the_second_tier_s(self, counted):
        counted.grant(BEIFENG, AURORA, aggregate=True)
        counted.grant(CELLWERK, BEIFENG, level=5)
        assert self.deep(counted) == "3200"

    def test_stops_where_no_confirmed_link_leads(self, counted):
        """A digest in an annex is no link: who cites a stranger's declaration learns nothing."""
        counted.grant(BEIFENG, AURORA, aggregate=True)
        stranger = counted.declare(DONGHAI, "CATHODE", "777", mass_kg="5")
        counted.grant(DONGHAI, BEIFENG, level=5, aggregate=True)
        used = {"name": "cathode", "declaration": stranger, "unit": "piece", "quantity": "1"}
        counted.compose(BEIFENG, "PACK-1", "1000", [used | {"valueUsed": "20"}], mass_kg="300")
        assert self.deep(counted) == "3200"

    def test_the_declared_basis_never_looks(self, counted):
        counted.grant(BEIFENG, AURORA, aggregate=True)
        counted.grant(CELLWERK, BEIFENG, aggregate=True)
        document = counted.get(AURORA, "CAR-1")
        assert document["basis"] == "declared"
        assert document["total"]["excluding_uptake"] == "3200"
        assert "12" not in {row["value"] for row in document["contributions"]}

    def test_deep_tells_no_name_of_the_second_tier(self, counted):
        counted.grant(BEIFENG, AURORA, aggregate=True)
        counted.grant(CELLWERK, BEIFENG, aggregate=True)
        answer = counted.everything(AURORA, "CAR-1", basis="deep")
        for secret in (
            "Cellwerk",
            "CELL-1",
            counted.id(CELLWERK),
            counted.part(CELLWERK, "CELL-1"),
        ):
            assert secret.encode() not in answer


class TestOrphans:
    def test_a_declared_part_that_nothing_takes(self, cars):
        cars.tables(
            AURORA,
            parts="""
                number name base_unit net_mass_kg
                SPARE Spare piece 3""",
        )
        cars.declare(AURORA, "SPARE", "7")
        orphans = [
            finding["subject"]["part"]
            for finding in cars.get(AURORA, "CAR-1", "findings")
            if finding["code"] == "tier/orphan-declaration"
        ]
        assert orphans == ["SPARE"]

    def test_what_a_customer_buys_is_none(self, cars):
        cars.declare(BEIFENG, "PACK-1", "900", mass_kg="300")
        codes = {finding["code"] for finding in cars.get(BEIFENG, "PACK-1", "findings")}
        assert "tier/orphan-declaration" not in codes

    def test_nor_is_the_part_that_is_asked_for(self, cars):
        cars.declare(AURORA, "CAR-1", "5000", mass_kg="1200")
        codes = {finding["code"] for finding in cars.get(AURORA, "CAR-1", "findings")}
        assert "tier/orphan-declaration" not in codes

    PARTS = """
        number name category base_unit net_mass_kg
        CAR-1 Car {} piece 1200
        SPARE Spare . piece 3
        FRAME Frame . piece 2"""
    LINES = """
        parent child quantity unit
        FRAME AM-STEEL 2 kg"""

    @pytest.mark.parametrize(
        ("category", "lines", "told"),
        [
            ("vehicle", LINES, [("FRAME", "sub-assembly")]),
            ("bev-passenger-car", LINES, [("FRAME", "sub-assembly")]),
            ("vehicle", LINES + "\n        CAR-1 FRAME 1 piece", []),
            (".", LINES, []),  # who builds no vehicles may sell it to others
            ("vehicle", LINES.replace("FRAME", "CAR-1"), []),
        ],
    )
    def test_a_sub_assembly_that_nobody_uses(self, cars, category, lines, told):
        cars.tables(AURORA, parts=self.PARTS.format(category), bom=lines)
        findings = cars.get(AURORA, "CAR-1", "findings")
        found = [
            (finding["subject"]["part"], finding["evidence"]["case"])
            for finding in findings
            if finding["code"] == "tier/orphan-declaration"
        ]
        assert found == told


def test_statement_and_numbers_agree(cars):
    total = cars.get(AURORA, "CAR-1")["total"]
    assert total["statement"] == "≥ 2,200 kgCO2e, 75 % of the mass covered"
    assert Decimal(total["excluding_uptake"]) == 2200
    assert total["unit"] == "kgCO2e"
