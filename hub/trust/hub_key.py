"""The hub's own key: the secret half in a file, the public half in the database and the log."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.kit.clock import now
from hub.kit.errors import BadInput, Conflict
from hub.settings import Settings
from hub.trust.log import append, instant, take_turn
from hub.trust.tables import HubKey, HubKeyEvent
from tierlight_schemas.envelope import b64url_encode, canonical, digest, sign, thumbprint
from tierlight_schemas.log.checkpoints import checkpoint_of
from tierlight_schemas.log.notes import VerifierKey
from tierlight_schemas.log.proofs import read_proof

EVENT_TYPE = "tierlight.hub-key/1"


@dataclass(frozen=True)
class HubSigner:
    """An Ed25519 key that signs in the hub's name."""

    secret: Ed25519PrivateKey

    @property
    def jwk(self) -> dict[str, str]:
        """The public half."""
        x = b64url_encode(self.secret.public_key().public_bytes_raw())
        return {"crv": "Ed25519", "kty": "OKP", "x": x}

    @property
    def kid(self) -> str:
        """Its RFC 7638 thumbprint."""
        return thumbprint(self.jwk)

    def sign(self, payload: bytes, *, fractions: bool = False) -> bytes:
        """The compact JWS over canonical payload bytes; `fractions` as in `open_jws`."""
        signed = sign(payload, self.secret.sign, "Ed25519", self.kid, fractions=fractions)
        return signed.encode("ascii")


def hub_signer(settings: Settings) -> HubSigner:
    """The key in the file that the settings name.

    Raises `Conflict` with what the operator has to do: `statement/no-hub-key` when no file is
    named, `statement/hub-key-file` when it holds no Ed25519 key that can be read.
    """
    path = settings.signing_key_file
    if path is None:
        raise Conflict("statement/no-hub-key")
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Conflict("statement/hub-key-file", file=str(path), reason=reason) from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise _no_key(path) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise _no_key(path)
    return HubSigner(key)


def make_hub_key(path: Path) -> HubSigner:
    """A new key in a new file that only its owner may read.

    Raises `BadInput`: `statement/hub-key-exists`, or `hub/file` when it cannot be written.
    """
    signer = HubSigner(Ed25519PrivateKey.generate())
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BadInput("statement/hub-key-exists", file=str(path)) from None
    except OSError as error:
        raise BadInput("hub/file", file=str(path), reason=error.strerror or "") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(
            signer.secret.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
    return signer


def publish_hub_key(
    session: Session, signer: HubSigner, origin: str, hand_over: str | None = None
) -> HubKey:
    """Record the public half, as an entry of the log, the first time that it is used.

    `hand_over` is the word of the key before it. Raises `Conflict` (`log/hub-key-ended`) for a key
    that was retired or revoked.
    """
    take_turn(session)
    refuse_ended(session, signer.kid)
    known = session.get(HubKey, signer.kid)
    if known is not None:
        return known
    at = now()
    statement = canonical(
        {
            "type": EVENT_TYPE,
            "event": "add",
            "origin": origin,
            "key": signer.kid,
            "jwk": signer.jwk,
            "at": instant(at),
            **({"handOver": hand_over} if hand_over else {}),
        }
    )
    entry = append(session, "hub-key-add", digest(statement), at)
    key = HubKey(
        thumbprint=signer.kid,
        jwk=canonical(signer.jwk).decode(),
        added_at=at,
        statement=statement,
        log_index=entry.index,
    )
    session.add(key)
    session.flush()
    return key


def refuse_ended(session: Session, kid: str) -> None:
    """Raise `Conflict` (`log/hub-key-ended`) for a key that the hub has stopped signing with."""
    if session.scalar(select(HubKeyEvent.log_index).filter_by(thumbprint=kid).limit(1)) is not None:
        raise Conflict("log/hub-key-ended", kid=kid)


def is_signing(session: Session, kid: str) -> bool:
    """Whether everybody can find this key of the hub's, and the hub has not stopped using it."""
    try:
        refuse_ended(session, kid)
    except Conflict:
        return False
    return session.get(HubKey, kid) is not None


def hub_keys(session: Session) -> list[HubKey]:
    """Every key that the hub has ever signed with, oldest first."""
    return list(session.scalars(select(HubKey).order_by(HubKey.log_index)))


def signer_of(session: Session, proof: str) -> dict[str, str]:
    """The public half of the key that signed the checkpoint of a proof of this hub's."""
    note = read_proof(proof).note
    origin = checkpoint_of(note).origin
    jwks = [public_jwk(key) for key in hub_keys(session)]
    return next(
        jwk
        for jwk in jwks
        if any(line.is_of(VerifierKey.of_jwk(origin, jwk)) for line in note.signatures)
    )


def public_jwk(key: HubKey) -> dict[str, str]:
    """The public JWK of a key."""
    jwk: dict[str, str] = json.loads(key.jwk)
    return jwk


def _no_key(path: Path) -> Conflict:
    return Conflict("statement/hub-key-file", file=str(path), reason="no Ed25519 key")
