"""The envelope of a declaration: the public face of bytes, JSON, signature and names.

Everything here is pure, and raises `EnvelopeError` for whatever may not pass.
"""

from tierlight_schemas.canonical import (
    b64url_decode,
    b64url_encode,
    canonical,
    canonical_or_refused,
    digest,
)
from tierlight_schemas.errors import EnvelopeError
from tierlight_schemas.identifiers import (
    Scheme,
    issuer_urn,
    parse_issuer,
    parse_part_urn,
    part_urn,
)
from tierlight_schemas.jws import (
    MAX_JWS_BYTES,
    MAX_PAYLOAD_BYTES,
    Algorithm,
    Opened,
    algorithm_of,
    open_jws,
    sign,
    signing_input,
    verify,
    verify_signature,
)
from tierlight_schemas.keys import check_jwk, thumbprint
from tierlight_schemas.strict_json import MAX_BYTES, MAX_DEPTH, strict_json
from tierlight_schemas.submission import (
    MAX_SUBMISSION_BYTES,
    pack_submission,
    unpack_submission,
)

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_JWS_BYTES",
    "MAX_PAYLOAD_BYTES",
    "MAX_SUBMISSION_BYTES",
    "Algorithm",
    "EnvelopeError",
    "Opened",
    "Scheme",
    "algorithm_of",
    "b64url_decode",
    "b64url_encode",
    "canonical",
    "canonical_or_refused",
    "check_jwk",
    "digest",
    "issuer_urn",
    "open_jws",
    "pack_submission",
    "parse_issuer",
    "parse_part_urn",
    "part_urn",
    "sign",
    "signing_input",
    "strict_json",
    "thumbprint",
    "unpack_submission",
    "verify",
    "verify_signature",
]
