"""Who signs: a key file, or anything that turns bytes into a signature.

A security module, a cloud key service or a remote seal signs through the same three members; the
secret never has to be in this process.
"""

import os
from pathlib import Path
from typing import Any, Protocol, Self

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from tierlight.errors import ConfigurationError, SigningError
from tierlight_schemas.envelope import (
    MAX_PAYLOAD_BYTES,
    Algorithm,
    EnvelopeError,
    b64url_encode,
    canonical_or_refused,
    sign,
    thumbprint,
)

PrivateKey = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey


class Signer(Protocol):
    """A key that signs; `sign` returns the 64 raw bytes (ES256: r and s, not DER)."""

    @property
    def alg(self) -> Algorithm: ...

    @property
    def kid(self) -> str:
        """RFC 7638 thumbprint of the public key."""
        ...

    def sign(self, data: bytes) -> bytes: ...


class FileSigner:
    """A private key in a PKCS#8 PEM file: Ed25519, or P-256 for ES256."""

    def __init__(self, key: PrivateKey) -> None:
        self._key = key
        self.jwk: dict[str, str] = public_jwk(key)
        """The public key."""
        self.kid = thumbprint(self.jwk)
        self.alg: Algorithm = "Ed25519" if self.jwk["kty"] == "OKP" else "ES256"

    @classmethod
    def load(cls, path: Path | str, password: bytes | None = None) -> Self:
        """Read a key file. Raises `ConfigurationError` naming the file."""
        try:
            data = Path(path).read_bytes()
        except OSError:
            raise ConfigurationError("sdk/key-unreadable", file=str(path)) from None
        return cls(_parsed(data, password, str(path)))

    @classmethod
    def generate(cls, alg: Algorithm = "Ed25519") -> Self:
        """A new key, in memory only."""
        if alg == "Ed25519":
            return cls(ed25519.Ed25519PrivateKey.generate())
        return cls(ec.generate_private_key(ec.SECP256R1()))

    def sign(self, data: bytes) -> bytes:
        """The raw signature over `data`."""
        if isinstance(self._key, ed25519.Ed25519PrivateKey):
            return self._key.sign(data)
        r, s = decode_dss_signature(self._key.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def pem(self) -> bytes:
        """The private key as PKCS#8 PEM, not encrypted."""
        return self._key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    def save(self, path: Path | str) -> None:
        """Write the private key, readable by its owner only.

        Raises `ConfigurationError` when the file is there already: a lost key is lost for ever.
        """
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise ConfigurationError("sdk/key-exists", file=str(path)) from None
        except OSError as error:
            raise _unwritable(path, error) from None
        with os.fdopen(descriptor, "wb") as file:
            file.write(self.pem())


def sign_payload(payload: bytes, signer: Signer) -> str:
    """The compact JWS over the canonical bytes of a declaration.

    Raises `SigningError` when what the signer returns is no signature of its algorithm, and
    `EnvelopeError` when the payload is not canonical.
    """
    canonical_or_refused(payload, max_bytes=MAX_PAYLOAD_BYTES)
    try:
        return sign(payload, signer.sign, signer.alg, signer.kid)
    except EnvelopeError as error:
        raise SigningError("sdk/signer", reason=error.code) from error


def public_jwk(key: PrivateKey) -> dict[str, str]:
    """The public half as a JWK with its required members only."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        x = key.public_key().public_bytes_raw()
        return {"crv": "Ed25519", "kty": "OKP", "x": b64url_encode(x)}
    numbers = key.public_key().public_numbers()
    x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
    return {"crv": "P-256", "kty": "EC", "x": b64url_encode(x), "y": b64url_encode(y)}


def _parsed(data: bytes, password: bytes | None, name: str) -> PrivateKey:
    try:
        key: Any = serialization.load_pem_private_key(data, password)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ConfigurationError("sdk/key-unusable", file=name) from None
    curve = getattr(key, "curve", None)
    if isinstance(key, ed25519.Ed25519PrivateKey) or isinstance(curve, ec.SECP256R1):
        return key  # type: ignore[no-any-return]  # narrowed by key kind and curve
    raise ConfigurationError("sdk/key-unusable", file=name)


def _unwritable(path: Path | str, error: OSError) -> ConfigurationError:
    return ConfigurationError(
        "sdk/unwritable", file=str(path), reason=error.strerror or type(error).__name__
    )
