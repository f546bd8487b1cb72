"""The one supply chain that every test knows: who makes what for whom. All of it is invented.

    Aurora Motors (OEM) <- Beifeng Pack <- Cellwerk <- Donghai Cathode
                                                  \\- Eternal Silence, who never answers
    Foxglove buys from nobody and must see nothing.
    Gutachten verifies for whoever asks it, and buys from nobody either.

Each has one fixed key. Declarations are for the last full year, so that they are valid whenever
the suite runs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from tierlight_schemas.build import Built, Fresh, Predecessor, build
from tierlight_schemas.declarant import Declarant, Profile
from tierlight_schemas.envelope import (
    Algorithm,
    b64url_encode,
    canonical,
    issuer_urn,
    open_jws,
    pack_submission,
    sign,
    thumbprint,
)
from tierlight_schemas.rows import read_row
from tierlight_schemas.verification_build import Conclusion, build_revocation, build_verification

YEAR = datetime.now(UTC).year - 1
"""The reference period of every declaration, unless a test says otherwise."""

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True)
class Actor:
    """A company with its key, before any hub knows it."""

    name: str
    country: str
    identifier: tuple[str, str]
    seed: int
    alg: Algorithm = "Ed25519"

    @cached_property
    def _ed25519(self) -> ed25519.Ed25519PrivateKey:
        return ed25519.Ed25519PrivateKey.from_private_bytes(self.seed.to_bytes(32, "big"))

    @cached_property
    def _p256(self) -> ec.EllipticCurvePrivateKey:
        return ec.derive_private_key(self.seed, ec.SECP256R1())

    @cached_property
    def jwk(self) -> dict[str, str]:
        """The public key."""
        if self.alg == "Ed25519":
            raw = self._ed25519.public_key().public_bytes_raw()
            return {"kty": "OKP", "crv": "Ed25519", "x": b64url_encode(raw)}
        point = self._p256.public_key().public_numbers()
        x, y = (b64url_encode(number.to_bytes(32, "big")) for number in (point.x, point.y))
        return {"kty": "EC", "crv": "P-256", "x": x, "y": y}

    @cached_property
    def kid(self) -> str:
        """The key's thumbprint."""
        return thumbprint(self.jwk)

    def raw_signature(self, data: bytes) -> bytes:
        """64 bytes, as a JWS carries them."""
        if self.alg == "Ed25519":
            return self._ed25519.sign(data)
        r, s = decode_dss_signature(self._p256.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def other_signature(self, data: bytes) -> bytes:
        """Another valid ES256 signature of the same bytes: s may be replaced by n - s."""
        raw = self.raw_signature(data)
        s = P256_ORDER - int.from_bytes(raw[32:], "big")
        return raw[:32] + s.to_bytes(32, "big")

    def sign(self, payload: bytes) -> str:
        """The compact JWS over canonical payload bytes."""
        return sign(payload, self.raw_signature, self.alg, self.kid)

    def prove(self, challenge: Mapping[str, Any]) -> str:
        """A proof of possession for a hub's challenge."""
        said = {"type": "tierlight.key-proof/1"}
        said |= {name: challenge[name] for name in ("audience", "challenge")}
        return self.sign(canonical(said))

    def built(self, number: str, **cells: Any) -> Built:
        """A declaration of one of its parts, unsigned; `cells` as in footprints.csv, and
        `supersedes`, a `Predecessor`."""
        supersedes: Predecessor | None = cells.pop("supersedes", None)
        row = read_row({**DEFAULT_CELLS, "number": number, **cells})
        assert row is not None
        declarant = Declarant(Profile(company_name=self.name), self.kid)
        return build(row, declarant, Fresh.draw(datetime.now(UTC)), supersedes)

    def submission(self, number: str, **cells: Any) -> bytes:
        """A signed declaration with its annexes, ready to be sent."""
        return self.packed(self.built(number, **cells))

    def packed(self, built: Built) -> bytes:
        """A built declaration, signed, with its annexes."""
        return pack_submission(self.sign(built.payload), built.annexes)

    def verification(self, declaration: str, **concluded: Any) -> str:
        """A statement of its own, signed, on a declaration (its JWS); `concluded` replaces parts of
        the conclusion, and `verifier` who verified."""
        verifier = concluded.pop("verifier", {"name": self.name, "accreditation": ACCREDITATION})
        conclusion = replace(CONCLUSION, **concluded)
        issuer = issuer_urn("key", self.kid)
        fresh = Fresh.draw(datetime.now(UTC))
        return self.sign(
            build_verification(open_jws(declaration), conclusion, verifier, issuer, fresh)
        )

    def revocation(self, verification: str, reason: str = "a meter was misread") -> str:
        """A revocation of a statement, signed, by the statement's digest."""
        return self.sign(build_revocation(verification, reason, Fresh.draw(datetime.now(UTC))))

    def packed_document(
        self, document: Mapping[str, Any], annexes: Mapping[str, bytes] | None = None
    ) -> bytes:
        """Any payload, signed."""
        return pack_submission(self.sign(canonical(document)), annexes)


DEFAULT_CELLS = {
    "period_start": f"{YEAR}-01-01",
    "period_end": f"{YEAR}-12-31",
    "declared_unit": "piece",
    "declared_amount": "1",
    "mass_kg": "2.5",
    "kgco2e": "12.50",
    "standard": "ISO14067",
}

COMPLETED = datetime(YEAR + 1, 1, 1, tzinfo=UTC)
ACCREDITATION = {
    "body": "Invented Accreditation Council",
    "number": "IAC-VS-0042",
    "scope": "ISO 14067 product footprints, metal and electronics",
    "validTo": f"{YEAR + 4}-01-01T00:00:00Z",
}
CONCLUSION = Conclusion(
    assurance="limited",
    share_percent="86.5",
    standards=["ISO 14067:2018"],
    completed_at=COMPLETED,
    valid_until=datetime(YEAR + 3, 1, 1, tzinfo=UTC),
)

AURORA = Actor("Aurora Motors", "DE", ("lei", "AURORA00000000000001"), 1)
BEIFENG = Actor("Beifeng Pack", "CN", ("uscc", "91BEIFENG000000002"), 2)
CELLWERK = Actor("Cellwerk", "DE", ("lei", "CELLWERK000000000003"), 3, "ES256")
DONGHAI = Actor("Donghai Cathode", "CN", ("uscc", "91DONGHAI000000004"), 4)
ETERNAL = Actor("Eternal Silence", "CN", ("uscc", "91ETERNAL000000005"), 5)
FOXGLOVE = Actor("Foxglove", "GB", ("lei", "FOXGLOVE000000000006"), 6)
GUTACHTEN = Actor("Gutachten", "DE", ("lei", "GUTACHTEN00000000007"), 7)

CAST = (AURORA, BEIFENG, CELLWERK, DONGHAI, ETERNAL, FOXGLOVE, GUTACHTEN)
