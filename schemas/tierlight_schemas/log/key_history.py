"""Entries of the log that are shown with their proof, and what they tell of a key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tierlight_schemas.canonical import canonical_or_refused
from tierlight_schemas.errors import LogError
from tierlight_schemas.keys import check_jwk, thumbprint
from tierlight_schemas.log.entries import Entry

KeyState = Literal["valid", "in-doubt"]


@dataclass(frozen=True)
class Shown:
    """An entry whose bytes are there and whose place is proven."""

    index: int
    entry: Entry
    body: bytes


def key_at(entries: Sequence[Shown], kid: str, index: int) -> tuple[dict[str, str], KeyState]:
    """The key by its history at a place of the log: added before, not retired before, and whether
    it may have been in other hands by then.
    """
    jwk: dict[str, str] | None = None
    state: KeyState = "valid"
    events = (shown for shown in entries if shown.entry.kind.startswith("key-"))
    for shown in sorted(events, key=lambda event: event.index):
        said, kind = said_in(shown), shown.entry.kind
        if kind != f"key-{said.get('event')}":
            raise LogError("log/key-history", kid=kid)
        if said.get("key") != kid:
            continue
        if kind == "key-add" and shown.index < index:
            jwk = check_jwk(said.get("jwk", {}))
        elif kind == "key-revoke" and _unsafe_from(shown, said) <= index:
            state = "in-doubt"
        elif kind == "key-retire" and shown.index < index:
            raise LogError("log/key-history", kid=kid)
    if jwk is None or thumbprint(jwk) != kid:
        raise LogError("log/key-history", kid=kid)
    return jwk, state


def _unsafe_from(shown: Shown, said: Mapping[str, Any]) -> int:
    """The place from which a revoked key is in doubt; all of it where the revocation names only a
    time, as those of the first version do.
    """
    place = said.get("compromisedIndex", 0 if "compromisedSince" in said else shown.index)
    return min(place, shown.index) if type(place) is int else 0


def said_in(shown: Shown) -> dict[str, Any]:
    """What the bytes of an entry say. Raises `LogError` (`log/evidence`) for no JSON object."""
    said = canonical_or_refused(shown.body)
    if not isinstance(said, dict):
        raise LogError("log/evidence", place="entries")
    return said
