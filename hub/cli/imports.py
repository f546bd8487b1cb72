"""`hub import`: a company's tables and its signed declarations from files."""

import argparse
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from sqlalchemy.orm import Session, sessionmaker

from hub.bom.usecases import import_bom, import_parts, import_sourcing
from hub.cli.terminal import (
    COMPANY_HELP,
    Commands,
    database,
    language,
    say,
    say_error,
    session_factory,
)
from hub.declarations.usecases import receive_lines
from hub.declarations.verdict import Verdict
from hub.factors.usecases import import_factors
from hub.kit.database import transaction
from hub.kit.errors import BadInput
from hub.kit.import_report import ImportReport
from hub.parties.usecases import find_company
from hub.settings import Settings
from hub.sharing.glass import COMMAND_LINE

TABLES: dict[str, Callable[[Session, str, BinaryIO, str], ImportReport]] = {
    "parts": import_parts,
    "bom": import_bom,
    "sourcing": import_sourcing,
    "factors": import_factors,
}
LINES_AT_ONCE = 500
COUNTS = ("rows", "added", "changed", "unchanged")


def register(commands: Commands) -> None:
    """Add `import`."""
    imports = commands.add_parser("import", help="tables and declarations of one company")
    kinds = imports.add_subparsers(metavar="KIND", dest="kind", required=True)
    for kind in TABLES:
        table = kinds.add_parser(kind, help=f"{kind}.csv or {kind}.xlsx, all rows or none")
        _add_arguments(table, "CSV file or workbook (.xlsx), or - for standard input")
        table.set_defaults(run=run_table)
    declarations = kinds.add_parser(
        "declarations",
        help="signed submissions, one a line (NDJSON), through the same door as HTTP",
    )
    _add_arguments(declarations, "NDJSON file, or - for standard input")
    declarations.set_defaults(run=run_declarations)


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
    say("csv/imported", {"file": arguments.file, "case": arguments.kind} | counts, lang)
    return 0


def run_declarations(arguments: argparse.Namespace) -> int:
    """Receive a company's declarations; 1 when any line was refused. The others are stored."""
    lang = language(arguments)
    counts = Counter({"stored": 0, "known": 0, "refused": 0, "parts": 0, "held": 0})
    with opened(arguments.file) as file, session_factory() as factory:
        with transaction(factory) as session:
            company_id = find_company(session, arguments.company).id
        for line, verdict in _verdicts(factory, company_id, file):
            counts[verdict.status] += 1
            counts["parts"] += verdict.part_registered
            if verdict.error:
                say("csv/line-refused", {"file": arguments.file, "line": str(line)}, lang)
                say_error(verdict.error, lang)
    numbers = {name: str(count) for name, count in counts.items()}
    say("csv/declarations", {"file": arguments.file} | numbers, lang)
    if counts["held"]:
        say("held/imported", {"file": arguments.file, "count": numbers["held"]}, lang)
    return 1 if counts["refused"] else 0


def _verdicts(
    factory: sessionmaker[Session], company_id: str, file: BinaryIO
) -> Iterator[tuple[int, Verdict]]:
    """The verdict on each line; a file may have more lines than one request."""
    settings = Settings()
    before = 0
    while lines := list(islice(file, LINES_AT_ONCE)):
        for line in receive_lines(factory, company_id, lines, by=COMMAND_LINE, settings=settings):
            yield before + line.line, line.verdict
        before += len(lines)


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
