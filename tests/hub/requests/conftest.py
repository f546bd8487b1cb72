"""Aurora buys AM-PACK from Beifeng as PACK-1, Beifeng buys BP-CELL from Cellwerk as CELL-1."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from hub.kit.clock import now
from tests.cast import AURORA, BEIFENG, Actor
from tests.hub.conftest import World

PURPOSE = "Vehicle footprint of the model year 2027"


def in_days(days: int) -> str:
    """A day from today, as a body says it."""
    return (now().date() + timedelta(days)).isoformat()


@dataclass
class Asking:
    """The chain, and requests between its companies over HTTP."""

    world: World

    def sends(self, asker: Actor = AURORA, *lines: dict[str, Any], **said: Any) -> dict[str, Any]:
        """The answer to a set; by default for AM-PACK, due in 40 days."""
        body: dict[str, Any] = {"reference": "S-1", "title": "First round", "purpose": PURPOSE}
        body |= {"due": in_days(40), "lines": [*lines] or [{"part": "AM-PACK"}]}
        answer = self.world.post(asker, "/v1/requests", json=body | said)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def sent(self, asker: Actor = AURORA, *lines: dict[str, Any], **said: Any) -> str:
        """The id of a new request."""
        line = self.sends(asker, *lines, **said)["lines"][0]
        assert line["outcome"] == "sent", line
        return str(line["request"])

    def act(self, actor: Actor, request_id: str, act: str, **said: Any) -> Any:
        """What the hub answers to an act."""
        return self.world.post(actor, f"/v1/requests/{request_id}/{act}", json=said)

    def does(self, actor: Actor, request_id: str, act: str, **said: Any) -> dict[str, Any]:
        """An act that has to succeed; the request as the actor then reads it."""
        answer = self.act(actor, request_id, act, **said)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def reads(self, actor: Actor, request_id: str) -> dict[str, Any]:
        """The request as one of its companies reads it."""
        answer = self.world.get(actor, f"/v1/requests/{request_id}")
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def box(self, actor: Actor, box: str = "in", **filters: Any) -> list[dict[str, Any]]:
        """A company's inbox, or what it has sent."""
        answer = self.world.get(actor, "/v1/requests", params={"box": box, **filters})
        assert answer.status_code == 200, answer.text
        told: list[dict[str, Any]] = answer.json()["items"]
        return told

    def declared(self, actor: Actor = BEIFENG, number: str = "PACK-1", **cells: Any) -> str:
        """A declaration that is valid today."""
        return self.world.declared(actor, number, **cells)


@pytest.fixture
def asking(chain: World) -> Asking:
    """Nobody has asked for anything yet."""
    return Asking(chain)
