"""Shapes of the key API."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import Field

from hub.kit.payload import Instant, Payload
from hub.trust.history import Event, EventKind, KeyState, state_at
from hub.trust.tables import Key
from hub.trust.usecases import jwk_of


class ChallengeView(Payload):
    """What to sign: canonical `{audience, challenge, type: "tierlight.key-proof/1"}`."""

    challenge: str
    audience: str
    expires_at: datetime


class NewKey(Payload):
    """A public key, and the proof that the sender holds its secret half."""

    jwk: dict[str, Any] = Field(description="Ed25519 or P-256 public key (RFC 7517).")
    proof: str = Field(description="Compact JWS over the challenge.", max_length=10_000)


class Revocation(Payload):
    """Why a key may no longer be trusted."""

    compromised_since: Instant | None = Field(
        default=None, description="From when it may have been in other hands; default: now."
    )


class EventView(Payload):
    """Something that happened to a key."""

    kind: EventKind
    at: datetime
    compromised_since: datetime | None = None


class KeyView(Payload):
    """A key with its history."""

    thumbprint: str
    jwk: dict[str, str]
    state: KeyState
    not_after: datetime | None = Field(
        default=None, description="From when on the hub takes nothing new from it."
    )
    device: str | None = Field(default=None, description="The browser that holds it.")
    events: list[EventView]


def key_view(key: Key, events: Sequence[Event], at: datetime) -> KeyView:
    """A key as its company sees it."""
    return KeyView(
        thumbprint=key.thumbprint,
        jwk=jwk_of(key),
        state=state_at(events, at, key.not_after),
        not_after=key.not_after,
        device=key.device,
        events=[
            EventView(kind=event.kind, at=event.at, compromised_since=event.compromised_since)
            for event in events
        ],
    )
