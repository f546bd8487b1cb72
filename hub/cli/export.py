"""`hub export`: a result as a file of a foreign format, or why there is none."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from hub.cli import cbam
from hub.cli.battery import add_battery, battery_of
from hub.cli.reading import add_company, reading
from hub.cli.rollup import add_dates
from hub.cli.terminal import Commands, database, language, say
from hub.disclosure.footprint import Question
from hub.exports.battery.declaring import Asked, File, declared, filing_of, format_named
from hub.exports.battery.errors import RefusedDeclaration
from hub.exports.battery.formats import FORMATS
from hub.exports.battery.issuing import HandingOut
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
    """Write the declaration; refused with every gap by its clause, and no file, otherwise.

    Of all formats those are written that can be; what keeps the others back is told, and the exit
    code is 1.
    """
    question = Question(
        arguments.as_of or now().date(), arguments.known_at or now(), lang=language(arguments)
    )
    with database() as session:
        filing = filing_of(session, Settings(), arguments.audience, question.lang)
        caller = reading(session, arguments)[1]
        battery = battery_of(session, caller, arguments)
        asked = Asked(*battery, arguments.ruleset, question)
        found = declared(session, caller, asked)
        hand = HandingOut(session, caller, asked, found, filing)
        if arguments.format == ALL:
            files, held_back = _all_of(hand)
        else:
            files, held_back = [hand.out(format_named(arguments.format))], []
        # Before the record of it is kept: what cannot be written has not left.
        paths = [_write(arguments.out, file.name, file.body) for file in files]
    for file, path in zip(files, paths, strict=True):
        say("battery/exported", {"file": str(path), "ruleset": arguments.ruleset}, question.lang)
        _say_gaps(file.gaps, "text")
    for format_id, refusal in held_back:
        say("battery/held-back", {"format": format_id}, question.lang)
        _say_gaps(refusal.details, "message")
    return 1 if held_back else 0


def _say_gaps(gaps: Sequence[Mapping[str, str]], words: str) -> None:
    for gap in gaps:
        print(gap[words], gap["remedy"], file=sys.stderr)


def _all_of(hand: HandingOut) -> tuple[list[File], list[tuple[str, RefusedDeclaration]]]:
    """Every format that has an edition for the audience, and what keeps others back.

    Raises `RefusedDeclaration` where the declaration itself is not complete.
    """
    files: list[File] = []
    held_back: list[tuple[str, RefusedDeclaration]] = []
    for format_id, chosen in FORMATS.items():
        if hand.filing.audience not in chosen.audiences:
            continue
        try:
            files.append(hand.out(chosen))
        except RefusedDeclaration as refusal:
            if not hand.found.footprint.is_complete:
                raise
            held_back.append((format_id, refusal))
    return files, held_back


def _write(folder: Path, name: str, body: bytes) -> Path:
    path = folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    except OSError as error:
        raise BadInput("hub/file", file=str(path), reason=error.strerror or str(error)) from None
    return path
