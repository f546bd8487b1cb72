"""A buyer asks its suppliers, in a browser without JavaScript."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hub.bom.tables import SourcingLink
from hub.kit.clock import now
from hub.kit.language import LANGUAGES
from hub.kit.outbox import listed
from hub.parties.tables import Company
from hub.requests.lifecycle import Act, Reason, State
from hub.requests.lines import Outcome
from hub.requests.tables import FootprintRequest
from hub.requests.terms import Payer
from supplier_portal.requests_form import line_value
from tests.cast import AURORA, BEIFENG, CELLWERK, FOXGLOVE
from tests.portal.browser import Browser
from tests.portal.markup import Element, parse
from tests.portal.test_every_page import (
    assert_headings,
    assert_ids,
    assert_names,
    assert_nothing_inline_or_foreign,
    assert_skeleton,
)
from tests.portal.test_links import english, rows
from tests.portal.test_words import ENGLISH


@pytest.fixture
def buyer(seat, cars) -> Browser:
    return english(seat(AURORA))


def filled(page: Element, **typed: Any) -> dict[str, Any]:
    """The form's fields as the page proposes them, what is typed in, and all parts ticked."""
    form = page.one("form", action="/requests/new/preview")
    fields: dict[str, Any] = {e["name"]: e.get("value") for e in form.all("input")}
    fields |= {"level": "1", "title": "Battery passport", "purpose": "vehicle footprint"}
    fields["line"] = [e["value"] for e in form.all("input", type="checkbox")]
    fields.pop("table")
    return fields | typed


def mailed(cars) -> list[str]:
    """Who was invited by mail."""
    posted = listed(cars.world.session)
    return [mail.recipient for mail in posted if mail.template == "invitation-company"]


def requests(cars) -> list[FootprintRequest]:
    return list(cars.world.session.scalars(select(FootprintRequest)))


def previewed(buyer: Browser, **typed: Any) -> Element:
    fields = filled(buyer.open("/requests/new"), **typed)
    answer = buyer.send("/requests/new/preview", **fields)
    assert answer.status_code == 200, answer.text[:600]
    return parse(answer.text)


def sent(buyer: Browser, cars) -> str:
    """The id of a request to Beifeng."""
    answer = buyer.submit_all(previewed(buyer).one("form", action="/requests/new/send"))
    assert answer.status_code == 200
    [row] = requests(cars)
    return row.id


class TestChoosing:
    def test_what_lacks_a_value_is_offered(self, buyer):
        told = rows(buyer.open("/requests/new"))
        assert told.keys() == {"AM-PACK"}
        assert told["AM-PACK"][:2] == ["uscc:91BEIFENG000000002", "PACK-1"]

    def test_what_has_a_value_is_not(self, buyer, cars):
        cars.declare(BEIFENG, "PACK-1", "900", mass_kg="300")
        cars.grant(BEIFENG, AURORA, 1)
        assert "No bought part lacks a value" in buyer.open("/requests/new").one("main").text

    def test_the_preview_tells_what_the_supplier_reads_and_sends_nothing(self, buyer, cars):
        page = previewed(buyer, legal_basis="Regulation 2023/1542", seen_by="our auditor")
        letter = page.one("section", aria_labelledby="letter").text
        for told in ("vehicle footprint", "Regulation 2023/1542", "our auditor", "Aurora Motors"):
            assert told in letter
        assert "Battery passport" not in letter
        assert rows(page)["AM-PACK"][1] == "will be sent"
        assert requests(cars) == []

    def test_is_sent_once_however_often(self, buyer, cars):
        form = previewed(buyer).one("form", action="/requests/new/send")
        for outcome in ("sent", "sent before"):
            page = parse(buyer.submit_all(form).text)
            assert rows(page)["AM-PACK"][1] == outcome
        [row] = requests(cars)
        assert (row.asked_id, row.purpose) == (cars.id(BEIFENG), "vehicle footprint")
        assert "asked already" in buyer.open("/requests/new").one("main").text

    def test_back_from_the_preview_keeps_everything(self, buyer):
        form = previewed(buyer, seen_by="our auditor").one("form", action="/requests/new/send")
        page = parse(buyer.submit_all(form, "/requests/new/edit").text)
        assert page.one("input", id="seen_by")["value"] == "our auditor"
        assert [e.get("checked", "no") for e in page.all("input", type="checkbox")] == [""]

    @pytest.mark.parametrize(
        "typed",
        [
            {"purpose": ""},
            {"title": " "},
            {"title": "x" * 201},
            {"due": ""},
            {"due": "soon"},
            {"keep_until": "never"},
        ],
        ids=str,
    )
    def test_what_cannot_be_asked_so_is_asked_again(self, buyer, cars, typed):
        fields = filled(buyer.open("/requests/new"), **typed)
        answer = buyer.send("/requests/new/send", **fields)
        assert answer.status_code == 400
        page = parse(answer.text)
        assert page.one("div", role="alert").text
        [(name, text)] = typed.items()
        assert page.one("input", id=name)["value"] == text
        assert requests(cars) == []

    @pytest.mark.parametrize(
        "typed",
        [
            {"due": (now().date() + timedelta(days=29)).isoformat()},
            {"level": "9"},
            {"period_end": ""},
            {"keep_until": now().date().isoformat()},
        ],
        ids=str,
    )
    def test_terms_that_are_not_fair_are_refused_line_by_line(self, buyer, cars, typed):
        page = previewed(buyer, **typed)
        assert rows(page)["AM-PACK"][1].startswith("cannot be sent")
        assert requests(cars) == []


TEXT = "Wuhu-Stamping"
INVITED = {
    "invited_name": "芜湖冲压厂",
    "invited_email": "li@stamping.example",
    "invited_language": "zh-CN",
    "invited_country": "CN",
}


def sourcing(text: str, part: str = "AM-PACK", share: str = "1") -> str:
    return f"part supplier supplier_part share\n{part} {text} PACK-1 {share}"


class TestASupplierThatIsNotHere:
    """It stands in the sourcing table as a text; the buyer invites it and asks it."""

    @pytest.fixture(params=[TEXT, "uscc:91440300192317458F"])
    def text(self, request, cars) -> str:
        cars.tables(AURORA, sourcing=sourcing(request.param))
        return str(request.param)

    @staticmethod
    def led(buyer, text, **typed) -> Element:
        """The page that asks whom to write to, from the button in the part's row."""
        page = buyer.open("/requests/new")
        (button,) = page.one("form", action="/requests/new/preview").all("button", name="invite")
        fields = filled(page, **typed) | {"invite": button["value"]}
        answer = buyer.send(button["formaction"], **fields)
        assert answer.status_code == 200, answer.text[:500]
        page = parse(answer.text)
        assert text in page.one("main").text
        return page.one("form", action="/requests/new/invited")

    def test_is_invited_and_asked_and_nothing_typed_is_lost(self, buyer, cars, text):
        form = self.led(buyer, text, legal_basis="Regulation 2023/1542")
        assert form.one("input", id="invited_name")["value"] == ("" if ":" in text else text)
        answer = buyer.submit_all(form, **INVITED)
        assert answer.status_code == 200
        page = parse(answer.text)
        assert "芜湖冲压厂 is invited" in page.one("div", role="status").text
        assert page.one("input", id="legal_basis")["value"] == "Regulation 2023/1542"
        [box] = [e for e in page.all("input", type="checkbox") if "checked" in e.attributes]
        assert not page.all("button", name="invite")
        assert mailed(cars) == ["li@stamping.example"]

        page = previewed(buyer, line=[box["value"]], legal_basis="Regulation 2023/1542")
        assert rows(page)["AM-PACK"][1] == "will be sent"
        assert buyer.submit_all(page.one("form", action="/requests/new/send")).status_code == 200
        [row] = requests(cars)
        company = cars.world.session.get_one(Company, row.asked_id)
        assert (company.name, company.country, company.provisional) == ("芜湖冲压厂", "CN", True)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("invited_name", " "),
            ("invited_name", "x" * 301),
            ("invited_email", "li at stamping"),
            ("invited_email", ""),
            ("invited_language", "tlh"),
            ("invited_country", "XX"),
            ("invited_country", ""),
        ],
    )
    def test_is_not_invited_by_what_cannot_be_used(self, buyer, cars, text, field, value):
        form = self.led(buyer, text, seen_by="our auditor")
        answer = buyer.submit_all(form, **INVITED | {field: value})
        assert answer.status_code == 400
        page = parse(answer.text)
        assert page.one("div", role="alert").text
        assert page.one("input", name="seen_by")["value"] == "our auditor"
        kept = {e["name"]: e["value"] for e in page.all("input") if e.get("id")}
        assert kept.items() <= (INVITED | {field: value}).items()
        assert mailed(cars) == []

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_is_invited_on_a_page_that_is_whole_in_every_language(self, seat, cars, language):
        cars.tables(AURORA, sourcing=sourcing(TEXT))
        buyer = seat(AURORA)
        buyer.send("/language", language=language)
        fields = filled(buyer.open("/requests/new"))
        line = line_value("AM-PACK", TEXT, "PACK-1")
        answer = buyer.send("/requests/new/invitation", **fields, invite=line)
        page = parse(answer.text)
        assert_skeleton(page, language)
        for check in (assert_headings, assert_ids, assert_names):
            check(page)
        assert_nothing_inline_or_foreign(page)

    def test_is_invited_once_though_the_form_is_sent_twice(self, buyer, cars, text):
        form = self.led(buyer, text)
        assert buyer.submit_all(form, **INVITED).status_code == 200
        answer = buyer.submit_all(form, **INVITED)
        assert answer.status_code == 409
        assert "already" in parse(answer.text).one("div", role="alert").text
        assert mailed(cars) == ["li@stamping.example"]

    def test_is_not_invited_on_the_way_back(self, buyer, cars, text):
        form = self.led(buyer, text, seen_by="our auditor")
        page = parse(buyer.submit_all(form, "/requests/new/edit").text)
        assert page.one("input", id="seen_by")["value"] == "our auditor"
        assert mailed(cars) == []

    @pytest.mark.parametrize("line", ["", "part=AM-PACK", "supplier=Nobody", "%%%&&=", "x" * 900])
    def test_what_no_link_says_is_not_invited(self, buyer, cars, text, line):
        form = self.led(buyer, text)
        assert buyer.submit_all(form, **INVITED | {"invite": line}).status_code == 409
        assert mailed(cars) == []

    def test_of_another_buyer_stays_a_text(self, seat, buyer, cars, text):
        cars.tables(FOXGLOVE, parts="number\nFX", sourcing=sourcing(text, "FX"))
        assert buyer.submit_all(self.led(buyer, text), **INVITED).status_code == 200
        links = cars.world.session.scalars(select(SourcingLink).filter_by(supplier_text=text))
        told = {link.buyer_id: link.supplier_id is None for link in links if not link.replaced_at}
        assert told == {cars.id(AURORA): False, cars.id(FOXGLOVE): True}

    def test_goes_on_standing_for_it_in_later_tables(self, buyer, cars, text):
        assert buyer.submit_all(self.led(buyer, text), **INVITED).status_code == 200
        cars.tables(AURORA, sourcing=sourcing(text, share="0.9"))
        page = previewed(buyer)
        assert rows(page)["AM-PACK"][1] == "will be sent"

    def test_a_foreign_page_invites_nobody(self, buyer, cars, text):
        form = self.led(buyer, text)
        fields = {e["name"]: e["value"] for e in form.all("input")} | INVITED
        fields.pop("csrf_token")
        assert buyer.send("/requests/new/invited", **fields).status_code == 403
        assert mailed(cars) == []


class TestATable:
    def test_has_a_verdict_for_each_row_and_good_ones_are_sent(self, buyer, cars):
        fields = filled(buyer.open("/requests/new")) | {"line": []}
        table = b"part,supplier\nAM-PACK,\nNO-SUCH,\nAM-STEEL,\n"
        for way, count in (("", 0), ("send", 1)):
            files = {"table": ("r.csv", table)}
            answer = buyer.client.post(
                "/requests/new/table",
                data=fields | {"way": way},
                files=files,
                headers={"origin": "http://127.0.0.1", "accept": "text/html"},
            )
            assert answer.status_code == 200, answer.text[:500]
            told = rows(parse(answer.text))
            assert told["2"][1].startswith("will be sent" if not way else "sent")
            assert told["3"][1].startswith("cannot be sent")
            assert told["4"][1].startswith("cannot be sent")
            assert len(requests(cars)) == count


class TestWhatWasSent:
    def test_stands_in_the_list_with_its_days(self, buyer, cars):
        sent(buyer, cars)
        told = rows(buyer.open("/requests/sent"))["AM-PACK"]
        assert told[:2] == ["Beifeng Pack", "Sent"]
        assert told[3:5] == ["45", "0"]
        assert "Nothing was asked for" in buyer.open("/requests/sent?state=declined").text

    def test_is_extended_and_cancelled(self, buyer, cars):
        path = f"/requests/sent/{sent(buyer, cars)}"
        due = (now().date() + timedelta(days=90)).isoformat()
        form = buyer.open(path).one("form", action=f"{path}/extend")
        assert buyer.submit(form, due="tomorrow").status_code == 400
        assert buyer.submit(form, due="2020-01-01").status_code == 400
        assert buyer.submit(form, due=due).status_code == 303
        assert requests(cars)[0].due.isoformat() == due
        form = buyer.open(path).one("form", action=f"{path}/cancel")
        assert buyer.submit(form, words="not needed").status_code == 303
        assert "not needed" in buyer.open(path).one("main").text
        assert not buyer.open(path).all("form", action=f"{path}/cancel")
        assert buyer.submit(form).status_code == 409

    def test_a_question_is_replied_to_and_an_answer_returned_and_accepted(self, buyer, cars):
        path, world = f"/requests/sent/{(request := sent(buyer, cars))}", cars.world
        world.get(BEIFENG, f"/v1/requests/{request}")
        asked = world.post(BEIFENG, f"/v1/requests/{request}/ask", json={"words": "Which year?"})
        assert asked.status_code == 200, asked.text
        page = buyer.open(path)
        assert "Which year?" in page.one("main").text
        form = page.one("form", action=f"{path}/reply")
        assert buyer.submit(form, words=" ").status_code == 400
        assert buyer.submit(form, words="The last one.").status_code == 303
        for act in ("return", "accept"):
            digest = cars.declare(BEIFENG, "PACK-1", f"9{len(act)}", mass_kg="300")
            answered = world.post(
                BEIFENG, f"/v1/requests/{request}/answer", json={"declaration": digest}
            )
            assert answered.status_code == 200, answered.text
            page = buyer.open(path)
            assert page.link("Read the declaration")["href"] == f"/declarations/{digest}"
            form = page.one("form", action=f"{path}/{act}")
            assert buyer.submit(form, words="the mass is missing").status_code == 303
        assert "Accepted" in buyer.open(path).one("header", class_="page-head").text

    @pytest.mark.parametrize("reader", [FOXGLOVE, CELLWERK, BEIFENG], ids=lambda who: who.name)
    def test_is_not_there_for_others(self, seat, buyer, cars, reader):
        path = f"/requests/sent/{sent(buyer, cars)}"
        stranger = english(seat(reader))
        assert stranger.fetch(path).status_code == 404
        token = stranger.open("/links").one("form", action="/sign-out").one("input")["value"]
        for act in ("reply", "accept", "return", "extend", "cancel"):
            answer = stranger.send(f"{path}/{act}", csrf_token=token, words="x", due="2099-01-01")
            assert answer.status_code in (404, 409), act
        assert requests(cars)[0].state in (State.SENT, State.OPENED)

    def test_a_foreign_page_sends_nothing(self, buyer, cars):
        fields = filled(buyer.open("/requests/new"))
        fields.pop("csrf_token")
        assert buyer.send("/requests/new/send", **fields).status_code == 403
        assert requests(cars) == []


@pytest.mark.parametrize(
    ("group", "words"),
    [
        ("asked_state", State),
        ("asked_act", Act),
        ("asked_reason", Reason),
        ("asking_payer", Payer),
        ("asking_outcome", Outcome),
    ],
)
def test_every_word_of_a_request_has_words(group, words):
    assert {f"{group}.{word}" for word in words} <= ENGLISH.keys()
