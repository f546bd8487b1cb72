"""What came in when its key may have been in other hands counts, is found, is never verified."""

from datetime import timedelta
from decimal import Decimal

import pytest

from hub.footprints.engine.terms import CARBON, PLACE
from hub.footprints.portfolios import Portfolios
from hub.kit.clock import now
from tests.cast import AURORA, BEIFENG, CELLWERK, GUTACHTEN
from tests.hub.chain import Chain, car
from tests.hub.footprints.engine.agreement import compare
from tests.hub.footprints.test_portfolios import latest
from tests.hub.footprints.test_verified import kinds, revoke, verify
from tierlight_schemas.rollup.model import Known

CODE = "trust/key-revoked"
TODAY = now().date()


@pytest.fixture
def chain(world) -> Chain:
    return car(Chain(world))


@pytest.fixture
def pack(chain) -> str:
    """Beifeng's declared pack, which Aurora buys and may see."""
    found = chain.declare(BEIFENG, "PACK-1", "900", mass_kg="300")
    chain.grant(BEIFENG, AURORA)
    chain.grant(BEIFENG, GUTACHTEN)
    return found


def steal(chain, actor, since) -> None:
    """The actor learns that its key has been in other hands."""
    body = {"compromised_since": since.isoformat()}
    answer = chain.world.post(actor, f"/v1/keys/{actor.kid}/revocation", json=body)
    assert answer.status_code == 200, answer.text


def flags(chain, reader=AURORA, number="CAR-1", **asked):
    found = chain.get(reader, number, "findings", **asked)
    return [flag for flag in found if flag["code"] == CODE]


class TestADeclarationInDoubt:
    def test_still_counts_and_is_found_by_buyer_and_owner(self, chain, pack):
        before = chain.get(AURORA, "CAR-1")
        assert flags(chain) == []
        steal(chain, BEIFENG, now() - timedelta(days=1))
        after = chain.get(AURORA, "CAR-1")
        assert after["total"] == before["total"]
        assert after["kinds"]["declared"] == before["kinds"]["declared"]
        for reader, number in ((AURORA, "CAR-1"), (BEIFENG, "PACK-1")):
            (flag,) = flags(chain, reader, number)
            assert (flag["severity"], flag["subject"]["digest"]) == ("warning", pack)
            assert flag["evidence"]["received"] == TODAY.isoformat()
        vehicles = chain.world.get(AURORA, "/v1/vehicles").json()
        told = {row["part"]["number"]: row["findings"]["warning"] for row in vehicles}
        assert told["CAR-1"] == [f["severity"] for f in after["findings"]].count("warning")
        assert CODE in {flag["code"] for flag in after["findings"]}

    def test_is_no_more_verified(self, chain, pack):
        verify(chain, BEIFENG, pack)
        assert "verified" in kinds(chain)
        between = now()
        steal(chain, BEIFENG, now() - timedelta(days=1))
        told = chain.get(AURORA, "CAR-1")
        assert Decimal(told["kinds"]["verified"]["value"]) == 0
        (badge,) = told["verifications"]
        assert (badge["counts"], badge["doubts"]) == (False, ["declaration"])
        assert len(flags(chain)) == 1
        assert "verified" in kinds(chain, known_at=between.isoformat())
        assert flags(chain, known_at=between.isoformat()) == []

    def test_is_not_one_that_came_in_before(self, chain, pack):
        verify(chain, BEIFENG, pack)
        steal(chain, BEIFENG, now())
        assert flags(chain) == []
        assert "verified" in kinds(chain)

    def test_begins_at_the_very_moment(self, chain, pack):
        row = chain.world.get(BEIFENG, f"/v1/declarations/{pack}").json()
        since = row["received_at"]
        body = {"compromised_since": since}
        path = f"/v1/keys/{BEIFENG.kid}/revocation"
        assert chain.world.post(BEIFENG, path, json=body).status_code == 200
        assert len(flags(chain)) == 1

    def test_is_one_of_the_own_making_too(self, chain, pack):
        steal(chain, AURORA, now() - timedelta(days=1))
        numbers = {flag["subject"]["part"] for flag in flags(chain)}
        assert numbers == {"CAR-1", "AM-STEEL"}

    def test_is_told_from_deeper_tiers_without_a_name(self, chain):
        chain.declare(CELLWERK, "CELL-1", "10", mass_kg="5")
        chain.grant(CELLWERK, BEIFENG, aggregate=True)
        chain.grant(BEIFENG, AURORA, aggregate=True)
        steal(chain, CELLWERK, now() - timedelta(days=1))
        (flag,) = flags(chain)
        assert flag["tier"] == 2
        assert "CELL-1" not in str(flag)
        assert "Secret-cell" not in str(flag)
        (seen,) = flags(chain, BEIFENG, "PACK-1")
        assert seen["tier"] == 1


class TestTheArrays:
    def test_count_it_as_declared_and_never_as_verified(self, chain, pack, database):
        at_hand = Portfolios(database)

        def known(kind):
            found = latest(chain, at_hand, AURORA)
            place = found.accounts.terms.width + CARBON + PLACE[kind]
            row = found.accounts.places[found.snapshot.row[chain.part(AURORA, "CAR-1")]]
            return float(found.accounts.weighed[row, place])

        verify(chain, BEIFENG, pack)
        assert known(Known.VERIFIED) == 900
        declared = known(Known.DECLARED)
        steal(chain, BEIFENG, now() - timedelta(days=1))
        assert known(Known.VERIFIED) == 0
        assert known(Known.DECLARED) == declared + 900
        for actor in (AURORA, BEIFENG):
            assert compare(chain.world.session, chain.id(actor), TODAY) > 0


class TestAVerifierWithoutAConsent:
    def test_still_sees_and_takes_back_its_own_statement(self, chain):
        pack = chain.declare(BEIFENG, "PACK-1", "900", mass_kg="300")
        chain.grant(BEIFENG, AURORA)
        grant = chain.grant(BEIFENG, GUTACHTEN)
        statement = verify(chain, BEIFENG, pack)
        chain.revoke(BEIFENG, grant)
        (mine,) = chain.world.get(GUTACHTEN, "/v1/verifications").json()["items"]
        assert (mine["digest"], mine["counts"]) == (statement, True)
        one = f"/v1/verifications/{statement}"
        for path in (one, f"{one}/jws", f"{one}/receipt"):
            assert chain.world.get(GUTACHTEN, path).status_code == 200
        assert "verified" in kinds(chain)
        revoke(chain, statement)
        assert "verified" not in kinds(chain)
