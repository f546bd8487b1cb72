"""The issuers of credentials on companies' identities that the operator's file names.

[[issuer]]
name = "Business registry of Wuhu"
id = "https://registry.example"           # as `issuer` stands in its credentials
keys = [{ kty = "OKP", crv = "Ed25519", x = "…", kid = "2026" }]
"""

import tomllib
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hub.kit.errors import Conflict
from hub.settings import Settings
from hub.trust.identity_credential import Issuer
from tierlight_schemas.errors import EnvelopeError
from tierlight_schemas.keys import check_jwk

MAX_FILE = 100_000
Text = Annotated[str, Field(min_length=1, max_length=300)]


class _Entry(BaseModel):
    """An issuer as the file states it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Text
    id: Text
    keys: Annotated[list[dict[str, str]], Field(min_length=1, max_length=20)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    issuer: list[_Entry] = []


def read_issuers(settings: Settings) -> tuple[Issuer, ...]:
    """The issuers; none without a file. Raises `Conflict` (`identity/issuers-file`)."""
    path = settings.identity_issuers_file
    if path is None:
        return ()
    try:
        with path.open("rb") as file:
            stated = _File.model_validate(tomllib.loads(file.read(MAX_FILE).decode("utf-8")))
        return tuple(_issuer(entry) for entry in stated.issuer)
    except OSError as error:
        reason = f"{error.filename}: {error.strerror}"
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        reason = ": ".join((".".join(map(str, first["loc"])), first["msg"]))
    except ValueError as error:
        reason = str(error)
    raise Conflict("identity/issuers-file", file=str(path), reason=reason)


def _issuer(entry: _Entry) -> Issuer:
    for jwk in entry.keys:
        try:
            check_jwk({name: value for name, value in jwk.items() if name != "kid"})
        except EnvelopeError:
            raise ValueError(f"{entry.name}: a public Ed25519 or P-256 key is needed") from None
    return Issuer(entry.name, entry.id, tuple(entry.keys))
