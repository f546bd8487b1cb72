"""OAuth 2 client credentials: RFC 6749 4.4, errors by 5.2, and the traps around Basic."""

import base64
from datetime import timedelta

import pytest
from sqlalchemy import select

from hub.access.secrets import fingerprint
from hub.access.tables import AccessToken, Machine
from hub.kit.clock import now
from tests.cast import AURORA, BEIFENG

FORM = {"grant_type": "client_credentials"}


def basic(client_id, secret, scheme="Basic"):
    pair = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    return {"Authorization": f"{scheme} {pair}"}


def ask(world, headers, data=FORM, **options):
    return world.client.post("/auth/token", headers=headers, data=data, **options)


@pytest.fixture
def credentials(world):
    member = world.members[BEIFENG]
    return basic(member.client_id, member.secret)


class TestAToken:
    def test_opens_the_companys_own_data(self, world, credentials):
        answer = ask(world, credentials)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        token = answer.json()
        assert (token["token_type"], token["expires_in"]) == ("Bearer", 600)
        company = world.client.get(
            "/v1/company", headers={"Authorization": f"Bearer {token['access_token']}"}
        )
        assert company.json()["id"] == world.members[BEIFENG].company_id

    def test_is_kept_only_as_a_hash(self, world, credentials):
        token = ask(world, credentials).json()["access_token"]
        kept = world.session.scalars(select(AccessToken.id)).all()
        assert fingerprint(token) in kept
        assert token not in kept
        secrets = world.session.scalars(select(Machine.secret_hash)).all()
        assert world.members[BEIFENG].secret not in secrets

    def test_is_a_new_one_each_time(self, world, credentials):
        tokens = {ask(world, credentials).json()["access_token"] for _ in range(3)}
        assert len(tokens) == 3

    def test_expires(self, world):
        member = world.members[BEIFENG]
        row = world.session.get_one(AccessToken, fingerprint(member.token))
        assert world.get(BEIFENG, "/v1/keys").status_code == 200
        row.expires_at = now() - timedelta(seconds=1)
        world.session.commit()
        answer = world.get(BEIFENG, "/v1/keys")
        assert (answer.status_code, answer.json()["code"]) == (401, "hub/token-unusable")
        assert answer.headers["www-authenticate"] == "Bearer"

    def test_ends_with_its_machine(self, world, credentials):
        machine = world.session.get_one(Machine, world.members[BEIFENG].client_id)
        machine.revoked_at = now()
        world.session.commit()
        assert world.get(BEIFENG, "/v1/keys").status_code == 401
        assert ask(world, credentials).json()["error"] == "invalid_client"

    def test_of_a_wrong_spelling_opens_nothing(self, world):
        token = world.members[BEIFENG].token
        for header in ("", "Bearer", "Bearer  ", f"Basic {token}", f"Bearer {token}x", token):
            answer = world.client.get("/v1/keys", headers={"Authorization": header})
            assert answer.status_code == 401, header

    def test_may_be_sent_with_the_scheme_in_any_case(self, world):
        token = world.members[BEIFENG].token
        answer = world.client.get("/v1/keys", headers={"authorization": f"bearer {token}"})
        assert answer.status_code == 200


class TestARefusedRequest:
    @pytest.mark.parametrize(
        "header",
        [
            None,
            "Basic",
            "Basic !",
            "Basic " + base64.b64encode(b"\xff\xfe:x").decode(),
            "Basic " + base64.b64encode(b"no colon").decode(),
            "Basic " + base64.b64encode(b":").decode(),
            "Basic " + base64.b64encode(b"a\x00b:c").decode(),
            "Basic w6Q=ä",
            "Bearer abc",
        ],
    )
    def test_without_usable_credentials_is_a_401(self, world, header):
        headers = {} if header is None else {b"Authorization": header.encode("latin-1")}
        answer = ask(world, headers)
        assert answer.status_code == 401
        assert answer.json()["error"] == "invalid_client"
        assert answer.headers["www-authenticate"].startswith("Basic")

    def test_with_a_wrong_secret_looks_like_one_with_an_unknown_client(self, world):
        member, other = world.members[BEIFENG], world.members[AURORA]
        wrong = ask(world, basic(member.client_id, other.secret))
        unknown = ask(world, basic("0" * 36, member.secret))
        assert wrong.status_code == unknown.status_code == 401
        assert wrong.json() == unknown.json()

    @pytest.mark.parametrize(
        ("form", "error"),
        [
            ({"grant_type": "password", "username": "a"}, "unsupported_grant_type"),
            ({"grant_type": 'a"\\\u00e4'}, "unsupported_grant_type"),
            ({"scope": "x"}, "invalid_request"),
            ({}, "invalid_request"),
            ({"grant_type": ["client_credentials", "client_credentials"]}, "invalid_request"),
        ],
    )
    def test_of_another_form_is_named_by_rfc_6749(self, world, credentials, form, error):
        answer = ask(world, credentials, form, content=None if form else b"")
        if not form:
            answer = world.client.post(
                "/auth/token",
                headers=credentials | {"Content-Type": "application/x-www-form-urlencoded"},
                content=b"",
            )
        assert (answer.status_code, answer.json()["error"]) == (400, error)

    def test_with_the_secret_in_the_form_is_not_taken(self, world):
        member = world.members[BEIFENG]
        form = FORM | {"client_id": member.client_id, "client_secret": member.secret}
        assert ask(world, {}, form).json()["error"] == "invalid_client"

    def test_as_json_is_not_taken(self, world, credentials):
        answer = world.client.post("/auth/token", headers=credentials, json=FORM)
        assert (answer.status_code, answer.json()["code"]) == (415, "hub/media-type")

    def test_of_a_megabyte_is_not_read(self, world, credentials):
        answer = ask(world, credentials, FORM | {"scope": "x" * 1_000_000})
        assert (answer.status_code, answer.json()["code"]) == (413, "hub/too-large")

    def test_leaves_no_token(self, world, credentials):
        before = len(world.session.scalars(select(AccessToken.id)).all())
        ask(world, {})
        ask(world, credentials, {"grant_type": "password"})
        assert len(world.session.scalars(select(AccessToken.id)).all()) == before


class TestDiscovery:
    @pytest.mark.parametrize(
        "path", ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"]
    )
    def test_says_where_tokens_are(self, client, path):
        document = client.get(path).json()
        assert document["issuer"] == "http://127.0.0.1"
        assert document["token_endpoint"] == "http://127.0.0.1/auth/token"
        assert document["grant_types_supported"] == ["client_credentials"]
