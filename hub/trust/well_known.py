"""The hub's public keys, where anybody finds them."""

from typing import Any

from hub.kit.web import ReadingSessionDep, SettingsDep, new_router
from hub.trust.hub_key import hub_keys, public_jwk
from hub.trust.log import instant
from hub.trust.tables import HubKey

router = new_router("/.well-known", "keys", public=True)


@router.get("/tierlight-hub-keys.json", summary="The public keys that this hub signs with")
def keys(session: ReadingSessionDep, settings: SettingsDep) -> dict[str, Any]:
    """A JWK set (RFC 7517), former keys too; each with its place in the hub's log."""
    return {"origin": settings.log_origin, "keys": [_shown(key) for key in hub_keys(session)]}


def _shown(key: HubKey) -> dict[str, Any]:
    return public_jwk(key) | {
        "kid": key.thumbprint,
        "use": "sig",
        "alg": "Ed25519",
        "added_at": instant(key.added_at),
        "log_index": key.log_index,
    }
