"""Keys over HTTP: a challenge, a proof of possession, rotation, revocation."""

from typing import Annotated

from fastapi import Path
from sqlalchemy.orm import Session

from hub.access.api import CallerDep
from hub.kit.actions import Action, needs
from hub.kit.clock import now
from hub.kit.web import ReadingSessionDep, SessionDep, SettingsDep, also, new_router
from hub.trust import usecases
from hub.trust.payloads import ChallengeView, KeyView, NewKey, Revocation, key_view

router = new_router("/v1/keys", "keys")

Thumbprint = Annotated[str, Path(description="RFC 7638 thumbprint of an own key.")]
ENDED = also(conflict="The key is retired or revoked already.")


@router.post("/challenges", status_code=201, summary="A nonce for a new key to sign")
@needs(Action.ENROL_KEYS)
def create_challenge(
    caller: CallerDep, session: SessionDep, settings: SettingsDep
) -> ChallengeView:
    """Valid once, for this company and this hub."""
    text, expires_at = usecases.challenge(session, caller.company_id, settings.challenge_seconds)
    return ChallengeView(challenge=text, audience=settings.log_origin, expires_at=expires_at)


@router.post(
    "",
    status_code=201,
    summary="Add a key, with proof of possession",
    responses=also(conflict="The key is another company's, or no longer valid."),
)
@needs(Action.ENROL_KEYS)
def add_key(new: NewKey, caller: CallerDep, session: SessionDep, settings: SettingsDep) -> KeyView:
    """To rotate, add the new key and retire the old one."""
    key = usecases.prove_key(
        session,
        caller.company_id,
        new.jwk,
        new.proof,
        origin=settings.log_origin,
        by=caller.actor,
    )
    return _view(session, key.thumbprint)


@router.get("", summary="The company's keys with their history")
@needs(Action.READ)
def list_keys(caller: CallerDep, session: ReadingSessionDep) -> list[KeyView]:
    """Retired and revoked ones too: they verify what was signed before."""
    keys = usecases.keys_of(session, caller.company_id)
    return [key_view(key, events, now()) for key, events in keys]


@router.post("/{thumbprint}/retirement", summary="Stop using a key", responses=ENDED)
@needs(Action.END_KEYS)
def retire_key(thumbprint: Thumbprint, caller: CallerDep, session: SessionDep) -> KeyView:
    """What it signed and the hub has received stays valid."""
    return _view(session, usecases.retire_key(session, caller.company_id, thumbprint).thumbprint)


@router.post("/{thumbprint}/revocation", summary="Declare a key unsafe", responses=ENDED)
@needs(Action.END_KEYS)
def revoke_key(
    thumbprint: Thumbprint, revocation: Revocation, caller: CallerDep, session: SessionDep
) -> KeyView:
    """What came in from `compromised_since` on is in doubt."""
    key = usecases.revoke_key(session, caller.company_id, thumbprint, revocation.compromised_since)
    return _view(session, key.thumbprint)


def _view(session: Session, thumbprint: str) -> KeyView:
    key, events = usecases.key_with_events(session, thumbprint)
    return key_view(key, events, now())
