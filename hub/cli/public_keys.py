"""Public keys in files, as JWK (RFC 7517) or PEM."""

from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from hub.kit.errors import BadInput
from tierlight_schemas.canonical import b64url_encode
from tierlight_schemas.envelope import EnvelopeError, strict_json

_PEM = b"-----BEGIN PUBLIC KEY-----"


def read_public_key(path: Path) -> dict[str, object]:
    """The JWK in a file, or of the PEM in it; whether it is of a usable kind is for others to say.

    Raises `BadInput` naming the file.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadInput("hub/file", file=str(path), reason=error.strerror or str(error)) from None
    try:
        jwk = _jwk_of_pem(data) if data.lstrip().startswith(_PEM) else strict_json(data)
    except (EnvelopeError, ValueError, UnsupportedAlgorithm):
        raise BadInput("hub/jwk-file", file=str(path)) from None
    if not isinstance(jwk, dict):
        raise BadInput("hub/jwk-file", file=str(path))
    return jwk


def _jwk_of_pem(data: bytes) -> dict[str, object] | None:
    key = load_pem_public_key(data)
    if isinstance(key, ed25519.Ed25519PublicKey):
        return {"kty": "OKP", "crv": "Ed25519", "x": b64url_encode(key.public_bytes_raw())}
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        numbers = key.public_numbers()
        x, y = (b64url_encode(n.to_bytes(32, "big")) for n in (numbers.x, numbers.y))
        return {"kty": "EC", "crv": "P-256", "x": x, "y": y}
    return None
