"""Compact JWS: one form, two algorithms, and no byte that may change."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws as jose
from joserfc.jwk import ECKey

from tests.cast import P256_ORDER, Actor
from tierlight_schemas.envelope import (
    MAX_PAYLOAD_BYTES,
    EnvelopeError,
    b64url_decode,
    b64url_encode,
    canonical,
    check_jwk,
    open_jws,
    sign,
    thumbprint,
    verify,
)

ED = Actor("Ed", "DE", ("X", "1"), 11)
ES = Actor("Es", "DE", ("X", "2"), 12, "ES256")
PAYLOAD = canonical({"amount": "12.50", "name": "正极材料", "list": [1, True]})
# RFC 7515, A.3.1 and RFC 8037, A.1 and A.4
A3_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}
A3_JWS = (
    "eyJhbGciOiJFUzI1NiJ9"
    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
)
OKP_KEY = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
OKP_JWS = (
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
    ".hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
)


def signed(actor=ED, payload=PAYLOAD):
    return sign(payload, actor.raw_signature, actor.alg, actor.kid)


def with_header(header, actor=ED, payload=PAYLOAD):
    """A JWS whose signature holds, under a header of the caller's choice."""
    raw = header if isinstance(header, bytes) else canonical(header)
    signing_input = f"{b64url_encode(raw)}.{b64url_encode(payload)}"
    return f"{signing_input}.{b64url_encode(actor.raw_signature(signing_input.encode()))}"


def header(actor=ED, **changes):
    return {"alg": actor.alg, "cty": "vc", "kid": actor.kid, "typ": "vc+jwt"} | changes


@pytest.mark.parametrize("actor", [ED, ES], ids=["Ed25519", "ES256"])
def test_what_was_signed_is_verified(actor):
    opened = verify(signed(actor), actor.jwk)
    assert opened.payload == PAYLOAD
    assert opened.document["amount"] == "12.50"
    assert (opened.kid, opened.alg) == (actor.kid, actor.alg)
    assert verify(signed(actor).encode(), actor.jwk) == opened


def test_the_header_is_127_characters_and_in_one_order():
    head = signed().split(".")[0]
    assert len(head) == 127
    assert list(open_jws(signed()).header) == ["alg", "cty", "kid", "typ"]


@pytest.mark.parametrize("actor", [ED, ES], ids=["Ed25519", "ES256"])
def test_every_changed_byte_is_refused_and_never_crashes(actor):
    raw = signed(actor).encode()
    for position, byte in enumerate(raw):
        for other in {byte ^ 1, byte ^ 0x20, byte ^ 0x80, ord("."), ord("A")} - {byte}:
            changed = raw[:position] + bytes([other]) + raw[position + 1 :]
            with pytest.raises(EnvelopeError):
                verify(changed, actor.jwk)


@pytest.mark.parametrize("actor", [ED, ES], ids=["Ed25519", "ES256"])
def test_every_cut_or_added_byte_is_refused(actor):
    raw = signed(actor).encode()
    for position in range(len(raw)):
        for changed in (raw[:position], raw[:position] + b"A" + raw[position:]):
            with pytest.raises(EnvelopeError):
                verify(changed, actor.jwk)


@given(st.binary(max_size=300) | st.text(max_size=100))
def test_any_text_gives_an_envelope_error(data):
    with pytest.raises(EnvelopeError):
        verify(data, ED.jwk)


HEADERS = {
    "jwk": header(jwk={"kty": "OKP"}),
    "jku": header(jku="https://keys.example"),
    "x5u": header(x5u="https://keys.example"),
    "x5c": header(x5c=["MIIB"]),
    "crit": header(crit=["exp"]),
    "b64": header(b64=False, crit=["b64"]),
    "zip": header(zip="DEF"),
    "no kid": {"alg": "Ed25519", "cty": "vc", "typ": "vc+jwt"},
    "no typ": {"alg": "Ed25519", "cty": "vc", "kid": ED.kid},
    "other typ": header(typ="JWT"),
    "other cty": header(cty="json"),
    "kid is no thumbprint": header(kid="key-1"),
    "kid is a number": header(kid=1),
    "kid with padding": header(kid=ED.kid + "="),
    "typ in another case": header(typ="VC+JWT"),
    "a list": ["alg"],
}
ALGORITHMS = ["none", "None", "HS256", "RS256", "EdDSA", "ES384", "ES256K", "ed25519", "", 1, True]


@pytest.mark.parametrize("name", HEADERS)
def test_a_header_of_any_other_members_is_refused(name):
    with pytest.raises(EnvelopeError, match="door/jws-header"):
        verify(with_header(HEADERS[name]), ED.jwk)


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_other_algorithms_are_refused_by_name(alg):
    with pytest.raises(EnvelopeError) as refusal:
        verify(with_header(header(alg=alg)), ED.jwk)
    assert refusal.value.code == "door/jws-algorithm"


def test_a_header_in_another_spelling_is_refused():
    spaced = b'{"alg": "Ed25519","cty":"vc","kid":"' + ED.kid.encode() + b'","typ":"vc+jwt"}'
    with pytest.raises(EnvelopeError, match="door/not-canonical"):
        verify(with_header(spaced), ED.jwk)


def test_a_key_is_used_for_its_own_algorithm_only():
    mixed = with_header(header(ES, alg="Ed25519"), ES)
    with pytest.raises(EnvelopeError, match="trust/bad-signature"):
        verify(mixed, ES.jwk)


def test_another_key_is_named_as_unknown_even_with_its_thumbprint_forged():
    with pytest.raises(EnvelopeError, match="trust/unknown-key"):
        verify(signed(ED), ES.jwk)
    forged = with_header(header(ED), Actor("Mallory", "DE", ("X", "3"), 13))
    with pytest.raises(EnvelopeError, match="trust/bad-signature"):
        verify(forged, ED.jwk)


PAYLOADS = {
    "not canonical": (b'{"a": 1}', "door/not-canonical"),
    "a list": (b"[]", "door/jws-payload"),
    "a text": (b'"a"', "door/jws-payload"),
    "empty": (b"", "door/json-invalid"),
    "float": (b'{"a":1.5}', "door/json-float"),
    "too large": (canonical({"a": "b" * MAX_PAYLOAD_BYTES}), "door/too-large"),
}


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_payload_that_is_no_canonical_object_is_neither_signed_nor_opened(name):
    payload, code = PAYLOADS[name]
    with pytest.raises(EnvelopeError, match=code):
        signed(payload=payload)
    with pytest.raises(EnvelopeError, match=code):
        verify(with_header(header(), payload=payload), ED.jwk)


def test_the_largest_payload_passes():
    payload = canonical({"a": "b" * (MAX_PAYLOAD_BYTES - 8)})
    assert len(payload) == MAX_PAYLOAD_BYTES
    assert verify(signed(payload=payload), ED.jwk).payload == payload


@pytest.mark.parametrize("size", [0, 63, 65, 70])
def test_a_signer_that_returns_another_length_is_caught_before_anything_leaves(size):
    with pytest.raises(EnvelopeError, match="door/jws-signature-length"):
        sign(PAYLOAD, lambda data: b"\0" * size, "Ed25519", ED.kid)


@pytest.mark.parametrize(
    ("r", "s"),
    [(0, 0), (0, 1), (1, 0), (P256_ORDER, 1), (1, P256_ORDER), (P256_ORDER, P256_ORDER), (1, 1)],
)
def test_es256_values_that_are_no_signature(r, s):
    raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    jws = sign(PAYLOAD, lambda data: raw, "ES256", ES.kid)
    with pytest.raises(EnvelopeError, match="trust/bad-signature"):
        verify(jws, ES.jwk)


def test_an_es256_signature_made_twice_is_one_declaration():
    """(r, n-s) verifies as well: that is why the payload's digest is the identity."""
    first = signed(ES)
    head, _, tail = first.rpartition(".")
    raw = b64url_decode(tail)
    other = raw[:32] + (P256_ORDER - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    twin = f"{head}.{b64url_encode(other)}"
    assert twin != first
    assert verify(twin, ES.jwk).digest == verify(first, ES.jwk).digest


def test_rfc_7515_a3_is_refused_for_its_header_and_not_for_its_key():
    assert check_jwk(A3_KEY) == A3_KEY
    jose.deserialize_compact(A3_JWS, ECKey.import_key(dict(A3_KEY)), algorithms=["ES256"])
    with pytest.raises(EnvelopeError, match="door/jws-header"):
        verify(A3_JWS, A3_KEY)


def test_rfc_8037_a3_thumbprint_and_a4_refused_for_its_header():
    assert thumbprint(OKP_KEY) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    with pytest.raises(EnvelopeError, match="door/jws-header"):
        verify(OKP_JWS, OKP_KEY)


def test_a_thumbprint_depends_on_the_required_members_only():
    assert thumbprint({**OKP_KEY, "kid": "mine", "use": "sig", "alg": "EdDSA"}) == thumbprint(
        OKP_KEY
    )


KEYS: dict[str, Any] = {
    "RSA": {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
    "symmetric": {"kty": "oct", "k": "AAAA"},
    "X25519": OKP_KEY | {"crv": "X25519"},
    "P-384": A3_KEY | {"crv": "P-384"},
    "no x": {"kty": "OKP", "crv": "Ed25519"},
    "no y": {name: A3_KEY[name] for name in ("kty", "crv", "x")},
    "x is a number": OKP_KEY | {"x": 5},
    "x with padding": OKP_KEY | {"x": OKP_KEY["x"] + "="},
    "x too short": OKP_KEY | {"x": "AAAA"},
    "not on the curve": A3_KEY | {"y": A3_KEY["x"]},
    "beyond the field": A3_KEY | {"x": b64url_encode(b"\xff" * 32)},
    "infinity": A3_KEY | {"x": b64url_encode(bytes(32)), "y": b64url_encode(bytes(32))},
    "empty": {},
    "a list": [],
    "small order, y 0": OKP_KEY | {"x": b64url_encode(bytes(32))},
    "small order, neutral": OKP_KEY | {"x": b64url_encode(b"\1" + bytes(31))},
    "small order, neutral, other sign": OKP_KEY | {"x": b64url_encode(b"\1" + bytes(30) + b"\x80")},
    "small order 8": OKP_KEY
    | {
        "x": b64url_encode(
            bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
        )
    },
}


@pytest.mark.parametrize("name", KEYS)
def test_what_is_no_key_of_ours_is_refused(name):
    with pytest.raises(EnvelopeError, match="trust/key-form"):
        check_jwk(KEYS[name])


@pytest.mark.parametrize("key", [OKP_KEY, A3_KEY])
def test_a_secret_half_is_refused_loudly(key):
    with pytest.raises(EnvelopeError, match="trust/private-key"):
        check_jwk({**key, "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"})
