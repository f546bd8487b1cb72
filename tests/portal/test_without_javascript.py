"""A supplier's way from the part to the receipt and the consent, by forms and links alone."""

from tests.cast import AURORA, BEIFENG
from tests.portal.browser import Browser
from tests.portal.markup import Element, parse
from tests.portal.signing import hand_in, payload_of
from tests.portal.test_calculate import answers_for, clerk, draft
from tests.portal.test_every_page import PAGES, aurora, paths, waiting

__all__ = ["aurora", "clerk", "draft", "paths", "waiting"]

NEEDS_SCRIPTS = {"/keys": "data-enrol", "/signature": "hidden"}
"""Where forms end that only a script shows: a browser makes a key, and signs with it."""


def forms(page: Element) -> list[Element]:
    """Those of a page that are there without a script."""
    return [
        form
        for form in page.all("form")
        if not any(form["action"].endswith(place) for place in NEEDS_SCRIPTS)
        or "hidden" not in form.attributes
    ]


def test_every_form_can_be_sent(aurora, waiting):
    """Each has a button, and no button stands where only a script could hear it."""
    sent = 0
    for path in PAGES:
        page = parse(aurora.fetch(path.format(**waiting)).text)
        for form in forms(page):
            assert form.get("method") in ("get", "post"), (path, form["action"])
            buttons = form.all("button") + page.all("button", form=form.get("id", "-"))
            assert buttons, (path, form["action"])
            assert {button["type"] for button in buttons} == {"submit"}, (path, form["action"])
            # A hidden one beside it may say what the key Enter does.
            assert any("hidden" not in button.attributes for button in buttons), path
            sent += 1
        loose = [button for button in page.all("button") if not button.inside("form")]
        assert all(page.one("form", id=button["form"]) for button in loose), path
        assert all(link["href"] not in ("#", "") for link in page.all("a")), path
    assert sent > len(PAGES)


def test_what_a_script_would_sign_can_be_signed_with_a_file(aurora, waiting):
    page = aurora.open(f"/prepared/{waiting['prepared']}")
    (hidden,) = [form for form in page.all("form") if form["action"].endswith("/signature")]
    assert "hidden" in hidden.attributes
    assert any(form["action"].endswith("/upload") for form in forms(page))
    assert page.link("tierlight sign") if page.all("a", class_="sign") else "tierlight" in page.text


def test_from_the_part_to_the_consent(clerk, draft, cars):
    digest = declared(clerk, calculated(clerk, draft))
    receipt = clerk.open(f"/receipts/{digest}")
    assert digest in receipt.text
    value = clerk.open(f"/declarations/{digest}").all("data", class_="number")[0]["value"]
    assert value == "2.61254"
    row = f"BP-CASE lei:{AURORA.identifier[1]} AM-STEEL"
    cars.tables(BEIFENG, sourcing=f"part supplier supplier_part\n{row}")
    cars.confirm(AURORA)
    consented(clerk, cars.id(BEIFENG))
    assert "AM-STEEL" in clerk.open("/consents").one("main").text


def calculated(clerk: Browser, draft: str) -> Element:
    """The page on which the document of a calculation waits for its signature."""
    path = f"{draft}/part"
    while not path.endswith("/result"):
        page = clerk.open(path)
        path = followed(clerk.submit(page.one("form", action=path), **answers_for(page)))
    form = clerk.open(path).one("form", action=f"{draft}/declared")
    return clerk.open(followed(clerk.submit(form)))


def declared(clerk: Browser, prepared: Element) -> str:
    """The digest, after the file was signed elsewhere and uploaded."""
    place = followed(hand_in(clerk, prepared, AURORA.sign(payload_of(clerk, prepared))))
    receipt = followed(clerk.fetch(place))
    return receipt.removeprefix("/receipts/")


def consented(clerk: Browser, reader: str) -> None:
    """To whom, what, and yes: asked before it is given."""
    form = clerk.open("/consents").one("form", action="/consents")
    answer = clerk.submit(form, to=reader, part="AM-STEEL", level="1", aggregate="false")
    while answer.status_code == 200:
        (asking,) = [
            each for each in parse(answer.text).all("form") if "consents" in each["action"]
        ]
        answer = clerk.submit(asking)
    followed(answer)


def followed(answer) -> str:
    """Where a form led to."""
    assert answer.status_code == 303, answer.text[:2000]
    return str(answer.headers["location"])
