"""What a stranger may send: one table for each place of a request where bytes come in."""

import base64
import gzip
import json
from typing import Any

from tests.hub import workbooks


def cursor(*values: Any) -> str:
    """A page's cursor with any content."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def body(**members: Any) -> bytes:
    return json.dumps(members).encode()


PATHS = (
    *("unknown", "-1", "NaN", "{}", "1" * 2000, "x" * 5000, "%F0%9F%98%80", "%ED%A0%80"),
    *("%00", "a%00b", "%23%00", "%3F%00", "%2e%2e%2f", "%0d%0aSet-Cookie:x", "'%20or%20'1'='1"),
)
QUERIES = (
    *("", "-1", "0", "9" * 400, "1" * 4400, "NaN", "null", "é", "%00", "%FF"),
    *("0001-01-01", "9999-12-31", "99999-01-01", "2025-02-30", "-62135596800"),
    *("0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00", "2025-01-01T00:00:00"),
    *("9999-12-31T23:59:59Z", "1e308", "deep", "head", "supplier"),
    *("0.0.0", "1." * 190, "A" * 999, "%2B%2F=="),
    cursor(),
    cursor("a"),
    cursor("a", "b"),
    cursor("a", "kilogram", 2024),
    cursor("a", "kilogram", 2**40),
    cursor(2**63),
    cursor(None, {"a": []}),
    cursor("2025-01-01T00:00:00+00:00", "x"),
    cursor("0001-01-01T00:00:00+14:00", "x"),
    cursor("9999-12-31T23:59:59-14:00", "\u0000"),
    cursor("\ud800", True),
    cursor(float("nan"), 1e400),
)
BYTES = (
    *(b"", b"null", b"[]", b"{}", b"1", b'"a"', b"{", b"NaN", b"\xff", b"\x00" * 9),
    *(b"\xef\xbb\xbf{}", b"[" * 9_000, b'{"a":' * 9_000, b"9" * 100_000, b"1e1000000"),
    *(b'{"a":1,"a":2}', b'{"a":"\\ud800"}', b'{"a":"\\u0000"}', b'{"a":NaN}', b'{"a":null}'),
    *(b'{"__proto__":{}}', '{"a":1}'.encode("utf-16"), gzip.compress(b"{}"), b"x" * 200_000),
    *(b"\n" * 5_000, b"{}\n" * 20, b"grant_type=client_credentials", b"grant_type=%00&=&&"),
)
MEDIA = ("", "text/plain", "multipart/form-data; boundary=x", "application/json; charset=utf-16")
HEADERS: tuple[dict[str, str], ...] = (
    {"Authorization": "Bearer"},
    {"Authorization": "Bearer " + "x" * 9_000},
    {"Authorization": "Basic " + base64.b64encode(b"\xff:\xff").decode()},
    {"Authorization": "Negotiate AAAA"},
    {"Accept-Language": "q=1;q=x,*;q=1e9," + "de," * 900},
    {"Accept": "application/xml;q=NaN"},
    {"Content-Encoding": "gzip"},
    {"Host": "[::"},
)

PROOF = "c2sp.org/tlog-proof@v1\nindex "
_OKP = {"kty": "OKP", "crv": "Ed25519"}
KEYS: tuple[Any, ...] = (
    {},
    [],
    {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
    {"kty": "oct", "k": "AAAA"},
    {"kty": ["OKP"], "crv": {"a": 1}, "x": 1},
    _OKP | {"x": "A" * 43},  # y = 0: a point of small order
    _OKP | {"x": "AQ" + "A" * 41},  # the neutral element
    _OKP | {"x": "é" * 43},
    _OKP | {"x": "B" * 43, "d": "B" * 43},
    {"kty": "EC", "crv": "P-256", "x": "A" * 43, "y": "A" * 43},
)
ODD_JWS: tuple[Any, ...] = (
    *("", "..", "a.b.c", "e30.e30.e30", "\u4e2d.\u6587.x", "A" * 130_000, 1, []),
    {},
)
ODD_ANNEXES: tuple[Any, ...] = ([], {"split": 1}, "x")
_VALUE = {"change": "value", "part": "SECRET-PACK", "value": "1", "unit": "kg"}
ODD_NAMES: tuple[Any, ...] = ("", " ", "\n", "x" * 201, "x" * 301, 1, [])
ODD_CHANGES: tuple[Any, ...] = (
    *({}, "x", [1], [[]], [{}], [_VALUE] * 501),
    *([_VALUE | {"value": value}] for value in ("NaN", "9" * 80, "1e9", "")),
    *([{**_VALUE, "change": kind}] for kind in ("share", "x", 1)),
)
SCENARIOS = (
    *(body(name=name, changes=[]) for name in ODD_NAMES),
    *(body(name="N", changes=changes) for changes in ODD_CHANGES),
    body(name="N", changes=[_VALUE | {"part": "x" * 201}]),
    body(name="N", changes=[_VALUE | {"unit": "\u202e"}]),
    body(name="N", changes=[{"change": "factor", "category": "Verschwiegen", "unit": "kg"}]),
    body(name="N", changes=[_VALUE | {"part": "SECRET-" + "\u00df" * 190}] * 400),
    body(name="N", description="\x00", changes=[]),
    body(name="N", as_of="0000-01-01", known_at="0001-01-01T00:00:00+14:00", changes=[]),
    body(name="N", known_at="2025-01-01T00:00:00", changes=[]),
)
_PERSON: dict[str, Any] = dict(
    email="a@b.example", name="A", roles=["buyer"], password="long enough"
)
JSON_BODIES: dict[str, tuple[bytes, ...]] = {
    "/v1/keys": tuple(body(jwk=jwk, proof=proof) for jwk in KEYS for proof in ("", "a.b.c")),
    "/v1/keys/{thumbprint}/revocation": tuple(
        body(compromised_since=since)
        for since in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", 0, 2**53 - 1, "x")
    ),
    "/v1/sites": (
        *(body(code=code, name="N", country="DE") for code in ("", " ", "\x01", "x" * 201, 1)),
        *(body(code="A", name="N", country=country) for country in ("", "XX", "ß", "İ")),
        body(code="A", name=[], country={}),
        body(code="A", name="N", country="DE", subdivision="ß-ŉ"),
    ),
    "/v1/grants": (
        *(body(reader=reader, level=1) for reader in ("", ":", "nobody", "lei:\u202e", "x" * 301)),
        *(body(reader="Eternal Silence", level=level) for level in (-1, 6, 9, 2**53 - 1, "1")),
        body(reader="Foxglove", level=1),  # oneself
        body(reader="Eternal Silence", level=1, valid_from="2025-01-02", valid_to="2025-01-01"),
        body(reader="Eternal Silence", level=1, valid_from=253402300800),
        body(reader="Eternal Silence", level=1, valid_to="99999-01-01"),
        body(reader="Eternal Silence", level=1, aggregate="yes"),
        body(reader="Eternal Silence", level=1, purpose="\n"),
    ),
    **dict.fromkeys(("/v1/scenarios", "/v1/scenarios/{scenario_id}"), SCENARIOS),
    "/v1/batteries/{part_id}/plants/{site_id}/model": (
        body(model="\u202e"),
        body(massKg="1e3"),
        body(massKg="NaN"),
        body(studyLink="https://\u0000"),
        body(materials=[{}] * 201),
        body(serviceLife={"usableKwh": "9" * 80}),
        body(manufacturer=[]),
    ),
    "/v1/declarations/{digest}/withdrawal": tuple(
        body(reason=reason) for reason in ("", " ", "x" * 1001, 1, ["wrong"])
    ),
    **dict.fromkeys(
        [f"/v1/findings/{{key}}/{act}" for act in ("acknowledge", "dispute", "reopen")],
        (
            *(body(reason=reason) for reason in ("", "\n", "\u202e", "x" * 9999, 1, ["known"])),
            *(body(reason="known", evidence_digest=digest) for digest in ("", "x" * 65, 1)),
        ),
    ),
    "/v1/findings/{key}/assign": (
        *(body(person=person) for person in ("\u202e", "x" * 101)),
        body(person=1),
        body(person=[]),
    ),
    "/v1/findings/{key}/answer": tuple(
        body(verdict=verdict, reason=reason)
        for verdict, reason in (("perhaps", "x"), ("upheld", ""), ("withdrawn", "x" * 9999), (1, 1))
    ),
    "/v1/verifications": tuple(body(verification=text) for text in ODD_JWS),
    "/v1/verifications/{digest}/revocation": tuple(body(revocation=text) for text in ODD_JWS),
    "/v1/company/erasure": tuple(
        body(company=company, reason=reason)
        for company, reason in (("", "exit"), ("x" * 37, "exit"), ("nobody", "x"), (1, []))
    ),
    "/v1/declarations/{digest}/erasure": tuple(
        body(reason=reason, scope=scope)
        for reason, scope in (("exit", "all"), ("x" * 999, "annexes"), (1, 1))
    ),
    "/v1/people": (
        *(body(**_PERSON | {"email": email}) for email in ("", "x", "@b.c", "a@b.c" * 80, 1)),
        *(body(**_PERSON | {"roles": roles}) for roles in ([], ["king"], ["operator"], "admin")),
        *(body(**_PERSON | {"language": language}) for language in ("", "fr", 1)),
        body(**_PERSON | {"name": "\u202e"}),
        body(**_PERSON | {"password": "x" * 201}),
    ),
    **dict.fromkeys(
        ("/v1/people/{person_id}/roles", "/v1/machines/{machine_id}/roles"),
        tuple(body(roles=roles) for roles in ([], [""], ["admin"] * 9, ["operator"], 1)),
    ),
    "/v1/machines": tuple(body(name=name) for name in ODD_NAMES),
    "/v1/four-eyes": (body(on="yes"), body(on=1), body(on=[])),
    "/v1/held/{named}/rejection": tuple(body(reason=reason) for reason in ("", " ", "x" * 1001, 1)),
    "/v1/break-glass": tuple(
        body(company="Beifeng Pack", reason=reason, hours=hours)
        for reason in ("", "\n", "x" * 301)
        for hours in (0, 9, "1")
    ),
    "/v1/log/verification": tuple(
        body(text=text)
        for text in (
            *("", " ", "x", "0" * 64, "0" * 9_000, "{", "{}", '{"digest":1}', 1),
            *(f"{PROOF}{index}\n\na\n1\nx\n\n\u2014 a AAAAAAA=\n" for index in ("", "9" * 19)),
            f"{PROOF}{'9' * 19}\n\na\n1\n{'A' * 43}=\n\n\u2014 a AAAAAAA=\n",
        )
    ),
    "/v1/declarations": (
        *(body(declaration=text) for text in ("", "..", "a.b.c", "e30.e30.e30", "A" * 130_000, 1)),
        *(body(declaration="e30.e30.e30", annexes=value) for value in ODD_ANNEXES),
    ),
}
TABLES = (
    *(b"\n", b"number\n", b'number\n"', b"number,number\n1,2\n", b"PK\x03\x04aaaa", b"\xff\xfe"),
    *(b"\xff\xfe\x00\xd8", b"number\n\x00\n", b"number\n\xed\xa0\x80\n", b"," * 20_000),
    b"number" + b",x" * 20_000 + b"\n",
    b"number\n" + b"x" * 200_000,
    b"number\n" + b"a\n" * 2_000,
    b"number;net_mass_kg\n1;1e99999999999\n2;" + b"9" * 100_000 + b"\n",
    b"parent,child,quantity\nSECRET-PACK,SECRET-CELL,NaN\n",
    b"part,supplier,supplier_part,share,from,to\nX,Beifeng,Y,200 %,0000-01-01,9999-99-99\n",
    b"category,unit,value,source,year\na,kg,1e400,=cmd|' /C calc'!A0,1\n",
)
WORKBOOKS = (
    *(workbooks.bomb, workbooks.far_cell, workbooks.entities, workbooks.external_entity),
    lambda: workbooks.parts(["number"], ["X"], ["=X"], title="Sheet\u202e"),
    lambda: workbooks.parts(["parent", "child", "quantity"], ["SECRET-PACK", "SECRET-CELL", 1]),
    lambda: workbooks.changed(workbooks.parts(["number"]), {"../SECRET-1": "x"}),
)
