"""Keys of a company that leaves, and what verifies the files that it takes along.

Its keys and their events stay: they hold an id and public keys, and what others keep of its
declarations is verified by them.
"""

from collections.abc import Iterator

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from hub.kit.clock import now
from hub.kit.leaving import ExportFile, json_file, ndjson_file
from hub.trust.checkpoints import proof_of
from hub.trust.erasures import receipt_for
from hub.trust.hub_key import hub_keys, public_jwk
from hub.trust.hub_key_life import policy_text
from hub.trust.log import instant
from hub.trust.tables import Challenge, Key, KeyEvent, LogErasure
from hub.trust.usecases import jwk_of, key_state_at, retire_key
from tierlight_schemas.envelope import b64url_encode


def export(session: Session, company_id: str, origin: str) -> Iterator[ExportFile]:
    """Public keys, their events with proofs, the hub's keys, and earlier deletion receipts."""
    for key in session.scalars(_keys(company_id)):
        yield json_file(f"{key.thumbprint}.pub.jwk", "exit/file-key", jwk_of(key))
    yield ndjson_file("key-events.ndjson", "exit/file-key-events", _events(session, company_id))
    published = [public_jwk(key) | {"kid": key.thumbprint} for key in hub_keys(session)]
    yield json_file("hub-keys.json", "exit/file-hub-keys", {"keys": published})
    policy = policy_text(session, origin).encode()
    yield ExportFile("log.policy", "exit/file-policy", [policy])
    for row in session.scalars(select(LogErasure).filter_by(company_id=company_id)):
        if proof_of(session, row.log_index) is not None:
            name = f"erasures/{row.log_index}.json"
            yield ExportFile(name, "exit/file-erasures", [receipt_for(session, row)])


def erase(session: Session, company_id: str) -> None:
    """Retire the company's keys, so that nobody signs in its name again, and end challenges.

    Who of its people brought a key, and what they called their browsers, is forgotten.
    """
    session.execute(delete(Challenge).where(Challenge.company_id == company_id))
    for key in session.scalars(_keys(company_id)).all():
        key.added_by = key.device = None
        if key_state_at(session, key.thumbprint, now()) == "valid":
            retire_key(session, company_id, key.thumbprint)


def _keys(company_id: str) -> Select[Key]:
    return select(Key).filter_by(company_id=company_id).order_by(Key.added_at, Key.thumbprint)


def _events(session: Session, company_id: str) -> Iterator[dict[str, object]]:
    query = select(KeyEvent).join(Key, Key.thumbprint == KeyEvent.thumbprint)
    query = query.where(Key.company_id == company_id).order_by(KeyEvent.log_index)
    for event in session.scalars(query):
        yield {
            "key": event.thumbprint,
            "event": event.kind,
            "at": instant(event.at),
            "log_index": event.log_index,
            "statement": b64url_encode(event.statement),
            "proof": proof_of(session, event.log_index),
        }
