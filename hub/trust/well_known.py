"""The hub's public keys, where anybody finds them."""

from typing import Any

from hub.kit.web import ReadingSessionDep, SettingsDep, new_router
from hub.trust.hub_key import hub_keys, public_jwk
from hub.trust.hub_key_life import ends
from hub.trust.log import instant
from hub.trust.tables import HubKey

router = new_router("/.well-known", "keys", public=True)


@router.get("/tierlight-hub-keys.json", summary="The public keys that this hub signs with")
def keys(session: ReadingSessionDep, settings: SettingsDep) -> dict[str, Any]:
    """A JWK set (RFC 7517), former keys too; each with its place in the hub's log."""
    limits = ends(session)
    shown = [_shown(key, limits.get(key.thumbprint)) for key in hub_keys(session)]
    return {"origin": settings.log_origin, "keys": shown}


def _shown(key: HubKey, good_until: int | None) -> dict[str, Any]:
    """`good_until` are the entries of the largest tree that an ended key is believed for."""
    ended = {} if good_until is None else {"good_until": good_until}
    return (
        public_jwk(key)
        | ended
        | {
            "kid": key.thumbprint,
            "use": "sig",
            "alg": "Ed25519",
            "added_at": instant(key.added_at),
            "log_index": key.log_index,
        }
    )
