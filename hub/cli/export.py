"""`hub export`: a result as a file of a foreign format, or why there is none."""

import argparse
import sys
from pathlib import Path

from hub.cli import cbam
from hub.cli.battery import add_battery, battery_of
from hub.cli.reading import add_company, reading
from hub.cli.rollup import add_dates
from hub.cli.terminal import Commands, database, language, say
from hub.disclosure.footprint import Question
from hub.exports.battery.declaring import Asked, declared, file_of, filing_of, format_named
from hub.exports.battery.formats import FORMATS
from hub.exports.battery.writing import Audience
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
    cbam.register(kinds)


def run_battery(arguments: argparse.Namespace) -> int:
    """Write the declaration; refused with every gap by its clause, and no file, otherwise."""
    question = Question(
        arguments.as_of or now().date(), arguments.known_at or now(), lang=language(arguments)
    )
    chosen = FORMATS if arguments.format == ALL else [arguments.format]
    filing = filing_of(Settings(), arguments.audience, question.lang)
    with database() as session:
        caller = reading(session, arguments)[1]
        battery = battery_of(session, caller, arguments)
        found = declared(session, caller, Asked(*battery, arguments.ruleset, question))
        files = [file_of(found, format_named(each), filing) for each in chosen]
    for file in files:
        path = _write(arguments.out, file.name, file.body)
        say("battery/exported", {"file": str(path), "ruleset": arguments.ruleset}, question.lang)
        for gap in file.gaps:
            print(gap["text"], file=sys.stderr)
    return 0


def _write(folder: Path, name: str, body: bytes) -> Path:
    path = folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    except OSError as error:
        raise BadInput("hub/file", file=str(path), reason=error.strerror or str(error)) from None
    return path
