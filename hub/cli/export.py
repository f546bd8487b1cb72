"""`hub export`: a result as a file of a foreign format, or why there is none."""

import argparse
from pathlib import Path

from hub.cli.battery import add_battery, battery_of
from hub.cli.reading import add_company, reading
from hub.cli.rollup import add_dates
from hub.cli.terminal import Commands, database, language, say
from hub.disclosure.footprint import Question
from hub.exports.battery.declaring import Asked, declaration
from hub.exports.battery.formats import FORMATS
from hub.kit.clock import now
from hub.kit.errors import BadInput
from tierlight_schemas.battery.rulesets import ANNEX_II, RULESETS


def register(commands: Commands) -> None:
    """Add `export`."""
    export = commands.add_parser("export", help="write results in foreign formats")
    kinds = export.add_subparsers(metavar="KIND", required=True)
    battery = kinds.add_parser("battery", help="the EU declaration of a battery model")
    add_company(battery)
    add_battery(battery)
    battery.add_argument("--format", choices=list(FORMATS), default="art7")
    battery.add_argument("--ruleset", choices=list(RULESETS), default=ANNEX_II.id)
    battery.add_argument(
        "--out", metavar="DIR", type=Path, required=True, help="folder to write to"
    )
    add_dates(battery)
    battery.set_defaults(run=run_battery)


def run_battery(arguments: argparse.Namespace) -> int:
    """Write the declaration; refused with every gap by its clause, and no file, otherwise."""
    question = Question(
        arguments.as_of or now().date(), arguments.known_at or now(), lang=language(arguments)
    )
    with database() as session:
        caller = reading(session, arguments)[1]
        battery = battery_of(session, caller, arguments)
        asked = Asked(*battery, arguments.ruleset, question)
        chosen, body = declaration(session, caller, asked, arguments.format)
    path = _write(arguments.out, chosen.file_name, body)
    say("battery/exported", {"file": str(path), "ruleset": arguments.ruleset}, question.lang)
    return 0


def _write(folder: Path, name: str, body: bytes) -> Path:
    path = folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    except OSError as error:
        raise BadInput("hub/file", file=str(path), reason=error.strerror or str(error)) from None
    return path
