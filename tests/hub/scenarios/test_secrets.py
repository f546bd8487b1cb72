"""A scenario is no way to learn what a plain reading hides, whatever it changes.

The attacker is Aurora: it knows its own books, and the pack of Beifeng's as one closed part.
"""

import json
from dataclasses import replace
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest

from hub.footprints.book import Moment
from hub.footprints.network import NetworkReader
from hub.kit.clock import now
from hub.scenarios.results import _withhold_what_shares_would_isolate
from tests.cast import AURORA, BEIFENG, CELLWERK
from tests.hub.chain import Chain, car
from tests.hub.disclosure.test_secrets import CELL, numbers
from tests.hub.disclosure.test_secrets import OWN as POWER
from tests.hub.scenarios.conftest import STEEL, WhatIf
from tierlight_schemas.rollup.closing import closed_account
from tierlight_schemas.rollup.model import Network, Policy
from tierlight_schemas.rollup.overlay import overlaid
from tierlight_schemas.rollup.reference import carbon_coverage, mass_coverage, solve
from tierlight_schemas.rollup.result import quality
from tierlight_schemas.scenario import Scenario

LEG, CASE, NUT = "0.12345", "3.1", "0.7717"
PACK = {"change": "share", "part": "AM-PACK", "supplierPart": "PACK-1"}
NO_STEEL = {"change": "removed-line", "part": "CAR-1", "child": "AM-STEEL"}
ZERO_STEEL = STEEL | {"value": "0"}
DILUTED = {"change": "new-source", "part": "AM-PACK", "name": "nobody", "share": "0.5"}
DILUTED |= {"value": "0", "unit": "piece"}
AVERAGE = {"change": "factor", "category": "nmc-pack", "unit": "piece", "value": "1"}
NUTS = {"change": "value", "part": "AM-NUT", "value": "1000", "unit": "piece"}
ATTACKS: dict[str, list[dict[str, Any]]] = {
    "nothing but the pack": [NO_STEEL],
    "everything else at zero": [ZERO_STEEL],
    "a thousandth of it": [NO_STEEL, PACK | {"share": "0.001"}],
    "half of it, half nothing": [NO_STEEL, PACK | {"share": "0.5"}, DILUTED],
    "the pack in the pack's place": [
        {"change": "replaced-child", "part": "CAR-1", "child": "AM-STEEL", "by": "AM-PACK"}
        | {"position": "1"}
    ],
    "an average that stands in for a thin build-up": [NO_STEEL, AVERAGE],
    "another pack for each kilogram": [
        {"change": "new-line", "part": "CAR-1", "child": "AM-PACK", "quantity": "-1"}
    ],
    "the own nuts that the supplier uses, at another value": [NUTS],
}


@pytest.fixture
def hidden(supply: Chain) -> WhatIf:
    """The pack: 40 of Cellwerk's cells, 100 kg of case, 50 kWh, and 7 of Aurora's own nuts."""
    chain = car(supply)
    chain.tables(
        AURORA,
        parts="""
            number name kind base_unit net_mass_kg
            AM-NUT Nut assembly piece 0.01""",
    )
    chain.tables(
        BEIFENG,
        parts="""
            number name kind base_unit net_mass_kg
            BP-NUT Nut assembly piece 0.01""",
        bom="""
            parent child quantity unit
            PACK-1 BP-CELL 40 piece
            PACK-1 BP-CASE 100 kg
            PACK-1 BP-POWER 50 kWh
            PACK-1 BP-NUT 7 piece""",
        sourcing="""
            part supplier supplier_part share delivery_term
            BP-NUT lei:AURORA00000000000001 AM-NUT 1 DAP""",
    )
    chain.confirm(AURORA)
    chain.declare(
        CELLWERK, "CELL-1", CELL, mass_kg="5", fossil_ghg_emissions="11.1111",
        outbound_logistics_ghg_emissions=LEG, **{"stage:coating": "5.5555"},
    )  # fmt: skip
    chain.declare(BEIFENG, "BP-CASE", CASE, declared_unit="kg", mass_kg="1")
    chain.declare(BEIFENG, "BP-POWER", POWER, declared_unit="kWh", mass_kg="")
    chain.declare(AURORA, "AM-NUT", NUT, mass_kg="0.01")
    for owner, reader in ((BEIFENG, AURORA), (CELLWERK, BEIFENG), (AURORA, BEIFENG)):
        chain.grant(owner, reader, aggregate=True)
    return WhatIf(chain)


@pytest.fixture
def saved(hidden: WhatIf) -> dict[str, str]:
    """Every attack as a scenario of Aurora's."""
    return {name: hidden.save(*changes, name=name) for name, changes in ATTACKS.items()}


def answers(what_if: WhatIf, saved: dict[str, str]) -> list[Any]:
    """All that the scenarios tell: results, differences from the books and from each other."""
    told = [what_if.ask(it, view, top=1000) for it in saved.values() for view in
            ("footprint", "difference")]  # fmt: skip
    pairs = list(combinations(saved.values(), 2))
    return told + [what_if.ask(b, "difference", against=a, top=1000) for a, b in pairs]


PARTS = [
    40 * Decimal(CELL),
    40 * Decimal(LEG),
    100 * Decimal(CASE),
    50 * Decimal(POWER),
    7 * Decimal(NUT),
]
WHOLE = sum(PARTS)


def test_no_scenario_and_no_difference_of_two_tells_the_pack_apart(hidden, saved):
    """Every sum of some of what the pack is made of is searched, at every share that was asked."""
    told = {abs(number) for answer in answers(hidden, saved) for number in numbers(answer)}
    assert {WHOLE, WHOLE / 1000, WHOLE / 2} <= told
    some = {
        sum(chosen, Decimal(0))
        for size in range(1, len(PARTS))
        for chosen in combinations(PARTS, size)
    }
    some |= {Decimal(CELL), Decimal(POWER), 40 * Decimal("11.1111"), 40 * Decimal("5.5555")}
    known = (Decimal(0), Decimal(400), Decimal(2200))
    found = [
        (secret, share, own)
        for secret in some
        for share in (Decimal(1), Decimal("0.5"), Decimal("0.001"))
        for own in known
        if {secret * share + own, abs(own - secret * share)} & told
    ]
    assert found == []


def test_own_parts_inside_a_supplier_s_are_not_changed(hidden, saved):
    """Else the change would be 7 × (1000 - 0.7717), and tell how many nuts the pack has."""
    name = "the own nuts that the supplier uses, at another value"
    found = hidden.ask(saved[name], "difference")
    assert found["change"] == "0"
    assert hidden.ask(saved[name])["scenario"]["without_effect"] == [1]
    assert hidden.ask(saved[name], part="AM-NUT")["total"]["excluding_uptake"] == "1000"


def test_no_name_of_the_second_tier_stands_in_an_answer(hidden, saved):
    told = json.dumps(answers(hidden, saved)).encode()
    digests = hidden.world.get(CELLWERK, "/v1/declarations").json()["items"]
    secrets = ["Cellwerk", "CELL-1", "Secret-cell", "BP-", "coating", hidden.chain.id(CELLWERK)]
    secrets += [hidden.chain.part(BEIFENG, "PACK-1"), *(item["digest"] for item in digests)]
    assert [secret for secret in secrets if secret.encode() in told] == []
    assert b"PACK-1" in told


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_scenario_says_what_its_reader_can_work_out_alone(hidden, saved, attack):
    """From its own books and the closed parts of a plain reading, which it has anyway."""
    session, company = hidden.world.session, hidden.chain.id(AURORA)
    root = hidden.chain.part(AURORA, "CAR-1")
    reader = NetworkReader(session, company, Moment(now().date(), now()), Policy())
    book = reader.book(company)
    network = reader.read(book.numbers)
    plain = solve(network, book.numbers, Policy())
    closed = {
        name: node
        if node.owner == company and "|" not in name
        else replace(node, lines=(), sources=(), own=None, closed=closed_account(plain, name))
        for name, node in network.nodes.items()
        if name in plain.accounts
    }
    own = {number: part_id for part_id, number in book.numbers.items()}
    scenario = Scenario.model_validate({"changes": ATTACKS[attack]})
    account = solve(overlaid(Network(closed), own, scenario).network, [root], Policy()).accounts[
        root
    ]
    made = hidden.ask(saved[attack])
    assert Decimal(made["total"]["excluding_uptake"]) == pytest.approx(
        account.total, rel=Decimal("1e-14")
    )
    assert made["quality"] == quality(account)
    for told, worked_out in (
        (made["coverage"]["carbon"], carbon_coverage(account)),
        (made["coverage"]["mass"], mass_coverage(account)),
    ):
        assert (
            told is None
            if worked_out is None
            else Decimal(told) == pytest.approx(worked_out, rel=Decimal("1e-14"))
        )


def test_shares_do_not_tell_one_supplier_s_depth_from_the_other_s(hidden):
    """With two suppliers of a part the plain reading tells findings and tiers of both together."""
    hidden.chain.tables(
        BEIFENG,
        parts="""
            number name kind base_unit
            BP-LID Lid material kilogram""",
        bom="""
            parent child quantity unit
            PACK-1 BP-CELL 40 piece
            PACK-1 BP-LID 100 kg""",
    )
    plain = hidden.chain.get(AURORA, "CAR-1")
    assert [row["tier"] for row in plain["coverage"]["by_tier"]] == [0, 1, 2]
    assert any(f["subject"] == {"type": "supplier-data"} for f in plain["findings"])
    made = hidden.ask(hidden.save(PACK | {"share": "0.9"}))
    assert [row["tier"] for row in made["coverage"]["by_tier"]] == [0, 1]
    assert not any(f["subject"]["type"] == "supplier-data" for f in made["findings"])
    assert any(f["code"] == "tier/missing" for f in made["findings"])  # own ones stay


class TestConsents:
    def test_a_share_of_what_is_not_shared_stays_a_gap(self, supply):
        what_if = WhatIf(car(supply))
        what_if.chain.declare(BEIFENG, "PACK-1", "913.7", mass_kg="300")
        made = what_if.ask(what_if.save(PACK | {"share": "0.25"}))
        assert made["total"]["excluding_uptake"] == "2200"
        assert [n for n in numbers(made) if n in (Decimal("913.7"), Decimal("228.425"))] == []

    def test_an_unconfirmed_link_is_no_better_in_a_scenario(self, supply):
        what_if = WhatIf(car(supply, confirmed=False))
        what_if.chain.declare(BEIFENG, "PACK-1", "900", mass_kg="300")
        what_if.chain.grant(BEIFENG, AURORA)
        made = what_if.ask(what_if.save(PACK | {"share": "1"}))
        assert made["total"]["excluding_uptake"] == "2200"

    def test_revoking_stops_scenarios_too(self, what_if):
        grant = what_if.world.get(BEIFENG, "/v1/grants").json()["items"][0]["id"]
        scenario = what_if.save(STEEL)
        assert what_if.ask(scenario)["total"]["excluding_uptake"] == "2650"
        what_if.chain.revoke(BEIFENG, grant)
        assert what_if.ask(scenario)["total"]["excluding_uptake"] == "1750"


class TestReads:
    def reads(self, what_if: WhatIf) -> int:
        return len(what_if.world.get(BEIFENG, "/v1/access-log").json()["items"])

    def test_a_result_and_a_difference_are_reads_like_any_other(self, what_if):
        scenario = what_if.save(STEEL)
        assert self.reads(what_if) == 0  # checking it against the books shows nothing of Beifeng's
        what_if.ask(scenario)
        assert self.reads(what_if) == 1
        what_if.ask(scenario, "difference")
        assert self.reads(what_if) == 2
        (item, _) = what_if.world.get(BEIFENG, "/v1/access-log").json()["items"]
        assert (item["reader_id"], item["object_kind"]) == (what_if.chain.id(AURORA), "declaration")

    def test_what_a_scenario_leaves_out_is_not_read_but_in_the_difference_it_is(self, what_if):
        gone = what_if.save({"change": "removed-line", "part": "CAR-1", "child": "AM-PACK"})
        what_if.ask(gone)
        assert self.reads(what_if) == 0
        what_if.ask(gone, "difference")
        assert self.reads(what_if) == 1


def test_a_scenario_leaves_nothing_behind_in_what_is_stated(what_if):
    """Neither the plain result nor the list of vehicles nor a declaration knows of it."""
    asked = {"known_at": now().isoformat()}
    before = what_if.chain.everything(AURORA, "CAR-1", **asked)
    what_if.ask(what_if.save(STEEL))
    assert what_if.chain.everything(AURORA, "CAR-1", **asked) == before
    assert b"cenario" not in before


def test_how_little_of_a_deeper_tier_is_known_is_withheld_with_its_coverage():
    own = {"code": "tier/coverage-low", "subject": {"type": "part"}}
    found = [own | {"tier": tier} for tier in (0, 1, 2, 3)]
    tiers = [{"tier": tier} for tier in (0, 1, 2, 3)]
    told = {"findings": found, "coverage": {"by_tier": tiers}}
    _withhold_what_shares_would_isolate(told)
    assert told == {"findings": found[:2], "coverage": {"by_tier": tiers[:2]}}
