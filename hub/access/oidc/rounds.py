"""One round to a provider and back, bound to one browser.

The browser keeps a secret in a cookie; the hub keeps that a round was begun. State is a random
name; nonce, verifier and the name of the row follow from both, so that neither a stolen address
nor a copy of the table can finish somebody's round, and each ends it the first time.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Self

from hub.access.secrets import random_secret

SECONDS = 600
"""How long a person may take at the provider."""


@dataclass(frozen=True)
class Round:
    """What one sign-in is recognised by."""

    browser: str = field(repr=False)
    """The secret in the browser's cookie."""
    state: str = field(repr=False)

    @classmethod
    def begin(cls, browser: str | None) -> Self:
        """A new round; a browser may have several open, one a tab."""
        return cls(browser or random_secret(), random_secret())

    @property
    def id(self) -> str:
        """Names the row: found by who has both, the answer and the cookie."""
        return self._derived("round")

    @property
    def nonce(self) -> str:
        """Stands in the ID token that is made for this round."""
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """PKCE (RFC 7636): proves that who redeems the code is who asked for it."""
        return self._derived("verifier")

    def _derived(self, purpose: str) -> str:
        message = f"{purpose}:{self.state}".encode("utf-8", "surrogatepass")
        key = self.browser.encode("utf-8", "surrogatepass")
        return hmac.digest(key, message, hashlib.sha256).hex()
