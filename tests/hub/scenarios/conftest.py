"""Aurora's car, and scenarios over it."""

from typing import Any

import pytest

from hub.kit.clock import now
from tests.cast import AURORA, BEIFENG, Actor
from tests.hub.chain import Chain, car
from tests.hub.conftest import World

STEEL = {"change": "value", "part": "AM-STEEL", "value": "1.5", "unit": "kg"}


class WhatIf:
    """Saves scenarios and asks for what they give."""

    def __init__(self, chain: Chain) -> None:
        self.chain, self.world = chain, chain.world

    def save(self, *changes: Any, name: str = "S", actor: Actor = AURORA, **more: Any) -> str:
        """The id of a new scenario."""
        sent = {"name": name, "changes": changes} | more
        answer = self.world.post(actor, "/v1/scenarios", json=sent)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def ask(self, scenario: str, view: str = "footprint", part: str = "CAR-1", **asked: Any) -> Any:
        """A view of Aurora's part under a scenario, as JSON."""
        asked = {"part_id": self.chain.part(AURORA, part)} | asked
        answer = self.world.get(AURORA, f"/v1/scenarios/{scenario}/{view}", params=asked)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def total(self, *changes: Any, **asked: Any) -> str | None:
        """kgCO2e of the car under these changes."""
        name = f"S {now().isoformat()}"
        found: str | None = self.ask(self.save(*changes, name=name), **asked)["total"][
            "excluding_uptake"
        ]
        return found


@pytest.fixture
def supply(world: World) -> Chain:
    """Companies without tables."""
    return Chain(world)


@pytest.fixture
def what_if(supply: Chain) -> WhatIf:
    """2200 kgCO2e known of Aurora's car, and a pack of Beifeng's at 900: 3100."""
    chain = car(supply)
    chain.declare(BEIFENG, "PACK-1", "900", mass_kg="300", fossil_ghg_emissions="800")
    chain.grant(BEIFENG, AURORA)
    chain.tables(
        AURORA,
        parts="""
            number name kind base_unit category
            AM-ALU Recycled-aluminium material kilogram alu-part
            AM-POWER Power energy kWh grid""",
        factors="""
            category unit value source year
            alu-part kg 6 Handbook 2020
            grid kWh 0.6 Handbook 2020""",
    )
    return WhatIf(chain)
