"""What the rules compare with: shipped numbers by code, in one file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from types import MappingProxyType


@dataclass(frozen=True)
class Tolerances:
    """Numbers by code and name; their unit is said beside them in `tolerances.toml`."""

    numbers: Mapping[tuple[str, str], Decimal]

    def of(self, code: str, name: str) -> Decimal:
        """The number. Raises `KeyError` for one that the shipped file does not name."""
        return self.numbers[code, name]


def read_tolerances(text: str) -> Tolerances:
    """Tolerances from TOML. Raises `tomllib.TOMLDecodeError`, `decimal.InvalidOperation`."""
    tables = tomllib.loads(text)
    numbers = {
        (code, name): Decimal(number)
        for code, table in tables.items()
        for name, number in table.items()
    }
    return Tolerances(MappingProxyType(numbers))


SHIPPED = read_tolerances(files("hub.findings").joinpath("tolerances.toml").read_text("utf-8"))
"""The tolerances that ship with this version."""
