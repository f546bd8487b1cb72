"""The cast in front of their screens."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from hub.access.roles import GIVEN_BY_ADMINS
from hub.access.usecases import add_person
from tests.cast import AURORA, BEIFENG, Actor
from tests.hub.chain import Chain, car
from tests.hub.conftest import World, members, world
from tests.portal.browser import Browser

__all__ = ["members", "world"]

PASSWORD = "a long enough sentence"

Seat = Callable[[Actor], Browser]


def email_of(actor: Actor) -> str:
    """The address of the actor's clerk."""
    return f"clerk@{actor.name.split()[0].lower()}.example"


def employ(world: World, actor: Actor) -> None:
    """A clerk for the actor's company; Beifeng's reads Chinese, the others English."""
    add_person(
        world.session,
        world.members[actor].company_id,
        email_of(actor),
        f"Clerk of {actor.name}",
        sorted(GIVEN_BY_ADMINS),
        "zh-CN" if actor is BEIFENG else "en",
        PASSWORD,
    )
    world.session.commit()


@pytest.fixture
def clerk(world: World) -> World:
    """Aurora's clerk has an account."""
    employ(world, AURORA)
    return world


@pytest.fixture
def cars(world: World) -> Chain:
    """Aurora's car; links confirmed, nothing granted."""
    return car(Chain(world))


@pytest.fixture
def known_cars(cars: Chain) -> Chain:
    """Aurora's car, with the pack declared and shown to Aurora: everything but the legs known."""
    cars.declare(BEIFENG, "PACK-1", "900.50", mass_kg="300")
    cars.grant(BEIFENG, AURORA, level=2)
    return cars


@pytest.fixture
def seat(app: FastAPI, world: World) -> Seat:
    """Signed-in browsers, each for an actor's clerk, who gets an account with it."""

    def sit(actor: Actor) -> Browser:
        employ(world, actor)
        client = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
        browser = Browser(client)
        answer = browser.sign_in(email_of(actor), PASSWORD)
        assert answer.status_code == 303, answer.text
        return browser

    return sit


@pytest.fixture
def enter(app: FastAPI, world: World) -> Callable[..., Browser]:
    """A browser in which a new person with these roles is signed in."""

    def open_for(actor: Actor, name: str, *roles: str) -> Browser:
        email = f"{name.lower()}@{actor.name.split()[0].lower()}.example"
        company_id = world.members[actor].company_id
        add_person(world.session, company_id, email, name, roles, "en", PASSWORD)
        world.session.commit()
        client = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
        browser = Browser(client)
        assert browser.sign_in(email, PASSWORD).status_code == 303
        return browser

    return open_for


@pytest.fixture
def stranger(app: FastAPI, world: World) -> Browser:
    """A browser in which nobody is signed in."""
    return Browser(TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False))
