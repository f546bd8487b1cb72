"""Vectors of the RFCs and cases in the manner of Wycheproof, through our own verify."""

import hashlib
from collections import Counter

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.cast import P256_ORDER, Actor
from tests.schemas.jws_cases import cases, raw
from tierlight_schemas.envelope import (
    EnvelopeError,
    b64url_decode,
    b64url_encode,
    canonical,
    check_jwk,
    strict_json,
    thumbprint,
    verify,
    verify_signature,
)

ED = Actor("Ed", "DE", ("X", "1"), 21)
ES = Actor("Es", "DE", ("X", "2"), 22, "ES256")
PAYLOAD = canonical({"amount": "12.50", "name": "正极材料", "list": [1, True]})
CASES = {case.name: case for case in cases(ED, ES, PAYLOAD)}

# RFC 8032, 7.1: secret key, public key, message, signature
RFC8032 = {
    "TEST 1": (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701c"
        "f9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    "TEST 2": (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0"
        "f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    "TEST 3": (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f76098"
        "4dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
}
# RFC 6979, A.2.5, with SHA-256: message, r, s
RFC6979_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": b64url_encode(
        bytes.fromhex("60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6")
    ),
    "y": b64url_encode(
        bytes.fromhex("7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299")
    ),
}
RFC6979 = {
    "sample": (
        0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716,
        0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8,
    ),
    "test": (
        0xF1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367,
        0x019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083,
    ),
}
# RFC 7515, A.3, and RFC 8037, A.4 and A.5
A3_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}
A3_INPUT = (
    b"eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
    b"cGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
)
A3_SIGNATURE = (
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
)
OKP_KEY = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
OKP_INPUT = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
OKP_SIGNATURE = (
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
)


def refused(signing_input: bytes, signature: bytes, jwk) -> bool:
    try:
        verify_signature(signing_input, signature, jwk)
    except EnvelopeError as error:
        return error.code == "trust/bad-signature"
    return False


class TestRfcs:
    @pytest.mark.parametrize("name", RFC8032)
    def test_8032(self, name):
        secret, public, message, signature = map(bytes.fromhex, RFC8032[name])
        jwk = {"kty": "OKP", "crv": "Ed25519", "x": b64url_encode(public)}
        verify_signature(message, signature, jwk)
        assert Ed25519PrivateKey.from_private_bytes(secret).sign(message) == signature
        assert refused(message + b"\0", signature, jwk)
        assert refused(message, signature[:-1] + b"\x20", jwk)

    @pytest.mark.parametrize("message", RFC6979)
    def test_6979(self, message):
        r, s = RFC6979[message]
        verify_signature(message.encode(), raw(r, s), RFC6979_KEY)
        verify_signature(message.encode(), raw(r, P256_ORDER - s), RFC6979_KEY)
        assert refused(b"other", raw(r, s), RFC6979_KEY)
        assert refused(message.encode(), raw(s, r), RFC6979_KEY)

    def test_7515_a3(self):
        verify_signature(A3_INPUT, b64url_decode(A3_SIGNATURE), A3_KEY)
        assert refused(A3_INPUT[:-1] + b"R", b64url_decode(A3_SIGNATURE), A3_KEY)
        with pytest.raises(EnvelopeError, match="door/jws-header"):
            verify(A3_INPUT + b"." + A3_SIGNATURE.encode(), A3_KEY)

    def test_8037_a4_and_a5(self):
        verify_signature(OKP_INPUT, b64url_decode(OKP_SIGNATURE), OKP_KEY)
        assert refused(OKP_INPUT[:-1] + b"d", b64url_decode(OKP_SIGNATURE), OKP_KEY)
        with pytest.raises(EnvelopeError, match="door/jws-header"):
            verify(OKP_INPUT + b"." + OKP_SIGNATURE.encode(), OKP_KEY)

    def test_7638_and_8037_a3(self):
        """RFC 7638 has an RSA key: its bytes and digest are ours, the kind of key is not."""
        rsa = {
            "e": "AQAB",
            "kty": "RSA",
            "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L"
            "6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65"
            "YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt"
            "-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
        }
        expected = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
        assert b64url_encode(hashlib.sha256(canonical(rsa)).digest()) == expected
        with pytest.raises(EnvelopeError, match="trust/key-form"):
            thumbprint(rsa)
        assert thumbprint(OKP_KEY) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            (b'["\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/"]', None),
            (b'{"literals":[true,false]}', b'{"literals":[true,false]}'),
            (b'{"b":{"z":1,"a":2},"a":[]}', b'{"a":[],"b":{"a":2,"z":1}}'),
            (
                b'{"\\u000a":"Newline","1":"One","":"empty"}',
                b'{"":"empty","\\n":"Newline","1":"One"}',
            ),
            ('{"peach":"1","péché":"2","pêche":"3","sin":"4"}'.encode(), None),
            (b"[9007199254740991,-9007199254740991,0]", None),
        ],
    )
    def test_8785(self, text, expected):
        """Sorting by UTF-16 units and one escape for each text, sections 3.2.2 and 3.2.3."""
        made = canonical(strict_json(text))
        euro = '["\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"]'.encode()
        assert made == (expected or (euro if b"20ac" in text else text))

    @pytest.mark.parametrize("number", [b"333333333.33333329", b"1E30", b"4.50", b"2e-3", b"-0.0"])
    def test_8785_numbers_that_our_documents_never_hold(self, number):
        with pytest.raises(EnvelopeError, match="door/json-float"):
            strict_json(b"[" + number + b"]")


class TestCases:
    @pytest.mark.parametrize("name", CASES)
    def test_is_judged_as_the_rules_say(self, name):
        case = CASES[name]
        if not case.code:
            assert verify(case.jws, case.jwk).payload == PAYLOAD
            return
        with pytest.raises(EnvelopeError) as refusal:
            verify(case.jws, case.jwk)
        assert refusal.value.code == case.code

    def test_are_many_and_mostly_bad(self):
        verdicts = Counter(bool(case.code) for case in CASES.values())
        assert verdicts[True] >= 300
        assert 5 <= verdicts[False] <= 10

    def test_every_key_of_small_order_is_refused_in_every_spelling(self):
        assert check_jwk(ED.jwk) == ED.jwk
        names = [name for name in CASES if name.startswith("key: y = ") and "sign" in name]
        assert len(names) == 2 * (5 + 19)
