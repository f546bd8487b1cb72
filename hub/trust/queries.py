"""From when on keys are in doubt, as was known at a moment."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.trust.tables import KeyEvent


def unsafe_since(
    session: Session, keys: Collection[str], known_at: datetime
) -> Mapping[str, datetime]:
    """From when on each key may have been in other hands; keys that are safe are absent."""
    query = select(KeyEvent.thumbprint, KeyEvent.at, KeyEvent.compromised_since).where(
        KeyEvent.thumbprint.in_(keys), KeyEvent.kind == "revoke", KeyEvent.at <= known_at
    )
    return {key: min(at, since or at) for key, at, since in session.execute(query)}
