"""private_key_jwt: a machine signs who it is, and nothing but that opens the door."""

import hmac
import json
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from sqlalchemy import func, select

from hub.access.machine_keys import MAX_KEYS, add_machine_key, end_machine_key, machine_keys
from hub.access.tables import AccessToken, UsedAssertion
from hub.access.usecases import add_key_holder, end_machine
from hub.kit.errors import BadInput, Conflict, NotFound
from tests.cast import BEIFENG
from tests.hub.access.assertions import ISSUER, claims, form, signed
from tests.hub.access.test_tokens import basic
from tests.hub.conftest import enrol
from tierlight import FileSigner
from tierlight_schemas.canonical import b64url_encode

OWN = FileSigner.generate()
OTHER = FileSigner.generate()
CURVE = FileSigner.generate("ES256")


def at(seconds):
    """So many seconds after the assertion is made."""
    return lambda made: made + seconds


@pytest.fixture(params=["Ed25519", "ES256"])
def signer(request):
    return OWN if request.param == "Ed25519" else CURVE


@pytest.fixture
def client_id(world):
    """A machine of Beifeng's with two keys and no secret."""
    made = add_key_holder(world.session, world.members[BEIFENG].company_id, "ERP")
    for key in (OWN, CURVE):
        add_machine_key(world.session, made, key.jwk)
    world.session.commit()
    return made


def ask(world, sent, headers=None):
    return world.client.post("/auth/token", data=sent, headers=headers or {})


class TestAnAssertion:
    @pytest.mark.parametrize("named", [True, False])
    def test_opens_the_company_of_its_machine(self, world, client_id, signer, named):
        header = {"kid": signer.kid} if named else {}
        answer = ask(world, form(signed(signer, claims(client_id), **header)))
        assert answer.status_code == 200, answer.text
        headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        company = world.client.get("/v1/company", headers=headers).json()
        assert company["id"] == world.members[BEIFENG].company_id

    @pytest.mark.parametrize(
        "changed",
        [
            *(
                {"iat": ...},
                {"nbf": at(0)},
                {"exp": at(290)},
                {"iat": at(-250)},
                {"jti": "x" * 200},
            ),
            *({"scope": "anything"}, {"nbf": at(20), "iat": at(20)}),
        ],
    )
    def test_may_say_more_or_less(self, world, client_id, changed):
        assert ask(world, form(signed(OWN, claims(client_id, **changed)))).status_code == 200

    def test_may_be_of_the_newer_type(self, world, client_id):
        said = signed(OWN, claims(client_id), typ="client-authentication+jwt")
        assert ask(world, form(said, client_id=client_id)).status_code == 200

    def test_is_accepted_once(self, world, client_id):
        said = signed(OWN, claims(client_id))
        assert ask(world, form(said)).status_code == 200
        again = ask(world, form(said))
        assert (again.status_code, again.json()["error"]) == (401, "invalid_client")
        assert again.json()["error_description"] == "client_assertion: used before"

    def test_s_name_is_used_up_for_its_machine_only(self, world, client_id):
        other = add_key_holder(world.session, world.members[BEIFENG].company_id, "other")
        add_machine_key(world.session, other, OWN.jwk)
        world.session.commit()
        for machine in (client_id, other):
            said = signed(OWN, claims(machine, jti="one and the same"))
            assert ask(world, form(said)).status_code == 200
        said = signed(CURVE, claims(client_id, jti="one and the same"))
        assert ask(world, form(said)).status_code == 401

    def test_is_remembered_until_it_expires(self, world, client_id):
        ask(world, form(signed(OWN, claims(client_id))))
        row = world.session.scalars(select(UsedAssertion)).one()
        row.expires_at = row.expires_at.replace(year=2020)
        world.session.commit()
        ask(world, form(signed(OWN, claims(client_id))))
        assert world.session.scalar(select(func.count()).select_from(UsedAssertion)) == 1

    def test_with_a_secret_beside_it_is_two_ways(self, world, client_id):
        member = world.members[BEIFENG]
        sent = form(signed(OWN, claims(client_id)))
        answer = ask(world, sent, basic(member.client_id, member.secret))
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def unsigned(client_id):
    header = b64url_encode(b'{"alg":"none"}')
    return f"{header}.{b64url_encode(json.dumps(claims(client_id)).encode())}."


def keyed_with_the_public_half(client_id):
    """The oldest confusion: a public key taken for the secret of an HMAC."""
    said = signed(OWN, claims(client_id), alg="HS256").rpartition(".")[0]
    secret = json.dumps(OWN.jwk).encode()
    return f"{said}.{b64url_encode(hmac.digest(secret, said.encode(), 'sha256'))}"


def broken(client_id):
    said = signed(OWN, claims(client_id))
    return said[:-4] + ("AAAA" if said[-4:] != "AAAA" else "BBBB")


def with_other_claims(client_id):
    header, _, signature = signed(OWN, claims(client_id)).split(".")
    later = b64url_encode(json.dumps(claims(client_id, exp=at(280))).encode())
    return f"{header}.{later}.{signature}"


def doubled(client_id):
    said = json.dumps(claims(client_id)).encode()
    return signed(OWN, said[:-1] + b', "aud": "http://127.0.0.1"}')


def changed(**members):
    return lambda client_id: signed(OWN, claims(client_id, **members))


def headed(**members):
    return lambda client_id: signed(OWN, claims(client_id), **members)


BAD = {
    "empty": (lambda c: "", "not a JWT"),
    "text": (lambda c: "a.b.c", "not a JWT"),
    "two parts": (lambda c: "e30.e30", "not a JWT"),
    "five parts": (lambda c: signed(OWN, claims(c)) + ".e30.e30", "not a JWT"),
    "too long": (changed(more="x" * 4_000), "not a JWT"),
    "no object": (lambda c: signed(OWN, ["iss"]), "not a JWT"),
    "a member twice": (doubled, "not a JWT"),
    "padded": (lambda c: signed(OWN, claims(c)).replace(".", "=.", 1), "not a JWT"),
    "alg none": (unsigned, "algorithm"),
    "alg None": (headed(alg="None"), "algorithm"),
    "alg missing": (headed(alg=...), "algorithm"),
    "alg HS256": (keyed_with_the_public_half, "algorithm"),
    "alg RS256": (headed(alg="RS256"), "algorithm"),
    "alg EdDSA": (headed(alg="EdDSA"), "algorithm"),
    "alg of the other key": (headed(alg="ES256"), "signature"),
    "header jwk": (lambda c: signed(OTHER, claims(c), jwk=OTHER.jwk), "header"),
    "header jku": (headed(jku="https://evil.example/keys"), "header"),
    "header x5u": (headed(x5u="https://evil.example/cert"), "header"),
    "header x5c": (headed(x5c=["MIIB"]), "header"),
    "header crit": (headed(crit=["exp"]), "header"),
    "header b64": (headed(b64=False), "header"),
    "header typ": (headed(typ="at+jwt"), "header"),
    "kid no text": (headed(kid=7), "header"),
    "kid of another": (headed(kid=OTHER.kid), "signature"),
    "kid of the other own key": (headed(kid=CURVE.kid), "signature"),
    "another key": (lambda c: signed(OTHER, claims(c)), "signature"),
    "another key under our kid": (lambda c: signed(OTHER, claims(c), kid=OWN.kid), "signature"),
    "broken": (broken, "signature"),
    "other claims": (with_other_claims, "signature"),
    "no signature": (lambda c: signed(OWN, claims(c)).rpartition(".")[0] + ".", "signature"),
    "unknown client": (lambda c: signed(OWN, claims("0" * 36)), "signature"),
    "iss missing": (changed(iss=...), "iss and sub"),
    "iss of another form": (changed(iss="' OR 1=1", sub="' OR 1=1"), "iss and sub"),
    "sub missing": (changed(sub=...), "iss and sub"),
    "sub of another": (changed(sub="0" * 36), "iss and sub"),
    "aud missing": (changed(aud=...), "aud"),
    "aud a list": (changed(aud=[ISSUER]), "aud"),
    "aud a list of two": (changed(aud=[ISSUER, "https://evil.example"]), "aud"),
    "aud the token endpoint": (changed(aud=f"{ISSUER}/auth/token"), "aud"),
    "aud with a slash": (changed(aud=f"{ISSUER}/"), "aud"),
    "aud another hub": (changed(aud="https://hub.example"), "aud"),
    "exp missing": (changed(exp=...), "exp"),
    "exp passed": (changed(exp=at(-1)), "exp"),
    "exp in ten minutes": (changed(exp=at(900)), "exp"),
    "exp in ten years": (changed(exp=at(315_360_000)), "exp"),
    "exp as text": (changed(exp="1900000000"), "exp"),
    "exp a float": (changed(exp=at(60.5)), "not a JWT"),
    "exp true": (changed(exp=True), "exp"),
    "exp null": (changed(exp=None), "not a JWT"),
    "iat tomorrow": (changed(iat=at(86_400)), "iat or nbf"),
    "iat last year": (changed(iat=at(-31_536_000)), "iat or nbf"),
    "iat as text": (changed(iat="1900000000"), "iat or nbf"),
    "nbf later": (changed(nbf=at(200)), "iat or nbf"),
    "jti missing": (changed(jti=...), "jti"),
    "jti empty": (changed(jti=""), "jti"),
    "jti a number": (changed(jti=5), "jti"),
    "jti too long": (changed(jti="x" * 201), "jti"),
}


class TestABadAssertion:
    @pytest.mark.parametrize("name", BAD)
    def test_opens_nothing(self, world, client_id, name):
        make, reason = BAD[name]
        before = world.session.scalar(select(func.count()).select_from(AccessToken))
        answer = ask(world, form(make(client_id)))
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client"), answer.text
        assert answer.json()["error_description"] == f"client_assertion: {reason}"
        assert world.session.scalar(select(func.count()).select_from(AccessToken)) == before
        assert world.session.scalar(select(func.count()).select_from(UsedAssertion)) == 0

    @pytest.mark.parametrize(
        "sent",
        [
            {"client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"},
            {"client_assertion_type": ""},
            {"client_id": "0" * 36},
        ],
    )
    def test_in_a_form_of_another_kind(self, world, client_id, sent):
        answer = ask(world, form(signed(OWN, claims(client_id)), **sent))
        assert answer.status_code == 401

    def test_says_the_same_of_an_unknown_client_and_an_unknown_key(self, world, client_id):
        unknown = ask(world, form(signed(OWN, claims("0" * 36))))
        wrong = ask(world, form(signed(OTHER, claims(client_id))))
        assert (unknown.json(), unknown.headers) == (wrong.json(), wrong.headers)

    def test_is_not_looked_at_without_its_type(self, world, client_id):
        sent = form(signed(OWN, claims(client_id)))
        del sent["client_assertion_type"]
        assert ask(world, sent).status_code == 401


class TestAMachineWithKeys:
    def test_has_no_secret(self, world, client_id):
        for secret in ("", "None", "x"):
            sent = {"grant_type": "client_credentials"}
            assert ask(world, sent, basic(client_id, secret)).status_code == 401

    def test_that_has_ended_is_unknown(self, world, client_id):
        end_machine(world.session, client_id)
        world.session.commit()
        assert ask(world, form(signed(OWN, claims(client_id)))).status_code == 401
        with pytest.raises(NotFound):
            add_machine_key(world.session, client_id, OTHER.jwk)

    def test_loses_its_tokens_with_a_key(self, world, client_id):
        token = ask(world, form(signed(OWN, claims(client_id)))).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        assert world.client.get("/v1/company", headers=headers).status_code == 200
        end_machine_key(world.session, client_id, OWN.kid)
        world.session.commit()
        assert world.client.get("/v1/company", headers=headers).status_code == 401
        assert ask(world, form(signed(OWN, claims(client_id)))).status_code == 401
        assert ask(world, form(signed(CURVE, claims(client_id)))).status_code == 200
        with pytest.raises(NotFound):
            end_machine_key(world.session, client_id, OWN.kid)

    def test_has_few_and_each_once(self, world, client_id):
        assert add_machine_key(world.session, client_id, OWN.jwk) == OWN.kid
        for _ in range(MAX_KEYS - 2):
            add_machine_key(world.session, client_id, FileSigner.generate().jwk)
        with pytest.raises(Conflict):
            add_machine_key(world.session, client_id, OTHER.jwk)
        assert len(machine_keys(world.session, client_id)) == MAX_KEYS

    @pytest.mark.parametrize(
        ("jwk", "code"),
        [
            ({}, "trust/key-form"),
            ({"kty": "oct", "k": "AAAA"}, "trust/key-form"),
            ({"kty": "RSA", "n": "AAAA", "e": "AQAB"}, "trust/key-form"),
            ({**CURVE.jwk, "x": CURVE.jwk["y"]}, "trust/key-form"),
            ({**OWN.jwk, "d": "AAAA"}, "trust/private-key"),
        ],
    )
    def test_takes_no_other_keys(self, world, client_id, jwk, code):
        with pytest.raises(BadInput) as refusal:
            add_machine_key(world.session, client_id, jwk)
        assert refusal.value.code == code


def test_of_many_at_once_one_is_accepted(live_hub):
    with live_hub.transaction() as session:
        made = add_key_holder(session, enrol(session, BEIFENG).company_id, "ERP")
        add_machine_key(session, made, OWN.jwk)
    sent = form(signed(OWN, claims(made, aud=live_hub.settings.public_url)))

    def send(_):
        return httpx.post(f"{live_hub.url}/auth/token", data=sent, timeout=30).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(send, range(16)))
    assert statuses == [200] + [401] * 15


def test_the_discovery_document_names_methods_and_algorithms(client):
    document = client.get("/.well-known/openid-configuration").json()
    assert document["token_endpoint_auth_methods_supported"] == [
        "client_secret_basic",
        "private_key_jwt",
    ]
    assert document["token_endpoint_auth_signing_alg_values_supported"] == ["ES256", "Ed25519"]
