"""Signed notes (c2sp.org/signed-note): a text and the lines of those who signed it.

— <key name> base64(key id || signature)
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tierlight_schemas.canonical import b64url_decode, b64url_encode
from tierlight_schemas.errors import EnvelopeError, LogError
from tierlight_schemas.keys import check_jwk, thumbprint

ED25519: Final = 1
"""Type of a log's signature: Ed25519 over the text."""
COSIGNATURE: Final = 4
"""Type of a witness's: a time, and Ed25519 over time and text (c2sp.org/tlog-cosignature)."""

MAX_NOTE_BYTES = 64_000
MAX_SIGNATURES = 64
_DASH = "\N{EM DASH} "
_NAME = re.compile(r"[^\s+]{1,200}")
_VKEY = re.compile(r"([^\s+]{1,200})\+([0-9a-f]{8})\+([A-Za-z0-9+/=]{1,4000})")
Sign = Callable[[bytes], bytes]


@dataclass(frozen=True)
class VerifierKey:
    """A public key with the name that its owner signs notes under."""

    name: str
    kind: int
    public: bytes
    """32 bytes of Ed25519."""

    @property
    def id(self) -> bytes:
        """Four bytes that, with the name, say which key a line is of."""
        named = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(named).digest()[:4]

    @property
    def thumbprint(self) -> str:
        """RFC 7638 thumbprint of the same key."""
        return thumbprint({"kty": "OKP", "crv": "Ed25519", "x": b64url_encode(self.public)})

    @property
    def jwk(self) -> dict[str, str]:
        """The same key as a JWK."""
        return {"crv": "Ed25519", "kty": "OKP", "x": b64url_encode(self.public)}

    @classmethod
    def of_jwk(cls, name: str, jwk: dict[str, str], kind: int = ED25519) -> Self:
        """An Ed25519 JWK as a key of notes. Raises `LogError` (`log/key`)."""
        public = check_jwk(jwk)
        if public["kty"] != "OKP":
            raise LogError("log/key", key=name[:200])
        return cls(_name(name), kind, b64url_decode(public["x"]))

    @classmethod
    def read(cls, text: str) -> Self:
        """`name+id+base64(type, key)`. Raises `LogError` (`log/key`)."""
        found = _VKEY.fullmatch(text)
        material = _decoded(found[3]) if found else None
        if not found or not material or material[0] not in (ED25519, COSIGNATURE):
            raise LogError("log/key", key=ascii(text[:200])[1:-1])
        key = cls(found[1], material[0], material[1:])
        if len(key.public) != 32 or key.id.hex() != found[2]:
            raise LogError("log/key", key=ascii(text[:200])[1:-1])
        try:
            check_jwk({"kty": "OKP", "crv": "Ed25519", "x": b64url_encode(key.public)})
        except EnvelopeError:
            raise LogError("log/key", key=ascii(text[:200])[1:-1]) from None
        return key

    def __str__(self) -> str:
        material = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{material}"

    def holds(self, signature: bytes, message: bytes) -> bool:
        """Whether 64 bytes are this key's signature."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class Signature:
    """One signature line."""

    name: str
    key_id: bytes
    value: bytes

    def is_of(self, key: VerifierKey) -> bool:
        """Whether the line says that this key signed; not yet that it did."""
        return (self.name, self.key_id) == (key.name, key.id)

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.value).decode()}\n"


@dataclass(frozen=True)
class Note:
    """A text with its signatures; none is verified yet."""

    text: str
    """Ends with a newline; what is signed."""
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(map(str, self.signatures))}"

    def with_signatures(self, further: Iterable[Signature]) -> "Note":
        """The same text with further lines; a line that is there already is not added."""
        known = {(line.name, line.key_id) for line in self.signatures}
        new = [line for line in further if (line.name, line.key_id) not in known]
        return Note(self.text, (*self.signatures, *new))


def read_note(data: bytes | str) -> Note:
    """A note taken apart. Raises `LogError` (`log/note`) for what is not one."""
    text = _text(data)
    body, separator, lines = text.rpartition("\n\n")
    if not separator or not body or not lines.endswith("\n"):
        raise LogError("log/note")
    return Note(f"{body}\n", read_signatures(lines))


def read_signatures(lines: str) -> tuple[Signature, ...]:
    """Signature lines, one or more. Raises `LogError` (`log/note`)."""
    if not lines.endswith("\n") or lines.count("\n") > MAX_SIGNATURES:
        raise LogError("log/note")
    return tuple(_signature(line) for line in lines[:-1].split("\n"))


def sign_note(text: str, key: VerifierKey, sign: Sign) -> Note:
    """A note with one Ed25519 signature; `sign` returns its 64 bytes."""
    return Note(text, (Signature(key.name, key.id, sign(text.encode())),))


def decoded(text: str) -> bytes:
    """The bytes of a base64 text (RFC 4648, 4) in its only spelling. Raises `LogError`."""
    data = _decoded(text)
    if data is None:
        raise LogError("log/note")
    return data


def _decoded(text: str) -> bytes | None:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if base64.b64encode(data).decode() == text else None


def _text(data: bytes | str) -> str:
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if len(raw) > MAX_NOTE_BYTES:
        raise LogError("log/note")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise LogError("log/note") from None
    if any(character < " " and character != "\n" for character in text):
        raise LogError("log/note")
    return text


def _signature(line: str) -> Signature:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space:
        raise LogError("log/note")
    value = decoded(encoded)
    if len(value) < 5:
        raise LogError("log/note")
    return Signature(_name(name), value[:4], value[4:])


def _name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise LogError("log/note")
    return name
