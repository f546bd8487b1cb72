"""Reading and signing: the check list, reasons, the yes, the sentence in two languages."""

import json

import pytest
from sqlalchemy import func, select

from hub.declarations.tables import DeclarationRow, PreparedDeclaration
from tests.cast import AURORA
from tests.hub.conftest import World
from tests.portal.browser import Browser
from tests.portal.markup import Element
from tests.portal.signing import STEEL, declare, hand_in, payload_of
from tierlight_schemas.envelope import digest

DOUBTFUL = STEEL | {"kgco2e": "11840", "primary_data_share": "62"}
"""A value that the checks warn of for a battery cell."""
REASON = "刚投产，产量很小"


@pytest.fixture
def aurora(seat, cars) -> Browser:
    return seat(AURORA)


@pytest.fixture
def steel(cars) -> str:
    return str(cars.part(AURORA, "AM-STEEL"))


def form_to(page: Element, act: str) -> Element:
    return next(form for form in page.all("form") if form["action"].endswith(f"/{act}"))


def acts(page: Element) -> set[str]:
    return {form["action"].rpartition("/")[2] for form in page.all("form")}


def is_declared(world: World, payload: bytes) -> bool:
    return world.session.get(DeclarationRow, digest(payload)) is not None


class TestWarnings:
    @pytest.fixture(autouse=True)
    def cells(self, cars):
        cars.tables(AURORA, parts="number base_unit category\nAM-STEEL kg battery-cell")

    def test_close_the_signature_until_each_has_a_reason(self, aurora, steel, world):
        prepared = declare(aurora, steel, **DOUBTFUL)
        page = aurora.open(f"/prepared/{prepared}")
        assert {"signature", "upload"} & acts(page) == set()
        assert (
            "One warning has no reason yet." in page.one("section", aria_labelledby="checks").text
        )
        token = page.all("input", name="csrf_token")[0]["value"]
        body = aurora.fetch(f"/prepared/{prepared}/payload").content
        sent = aurora.send(
            f"/prepared/{prepared}/signature",
            csrf_token=token,
            jws=AURORA.sign(body),
            confirmed="true",
        )
        assert sent.status_code == 409
        assert "1 warning has no reason yet." in sent.text
        assert not is_declared(world, body)

    def test_are_answered_without_javascript_and_the_reason_is_signed(self, aurora, steel):
        page = aurora.open(f"/prepared/{declare(aurora, steel, **DOUBTFUL)}")
        answer = aurora.submit(form_to(page, "reasons"), **{"reason-0": REASON})
        again = aurora.open(answer.headers["location"])
        assert {"signature", "upload"} <= acts(again)
        assert "The one warning has a reason" in again.text
        payload = payload_of(aurora, again)
        assert hand_in(aurora, again, AURORA.sign(payload)).status_code == 303
        said = json.loads(payload)["credentialSubject"]["acknowledged"]
        assert [(one["code"], one["reason"]) for one in said] == [
            ("document/unit-implausible", REASON)
        ]

    def test_lead_to_the_field_that_they_are_about(self, aurora, steel):
        prepared = declare(aurora, steel, **DOUBTFUL)
        link = aurora.open(f"/prepared/{prepared}").link("Correct it in the form")
        path, _, field = link["href"].partition("#")
        form = aurora.open(path)
        assert form.one(id=field).get("value") == "11840"


class TestTheYes:
    @pytest.mark.parametrize("said", [{}, {"confirmed": "false"}])
    def test_is_asked_for_and_nothing_is_signed_without_it(self, aurora, steel, world, said):
        prepared = declare(aurora, steel, **STEEL)
        page = aurora.open(f"/prepared/{prepared}")
        for form in ("signature", "upload"):
            box = form_to(page, form).one("input", name="confirmed")
            assert (box["type"], box.get("required")) == ("checkbox", "")
        token = page.all("input", name="csrf_token")[0]["value"]
        payload = payload_of(aurora, page)
        jws = AURORA.sign(payload)
        path = f"/prepared/{prepared}/signature"
        sent = aurora.send(path, csrf_token=token, jws=jws, **said)
        assert sent.status_code == 400
        assert "Nobody has confirmed" in sent.text
        assert not is_declared(world, payload)
        assert aurora.send(path, csrf_token=token, jws=jws, confirmed="true").status_code == 303


class TestTheSentence:
    def test_stands_in_the_language_of_the_reader_beside_the_binding_one(self, aurora, steel):
        prepared = declare(aurora, steel, **STEEL)
        assert "Binding" not in aurora.open(f"/prepared/{prepared}").text
        aurora.send("/language", language="zh-CN")
        page = aurora.open(f"/prepared/{prepared}")
        section = page.one("section", aria_labelledby="statement")
        assert section.one("blockquote")["lang"] == "en"
        assert "2.10" in section.one("blockquote").text
        assert "以上方的原文为准" in section.text
        assert "公斤" in section.text or "kg" in section.text


class TestNothingIsLost:
    def test_what_waits_for_a_signature_is_found_again(self, aurora, steel):
        prepared = declare(aurora, steel, **STEEL)
        page = aurora.open("/declarations")
        link = next(a for a in page.all("a") if a["href"] == f"/prepared/{prepared}")
        assert link.text == "Steel"
        hand_over = aurora.open(link["href"])
        assert (
            hand_in(aurora, hand_over, AURORA.sign(payload_of(aurora, hand_over))).status_code
            == 303
        )
        links = [a["href"] for a in aurora.open("/declarations").all("a")]
        assert f"/prepared/{prepared}" not in links

    def test_a_signature_whose_answer_was_lost_leads_to_the_same_receipt(
        self, aurora, steel, world
    ):
        prepared = declare(aurora, steel, **STEEL)
        page = aurora.open(f"/prepared/{prepared}")
        payload = payload_of(aurora, page)
        for jws in (AURORA.sign(payload), AURORA.sign(payload)):
            answer = hand_in(aurora, page, jws)
            assert (answer.status_code, answer.headers["location"]) == (
                303,
                f"/prepared/{prepared}",
            )
        found = aurora.fetch(f"/prepared/{prepared}")
        assert found.headers["location"] == f"/receipts/{digest(payload)}"
        query = select(func.count()).select_from(DeclarationRow)
        assert world.session.scalar(query.filter_by(digest=digest(payload))) == 1

    def test_a_hub_that_fails_while_it_signs_keeps_the_document_and_declares_nothing(
        self, aurora, steel, world, monkeypatch
    ):
        prepared = declare(aurora, steel, **STEEL)
        page = aurora.open(f"/prepared/{prepared}")
        payload = payload_of(aurora, page)
        jws = AURORA.sign(payload)

        def die(*_: object) -> None:
            raise RuntimeError("killed between the declaration and its mark")

        with monkeypatch.context() as patched:
            patched.setattr("hub.declarations.sealing._mark", die)
            assert hand_in(aurora, page, jws).status_code == 500
        world.session.expire_all()
        assert not is_declared(world, payload)
        kept = world.session.get(PreparedDeclaration, prepared)
        assert kept is not None
        assert kept.consumed_at is None
        assert hand_in(aurora, page, jws).status_code == 303
        assert is_declared(world, payload)
