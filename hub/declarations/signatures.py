"""Whether a key of a company signed, now, for this hub: the same for all that is received."""

from datetime import datetime

from sqlalchemy.orm import Session

from hub.declarations.errors import Refused
from hub.kit.errors import bad_input
from hub.settings import Settings
from hub.trust.log import instant
from hub.trust.tables import Key
from hub.trust.usecases import jwk_of, key_for, key_state_at
from tierlight_schemas.envelope import EnvelopeError, parse_issuer, verify

_KEY_REFUSALS = {
    "not-yet": "trust/key-not-valid-then",
    "retired": "trust/key-not-valid-then",
    "revoked": "trust/key-revoked",
    "expired": "trust/key-expired",
}


def key_of(session: Session, kid: str, company_id: str | None) -> Key:
    """The signing key. Another company's key is as unknown as one that nobody has.

    Raises `Refused` (`trust/unknown-key`); `company_id` None lets the key decide.
    """
    key = key_for(session, kid)
    if key is None or company_id not in (None, key.company_id):
        raise Refused("trust/unknown-key", kid=kid)
    return key


def refuse_ended_key(session: Session, key: Key, at: datetime) -> None:
    """Raise `Refused` for a key that is not valid at a time."""
    state = key_state_at(session, key.thumbprint, at)
    if state != "valid":
        raise Refused(_KEY_REFUSALS[state], kid=key.thumbprint, received=instant(at))


def refuse_bad_signature(jws: bytes, key: Key) -> None:
    """Raise `BadInput` (`trust/bad-signature`) for a signature that does not hold."""
    try:
        verify(jws, jwk_of(key))
    except EnvelopeError as error:
        raise bad_input(error) from None


def refuse_other_issuer(issuer: str, key: Key) -> None:
    """An issuer in our own spelling must be who signed; a foreign name (did:web, urn:lei) is a
    name only, and the key binds the company."""
    ours = {None, ("company", key.company_id), ("key", key.thumbprint)}
    if parse_issuer(issuer) not in ours:
        raise Refused("door/issuer-differs", issuer=issuer[:120])


def refuse_other_hub(audience: str | None, settings: Settings) -> None:
    """Raise `Refused` for what is meant for another hub."""
    if audience not in (None, settings.log_origin, settings.public_url):
        raise Refused("door/audience", audience=audience[:120], expected=settings.log_origin)
