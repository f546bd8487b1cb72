"""What a clerk types into the form, and how she signs what comes of it without a browser."""

from httpx2 import Response

from tests.cast import YEAR
from tests.portal.browser import Browser
from tests.portal.markup import Element, parse

STEEL = {
    "declared_amount": "1",
    "declared_unit": "kg",
    "boundary": "cradle-to-gate",
    "period_start": f"{YEAR}-01-01",
    "period_last": f"{YEAR}-12-31",
    "kgco2e": "2.10",
}
"""The least that can be declared, of a part in kilograms."""


def send(browser: Browser, part_id: str, **answers: str) -> Response:
    """The form of a part, sent with these answers and no others."""
    form = browser.open(f"/parts/{part_id}/declare").one("form", class_="declare")
    return browser.submit(form, **answers)


def declare(browser: Browser, part_id: str, **answers: str) -> str:
    """The id of the document that the hub prepares from the answers."""
    answer = send(browser, part_id, **answers)
    assert answer.status_code == 303, wrong(answer)
    return str(answer.headers["location"].removeprefix("/prepared/"))


def wrong(answer: Response) -> list[str]:
    """What the form complains of."""
    page = parse(answer.text)
    return [element.text for element in page.all(class_="wrong")] or [page.one("main").text]


def payload_of(browser: Browser, page: Element) -> bytes:
    """The bytes that a prepared document's page offers for signing."""
    link = next(a["href"] for a in page.all("a") if a["href"].endswith("/payload"))
    answer = browser.fetch(link)
    assert answer.status_code == 200
    return answer.content


def hand_in(browser: Browser, page: Element, jws: str | bytes) -> Response:
    """A signed file, uploaded on a prepared document's page."""
    form = next(f for f in page.all("form") if f["action"].endswith("/upload"))
    token = form.one("input", name="csrf_token")["value"]
    content = jws.encode() if isinstance(jws, str) else jws
    return browser.client.post(
        form["action"],
        data={"csrf_token": token, "confirmed": "true"},
        files={"signed": ("signed.jws", content)},
        headers={"origin": "http://127.0.0.1", "accept": "text/html"},
        follow_redirects=False,
    )
