"""`tierlight sign`: what it shows, what it asks, and what it will not sign."""

import io
import json
import sys

import pytest

from tests.sdk.conftest import Desk, Ran
from tierlight.submissions import Signed
from tierlight_schemas.envelope import canonical, digest, open_jws, verify


@pytest.fixture
def declared(desk: Desk) -> Desk:
    assert desk.declare().status == 0
    return desk


def first(desk: Desk) -> Signed:
    return Signed.read(desk.lines()[0])


def sign(desk: Desk, payload: bytes, *options: object) -> Ran:
    path = desk.folder / "payload.json"
    path.write_bytes(payload)
    return desk.run("sign", path, "--key", desk.key, *options)


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_shows_sentence_amounts_and_digest_and_signs_exactly_these_bytes(declared):
    payload = first(declared).opened.payload
    out = declared.folder / "signed.jws"
    ran = sign(declared, payload, "--out", out, "--yes")
    assert ran.status == 0
    assert "You sign: We declare for part A-1: 12.50 kg CO2e" in ran.err
    assert "  pcfExcludingBiogenicUptake: 12.50" in ran.err
    assert "  productMassPerDeclaredUnit: 2.5" in ran.err
    assert "fossilGhgEmissions" not in ran.err  # nobody stated it: it is no zero
    known = digest(payload)
    assert f"Document: {known[:4]} {known[4:8]} {known[8:12]}" in ran.err
    assert verify(out.read_bytes(), json.loads(declared.jwk.read_bytes())).payload == payload
    again = sign(declared, payload, "--yes")
    assert again.out.strip().encode() == out.read_bytes()


@pytest.mark.parametrize("yes", ["y\n", "YES\n", "ja\n", "是\n", " j \n"])
def test_asks_and_takes_a_yes(declared, monkeypatch, yes):
    answer(monkeypatch, yes)
    ran = sign(declared, first(declared).opened.payload)
    assert ran.status == 0
    assert "Sign this? [y/N]" in ran.err
    assert open_jws(ran.out.strip()).payload == first(declared).opened.payload


@pytest.mark.parametrize("no", ["", "\n", "n\n", "no\n", "nein\n", "yes please\n", "否\n"])
def test_signs_nothing_without_one(declared, monkeypatch, no):
    answer(monkeypatch, no)
    out = declared.folder / "signed.jws"
    ran = sign(declared, first(declared).opened.payload, "--out", out)
    assert ran.status == 1
    assert "nobody said yes" in ran.err
    assert not ran.out
    assert not out.exists()


def test_refuses_what_a_hub_would_refuse_and_what_is_no_declaration(declared):
    document = dict(first(declared).opened.document)
    footprint = document["credentialSubject"]["footprint"]
    bad = {
        "not canonical": json.dumps(document, indent=1).encode(),
        "a byte too many": canonical(document) + b"\n",
        "without its subject": canonical({k: v for k, v in document.items() if k != "issuer"}),
        "a bare footprint": canonical(footprint),
        "a list": b"[]",
        "a text": b'"yes"',
        "nothing": b"",
        "no text": b"\xff\xfe",
        "signed already": first(declared).jws,
        "another type": canonical(document | {"type": ["VerifiableCredential", "Invoice"]}),
    }
    for case, payload in bad.items():
        ran = sign(declared, payload, "--yes")
        assert ran.status == 1, case
        assert not ran.out, case
        assert ran.err, case


def test_a_sentence_cannot_move_the_cursor(declared):
    document = json.loads(canonical(first(declared).opened.document))
    document["credentialSubject"]["statement"]["text"] = "We declare 1 kg\x1b[2K\r90 kg"
    ran = sign(declared, canonical(document), "--yes")
    assert ran.status == 0
    assert "\x1b" not in ran.err
    assert "1 kg\\x1b[2K\\r90 kg" in ran.err


def test_a_file_that_is_not_there_is_named(declared):
    ran = declared.run("sign", declared.folder / "none.json", "--key", declared.key, "--yes")
    assert ran.status == 1
    assert "none.json" in ran.err
