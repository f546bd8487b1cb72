"""No line of any log holds a secret, not even where everything is logged."""

import base64
import http.client
import logging
from http.cookies import SimpleCookie
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from hub.access.machine_keys import add_machine_key
from hub.access.oidc.links import open_link
from hub.access.usecases import add_key_holder, add_person
from tests.cast import BEIFENG
from tests.hub.access.assertions import claims, form, signed
from tests.hub.conftest import enrol
from tests.oidc_provider import CLIENT_SECRET, Provider, running
from tierlight import FileSigner

EMAIL, PASSWORD = "li.na@beifeng.example", "correct horse battery"


class Visitor:
    """A browser that logs nothing itself, and remembers every secret that it saw."""

    def __init__(self):
        self.secrets = [PASSWORD, CLIENT_SECRET]
        self.cookies = {}

    def ask(self, method, url, fields=None, **headers):
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=30)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if fields is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, path, urlencode(fields) if fields else None, sent)
        answer = connection.getresponse()
        body = answer.read().decode()
        for header in answer.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(header).items():
                self.cookies[name] = morsel.value
                self.secrets += [morsel.value] if name != "tierlight-language" else []
        connection.close()
        return answer.status, answer.headers.get("Location", ""), body


class Keeping(logging.Handler):
    """Keeps every line, at the finest level, the server's own included."""

    def __init__(self):
        super().__init__()
        self.lines = []
        self._loggers = [logging.getLogger(name) for name in ("", "uvicorn", "uvicorn.access")]
        self._levels = [logger.level for logger in self._loggers]

    def emit(self, record):
        self.lines.append(f"{record.name} {record.getMessage()} {record.exc_text or ''}")

    def start(self):
        """After the server has set up its own log."""
        for logger in self._loggers:
            logger.addHandler(self)
            logger.setLevel(logging.DEBUG)

    def stop(self):
        for logger, level in zip(self._loggers, self._levels, strict=True):
            logger.removeHandler(self)
            logger.setLevel(level)


@pytest.fixture
def log():
    keeping = Keeping()
    yield keeping
    keeping.stop()


def test_no_secret_is_logged(start_hub, log, tmp_path):
    (tmp_path / "works.secret").write_text(CLIENT_SECRET)
    visitor, key = Visitor(), FileSigner.generate()
    with running(Provider(email=EMAIL)) as works:
        (tmp_path / "oidc.toml").write_text(
            f'[works]\nissuer = "{works.url}"\nclient_id = "tierlight"\n'
            'client_secret_file = "works.secret"\n'
        )
        hub = start_hub(oidc_file=tmp_path / "oidc.toml", outbound_loopback=True)
        log.start()
        with hub.transaction() as session:
            member = enrol(session, BEIFENG)
            by_key = add_key_holder(session, member.company_id, "ERP")
            add_machine_key(session, by_key, key.jwk)
            add_person(session, member.company_id, EMAIL, "Li", ["submitter"], "en", PASSWORD)
        visitor.secrets.append(member.secret)
        sign_in_by_password(visitor, hub)
        ask_for_tokens(visitor, hub, member, by_key, key)
        with hub.transaction() as session:
            code = open_link(session, EMAIL, works.url, by_invitation=True)
        sign_in_by_provider(visitor, hub, str(code))
        visitor.secrets += [*works.tokens, *works.forms[0].values()]
    told = "\n".join(log.lines)
    for seen in ("POST /sign-in", "GET /sign-in/with/works/callback", "POST /auth/token"):
        assert f'"{seen} HTTP/1.1"' in told
    public = ("authorization_code", f"{hub.url}/sign-in/with/works/callback")
    secrets = {secret for secret in visitor.secrets if secret not in public}
    assert len(secrets) > 15
    assert [secret for secret in secrets if secret and secret in told] == []


def sign_in_by_password(visitor, hub):
    for password in ("a wrong password", PASSWORD):
        visitor.secrets.append(password)
        visitor.ask("GET", f"{hub.url}/sign-in")
        fields = {
            "csrf_token": visitor.cookies["tierlight-form"],
            "email": EMAIL,
            "password": password,
        }
        status, _, _ = visitor.ask("POST", f"{hub.url}/sign-in", fields, Origin=hub.url)
    assert status == 303


def ask_for_tokens(visitor, hub, member, by_key, key):
    pair = base64.b64encode(f"{member.client_id}:{member.secret}".encode()).decode()
    grant = {"grant_type": "client_credentials"}
    assertion = signed(key, claims(by_key, aud=hub.settings.public_url))
    visitor.secrets += [pair, assertion, *assertion.split(".")[1:]]
    url = f"{hub.url}/auth/token"
    asked = [
        visitor.ask("POST", url, grant, Authorization=f"Basic {pair}"),
        visitor.ask("POST", url, form(assertion)),
        visitor.ask("POST", url, form(assertion)),
    ]
    assert [status for status, _, _ in asked] == [200, 200, 401]
    for status, _, body in asked[:2]:
        token = body.partition('"access_token":"')[2].partition('"')[0]
        visitor.secrets.append(token)
        answer = visitor.ask("GET", f"{hub.url}/v1/company", Authorization=f"Bearer {token}")
        assert (status, answer[0]) == (200, 200)


def sign_in_by_provider(visitor, hub, invitation):
    visitor.secrets.append(invitation)
    _, away, _ = visitor.ask("GET", f"{hub.url}/sign-in/with/works?invitation={invitation}")
    asked = dict(parse_qsl(urlsplit(away).query))
    visitor.secrets += [asked["state"], asked["nonce"], asked["code_challenge"]]
    _, back, _ = visitor.ask("GET", away)
    visitor.secrets.append(dict(parse_qsl(urlsplit(back).query))["code"])
    status, place, _ = visitor.ask("GET", back)
    assert (status, place) == (303, "/")
