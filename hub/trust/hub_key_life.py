"""The life of the hub's own keys after the first: handed over, retired, revoked; all in the log.

A checkpoint by a key that ended is believed for trees of at most so many entries: of a retired key
those that it had signed, of a revoked one those from before it may have been in other hands.
"""

from datetime import datetime
from pathlib import Path
from typing import Literal, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from hub.kit.clock import now
from hub.kit.database import transaction
from hub.kit.errors import BadInput, NotFound
from hub.settings import Settings
from hub.trust.checkpoints import log_key_of, refuse_lost_log, sign_after, sign_newest
from hub.trust.hub_key import (
    EVENT_TYPE,
    HubSigner,
    hub_keys,
    hub_signer,
    make_hub_key,
    public_jwk,
    publish_hub_key,
    refuse_ended,
)
from hub.trust.log import append, instant, log_size, take_turn
from hub.trust.tables import HubKey, HubKeyEvent, LogEntry
from tierlight_schemas.envelope import canonical, digest
from tierlight_schemas.log.entries import EntryKind

HAND_OVER_TYPE = "tierlight.hub-key-hand-over/1"
End = Literal["retire", "revoke"]


def rotate_hub_key(factory: sessionmaker[Session], settings: Settings, new_file: Path) -> HubSigner:
    """Make a new key, let the present one hand over to it and retire; the new one signs that.

    The settings must name the new file from then on: with the old one the hub signs nothing more.
    Raises `Conflict` as `sign_newest` does, `BadInput` as `make_hub_key` does.
    """
    old = hub_signer(settings)
    sign_newest(factory, settings)  # the last word of the old key
    new = make_hub_key(new_file)
    try:
        with transaction(factory) as session:
            take_turn(session)
            publish_hub_key(session, old, settings.log_origin)
            hand_over = old.sign(canonical(_hand_over(old, new, settings.log_origin)))
            publish_hub_key(session, new, settings.log_origin, hand_over.decode("ascii"))
            _end(session, old.kid, "retire", log_size(session), settings.log_origin)
    except BaseException:
        new_file.unlink(missing_ok=True)
        raise
    with transaction(factory) as session:
        take_turn(session)
        sign_after(session, new, settings, refuse_lost_log(session, settings))
    return new


def retire_hub_key(session: Session, kid: str, origin: str) -> HubKeyEvent:
    """End the use of a key of the hub from now on; what it signed stays valid.

    Raises `NotFound` (`log/hub-key-unknown`), or `Conflict` (`log/hub-key-ended`).
    """
    take_turn(session)
    _known(session, kid)
    return _end(session, kid, "retire", log_size(session), origin)


def revoke_hub_key(session: Session, kid: str, origin: str, since: datetime) -> HubKeyEvent:
    """Declare a key of the hub unsafe since an instant: trees that grew later need another key.

    Raises what `retire_hub_key` does, and `BadInput` for an instant in the future.
    """
    if since > now():
        raise BadInput("trust/revoked-in-future")
    take_turn(session)
    _known(session, kid)
    earlier = select(func.count()).where(LogEntry.recorded_at < since)
    return _end(session, kid, "revoke", session.scalar(earlier) or 0, origin, since)


def ends(session: Session) -> dict[str, int]:
    """Entries of the largest tree that each ended key is believed for, by thumbprint."""
    rows = session.execute(select(HubKeyEvent.thumbprint, HubKeyEvent.good_until))
    return {kid: limit for kid, limit in rows}


def policy_text(session: Session, origin: str) -> str:
    """A policy that believes this hub's keys, each as long as it may be; without witnesses."""
    limits = ends(session)
    lines = []
    for key in hub_keys(session):
        verifier, limit = log_key_of(origin, public_jwk(key)), limits.get(key.thumbprint)
        lines.append(f"log {verifier}" if limit is None else f"retired {verifier} {limit}")
    return "".join(f"{line}\n" for line in [*lines, "quorum none"])


def _hand_over(old: HubSigner, new: HubSigner, origin: str) -> dict[str, object]:
    return {
        "type": HAND_OVER_TYPE,
        "origin": origin,
        "from": old.kid,
        "to": new.kid,
        "at": instant(now()),
    }


def _known(session: Session, kid: str) -> None:
    if session.get(HubKey, kid) is None:
        raise NotFound("log/hub-key-unknown", kid=kid[:100])


def _end(
    session: Session,
    kid: str,
    kind: End,
    good_until: int,
    origin: str,
    since: datetime | None = None,
) -> HubKeyEvent:
    refuse_ended(session, kid)
    at = now()
    said = {"type": EVENT_TYPE, "event": kind, "origin": origin, "key": kid, "at": instant(at)}
    said |= {"goodUntil": str(good_until)}
    said |= {"compromisedSince": instant(since)} if since else {}
    statement = canonical(said)
    entry = append(session, cast(EntryKind, f"hub-key-{kind}"), digest(statement), at)
    row = HubKeyEvent(
        log_index=entry.index,
        thumbprint=kid,
        kind=kind,
        at=at,
        good_until=good_until,
        statement=statement,
    )
    session.add(row)
    session.flush()
    return row
