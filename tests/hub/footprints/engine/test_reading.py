"""A portfolio read as arrays is what the reference says of every part, whatever is recorded."""

from dataclasses import replace
from datetime import date

import pytest

from hub.footprints import draft
from tests.cast import AURORA, BEIFENG, CELLWERK
from tests.hub.chain import Chain, car
from tests.hub.footprints.engine.agreement import compare
from tests.hub.footprints.engine.random_chain import build
from tests.hub.footprints.engine.test_snapshot import every_kind
from tierlight_schemas.checks import BANDS
from tierlight_schemas.rollup.model import ONE

TODAY = date.today()  # noqa: DTZ011 - any day does


@pytest.fixture
def chain(world) -> Chain:
    return Chain(world)


def agrees(chain: Chain, day: date = TODAY) -> None:
    for actor in (AURORA, BEIFENG, CELLWERK):
        compare(chain.world.session, chain.id(actor), day)


def test_every_kind_of_line_on_every_day(chain):
    every_kind(chain)
    for day in (date(2019, 1, 1), date(2020, 5, 1), date(2021, 1, 1), TODAY):
        agrees(chain, day)


def test_every_kind_with_factors(chain):
    every_kind(chain)
    chain.tables(
        AURORA,
        parts="""number kind base_unit net_mass_kg category
        STEEL material kg . steel-part
        BOLT material piece 0.25 steel-part
        BRACKET assembly piece 2.0 steel-part
        RED material kg . paint
        CAR assembly piece 1200 bev-passenger-car""",
        factors="""category unit value source year
        steel-part kg 2.1 worldsteel 2023
        steel-part kg 2.3 worldsteel 2021
        paint liter 3 invented 2020""",
    )
    agrees(chain)


@pytest.mark.parametrize("level", [None, 1, 2])
@pytest.mark.parametrize("aggregate", [False, True])
@pytest.mark.parametrize("declared", [False, True])
def test_a_car_under_every_consent(chain, level, aggregate, declared):
    car(chain)
    if level is not None:
        for owner, reader in ((BEIFENG, AURORA), (CELLWERK, BEIFENG)):
            chain.grant(owner, reader, level, aggregate=aggregate)
    if declared:
        chain.declare(CELLWERK, "CELL-1", "7.5", mass_kg="5")
    agrees(chain)
    chain.declare(BEIFENG, "PACK-1", "900", mass_kg="300", outbound_kgco2e="12")
    agrees(chain)


def test_units_shares_legs_and_processes(chain):
    car(chain)
    chain.tables(
        AURORA,
        parts="""number name kind base_unit net_mass_kg category
        A-LORRY Lorry transport tkm . transport
        A-SEAT Seat assembly piece 20 seat
        A-FOAM Foam material kg . foam
        A-SHARE Shared assembly piece 2 .
        A-OVER Over assembly piece 2 .
        A-CELL Cell assembly kg . cell""",
        bom="""parent child quantity unit
        CAR-1 AM-PACK 1 piece
        CAR-1 AM-STEEL 900 kg
        CAR-1 A-SEAT 5 piece
        CAR-1 A-SHARE 5 piece
        CAR-1 A-OVER 5 piece
        CAR-1 A-CELL 2 piece
        A-SEAT A-FOAM 4 kg
        A-SEAT A-LORRY 3 tkm
        A-SHARE A-FOAM 1 kg""",
        sourcing="""part supplier supplier_part share delivery_term
        AM-PACK uscc:91BEIFENG000000002 PACK-1 0.333 DAP
        A-SHARE uscc:91BEIFENG000000002 PACK-1 0.6 EXW
        A-SHARE Nobody X-1 0.1 EXW
        A-OVER uscc:91BEIFENG000000002 PACK-1 0.6 EXW
        A-OVER uscc:91BEIFENG000000002 BP-CASE 0.6 EXW
        A-CELL lei:CELLWERK000000000003 CELL-1 1 EXW""",
    )
    for supplier in (BEIFENG, CELLWERK):
        chain.confirm(supplier)
        chain.grant(supplier, AURORA, 2, aggregate=True)
    agrees(chain)
    chain.process(AURORA, "A-SHARE", "3")
    chain.process(AURORA, "A-SEAT", "2", declared_unit="kilowatt hour")
    chain.declare(CELLWERK, "CELL-1", "7.5", mass_kg="5")
    agrees(chain)


@pytest.mark.parametrize("seed", range(16))
def test_random_chains(chain, seed):
    build(chain, seed, cycles=seed % 2 == 1)
    for day in (TODAY, date(2020, 7, 1)):
        agrees(chain, day)


def test_gaps_that_may_be_below_zero(chain, monkeypatch):
    """No shipped band reaches there; an operator's may."""
    low = replace(BANDS["steel-part"], hard_low=-ONE)
    monkeypatch.setattr(draft, "BANDS", {**BANDS, "steel-part": low})
    every_kind(chain)
    chain.tables(
        AURORA,
        parts="""number kind base_unit net_mass_kg category
        STEEL material kg . steel-part
        BOLT material piece 0.25 steel-part""",
    )
    agrees(chain)
