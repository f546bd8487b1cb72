"""Addresses of a tree with some rows open: opening, closing, sorting and taking the total apart
are plain links."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from hub.disclosure.trees import read_path
from hub.disclosure.vehicle_page import Opening, Order, Path

MAX_OPEN = 20_000
"""Characters of the `open` parameter."""


def read_open(text: str) -> frozenset[Path]:
    """`0,1.2` as paths. Raises `BadInput` for what is no path."""
    return frozenset(read_path(part) for part in text.split(",") if part)


@dataclass(frozen=True)
class TreeLinks:
    """Makes the addresses of one vehicle's page."""

    page: str
    """Path of the page."""
    opening: Opening
    by: str = "supplier"
    """What the total is taken apart by on the same page."""

    def toggle(self, path: str) -> str:
        """Open a closed row, or close an open one with everything below it; leads to the row."""
        place = read_path(path)
        held = self.opening.paths
        if place in held:
            changed = frozenset(p for p in held if p[: len(place)] != place)
        else:
            changed = held | {place}
        return self._address(changed, self.opening.order, row_id(path))

    def ordered(self, order: Order) -> str:
        """The same rows in another order."""
        return self._address(self.opening.paths, order, "tree")

    def one_level_more(self, rows: Sequence[dict[str, Any]]) -> str:
        """Every row that is shown, open; the rows below as they are."""
        more = (read_path(row["path"]) for row in rows if row["has_children"])
        return self._address(self.opening.paths | set(more), self.opening.order, "tree")

    def closed(self) -> str:
        """Only the first level."""
        return self._address((), self.opening.order, "tree")

    def taken_apart(self, by: str) -> str:
        """The same rows, and the total taken apart by something else."""
        return replace(self, by=by)._address(self.opening.paths, self.opening.order, "breakdown")

    def _address(self, paths: Iterable[Path], order: Order, fragment: str) -> str:
        parameters = {}
        if texts := [".".join(map(str, path)) for path in sorted(paths)]:
            parameters["open"] = ",".join(texts)
        if order != "bom":
            parameters["sort"] = order
        if self.by != "supplier":
            parameters["by"] = self.by
        query = f"?{urlencode(parameters, safe=',')}" if parameters else ""
        return f"{self.page}{query}#{fragment}"


def row_id(path: str) -> str:
    """The id of a row in the page."""
    return "row-" + path.replace(".", "-")
