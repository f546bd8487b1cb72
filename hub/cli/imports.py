"""`hub import`: a company's tables and its signed declarations from files."""

import argparse
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from sqlalchemy.orm import Session

from hub.bom.usecases import import_bom, import_parts, import_sourcing
from hub.cli.companies import COMPANY_HELP
from hub.cli.terminal import Commands, database, language, say
from hub.factors.usecases import import_factors
from hub.kit.errors import BadInput
from hub.kit.import_report import ImportReport
from hub.parties.usecases import find_company

TABLES: dict[str, Callable[[Session, str, BinaryIO, str], ImportReport]] = {
    "parts": import_parts,
    "bom": import_bom,
    "sourcing": import_sourcing,
    "factors": import_factors,
}
COUNTS = ("rows", "added", "changed", "unchanged")


def register(commands: Commands) -> None:
    """Add `import`."""
    imports = commands.add_parser("import", help="tables and declarations of one company")
    kinds = imports.add_subparsers(metavar="KIND", dest="kind", required=True)
    for kind in TABLES:
        table = kinds.add_parser(kind, help=f"{kind}.csv, all rows or none")
        _add_arguments(table, "CSV file, or - for standard input")
        table.set_defaults(run=run_table)


def _add_arguments(parser: argparse.ArgumentParser, file_help: str) -> None:
    parser.add_argument("--company", metavar="COMPANY", required=True, help=COMPANY_HELP)
    parser.add_argument("file", metavar="FILE", help=file_help)


def run_table(arguments: argparse.Namespace) -> int:
    """Import a table; on any bad cell nothing is imported, and every bad cell is named."""
    lang = language(arguments)
    with opened(arguments.file) as file, database() as session:
        company = find_company(session, arguments.company)
        report = TABLES[arguments.kind](session, company.id, file, arguments.file)
    for note in report.notes:
        say(note["code"], note, lang)
    counts = {
        name: str(getattr(report, name)) for name in ("rows", "added", "changed", "unchanged")
    }
    say("table/imported", {"file": arguments.file} | counts, lang)
    return 0


@contextmanager
def opened(name: str) -> Iterator[BinaryIO]:
    """A file, or standard input kept aside so that it can be read twice.

    Raises `BadInput` (`hub/file`) when it cannot be opened.
    """
    if name == "-":
        with SpooledTemporaryFile(max_size=1 << 20) as copy:
            shutil.copyfileobj(sys.stdin.buffer, copy)
            copy.seek(0)
            yield cast(BinaryIO, copy)
        return
    try:
        file = open(name, "rb")  # noqa: SIM115 - what fails while it is read is not this error
    except OSError as error:
        raise BadInput("hub/file", file=name, reason=error.strerror or str(error)) from None
    with file:
        yield file
