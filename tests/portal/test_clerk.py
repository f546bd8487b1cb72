"""A clerk in Wuhu, in Chinese: from a customer's request and the sample bills to the receipt; the
customer sees what the clerk was shown, and the next one gets the same declaration."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from demo.bill_data import ANSWERS
from hub.access.usecases import add_person
from hub.bom.usecases import import_sourcing, register_part
from hub.disclosure.declaration_page import declaration_page
from hub.kit.clock import now
from hub.kit.errors import NotFound
from hub.parties.usecases import add_site
from hub.requests.answering import answer_with
from hub.requests.lines import Line
from hub.requests.sending import Sending, send_set
from hub.requests.terms import Terms
from tests.cast import AURORA, BEIFENG, CELLWERK, Actor
from tests.conftest import LiveHub
from tests.hub.conftest import Member, enrol
from tests.hub.csv_files import file
from tests.portal.chromium import PROGRAM, Chromium
from tests.portal.conftest import PASSWORD, email_of
from tests.portal.test_browser_signing import Desk, sign
from tests.test_bills import BY_PEN

pytestmark = [
    pytest.mark.skipif(PROGRAM is None, reason="needs the command chromium"),
    pytest.mark.xdist_group("chromium"),
]
COVER = "DC-3105"
PREVIEW = "Object.fromEntries([...document.querySelectorAll('#preview ~ dl:first-of-type > div')]"
PREVIEW += ".map((row) => [row.querySelector('dt').innerText, row.querySelector('dd').innerText]))"
BILL = """
(() => {
  const form = document.querySelector("form[action$='/bills/added']");
  const files = new DataTransfer();
  files.items.add(new File(["%PDF-1.7 电费"], "电费.pdf"));
  form.elements.bill.files = files.files;
})()"""


@dataclass
class Shop:
    """Beifeng's die-casting shop, its clerk, and two customers for the same cover."""

    desk: Desk
    members: dict[Actor, Member]
    requests: dict[Actor, str]

    def document_for(self, session: Session, customer: Actor, digest: str) -> dict[str, Any]:
        """What a customer is given; raises `NotFound` where that is nothing."""
        caller = self.members[customer].caller
        return dict(declaration_page(session, caller, digest, "en").document)


def ask(session: Session, customer: Member) -> str:
    """The id of a request for the cover."""
    text = f"part,supplier,supplier_part,share,delivery_term\nCOVER,{SUPPLIER},{COVER},1,DAP\n"
    register_part(session, customer.company_id, "COVER", name="Getriebedeckel")
    import_sourcing(session, customer.company_id, file(text))
    due = (now() + timedelta(days=40)).date()
    line = Line("COVER", Terms("Fußabdruck der Baureihe 2027", due))
    (verdict,) = send_set(session, customer.caller, Sending("1", "One", "Fußabdruck", [line]))
    assert verdict.request_id
    return verdict.request_id


SUPPLIER = ":".join(BEIFENG.identifier)


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Chromium]:
    with Chromium(tmp_path / "profile") as started:
        yield started


@pytest.fixture
def shop(live_hub: LiveHub, browser: Chromium) -> Shop:
    with live_hub.transaction() as session:
        members = {actor: enrol(session, actor) for actor in (BEIFENG, AURORA, CELLWERK)}
        own = members[BEIFENG].company_id
        roles, email = ["submitter", "admin"], email_of(BEIFENG)
        add_person(session, own, email, "陈 Clerk", roles, "zh-CN", PASSWORD)
        add_site(session, own, "WUHU-2", "芜湖", "CN", "CN-AH")
        part = register_part(session, own, COVER, name="变速箱盖")
        requests = {actor: ask(session, members[actor]) for actor in (AURORA, CELLWERK)}
        desk = Desk(live_hub, browser, members[BEIFENG], part.id)
    return Shop(desk, members, requests)


def fill_in(browser: Chromium) -> None:
    """Answer what the screen asks for, as the bills say, and go on."""
    asked = browser.run("[...document.querySelectorAll('[data-saved] [name]')].map((e) => e.name)")
    told = {name: text for name, text in ANSWERS.items() if name in asked}
    if "site" in asked:
        told["site"] = "WUHU-2"
    browser.fill(**told)
    for name, text in told.items():  # a list of choices takes no answer that it does not have
        assert browser.run(f"document.getElementsByName({json.dumps(name)})[0].value") == text
    browser.press("[data-saved] .main-button")


def calculate(desk: Desk) -> dict[str, str]:
    """From the part to the result; what the customer will see of it."""
    browser = desk.browser
    desk.open("/calculations")
    browser.fill(number=COVER)
    browser.press("form[action='/calculations/begun'] button")
    for _ in range(20):
        path = browser.run("location.pathname")
        if path.endswith("/result"):
            break
        if path.endswith("/bills"):
            browser.run(BILL)
            browser.press("form[action$='/bills/added'] button")
        fill_in(browser)
    assert "每件 10.32" in browser.text().replace("\u00a0", " ")
    return dict(browser.run(PREVIEW))


def test_a_clerk_answers_two_customers_with_one_calculation(shop: Shop) -> None:
    desk = shop.desk
    desk.sign_in()
    desk.enrol()
    preview = calculate(desk)
    desk.browser.press("form[action$='/declared'] button")
    sign(desk)
    (row,) = desk.declared()
    assert abs(Decimal(row.excluding_uptake) - BY_PEN) < BY_PEN / 1000

    with desk.hub.transaction() as session:
        with pytest.raises(NotFound):
            shop.document_for(session, AURORA, row.digest)
        answered = [
            answer_with(session, shop.members[BEIFENG].caller, request, row.digest)
            for request in shop.requests.values()
        ]
        assert {event.declaration for event in answered} == {row.digest}
        seen = [shop.document_for(session, each, row.digest) for each in (AURORA, CELLWERK)]
    assert seen[0] == seen[1]

    pcf = seen[0]["credentialSubject"]["footprint"]["pcf"]
    assert pcf["pcfExcludingBiogenicUptake"] == row.excluding_uptake
    for name in ("pcfExcludingBiogenicUptake", "primaryDataShare", "packagingGhgEmissions"):
        assert pcf[name] in preview.values(), name
    told = json.dumps(seen[0], ensure_ascii=False)
    for secret in ("AlSi9Cu3", "186", "3120", "41600", "电费"):
        assert secret not in told
