"""A report with what it leaves open and the hub knows; what it states stays as it is."""

import copy
from collections.abc import Mapping
from typing import Any


def filled(report: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """`report` is parsed JSON as its author wrote it, `known` what `known_of` gives.

    The place and the parts of its products are filled; a flow is not, once there is a report: whose
    process it belongs to is the author's to say.
    """
    found = copy.deepcopy(dict(report))
    found["installation"] = _over(known["installation"], found.get("installation"))
    parts = {row["number"]: row for row in known["products"]}
    rows = found.get("products")
    if isinstance(rows, list):
        found["products"] = [_product(row, parts) for row in rows]
    return found


def drafted(template: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """A template that begins with what is known, with a single process: the whole site."""
    found = copy.deepcopy(dict(template))
    for name in ("installation", "period"):
        found[name] = found[name] | known[name]
    process = found["processes"][0]
    for name, value in known["process"].items():
        process[name] = _laid_over(process[name], value)
    if known["products"]:
        row = found["products"][0]
        found["products"] = [copy.deepcopy(row) | part for part in known["products"]]
    return found


def _laid_over(left_open: Any, value: Any) -> Any:
    if isinstance(value, list):
        return [copy.deepcopy(left_open[0]) | each for each in value]
    return left_open | value


def _product(row: Any, parts: Mapping[str, Mapping[str, str]]) -> Any:
    number = row.get("number") if isinstance(row, dict) else None
    return _over(parts[number], row) if isinstance(number, str) and number in parts else row


def _over(known: Mapping[str, Any], stated: Any) -> Any:
    """What is stated, and beside it what is known; "" is not stated."""
    if not isinstance(stated, dict):
        return dict(known) if stated is None else stated
    return dict(known) | {name: value for name, value in stated.items() if value != ""}
