"""Consents that their owner signs: what is taken, what is refused, what proves it afterwards."""

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hub.sharing.queries import logged
from hub.sharing.tables import ConsentEvent, Grant
from hub.trust.usecases import retire_key, revoke_key
from tests.cast import AURORA, BEIFENG, CELLWERK, Actor
from tests.hub.conftest import World
from tierlight_schemas.consent import (
    Drawn,
    Signatory,
    Wish,
    consent_payload,
    revocation_payload,
)
from tierlight_schemas.envelope import canonical, digest
from tierlight_schemas.publish import schema_digest

ORIGIN = "hub.test/log"
TODAY = datetime.now(UTC).date()


def drawn(nonce: bytes = b"0123456789abcdef") -> Drawn:
    return Drawn(str(uuid.UUID(int=7)), nonce, datetime(2026, 11, 29, tzinfo=UTC))


def payload(world: World, owner: Actor = CELLWERK, **changed: Any) -> bytes:
    """What Cellwerk signs for Beifeng."""
    wish = {"reader": world.members[BEIFENG].company_id, "level": 1, "aggregate": False}
    wish |= {"valid_from": TODAY, "purpose": "fleet report"}
    by = Signatory(world.members[owner].company_id, changed.pop("audience", ORIGIN))
    return consent_payload(Wish(**{**wish, **changed}), by, drawn(), schema_digest("consent"))


def sent(world: World, payload: bytes, signer: Actor = CELLWERK, sender: Actor = CELLWERK) -> Any:
    return world.post(sender, "/v1/grants", json={"consent": signer.sign(payload)})


def given(world: World, **changed: Any) -> dict[str, Any]:
    answer = sent(world, payload(world, **changed))
    assert answer.status_code == 201, answer.text
    document: dict[str, Any] = answer.json()
    return document


class TestASignedConsent:
    def test_is_kept_as_it_came_with_a_receipt(self, world):
        jws = CELLWERK.sign(payload(world))
        answer = world.post(CELLWERK, "/v1/grants", json={"consent": jws}).json()
        assert answer["digest"] == digest(payload(world))
        receipt = json.loads(answer["receipt"])
        assert receipt["kind"] == "consent-grant"
        assert receipt["envelope"] == digest(jws.encode())
        path = f"/v1/grants/{answer['id']}"
        assert world.get(CELLWERK, f"{path}/consent").content == jws.encode()
        assert world.get(CELLWERK, f"{path}/receipt").content == answer["receipt"].encode()

    def test_gives_what_it_says(self, world):
        part = world.part(CELLWERK, "CELL-1")
        urn = f"urn:tierlight:part:company:{part.company_id}:CELL-1"
        until = TODAY + timedelta(days=30)
        answer = given(world, part=urn, level=3, aggregate=True, valid_to=until)
        row = world.session.get_one(Grant, answer["id"])
        told = (row.part_id, row.level, row.aggregate, row.valid_to, row.purpose)
        assert told == (part.id, 3, True, until, "fleet report")

    def test_again_gives_the_same_receipt_even_by_another_signature(self, world):
        first, again = given(world), given(world)
        assert (first["id"], first["receipt"]) == (again["id"], again["receipt"])
        assert len(world.session.scalars(select(ConsentEvent)).all()) == 1

    @pytest.mark.parametrize(
        "altered", ["level", "aggregate", "part_id", "reader_id", "valid_to", "purpose", "digest"]
    )
    def test_agrees_with_the_log_until_somebody_alters_the_grant(self, world, altered):
        part, other = world.part(CELLWERK, "CELL-1"), world.part(CELLWERK, "CELL-2")
        urn = f"urn:tierlight:part:company:{part.company_id}:CELL-1"
        answer = given(world, part=urn, valid_to=TODAY + timedelta(days=30))
        assert [item.agrees for item in logged(world.session)] == [True]
        values = {"level": 5, "aggregate": True, "part_id": other.id, "valid_to": None}
        values |= {"reader_id": world.members[AURORA].company_id, "purpose": None, "digest": None}
        setattr(world.session.get_one(Grant, answer["id"]), altered, values[altered])
        world.session.flush()
        assert [item.agrees for item in logged(world.session)] == [False]

    def test_that_has_ended_disagrees_with_the_log_when_somebody_revives_it(self, world):
        """Signed or not: an end that was logged cannot be taken back unnoticed."""
        answer = given(world)
        world.post(CELLWERK, f"/v1/grants/{answer['id']}/revocation")
        assert [item.agrees for item in logged(world.session)] == [True, True]
        world.session.get_one(Grant, answer["id"]).revoked_at = None
        world.session.flush()
        assert [item.agrees for item in logged(world.session)] == [True, False]

    @pytest.mark.parametrize("path", ["consent", "receipt", "proof"])
    def test_is_shown_to_nobody_else(self, world, path):
        hidden = world.get(BEIFENG, f"/v1/grants/{given(world)['id']}/{path}")
        absent = world.get(BEIFENG, f"/v1/grants/{'0' * 36}/{path}")
        assert hidden.status_code == absent.status_code == 404
        assert hidden.content == absent.content

    def test_an_unsigned_one_is_told_from_it(self, world):
        body = {"reader": world.members[BEIFENG].company_id, "level": 1}
        answer = world.post(CELLWERK, "/v1/grants", json=body).json()
        assert not {"digest", "receipt"} & answer.keys()


class TestARefusedConsent:
    @pytest.mark.parametrize(
        ("changed", "signer", "sender", "code"),
        [
            ({}, BEIFENG, CELLWERK, "trust/unknown-key"),
            ({}, CELLWERK, BEIFENG, "trust/unknown-key"),
            ({"owner": AURORA}, CELLWERK, CELLWERK, "consent/signer"),
            ({"audience": "other.hub/log"}, CELLWERK, CELLWERK, "door/audience"),
            ({"reader": "0" * 36}, CELLWERK, CELLWERK, "hub/company-not-found"),
        ],
    )
    def test_by_who_signs_what_for_whom(self, world, changed, signer, sender, code):
        answer = sent(world, payload(world, **changed), signer, sender)
        assert answer.json()["code"] == code
        assert world.session.scalars(select(Grant)).all() == []

    @pytest.mark.parametrize(
        ("member", "value", "code"),
        [
            ("level", "6", "consent/form"),
            ("level", 1, "consent/form"),
            ("aggregate", "yes", "consent/form"),
            ("nonce", "short", "consent/form"),
            ("more", "x", "consent/form"),
            ("validFrom", "2026-02-30", "consent/days"),
            ("validTo", TODAY.isoformat(), "consent/days"),
            ("reader", None, "consent/form"),
            ("purpose", "a\x07bell", "consent/form"),
            ("part", "urn:tierlight:part:company:other:P-1", "consent/owner"),
        ],
    )
    def test_by_its_form(self, world, member, value, code):
        document = json.loads(payload(world))
        document["credentialSubject"][member] = value
        if value is None:
            del document["credentialSubject"][member]
        answer = sent(world, canonical(document))
        assert (answer.status_code, answer.json()["code"]) == (400, code)

    def test_to_oneself(self, world):
        document = json.loads(payload(world))
        document["credentialSubject"]["reader"] = document["credentialSubject"]["owner"]
        assert sent(world, canonical(document)).json()["code"] == "consent/reader"

    def test_for_a_part_that_is_not_there(self, world):
        owner = world.members[CELLWERK].company_id
        urn = f"urn:tierlight:part:company:{owner}:NO-1"
        assert sent(world, payload(world, part=urn)).status_code == 404

    @pytest.mark.parametrize("ended", [retire_key, revoke_key])
    def test_by_an_ended_key(self, world, ended):
        ended(world.session, world.members[CELLWERK].company_id, CELLWERK.kid)
        world.session.commit()
        assert sent(world, payload(world)).json()["code"].startswith("trust/key-")

    @pytest.mark.parametrize("jws", ["", "a.b", "a.b.c", "eyJ9.eyJ9.AAAA"])
    def test_for_no_jws(self, world, jws):
        answer = world.post(CELLWERK, "/v1/grants", json={"consent": jws})
        assert answer.status_code == 400


class TestASignedEnd:
    def ended(self, world: World, answer: dict[str, Any], consent: str | None = None) -> Any:
        by = Signatory(world.members[CELLWERK].company_id, ORIGIN)
        schema = schema_digest("consent-revocation")
        signed = revocation_payload(consent or answer["digest"], by, drawn(), schema)
        path = f"/v1/grants/{answer['id']}/revocation"
        return world.post(CELLWERK, path, json={"consent": CELLWERK.sign(signed)})

    def test_ends_it_with_a_receipt(self, world):
        answer = self.ended(world, given(world))
        assert answer.status_code == 200
        assert json.loads(answer.json()["receipt"])["kind"] == "consent-revoke"
        assert "revoked_at" in answer.json()
        assert [item.agrees for item in logged(world.session)] == [True, True]

    def test_of_another_consent_ends_nothing(self, world):
        answer = given(world)
        refused = self.ended(world, answer, "0" * 64)
        assert refused.json()["code"] == "consent/revokes-another"
        assert world.session.get_one(Grant, answer["id"]).revoked_at is None

    def test_is_not_needed(self, world):
        answer = world.post(CELLWERK, f"/v1/grants/{given(world)['id']}/revocation")
        assert answer.status_code == 200
        assert "revoked_at" in answer.json()

    def test_a_consent_is_no_end(self, world):
        answer = given(world)
        path = f"/v1/grants/{answer['id']}/revocation"
        body = {"consent": CELLWERK.sign(payload(world))}
        assert world.post(CELLWERK, path, json=body).json()["code"] == "consent/kind"
