"""Keys that live in a browser: made there, never to leave it, and for half a year at most.

The browser signs text that is made here, so that it needs no canonical JSON of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from hub.kit.clock import now
from hub.kit.errors import BadInput, NotFound, bad_input
from hub.settings import Settings
from hub.trust.history import state_at
from hub.trust.tables import Key
from hub.trust.usecases import PROOF_TYPE, Term, challenge, jwk_of, keys_of, prove_key
from tierlight_schemas.envelope import (
    EnvelopeError,
    algorithm_of,
    canonical,
    signing_input,
    thumbprint,
)

LIFE = timedelta(days=180)
SOON = timedelta(days=14)
"""A key that ends within this time is worth a reminder."""
MAX_DEVICE = 100


@dataclass(frozen=True)
class ToSign:
    """A text whose ASCII bytes a key is asked to sign, and what the key is called."""

    kid: str
    text: str


def proof_to_sign(
    session: Session, company_id: str, jwk: Mapping[str, Any], settings: Settings
) -> ToSign:
    """What proves that the holder of a new public key has its secret half.

    Raises `BadInput` for an unusable key.
    """
    nonce, _ = challenge(session, company_id, settings.challenge_seconds)
    said = {"type": PROOF_TYPE, "audience": settings.log_origin, "challenge": nonce}
    try:
        return _to_sign(canonical(said), jwk)
    except EnvelopeError as error:
        raise bad_input(error) from None


def enrol(
    session: Session,
    company_id: str,
    device: str,
    jwk: Mapping[str, Any],
    proof: str,
    *,
    origin: str,
    by: str,
) -> Key:
    """Add the key of a browser that its company calls `device`, for `LIFE` from now on.

    `by` is who enrols it, as `Caller.actor`. Raises what `prove_key` does, and `BadInput` for a
    name that is empty, long or not printable.
    """
    name = device.strip()
    if not 0 < len(name) <= MAX_DEVICE or not name.isprintable():
        raise BadInput("hub/text", member="device", limit=str(MAX_DEVICE))
    term = Term(name, now() + LIFE)
    return prove_key(session, company_id, jwk, proof, origin=origin, term=term, by=by)


def usable(session: Session, company_id: str) -> list[str]:
    """Thumbprints of the company's keys that the hub takes new declarations from now."""
    return [key.thumbprint for key in _valid(session, company_id, now())]


def declaration_to_sign(session: Session, company_id: str, kid: str, payload: bytes) -> ToSign:
    """A declaration as a key of the company signs it.

    Raises `NotFound` for a key that is not the company's or may not sign now.
    """
    if kid not in usable(session, company_id):
        raise NotFound
    return _to_sign(payload, jwk_of(session.get_one(Key, kid)))


def ending(session: Session, company_id: str, at: datetime) -> int:
    """How many browser keys of the company may still sign, and will not after `SOON`."""
    ends = [key.not_after for key in _valid(session, company_id, at)]
    return sum(end is not None and end <= at + SOON for end in ends)


def _valid(session: Session, company_id: str, at: datetime) -> list[Key]:
    keys = keys_of(session, company_id)
    return [key for key, events in keys if state_at(events, at, key.not_after) == "valid"]


def _to_sign(payload: bytes, jwk: Mapping[str, Any]) -> ToSign:
    kid = thumbprint(jwk)
    return ToSign(kid, signing_input(payload, algorithm_of(jwk), kid))
