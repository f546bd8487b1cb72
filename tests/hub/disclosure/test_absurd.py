"""One supplier's absurd number never costs its customers their answers."""

import copy
from typing import Any

import pytest

from tests.cast import AURORA, BEIFENG, CELLWERK, Actor
from tests.hub.chain import Chain

LARGE, SMALL = "9" * 80, "0." + "0" * 77 + "1"
TOTALS = ("pcfExcludingBiogenicUptake", "pcfIncludingBiogenicUptake", "fossilGhgEmissions")


def declare(chain: Chain, actor: Actor, number: str, **pcf: str) -> None:
    """A signed footprint with members that no table would let through."""
    document = copy.deepcopy(actor.built(number, mass_kg="5").document)
    document["credentialSubject"]["footprint"]["pcf"].update(pcf)
    answer = chain.world.submit(actor, actor.packed_document(document))
    assert answer.status_code == 201, answer.text


def answers(chain: Chain) -> bytes:
    """Everything that both customers ask for, all of it answered."""
    customers = ((AURORA, "CAR-1"), (BEIFENG, "PACK-1"))
    for actor, number in customers:
        chain.get(actor, number, "uncertainty", samples=100, default_gsd="1.5")
        chain.get(actor, number, "uncertainty", method="first-order", quantity_gsd="2")
        chain.get(actor, number, "difference", from_as_of="2020-01-01")
        chain.get(actor, number, "difference", from_basis="deep")
    return b"".join(chain.everything(*customer) for customer in customers)


@pytest.fixture
def shared(cars: Chain) -> Chain:
    """Cellwerk's cells travel into Beifeng's pack and on into Aurora's car."""
    cars.declare(BEIFENG, "BP-CASE", "3", declared_unit="kg", mass_kg="1")
    cars.grant(CELLWERK, BEIFENG, level=2, aggregate=True)
    cars.grant(BEIFENG, AURORA, level=2, aggregate=True)
    return cars


DECLARED: dict[str, dict[str, str]] = {
    "a large total": dict.fromkeys(TOTALS, LARGE),
    "a small total": dict.fromkeys(TOTALS, SMALL),
    "a large amount": {"declaredUnitAmount": LARGE},
    "a small amount": {"declaredUnitAmount": SMALL},
    "a large total of a small amount": dict.fromkeys(TOTALS, LARGE) | {"declaredUnitAmount": SMALL},
    "a small total of a large amount": dict.fromkeys(TOTALS, SMALL) | {"declaredUnitAmount": LARGE},
    "a large mass": {"productMassPerDeclaredUnit": LARGE},
    "a small mass": {"productMassPerDeclaredUnit": SMALL},
    "a large carbon content": {"fossilCarbonContent": LARGE},
    "a large way out": {"outboundLogisticsGhgEmissions": LARGE},
}


@pytest.mark.parametrize("pcf", DECLARED.values(), ids=DECLARED)
def test_a_declaration(shared, pcf):
    declare(shared, CELLWERK, "CELL-1", **pcf)
    assert LARGE[:30].encode() not in answers(shared)


@pytest.mark.parametrize("total", [LARGE, "1234567890" * 8])
@pytest.mark.parametrize("language", ["en", "de", "zh-CN"])
def test_a_number_in_words(shared, language, total):
    """A finding tells the declarant a number of eighty digits."""
    built = CELLWERK.built("CELL-1", **{"stage:all": "1"}, mass_kg="5")
    document = copy.deepcopy(built.document)
    document["credentialSubject"]["footprint"]["pcf"].update(dict.fromkeys(TOTALS, total))
    submission = CELLWERK.packed_document(document, built.annexes)
    assert shared.world.submit(CELLWERK, submission).status_code == 201
    headers = shared.world.members[CELLWERK].headers | {"Accept-Language": language}
    path = f"/v1/parts/{shared.part(CELLWERK, 'CELL-1')}/findings"
    answer = shared.world.client.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    texts = {found["code"]: found["text"] for found in answer.json()}
    assert "–" not in texts["document/stages-differ-from-total"]
    answers(shared)


def test_a_total_beyond_the_earth_is_unknown_and_never_zero(shared):
    declare(shared, CELLWERK, "CELL-1", **dict.fromkeys(TOTALS, "1" + "0" * 24))
    total = shared.get(BEIFENG, "PACK-1")["total"]
    assert total["excluding_uptake"] is None
    assert "–" in total["statement"]


def test_a_large_total_that_may_be_is_told(shared):
    declare(shared, CELLWERK, "CELL-1", **dict.fromkeys(TOTALS, "1" + "0" * 20))
    total = shared.get(BEIFENG, "PACK-1")["total"]
    assert total["excluding_uptake"].startswith("4" + "0" * 14)


@pytest.mark.parametrize("volumes", [("0", "0"), ("-1", "1"), ("0", "7"), (LARGE, SMALL)])
def test_production_volumes(shared, volumes):
    shared.tables(
        CELLWERK,
        parts="""
            number name kind
            CW-STEEL Steel material""",
        bom="""
            parent child quantity
            CELL-1 CW-STEEL 1""",
    )
    for site, volume in zip(("NB1", "NB2"), volumes, strict=True):
        built = CELLWERK.built("CELL-1", boundary="gate-to-gate", site=site, mass_kg="")
        document: dict[str, Any] = copy.deepcopy(built.document)
        document["credentialSubject"]["process"]["productionVolume"] = volume
        shared.world.submit(CELLWERK, CELLWERK.packed_document(document))
    answers(shared)


@pytest.mark.parametrize("quantity", ["1e60", "1e-60", "-1e60", "0"])
def test_a_deep_bill_of_materials(shared, quantity):
    """Sixty levels of sixty decimals each: numbers of 3600 digits inside, none of them told."""
    names = [f"CW-{level}" for level in range(60)]
    steps = zip(["CELL-1", *names], names, strict=False)
    shared.tables(
        CELLWERK,
        parts="\n".join(["number kind", *(f"{name} material" for name in names)]),
        bom="\n".join(["parent child quantity", *(f"{a} {b} {quantity}" for a, b in steps)]),
    )
    shared.declare(CELLWERK, names[-1], "12.5", mass_kg="5")
    answers(shared)


def test_a_count_of_gaps_beyond_every_integer(shared):
    """Each level takes the next ten times: 10**60 gaps."""
    names = [f"CW-{level}" for level in range(60)]
    steps = [step for step in zip(["CELL-1", *names], names, strict=False) for _ in range(10)]
    shared.tables(
        CELLWERK,
        parts="\n".join(["number kind", *(f"{name} material" for name in names)]),
        bom="\n".join(["parent child quantity", *(f"{a} {b} 1" for a, b in steps)]),
    )
    answers(shared)
    assert shared.get(BEIFENG, "PACK-1")["coverage"]["gaps_without_estimate"] == 2**53 - 1


def test_a_composition(shared):
    used = {"name": "cathode", "unit": "kilogram", "quantity": LARGE, "valueUsed": SMALL}
    more = {"name": "anode", "unit": "piece", "quantity": SMALL, "valueUsed": "-" + LARGE[1:]}
    shared.compose(CELLWERK, "CELL-1", "12.5", [used, more], mass_kg="5")
    answers(shared)
    for basis in ("declared", "deep"):
        shared.everything(AURORA, "CAR-1", basis=basis)
