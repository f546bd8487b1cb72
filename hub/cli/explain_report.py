"""A footprint taken apart, quantities and ways, as a person reads them in a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from hub.cli.report import percent, short, table, words
from hub.disclosure.paths import in_words
from hub.kit.numbers import localised
from tierlight_schemas.messages import render
from tierlight_schemas.rollup.result import UNIT

_SIGNS = {"at-least": "≥ {}", "with-default": "≈ {}", "open": "≈ {} + ?"}
"""Before or behind a value that is not complete, as on the pages."""


def breakdown_lines(document: Mapping[str, Any], lang: str) -> Iterator[str]:
    """Total, a row for each group and for the rest, and how many gaps there are."""
    root, gaps = document["root"], document["gaps"]
    yield f"{root['number']}  {root['name']}"
    yield document["total"]["statement"]
    yield ""
    others = [document["others"]] if document["others"] else []
    header = words(("group", "share", "default", "expired", "gaps", "gap_mass"), lang)
    rows = [_group(row) for row in [*document["groups"], *others]]
    yield from table([[header[0], UNIT, *header[1:]], *rows])
    if gaps["count"]:
        told = {
            "count": str(gaps["count"]),
            "mass": short(gaps["mass_kg"]),
            "without": str(gaps["without_mass"]),
        }
        yield ""
        yield render("explain/gaps", localised(told, lang), lang).text


def _group(row: Mapping[str, Any]) -> list[str]:
    supplier = f" ({row['supplier']})" if row["supplier"] else ""
    return [
        f"{row['name'] or row['key']}{supplier}",
        _value(row),
        percent(row["share"]),
        short(row["default"]),
        short(row["expired"]),
        str(row["gaps"]),
        short(row["gap_mass_kg"]),
    ]


def _value(row: Mapping[str, Any]) -> str:
    """A value with gaps never stands bare."""
    return _SIGNS.get(row["certainty"], "{}").format(short(row["value"]))


def quantity_lines(
    head: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], lang: str
) -> Iterator[str]:
    """A row for each part: how much of it, its kg, and its kgCO2e with all that is in it."""
    yield f"{head['root']['number']}  {head['root']['name']}"
    yield ""
    header = words(("part", "supplier", "quantity", "unit", "kilograms"), lang)
    yield from table([[*header, UNIT], *map(_quantity, rows)])


def _quantity(row: Mapping[str, Any]) -> list[str]:
    return [
        row["name"] or row["part"],
        row["supplier"] or "",
        short(row["quantity"]),
        row["unit"],
        short(row["mass_kg"]),
        _value(row),
    ]


def path_lines(document: Mapping[str, Any], lang: str) -> Iterator[str]:
    """How many ways there are, and line by line the largest ones."""
    yield document["statement"]
    if not document["paths"]:
        return
    yield ""
    header = words(("quantity", "path"), lang)
    rows = [_path(path) for path in document["paths"]]
    if rest := document["others"]:
        more = render(
            "explain/others", localised({"count": in_words(Decimal(rest["count"]))}, lang), lang
        ).text
        rows.append([short(rest["quantity"]), short(rest["value"]), more])
    yield from table([[header[0], UNIT, header[1]], *rows])


def _path(path: Mapping[str, Any]) -> list[str]:
    steps = (
        f"#{line['position']} {line['part']} × {short(line['quantity'])}" for line in path["lines"]
    )
    return [short(path["quantity"]), short(path["value"]), " → ".join(steps)]
