"""Tokens, retries and errors, against a hub that misbehaves."""

import email.utils
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import httpx
import pytest

from tests.sdk.fake_hub import URL, FakeHub
from tierlight import (
    BadRequest,
    Client,
    ConfigurationError,
    Conflict,
    ConnectionFailed,
    FileSigner,
    HubUnavailable,
    NotAllowed,
    NotFound,
    NotSignedIn,
    TooManyRequests,
)
from tierlight.credentials import ClientKey, ClientSecret
from tierlight.transport import FIRST_PAUSE, Transport, pause
from tierlight_schemas.canonical import b64url_decode

NDJSON = {"content": b"", "content_type": "application/x-ndjson"}


@pytest.fixture
def hub():
    return FakeHub()


@pytest.fixture
def slept():
    return []


@pytest.fixture
def sender(hub, slept):
    return Transport(
        URL,
        ClientSecret("erp", hub.secret),
        timeout=1,
        max_retries=2,
        language="de",
        http_client=hub.client(),
        sleep=slept.append,
    )


def submit(sender, **how):
    return sender.request(
        "POST", "/v1/declarations", repeatable=how.get("repeatable", True), **NDJSON
    )


def test_one_token_serves_many_requests(hub, sender):
    for _ in range(3):
        submit(sender)
    assert hub.paths().count("/auth/token") == 1
    assert hub.requests[-1].headers["accept-language"] == "de"


def test_a_token_is_renewed_before_it_ends(hub, sender, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr("tierlight.transport.time.monotonic", lambda: now[0])
    submit(sender)
    now[0] += 565
    submit(sender)
    assert hub.paths().count("/auth/token") == 1
    now[0] += 10
    submit(sender)
    assert hub.paths().count("/auth/token") == 2


def test_a_token_that_ended_early_is_renewed_once(hub, sender):
    submit(sender)
    hub.tokens.clear()
    submit(sender)
    assert hub.paths().count("/auth/token") == 2


def test_a_second_refusal_is_meant(hub, sender):
    hub.fails(401)
    hub.fails(401)
    with pytest.raises(NotSignedIn):
        submit(sender)


def test_a_wrong_secret_is_said_and_not_tried_again(hub, slept):
    wrong = Transport(
        URL,
        ClientSecret("erp", "wrong"),
        timeout=1,
        max_retries=2,
        language="en",
        http_client=hub.client(),
        sleep=slept.append,
    )
    with pytest.raises(NotSignedIn) as refusal:
        submit(wrong)
    assert refusal.value.code == "invalid_client"
    assert hub.paths().count("/auth/token") == 1


@pytest.mark.parametrize(
    "endpoint", ["https://evil.example/auth/token", "http://169.254.169.254/auth/token"]
)
def test_the_secret_stays_with_the_hub_wherever_discovery_points(hub, sender, endpoint):
    hub.token_endpoint = endpoint
    submit(sender)
    assert {request.url.host for request in hub.requests} == {"hub.example"}


@pytest.mark.parametrize("prefix", ["", "/tierlight"])
def test_a_hub_may_live_under_a_path(slept, prefix):
    hub = FakeHub(prefix=prefix, token_endpoint=f"{URL}{prefix}/auth/token")
    under = Transport(
        f"{URL}{prefix}/",
        ClientSecret("erp", hub.secret),
        timeout=1,
        max_retries=0,
        language="en",
        http_client=hub.client(),
        sleep=slept.append,
    )
    submit(under)
    assert hub.paths() == [
        f"{prefix}/.well-known/openid-configuration",
        f"{prefix}/auth/token",
        f"{prefix}/v1/declarations",
    ]


def assertion(request):
    """Header and claims of the assertion in a token request."""
    form = dict(parse_qsl(request.content.decode()))
    return [json.loads(b64url_decode(part)) for part in form["client_assertion"].split(".")[:2]]


def test_a_key_signs_for_this_hub_alone_and_anew_each_time(hub, slept):
    signer = FileSigner.generate()
    made = iter([httpx.Response(503), httpx.Response(503), httpx.Response(200, json={})])
    hub._token = lambda request: next(made)
    by_key = Transport(
        URL,
        ClientKey("erp", signer),
        timeout=1,
        max_retries=2,
        language="en",
        http_client=hub.client(),
        sleep=slept.append,
    )
    with pytest.raises(ConnectionFailed, match="sdk/not-a-hub"):
        submit(by_key)
    sent = [r for r in hub.requests if r.url.path == "/auth/token"]
    said = [assertion(request) for request in sent]
    assert {header["alg"] for header, _ in said} == {"Ed25519"}
    assert {header["kid"] for header, _ in said} == {signer.kid}
    assert {claims["aud"] for _, claims in said} == {URL}
    assert {(claims["iss"], claims["sub"]) for _, claims in said} == {("erp", "erp")}
    assert {claims["exp"] - claims["iat"] for _, claims in said} == {60}
    assert len({claims["jti"] for _, claims in said}) == 3
    assert not any("authorization" in request.headers for request in sent)


@pytest.mark.parametrize(
    ("issuer", "audience"),
    [(f"{URL}/", f"{URL}/"), ("https://evil.example", URL), (None, URL), (5, URL)],
)
def test_nothing_is_signed_for_a_hub_of_another_name(hub, slept, issuer, audience):
    """Else one hub could have assertions made that are good at another."""
    document = {"issuer": issuer, "token_endpoint": f"{URL}/auth/token"}
    seen = []

    def answer(request):
        seen.append(request)
        is_discovery = request.url.path.startswith("/.well-known")
        return httpx.Response(200, json=document) if is_discovery else httpx.Response(401)

    by_key = Transport(
        URL,
        ClientKey("erp", FileSigner.generate("ES256")),
        timeout=1,
        max_retries=0,
        language="en",
        http_client=httpx.Client(transport=httpx.MockTransport(answer)),
        sleep=slept.append,
    )
    with pytest.raises(NotSignedIn):
        submit(by_key)
    assert assertion(seen[-1])[1]["aud"] == audience


def test_a_key_is_preferred_to_a_secret(tmp_path, monkeypatch, hub):
    FileSigner.generate().save(tmp_path / "erp.pem")
    monkeypatch.setenv("TIERLIGHT_CLIENT_SECRET", hub.secret)
    monkeypatch.setenv("TIERLIGHT_CLIENT_KEY_FILE", str(tmp_path / "erp.pem"))
    for secret, kind in ((None, ClientKey), ("s", ClientSecret)):
        client = Client(URL, "erp", secret)
        assert isinstance(client._transport._credentials, kind)
        client.close()
    monkeypatch.setenv("TIERLIGHT_CLIENT_KEY_FILE", str(tmp_path / "lost.pem"))
    with pytest.raises(ConfigurationError, match=r"lost\.pem"):
        Client(URL, "erp")


def test_a_secret_is_not_shown(hub):
    assert hub.secret not in repr(ClientSecret("erp", hub.secret))


def test_without_a_discovery_document_the_usual_endpoint_is_asked(hub, sender):
    hub.discovery = False
    submit(sender)
    assert hub.paths()[1] == "/auth/token"


@pytest.mark.parametrize("endpoint", ["", "auth", None, 5])
def test_a_discovery_document_without_an_endpoint_is_no_hub(hub, sender, endpoint):
    hub.token_endpoint = endpoint
    with pytest.raises(ConnectionFailed, match="sdk/not-a-hub"):
        submit(sender)


@pytest.mark.parametrize("status", [408, 429, 503])
def test_the_hub_asks_to_come_again_and_we_do(hub, sender, slept, status):
    hub.fails(status)
    submit(sender, repeatable=False)
    assert len(slept) == 1


@pytest.mark.parametrize("status", [500, 502, 504])
def test_what_may_have_been_done_is_sent_again_only_when_that_changes_nothing(
    hub, sender, slept, status
):
    hub.fails(status)
    submit(sender)
    assert len(slept) == 1
    hub.fails(status)
    with pytest.raises(HubUnavailable):
        submit(sender, repeatable=False)
    assert len(slept) == 1


STATUSES = {400: BadRequest, 403: NotAllowed, 404: NotFound, 409: Conflict, 422: BadRequest}


@pytest.mark.parametrize("status", STATUSES)
def test_what_is_meant_is_not_retried(hub, sender, slept, status):
    hub.fails(status, **{"X-Request-Id": "r-1"})
    with pytest.raises(STATUSES[status]) as refusal:
        submit(sender)
    error = refusal.value
    assert (error.status, error.code, error.message) == (status, "hub/x", "said")
    assert (error.remedy, error.request_id) == ("do", "r-1")
    assert str(error) == f"{status} hub/x: said do [request r-1]"
    assert slept == []


@pytest.mark.parametrize(("status", "error"), [(429, TooManyRequests), (503, HubUnavailable)])
def test_patience_ends_after_two_retries(hub, sender, slept, status, error):
    for _ in range(3):
        hub.fails(status)
    with pytest.raises(error):
        submit(sender)
    assert len(slept) == 2


def test_a_lost_answer_is_asked_for_again(hub, sender, slept):
    hub.breaks()
    submit(sender)
    assert len(slept) == 1
    hub.breaks()
    with pytest.raises(ConnectionFailed, match="sdk/unreachable"):
        submit(sender, repeatable=False)


def test_what_was_never_sent_is_sent_again_always(hub, sender, slept):
    hub.breaks(httpx.ConnectError)
    submit(sender, repeatable=False)
    assert len(slept) == 1


def test_retry_after_is_honoured_in_seconds_and_as_a_date(hub, sender, slept):
    hub.fails(429, **{"Retry-After": "7"})
    submit(sender)
    assert 7 <= slept[0] <= 7.5
    soon = datetime.now(UTC) + timedelta(seconds=20)
    hub.fails(503, **{"Retry-After": email.utils.format_datetime(soon, usegmt=True)})
    submit(sender)
    assert 15 < slept[1] <= 20.5


def test_a_hub_that_asks_for_an_hour_is_not_waited_for(hub, sender, slept):
    hub.fails(503, **{"Retry-After": "3600"})
    with pytest.raises(HubUnavailable):
        submit(sender)
    assert slept == []


@pytest.mark.parametrize("text", ["soon", "-1", "", "Thu, 99 Foo 2026"])
def test_a_retry_after_that_says_nothing_is_ignored(text):
    assert pause(0, text) <= FIRST_PAUSE


def test_pauses_double_and_are_spread():
    for attempt in range(4):
        found = {pause(attempt, None) for _ in range(50)}
        assert len(found) > 1
        assert FIRST_PAUSE * 2**attempt / 2 <= min(found) <= max(found) <= FIRST_PAUSE * 2**attempt


def test_a_redirect_is_not_followed(hub, sender):
    hub.next.append(
        lambda request: httpx.Response(302, headers={"Location": "https://evil.example"})
    )
    with pytest.raises(BadRequest):
        submit(sender)


def test_an_answer_of_something_else_is_said(hub, sender):
    hub.next.append(lambda request: httpx.Response(200, text="<html>"))
    with pytest.raises(ConnectionFailed, match="sdk/not-a-hub"):
        sender.json("GET", "/v1/company", repeatable=True)
    hub.next.append(lambda request: httpx.Response(418, text="<html>"))
    with pytest.raises(BadRequest) as refusal:
        submit(sender)
    assert refusal.value.code == "sdk/refused"


@pytest.mark.parametrize(
    "url", ["", "hub.example", "ftp://hub.example", "https://", "https://h?x=1"]
)
def test_an_address_must_be_one(url):
    with pytest.raises(ConfigurationError):
        Client(url, "erp", "s")


def test_the_secret_is_not_sent_in_the_clear():
    with pytest.raises(ConfigurationError, match="sdk/not-https"):
        Client("http://hub.example", "erp", "s")
    for url in (
        "http://127.0.0.1:8000",
        "http://localhost",
        "http://[::1]:1",
        "https://hub.example",
    ):
        Client(url, "erp", "s").close()
    Client("http://hub.example", "erp", "s", allow_http=True).close()


def test_what_is_not_given_comes_from_the_environment(monkeypatch, hub):
    for name in ("TIERLIGHT_URL", "TIERLIGHT_CLIENT_ID", "TIERLIGHT_CLIENT_SECRET"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ConfigurationError, match="TIERLIGHT_URL"):
        Client()
    monkeypatch.setenv("TIERLIGHT_URL", URL)
    monkeypatch.setenv("TIERLIGHT_CLIENT_ID", "erp")
    monkeypatch.setenv("TIERLIGHT_CLIENT_SECRET", hub.secret)
    with Client(http_client=hub.client()) as client:
        assert client.submit_many([]) == []
