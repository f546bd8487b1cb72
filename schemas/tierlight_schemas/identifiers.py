"""Names in documents: parts, companies and keys as URNs.

A part is (owner, number). Whoever has a profile of the hub writes its company id as the owner; who
has none writes the thumbprint of the signing key, which the hub binds to the company owning it.
"""

import re
from typing import Literal, cast, get_args
from urllib.parse import quote, unquote_to_bytes

from tierlight_schemas.errors import EnvelopeError

Scheme = Literal["company", "key"]

MAX_NUMBER_LENGTH = 200
"""Characters of a part number."""

MAX_URN_LENGTH = 1000
_PART = re.compile(r"urn:tierlight:part:([a-z]+):([A-Za-z0-9._~-]+):([A-Za-z0-9._~%-]+)")
_ISSUER = re.compile(r"urn:tierlight:([a-z]+):([A-Za-z0-9._~-]+)")


def part_urn(scheme: Scheme, owner: str, number: str) -> str:
    """`urn:tierlight:part:<scheme>:<owner>:<percent-encoded number>`.

    Raises `EnvelopeError` (`door/part-number`) for a number that is empty, too long, framed by
    blanks or not printable: two spellings of one number would be two parts.
    """
    printable = number.isprintable() and number == number.strip()
    if not printable or not 0 < len(number) <= MAX_NUMBER_LENGTH:
        raise EnvelopeError("door/part-number", number=ascii(number[:60]))
    urn = f"urn:tierlight:part:{scheme}:{owner}:{quote(number, safe='')}"
    if len(urn) > MAX_URN_LENGTH or not _PART.fullmatch(urn):
        raise EnvelopeError("door/part-number", number=ascii(number[:60]))
    return urn


def parse_part_urn(urn: str) -> tuple[Scheme, str, str]:
    """Scheme, owner and number of a part URN in its only spelling.

    Raises `EnvelopeError` (`door/part-urn`).
    """
    match = _PART.fullmatch(urn) if len(urn) <= MAX_URN_LENGTH else None
    if match is None or match[1] not in get_args(Scheme):
        raise EnvelopeError("door/part-urn", urn=ascii(urn[:120]))
    scheme, owner = cast(Scheme, match[1]), match[2]
    number = unquote_to_bytes(match[3]).decode("utf-8", "replace")
    try:
        spelling = part_urn(scheme, owner, number)
    except EnvelopeError:
        spelling = ""
    if spelling != urn:
        raise EnvelopeError("door/part-urn", urn=ascii(urn[:120]))
    return scheme, owner, number


def issuer_urn(scheme: Scheme, owner: str) -> str:
    """`urn:tierlight:company:<id>` or `urn:tierlight:key:<thumbprint>`."""
    return f"urn:tierlight:{scheme}:{owner}"


def parse_issuer(urn: str) -> tuple[Scheme, str] | None:
    """Scheme and owner of one of our issuer URNs; None for a foreign issuer."""
    match = _ISSUER.fullmatch(urn)
    if match is None or match[1] not in get_args(Scheme):
        return None
    return cast(Scheme, match[1]), match[2]
