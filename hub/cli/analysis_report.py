"""Intervals and differences as a person reads them in a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hub.cli.report import short, table, words
from tierlight_schemas.messages import render
from tierlight_schemas.rollup.result import UNIT

_SHOWN = ("2.5", "25", "50", "75", "97.5")


def uncertainty_lines(document: Mapping[str, Any], lang: str) -> Iterator[str]:
    """Total, heading, a row for each column, and what was left out or assumed."""
    root, method = document["root"], document["method"]
    yield f"{root['number']}  {root['name']}"
    yield document["total"]["statement"]
    yield ""
    yield document["heading"]
    header = [UNIT, *words(("value", "mean", "deviation"), lang), *(f"{p} %" for p in _SHOWN)]
    yield from table([header, *map(_interval, document["columns"].items())])
    yield ""
    yield from _notes(document["notes"])
    if not method["preview"]:
        told = {name: str(method[name]) for name in ("samples", "seed", "generator")}
        yield render("uncertainty/drawn", told, lang).text


def _interval(column: tuple[str, Mapping[str, Any]]) -> list[str]:
    name, row = column
    numbers = [row["value"], row["mean"], row["sd"], *(row["percentiles"][p] for p in _SHOWN)]
    return [name, *map(short, numbers)]


def _notes(notes: Sequence[Mapping[str, str]]) -> Iterator[str]:
    for note in notes:
        yield " ".join(filter(None, (note["text"], note["remedy"])))


def difference_lines(document: Mapping[str, Any], lang: str) -> Iterator[str]:
    """Both totals, what each class moved, and the parts behind it."""
    root = document["root"]
    yield f"{root['number']}  {root['name']}"
    for side in (document["from"], document["to"]):
        yield f"{side['as_of']}  {side['known_at']}  {side['total']['statement']}"
    yield ""
    rows = [[step["name"], _signed(step["value"])] for step in document["steps"]]
    whole = render("difference/change", {}, lang).text
    yield from table([["", UNIT], *rows, [whole, _signed(document["change"])]])
    for step in document["steps"]:
        if step["movers"]:
            yield ""
            yield step["name"]
            header = words(("part", "supplier", "before", "after", "change"), lang)
            yield from table([header, *map(_mover, step["movers"])])
    yield ""
    yield document["note"]
    if "scenario_note" in document:
        yield document["scenario_note"]


def _mover(mover: Mapping[str, Any]) -> list[str]:
    return [
        mover["name"] or mover["part"],
        mover["supplier"] or "",
        short(mover["before"]),
        short(mover["after"]),
        _signed(mover["change"]),
    ]


def _signed(text: str | None) -> str:
    number = short(text)
    rises = text is not None and float(text) > 0
    return f"+{number}" if rises else number
