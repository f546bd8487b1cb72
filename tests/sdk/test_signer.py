"""Key files and signatures."""

import json
import stat

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from tierlight.errors import ConfigurationError, SigningError
from tierlight.signer import FileSigner, sign_payload
from tierlight_schemas.envelope import (
    Algorithm,
    EnvelopeError,
    b64url_decode,
    b64url_encode,
    canonical,
    thumbprint,
    verify,
)

# RFC 8037, A.1, A.2 and A.4: signing with Ed25519 gives one result only.
SECRET = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
PUBLIC = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
INPUT = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
SIGNATURE = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
# RFC 7515, A.3.1
P256_SECRET = "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"
P256_PUBLIC = {
    "crv": "P-256",
    "kty": "EC",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}
PAYLOAD = canonical({"a": "b"})


def test_rfc_8037_key_and_signature():
    signer = FileSigner(ed25519.Ed25519PrivateKey.from_private_bytes(b64url_decode(SECRET)))
    assert signer.jwk == {"crv": "Ed25519", "kty": "OKP", "x": PUBLIC}
    assert signer.kid == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    assert b64url_encode(signer.sign(INPUT)) == SIGNATURE


def test_rfc_7515_a3_key_signs_as_r_and_s():
    secret = int.from_bytes(b64url_decode(P256_SECRET), "big")
    signer = FileSigner(ec.derive_private_key(secret, ec.SECP256R1()))
    assert signer.jwk == P256_PUBLIC
    for _ in range(50):  # short r or s must be padded, not shortened
        assert len(signer.sign(INPUT)) == 64
    assert verify(sign_payload(PAYLOAD, signer), signer.jwk).alg == "ES256"


@pytest.mark.parametrize("alg", ["Ed25519", "ES256"])
def test_a_key_file_is_read_as_it_was_written(tmp_path, alg):
    made = FileSigner.generate(alg)
    made.save(tmp_path / "key.pem")
    read = FileSigner.load(tmp_path / "key.pem")
    assert (read.kid, read.alg, read.jwk) == (made.kid, alg, made.jwk)
    assert verify(sign_payload(PAYLOAD, read), made.jwk).payload == PAYLOAD


def test_only_its_owner_reads_a_key_and_nobody_overwrites_it(tmp_path):
    path = tmp_path / "key.pem"
    FileSigner.generate().save(path)
    before = path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(ConfigurationError, match="sdk/key-exists"):
        FileSigner.generate().save(path)
    assert path.read_bytes() == before


def pem(key, password=None):
    cipher = (
        serialization.BestAvailableEncryption(password)
        if password
        else serialization.NoEncryption()
    )
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, cipher)


UNUSABLE = {
    "not PEM": lambda: b"hello",
    "empty": lambda: b"",
    "RSA": lambda: pem(rsa.generate_private_key(65537, 2048)),
    "P-384": lambda: pem(ec.generate_private_key(ec.SECP384R1())),
    "locked": lambda: pem(ed25519.Ed25519PrivateKey.generate(), b"secret"),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_other_files_are_no_keys(tmp_path, name):
    path = tmp_path / "key.pem"
    path.write_bytes(UNUSABLE[name]())
    with pytest.raises(ConfigurationError, match="sdk/key-unusable") as refusal:
        FileSigner.load(path)
    assert refusal.value.params["file"] == str(path)


def test_an_encrypted_key_opens_with_its_password(tmp_path):
    path = tmp_path / "key.pem"
    path.write_bytes(pem(ed25519.Ed25519PrivateKey.generate(), b"secret"))
    assert FileSigner.load(path, b"secret").alg == "Ed25519"
    with pytest.raises(ConfigurationError, match="sdk/key-unusable"):
        FileSigner.load(path, b"wrong")


def test_an_absent_file_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match="sdk/key-unreadable"):
        FileSigner.load(tmp_path / "none.pem")


class Module:
    """A security module: it has no key file."""

    alg: Algorithm = "Ed25519"

    def __init__(self, answer=None):
        self.inner = FileSigner.generate()
        self.kid = self.inner.kid
        self.answer = answer

    def sign(self, data):
        return self.inner.sign(data) if self.answer is None else self.answer


def test_any_object_with_three_members_signs():
    module = Module()
    assert verify(sign_payload(PAYLOAD, module), module.inner.jwk).kid == module.kid


def test_a_module_that_returns_der_is_caught():
    with pytest.raises(SigningError, match="jws-signature-length"):
        sign_payload(PAYLOAD, Module(answer=b"\x30" + bytes(70)))


def test_a_payload_that_is_not_canonical_is_not_signed():
    with pytest.raises(EnvelopeError, match="door/not-canonical"):
        sign_payload(b'{"a": "b"}', Module())


def test_keygen_writes_both_halves_and_prints_the_thumbprint(desk):
    ran = desk.run("keygen", "--out", desk.folder / "second.pem", "--alg", "ES256")
    jwk = json.loads((desk.folder / "second.pub.jwk").read_text())
    assert ran.out.strip() == thumbprint(jwk) == jwk["kid"]
    assert jwk["alg"] == "ES256"
    assert "d" not in jwk
    assert stat.S_IMODE((desk.folder / "second.pem").stat().st_mode) == 0o600
    assert FileSigner.load(desk.folder / "second.pem").kid == jwk["kid"]


def test_keygen_never_overwrites_either_half(desk):
    before = (desk.key.read_bytes(), desk.jwk.read_bytes())
    assert desk.run("keygen", "--out", desk.key).status == 1
    desk.key.unlink()
    ran = desk.run("keygen", "--out", desk.key)
    assert ran.status == 1
    assert str(desk.jwk) in ran.err
    assert not desk.key.exists()
    assert desk.jwk.read_bytes() == before[1]
