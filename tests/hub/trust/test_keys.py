"""Keys over HTTP: proof of possession, rotation, revocation; every event is in the log."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hub.kit.clock import now
from hub.kit.errors import Conflict
from hub.trust.history import Event, state_at
from hub.trust.tables import Challenge, Key, KeyEvent, LogEntry
from hub.trust.usecases import add_key, key_for, key_state_at
from tests.cast import AURORA, BEIFENG, CELLWERK, FOXGLOVE, Actor
from tierlight_schemas.envelope import canonical, digest

NEW = Actor("Beifeng Pack", "CN", BEIFENG.identifier, 77)
NEW_P256 = Actor("Beifeng Pack", "CN", BEIFENG.identifier, 78, "ES256")


def challenged(world, actor=BEIFENG):
    answer = world.post(actor, "/v1/keys/challenges")
    assert answer.status_code == 201
    return answer.json()


def register(world, key, challenge, actor=BEIFENG, proof=None):
    body = {"jwk": key.jwk, "proof": proof or key.prove(challenge)}
    return world.post(actor, "/v1/keys", json=body)


class TestANewKey:
    @pytest.mark.parametrize("key", [NEW, NEW_P256], ids=["Ed25519", "ES256"])
    def test_comes_with_proof_of_possession(self, world, key):
        answer = register(world, key, challenged(world))
        assert answer.status_code == 201
        shown = answer.json()
        assert (shown["thumbprint"], shown["state"]) == (key.kid, "valid")
        assert shown["jwk"] == key.jwk
        assert [event["kind"] for event in shown["events"]] == ["add"]
        assert shown in world.get(BEIFENG, "/v1/keys").json()

    def test_is_logged_with_its_proof(self, world):
        challenge = challenged(world)
        register(world, NEW, challenge)
        event = world.session.scalars(select(KeyEvent).filter_by(thumbprint=NEW.kid)).one()
        entry = world.session.get_one(LogEntry, event.log_index)
        assert (entry.kind, entry.digest) == ("key-add", digest(event.statement))
        statement = json.loads(event.statement)
        assert statement["witness"] == "possession"
        assert statement["proof"] == NEW.prove(challenge)
        assert statement["company"] == world.members[BEIFENG].company_id

    def test_on_the_operators_word_is_logged_as_such(self, world):
        event = world.session.scalars(select(KeyEvent).filter_by(thumbprint=BEIFENG.kid)).one()
        assert event.witness == "operator"
        assert json.loads(event.statement)["witness"] == "operator"
        assert "proof" not in json.loads(event.statement)

    def test_signs_at_once(self, world):
        register(world, NEW, challenged(world))
        assert world.submit(BEIFENG, NEW.submission("PACK-1")).status_code == 201


class TestAProof:
    def refused(self, answer, code):
        assert (answer.status_code, answer.json()["code"]) == (400, code)

    def test_serves_once(self, world):
        challenge = challenged(world)
        register(world, NEW, challenge)
        self.refused(register(world, NEW_P256, challenge), "trust/challenge")

    def test_is_for_the_company_that_asked(self, world):
        challenge = challenged(world, AURORA)
        self.refused(register(world, NEW, challenge), "trust/challenge")

    def test_is_for_this_hub(self, world):
        challenge = challenged(world) | {"audience": "other.example/log"}
        self.refused(register(world, NEW, challenge), "trust/proof")

    def test_is_in_time(self, world):
        challenge = challenged(world)
        for waiting in world.session.scalars(select(Challenge)):
            waiting.expires_at = now() - timedelta(seconds=1)
        world.session.commit()
        self.refused(register(world, NEW, challenge), "trust/challenge")

    def test_answers_a_challenge(self, world):
        made_up = challenged(world) | {"challenge": "made up"}
        self.refused(register(world, NEW, made_up), "trust/challenge")

    def test_is_signed_by_the_key_itself(self, world):
        challenge = challenged(world)
        other = BEIFENG.prove(challenge)
        self.refused(register(world, NEW, challenge, proof=other), "trust/unknown-key")

    def test_is_not_a_declaration(self, world):
        declaration = NEW.sign(NEW.built("PACK-1").payload)
        self.refused(register(world, NEW, None, proof=declaration), "trust/proof")

    def test_says_nothing_else(self, world):
        challenge = challenged(world)
        said = {"type": "tierlight.key-proof/1", "also": "this"}
        said |= {name: challenge[name] for name in ("audience", "challenge")}
        proof = NEW.sign(canonical(said))
        self.refused(register(world, NEW, None, proof=proof), "trust/proof")

    @pytest.mark.parametrize(
        ("jwk", "code"),
        [
            ({}, "trust/key-form"),
            ({**NEW.jwk, "d": "secret"}, "trust/private-key"),
            ({**NEW.jwk, "crv": "Ed448"}, "trust/key-form"),
            ({"kty": "oct", "k": "AAAA"}, "trust/key-form"),
            ({**NEW.jwk, "x": "AA"}, "trust/key-form"),
        ],
    )
    def test_of_an_unusable_key_is_refused(self, world, jwk, code):
        challenge = challenged(world)
        body = {"jwk": jwk, "proof": NEW.prove(challenge)}
        self.refused(world.post(BEIFENG, "/v1/keys", json=body), code)
        assert world.session.get(Key, NEW.kid) is None
        assert register(world, NEW, challenge).status_code == 201


class TestOneKey:
    def test_belongs_to_one_company(self, world):
        answer = register(world, AURORA, challenged(world))
        assert (answer.status_code, answer.json()["code"]) == (409, "trust/key-taken")

    def test_may_be_registered_again_without_effect(self, world):
        assert register(world, BEIFENG, challenged(world)).status_code == 201
        events = world.session.scalars(select(KeyEvent).filter_by(thumbprint=BEIFENG.kid)).all()
        assert len(events) == 1

    def test_does_not_come_back_once_it_ended(self, world):
        world.post(BEIFENG, f"/v1/keys/{BEIFENG.kid}/retirement")
        answer = register(world, BEIFENG, challenged(world))
        assert (answer.status_code, answer.json()["code"]) == (409, "trust/key-taken")
        with pytest.raises(Conflict):
            add_key(world.session, world.members[BEIFENG].company_id, BEIFENG.jwk, "operator")


class TestRotation:
    def test_is_a_new_key_and_the_end_of_the_old_one(self, world):
        old = world.declared(BEIFENG, "PACK-1")
        register(world, NEW, challenged(world))
        answer = world.post(BEIFENG, f"/v1/keys/{BEIFENG.kid}/retirement")
        assert answer.json()["state"] == "retired"
        assert world.submit(BEIFENG, NEW.submission("PACK-2")).status_code == 201
        refused = world.submit(BEIFENG, BEIFENG.submission("PACK-3"))
        assert refused.json()["code"] == "trust/key-not-valid-then"
        assert world.get(BEIFENG, f"/v1/declarations/{old}").json()["state"] == "head"

    def test_happens_once(self, world):
        path = f"/v1/keys/{BEIFENG.kid}/retirement"
        world.post(BEIFENG, path)
        again = world.post(BEIFENG, path)
        assert (again.status_code, again.json()["code"]) == (409, "trust/key-ended")


class TestRevocation:
    def revoke(self, world, since=None):
        body = {"compromised_since": since.isoformat()} if since else {}
        return world.post(BEIFENG, f"/v1/keys/{BEIFENG.kid}/revocation", json=body)

    def test_reaches_back_to_when_the_key_was_lost(self, world):
        lost = now() - timedelta(days=30)
        answer = self.revoke(world, lost)
        assert (answer.status_code, answer.json()["state"]) == (200, "revoked")
        session = world.session
        assert key_state_at(session, BEIFENG.kid, lost - timedelta(seconds=1)) == "not-yet"
        assert key_state_at(session, BEIFENG.kid, now()) == "revoked"

    def test_is_logged_with_its_date(self, world):
        lost = now() - timedelta(days=30)
        self.revoke(world, lost)
        event = world.session.scalars(
            select(KeyEvent).filter_by(thumbprint=BEIFENG.kid, kind="revoke")
        ).one()
        since = json.loads(event.statement)["compromisedSince"]
        assert datetime.fromisoformat(since) == lost
        assert json.loads(event.statement)["compromisedIndex"] == 0
        assert world.session.get_one(LogEntry, event.log_index).kind == "key-revoke"

    def test_of_a_retired_key_is_possible(self, world):
        world.post(BEIFENG, f"/v1/keys/{BEIFENG.kid}/retirement")
        assert self.revoke(world).json()["state"] == "revoked"

    def test_happens_once(self, world):
        self.revoke(world)
        assert self.revoke(world).status_code == 409

    def test_is_not_for_the_future(self, world):
        answer = self.revoke(world, now() + timedelta(minutes=5))
        assert (answer.status_code, answer.json()["code"]) == (400, "trust/revoked-in-future")

    @pytest.mark.parametrize("since", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
    def test_is_not_for_a_day_beyond_the_calendar(self, world, since):
        path = f"/v1/keys/{BEIFENG.kid}/revocation"
        answer = world.post(BEIFENG, path, json={"compromised_since": since})
        assert (answer.status_code, answer.json()["code"]) == (400, "hub/request-form")
        assert answer.json()["details"][0]["place"] == "body.compromised_since"

    def test_needs_a_time_zone(self, world):
        path = f"/v1/keys/{BEIFENG.kid}/revocation"
        answer = world.post(BEIFENG, path, json={"compromised_since": "2026-01-01T00:00:00"})
        assert (answer.status_code, answer.json()["code"]) == (400, "hub/request-form")


class TestAnotherCompanysKey:
    @pytest.mark.parametrize("action", ["retirement", "revocation"])
    def test_is_not_found(self, world, action):
        options: dict[str, Any] = {"json": {}} if action == "revocation" else {}
        hidden = world.post(FOXGLOVE, f"/v1/keys/{BEIFENG.kid}/{action}", **options)
        absent = world.post(FOXGLOVE, f"/v1/keys/{'0' * 43}/{action}", **options)
        assert hidden.status_code == absent.status_code == 404
        assert hidden.content == absent.content
        assert key_state_at(world.session, BEIFENG.kid, now()) == "valid"

    def test_is_not_listed(self, world):
        listed = world.get(CELLWERK, "/v1/keys").json()
        assert [key["thumbprint"] for key in listed] == [CELLWERK.kid]


class TestStates:
    T = tuple(datetime(2026, month, 1, tzinfo=UTC) for month in range(1, 7))
    ADD, RETIRE = Event("add", T[1]), Event("retire", T[3])
    REVOKE, REVOKE_BACK = Event("revoke", T[4]), Event("revoke", T[4], T[2])

    @pytest.mark.parametrize(
        ("events", "states"),
        [
            ([], "nnnnnn"),
            ([ADD], "nvvvvv"),
            ([ADD, RETIRE], "nvvrrr"),
            ([ADD, REVOKE], "nvvvxx"),
            ([ADD, REVOKE_BACK], "nvxxxx"),
            ([ADD, RETIRE, REVOKE], "nvvrxx"),
            ([ADD, RETIRE, REVOKE_BACK], "nvxxxx"),
        ],
    )
    def test_follow_from_the_events(self, events, states):
        names = {"n": "not-yet", "v": "valid", "r": "retired", "x": "revoked"}
        assert [state_at(events, at) for at in self.T] == [names[letter] for letter in states]


def test_an_unknown_key_is_nobodys(session):
    assert key_for(session, "0" * 43) is None
    assert key_state_at(session, "0" * 43, now()) == "not-yet"
