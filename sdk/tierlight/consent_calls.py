"""Whom a client lets see what: consents, unsigned and signed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from tierlight.calls import Calls
from tierlight.consents import signatory, signed_consent, signed_revocation
from tierlight.results import Grant
from tierlight.signer import Signer
from tierlight_schemas.consent import Signatory, Wish
from tierlight_schemas.envelope import digest, open_jws, part_urn


class ConsentCalls(Calls):
    """The part of `Client` that is about consents."""

    def grant(
        self,
        reader: str,
        part_id: str | None = None,
        *,
        level: int = 1,
        aggregate: bool = False,
        valid_from: date | None = None,
        valid_to: date | None = None,
        purpose: str | None = None,
    ) -> Grant:
        """Let a company (id, or SCHEME:VALUE) see one part, or all.

        `level` 0 to 5: existence, total, split, composition, activity, evidence; `aggregate`
        lets results use deeper levels without showing them. `valid_to` is exclusive.
        """
        body: dict[str, Any] = {"reader": reader, "level": level, "aggregate": aggregate}
        optional = {
            "part": part_id,
            "valid_from": valid_from.isoformat() if valid_from else None,
            "valid_to": valid_to.isoformat() if valid_to else None,
            "purpose": purpose,
        }
        body |= {name: value for name, value in optional.items() if value is not None}
        return Grant.of(self._transport.json("POST", "/v1/grants", body, repeatable=False))

    def grants(self) -> Iterator[Grant]:
        """Every consent that this company gave, oldest first."""
        return (Grant.of(item) for item in self._pages("/v1/grants"))

    def revoke_grant(self, grant_id: str) -> Grant:
        """End a consent at once."""
        path = f"/v1/grants/{grant_id}/revocation"
        return Grant.of(self._transport.json("POST", path, repeatable=True))

    def sign_consent(
        self,
        signer: Signer,
        reader: str,
        part: str | None = None,
        *,
        level: int = 1,
        aggregate: bool = False,
        valid_from: date | None = None,
        valid_to: date | None = None,
        purpose: str | None = None,
    ) -> str:
        """A consent signed in this company's name for this hub, not sent yet: a compact JWS.

        `reader` is a company id, `part` a number of one's own (None: all parts). Raises
        `EnvelopeError` for what is no consent.
        """
        by = self._signatory()
        urn = part_urn("company", by.owner, part) if part is not None else None
        first = valid_from or datetime.now(UTC).date()
        wish = Wish(reader, level, aggregate, first, valid_to, urn, purpose)
        return signed_consent(wish, by, signer)

    def send_consent(self, jws: str) -> Grant:
        """Give a consent that was signed; sending it again gives the same receipt."""
        body = {"consent": jws}
        return Grant.of(self._transport.json("POST", "/v1/grants", body, repeatable=True))

    def sign_revocation(self, signer: Signer, grant_id: str) -> str:
        """The signed end of a signed consent, not sent yet. Raises `HubRefused` for an unsigned."""
        consent = digest(open_jws(self._bytes(f"/v1/grants/{grant_id}/consent")).payload)
        return signed_revocation(consent, self._signatory(), signer)

    def send_revocation(self, grant_id: str, jws: str) -> Grant:
        """End a consent at once by what was signed."""
        path = f"/v1/grants/{grant_id}/revocation"
        return Grant.of(self._transport.json("POST", path, {"consent": jws}, repeatable=True))

    def _signatory(self) -> Signatory:
        origin = str(self._get("/.well-known/tierlight-hub-keys.json")["origin"])
        return signatory(self.company().id, origin, self._language)
