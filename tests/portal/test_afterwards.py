"""After the signature: who had it, replacing, withdrawing with a reason, telling, and updates."""

import json

import pytest
from sqlalchemy import select

from hub.declarations.tables import Withdrawal
from hub.kit.tables import OutboxMessage
from tests.cast import AURORA, BEIFENG, FOXGLOVE
from tests.portal.browser import Browser
from tests.portal.markup import parse
from tierlight_schemas.build import Predecessor


@pytest.fixture
def declared(cars) -> str:
    return str(cars.declare(BEIFENG, "PACK-1", "900.50", mass_kg="300"))


@pytest.fixture
def beifeng(seat, declared) -> Browser:
    browser = seat(BEIFENG)
    browser.send("/language", language="en")
    return browser


@pytest.fixture
def aurora(seat, declared) -> Browser:
    return seat(AURORA)


def mails(world) -> list[tuple[str, str, str]]:
    rows = world.session.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at)).all()
    return [(row.recipient, row.template, json.loads(row.params)["link"]) for row in rows]


def form_to(browser: Browser, digest: str, act: str):
    page = browser.open(f"/declarations/{digest}/afterwards")
    return page.one("form", action=f"/declarations/{digest}/{act}")


class TestWithdrawing:
    def test_tells_the_chosen_ones_and_shows_the_reason_to_whoever_may_read(
        self, beifeng, aurora, cars, declared
    ):
        cars.grant(BEIFENG, AURORA)
        form = form_to(beifeng, declared, "withdrawal")
        boxes = [box["value"] for box in form.all("input", name="told")]
        assert boxes == [cars.id(AURORA)]
        sent = beifeng.submit(form, reason="meter 7 misread", told=boxes[0], confirmed="true")
        assert sent.status_code == 303
        assert mails(cars.world) == [("clerk@aurora.example", "declaration-withdrawn", "/updates")]
        [row] = aurora.open("/updates").one("tbody").all("tr")
        assert "meter 7 misread" in row.text
        assert "declare anew" in row.text

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"reason": "wrong"}, "Nobody has confirmed"),
            ({"reason": "  ", "confirmed": "true"}, ""),
            ({"reason": "x" * 1001, "confirmed": "true"}, ""),
        ],
    )
    def test_without_a_yes_or_a_reason_changes_nothing_and_loses_nothing(
        self, beifeng, cars, declared, fields, words
    ):
        cars.grant(BEIFENG, AURORA)
        answer = beifeng.submit(form_to(beifeng, declared, "withdrawal"), **fields)
        assert answer.status_code == 400
        assert words in answer.text
        assert parse(answer.text).one("input", name="reason").get("value") == fields["reason"]
        assert cars.world.session.scalars(select(Withdrawal)).all() == []
        assert mails(cars.world) == []

    def test_under_four_eyes_waits_and_tells_nobody(self, beifeng, cars, declared):
        cars.grant(BEIFENG, AURORA)
        cars.world.put(BEIFENG, "/v1/four-eyes", json={"on": True})
        form = form_to(beifeng, declared, "withdrawal")
        sent = beifeng.submit(form, reason="wrong", told=cars.id(AURORA), confirmed="true")
        assert sent.status_code == 303
        assert cars.world.session.scalars(select(Withdrawal)).all() == []
        assert mails(cars.world) == []

    def test_of_a_stranger_s_is_not_found(self, seat, beifeng, cars, declared):
        browser = seat(FOXGLOVE)
        token = browser.open("/consents").all("input", name="csrf_token")[0]["value"]
        browser.open(f"/declarations/{declared}/afterwards", status=404)
        for act in ("withdrawal", "notices"):
            fields = {"csrf_token": token, "reason": "x", "confirmed": "true"}
            sent = browser.send(f"/declarations/{declared}/{act}", **fields)
            assert sent.status_code == 404

    def test_by_a_customer_who_may_read_it_is_not_found(self, aurora, cars, declared):
        cars.grant(BEIFENG, AURORA)
        aurora.open(f"/declarations/{declared}/afterwards", status=404)


class TestTelling:
    def test_of_one_that_stands_is_refused(self, beifeng, cars, declared):
        token = beifeng.open("/").all("input", name="csrf_token")[0]["value"]
        sent = beifeng.send(f"/declarations/{declared}/notices", csrf_token=token)
        assert sent.status_code == 409
        assert mails(cars.world) == []

    def test_leads_who_may_no_longer_read_to_the_public_page(self, beifeng, aurora, cars, declared):
        grant = cars.grant(BEIFENG, AURORA)
        cars.world.get(AURORA, f"/v1/declarations/{declared}")
        cars.revoke(BEIFENG, grant)
        cars.declare(
            BEIFENG, "PACK-1", "800.50", mass_kg="300", supersedes=Predecessor(declared, None)
        )
        form = form_to(beifeng, declared, "notices")
        chosen = {"told": [cars.id(AURORA), cars.id(FOXGLOVE), "nobody"]}
        assert beifeng.submit(form, **chosen).status_code == 303
        assert mails(cars.world) == [
            ("clerk@aurora.example", "declaration-superseded", f"/verify/{declared}")
        ]
        assert "Beifeng" not in aurora.open("/updates").one("main").text


class TestUpdates:
    @pytest.mark.parametrize(
        ("value", "change", "asks"),
        [
            ("990.55", "10", True),
            ("810.45", "-10", True),
            ("990.00", "9.9", False),
            ("900.50", "0", False),
        ],
    )
    def test_ask_for_a_reissue_from_ten_percent_on(
        self, aurora, cars, declared, value, change, asks
    ):
        cars.grant(BEIFENG, AURORA)
        cars.declare(
            BEIFENG, "PACK-1", value, mass_kg="300", supersedes=Predecessor(declared, None)
        )
        [row] = aurora.open("/updates").one("tbody").all("tr")
        assert float(row.one("data")["value"]) == float(change)
        assert ("Declare AM-PACK" in row.text) is asks

    def test_show_nothing_that_is_not_granted(self, aurora, cars, declared):
        cars.declare(
            BEIFENG, "PACK-1", "1.50", mass_kg="300", supersedes=Predecessor(declared, None)
        )
        assert not aurora.open("/updates").all("tbody")
