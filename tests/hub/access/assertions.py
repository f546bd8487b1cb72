"""Client assertions as a machine makes them, and as an attacker would."""

import json
import time
import uuid
from typing import Any

from tierlight.signer import FileSigner
from tierlight_schemas.canonical import b64url_encode

ISSUER = "http://127.0.0.1"
TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def claims(client_id: str, **changed: Any) -> dict[str, Any]:
    """What a good assertion says; `...` leaves a member out, a function gets the present second."""
    at = int(time.time())
    good = {
        "iss": client_id,
        "sub": client_id,
        "aud": ISSUER,
        "exp": at + 60,
        "iat": at,
        "jti": str(uuid.uuid4()),
    }
    said = {n: value(at) if callable(value) else value for n, value in (good | changed).items()}
    return {name: value for name, value in said.items() if value is not ...}


def signed(signer: FileSigner, said: Any, **header: Any) -> str:
    """A compact JWS over whatever is said, with a header of any form."""
    names = {"alg": signer.alg, "typ": "JWT"} | header
    kept = {name: value for name, value in names.items() if value is not ...}
    payload = said if isinstance(said, bytes) else json.dumps(said).encode()
    text = f"{b64url_encode(json.dumps(kept).encode())}.{b64url_encode(payload)}"
    return f"{text}.{b64url_encode(signer.sign(text.encode()))}"


def form(assertion: str, **changed: str) -> dict[str, str]:
    """A token request with an assertion."""
    return {
        "grant_type": "client_credentials",
        "client_assertion_type": TYPE,
        "client_assertion": assertion,
    } | changed
