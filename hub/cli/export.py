"""`hub export`: a result as a file of a foreign format, or why there is none."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from hub.cli.battery import add_battery, battery_of
from hub.cli.reading import add_company, reading
from hub.cli.rollup import add_dates
from hub.cli.terminal import Commands, database, language, say
from hub.disclosure.footprint import Question
from hub.exports.battery.declaring import (
    Asked,
    Declared,
    File,
    declared,
    file_of,
    filing_of,
    format_named,
)
from hub.exports.battery.errors import RefusedDeclaration
from hub.exports.battery.formats import FORMATS
from hub.exports.battery.writing import Audience, Filing, Format
from hub.kit.clock import now
from hub.kit.errors import BadInput
from hub.settings import Settings
from tierlight_schemas.battery.rulesets import ANNEX_II, RULESETS

ALL = "all"


def register(commands: Commands) -> None:
    """Add `export`."""
    export = commands.add_parser("export", help="write results in foreign formats")
    kinds = export.add_subparsers(metavar="KIND", required=True)
    battery = kinds.add_parser("battery", help="the EU declaration of a battery model")
    add_company(battery)
    add_battery(battery)
    battery.add_argument(
        "--format", choices=[*FORMATS, ALL], default="art7", help="one format, or all of them"
    )
    battery.add_argument(
        "--for",
        dest="audience",
        type=Audience,
        choices=list(Audience),
        default=Audience.PUBLIC,
        help="who may read the files: a group of Annex XIII",
    )
    battery.add_argument("--ruleset", choices=list(RULESETS), default=ANNEX_II.id)
    battery.add_argument(
        "--out", metavar="DIR", type=Path, required=True, help="folder to write to"
    )
    add_dates(battery)
    battery.set_defaults(run=run_battery)


def run_battery(arguments: argparse.Namespace) -> int:
    """Write the declaration; refused with every gap by its clause, and no file, otherwise.

    Of all formats those are written that can be; the status is 1 where one could not.
    """
    question = Question(
        arguments.as_of or now().date(), arguments.known_at or now(), lang=language(arguments)
    )
    chosen = FORMATS if arguments.format == ALL else [arguments.format]
    with database() as session:
        filing = filing_of(session, Settings(), arguments.audience, question.lang)
        caller = reading(session, arguments)[1]
        battery = battery_of(session, caller, arguments)
        found = declared(session, caller, Asked(*battery, arguments.ruleset, question))
        files = {each: _tried(found, format_named(each), filing) for each in chosen}
        _refuse_nothing([*files.values()])
    for name, file in files.items():
        if isinstance(file, RefusedDeclaration):
            _say_refused(name, file, question.lang)
        else:
            _say_written(arguments, file, question.lang)
    return int(any(isinstance(file, RefusedDeclaration) for file in files.values()))


def _tried(found: Declared, chosen: Format, filing: Filing) -> File | RefusedDeclaration:
    """A format that lacks something does not keep the others from being written."""
    try:
        return file_of(found, chosen, filing)
    except RefusedDeclaration as refused:
        return refused


def _refuse_nothing(files: Sequence[File | RefusedDeclaration]) -> None:
    """Raises the first refusal where not one format could be written."""
    refused = [file for file in files if isinstance(file, RefusedDeclaration)]
    if len(refused) == len(files):
        raise refused[0]


def _say_refused(name: str, refused: RefusedDeclaration, lang: str) -> None:
    say("battery/format-refused", {"format": name, **refused.params}, lang)
    for gap in refused.details:
        print(gap["message"], gap["remedy"], file=sys.stderr)


def _say_written(arguments: argparse.Namespace, file: File, lang: str) -> None:
    path = _write(arguments.out, file.name, file.body)
    say("battery/exported", {"file": str(path), "ruleset": arguments.ruleset}, lang)
    for gap in file.gaps:
        print(gap["text"], gap["remedy"], file=sys.stderr)


def _write(folder: Path, name: str, body: bytes) -> Path:
    path = folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    except OSError as error:
        raise BadInput("hub/file", file=str(path), reason=error.strerror or str(error)) from None
    return path
