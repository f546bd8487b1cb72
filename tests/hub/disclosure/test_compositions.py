"""Findings that rest on a composition: in full for the declarant, as a code for its customer."""

from typing import Any

import pytest

from tests.cast import AURORA, BEIFENG, CELLWERK
from tests.hub.chain import Chain
from tests.hub.findings.rules import only
from tests.schemas.rollup.chains import part, source, value
from tierlight_schemas.identifiers import part_urn

ABOVE, FLOOR = "tier/declared-far-above-inputs", "tier/below-material-floor"


@pytest.fixture
def pack(cars: Chain) -> Chain:
    """Beifeng's pack has a case of aluminium and 40 cells; Aurora may know its value."""
    cars.tables(
        BEIFENG,
        parts="""
            number name category kind base_unit net_mass_kg
            PACK-1 Pack battery-cell assembly piece 300
            BP-CELL Cell battery-cell assembly piece 5
            BP-CASE Case aluminium-primary-part material kilogram .""",
    )
    return cars


def case(chain: Chain, quantity: str, value_used: str = "1") -> dict[str, str]:
    urn = part_urn("company", chain.id(BEIFENG), "BP-CASE")
    return {
        "name": "the case", "part": urn, "quantity": quantity, "unit": "kilogram",
        "valueUsed": value_used,
    }  # fmt: skip


def cells(chain: Chain, quantity: str, value_used: str = "1") -> dict[str, str]:
    digest = chain.declare(CELLWERK, "CELL-1", "40", mass_kg="5")
    return {
        "name": "cell", "declaration": digest, "quantity": quantity, "unit": "piece",
        "valueUsed": value_used,
    }  # fmt: skip


def told(chain: Chain, reader: Any, number: str, code: str, **asked: Any) -> list[dict[str, Any]]:
    return [f for f in chain.get(reader, number, "findings", **asked) if f["code"] == code]


class TestBelowTheFloor:
    @pytest.fixture
    def partial(self, pack: Chain) -> Chain:
        """100 kg of aluminium at 2 or more and 40 cells of 5 kg at 5 or more: 1200 at least."""
        made_of = [case(pack, "100"), cells(pack, "40")]
        pack.compose(BEIFENG, "PACK-1", "300", made_of, mass_kg="300")
        pack.grant(CELLWERK, BEIFENG)
        return pack

    def test_the_declarant_sees_what_was_added_up(self, partial):
        (found,) = told(partial, BEIFENG, "PACK-1", FLOOR)
        evidence = found["evidence"]
        assert (evidence["declared"], evidence["floor"], evidence["mass"]) == ("300", "1200", "300")
        assert evidence["materials"] == "aluminium-primary-part 100 kg × 2, battery-cell 200 kg × 5"
        assert "(1,200 kgCO2e: aluminium-primary-part" in found["text"]

    @pytest.mark.parametrize("basis", ["declared", "deep"])
    def test_the_customer_sees_the_code_and_no_number(self, partial, basis):
        partial.grant(BEIFENG, AURORA, aggregate=True)
        (found,) = told(partial, AURORA, "CAR-1", FLOOR, basis=basis)
        assert found["evidence"] == {"case": "level-1"}
        assert "looks like a part of the footprint" in found["text"]
        assert not any(sign.isdigit() for sign in found["text"].replace("PACK-1", ""))

    def test_the_customer_sees_nothing_where_the_hub_may_not_compute_with_it(self, partial):
        partial.grant(BEIFENG, AURORA)
        assert told(partial, AURORA, "CAR-1", FLOOR) == []

    def test_what_a_supplier_does_not_let_see_is_not_judged(self, pack):
        made_of = [case(pack, "100"), cells(pack, "40")]
        pack.compose(BEIFENG, "PACK-1", "300", made_of, mass_kg="300")
        assert told(pack, BEIFENG, "PACK-1", FLOOR) == []  # 200 of the aluminium alone
        grant = pack.grant(CELLWERK, BEIFENG)
        assert len(told(pack, BEIFENG, "PACK-1", FLOOR)) == 1
        pack.revoke(CELLWERK, grant)
        assert told(pack, BEIFENG, "PACK-1", FLOOR) == []

    @pytest.mark.parametrize(
        ("total", "quantity"),
        [("1300", "100"), ("1201", "100"), ("1000.5", "0.1")],
    )
    def test_a_whole_value_is_silent(self, pack, total, quantity):
        made_of = [case(pack, quantity), cells(pack, "40")]
        pack.compose(BEIFENG, "PACK-1", total, made_of, mass_kg="300")
        assert told(pack, BEIFENG, "PACK-1", FLOOR) == []

    @pytest.mark.parametrize(
        "component",
        [
            {"name": "the case", "unit": "kilogram"},  # nobody knows of what it is
            {"name": "aluminium-primary-part", "unit": "piece"},  # nor what a piece weighs
            {
                "name": "the case",
                "unit": "kilogram",
                "part": "urn:tierlight:part:company:x:BP-CASE",
            },
            {"name": "the case", "unit": "kilogram", "part": "no urn"},
        ],
    )
    def test_what_is_not_known_is_not_judged(self, pack, component):
        made_of = [component | {"quantity": "100", "valueUsed": "1"}]
        pack.compose(BEIFENG, "PACK-1", "120", made_of, mass_kg="300")
        assert told(pack, BEIFENG, "PACK-1", FLOOR) == []

    def test_a_component_may_bear_the_name_of_a_category(self, pack):
        component = {"name": "Aluminium-primary-part", "unit": "tonne", "quantity": "0.100"}
        pack.compose(BEIFENG, "PACK-1", "120", [component | {"valueUsed": "1"}], mass_kg="300")
        (found,) = told(pack, BEIFENG, "PACK-1", FLOOR)
        assert found["evidence"]["floor"] == "200"


class TestFarAbove:
    def test_the_declarant_sees_the_numbers_and_the_customer_the_code(self, pack):
        # 300 kg at 25 kgCO2e are 7500: what cells usually emit with all that goes in
        pack.compose(BEIFENG, "PACK-1", "9000", [case(pack, "100", "10")], mass_kg="300")
        pack.grant(BEIFENG, AURORA, aggregate=True)
        (found,) = told(pack, BEIFENG, "PACK-1", ABOVE)
        assert found["evidence"]["inputs"] == "1000"
        assert found["evidence"]["excess"] == "26.666667"
        assert (found["evidence"]["limit"], found["evidence"]["band"]) == ("25", "battery-cell")
        (seen,) = told(pack, AURORA, "CAR-1", ABOVE)
        assert seen["evidence"] == {"case": "level-1"}

    @pytest.mark.parametrize("total", ["1000", "5000", "8400"])
    def test_silent_below_the_band(self, pack, total):
        pack.compose(BEIFENG, "PACK-1", total, [case(pack, "100", "10")], mass_kg="300")
        assert told(pack, BEIFENG, "PACK-1", ABOVE) == []


class TestAcrossTheLink:
    """What is found between buyer and supplier, through the hub."""

    def test_masses_that_differ_are_the_buyers(self, cars):
        cars.declare(BEIFENG, "PACK-1", "3000", mass_kg="0.3")  # tonnes for kilograms
        cars.grant(BEIFENG, AURORA)
        (found,) = told(cars, AURORA, "CAR-1", "tier/mass-differs-across-link")
        assert found["evidence"] == {
            "unit": "piece",
            "supplier": "uscc:91BEIFENG000000002",
            "buyer_mass": "300",
            "supplier_mass": "0.3",
            "case": "buyer-tenfold",
            "factor": "1000",
        }
        assert told(cars, BEIFENG, "PACK-1", "tier/mass-differs-across-link") == []

    def test_beyond_the_link_it_is_a_count(self, cars):
        cars.declare(CELLWERK, "CELL-1", "12", mass_kg="50")
        cars.grant(BEIFENG, AURORA, aggregate=True)
        cars.grant(CELLWERK, BEIFENG, aggregate=True)
        (found,) = told(cars, AURORA, "CAR-1", "tier/mass-differs-across-link")
        assert (found["subject"], found["tier"]) == ({"type": "supplier-data"}, 1)
        assert found["evidence"] == {"count": "1"}
        (own,) = told(cars, BEIFENG, "PACK-1", "tier/mass-differs-across-link")
        assert own["evidence"]["case"] == "supplier-tenfold"

    def test_a_link_without_a_site_takes_the_highest(self, cars):
        for site, kgco2e in (("B1", "3000"), ("B2", "3300")):
            cars.declare(BEIFENG, "PACK-1", kgco2e, mass_kg="300", site=site)
        cars.grant(BEIFENG, AURORA)
        (found,) = told(cars, AURORA, "CAR-1", "tier/site-unknown")
        assert (found["evidence"]["value"], found["evidence"]["share"]) == ("3300", "100")
        cars.tables(
            AURORA,
            sourcing="""
                part supplier supplier_part share delivery_term site
                AM-PACK uscc:91BEIFENG000000002 PACK-1 1 DAP B1""",
        )
        cars.confirm(BEIFENG)
        assert told(cars, AURORA, "CAR-1", "tier/site-unknown") == []


def test_a_rule_needs_no_hub_to_see_it():
    """The same without tables: the chain of the rules' own tests."""
    bought = part("pack", mass="300", sources=(source("theirs"),))
    theirs = part("theirs", owner="other", mass="0.3", declared=value("3000"))
    assert only("tier/mass-differs-across-link", bought, theirs).evidence["factor"] == "1000"


class TestProcessFamily:
    def test_a_turned_part_without_scrap(self, cars):
        cars.tables(
            AURORA,
            parts="""
                number name kind base_unit net_mass_kg
                SHAFT Shaft assembly piece 2""",
            bom="""
                parent child quantity unit scrap
                SHAFT AM-STEEL 2 kg 0""",
        )
        cars.process(AURORA, "SHAFT", "1", process_family="turning")
        (found,) = told(cars, AURORA, "SHAFT", "tier/mass-imbalance")
        assert (found["severity"], found["evidence"]["family"]) == ("note", "turning")
        cars.tables(
            AURORA,
            bom="""
                parent child quantity unit scrap
                SHAFT AM-STEEL 2 kg 0.2""",
        )
        assert told(cars, AURORA, "SHAFT", "tier/mass-imbalance") == []
