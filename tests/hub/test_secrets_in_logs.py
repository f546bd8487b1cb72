"""What `hub serve` writes to its log: no secret, and no line that a stranger made up."""

import logging

import httpx
import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from hub.access.usecases import add_person
from hub.kit.database import transaction
from tests.cast import BEIFENG
from tests.conftest import listening
from tests.hub.conftest import enrol

PASSWORD = "correct horse battery"


@pytest.fixture
def member(own_database):
    with transaction(own_database.write) as session:
        member = enrol(session, BEIFENG)
        add_person(session, member.company_id, "li@b.example", "Li", ["submitter"], "en", PASSWORD)
    return member


def test_no_secret_reaches_a_log(own_url, own_database, member, capfd, caplog):
    caplog.set_level(logging.DEBUG)
    grant = {"grant_type": "client_credentials"}
    with listening(own_url, own_database, log_level="debug") as hub, httpx.Client() as client:
        token_url = f"{hub.url}/auth/token"
        basic = (member.client_id, member.secret)
        token = client.post(token_url, data=grant, auth=basic).json()["access_token"]
        client.post(token_url, data=grant, auth=(member.client_id, member.secret + "x"))
        bearer = {"Authorization": f"Bearer {token}"}
        assert client.get(f"{hub.url}/v1/keys", headers=bearer).status_code == 200
        form = client.get(f"{hub.url}/sign-in")
        fields = {
            "email": "li@b.example",
            "password": PASSWORD,
            "csrf_token": form.cookies.get("tierlight-form", ""),
        }
        answer = client.post(f"{hub.url}/sign-in", data=fields, headers={"Origin": hub.url})
        assert answer.status_code == 303
        cookie = answer.cookies["tierlight-session"]
        event.listen(Session, "before_commit", fail)
        try:
            broken = client.post(token_url, data=grant, auth=basic)
        finally:
            event.remove(Session, "before_commit", fail)
        assert broken.status_code == 500
    said = "".join(capfd.readouterr()) + caplog.text
    assert "the power went" in said
    for secret in (member.secret, token, PASSWORD, "correct+horse", cookie, member.token):
        assert secret not in said


def fail(session: Session) -> None:
    raise RuntimeError("the power went")


@pytest.mark.parametrize(
    "path",
    [
        "/v1/parts/x%0d%0aINFO:%20%20forged",
        "/v1/parts?number=x%0aINFO:%20%20forged",
        "/%1b%5b2Jforged",
        "/%E2%80%A8INFO:%20%20forged",
    ],
)
def test_no_line_of_a_log_can_be_made_up(own_url, own_database, capfd, path):
    with listening(own_url, own_database, log_level="info") as hub:
        httpx.get(hub.url + path)
    said = "".join(capfd.readouterr())
    lines = [line for line in said.splitlines() if "forged" in line]
    assert len(lines) == 1
    assert '"GET /' in lines[0]
    assert "\x1b[2J" not in lines[0]
