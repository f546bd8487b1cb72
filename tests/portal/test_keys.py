"""The page of the keys: what it shows, what it needs, and what becomes of a key."""

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from hub.access import step_up
from hub.access.errors import StepUpNeeded
from hub.access.tables import FailedSignIn, Person, WebSession
from hub.kit.clock import now
from hub.trust.browser_keys import LIFE, SOON
from hub.trust.tables import Key, KeyEvent, LogEntry
from tests.cast import AURORA, BEIFENG, FOXGLOVE, Actor
from tests.portal.browser import Browser
from tests.portal.conftest import PASSWORD, email_of
from tests.portal.markup import Element, parse
from tests.portal.signing import STEEL, declare, hand_in, payload_of
from tierlight_schemas.envelope import b64url_encode, digest

NEW = Actor("Aurora Motors", "DE", ("lei", "AURORA00000000000001"), 77)
NEW_P256 = Actor("Aurora Motors", "DE", ("lei", "AURORA00000000000001"), 78, "ES256")


@pytest.fixture
def aurora(seat) -> Browser:
    return seat(AURORA)


def token_of(browser: Browser) -> str:
    return browser.open("/").all("input", name="csrf_token")[0]["value"]


def give_password(browser: Browser, password: str = PASSWORD):
    form = browser.open("/keys").one("form", action="/keys/step-up")
    return browser.submit(form, password=password)


def proof_of(browser: Browser, key: Actor) -> str:
    """What the page's script does with a key."""
    jwk = json.dumps({**key.jwk, "ext": True, "key_ops": ["verify"]})
    answer = browser.send("/keys/proof", csrf_token=token_of(browser), jwk=jwk)
    assert answer.status_code == 200, answer.text
    asked = answer.json()
    assert asked["kid"] == key.kid
    return f"{asked['text']}.{b64url_encode(key.raw_signature(asked['text'].encode()))}"


def enrol(browser: Browser, key: Actor, device: str = "Werkbank 3"):
    fields = {"jwk": json.dumps(key.jwk), "proof": proof_of(browser, key), "device": device}
    return browser.send("/keys", csrf_token=token_of(browser), **fields)


def row_of(browser: Browser, key: Actor) -> Element:
    (row,) = browser.open("/keys").all("tr", data_key=key.kid)
    return row


class TestStepUp:
    def test_the_password_again_opens_the_form_for_ten_minutes(self, aurora, world):
        page = aurora.open("/keys")
        assert not page.all("form", action="/keys")
        answer = give_password(aurora)
        assert (answer.status_code, answer.headers["location"]) == (303, "/keys")
        assert aurora.open("/keys").one("form", action="/keys").one("button").text
        earlier = now() - step_up.FRESH - timedelta(seconds=1)
        world.session.execute(update(WebSession).values(stepped_up_at=earlier))
        world.session.commit()
        assert not aurora.open("/keys").all("form", action="/keys")

    def test_a_wrong_password_is_said_and_counted_like_one_at_the_door(self, aurora, world):
        answer = give_password(aurora, "wrong")
        assert answer.status_code == 422
        assert "The password is another one." in answer.text
        assert world.session.scalar(select(FailedSignIn.subject)) is not None
        for _ in range(4):
            give_password(aurora, "wrong")
        answer = give_password(aurora)
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) > 0

    @pytest.mark.parametrize(
        "path", ["/keys", "/keys/proof", "/keys/{kid}/retirement", "/keys/{kid}/revocation"]
    )
    def test_without_it_no_key_is_changed(self, aurora, world, path):
        fields = {"jwk": json.dumps(NEW.jwk), "proof": "a.b.c", "device": "x"}
        address = path.format(kid=AURORA.kid)
        answer = aurora.send(address, csrf_token=token_of(aurora), **fields)
        assert answer.status_code == 403
        assert "needs a proof of who you are" in answer.text
        assert world.get(AURORA, "/v1/keys").json()[0]["state"] == "valid"

    def test_is_of_one_session(self, aurora, world):
        give_password(aurora)
        cookie = aurora.client.cookies["tierlight-session"]
        assert step_up.presence(world.session, cookie).is_fresh
        aurora.client.cookies.clear()
        aurora.sign_in(email_of(AURORA), PASSWORD)
        assert not aurora.open("/keys").all("form", action="/keys")
        for other in (aurora.client.cookies["tierlight-session"], "another", None):
            with pytest.raises(StepUpNeeded):
                step_up.require(step_up.presence(world.session, other))

    def test_forms_of_other_sites_do_nothing(self, aurora):
        give_password(aurora)
        token = token_of(aurora)
        for path in ("/keys", "/keys/proof", "/keys/step-up", f"/keys/{AURORA.kid}/revocation"):
            fields = {"jwk": json.dumps(NEW.jwk), "proof": "x", "password": PASSWORD}
            assert aurora.send(path, **fields).status_code == 403
            foreign = aurora.send(path, "https://evil.example", csrf_token=token, **fields)
            assert foreign.status_code == 403


class TestEnrolment:
    @pytest.mark.parametrize("key", [NEW, NEW_P256], ids=lambda key: key.alg)
    def test_brings_a_key_with_an_end_and_a_name_that_stays_here(self, aurora, world, key):
        give_password(aurora)
        assert enrol(aurora, key, " Werkbank 3 ").status_code == 303
        row = row_of(aurora, key)
        assert row.one(class_="part-name").text == "Werkbank 3"
        known = world.session.get(Key, key.kid)
        assert LIFE - timedelta(minutes=1) < known.not_after - known.added_at <= LIFE
        event = world.session.scalars(select(KeyEvent).filter_by(thumbprint=key.kid)).one()
        said = json.loads(event.statement)
        assert datetime.fromisoformat(said["notAfter"]) == known.not_after
        assert b"Werkbank" not in event.statement
        entry = world.session.get(LogEntry, event.log_index)
        assert (entry.kind, entry.digest) == ("key-add", digest(event.statement))
        shown = next(k for k in world.get(AURORA, "/v1/keys").json() if k["thumbprint"] == key.kid)
        assert (shown["device"], shown["state"]) == ("Werkbank 3", "valid")
        assert datetime.fromisoformat(shown["not_after"]) == known.not_after

    @pytest.mark.parametrize("device", ["", "  ", "a\x00b", "a\u202eb"])
    def test_needs_a_name_that_can_be_read(self, aurora, device):
        give_password(aurora)
        assert enrol(aurora, NEW, device).status_code == 400

    def test_refuses_proofs_that_prove_nothing(self, aurora, seat, world):
        give_password(aurora)
        token, jwk = token_of(aurora), json.dumps(NEW.jwk)
        proof = proof_of(aurora, NEW)
        header, payload, _ = proof.split(".")
        bad = {
            "of another key": (json.dumps(BEIFENG.jwk), proof),
            "unsigned": (jwk, f"{header}.{payload}.{'A' * 86}"),
            "of nothing": (jwk, ""),
            "with the secret half": (json.dumps({**NEW.jwk, "d": "AAAA"}), proof),
            "no key": ("[]", proof),
            "no JSON": ("{", proof),
            "twice the same member": (jwk[:-1] + ', "kty": "OKP"}', proof),
        }
        for case, (public, said) in bad.items():
            fields = {"jwk": public, "proof": said, "device": "x"}
            assert aurora.send("/keys", csrf_token=token, **fields).status_code == 400, case
        beifeng = seat(BEIFENG)
        give_password(beifeng)
        fields = {"jwk": jwk, "proof": proof, "device": "x"}
        assert beifeng.send("/keys", csrf_token=token_of(beifeng), **fields).status_code == 400
        assert aurora.send("/keys", csrf_token=token, **fields).status_code == 303
        replayed = aurora.send("/keys", csrf_token=token, **fields)
        assert replayed.status_code == 400
        assert world.session.get(Key, NEW.kid).company_id == world.members[AURORA].company_id

    def test_cannot_take_another_company_s_key(self, aurora):
        give_password(aurora)
        assert enrol(aurora, BEIFENG).status_code == 409


class TestEnd:
    def test_a_key_past_its_life_signs_nothing_new_and_what_it_signed_stays(
        self, aurora, cars, world
    ):
        give_password(aurora)
        enrol(aurora, NEW)
        steel = cars.part(AURORA, "AM-STEEL")
        page = aurora.open(f"/prepared/{declare(aurora, steel, **STEEL)}")
        jws = NEW.sign(payload_of(aurora, page))
        assert hand_in(aurora, page, jws).status_code == 303
        waiting = f"/prepared/{declare(aurora, steel, **STEEL)}"
        later = aurora.open(waiting)
        assert NEW.kid in later.one("div", class_="form")["data-keys"].split()
        self.end(world, now() - timedelta(seconds=1))
        assert "expired" in row_of(aurora, NEW).text
        answer = hand_in(aurora, later, NEW.sign(payload_of(aurora, later)))
        assert answer.status_code == 400
        assert f"The life of the key {NEW.kid} is over" in answer.text
        again = aurora.open(waiting)
        assert NEW.kid not in again.one("div", class_="form")["data-keys"].split()
        told = world.submit(AURORA, jws_only(jws))
        assert (told.status_code, told.json()["status"]) == (200, "known")

    def test_is_reminded_of_two_weeks_before(self, aurora, world):
        give_password(aurora)
        enrol(aurora, NEW)
        assert "ends soon" not in row_of(aurora, NEW).text
        assert "soon ends" not in aurora.open("/").text
        self.end(world, now() + SOON - timedelta(hours=1))
        assert "ends soon: enrol again" in row_of(aurora, NEW).text
        assert "1 key in a browser soon ends" in aurora.open("/").text

    @pytest.mark.parametrize(
        ("step", "state"), [("retirement", "no longer used"), ("revocation", "revoked")]
    )
    def test_comes_at_once_by_a_button(self, aurora, world, step, state):
        give_password(aurora)
        enrol(aurora, NEW)
        form = row_of(aurora, NEW).one("form", action=f"/keys/{NEW.kid}/{step}")
        assert aurora.submit(form).status_code == 303
        row = row_of(aurora, NEW)
        assert state in row.text
        assert not row.all("form")
        kinds = world.session.scalars(select(KeyEvent.kind).filter_by(thumbprint=NEW.kid)).all()
        assert kinds == ["add", {"retirement": "retire", "revocation": "revoke"}[step]]

    def test_of_another_company_s_key_is_not_found(self, aurora, seat, world):
        fox = seat(FOXGLOVE)
        give_password(fox)
        for step in ("retirement", "revocation"):
            for kid in (AURORA.kid, "nobody"):
                answer = fox.send(f"/keys/{kid}/{step}", csrf_token=token_of(fox))
                assert answer.status_code == 404
        assert AURORA.kid not in fox.open("/keys").text

    @staticmethod
    def end(world, at: datetime) -> None:
        world.session.execute(update(Key).filter_by(thumbprint=NEW.kid).values(not_after=at))
        world.session.commit()


class TestRoles:
    """Who signs enrols; only an admin ends a key."""

    def test_a_submitter_enrols_and_ends_nothing(self, enter, world):
        ming = enter(AURORA, "Ming", "submitter")
        give_password(ming)
        assert enrol(ming, NEW).status_code == 303
        row = row_of(ming, NEW)
        assert not row.all("form")
        assert "Keys are ended by an admin" in ming.open("/keys").text
        answer = ming.send(f"/keys/{NEW.kid}/revocation", csrf_token=token_of(ming))
        assert answer.status_code == 403
        assert "None of your roles" in answer.text
        person = world.session.scalar(select(Person.id).filter_by(name="Ming"))
        assert world.session.get(Key, NEW.kid).added_by == f"person:{person}"

    def test_an_admin_ends_what_others_enrolled(self, enter):
        ming, ada = enter(AURORA, "Ming", "submitter"), enter(AURORA, "Ada", "admin")
        give_password(ming)
        enrol(ming, NEW)
        give_password(ada)
        assert ada.submit(row_of(ada, NEW).all("form")[1]).status_code == 303
        assert "revoked" in row_of(ming, NEW).text

    def test_a_buyer_looks(self, enter):
        page = (bo := enter(AURORA, "Bo", "buyer")).open("/keys")
        assert AURORA.kid in page.text
        assert not page.all("form", action="/keys/step-up")
        give = bo.send("/keys/step-up", csrf_token=token_of(bo), password=PASSWORD)
        assert give.status_code == 303
        assert not bo.open("/keys").all("form", action="/keys")
        answer = bo.send("/keys/proof", csrf_token=token_of(bo), jwk=json.dumps(NEW.jwk))
        assert answer.status_code == 403


def jws_only(jws: str) -> bytes:
    return json.dumps({"declaration": jws}).encode()


def test_pages_with_keys_have_the_strictest_policy(aurora, cars):
    prepared = declare(aurora, cars.part(AURORA, "AM-STEEL"), **STEEL)
    for path in ("/keys", f"/prepared/{prepared}"):
        policy = aurora.fetch(path).headers["content-security-policy"]
        assert policy.startswith("default-src 'self'; ")
        assert "require-trusted-types-for 'script'; trusted-types 'none'" in policy
        assert "unsafe" not in policy
        scripts = parse(aurora.fetch(path).text).all("script")
        assert [s["type"] for s in scripts] == ["module"]
