"""Links as a supplier's clerk and a buyer handle them, in a browser without JavaScript."""

import pytest

from hub.bom.link_state import Reason, State
from hub.bom.matching import Ground
from tests.cast import AURORA, BEIFENG, CELLWERK, FOXGLOVE
from tests.portal.browser import Browser
from tests.portal.markup import Element, parse
from tests.portal.test_words import ENGLISH


@pytest.fixture
def cars(cars):
    """The car, with what Aurora has stated since: two links that Beifeng has not answered."""
    cars.tables(BEIFENG, parts="number name\nBOX-7 Box")
    cars.tables(
        AURORA,
        parts="number name\nAM-BOX Housing\nAM-LID Lid",
        sourcing="""
            part supplier supplier_part share site
            AM-BOX uscc:91BEIFENG000000002 box7 0.25 Wuhu
            AM-LID uscc:91BEIFENG000000002 BOX-7 1 .""",
    )
    return cars


@pytest.fixture
def clerk(seat, cars) -> Browser:
    return english(seat(BEIFENG))


def english(browser: Browser) -> Browser:
    browser.send("/language", language="en")
    return browser


def rows(page: Element) -> dict[str, list[str]]:
    """Cells of each row by the number in its heading."""
    found = {}
    for row in page.one("tbody").all("tr"):
        heading = row.one("th").text.split()[-1]
        found[heading] = [cell.text for cell in row.all("td")]
    return found


def link_of(page: Element, name: str) -> str:
    """The address behind a row."""
    return page.one("tbody").link(name)["href"]


def saved(browser: Browser, page: Element, act: str, **fields: str) -> Element:
    [form] = [each for each in page.all("form") if each["action"].endswith(act)]
    answer = browser.submit(form, **fields)
    assert answer.status_code == 303, answer.text[:500]
    return browser.open(answer.headers["location"])


class TestTheSupplier:
    def test_sees_what_it_has_to_judge(self, clerk):
        told = rows(clerk.open("/links"))
        assert told["AM-BOX"] == [
            *("Aurora Motors", "box7", "BOX-7 only written differently", "25%", "Wuhu"),
            *("not stated", "Open"),
        ]
        assert told["AM-LID"][2:4] == ["BOX-7 the same number", "100%"]
        assert told["AM-PACK"][2] == "Pack PACK-1"
        assert told["AM-PACK"][-1] == "Confirmed"

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("state=open", {"AM-BOX", "AM-LID"}),
            ("state=confirmed", {"AM-PACK"}),
            ("q=box", {"AM-BOX", "AM-LID"}),
            ("q=box7", {"AM-BOX"}),
            ("state=confirmed&q=PACK", {"AM-PACK"}),
        ],
    )
    def test_chooses(self, clerk, query, expected):
        assert rows(clerk.open(f"/links?{query}")).keys() == expected

    @pytest.mark.parametrize("query", ["state=disputed", "q=%25", "q=nothing"])
    def test_is_told_where_nothing_fits(self, clerk, query):
        assert "No links here" in clerk.open(f"/links?{query}").one("main").text

    def test_is_asked_to_choose_where_nothing_is_like_it(self, clerk, cars):
        cars.tables(
            AURORA,
            sourcing="part supplier supplier_part\nAM-LID uscc:91BEIFENG000000002 QQ-99",
        )
        page = clerk.open("/links")
        assert rows(page)["AM-LID"][2] == "none found, please choose"
        page = clerk.open(link_of(page, "Lid"))
        assert [o["value"] for o in page.one("select", id="chosen").all("option")] == [""]

    def test_confirms_as_the_part_that_is_suggested(self, clerk, cars):
        page = clerk.open(link_of(clerk.open("/links"), "Housing"))
        options = page.one("select", id="chosen").all("option")
        assert options[0]["value"] == "BOX-7"
        page = saved(clerk, page, "/confirmation", chosen="BOX-7")
        assert "Confirmed" in page.one("dl").text
        assert rows(clerk.open("/links"))["AM-BOX"][2] == "Box BOX-7"

    def test_types_another_of_its_parts_which_is_remembered(self, clerk, cars):
        page = clerk.open(link_of(clerk.open("/links"), "Housing"))
        saved(clerk, page, "/confirmation", chosen="BOX-7", own_part=" PACK-1 ")
        assert rows(clerk.open("/links"))["AM-BOX"][2] == "Pack PACK-1"
        cars.tables(
            AURORA,
            sourcing="part supplier supplier_part\nAM-BOX uscc:91BEIFENG000000002 box7",
        )
        assert rows(clerk.open("/links"))["AM-BOX"][2:] == [
            *("PACK-1 confirmed for this customer before", "100%", "not stated"),
            *("not stated", "Open"),
        ]

    def test_loses_nothing_that_it_typed_wrongly(self, clerk):
        page = clerk.open(link_of(clerk.open("/links"), "Housing"))
        form = next(each for each in page.all("form") if each["action"].endswith("/confirmation"))
        answer = clerk.submit(form, own_part="NO-SUCH")
        assert answer.status_code == 400
        page = parse(answer.text)
        assert "no part with the number “NO-SUCH”" in page.one("div", role="alert").text
        assert page.one("input", id="own_part")["value"] == "NO-SUCH"
        form = next(each for each in page.all("form") if each["action"].endswith("/dispute"))
        answer = clerk.submit(form, reason="ended", words="since the flood")
        assert answer.status_code == 400
        page = parse(answer.text)
        assert page.one("input", id="words")["value"] == "since the flood"
        assert page.one("option", value="ended").get("selected", "no") == ""

    def test_disputes_and_changes_its_mind(self, clerk):
        path = link_of(clerk.open("/links"), "Bought-pack")
        page = saved(
            clerk, clerk.open(path), "/dispute", reason="ended", ended_on="2025-03-01", words="x y"
        )
        told = page.one("main").text
        for words in ("Disputed", "Deliveries have ended", "since", "x y"):
            assert words in told
        assert rows(clerk.open("/links?state=disputed")).keys() == {"AM-PACK"}
        saved(clerk, clerk.open(path), "/confirmation", chosen="PACK-1")
        assert "No links here" in clerk.open("/links?state=disputed").one("main").text

    def test_confirms_the_exact_ones_by_one_reviewed_form(self, clerk):
        page = clerk.open(clerk.open("/links").link("Review and confirm")["href"])
        assert rows(page).keys() == {"AM-LID"}
        [tick] = page.all("input", type="checkbox")
        assert "checked" in tick.attributes
        form = page.one("form", action="/links/exact")
        assert clerk.submit(form).status_code == 303
        assert rows(clerk.open("/links?state=open")).keys() == {"AM-BOX", "AM-LID"}
        assert clerk.submit(form, link=tick["value"]).status_code == 303
        assert rows(clerk.open("/links?state=open")).keys() == {"AM-BOX"}
        assert "Nothing to confirm at once" in clerk.open("/links/exact").one("main").text

    def test_cannot_slip_in_what_is_not_exact(self, clerk):
        page = clerk.open("/links")
        box = link_of(page, "Housing").removeprefix("/links/")
        form = clerk.open("/links/exact").one("form", action="/links/exact")
        assert clerk.submit(form, link=box).status_code == 303
        assert "AM-BOX" in rows(clerk.open("/links?state=open"))

    def test_sends_the_list_back(self, clerk):
        text = clerk.fetch("/links/table.csv?state=open").text
        assert text.startswith("\ufefflink,customer,")
        lines = text.splitlines()
        lines[1] = lines[1].removesuffix(",,,,,") + ",BOX-7,confirm,,,"
        lines[2] = lines[2].removesuffix(",,,,,") + ",NO-SUCH,confirm,,,"
        form = clerk.open("/links").one("form", action="/links/table")
        table = "\n".join(lines).encode()
        answer = clerk.upload(form, "links.csv", table)
        assert answer.status_code == 400
        assert "NO-SUCH" in answer.text
        assert len(rows(clerk.open("/links?state=open"))) == 2
        answer = clerk.upload(form, "links.csv", table, partly="yes")
        assert answer.status_code == 200
        good, bad = parse(answer.text).one("main").all("div", class_="alert")[:2]
        assert "1 confirmed, 0 disputed" in good.text
        assert "1 line cannot be used" in bad.text
        assert len(rows(clerk.open("/links?state=open"))) == 1

    def test_is_led_there_from_the_first_page(self, clerk):
        assert clerk.open("/").link("2 sourcing links")["href"] == "/links?state=open"


class TestTheBuyer:
    @pytest.fixture
    def buyer(self, seat, clerk) -> Browser:
        page = clerk.open(link_of(clerk.open("/links"), "Bought-pack"))
        saved(clerk, page, "/dispute", reason="wrong-share", words="half of it at most")
        return english(seat(AURORA))

    def test_is_told_of_the_dispute_everywhere(self, buyer, cars):
        assert buyer.open("/").link("disputed by its supplier")
        told = rows(buyer.open("/links/bought?state=disputed"))
        assert told["AM-PACK"][-1] == "Disputed The share is wrong"
        page = buyer.open(link_of(buyer.open("/links/bought"), "Bought-pack"))
        assert "half of it at most" in page.one("main").text
        codes = {each["code"] for each in cars.get(AURORA, "CAR-1", "findings")}
        assert "tier/link-disputed" in codes

    def test_puts_it_right_and_the_supplier_is_asked_again(self, buyer, clerk):
        page = buyer.open(link_of(buyer.open("/links/bought"), "Bought-pack"))
        assert page.one("input", id="share")["value"] == "1"
        fields = {"supplier_part": "PACK-1", "share": "0.5", "site": "", "delivery_term": "DAP"}
        page = saved(buyer, page, "/correction", **fields)
        assert "Open" in page.all("section")[0].text
        assert rows(clerk.open("/links?state=open"))["AM-PACK"][2:4] == [
            "PACK-1 the same number",
            "50%",
        ]

    @pytest.mark.parametrize("share", ["60 %", "0", "1.5", "", "a" * 90])
    def test_loses_nothing_that_it_typed_wrongly(self, buyer, share):
        page = buyer.open(link_of(buyer.open("/links/bought"), "Bought-pack"))
        [form] = [each for each in page.all("form") if each["action"].endswith("/correction")]
        answer = buyer.submit(form, supplier_part="PACK-1", share=share, site="Hefei")
        assert answer.status_code == 400
        page = parse(answer.text)
        assert page.one("input", id="site")["value"] == "Hefei"
        assert page.one("input", id="share")["value"] == share

    def test_takes_it_back(self, buyer, clerk):
        page = buyer.open(link_of(buyer.open("/links/bought"), "Bought-pack"))
        saved(buyer, page, "/withdrawal")
        assert "AM-PACK" not in rows(buyer.open("/links/bought"))
        assert "AM-PACK" not in rows(clerk.open("/links"))


class TestOthers:
    @pytest.mark.parametrize("reader", [FOXGLOVE, CELLWERK, AURORA], ids=lambda who: who.name)
    def test_find_none_of_a_suppliers_links(self, seat, clerk, reader):
        path = link_of(clerk.open("/links"), "Housing")
        stranger = english(seat(reader))
        absent = "/links/00000000-0000-4000-8000-000000000000"
        told, nothing = stranger.fetch(path), stranger.fetch(absent)
        assert told.status_code == nothing.status_code == 404
        assert told.text.replace(path, "…") == nothing.text.replace(absent, "…")
        token = stranger.open("/links").one("form", action="/sign-out").one("input")["value"]
        for act in ("/confirmation", "/dispute"):
            fields = {"csrf_token": token, "reason": "other", "words": "x"}
            assert stranger.send(path + act, **fields).status_code == 404

    @pytest.mark.parametrize("reader", [FOXGLOVE, CELLWERK, BEIFENG], ids=lambda who: who.name)
    def test_find_none_of_what_a_buyer_says(self, seat, cars, clerk, reader):
        path = link_of(english(seat(AURORA)).open("/links/bought"), "Bought-pack")
        stranger = clerk if reader is BEIFENG else english(seat(reader))
        assert stranger.fetch(path).status_code == 404
        token = stranger.open("/links").one("form", action="/sign-out").one("input")["value"]
        for act in ("/correction", "/withdrawal"):
            fields = {"csrf_token": token, "supplier_part": "X", "share": "1"}
            assert stranger.send(path + act, **fields).status_code == 404

    def test_an_outsider_s_lists_are_empty(self, seat, cars):
        stranger = english(seat(FOXGLOVE))
        for path in ("/links", "/links/bought", "/links/exact", "/links/table.csv"):
            text = stranger.fetch(path).text
            for secret in ("Aurora", "Beifeng", "AM-PACK", "PACK-1", "box7"):
                assert secret not in text

    def test_a_foreign_page_says_nothing_of_a_link(self, clerk):
        path = link_of(clerk.open("/links"), "Housing")
        for act in ("/confirmation", "/dispute"):
            assert clerk.send(path + act, reason="not-our-part").status_code == 403
        assert clerk.send("/links/exact", link=path[-36:]).status_code == 403

    def test_a_role_that_may_not_confirm_sees_no_form(self, enter, cars):
        browser = enter(BEIFENG, "Buyer", "buyer")
        page = browser.open(link_of(browser.open("/links"), "Housing"))
        assert not [each for each in page.all("form") if "/dispute" in each["action"]]
        assert browser.fetch("/links/exact").status_code == 403


def test_every_state_reason_and_ground_has_a_word():
    groups = (("state", State), ("reason", Reason), ("ground", Ground))
    wanted = {f"link_{group}.{word}" for group, words in groups for word in words}
    assert wanted <= ENGLISH.keys()
