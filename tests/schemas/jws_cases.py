"""What may be sent in a declaration's place: one table of JWS and keys, each with its verdict.

In the manner of Project Wycheproof: made from the rules of RFC 7515, 7518, 8032, 8037 and from what
implementations got wrong, around a payload that is honest.
"""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from tests.cast import P256_ORDER, Actor
from tierlight_schemas.envelope import (
    MAX_JWS_BYTES,
    MAX_PAYLOAD_BYTES,
    b64url_decode,
    b64url_encode,
    canonical,
)

BAD = "trust/bad-signature"
ALGORITHM = "door/jws-algorithm"
ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493
ED25519_PRIME = 2**255 - 19
P256_PRIME = 2**256 - 2**224 + 2**192 + 2**96 - 1
ORDER_EIGHT = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
SMALL_ORDER = (0, 1, ED25519_PRIME - 1, ORDER_EIGHT, ED25519_PRIME - ORDER_EIGHT)


@dataclass(frozen=True)
class Case:
    """A JWS, the key it is judged with, and the code of its refusal; None when it holds."""

    name: str
    jws: str | bytes
    jwk: Mapping[str, Any]
    code: str | None


@dataclass(frozen=True)
class Maker:
    """Makes variants of one honest JWS of an actor."""

    actor: Actor
    payload: bytes

    @property
    def header(self) -> dict[str, Any]:
        return {"alg": self.actor.alg, "cty": "vc", "kid": self.actor.kid, "typ": "vc+jwt"}

    def with_header(self, header: Any) -> str:
        """Honestly signed, whatever the header."""
        raw = header if isinstance(header, bytes) else json_bytes(header)
        signing_input = f"{b64url_encode(raw)}.{b64url_encode(self.payload)}"
        return f"{signing_input}.{b64url_encode(self.actor.raw_signature(signing_input.encode()))}"

    @cached_property
    def parts(self) -> list[str]:
        """Header, payload and signature: made once, because ES256 never signs twice the same."""
        return self.with_header(self.header).split(".")

    @property
    def signature(self) -> bytes:
        return b64url_decode(self.parts[2])

    @property
    def signing_input(self) -> bytes:
        return ".".join(self.parts[:2]).encode()

    def with_signature(self, signature: bytes) -> str:
        return self.signing_input.decode() + "." + b64url_encode(signature)

    def case(self, name: str, jws: str | bytes, code: str | None) -> Case:
        return Case(f"{self.actor.alg}: {name}", jws, self.actor.jwk, code)


def json_bytes(value: Any) -> bytes:
    """RFC 8785 bytes of what our own `canonical` would refuse as well."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def cases(ed: Actor, es: Actor, payload: bytes) -> list[Case]:
    """Everything, for both algorithms."""
    makers = [Maker(ed, payload), Maker(es, payload)]
    both = [case for maker in makers for case in _for(maker)]
    return [*both, *_ed25519(makers[0]), *_es256(makers[1]), *_crossed(*makers), *_keys(*makers)]


def _for(maker: Maker) -> Iterator[Case]:
    yield from _headers(maker)
    yield from _spellings(maker)
    yield from _shapes(maker)
    yield from _lengths(maker)


ALGORITHMS: tuple[Any, ...] = (
    *("none", "None", "NONE", "nOnE", "", "HS256", "HS384", "HS512", "RS256", "RS512", "PS256"),
    *("EdDSA", "Ed448", "ES256K", "ES384", "ES512", "ed25519", "es256", "Ed25519 ", "ES256\t"),
)
EXTRA: dict[str, Any] = {
    "jwk": {"crv": "Ed25519", "kty": "OKP", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
    "jku": "https://keys.example/jwks.json",
    "x5u": "https://keys.example/chain.pem",
    "x5c": ["MIIB"],
    "x5t": "AAAA",
    "x5t#S256": "AAAA",
    "crit": ["exp"],
    "zip": "DEF",
    "b64": False,
    "enc": "A256GCM",
    "nonce": "AAAA",
    "url": "https://hub.example",
    "iss": "urn:tierlight:key:x",
    "exp": 4102444800,
    "": "",
}


def _headers(maker: Maker) -> Iterator[Case]:
    header, shape = maker.header, "door/jws-header"
    yield maker.case("honest", maker.with_header(header), None)
    yield maker.case("honest, as bytes", maker.with_header(header).encode(), None)
    for name, value in EXTRA.items():
        yield maker.case(f"{name!r} beside", maker.with_header(header | {name: value}), shape)
        replaced = {k: v for k, v in header.items() if k != "cty"} | {name: value}
        yield maker.case(f"{name!r} for cty", maker.with_header(replaced), shape)
    crit = header | {"crit": ["b64"], "b64": False}
    yield maker.case("b64 with crit", maker.with_header(crit), shape)
    yield maker.case("crit, empty", maker.with_header(header | {"crit": []}), shape)
    for alg in ALGORITHMS:
        said = maker.with_header(header | {"alg": alg})
        yield maker.case(f"alg {alg!r}", said, ALGORITHM)
    for name in header:
        without = {k: v for k, v in header.items() if k != name}
        yield maker.case(f"no {name}", maker.with_header(without), shape)
    for typ in ("JWT", "jwt", "vc", "VC+JWT", "application/vc+jwt", "vc+sd-jwt", ""):
        yield maker.case(f"typ {typ!r}", maker.with_header(header | {"typ": typ}), shape)
    for cty in ("VC", "application/vc", "json", ""):
        yield maker.case(f"cty {cty!r}", maker.with_header(header | {"cty": cty}), shape)
    for name, kid in (
        ("empty", ""),
        ("a number", 7),
        ("a list", [header["kid"]]),
        ("padded", header["kid"] + "="),
        ("an address", "https://keys.example/1"),
        ("a path", "../../../dev/null"),
        ("SQL", "' OR '1'='1"),
        ("short", header["kid"][:-1]),
        ("long", header["kid"] + "A"),
        ("hexadecimal", b64url_decode(header["kid"]).hex()),
    ):
        yield maker.case(f"kid {name}", maker.with_header(header | {"kid": kid}), shape)
    other = maker.with_header(header | {"kid": b64url_encode(bytes(32))})
    yield maker.case("kid of nobody", other, "trust/unknown-key")


def _spellings(maker: Maker) -> Iterator[Case]:
    raw, kid = canonical(maker.header), maker.actor.kid
    for name, changed, code in (
        ("a member twice", raw[:-1] + b',"typ":"vc+jwt"}', "door/json-duplicate-key"),
        ("alg twice", b'{"alg":"none",' + raw[1:], "door/json-duplicate-key"),
        ("alg twice, escaped", b'{"\\u0061lg":"none",' + raw[1:], "door/json-duplicate-key"),
        ("another order", json.dumps(_turned(maker.header)).encode(), "door/not-canonical"),
        ("a space", raw.replace(b":", b": ", 1), "door/not-canonical"),
        ("a line end after it", raw + b"\n", "door/not-canonical"),
        ("an escape", raw.replace(b"vc+jwt", b"\\u0076c+jwt"), "door/not-canonical"),
        ("a byte order mark", b"\xef\xbb\xbf" + raw, "door/json-byte-order-mark"),
        ("UTF-16", raw.decode().encode("utf-16-le"), "door/json-invalid"),
        ("a NUL", raw.replace(b"vc+jwt", b"vc\\u0000jwt"), "door/json-nul"),
        ("not UTF-8", raw.replace(b"vc+jwt", b"vc\xffjwt"), "door/not-utf8"),
        ("two objects", raw + raw, "door/json-invalid"),
        ("a list", b"[" + raw + b"]", "door/jws-header"),
        ("a text", b'"' + kid.encode() + b'"', "door/jws-header"),
        ("null", b"null", "door/json-null"),
        ("a null member", raw.replace(b'"vc"', b"null"), "door/json-null"),
        ("a number for alg", raw.replace(f'"{maker.actor.alg}"'.encode(), b"7"), ALGORITHM),
        ("empty object", b"{}", "door/jws-header"),
        ("padded to 513 bytes", raw + b" " * (513 - len(raw)), "door/too-large"),
        ("90,000 bytes", raw[:-1] + b',"z":"' + b"z" * 89_000 + b'"}', "door/too-large"),
    ):
        yield maker.case(f"header: {name}", maker.with_header(changed), code)


def _turned(header: Mapping[str, Any]) -> dict[str, Any]:
    return {name: header[name] for name in reversed(list(header))}


def _shapes(maker: Maker) -> Iterator[Case]:
    head, body, tail = maker.parts
    shape, spelling = "door/jws-shape", "door/base64url"
    flattened = {"protected": head, "payload": body, "signature": tail}
    general = {"payload": body, "signatures": [{"protected": head, "signature": tail}]}
    for name, jws, code in (
        ("nothing", "", shape),
        ("one part", head, shape),
        ("two parts", f"{head}.{body}", shape),
        ("four parts", f"{head}.{body}.{tail}.", shape),
        ("five parts, as encrypted", f"{head}..{body}.{tail}.{tail}", shape),
        ("two dots", "..", "door/json-invalid"),
        ("empty header", f".{body}.{tail}", "door/json-invalid"),
        ("empty payload", f"{head}..{tail}", "door/json-invalid"),
        ("empty signature", f"{head}.{body}.", "door/jws-signature-length"),
        ("flattened JSON", json.dumps(flattened), shape),
        ("general JSON", json.dumps(general), shape),
        ("in quotes", f'"{head}.{body}.{tail}"', spelling),
        ("a leading space", f" {head}.{body}.{tail}", spelling),
        ("a line end", f"{head}.{body}.{tail}\n", spelling),
        ("a NUL at the end", f"{head}.{body}.{tail}\0", spelling),
        ("full-width dots", "．".join((head, body, tail)), shape),
        ("header padded", f"{head}=.{body}.{tail}", spelling),
        ("payload padded", f"{head}.{body}=.{tail}", spelling),
        ("signature padded", f"{head}.{body}.{tail}==", spelling),
        ("a space in the signature", f"{head}.{body}.{tail[:9]} {tail[9:]}", spelling),
        ("a line end in the payload", f"{head}.{body[:9]}\n{body[9:]}.{tail}", spelling),
        ("base64, not url", f"{head}.{body}.{standard(maker.signature)}", spelling),
        ("trailing bits in the signature", f"{head}.{body}.{trailing(tail)}", spelling),
        ("a letter outside ASCII", f"{head}.{body}é.{tail}", spelling),
        ("a lone surrogate", f"{head}.{body}\ud800.{tail}", spelling),
        ("one byte too many", "A" * (MAX_JWS_BYTES + 1), "door/too-large"),
        ("a million bytes", f"{head}.{'A' * 1_000_000}.{tail}", "door/too-large"),
        ("a million dots", "." * 1_000_000, "door/too-large"),
    ):
        yield maker.case(name, jws, code)
    beyond = Maker(maker.actor, canonical({"a": "b" * (MAX_PAYLOAD_BYTES - 7)}))
    yield maker.case("payload too large", beyond.with_header(beyond.header), "door/too-large")
    for name, payload, code in (
        ("a list", b"[]", "door/jws-payload"),
        ("a text", b'"a"', "door/jws-payload"),
        ("spaced", b'{"a": 1}', "door/not-canonical"),
        ("a float", b'{"a":1.5}', "door/json-float"),
        ("33 levels", b'{"a":' * 33 + b"1" + b"}" * 33, "door/json-depth"),
        ("not JSON", b"Example of Ed25519 signing", "door/json-invalid"),
    ):
        made = Maker(maker.actor, payload)
        yield maker.case(f"payload: {name}", made.with_header(made.header), code)


def standard(data: bytes) -> str:
    """base64 with `+` or `/`, if need be by force."""
    return base64.b64encode(b"\xfb\xef" + data[2:]).decode().rstrip("=")


def trailing(text: str) -> str:
    """The same 64 bytes, with one of the four bits that count for nothing set."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return text[:-1] + alphabet[alphabet.index(text[-1]) | 1]


def _lengths(maker: Maker) -> Iterator[Case]:
    good, wrong = maker.signature, "door/jws-signature-length"
    for name, signature in (
        ("63 bytes", good[:63]),
        ("65 bytes, zero in front", b"\0" + good),
        ("65 bytes, zero behind", good + b"\0"),
        ("66 bytes, both halves with a zero in front", b"\0" + good[:32] + b"\0" + good[32:]),
        ("96 bytes", good + good[:32]),
        ("twice", good + good),
        ("half", good[:32]),
        ("one byte", good[:1]),
        ("as hexadecimal", good.hex().encode()),
        ("4,000 bytes", good + bytes(3936)),
    ):
        yield maker.case(f"signature of {name}", maker.with_signature(signature), wrong)
    for name, signature in (
        ("zeros", bytes(64)),
        ("ones", b"\xff" * 64),
        ("the halves exchanged", good[32:] + good[:32]),
        ("the bytes reversed", good[::-1]),
        ("the first half twice", good[:32] * 2),
        ("the payload alone", maker.actor.raw_signature(maker.payload)),
        ("its hash", maker.actor.raw_signature(hashlib.sha512(maker.signing_input).digest())),
        ("the input without its dot", maker.actor.raw_signature(maker.signing_input[:-1])),
        ("another payload", Maker(maker.actor, b"{}").signature),
    ):
        yield maker.case(f"signature: {name}", maker.with_signature(signature), BAD)
    for byte in (0, 15, 31, 32, 47, 63):
        flipped = good[:byte] + bytes([good[byte] ^ 0x10]) + good[byte + 1 :]
        yield maker.case(f"signature: bit of byte {byte}", maker.with_signature(flipped), BAD)


def _ed25519(maker: Maker) -> Iterator[Case]:
    r, s = maker.signature[:32], int.from_bytes(maker.signature[32:], "little")
    for times in range(1, 16):
        more = s + times * ED25519_ORDER
        if more < 2**256:
            signature = r + more.to_bytes(32, "little")
            yield maker.case(f"S + {times} L", maker.with_signature(signature), BAD)
    for name, value in (("0", 0), ("L", ED25519_ORDER), ("L - S", ED25519_ORDER - s)):
        signature = r + value.to_bytes(32, "little")
        yield maker.case(f"S = {name}", maker.with_signature(signature), BAD)
    for y in (*SMALL_ORDER, ED25519_PRIME, ED25519_PRIME + 1, 2**255 - 1):
        for sign in (0, 1 << 255):
            point = (y | sign).to_bytes(32, "little")
            name = f"R of small order or unreduced, y = {y % 1000}, sign {sign >> 255}"
            yield maker.case(name, maker.with_signature(point + bytes(32)), BAD)
            yield maker.case(
                f"{name}, S kept", maker.with_signature(point + maker.signature[32:]), BAD
            )


def _es256(maker: Maker) -> Iterator[Case]:
    r, s = (int.from_bytes(maker.signature[at : at + 32], "big") for at in (0, 32))
    n, most = P256_ORDER, 2**256 - 1
    yield maker.case("the other s", maker.with_signature(raw(r, n - s)), None)
    values = (("0", 0), ("1", 1), ("n", n), ("n - 1", n - 1), ("n + 1", n + 1), ("p", P256_PRIME))
    for name, value in (*values, ("2^256 - 1", most)):
        yield maker.case(f"r = {name}", maker.with_signature(raw(value, s)), BAD)
        yield maker.case(f"s = {name}", maker.with_signature(raw(r, value)), BAD)
        yield maker.case(f"r = s = {name}", maker.with_signature(raw(value, value)), BAD)
    yield maker.case("-r", maker.with_signature(raw(n - r, s)), BAD)
    yield maker.case("-r, -s", maker.with_signature(raw(n - r, n - s)), BAD)
    yield maker.case("little-endian", maker.with_signature(_halves_turned(maker.signature)), BAD)
    der = encode_dss_signature(r, s)
    yield maker.case("DER", maker.with_signature(der), "door/jws-signature-length")
    yield maker.case("DER, cut to 64 bytes", maker.with_signature(der[:64]), BAD)
    yield maker.case("DER, its end", maker.with_signature(der[-64:]), BAD)


def raw(r: int, s: int) -> bytes:
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _halves_turned(signature: bytes) -> bytes:
    return signature[31::-1] + signature[:31:-1]


def _crossed(ed: Maker, es: Maker) -> Iterator[Case]:
    """One algorithm's header or signature with the other's key."""
    for one, other in ((ed, es), (es, ed)):
        alg, jwk = other.actor.alg, one.actor.jwk
        said = one.with_header(one.header | {"alg": alg})
        yield Case(f"{one.actor.alg} signature said to be {alg}", said, jwk, BAD)
        theirs = other.with_header(one.header)
        yield Case(f"{one.actor.alg} header, {alg} signature", theirs, jwk, BAD)
        whole = other.with_header(other.header)
        yield Case(f"{alg} with a key of {one.actor.alg}", whole, jwk, "trust/unknown-key")


def _keys(ed: Maker, es: Maker) -> Iterator[Case]:
    """Honest JWS, and keys that are none."""
    okp, ec, form = dict(ed.actor.jwk), dict(es.actor.jwk), "trust/key-form"
    x, y = b64url_decode(ec["x"]), b64url_decode(ec["y"])

    def key(name: str, maker: Maker, jwk: Any, code: str = form) -> Case:
        return Case(f"key: {name}", maker.with_header(maker.header), jwk, code)

    for number in (*SMALL_ORDER, *(ED25519_PRIME + k for k in range(19))):
        for sign in (0, 1 << 255):
            point = b64url_encode((number | sign).to_bytes(32, "little"))
            yield key(f"y = {number % 10**6}, sign {sign >> 255}", ed, okp | {"x": point})
    for name, jwk in (
        ("empty", {}),
        ("a list", [okp]),
        ("symmetric", {"kty": "oct", "k": okp["x"]}),
        ("RSA", {"kty": "RSA", "n": okp["x"], "e": "AQAB"}),
        ("X25519", okp | {"crv": "X25519"}),
        ("Ed448", okp | {"crv": "Ed448"}),
        ("kty in lower case", okp | {"kty": "okp"}),
        ("crv in lower case", okp | {"crv": "ed25519"}),
        ("31 bytes", okp | {"x": b64url_encode(b64url_decode(okp["x"])[:31])}),
        ("33 bytes", okp | {"x": b64url_encode(b64url_decode(okp["x"]) + b"\0")}),
        ("padded", okp | {"x": okp["x"] + "="}),
        ("with a space", okp | {"x": okp["x"][:20] + " " + okp["x"][20:]}),
        ("with trailing bits", okp | {"x": trailing(okp["x"])}),
        ("x is a number", okp | {"x": 7}),
        ("no x", {"kty": "OKP", "crv": "Ed25519"}),
    ):
        yield key(name, ed, jwk)
    for name, jwk in (
        ("secp256k1", ec | {"crv": "secp256k1"}),
        ("P-384", ec | {"crv": "P-384"}),
        ("no y", {k: v for k, v in ec.items() if k != "y"}),
        ("x and y exchanged", ec | {"x": ec["y"], "y": ec["x"]}),
        ("not on the curve", ec | {"y": b64url_encode(y[:-1] + bytes([y[-1] ^ 1]))}),
        ("infinity", ec | {"x": b64url_encode(bytes(32)), "y": b64url_encode(bytes(32))}),
        ("x = p", ec | {"x": b64url_encode(P256_PRIME.to_bytes(32, "big"))}),
        ("y = 2^256 - 1", ec | {"y": b64url_encode(b"\xff" * 32)}),
        ("compressed", ec | {"x": b64url_encode(b"\x02" + x)}),
        ("uncompressed", ec | {"x": b64url_encode(b"\x04" + x + y)}),
        ("y padded", ec | {"y": ec["y"] + "="}),
        ("y with a zero in front", ec | {"y": b64url_encode(b"\0" + y)}),
        ("an Ed25519 x", ec | {"x": okp["x"]}),
    ):
        yield key(name, es, jwk)
    minus_y = b64url_encode((P256_PRIME - int.from_bytes(y, "big")).to_bytes(32, "big"))
    yield key("the mirrored point", es, ec | {"y": minus_y}, "trust/unknown-key")
    yield key("with its secret half", ed, okp | {"d": okp["x"]}, "trust/private-key")
    yield key("P-256 with its secret half", es, ec | {"d": ec["x"]}, "trust/private-key")
    yield key("with more members", ed, okp | {"use": "enc", "kid": "other"}, "")
