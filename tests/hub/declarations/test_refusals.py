"""Every rule of the door, broken once; nothing of a refused submission is kept."""

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from hub.bom.tables import Part
from hub.declarations.tables import DeclarationRow
from hub.trust.tables import LogEntry
from hub.trust.usecases import add_key, revoke_key
from tests.cast import AURORA, BEIFENG, FOXGLOVE, Actor
from tests.hub.declarations.annex_forms import ACTIVITY, SALT
from tierlight_schemas.envelope import (
    b64url_encode,
    canonical,
    digest,
    pack_submission,
    part_urn,
    sign,
)
from tierlight_schemas.messages import LANGUAGES, catalogue

Document = dict[str, Any]
GOOD = BEIFENG.built("PACK-1", **{"stage:all": "12.50"})
ANNEXES = GOOD.annexes


def changed(change: Callable[[Document], object]) -> bytes:
    """The good declaration with its document changed, properly signed."""
    document = copy.deepcopy(GOOD.document)
    change(document)
    return BEIFENG.packed_document(document, ANNEXES)


def subject(**members: Any) -> Callable[[Document], object]:
    return lambda document: document["credentialSubject"].update(members)


def pcf(**members: Any) -> Callable[[Document], object]:
    return lambda document: document["credentialSubject"]["footprint"]["pcf"].update(members)


def top(**members: Any) -> Callable[[Document], object]:
    return lambda document: document.update(members)


def signed_bytes(payload: bytes, header: bytes | None = None) -> bytes:
    """Any bytes as a payload, signed over whatever they are."""
    header = header or canonical(
        {"alg": "Ed25519", "cty": "vc", "kid": BEIFENG.kid, "typ": "vc+jwt"}
    )
    signing_input = f"{b64url_encode(header)}.{b64url_encode(payload)}"
    signature = b64url_encode(BEIFENG.raw_signature(signing_input.encode()))
    return pack_submission(f"{signing_input}.{signature}")


def header(**members: Any) -> bytes:
    usual = {"alg": "Ed25519", "cty": "vc", "kid": BEIFENG.kid, "typ": "vc+jwt"}
    return signed_bytes(GOOD.payload, canonical(usual | members))


def with_annex(name: str, body: bytes) -> bytes:
    """An annex whose digest is signed, whatever is in it."""
    document = copy.deepcopy(GOOD.document)
    extension = document["credentialSubject"]["footprint"]["extensions"][0]["data"]
    extension["annexes"] = {name: digest(body)}
    return BEIFENG.packed_document(document, {name: body})


JWS = BEIFENG.sign(GOOD.payload)
SECOND_KEY = Actor("Beifeng Pack", "CN", BEIFENG.identifier, 22)

REFUSED = {
    # bytes and strict JSON of the submission
    "empty": (b"", "door/json-invalid"),
    "not UTF-8": (b'{"declaration":"\xff"}', "door/not-utf8"),
    "byte order mark": (b"\xef\xbb\xbf{}", "door/json-byte-order-mark"),
    "not an object": (b"[]", "door/submission"),
    "unknown member": (b'{"declaration":"YQ","more":"YQ"}', "door/submission"),
    "duplicate member": (b'{"declaration":"YQ","declaration":"YQ"}', "door/json-duplicate-key"),
    "not a number": (b'{"declaration":NaN}', "door/json-float"),
    "null": (b'{"declaration":null}', "door/json-null"),
    "deep": (b'{"declaration":' + b"[" * 40 + b"]" * 40 + b"}", "door/json-depth"),
    "too large": (b'{"declaration":"' + b"A" * 2_000_000 + b'"}', "door/too-large"),
    "padded base64": (b'{"declaration":"YQ=="}', "door/base64url"),
    "stray bits in base64": (b'{"declaration":"YR"}', "door/base64url"),
    # envelope
    "no JWS": (pack_submission("abc"), "door/jws-shape"),
    "algorithm none": (header(alg="none"), "door/jws-algorithm"),
    "algorithm HS256": (header(alg="HS256"), "door/jws-algorithm"),
    "key in the header": (header(jwk=BEIFENG.jwk), "door/jws-header"),
    "critical extension": (header(crit=["b64"], b64=False), "door/jws-header"),
    "other type": (header(typ="JWT"), "door/jws-header"),
    # canonical payload
    "spaces in the payload": (
        signed_bytes(json.dumps(GOOD.document).encode()),
        "door/not-canonical",
    ),
    "float in the payload": (signed_bytes(b'{"a":1.5}'), "door/json-float"),
    "duplicate in the payload": (signed_bytes(b'{"a":1,"a":1}'), "door/json-duplicate-key"),
    "payload not an object": (signed_bytes(b"[]"), "door/jws-payload"),
    # schema
    "no issuer": (changed(lambda document: document.pop("issuer")), "document/schema"),
    "unknown member of ours": (changed(subject(colour="red")), "document/schema"),
    "unknown unit": (changed(pcf(declaredUnitOfMeasurement="furlong")), "document/unit-name"),
    "two kinds of error": (
        changed(pcf(declaredUnitOfMeasurement="furlong", fossilGhgEmissions=12)),
        "door/document-errors",
    ),
    "schema of another type": (
        changed(
            lambda document: document["credentialSchema"].update(id="https://schema.example/1")
        ),
        "door/credential-schema",
    ),
    # key and signature
    "unknown key": (FOXGLOVE.packed(GOOD), "trust/unknown-key"),
    "another company's key": (AURORA.packed(GOOD), "trust/unknown-key"),
    "bad signature": (
        pack_submission(sign(GOOD.payload, lambda data: bytes(64), "Ed25519", BEIFENG.kid)),
        "trust/bad-signature",
    ),
    "signature of another payload": (
        pack_submission(
            JWS.rpartition(".")[0]
            + "."
            + BEIFENG.sign(canonical({**GOOD.document, "issuer": "x"})).rpartition(".")[2]
        ),
        "trust/bad-signature",
    ),
    "issued by another key": (
        changed(top(issuer=f"urn:tierlight:key:{AURORA.kid}")),
        "door/issuer-differs",
    ),
    "meant for another hub": (changed(subject(audience="other.example/log")), "door/audience"),
    # document checks
    "declared amount zero": (changed(pcf(declaredUnitAmount="0")), "document/decimal"),
    "more than all primary data": (
        changed(pcf(primaryDataShare="140")),
        "document/quality-range",
    ),
    "another part inside": (
        changed(subject(id=part_urn("key", BEIFENG.kid, "PACK-2"))),
        "document/part-mismatch",
    ),
    # part
    "another company's part": (
        changed(subject(id=part_urn("key", AURORA.kid, "PACK-1"))),
        "door/part-owner",
    ),
    "part of an unknown company": (
        changed(subject(id=part_urn("company", "nobody", "PACK-1"))),
        "door/part-owner",
    ),
    "part URN in another spelling": (
        changed(subject(id=part_urn("key", BEIFENG.kid, "PACK-1").replace("-1", "%2D1"))),
        "door/part-urn",
    ),
    # annexes
    "annex nobody signed": (
        pack_submission(BEIFENG.sign(BEIFENG.built("PACK-1").payload), ANNEXES),
        "door/annex-not-signed",
    ),
    "annex that differs": (
        pack_submission(JWS, {"split": ANNEXES["split"].replace(b"12.50", b"12.51")}),
        "door/annex-differs",
    ),
    "annex of unknown name": (
        b'{"annexes":{"secret":"YQ"},"declaration":"YQ"}',
        "door/submission",
    ),
    "annex not canonical": (
        with_annex("activity", b'{"salt": "x","annex":"activity"}'),
        "door/not-canonical",
    ),
    "annex without salt": (
        with_annex("activity", canonical({n: v for n, v in ACTIVITY.items() if n != "salt"})),
        "door/annex-form",
    ),
    "annex with a member nobody knows": (
        with_annex("activity", canonical(ACTIVITY | {"kwh": "12"})),
        "door/annex-form",
    ),
    "annex under another name": (
        with_annex("evidence", canonical(ACTIVITY)),
        "door/annex-form",
    ),
    "annex that is no object": (with_annex("activity", b'"text"'), "door/annex-form"),
    "malformed split": (
        with_annex("split", canonical({"annex": "split", "salt": SALT, "stages": "none"})),
        "door/annex-form",
    ),
}


class TestRefusal:
    @pytest.mark.parametrize(("submission", "code"), REFUSED.values(), ids=REFUSED)
    def test_names_the_rule_and_keeps_nothing(self, world, submission, code):
        log = world.session.scalar(select(func.count()).select_from(LogEntry))
        answer = world.submit(BEIFENG, submission)
        problem = answer.json()
        status = 413 if code == "door/too-large" else 400
        assert (answer.status_code, problem["code"]) == (status, code)
        assert problem["message"]
        assert problem["remedy"]
        for table, expected in ((DeclarationRow, 0), (Part, 0), (LogEntry, log)):
            assert world.session.scalar(select(func.count()).select_from(table)) == expected

    def test_does_not_meet_the_good_twin(self, world):
        answer = world.submit(BEIFENG, BEIFENG.packed(GOOD))
        assert answer.status_code == 201, answer.text

    @pytest.mark.parametrize(("audience"), ["hub.test/log", "http://127.0.0.1"])
    def test_does_not_meet_who_names_this_hub(self, world, audience):
        assert world.submit(BEIFENG, changed(subject(audience=audience))).status_code == 201

    def test_does_not_meet_a_foreign_issuer_name(self, world):
        assert world.submit(BEIFENG, changed(top(issuer="did:web:pack.example"))).status_code == 201

    def test_does_not_meet_an_activity_annex(self, world):
        submission = with_annex("activity", canonical(ACTIVITY))
        assert world.submit(BEIFENG, submission).status_code == 201

    def test_lists_every_place(self, world):
        answer = world.submit(
            BEIFENG, changed(pcf(declaredUnitOfMeasurement="furlong", fossilGhgEmissions=12))
        )
        places = {detail["path"] for detail in answer.json()["details"]}
        assert places >= {
            f"$.credentialSubject.footprint.pcf.{name}"
            for name in ("declaredUnitOfMeasurement", "fossilGhgEmissions")
        }
        assert all(detail["message"] and detail["remedy"] for detail in answer.json()["details"])

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_speaks_the_readers_language(self, world, language):
        answer = world.submit(BEIFENG, FOXGLOVE.packed(GOOD), **{"Accept-Language": language})
        words = catalogue(language)["trust/unknown-key"]
        assert answer.json()["message"] == words.text.replace("{kid}", FOXGLOVE.kid)
        assert answer.json()["remedy"] == words.remedy

    def test_of_an_annex_above_the_limit(self, world, app, settings):
        app.state.settings = settings.model_copy(update={"max_annex_bytes": 10})
        answer = world.submit(BEIFENG, BEIFENG.packed(GOOD))
        assert (answer.status_code, answer.json()["code"]) == (413, "door/too-large")


class TestAKey:
    def test_that_was_retired_signs_nothing_more(self, world):
        world.post(BEIFENG, f"/v1/keys/{BEIFENG.kid}/retirement")
        answer = world.submit(BEIFENG, BEIFENG.packed(GOOD))
        assert answer.json()["code"] == "trust/key-not-valid-then"

    def test_that_was_revoked_signs_nothing_more(self, world):
        world.post(BEIFENG, f"/v1/keys/{BEIFENG.kid}/revocation", json={})
        answer = world.submit(BEIFENG, BEIFENG.packed(GOOD))
        assert answer.json()["code"] == "trust/key-revoked"
        assert str(datetime.now(UTC).year) in answer.json()["message"]

    def test_of_the_company_may_speak_for_a_part_named_by_its_older_key(self, world):
        """After a rotation the part keeps the URN that customers know."""
        add_key(world.session, world.members[BEIFENG].company_id, SECOND_KEY.jwk, "operator")
        world.session.commit()
        document = {**GOOD.document, "issuer": f"urn:tierlight:key:{SECOND_KEY.kid}"}
        submission = SECOND_KEY.packed_document(document)
        assert world.submit(BEIFENG, submission).status_code == 201

    def test_revoked_for_the_past_does_not_undo_what_came_in_before(self, world):
        digest_ = world.submit(BEIFENG, BEIFENG.packed(GOOD)).json()["digest"]
        revoke_key(world.session, world.members[BEIFENG].company_id, BEIFENG.kid)
        world.session.commit()
        assert world.get(BEIFENG, f"/v1/declarations/{digest_}").status_code == 200
