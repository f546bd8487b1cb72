"""The chain of the disclosure tests."""

import pytest

from tests.hub.chain import Chain, car
from tests.hub.conftest import World


@pytest.fixture
def supply(world: World) -> Chain:
    """Companies without tables."""
    return Chain(world)


@pytest.fixture
def cars(supply: Chain) -> Chain:
    """Aurora's car; links confirmed, nothing granted."""
    return car(supply)
