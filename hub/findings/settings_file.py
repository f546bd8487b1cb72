"""The operator's file of severities and tolerances: read, and every fault named by its place.

    ["tier/mass-imbalance"]
    severity = "warning"      # the gravest it takes: error, warning, note or off
    warning = "0.03"          # a number of hub/findings/tolerances.toml, in its unit

Only what differs from the shipped values is named.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import Session

from hub.findings.settings import AS_SHIPPED, OFF, FindingSettings, is_of_the_door
from hub.findings.tolerances import SHIPPED, Tolerances
from hub.kit.errors import Conflict
from tierlight_schemas.amounts import Amount
from tierlight_schemas.catalogue import CODES
from tierlight_schemas.findings import Severity

FINDING_SETTINGS = "finding settings"
"""In `Session.info`: what the operator of this hub decided."""
SEVERITY = "severity"
MAX_FILE = 100_000
_ORDERED = (("warning", "error"), ("note", "warning"), ("least", "most"))
"""Numbers of one code of which the first may not be above the second."""
_FARTHEST = Decimal(100)
_ORDER = tuple(Severity)


@dataclass(frozen=True)
class Fault:
    """Something in the file that cannot be used: a message's code and its placeholders."""

    code: str
    params: Mapping[str, str]


def settings_of(session: Session) -> FindingSettings:
    """What is in force in the hub that a session belongs to."""
    held: FindingSettings = session.info.get(FINDING_SETTINGS, AS_SHIPPED)
    return held


def read_settings(path: Path | None) -> FindingSettings:
    """The settings in force with this file; as shipped without one.

    Raises `Conflict` (`settings/file`) for what is no such file, and (`settings/faults`) with an
    entry for each fault in it.
    """
    if path is None:
        return AS_SHIPPED
    tables = _tables(path)
    faults = [fault for code, table in tables.items() for fault in _faults(code, table)]
    settings = FindingSettings() if faults else _settings(tables)
    faults += _out_of_order(settings.tolerances)
    if faults:
        refused = Conflict("settings/faults", file=str(path), count=str(len(faults)))
        refused.details = [{"code": fault.code, **fault.params} for fault in faults]
        raise refused
    return settings


def sensible(code: str, name: str) -> tuple[Decimal, Decimal]:
    """Between which numbers one may be set: a share from 0 to 1, any other to a hundred times less
    or more than shipped."""
    shipped = SHIPPED.of(code, name)
    if shipped < 1:
        return Decimal(0), Decimal(1)
    return shipped / _FARTHEST, shipped * _FARTHEST


def _tables(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            text = file.read(MAX_FILE + 1)
        if len(text) > MAX_FILE:
            raise ValueError(f"> {MAX_FILE} bytes")
        return tomllib.loads(text.decode("utf-8"), parse_float=Decimal)
    except OSError as error:
        reason = error.strerror or type(error).__name__
    except ValueError as error:
        reason = str(error)
    raise Conflict("settings/file", file=str(path), reason=reason)


def _settings(tables: Mapping[str, Mapping[str, Any]]) -> FindingSettings:
    numbers = dict(SHIPPED.numbers)
    severities: dict[str, Severity | None] = {}
    for code, table in tables.items():
        for name, said in table.items():
            if name != SEVERITY:
                numbers[code, name] = Decimal(str(said))
            elif said != CODES[code].severity:
                severities[code] = None if said == OFF else Severity(said)
    return FindingSettings(Tolerances(MappingProxyType(numbers)), MappingProxyType(severities))


def _faults(code: str, table: Any) -> Iterator[Fault]:
    if code not in CODES:
        yield Fault("settings/code", {"found": _shown(code)})
        return
    if not isinstance(table, dict):
        yield Fault("settings/table", {"finding": code})
        return
    for name, said in table.items():
        check = _severity_faults if name == SEVERITY else _number_faults
        yield from check(code, name, said)


def _severity_faults(code: str, name: str, said: Any) -> Iterator[Fault]:
    told = {"finding": code, "found": _shown(said)}
    if said not in (*map(str, _ORDER), OFF):
        yield Fault("settings/severity", told)
    elif is_of_the_door(CODES[code]):
        shipped = CODES[code].severity
        milder = said == OFF or _ORDER.index(Severity(said)) >= _ORDER.index(shipped)
        if not (milder and code.startswith("document/")):
            yield Fault("settings/door", told | {"shipped": shipped})


def _number_faults(code: str, name: str, said: Any) -> Iterator[Fault]:
    told = {"finding": code, "name": _shown(name), "found": _shown(said)}
    known = sorted(held for of, held in SHIPPED.numbers if of == code)
    if name not in known:
        yield Fault("settings/name", told | {"allowed": ", ".join([SEVERITY, *known])})
        return
    number = _number(said)
    low, high = sensible(code, name)
    if number is None:
        yield Fault("settings/number", told)
    elif not low <= number <= high:
        yield Fault("settings/range", told | {"low": f"{low:f}", "high": f"{high:f}"})


def _number(said: Any) -> Decimal | None:
    """A plain decimal, in quotes or not; `true` is none, though Python counts with it."""
    if isinstance(said, bool) or not isinstance(said, str | int | Decimal):
        return None
    try:
        return Amount(str(said)).decimal
    except ValueError:
        return None


def _out_of_order(tolerances: Tolerances) -> Iterator[Fault]:
    numbers = tolerances.numbers
    for code in dict.fromkeys(code for code, _ in numbers):
        for low, high in _ORDERED:
            if numbers.get((code, low), Decimal(0)) > numbers.get((code, high), Decimal("inf")):
                values = {"low": str(numbers[code, low]), "high": str(numbers[code, high])}
                told = {"finding": code, "first": low, "second": high} | values
                yield Fault("settings/order", told)


def _shown(said: Any) -> str:
    return ascii(str(said)[:60])[1:-1]
