"""The identity providers that the operator's file names.

[works]                                   # stands in addresses: /sign-in/with/works
issuer = "https://login.works.example"
client_id = "tierlight"
client_secret_file = "works.secret"       # or private_key_file = "works.pem"
label = { en = "Works account", de = "Werkskonto", zh-CN = "工厂账号" }
algorithms = ["RS256", "ES256"]           # of ID tokens; these two by default
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc.jwk import ECKey, RSAKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hub.kit.addresses import UnfitUrl, place_of
from hub.kit.errors import Conflict
from hub.kit.language import Language
from hub.settings import Settings

Algorithm = Literal["RS256", "PS256", "ES256", "Ed25519"]
MAX_FILE = 100_000

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


class _Entry(BaseModel):
    """A provider as the file states it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    issuer: Annotated[str, Field(max_length=500)]
    client_id: Annotated[str, Field(min_length=1, max_length=500)]
    client_secret_file: str | None = None
    private_key_file: str | None = None
    label: dict[Language, Annotated[str, Field(min_length=1, max_length=100)]] = {}
    algorithms: list[Algorithm] = ["RS256", "ES256"]


@dataclass(frozen=True)
class Provider:
    """An identity provider that people may sign in with."""

    name: str
    issuer: str
    client_id: str
    secret: str | None = field(repr=False)
    """None where the hub signs assertions with `key` instead."""
    key: RSAKey | ECKey | None = field(repr=False)
    labels: Mapping[Language, str]
    algorithms: tuple[Algorithm, ...]
    """Of its ID tokens."""

    def label(self, language: Language) -> str:
        """What the button says: in the reader's language, in English, or the issuer's host."""
        return (
            self.labels.get(language) or self.labels.get("en") or place_of(self.issuer, True).host
        )


def read_providers(settings: Settings) -> dict[str, Provider]:
    """The providers by name; none without a file.

    Raises `Conflict` (`hub/oidc-file`) for a file that cannot be used; no secret is in its words.
    """
    path = settings.oidc_file
    if path is None:
        return {}
    try:
        with path.open("rb") as file:
            tables = tomllib.loads(file.read(MAX_FILE).decode("utf-8"))
        return {
            name: _provider(name, table, path.parent, settings) for name, table in tables.items()
        }
    except OSError as error:
        reason = f"{error.filename}: {error.strerror}"
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        reason = ": ".join((".".join(map(str, first["loc"])) or "[…]", first["msg"]))
    except (ValueError, UnsupportedAlgorithm) as error:
        reason = str(error)
    raise Conflict("hub/oidc-file", file=str(path), reason=reason)


def _provider(name: str, table: object, folder: Path, settings: Settings) -> Provider:
    if not _NAME.fullmatch(name):
        raise ValueError(f"[{name}]: small letters, digits and hyphens")
    entry = _Entry.model_validate(table)
    try:
        place_of(entry.issuer, settings.outbound_loopback)
    except UnfitUrl:
        raise ValueError("issuer: an https address with a DNS name") from None
    if (entry.client_secret_file is None) == (entry.private_key_file is None):
        raise ValueError(f"[{name}]: client_secret_file or private_key_file, one of them")
    secret = _secret(folder, entry.client_secret_file) if entry.client_secret_file else None
    key = _key(folder, entry.private_key_file) if entry.private_key_file else None
    return Provider(
        name,
        entry.issuer,
        entry.client_id,
        secret,
        key,
        entry.label,
        tuple(entry.algorithms),
    )


def _secret(folder: Path, file: str) -> str:
    secret = (folder / file).read_text("utf-8").strip()
    if not secret or not secret.isascii() or not secret.isprintable():
        raise ValueError(f"{file}: no secret in it")
    return secret


def _key(folder: Path, file: str) -> RSAKey | ECKey:
    data = (folder / file).read_bytes()
    try:
        key = load_pem_private_key(data, None)
    except (ValueError, TypeError):
        raise ValueError(f"{file}: not an unencrypted private key in PEM") from None
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= 2048:
        return RSAKey.import_key(data)
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
        return ECKey.import_key(data)
    raise ValueError(f"{file}: an RSA key of 2048 bits or a P-256 key is needed")
