"""Providers, invitations and keys of machines from the command line."""

import pytest
import uvicorn
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from hub.access.machine_keys import machine_keys
from hub.access.secrets import fingerprint
from hub.access.tables import Machine, OidcLink, Person
from hub.cli import parser
from tierlight import FileSigner
from tierlight_schemas.envelope import canonical

PROVIDER = '[works]\nissuer = "https://login.works.example"\nclient_id = "t"\n'
OWN = FileSigner.generate()
PERSON = ("--email", "li@aurora.example", "--name", "Li", "--role", "lca-officer")


@pytest.fixture
def works(write, monkeypatch):
    write("works.secret", "a long secret\n")
    file = write("oidc.toml", PROVIDER + 'client_secret_file = "works.secret"\n')
    monkeypatch.setenv("HUB_OIDC_FILE", str(file))


def pem(key):
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


class TestAPerson:
    def test_is_added_without_a_password(self, hub, aurora, works, own_database):
        ran = hub("person", "add", aurora, *PERSON, "--oidc", "works")
        assert ran.status == 0, ran.err
        with own_database.read() as session:
            assert session.get_one(Person, ran.out.strip()).password_hash is None
            link = session.query(OidcLink).one()
        assert (link.issuer, link.subject, link.invitation) == (
            "https://login.works.example",
            None,
            None,
        )

    def test_is_invited_by_an_address_that_is_shown_once(self, hub, aurora, works, own_database):
        added = hub("person", "add", aurora, *PERSON, "--oidc", "works", "--invite")
        address = added.out.splitlines()[1]
        again = hub("person", "link", "LI@aurora.example", "--oidc", "works", "--invite")
        assert address.startswith("http://127.0.0.1:8000/sign-in/with/works?invitation=")
        code = again.out.strip().partition("invitation=")[2]
        assert code not in address
        with own_database.read() as session:
            assert session.query(OidcLink).one().invitation == fingerprint(code)

    def test_who_has_a_password_loses_it_with_the_link(
        self, hub, aurora, works, own_database, write
    ):
        password = write("password.txt", "long enough words\n")
        hub("person", "add", aurora, *PERSON, "--password-file", password)

        def has_password():
            with own_database.read() as session:
                return session.query(Person).one().password_hash is not None

        hub("person", "link", "li@aurora.example", "--oidc", "works", "--keep-password")
        assert has_password()
        assert hub("person", "link", "li@aurora.example", "--oidc", "works").status == 0
        assert not has_password()
        assert hub("person", "remove", "li@aurora.example").status == 0

    @pytest.mark.parametrize(
        ("call", "words"),
        [
            (("person", "link", "nobody@aurora.example", "--oidc", "works"), "not"),
            (("person", "link", "li@aurora.example", "--oidc", "other"), "knows no identity"),
        ],
    )
    def test_of_an_unknown_name_is_refused(self, hub, aurora, works, call, words):
        ran = hub(*call)
        assert (ran.status, words in ran.err) == (1, True)


BAD_FILES = {
    "no TOML": "works",
    "a list": "works = [1]",
    "text": 'works = "https://login.works.example"',
    "name with a slash": '["a/b"]\nissuer = "https://a.example"\nclient_id = "t"\n',
    "name in capitals": "[Works]\n",
    "no issuer": '[works]\nclient_id = "t"\nclient_secret_file = "works.secret"\n',
    "unknown member": PROVIDER + 'client_secret_file = "works.secret"\nscope = "all"\n',
    "http": PROVIDER.replace("https:", "http:") + 'client_secret_file = "works.secret"\n',
    "an address": PROVIDER.replace("login.works.example", "10.0.0.1")
    + 'client_secret_file = "works.secret"\n',
    "no secret": PROVIDER,
    "both": PROVIDER + 'client_secret_file = "works.secret"\nprivate_key_file = "rsa.pem"\n',
    "secret not there": PROVIDER + 'client_secret_file = "lost.secret"\n',
    "secret empty": PROVIDER + 'client_secret_file = "empty.secret"\n',
    "key is no key": PROVIDER + 'private_key_file = "works.secret"\n',
    "key too short": PROVIDER + 'private_key_file = "rsa.pem"\n',
    "algorithm none": PROVIDER + 'client_secret_file = "works.secret"\nalgorithms = ["none"]\n',
    "algorithm HS256": PROVIDER + 'client_secret_file = "works.secret"\nalgorithms = ["HS256"]\n',
    "label in French": PROVIDER + 'client_secret_file = "works.secret"\nlabel = { fr = "Usine" }\n',
    "label empty": PROVIDER + 'client_secret_file = "works.secret"\nlabel = { en = "" }\n',
}


class TestAFileOfProviders:
    @pytest.mark.parametrize("name", BAD_FILES)
    def test_that_is_wrong_stops_the_server(self, hub, write, monkeypatch, name):
        short = rsa.generate_private_key(public_exponent=65537, key_size=1024).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        write("works.secret", "a long secret")
        write("empty.secret", "\n")
        write("rsa.pem", short)
        monkeypatch.setenv("HUB_OIDC_FILE", str(write("oidc.toml", BAD_FILES[name])))
        ran = hub("serve")
        assert (ran.status, "oidc.toml cannot be used: " in ran.err) == (1, True), ran.err
        assert "a long secret" not in ran.err

    def test_that_is_not_there_too(self, hub, monkeypatch, tmp_path):
        monkeypatch.setenv("HUB_OIDC_FILE", str(tmp_path / "lost.toml"))
        assert "No such file" in hub("serve").err


class TestAThumbprint:
    @pytest.mark.parametrize(
        "thumbprint", ["-I4QqrsYfz8_XOMPhZkxqNldFtAeIMQkto_2mPdtbok", "-" * 43]
    )
    def test_that_begins_with_a_hyphen_is_not_an_option(self, thumbprint):
        assert (
            parser().parse_args(["machine", "end-key", "ERP", thumbprint]).thumbprint == thumbprint
        )
        assert parser().parse_args(["key", "retire", thumbprint]).kid == thumbprint

    def test_and_what_is_shorter_stays_one(self):
        with pytest.raises(SystemExit, match="2"):
            parser().parse_args(["machine", "end-key", "ERP", "-I4Qqrs"])


class TestAMachine:
    def test_is_added_with_keys_and_no_secret(self, hub, aurora, write, own_database):
        curve = ec.generate_private_key(ec.SECP256R1())
        files = [write("a.jwk", canonical(OWN.jwk)), write("b.pem", pem(curve))]
        options = [part for file in files for part in ("--public-key", file)]
        ran = hub("machine", "add", aurora, "--name", "ERP", *options)
        client_id = ran.out.strip().removeprefix("client_id=")
        assert "secret" not in ran.out
        with own_database.read() as session:
            assert session.get_one(Machine, client_id).secret_hash is None
            assert set(machine_keys(session, client_id)) == {OWN.kid, FileSigner(curve).kid}

    def test_changes_its_key(self, hub, aurora, write, own_database):
        own, later = write("a.jwk", canonical(OWN.jwk)), ed25519.Ed25519PrivateKey.generate()
        added = hub("machine", "add", aurora, "--name", "ERP", "--public-key", own).out
        client_id = added.strip().removeprefix("client_id=")
        ran = hub("machine", "add-key", client_id, write("b.pem", pem(later)))
        assert ran.out.strip() == FileSigner(later).kid
        assert hub("machine", "end-key", client_id, OWN.kid).status == 0
        assert hub("machine", "end-key", client_id, OWN.kid).status == 1
        with own_database.read() as session:
            assert list(machine_keys(session, client_id)) == [FileSigner(later).kid]

    @pytest.mark.parametrize(
        "content",
        [
            *(b"", b"text", b"[]", b"\xff", b"-----BEGIN PUBLIC KEY-----\n"),
            pem(rsa.generate_private_key(public_exponent=65537, key_size=2048)),
            pem(ec.generate_private_key(ec.SECP384R1())),
            OWN.pem(),
        ],
    )
    def test_is_not_added_with_another_file(self, hub, aurora, write, own_database, content):
        ran = hub("machine", "add", aurora, "--name", "E", "--public-key", write("k", content))
        assert (ran.status, "not a public key as JWK or PEM" in ran.err) == (1, True), ran.err
        with own_database.read() as session:
            assert session.query(Machine).count() == 0


@pytest.mark.parametrize(
    ("proxies", "url", "believed", "said"),
    [
        (None, "http://127.0.0.1:8000", (False, ""), False),
        (None, "https://hub.example", (False, ""), True),
        ("127.0.0.1,10.0.0.0/8", "https://hub.example", (True, "127.0.0.1,10.0.0.0/8"), False),
    ],
)
def test_forwarded_addresses_are_believed_from_named_proxies_only(
    hub, monkeypatch, proxies, url, believed, said
):
    given = {}
    monkeypatch.setattr(uvicorn, "run", lambda *_, **options: given.update(options))
    monkeypatch.setenv("HUB_PUBLIC_URL", url)
    if proxies:
        monkeypatch.setenv("HUB_TRUSTED_PROXIES", proxies)
    ran = hub("serve")
    assert ran.status == 0
    assert (given["proxy_headers"], given["forwarded_allow_ips"]) == believed
    assert ("names no proxy" in ran.err) is said
