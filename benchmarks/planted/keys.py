"""Keys of companies: each from a number, so that a chain is the same again from its seed."""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tierlight_schemas.envelope import b64url_encode, sign, thumbprint


@dataclass(frozen=True)
class Signer:
    """A private key by its name."""

    name: str

    @cached_property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(sha256(self.name.encode()).digest())

    @cached_property
    def jwk(self) -> dict[str, str]:
        """The public key."""
        raw = self._private.public_key().public_bytes_raw()
        return {"kty": "OKP", "crv": "Ed25519", "x": b64url_encode(raw)}

    @cached_property
    def kid(self) -> str:
        """The key's thumbprint."""
        return thumbprint(self.jwk)

    def sign(self, payload: bytes) -> str:
        """The compact JWS over canonical bytes."""
        return sign(payload, self._private.sign, "Ed25519", self.kid)
