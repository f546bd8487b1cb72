"""Suppliers' signed declarations beside a sheet: verified, and put where the sheet names them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tierlight.documents import load
from tierlight.errors import ConfigurationError
from tierlight.verification import Standing, verify_item
from tierlight_schemas.calculator.declared import stated_by
from tierlight_schemas.calculator.sheet import StatedValue
from tierlight_schemas.envelope import open_jws

_LISTS = ("materials", "scrap", "boughtParts", "packaging", "energy")
_NAMES_IT = {"reference", "source"}


@dataclass(frozen=True)
class Supplied:
    """A declaration that holds, signed by a key that somebody gave."""

    file: str
    """Name of the file, without its folder."""
    digest: str
    """SHA-256 of the payload."""
    value: StatedValue

    @property
    def names(self) -> tuple[str, str]:
        """How a sheet may refer to it."""
        return self.file, self.digest


def read_supplied(path: Path, keys: Mapping[str, Mapping[str, Any]], at: datetime) -> Supplied:
    """The one declaration of a file, verified offline with `keys` (by thumbprint).

    Raises `ConfigurationError`: `sdk/supplied-one`, `sdk/supplied-invalid`,
    `sdk/supplied-unverified`, `sdk/supplied-other`, and for a file that cannot be read.
    """
    items = load(path)
    if len(items) != 1 or items[0].jws is None:
        raise ConfigurationError("sdk/supplied-one", file=str(path))
    verdict = verify_item(items[0], keys, at)
    if verdict.standing is Standing.INVALID:
        raise ConfigurationError("sdk/supplied-invalid", file=str(path))
    if verdict.standing is Standing.UNVERIFIED:
        kid = verdict.kid or ""
        raise ConfigurationError("sdk/supplied-unverified", file=str(path), kid=kid)
    declared = open_jws(items[0].jws)
    try:
        value = stated_by(declared.document, declared.digest)
    except ValueError:
        raise ConfigurationError("sdk/supplied-other", file=str(path)) from None
    return Supplied(path.name, declared.digest, value)


def put_supplied(members: Any, supplied: Sequence[Supplied]) -> None:
    """Fill in each value whose `reference` is the name or the digest of a declaration.

    Raises `ConfigurationError`: `sdk/supplied-twice` where two have one name, `sdk/supplied-beside`
    where a value stands there, too, and `sdk/supplied-unused` for one that nothing refers to.
    """
    by_name: dict[str, Supplied] = {}
    for each in supplied:
        for name in each.names:
            if by_name.setdefault(name, each) is not each:
                raise ConfigurationError("sdk/supplied-twice", file=each.file)
    used = set()
    for place, entry in _entries(members):
        found = by_name.get(str(entry["value"].get("reference")))
        if found is not None:
            if not entry["value"].keys() <= _NAMES_IT:
                raise ConfigurationError("sdk/supplied-beside", file=found.file, place=place)
            entry["value"] = found.value
            used.add(found.digest)
    for each in supplied:
        if each.digest not in used:
            raise ConfigurationError("sdk/supplied-unused", file=each.file, digest=each.digest)


def _entries(members: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Entries with a value, wherever the sheet has some; what is no sheet has none."""
    for group in _LISTS if isinstance(members, dict) else ():
        entries = members.get(group)
        for number, entry in enumerate(entries if isinstance(entries, list) else (), 1):
            if isinstance(entry, dict) and isinstance(entry.get("value"), dict):
                yield f"{group}.{number}", entry
