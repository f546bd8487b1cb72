"""What is too large to be read is refused on a page, as everything else is that a person sends."""

import pytest

from tests.cast import AURORA
from tests.portal.browser import HTML, ORIGIN
from tests.portal.markup import parse


@pytest.mark.parametrize(
    ("language", "heading"),
    [
        ("en", "The request is larger than is allowed here."),
        ("de", "Die Anfrage ist größer, als hier erlaubt ist."),
        ("zh-CN", "请求超过了允许的大小。"),
    ],
)
@pytest.mark.parametrize("streamed", [False, True])
def test_a_form_beyond_the_limit(seat, world, app, settings, language, heading, streamed):
    browser = seat(AURORA)
    browser.send("/language", language=language)
    body = b"part=" + b"x" * (settings.max_body_bytes + 1)
    answer = browser.client.post(
        "/sites",
        content=iter([body[:10], body[10:]]) if streamed else body,
        headers={
            "accept": HTML,
            "origin": ORIGIN,
            "content-type": "application/x-www-form-urlencoded",
        },
    )
    assert answer.status_code == 413
    page = parse(answer.text)
    assert page.one("html")["lang"] == language
    assert heading in page.one("main").text


def test_a_program_still_gets_a_problem(stranger, settings):
    body = b"x" * (settings.max_body_bytes + 1)
    answer = stranger.client.post("/v1/grants", content=body)
    assert (answer.status_code, answer.json()["code"]) == (413, "hub/too-large")
