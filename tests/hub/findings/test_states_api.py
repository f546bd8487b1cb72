"""What people say of findings, over HTTP: states, disputes, histories, and who learns what."""

from typing import Any

import pytest

from tests.cast import AURORA, BEIFENG, CELLWERK, FOXGLOVE, Actor
from tests.hub.chain import Chain, car
from tests.hub.conftest import World, operator_headers


@pytest.fixture
def chain(world: World) -> Chain:
    return car(Chain(world))


def listed(chain: Chain, actor: Actor, **asked: Any) -> list[dict[str, Any]]:
    answer = chain.world.get(actor, "/v1/findings", params=asked)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def the(chain: Chain, actor: Actor, code: str, part: str) -> dict[str, Any]:
    (item,) = listed(chain, actor, code=code, part=part)
    return item


def say(chain: Chain, actor: Actor, item: dict[str, Any], act: str, **body: Any) -> Any:
    body = body or {"reason": "because"}
    return chain.world.post(actor, f"/v1/findings/{item['key']}/{act}", json=body)


STEEL = "lei:CELLWERK000000000003"
MORE = """
    parent child quantity unit
    PACK-1 BP-CELL 40 piece
    PACK-1 BP-CASE 120 kg
    PACK-1 BP-POWER 50 kWh"""
FOR_EACH = """
    parent child quantity unit
    PACK-1 BP-CASE 100 kg
    PACK-1 BP-CELL 40 piece
    PACK-1 BP-POWER 50 kWh"""


class TestAcknowledging:
    def test_holds_while_the_numbers_are_the_same(self, chain):
        item = the(chain, BEIFENG, "tier/missing", "BP-CASE")
        assert item["state"] == "open"
        answer = say(chain, BEIFENG, item, "acknowledge", reason="ordered from Stahlwerk Süd")
        assert answer.status_code == 200, answer.text
        assert answer.json()["state"] == "acknowledged"
        chain.tables(BEIFENG, bom=FOR_EACH)  # another order of the same lines
        again = the(chain, BEIFENG, "tier/missing", "BP-CASE")
        assert (again["key"], again["state"]) == (item["key"], "acknowledged")
        assert again["said"]["words"] == "ordered from Stahlwerk Süd"
        chain.tables(BEIFENG, bom=MORE)
        grown = the(chain, BEIFENG, "tier/missing", "BP-CASE")
        assert (grown["key"], grown["state"]) == (item["key"], "open")
        assert grown["numbers_changed"] is True
        assert grown["evidence"]["quantity"] == "120"
