"""`tierlight cbam`: what goods have embedded, and the communication to their importer, offline."""

import argparse
import io
from collections.abc import Sequence
from pathlib import Path

from tierlight.commands import DONE, REFUSED, Commands, describe
from tierlight.errors import ConfigurationError
from tierlight.json_file import MOST_BYTES, read_bytes
from tierlight.part_workbook.library import openpyxl
from tierlight.terminal import Terminal
from tierlight_schemas.cbam.communication import TEMPLATE, Communication, Refused, communication
from tierlight_schemas.cbam.gaps import Gap
from tierlight_schemas.cbam.reading import Unusable, read_report
from tierlight_schemas.cbam.sheet import lay_out
from tierlight_schemas.cbam.template import as_file, template
from tierlight_schemas.cbam.writing import as_csv, as_json
from tierlight_schemas.messages import NOT_STATED

DESCRIPTION = """\
Reads a report of one installation and period (JSON, see docs/cbam.md), computes the specific
embedded emissions of its goods, and writes the fields of the Commission's communication template.
Nothing is sent anywhere, and nothing is taken from a product carbon footprint.

What is missing is told by its field. The exit status is 1, and no file is written, while something
is missing without which there is no number; fields that are only left empty are told, too."""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = describe(commands, "cbam", "embedded emissions of goods for CBAM", DESCRIPTION)
    given = parser.add_mutually_exclusive_group(required=True)
    given.add_argument("report", type=Path, nargs="?", metavar="REPORT", help="JSON file")
    given.add_argument("--template", type=Path, metavar="OUT", help="write a report to fill in")
    parser.add_argument(
        "--out",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="where to write it: .xlsx, .csv or .json",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Compute, tell every gap, and write."""
    if arguments.template:
        return _template(arguments.template, terminal)
    writers = [(path, _format(path)) for path in arguments.out]
    try:
        found = communication(read_report(read_bytes(arguments.report, MOST_BYTES)))
    except (Refused, Unusable) as refused:
        blocking = sum(gap.blocks for gap in refused.gaps)
        terminal.warn("cbam/refused", count=blocking)
        _tell(refused.gaps, terminal)
        return REFUSED
    _print(found, terminal)
    _tell(found.gaps, terminal)
    for path, kind in writers:
        _write(path, _body(found, kind, terminal.lang))
        told = {"file": path, "template": TEMPLATE, "open": len(found.gaps)}
        terminal.warn("cbam/written", **told)
    return DONE


def _template(path: Path, terminal: Terminal) -> int:
    """A file that is there may be filled in, and stays."""
    try:
        with path.open("xb") as file:
            file.write(as_file(template()))
    except FileExistsError:
        raise ConfigurationError("cbam/input-exists", file=str(path)) from None
    except OSError as error:
        raise _unwritable(path, error) from None
    terminal.say("cbam/input-written", file=path)
    return DONE


def _format(path: Path) -> str:
    """Known before anything is computed."""
    kind = path.suffix.lower()
    if kind not in (".xlsx", ".csv", ".json"):
        raise ConfigurationError("cbam/format", file=str(path))
    return kind


def _body(found: Communication, kind: str, lang: str) -> bytes:
    if kind == ".json":
        return as_json(found, lang)
    if kind == ".csv":
        return as_csv(found, lang)
    book, held = openpyxl().Workbook(), io.BytesIO()
    lay_out(book, found, lang)
    book.save(held)
    return held.getvalue()


def _print(found: Communication, terminal: Terminal) -> None:
    """A line a product, for whoever only wants the numbers."""
    for row in found.products:
        terminal.say(
            "cbam/product",
            product=row["Product name (used for communication with reporting declarant)"],
            cn=row["CN Codes"],
            direct=row["SEE (direct)"],
            indirect=row["SEE (indirect)"],
            total=row["SEE (total)"],
            electricity=row["Embedded electricity (MWh/t)"] or NOT_STATED,
        )


def _tell(gaps: Sequence[Gap], terminal: Terminal) -> None:
    for gap in gaps:
        terminal.warn(gap.code, **gap.params)


def _write(path: Path, body: bytes) -> None:
    try:
        path.write_bytes(body)
    except OSError as error:
        raise _unwritable(path, error) from None


def _unwritable(path: Path, error: OSError) -> ConfigurationError:
    reason = error.strerror or type(error).__name__
    return ConfigurationError("sdk/unwritable", file=str(path), reason=reason)
