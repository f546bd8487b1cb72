"""Keys of companies: added, rotated, retired, revoked; every event is an entry of the log."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from hub.access.secrets import fingerprint, random_secret
from hub.kit.clock import now
from hub.kit.errors import BadInput, Conflict, NotFound, bad_input
from hub.parties.assurance import end_of_key
from hub.parties.changes import touch
from hub.trust.history import Event, EventKind, KeyState, state_at
from hub.trust.log import append, instant, receipt, receipt_of, take_turn
from hub.trust.tables import Challenge, Key, KeyEvent, LogEntry
from tierlight_schemas.envelope import (
    EnvelopeError,
    Opened,
    canonical,
    check_jwk,
    digest,
    thumbprint,
    verify,
)
from tierlight_schemas.log.entries import EntryKind

__all__ = [
    "add_key",
    "append",
    "challenge",
    "key_for",
    "key_state_at",
    "prove_key",
    "receipt",
    "receipt_of",
    "retire_key",
    "revoke_key",
    "take_turn",
]

Witness = Literal["operator", "possession"]
EVENT_TYPE = "tierlight.key-event/1"
PROOF_TYPE = "tierlight.key-proof/1"


@dataclass(frozen=True)
class Term:
    """Of a key that lives in a browser: what the browser is called, and until when it may sign."""

    device: str
    not_after: datetime


def add_key(
    session: Session,
    company_id: str,
    jwk: Mapping[str, Any],
    witness: Witness,
    proof: str | None = None,
    term: Term | None = None,
    by: str | None = None,
) -> Key:
    """Bind a public key to a company from now on; a key it already has is given back unchanged.

    `witness` says on whose word: the operator's, or a `proof` of possession; `by` is the person or
    machine that brought it, None where nobody knows. Raises `BadInput`
    for an unusable key, `Conflict` (`trust/key-taken`) when it is another company's or no longer
    valid.
    """
    public, name = _public(jwk)
    take_turn(session)
    known = session.get(Key, name)
    if known:
        if known.company_id != company_id or key_state_at(session, name, now()) != "valid":
            raise Conflict("trust/key-taken", kid=name)
        return known
    key = Key(
        thumbprint=name,
        company_id=company_id,
        jwk=canonical(public).decode(),
        added_at=now(),
        not_after=term.not_after if term else None,
        device=term.device if term else None,
        added_by=by,
    )
    session.add(key)
    session.flush()
    evidence = {"jwk": public} | ({"proof": proof} if proof else {})
    if key.not_after:
        evidence["notAfter"] = instant(key.not_after)
    _record(session, key, "add", witness, key.added_at, evidence=evidence)
    return key


def retire_key(session: Session, company_id: str, name: str) -> Key:
    """End the use of a key from now on; what it signed and the hub received stays valid.

    Raises `NotFound` for a key that is not the company's, `Conflict` when it is not valid now.
    """
    key = _own_key(session, company_id, name)
    if key_state_at(session, name, now()) != "valid":
        raise Conflict("trust/key-ended", kid=name)
    _record(session, key, "retire", "possession", now())
    end_of_key(session, name)
    return key


def revoke_key(
    session: Session, company_id: str, name: str, compromised_since: datetime | None = None
) -> Key:
    """Declare a key unsafe; what came in from `compromised_since` (default: now) on is in doubt.

    Raises `NotFound` for a key that is not the company's, `Conflict` when it is revoked already,
    `BadInput` for a date in the future.
    """
    key, at = _own_key(session, company_id, name), now()
    if any(event.kind == "revoke" for event in _events(session, name)):
        raise Conflict("trust/key-ended", kid=name)
    if compromised_since and compromised_since > at:
        raise BadInput("trust/revoked-in-future")
    _record(session, key, "revoke", "possession", at, compromised_since or at)
    end_of_key(session, name)
    touch(session, company_id)  # what it declared and verified with the key may be in doubt
    return key


def key_for(session: Session, name: str) -> Key | None:
    """The key of that thumbprint, whatever became of it."""
    return session.get(Key, name)


def key_state_at(session: Session, name: str, at: datetime) -> KeyState:
    """What a key was at a time; `not-yet` too for one that nobody added."""
    key = session.get(Key, name)
    return state_at(_events(session, name), at, key.not_after if key else None)


def keys_of(session: Session, company_id: str) -> list[tuple[Key, list[Event]]]:
    """A company's keys with what happened to each, oldest first."""
    keys = session.scalars(select(Key).filter_by(company_id=company_id).order_by(Key.added_at))
    return [(key, _events(session, key.thumbprint)) for key in keys]


def key_with_events(session: Session, name: str) -> tuple[Key, list[Event]]:
    """A known key and what happened to it."""
    return session.get_one(Key, name), _events(session, name)


def challenge(session: Session, company_id: str, seconds: int) -> tuple[str, datetime]:
    """A nonce for the holder of a new key to sign, and when it expires."""
    text, at = random_secret(), now()
    session.execute(delete(Challenge).where(Challenge.expires_at < at))
    expires_at = at + timedelta(seconds=seconds)
    session.add(Challenge(id=fingerprint(text), company_id=company_id, expires_at=expires_at))
    session.flush()
    return text, expires_at


def prove_key(
    session: Session,
    company_id: str,
    jwk: Mapping[str, Any],
    proof: str,
    *,
    origin: str,
    term: Term | None = None,
    by: str | None = None,
) -> Key:
    """Add a key whose holder signed one of the company's challenges for this hub.

    `proof` is a compact JWS over `{audience, challenge, type}`; the audience keeps a second hub
    from passing our challenges on to its own members. Raises `BadInput` (`trust/proof`).
    """
    public, _ = _public(jwk)
    try:
        opened = verify(proof, public)
    except EnvelopeError as error:
        raise bad_input(error) from None
    nonce = _proven(opened, origin)
    take_turn(session)  # a challenge serves once, also for those who answer it at the same time
    waiting = session.get(Challenge, fingerprint(nonce))
    if waiting is None or waiting.company_id != company_id or waiting.expires_at <= now():
        raise BadInput("trust/challenge")
    session.delete(waiting)
    return add_key(session, company_id, public, "possession", proof, term, by)


def _proven(opened: Opened, origin: str) -> str:
    said = opened.document
    nonce = said.get("challenge")
    if said != {"type": PROOF_TYPE, "audience": origin, "challenge": nonce}:
        raise BadInput("trust/proof", audience=origin)
    return str(nonce)


def _public(jwk: Mapping[str, Any]) -> tuple[dict[str, str], str]:
    try:
        return check_jwk(jwk), thumbprint(jwk)
    except EnvelopeError as error:
        raise bad_input(error) from None


def _own_key(session: Session, company_id: str, name: str) -> Key:
    take_turn(session)
    key = session.get(Key, name)
    if key is None or key.company_id != company_id:
        raise NotFound
    return key


def _events(session: Session, name: str) -> list[Event]:
    rows = session.scalars(select(KeyEvent).filter_by(thumbprint=name).order_by(KeyEvent.log_index))
    return [Event(cast(EventKind, row.kind), row.at, row.compromised_since) for row in rows]


def _record(
    session: Session,
    key: Key,
    kind: EventKind,
    witness: Witness,
    at: datetime,
    compromised_since: datetime | None = None,
    evidence: Mapping[str, Any] | None = None,
) -> None:
    since = _since(session, compromised_since) if compromised_since else {}
    statement = canonical(
        {
            "type": EVENT_TYPE,
            "event": kind,
            "company": key.company_id,
            "key": key.thumbprint,
            "witness": witness,
            "at": instant(at),
            **since,
            **(evidence or {}),
        }
    )
    entry = append(session, cast(EntryKind, f"key-{kind}"), digest(statement), at)
    session.add(
        KeyEvent(
            thumbprint=key.thumbprint,
            kind=kind,
            witness=witness,
            at=at,
            compromised_since=compromised_since,
            statement=statement,
            log_index=entry.index,
        )
    )
    session.flush()


def _since(session: Session, compromised_since: datetime) -> dict[str, Any]:
    """From when a key is in doubt, and from which place of the log: what an auditor can prove."""
    earlier = select(func.count()).where(LogEntry.recorded_at < compromised_since)
    return {
        "compromisedSince": instant(compromised_since),
        "compromisedIndex": session.scalar(earlier) or 0,
    }


def jwk_of(key: Key) -> dict[str, str]:
    """The public JWK of a key."""
    jwk: dict[str, str] = json.loads(key.jwk)
    return jwk
