"""Public keys as JWK (RFC 7517): the two kinds we use, and their RFC 7638 thumbprints."""

import hashlib
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from tierlight_schemas.canonical import b64url_decode, b64url_encode, canonical
from tierlight_schemas.errors import EnvelopeError

_COORDINATES = {("OKP", "Ed25519"): ("x",), ("EC", "P-256"): ("x", "y")}
_PRIME = 2**255 - 19
_ORDER_EIGHT = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
# Under a key of small order one signature fits many messages, so it binds its owner to nothing
# (RFC 8032 leaves the check to the protocol). y of those points.
_SMALL_ORDER = frozenset((0, 1, _PRIME - 1, _ORDER_EIGHT, _PRIME - _ORDER_EIGHT))


def thumbprint(jwk: Mapping[str, Any]) -> str:
    """RFC 7638 SHA-256 thumbprint, base64url: how `kid` names a key.

    Raises `EnvelopeError` for anything but an Ed25519 or P-256 public key.
    """
    return b64url_encode(hashlib.sha256(canonical(check_jwk(jwk))).digest())


def check_jwk(jwk: Mapping[str, Any]) -> dict[str, str]:
    """The required members of a public JWK, and only them.

    Raises `EnvelopeError`: `trust/private-key` when the secret half is inside, else
    `trust/key-form`.
    """
    if not isinstance(jwk, Mapping):
        raise EnvelopeError("trust/key-form")
    if "d" in jwk:
        raise EnvelopeError("trust/private-key")
    names = _COORDINATES.get((str(jwk.get("kty")), str(jwk.get("crv"))))
    if names is None:
        raise EnvelopeError("trust/key-form")
    coordinates = {name: _coordinate(jwk.get(name)) for name in names}
    _refuse_bad_point(coordinates)
    spelled = {name: b64url_encode(value) for name, value in coordinates.items()}
    return {"crv": str(jwk["crv"]), "kty": str(jwk["kty"]), **spelled}


def _coordinate(value: Any) -> bytes:
    if not isinstance(value, str):
        raise EnvelopeError("trust/key-form")
    try:
        coordinate = b64url_decode(value)
    except EnvelopeError:
        coordinate = b""
    if len(coordinate) != 32:
        raise EnvelopeError("trust/key-form")
    return coordinate


def _refuse_bad_point(coordinates: Mapping[str, bytes]) -> None:
    if "y" not in coordinates:
        # A y that is not reduced would be a second spelling, and a second thumbprint, of a key.
        y = int.from_bytes(coordinates["x"], "little") % 2**255
        if y >= _PRIME or y in _SMALL_ORDER:
            raise EnvelopeError("trust/key-form")
        return
    x, y = (int.from_bytes(coordinates[name], "big") for name in ("x", "y"))
    try:
        ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    except ValueError:
        raise EnvelopeError("trust/key-form") from None
