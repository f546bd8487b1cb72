"""Tables and paragraphs for a terminal: columns line up in all three languages."""

import re
import shutil
import unicodedata
from collections.abc import Sequence

LEAST, MOST = 80, 110
"""Columns of text: what a terminal has, within these."""

# A word with the blanks before it, or one Chinese character with the signs that may not stand
# apart from it.
_WIDE = r"[\u2e80-\u2fff\u3040-\u9fff\uf900-\ufaff]"
_CLOSING = r"[，。、；：？！）》”…]*"
_PIECES = re.compile(rf"\s*[“（《]*{_WIDE}{_CLOSING}|\s*(?:(?!{_WIDE})\S)+|\s+")


def width() -> int:
    """How wide a line may be."""
    return min(MOST, max(LEAST, shutil.get_terminal_size((MOST, 24)).columns))


def cells_of(text: str) -> int:
    """Terminal cells of a text; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def shortened(text: str, cells: int) -> str:
    """The text in at most `cells` cells; what is left out is left out in the middle.

    Names of parts differ at their ends as often as at their beginnings.
    """
    if cells_of(text) <= cells:
        return text
    tail = _fitting(text[::-1], (cells - 1) // 2)[::-1]
    head = _fitting(text, cells - 1 - cells_of(tail))
    return f"{head}…{tail}"


def _fitting(text: str, cells: int) -> str:
    """The longest beginning of the text that fits."""
    kept = ""
    for char in text:
        if cells_of(kept + char) > cells:
            break
        kept += char
    return kept


def padded(text: str, cells: int, right: bool) -> str:
    """The text filled up with blanks."""
    blanks = " " * (cells - cells_of(text))
    return blanks + text if right else text + blanks


def table(
    header: Sequence[str], rows: Sequence[Sequence[str]], right: str = "", widest: int = 46
) -> str:
    """A table as text; `right` holds an r for each right-aligned column, any other sign for left.

    The first column is shortened to `widest` cells.
    """
    trimmed = [[shortened(row[0], widest), *row[1:]] for row in rows]
    listed = [list(header), *trimmed]
    widths = [max(cells_of(row[place]) for row in listed) for place in range(len(header))]
    rule = ["─" * cells for cells in widths]
    lines = [listed[0], rule, *trimmed]
    return "\n".join(_line(line, widths, right) for line in lines)


def _line(cells: Sequence[str], widths: Sequence[int], right: str) -> str:
    columns = zip(cells, widths, right.ljust(len(cells)), strict=True)
    return "  ".join(padded(cell, size, side == "r") for cell, size, side in columns).rstrip()


def paragraph(text: str, indent: str = "", first: str | None = None) -> str:
    """A text broken into lines; between two Chinese characters a line may end as well."""
    line = indent if first is None else first
    lines, is_empty = [], True
    for piece in _PIECES.findall(text):
        if not is_empty and cells_of((line + piece).rstrip()) > width():
            lines.append(line.rstrip())
            line, piece = indent, piece.lstrip()
        line, is_empty = line + piece, False
    return "\n".join([*lines, line.rstrip()])


def heading(text: str) -> str:
    """A heading with a rule below it."""
    return f"\n{text}\n{'═' * min(width(), cells_of(text))}"
