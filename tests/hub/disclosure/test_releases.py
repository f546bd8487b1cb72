"""Sums that hold others' values: rounded, held, withheld; under the rules of a hub in use."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.disclosure.footprint import Question
from hub.footprints.leaving import erase
from hub.footprints.release_rules import STANDARD, ReleasePolicy
from hub.footprints.tables import ValueRelease
from hub.footprints.usecases import roll_up
from hub.kit.database import Database
from hub.main import create_app
from tests.cast import AURORA, BEIFENG, CAST, CELLWERK, DONGHAI, ETERNAL, FOXGLOVE
from tests.conftest import settings_for
from tests.hub.chain import Chain
from tests.hub.conftest import World, enrol
from tierlight_schemas.statement import network_annex, recompute

OWN = Decimal(400)
"""What the car emits that is Aurora's own."""


@pytest.fixture
def release_policy() -> ReleasePolicy:
    return STANDARD


TIER_2 = (CELLWERK, DONGHAI, ETERNAL)


@pytest.fixture
def pack(supply: Chain) -> Chain:
    return with_pack(supply)


def with_pack(supply: Chain) -> Chain:
    """Beifeng's pack of three suppliers' parts and a case and power of its own, in Aurora's car."""
    for actor in TIER_2:
        supply.tables(
            actor,
            parts="""
                number name base_unit net_mass_kg
                P-1 Secret piece 5""",
        )
    supply.tables(
        BEIFENG,
        parts="""
            number name kind base_unit net_mass_kg
            PACK-1 Pack assembly piece 300
            BP-C Cell assembly piece 5
            BP-D Cathode assembly piece 5
            BP-E Silence assembly piece 5
            BP-CASE Case material kilogram .
            BP-POWER Power energy kWh .""",
        bom="""
            parent child quantity unit
            PACK-1 BP-C 40 piece
            PACK-1 BP-D 10 piece
            PACK-1 BP-E 5 piece
            PACK-1 BP-CASE 100 kg
            PACK-1 BP-POWER 50 kWh""",
        sourcing="""
            part supplier supplier_part share delivery_term
            BP-C lei:CELLWERK000000000003 P-1 1 DAP
            BP-D uscc:91DONGHAI000000004 P-1 1 DAP
            BP-E uscc:91ETERNAL000000005 P-1 1 DAP""",
    )
    supply.tables(
        AURORA,
        parts="""
            number name kind base_unit net_mass_kg category
            CAR-1 Car assembly piece 1200 bev-passenger-car
            AM-PACK Bought-pack assembly piece 300 nmc-pack""",
        bom="""
            parent child quantity unit
            CAR-1 AM-PACK 1 piece""",
        sourcing="""
            part supplier supplier_part share delivery_term
            AM-PACK uscc:91BEIFENG000000002 PACK-1 1 DAP""",
    )
    supply.process(AURORA, "CAR-1", str(OWN))
    supply.declare(BEIFENG, "BP-CASE", "3.1", declared_unit="kg", mass_kg="1")
    supply.declare(BEIFENG, "BP-POWER", "0.7", declared_unit="kWh", mass_kg="")
    for actor in (BEIFENG, *TIER_2):
        supply.confirm(actor)
    supply.grant(BEIFENG, AURORA, aggregate=True)
    for actor in TIER_2:
        supply.grant(actor, BEIFENG, aggregate=True)
    return supply


def declare(chain: Chain, *values: str) -> None:
    for actor, value in zip(TIER_2, values, strict=True):
        chain.declare(actor, "P-1", value, mass_kg="5")


def pack_of(chain: Chain, **asked: str) -> Decimal | None:
    """What Aurora learns of the pack, by taking its own off."""
    total = chain.total(AURORA, "CAR-1", **asked)
    return None if total is None else Decimal(total) - OWN


def test_the_sum_is_told_with_three_digits(pack):
    declare(pack, "12.3457", "31.7", "41.11")
    # 40 × 12.3457 + 10 × 31.7 + 5 × 41.11 + 310 + 35 = 1361.378
    assert pack_of(pack) == 1360


def test_a_sum_is_replaced_when_three_values_have_changed(pack):
    declare(pack, "12.3457", "31.7", "41.11")
    first = pack_of(pack)
    pack.declare(CELLWERK, "P-1", "14", mass_kg="5")
    assert pack_of(pack) == first
    pack.declare(DONGHAI, "P-1", "36", mass_kg="5")
    assert pack_of(pack) == first
    pack.declare(ETERNAL, "P-1", "48", mass_kg="5")
    assert pack_of(pack) == 1500  # 560 + 360 + 240 + 345 = 1505


def test_no_date_brings_a_sum_that_differs_in_one_value(pack):
    """Today's and yesterday's knowledge, asked for afterwards and in any order."""
    declare(pack, "12.3457", "31.7", "41.11")
    instants = [moment(pack)]
    for actor, value in ((CELLWERK, "14"), (DONGHAI, "36"), (ETERNAL, "48")):
        pack.declare(actor, "P-1", value, mass_kg="5")
        instants.append(moment(pack))
    totals = [pack_of(pack, known_at=at) for at in (instants[3], *instants)]
    assert totals == [1500, 1360, 1360, 1500, 1500]


def moment(chain: Chain) -> str:
    return chain.get(AURORA, "CAR-1")["known_at"]


def test_what_was_told_is_withheld_when_a_consent_inside_it_ends(pack):
    declare(pack, "12.3457", "31.7", "41.11")
    assert pack_of(pack) == 1360
    (granted,) = pack.world.get(CELLWERK, "/v1/grants").json()["items"]
    pack.revoke(CELLWERK, granted["id"])
    answer = pack.get(AURORA, "CAR-1")
    assert Decimal(answer["total"]["excluding_uptake"]) == OWN
    assert "tier/withheld" in {finding["code"] for finding in answer["findings"]}


def test_the_supplier_s_own_declaration_is_told_at_once_and_in_full(pack):
    declare(pack, "12.3457", "31.7", "41.11")
    pack_of(pack)
    pack.declare(BEIFENG, "PACK-1", "1361.378", mass_kg="300")
    assert pack_of(pack) == Decimal("1361.378")
    pack.declare(BEIFENG, "PACK-1", "1361.379", mass_kg="300")
    assert pack_of(pack) == Decimal("1361.379")


def test_the_owner_itself_sees_its_suppliers_declarations_in_full(pack):
    declare(pack, "12.3457", "31.7", "41.11")
    assert pack.total(BEIFENG, "PACK-1") == "1361.378"
    pack.declare(CELLWERK, "P-1", "12.3458", mass_kg="5")
    assert pack.total(BEIFENG, "PACK-1") == "1361.382"


@pytest.mark.parametrize(
    ("why", "values"),
    [
        ("one outweighs all others", ("1200", "31.7", "41.11")),
        ("two known to each other leave nothing between them", ("90", "340", "1")),
    ],
)
def test_a_sum_in_which_one_value_dominates_is_withheld(pack, why, values):
    declare(pack, *values)
    answer = pack.get(AURORA, "CAR-1")
    assert Decimal(answer["total"]["excluding_uptake"]) == OWN, why
    (found,) = (f for f in answer["findings"] if f["code"] == "tier/withheld")
    assert found["subject"]["supplier_part"] == "PACK-1"
    assert answer["coverage"]["mass"] == "0"


def test_the_page_says_of_when_the_sum_is_and_not_whose_data_waits(pack):
    declare(pack, "12.3457", "31.7", "41.11")
    (told,) = pack.get(AURORA, "CAR-1")["releases"]
    assert (told["part"], told["waits"], told["policy"]) == ("PACK-1", False, STANDARD.id)
    pack.declare(CELLWERK, "P-1", "14", mass_kg="5")
    (waits,) = pack.get(AURORA, "CAR-1")["releases"]
    assert waits["waits"] is True
    assert waits["released_at"] == told["released_at"]
    assert b"Cellwerk" not in pack.everything(AURORA, "CAR-1")


def test_every_view_tells_the_same_sum(pack):
    """Of the exact 1361.378 no digit beyond the third stands anywhere."""
    declare(pack, "12.3457", "31.7", "41.11")
    answer = pack.everything(AURORA, "CAR-1")
    assert answer.count(b'"1760"') >= 3
    for digits in ("1361", "1761", "493.8", "205.5", "317", "310", "35"):
        amount = rb'"%s(\.[0-9]+)?"' % digits.encode().replace(b".", rb"\.")
        assert re.search(amount, answer) is None, digits


def test_the_portfolio_and_the_roll_up_agree(pack):
    declare(pack, "12.3457", "31.7", "41.11")
    (row,) = pack.world.get(AURORA, "/v1/portfolio/vehicles").json()
    assert row["excluding_uptake"] == pack.total(AURORA, "CAR-1") == "1760"


def test_a_part_is_told_only_so_often_in_a_day(pack, monkeypatch, session):
    declare(pack, "12.3457", "31.7", "41.11")
    part = pack.part(AURORA, "CAR-1")
    pack.tables(
        AURORA,
        parts="""
            number name kind base_unit
            CAR-2 Car assembly piece""",
    )
    monkeypatch.setattr(
        "hub.disclosure.reader.release_policy", lambda _: replace(STANDARD, reads_a_day=2)
    )
    for _ in range(2):
        assert pack.world.get(AURORA, f"/v1/parts/{part}/tree").status_code == 200
    refused = pack.world.get(AURORA, f"/v1/parts/{part}/footprint")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 86_400
    assert "total" in pack.get(AURORA, "CAR-2")  # nothing of Beifeng's is inside
    assert (
        pack.world.get(BEIFENG, f"/v1/parts/{pack.part(BEIFENG, 'PACK-1')}/tree").status_code == 200
    )


def test_a_statement_carries_the_release_and_is_computed_again(pack):
    declare(pack, "12.3457", "31.7", "41.11")
    asked = Question.now()
    part = pack.part(AURORA, "CAR-1")
    rollup = roll_up(
        pack.world.session, pack.id(AURORA), [part], asked.as_of, asked.known_at, asked.basis
    )
    annex = network_annex(rollup.solution, part)
    computed = recompute(annex, rollup.solution.policy)
    assert computed.result["total"]["excludingUptake"] == "1760"
    (release,) = (entry for entry in computed.inputs if entry.startswith("released "))
    assert len(release) == len("released ") + 64
    assert b"1361" not in annex


def test_what_waits_moves_neither_the_difference_nor_the_list_of_inputs(pack):
    declare(pack, "12.3457", "31.7", "41.11")
    before = pack.get(AURORA, "CAR-1")
    pack.declare(CELLWERK, "P-1", "14", mass_kg="5")
    after = pack.get(AURORA, "CAR-1")
    assert after["input_digest"] == before["input_digest"]
    told = pack.get(
        AURORA, "CAR-1", "difference", from_known_at=before["known_at"], from_as_of=before["as_of"]
    )
    assert told["change"] == "0"
    assert [step["movers"] for step in told["steps"]] == [[]] * 5


def test_an_interval_is_one_of_the_release(pack):
    declare(pack, "12.3457", "31.7", "41.11")
    told = pack.get(AURORA, "CAR-1", "uncertainty", default_gsd="1.5", samples=200)
    assert told["columns"]["excluding_uptake"]["value"] == "1760"
    assert told["spread"]["fixed"] == "0"


def test_a_refinement_by_one_supplier_s_value_is_not_told(pack):
    """Basis `deep`: what the cells are now, less what Beifeng counted, would be Cellwerk's."""
    cell = pack.declare(CELLWERK, "P-1", "12.3457", mass_kg="5")
    used = {
        "name": "cell",
        "declaration": cell,
        "unit": "piece",
        "valueUsed": "12",
        "quantity": "40",
    }
    pack.compose(BEIFENG, "PACK-1", "1500", [used], mass_kg="300")
    assert pack_of(pack) == pack_of(pack, basis="deep") == 1500


def test_a_refinement_by_many_is_told_rounded(pack):
    declare(pack, "12.3457", "31.7", "41.11")
    digests = [
        pack.world.get(actor, "/v1/declarations").json()["items"][0]["digest"] for actor in TIER_2
    ]
    counted = (("40", "11"), ("10", "29"), ("5", "38"))
    used = [
        {"name": "x", "declaration": d, "unit": "piece", "quantity": q, "valueUsed": v}
        for d, (q, v) in zip(digests, counted, strict=True)
    ]
    pack.compose(BEIFENG, "PACK-1", "1500", used, mass_kg="300")
    # 40 × 1.3457 + 10 × 2.7 + 5 × 3.11 = 96.378
    assert pack_of(pack) == 1500
    assert pack_of(pack, basis="deep") == 1600


def test_a_what_if_shows_the_release_and_nothing_new(pack):
    """Aurora may change its own books only: half the packs cost half the release."""
    declare(pack, "12.3457", "31.7", "41.11")
    change = {"change": "line", "part": "CAR-1", "child": "AM-PACK", "quantity": "0.5"}
    body = {"name": "half", "changes": [change]}
    made = pack.world.post(AURORA, "/v1/scenarios", json=body)
    assert made.status_code == 201, made.text
    part = pack.part(AURORA, "CAR-1")
    path = f"/v1/scenarios/{made.json()['id']}/footprint"
    answer = pack.world.get(AURORA, path, params={"part_id": part})
    assert answer.status_code == 200, answer.text
    assert answer.json()["total"]["excluding_uptake"] == "1080"


@pytest.mark.parametrize("number", ["BP-C", "PACK-1", "P-1"])
def test_a_what_if_cannot_speak_of_another_s_part(pack, number):
    declare(pack, "12.3457", "31.7", "41.11")
    change = {"change": "value", "part": number, "value": "0", "unit": "piece"}
    made = pack.world.post(AURORA, "/v1/scenarios", json={"name": "zero", "changes": [change]})
    assert made.status_code == 400
    assert "part-unknown" in made.text


def test_two_readers_get_one_release(pack):
    """Foxglove begins to buy after Cellwerk has changed: it gets what Aurora has."""
    declare(pack, "12.3457", "31.7", "41.11")
    first = pack_of(pack)
    pack.declare(CELLWERK, "P-1", "14", mass_kg="5")
    pack.tables(
        FOXGLOVE,
        parts="""
            number name kind base_unit
            F-PACK Pack assembly piece""",
        sourcing="""
            part supplier supplier_part share delivery_term
            F-PACK uscc:91BEIFENG000000002 PACK-1 1 DAP""",
    )
    pack.confirm(BEIFENG)
    pack.grant(BEIFENG, FOXGLOVE, aggregate=True)
    assert pack.total(FOXGLOVE, "F-PACK") == str(first)


def test_who_may_see_all_that_is_inside_is_told_the_sum_in_full(pack):
    declare(pack, "1200", "31.7", "41.11")
    assert pack_of(pack) == 0  # withheld: Cellwerk dominates
    for actor in TIER_2[:2]:
        pack.grant(actor, AURORA)
    assert pack_of(pack) == 0
    last = pack.grant(ETERNAL, AURORA)
    assert pack_of(pack) == Decimal("48867.55")
    pack.revoke(ETERNAL, last)
    assert pack_of(pack) == 0


def test_who_is_erased_leaves_no_value_in_what_was_told(pack, session):
    declare(pack, "12.3457", "31.7", "41.11")
    assert pack_of(pack) == 1360
    gone = f"company {pack.id(CELLWERK)}"
    assert values_kept(session)[gone] == "493.828"
    erase(session, pack.id(CELLWERK))
    left = values_kept(session)
    assert left.pop(gone) == "0"
    assert "0" not in left.values()
    erase(session, pack.id(BEIFENG))
    assert session.scalars(select(ValueRelease)).all() == []


def values_kept(session: Session) -> dict[str, str]:
    """What each contributor adds to the one release."""
    held = json.loads(session.scalars(select(ValueRelease)).one().body)
    return {key: value for key, (value, _, _) in held["contributors"].items()}


VIEWS = ("/v1/parts/{}/footprint", "/v1/parts/{}/tree", "/v1/portfolio/vehicles", "/v1/vehicles")


@pytest.fixture
def committed(own_database: Database, own_url: str) -> Iterator[Chain]:
    """The pack at a hub whose reads cannot write: what they leave is committed by another."""
    app = create_app(settings_for(own_url), own_database)
    with own_database.write() as session, TestClient(app, base_url="http://127.0.0.1") as client:
        members = {actor: enrol(session, actor) for actor in CAST}
        session.commit()
        yield with_pack(Chain(World(members, client, session)))


def path_of(chain: Chain, view: str) -> str:
    """The path of a view; the session that found the part holds no lock while it is asked for."""
    path = view.format(chain.part(AURORA, "CAR-1"))
    chain.world.session.commit()
    return path


def kept(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(ValueRelease)) or 0


@pytest.mark.parametrize("view", VIEWS)
def test_what_a_read_releases_is_kept_before_it_is_told(committed, own_database, view):
    declare(committed, "12.3457", "31.7", "41.11")
    path = path_of(committed, view)
    assert committed.world.get(AURORA, path).status_code == 200
    assert kept(own_database) == 1
    committed.declare(CELLWERK, "P-1", "14", mass_kg="5")
    for other in VIEWS:
        path = path_of(committed, other)
        answer = committed.world.get(AURORA, path)
        assert b'"1760"' in answer.content, other
    assert kept(own_database) == 1


@pytest.mark.parametrize("view", VIEWS)
def test_a_consent_that_ends_ends_kept_answers_and_portfolios_at_hand(committed, view):
    declare(committed, "12.3457", "31.7", "41.11")
    path = path_of(committed, view)
    for _ in range(3):  # computed, kept, and told again
        first = committed.world.get(AURORA, path)
        assert b'"1760"' in first.content
    (granted,) = committed.world.get(CELLWERK, "/v1/grants").json()["items"]
    committed.revoke(CELLWERK, granted["id"])
    named = {"If-None-Match": first.headers.get("ETag", "")}
    headers = committed.world.members[AURORA].headers | named
    answer = committed.world.client.get(path, headers=headers)
    assert answer.status_code == 200
    assert b"1760" not in answer.content
    assert b"1360" not in answer.content


@pytest.mark.parametrize(
    "view",
    [
        "/v1/parts/{}/findings",
        "/v1/parts/{}/contributors?by=supplier",
        "/v1/parts/{}/quantities",
        "/v1/parts/{}/uncertainty?samples=100",
        "/v1/portfolio/suppliers",
        "/v1/portfolio/gaps",
    ],
)
def test_whatever_is_read_first_leaves_the_release(committed, own_database, view):
    declare(committed, "12.3457", "31.7", "41.11")
    answer = committed.world.get(AURORA, path_of(committed, view))
    assert answer.status_code == 200, answer.text
    assert kept(own_database) == 1


def test_two_first_reads_at_once_make_one_release(committed, own_database):
    declare(committed, "12.3457", "31.7", "41.11")
    path = path_of(committed, VIEWS[0])
    asked = [path] * 6
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda one: committed.world.get(AURORA, one), asked))
    codes = {answer.status_code for answer in answers}
    assert codes <= {200, 409}
    assert 200 in codes
    for answer in answers:
        if answer.status_code == 409:
            assert answer.json()["code"] == "hub/at-once"
    assert kept(own_database) == 1
