"""`tierlight grant | revoke-grant | grants` at a hub, and what verify says of it offline."""

import json

import pytest

from hub.parties.usecases import add_company
from tests.sdk.conftest import Desk


@pytest.fixture
def at_hub(desk, live_hub, cellwerk):
    """Options that lead to the hub, which knows the desk's key."""
    secret = desk.folder / "secret"
    secret.write_text(cellwerk.secret)
    hub = ("--url", live_hub.url, "--client-id", cellwerk.client_id)
    options = (*hub, "--client-secret-file", secret)
    assert desk.run("register-key", "--key", desk.key, *options).status == 0
    return options


@pytest.fixture
def reader(live_hub):
    with live_hub.transaction() as session:
        return add_company(session, "Beifeng Pack", "CN", []).id


def grant(desk: Desk, options, reader, *more):
    out = desk.folder / "consent.jws"
    return desk.run("grant", "--reader", reader, *more, "--out", out, "--key", desk.key, *options)


def test_a_signed_consent_is_given_verified_and_ended(desk, at_hub, reader):
    ran = grant(desk, at_hub, reader, "--level", 2, "--aggregate", "--purpose", "fleet report")
    assert ran.status == 0, ran.err
    assert "You sign: We let" in ran.err
    given = ran.out.strip()
    checked = desk.run("verify", desk.folder / "consent.jws")
    assert checked.status == 0, checked.err
    assert "fleet report" in checked.out
    assert "receipt is that of" in checked.out
    listed = json.loads(desk.run("grants", *at_hub).out)
    assert (listed["id"], listed["level"]) == (given, 2)
    end = desk.folder / "end.jws"
    ended = desk.run("revoke-grant", given, "--key", desk.key, "--out", end, *at_hub)
    assert ended.status == 0, ended.err
    assert desk.run("verify", end).status == 0
    assert "revoked_at" in json.loads(desk.run("grants", *at_hub).out)


def test_an_altered_consent_is_invalid(desk, at_hub, reader):
    grant(desk, at_hub, reader)
    out = desk.folder / "consent.jws"
    head, body, _ = out.read_text().split(".")
    out.write_text(f"{head}.{body}.{'A' * 84}AA")
    assert desk.run("verify", out).status == 1


def test_without_the_key_it_is_sound_but_nobody_s(desk, at_hub, reader):
    grant(desk, at_hub, reader)
    desk.jwk.unlink()
    assert desk.run("verify", desk.folder / "consent.jws").status == 3


def test_another_consent_s_receipt_does_not_fit(desk, at_hub, reader):
    grant(desk, at_hub, reader)
    (kept,) = (desk.folder / "consent.jws.receipts").glob("*.json")
    kept.write_bytes(kept.read_bytes().replace(b'"index":', b'"index":1'))
    other = json.loads(kept.read_bytes()) | {"digest": "0" * 64}
    kept.write_text(json.dumps(other, sort_keys=True, separators=(",", ":")))
    assert desk.run("verify", desk.folder / "consent.jws").status == 1


@pytest.mark.parametrize(
    ("more", "code"),
    [(("--part", "NO-SUCH"), 1), (("--until", "2001-01-01"), 1), (("--level", 6), 2)],
)
def test_what_cannot_be_granted_is_said(desk, at_hub, reader, more, code):
    assert grant(desk, at_hub, reader, *more).status == code


def test_out_needs_a_key(desk, at_hub, reader):
    out = desk.folder / "consent.jws"
    assert desk.run("grant", "--reader", reader, "--out", out, *at_hub).status == 1


def test_an_unsigned_one_is_given_and_ended_without_a_key(desk, at_hub, reader):
    given = desk.run("grant", "--reader", reader, *at_hub).out.strip()
    assert "digest" not in json.loads(desk.run("grants", *at_hub).out)
    assert desk.run("revoke-grant", given, *at_hub).status == 0
