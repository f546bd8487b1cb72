"""How a machine proves to a hub who it is: with a secret, or with a key that stays here."""

import secrets
import time
from dataclasses import dataclass, field
from typing import Any, Protocol

from tierlight.signer import Signer
from tierlight_schemas.canonical import b64url_encode, canonical

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_SECONDS = 60
"""How long an assertion holds; the hub takes up to 300."""

_GRANT = {"grant_type": "client_credentials"}


class Credentials(Protocol):
    """What a token request carries; asked anew for each attempt."""

    def token_request(self, issuer: str) -> dict[str, Any]:
        """Options of the HTTP request to the hub that calls itself `issuer`."""
        ...


@dataclass(frozen=True)
class ClientSecret:
    """A secret that the hub's operator gave out (RFC 6749, section 2.3.1)."""

    client_id: str
    secret: str = field(repr=False)

    def token_request(self, issuer: str) -> dict[str, Any]:
        """The secret by HTTP Basic."""
        return {"data": _GRANT, "auth": (self.client_id, self.secret)}


@dataclass(frozen=True)
class ClientKey:
    """A key whose public half the hub's operator has (RFC 7523): nothing secret is ever sent."""

    client_id: str
    signer: Signer

    def token_request(self, issuer: str) -> dict[str, Any]:
        """A fresh assertion for this hub alone: it works once, and for a minute."""
        form = {"client_assertion_type": ASSERTION, "client_assertion": self._assertion(issuer)}
        return {"data": {**_GRANT, **form}}

    def _assertion(self, issuer: str) -> str:
        at = int(time.time())
        header = {"alg": self.signer.alg, "kid": self.signer.kid, "typ": "JWT"}
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": issuer,
            "iat": at,
            "exp": at + ASSERTION_SECONDS,
            "jti": secrets.token_urlsafe(16),
        }
        text = f"{b64url_encode(canonical(header))}.{b64url_encode(canonical(claims))}"
        return f"{text}.{b64url_encode(self.signer.sign(text.encode()))}"
