"""Tables and paragraphs for a terminal: columns line up in all three languages."""

import shutil
import textwrap
import unicodedata
from collections.abc import Sequence

LEAST, MOST = 80, 110
"""Columns of text: what a terminal has, within these."""


def width() -> int:
    """How wide a line may be."""
    return min(MOST, max(LEAST, shutil.get_terminal_size((MOST, 24)).columns))


def cells_of(text: str) -> int:
    """Terminal cells of a text; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def shortened(text: str, cells: int) -> str:
    """The text in at most `cells` cells, with an ellipsis where something was left out."""
    if cells_of(text) <= cells:
        return text
    kept = ""
    while text and cells_of(kept + text[0]) < cells:
        kept, text = kept + text[0], text[1:]
    return f"{kept}…"


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
    """A text broken into lines; Chinese may break between any two characters."""
    begin = indent if first is None else first
    if cells_of(text) == len(text):
        return textwrap.fill(
            text,
            width(),
            initial_indent=begin,
            subsequent_indent=indent,
            break_on_hyphens=False,
            break_long_words=False,
        )
    lines, line = [], begin
    for char in text:
        if cells_of(line + char) > width():
            lines.append(line)
            line = indent
        line += char
    return "\n".join([*lines, line])


def heading(text: str) -> str:
    """A heading with a rule below it."""
    return f"\n{text}\n{'═' * min(width(), cells_of(text))}"
