"""A clerk in Wuhu answers customers: in Chinese, without JavaScript, the second with one click."""

from datetime import timedelta

import pytest

from hub.access.roles import Role
from hub.kit.clock import now
from tests.cast import AURORA, BEIFENG, CELLWERK, FOXGLOVE
from tests.portal.markup import parse

DUE = (now().date() + timedelta(40)).isoformat()
LATER = (now().date() + timedelta(70)).isoformat()
SAID = {
    "title": "Round 1",
    "purpose": "fleet report",
    "legal_basis": "supply contract",
    "seen_by": "an auditor",
    "verification_paid_by": "asker",
}


def ask(cars, customer=AURORA, part="AM-PACK", **said):
    """A request to Beifeng; its id."""
    line = {"part": part} | ({"supplier": BEIFENG.name} if customer is FOXGLOVE else {})
    body = {"reference": f"{part}-{len(said)}", "due": DUE, "lines": [line], **SAID, **said}
    answer = cars.world.post(customer, "/v1/requests", json=body)
    assert answer.json()["counts"]["sent"] == 1, answer.text
    return str(answer.json()["lines"][0]["request"])


def state(cars, request_id, actor=AURORA):
    return cars.world.get(actor, f"/v1/requests/{request_id}").json()["state"]


def form(page, request_id, act):
    return page.one("form", action=f"/requests/{request_id}/{act}")


class TestTheInbox:
    def test_shows_what_makes_a_request_fair(self, cars, seat):
        ask(cars)
        card = seat(BEIFENG).open("/requests").one("li", **{"class": "card request-card"}).text
        for fact in ("Aurora Motors", "AM-PACK", "fleet report", "supply contract", "an auditor"):
            assert fact in card
        assert "还剩 40 天" in card
        assert "客户" in card  # pays for the verification

    def test_of_a_company_without_requests_says_so(self, cars, seat):
        assert seat(BEIFENG).open("/requests").one("p", **{"class": "empty-title"}).text
        assert "requests" not in seat(CELLWERK).open("/").one("ul", **{"class": "tiles"}).text

    def test_opens_nothing_by_itself(self, cars, seat):
        request_id, browser = ask(cars), seat(BEIFENG)
        browser.open("/requests")
        assert state(cars, request_id) == "sent"
        browser.open(f"/requests/{request_id}")
        assert state(cars, request_id) == "opened"

    def test_is_what_the_first_page_leads_to(self, cars, seat):
        ask(cars)
        todo = seat(BEIFENG).open("/").one("ul", **{"class": "todo"})
        assert "有 1 项客户请求待答复" in todo.one("a", href="/requests").text

    @pytest.mark.parametrize("query", ["show=over", "show=waiting", "show=nonsense"])
    def test_has_other_sides(self, cars, seat, query):
        ask(cars)
        seat(BEIFENG).open(f"/requests?{query}")

    def test_of_the_customer_waits_for_its_word(self, cars, seat):
        request_id = ask(cars)
        cars.world.post(BEIFENG, f"/v1/requests/{request_id}/ask", json={"words": "?"})
        browser = seat(AURORA)
        assert browser.open("/").one("a", href="/requests/sent").text
        assert "AM-PACK" in browser.open("/requests/sent").text


class TestOneClick:
    def test_answers_the_second_customer(self, cars, seat):
        digest = cars.declare(BEIFENG, "PACK-1", "900.50", mass_kg="300")
        browser = seat(BEIFENG)
        cars.tables(FOXGLOVE, parts="number\nFX-1")
        requests = [ask(cars), ask(cars, FOXGLOVE, "FX-1")]
        path = f"/requests/{requests[1]}"
        browser.open(path)
        part = form(browser.open(path), requests[1], "part")
        assert browser.submit(part, number="PACK-1").headers["location"] == path
        for request_id, customer in zip(requests, (AURORA, FOXGLOVE), strict=True):
            card = form(browser.open("/requests"), request_id, "answer")
            answer = browser.submit(card)
            assert answer.headers["location"] == f"/requests/{request_id}"
            assert state(cars, request_id, customer) == "answered-fully"
            seen = cars.world.get(customer, f"/v1/declarations/{digest}")
            assert seen.status_code == 200

    def test_shows_before_what_the_customer_will_see(self, cars, seat):
        cars.declare(BEIFENG, "PACK-1", "900.50", mass_kg="300")
        request_id = ask(cars)
        preview = (
            seat(BEIFENG).open(f"/requests/{request_id}").one("details", **{"class": "evidence"})
        )
        assert "900.50" in preview.text
        assert preview.text.count("保持隐藏") == 4  # split, composition, activity, evidence

    def test_gives_less_where_the_clerk_says_so(self, cars, seat):
        whole = {"stage:all": "900.50", "mass_kg": "300"}
        cars.declare(BEIFENG, "PACK-1", "900.50", **whole)
        request_id = ask(cars, level=2, aggregate=True)
        browser = seat(BEIFENG)
        answer = form(browser.open(f"/requests/{request_id}"), request_id, "answer")
        assert browser.submit(answer, level="1", aggregate="no").status_code == 303
        told = cars.world.get(AURORA, f"/v1/requests/{request_id}").json()["events"][-1]
        assert (told["level"], told["missing"]) == (1, ["split", "aggregate"])

    def test_is_not_for_who_gives_no_consents(self, cars, enter):
        digest = cars.declare(BEIFENG, "PACK-1", "900.50", mass_kg="300")
        request_id, browser = ask(cars), enter(BEIFENG, "Li", Role.SUBMITTER)
        page = browser.open(f"/requests/{request_id}")
        assert page.all("form", action=f"/requests/{request_id}/answer") == []
        token = form(page, request_id, "start").one("input", name="csrf_token")["value"]
        sent = browser.send(f"/requests/{request_id}/answer", csrf_token=token, declaration=digest)
        assert sent.status_code == 403
        assert state(cars, request_id) == "opened"


class TestFromNothing:
    """A company that has just joined: no part, no declaration."""

    def test_to_the_calculator_and_back(self, cars, seat):
        cars.tables(FOXGLOVE, parts="number\nFX-NEW")
        request_id, browser = ask(cars, FOXGLOVE, "FX-NEW"), seat(BEIFENG)
        path = f"/requests/{request_id}"
        page = browser.open(path)
        assert browser.submit(form(page, request_id, "part"), number="BRACKET-9").status_code == 303
        part = cars.part(BEIFENG, "BRACKET-9")
        page = browser.open(path)
        assert page.one("a", href=f"/parts/{part}").text == "BRACKET-9"
        begun = browser.submit(form(page, request_id, "calculate"))
        assert begun.headers["location"].startswith("/calculations/")
        assert state(cars, request_id, FOXGLOVE) == "in-work"
        browser.open(begun.headers["location"])
        digest = cars.declare(BEIFENG, "BRACKET-9", "1.5")
        receipt = browser.open(f"/receipts/{digest}")
        assert browser.submit(form(receipt, request_id, "answer")).status_code == 303
        assert state(cars, request_id, FOXGLOVE) == "answered-fully"
        assert browser.open(f"/receipts/{digest}").all("form", action=f"{path}/answer") == []

    def test_whoever_calculates_and_may_not_answer_is_led_there(self, cars, enter):
        """In a shop where another person gives the consent."""
        request_id, browser = ask(cars), enter(BEIFENG, "Chen", Role.SUBMITTER)
        page = browser.open(f"/requests/{request_id}")
        assert page.all("form", action=f"/requests/{request_id}/answer") == []
        begun = browser.submit(form(page, request_id, "calculate"))
        assert begun.headers["location"].startswith("/calculations/")

    def test_whoever_only_verifies_is_not(self, cars, enter):
        request_id, browser = ask(cars), enter(BEIFENG, "Wu", Role.VERIFIER)
        page = browser.open(f"/requests/{request_id}")
        assert page.all("form", action=f"/requests/{request_id}/calculate") == []
        assert page.all("form", action=f"/requests/{request_id}/part") == []


class TestEveryAct:
    def test_from_question_to_acceptance(self, cars, seat):
        request_id = ask(cars)
        clerk, buyer = seat(BEIFENG), seat(AURORA)
        path = f"/requests/{request_id}"

        def does(browser, act, **fields):
            answer = browser.submit(form(browser.open(path), request_id, act), **fields)
            assert answer.headers["location"] == path, act

        does(clerk, "start")
        does(clerk, "ask", words="哪个工厂？")
        does(buyer, "reply", words="Wuhu")
        does(clerk, "ask-extension", due=LATER, words="holiday")
        does(buyer, "extend", due=LATER)
        does(clerk, "decline", reason="needs-nda")
        does(clerk, "start")
        digest = cars.declare(BEIFENG, "PACK-1", "900.50", mass_kg="300")
        does(clerk, "answer")
        does(buyer, "return", words="of another year?")
        does(clerk, "answer", words="no")
        does(buyer, "accept")
        assert state(cars, request_id) == "accepted"
        history = clerk.open(path).text
        for told in ("哪个工厂？", "Wuhu", "of another year?"):
            assert told in history
        assert digest[:4] in history
        assert clerk.open(path).all("form", action=f"{path}/start") == []

    def test_taken_back(self, cars, seat):
        request_id, buyer = ask(cars), seat(AURORA)
        page = buyer.open(f"/requests/{request_id}")
        assert buyer.submit(form(page, request_id, "cancel"), words="").status_code == 303
        assert state(cars, request_id) == "cancelled"

    def test_forwarded(self, cars, seat, enter):
        request_id, clerk = ask(cars), seat(BEIFENG)
        enter(BEIFENG, "Zhao", Role.RELEASER)
        page = clerk.open(f"/requests/{request_id}")
        (zhao,) = [o for o in page.one("select", id="person").all("option") if o.text == "Zhao"]
        assert clerk.submit(form(page, request_id, "assign"), person=zhao["value"]).is_redirect
        assert "Zhao" in clerk.open("/requests").text
        assert "Zhao" not in seat(AURORA).open(f"/requests/{request_id}").text

    def test_handed_on_without_the_customer(self, cars, seat):
        request_id, clerk = ask(cars), seat(BEIFENG)
        page = clerk.open(f"/requests/{request_id}")
        upstream = form(page, request_id, "upstream")
        said = {"purpose": "our own sums", "seen_by": "", "due": DUE}
        assert clerk.submit(upstream, **said).is_redirect
        assert "BP-CELL" in clerk.open(f"/requests/{request_id}").text
        theirs = seat(CELLWERK)
        (card,) = theirs.open("/requests").all("li", **{"class": "card request-card"})
        address = card.one("h2").one("a")["href"]
        for page in ("/requests", address, "/"):
            assert "Aurora" not in theirs.open(page).text


class TestWhatDoesNotFit:
    @pytest.mark.parametrize(
        ("act", "fields", "kept"),
        [
            ("ask", {"words": " "}, None),
            ("decline", {"reason": "other", "words": ""}, None),
            ("decline", {"reason": "", "words": "nothing is lost"}, "nothing is lost"),
            ("decline", {"reason": "nonsense", "words": "nor this"}, "nor this"),
            ("ask-extension", {"due": "2001-01-01", "words": "keep me"}, "keep me"),
            ("ask-extension", {"due": "soon", "words": "keep me"}, "keep me"),
            ("part", {"number": ""}, None),
            ("upstream", {"purpose": "for Aurora Motors", "due": DUE}, "for Aurora Motors"),
        ],
    )
    def test_is_asked_again_with_what_was_typed(self, cars, seat, act, fields, kept):
        if act == "part":
            cars.tables(FOXGLOVE, parts="number\nFX-1")
            request_id = ask(cars, FOXGLOVE, "FX-1")
        else:
            request_id = ask(cars)
        browser = seat(BEIFENG)
        sent = browser.submit(
            form(browser.open(f"/requests/{request_id}"), request_id, act), **fields
        )
        assert sent.status_code in (400, 409)
        page = parse(sent.text)
        assert page.one("div", role="alert").text
        if kept:
            assert kept in sent.text
        assert len(cars.world.get(BEIFENG, f"/v1/requests/{request_id}").json()["events"]) == 2

    @pytest.mark.parametrize("act", ["accept", "reply", "extend", "cancel"])
    def test_nor_is_what_is_the_customer_s(self, cars, seat, act):
        request_id, browser = ask(cars), seat(BEIFENG)
        page = browser.open(f"/requests/{request_id}")
        assert page.all("form", action=f"/requests/{request_id}/{act}") == []
        token = form(page, request_id, "start").one("input", name="csrf_token")["value"]
        sent = browser.send(f"/requests/{request_id}/{act}", csrf_token=token, words="x", due=LATER)
        assert sent.status_code == 409

    def test_a_foreign_page_does_nothing(self, cars, seat):
        request_id, browser = ask(cars), seat(BEIFENG)
        page = form(browser.open(f"/requests/{request_id}"), request_id, "start")
        assert browser.send(f"/requests/{request_id}/start").status_code == 403
        token = page.one("input", name="csrf_token")["value"]
        for origin in ("https://evil.example", None):
            sent = browser.send(f"/requests/{request_id}/start", origin, csrf_token=token)
            assert sent.status_code == 403
        assert state(cars, request_id) == "opened"

    @pytest.mark.parametrize("act", ["start", "answer", "cancel", "calculate", "assign"])
    def test_nobody_else_finds_it(self, cars, seat, act):
        request_id, browser = ask(cars), seat(CELLWERK)
        for named in (request_id, "0" * 36):
            assert browser.fetch(f"/requests/{named}").status_code == 404
        token = browser.open("/").one("form", action="/sign-out").one("input", name="csrf_token")
        sent = browser.send(f"/requests/{request_id}/{act}", csrf_token=token["value"])
        assert sent.status_code == 404
