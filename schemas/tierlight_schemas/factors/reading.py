"""Rows of a table of factors into factors: the checks that shipped and imported sets share.

A row without source, year or gas set is refused: nobody could tell later what it stood for.
"""

import re
from collections.abc import Mapping
from typing import Any, get_args

from tierlight_schemas.amounts import Amount, parse_number
from tierlight_schemas.errors import RowError
from tierlight_schemas.factors.model import (
    WORLD,
    Basis,
    Factor,
    FactorSet,
    Gases,
    GwpSet,
    Scope,
    Series,
)
from tierlight_schemas.factors.places import is_grid
from tierlight_schemas.geography import is_country, is_subdivision
from tierlight_schemas.units import UNITS, UnknownUnit, canonical

COLUMNS = (
    "id",
    "category",
    "unit",
    "value",
    "gases",
    "scope",
    "series",
    "basis",
    "geography",
    "year",
    "name_en",
    "name_de",
    "name_zh",
    "source",
    "clause",
    "supersedes",
)
OPTIONAL = frozenset({"series", "basis", "clause", "supersedes"})
LANGUAGES = {"en": "name_en", "de": "name_de", "zh-CN": "name_zh"}
_CATEGORY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*){0,3}")
_YEAR = re.compile(r"(19|20)[0-9]{2}")
_LONGEST = 500


def factor_of(row: Mapping[str, str], of: FactorSet) -> Factor:
    """The factor in a row of a table; members are texts, absent or empty where not stated.

    Raises `RowError` naming the column: `factor/empty` for what every factor must say,
    `factor/word` for a word that is not one of those allowed, `factor/no-gwp-set`,
    `factor/category`, `factor/unit`, `factor/number`, `factor/geography`, `factor/year`,
    `factor/too-long`.
    """
    cells = {name: _cell(row, name) for name in COLUMNS}
    gases, gwp = _gases(cells["gases"])
    return Factor(
        id=cells["id"],
        set=of,
        category=_matching(_CATEGORY, cells, "category"),
        unit=_unit(cells["unit"]),
        value=_value(cells["value"]),
        gases=gases,
        gwp=gwp,
        scope=_word(cells, "scope", Scope),
        series=_word(cells, "series", Series) if cells["series"] else None,
        basis=_word(cells, "basis", Basis) if cells["basis"] else None,
        geography=_geography(cells["geography"]),
        year=int(_matching(_YEAR, cells, "year")),
        names={language: cells[column] for language, column in LANGUAGES.items()},
        source=cells["source"],
        clause=cells["clause"],
        supersedes=cells["supersedes"] or None,
    )


def _cell(row: Mapping[str, str], name: str) -> str:
    text = (row.get(name) or "").strip()
    if not text and name not in OPTIONAL:
        raise RowError("factor/empty", name)
    if len(text) > _LONGEST:
        raise RowError("factor/too-long", name, limit=str(_LONGEST))
    return text


def _word(cells: Mapping[str, str], column: str, words: Any) -> Any:
    return _known(column, cells[column], get_args(words))


def _known(column: str, text: str, allowed: tuple[str, ...]) -> str:
    if text not in allowed:
        raise RowError("factor/word", column, found=text[:40], allowed=", ".join(allowed))
    return text


def _gases(text: str) -> tuple[Any, Any]:
    """`CO2`, or `CO2e` with the set of GWPs that made it: `CO2e AR6`, `CO2e not-stated`."""
    gases, _, gwp = text.partition(" ")
    _known("gases", gases, get_args(Gases))
    if gases == "CO2":
        return (gases, None) if not gwp else (_known("gases", text, ("CO2",)), None)
    if not gwp:
        raise RowError("factor/no-gwp-set", "gases", allowed=", ".join(get_args(GwpSet)))
    return gases, _known("gases", gwp, get_args(GwpSet))


def _matching(pattern: re.Pattern[str], cells: Mapping[str, str], column: str) -> str:
    if not pattern.fullmatch(cells[column]):
        raise RowError(f"factor/{column}", column, found=cells[column][:80])
    return cells[column]


def _unit(text: str) -> str:
    try:
        return canonical(text)
    except UnknownUnit:
        raise RowError("factor/unit", "unit", found=text[:40], allowed=", ".join(UNITS)) from None


def _value(text: str) -> Amount:
    try:
        return Amount(f"{parse_number(text):f}")
    except ValueError:
        raise RowError("factor/number", "value", found=text[:40]) from None


def _geography(text: str) -> str:
    if not (text == WORLD or is_country(text) or is_subdivision(text) or is_grid(text)):
        raise RowError("factor/geography", "geography", found=text[:40])
    return text
