"""`tierlight calculate`: the footprint of a part from the bills, on this machine alone."""

import argparse
import csv
import io
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from tierlight.commands import DONE, REFUSED, Commands, describe
from tierlight.commands.verify import given_keys, keys_beside
from tierlight.details_file import write_details
from tierlight.errors import ConfigurationError
from tierlight.part_workbook.making import template
from tierlight.part_workbook.sheet_file import SheetRefused, read_sheet, tell
from tierlight.supplied import Supplied, read_supplied
from tierlight.terminal import Terminal
from tierlight_schemas.amounts import Amount, significant
from tierlight_schemas.calculator import Calculation, Gap, PartSheet, Step, Term, calculate
from tierlight_schemas.calculator.details import details_of
from tierlight_schemas.calculator.improving import levers, worth_knowing
from tierlight_schemas.calculator.plausible import range_of
from tierlight_schemas.calculator.writing import cells_of, row_of
from tierlight_schemas.findings import Severity
from tierlight_schemas.messages import NOT_STATED

DESCRIPTION = """\
Reads a sheet (JSON or a workbook, see docs/calculator.md) with what the factory's bills say and
prints the footprint of one piece, every number with where it comes from, what is missing, what to
find out next, and what would lower it. Nothing is sent anywhere.

A supplier's signed declaration given with --inputs is verified as `tierlight verify` does, and
stands in for the value whose reference is the file's name or the declaration's digest.

With --row the result is written as a table that `tierlight declare` signs. The exit status is 1
when something is missing or an error stands; nothing is written then."""
_DIGITS = 4


def register(commands: Commands) -> None:
    """Add the command."""
    parser = describe(commands, "calculate", "the footprint of a part from bills", DESCRIPTION)
    given = parser.add_mutually_exclusive_group(required=True)
    given.add_argument(
        "sheet", type=Path, nargs="?", metavar="SHEET", help="JSON file, or workbook (.xlsx)"
    )
    given.add_argument(
        "--template", type=Path, metavar="OUT", help="write an empty workbook, in the language"
    )
    parser.add_argument(
        "--inputs",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="suppliers' signed declarations that values of the sheet refer to",
    )
    parser.add_argument("--jwk", type=Path, action="append", help="public key (JWK) of a supplier")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--row", type=Path, metavar="OUT", help="table for `tierlight declare`")
    parser.add_argument(
        "--details", type=Path, metavar="OUT", help="annexes for `tierlight declare --details`"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Calculate, explain, and write the row."""
    if arguments.template:
        return _template(arguments.template, terminal)
    try:
        sheet = read_sheet(arguments.sheet, _supplied(arguments))
    except SheetRefused as refused:
        tell(refused, str(arguments.sheet), terminal)
        return REFUSED
    calculation = calculate(sheet, today=datetime.now(UTC).date())
    if arguments.format == "json":
        terminal.data(_as_json(sheet, calculation))
    else:
        _print(sheet, calculation, terminal)
    terminal.findings(str(arguments.sheet), list(calculation.findings), to_stderr=True)
    errors = any(found.severity is Severity.ERROR for found in calculation.findings)
    if errors or not calculation.is_complete:
        return REFUSED
    if arguments.row:
        _write(arguments.row, cells_of(row_of(sheet, calculation)))
    if arguments.details:
        write_details(arguments.details, sheet.part_number, details_of(sheet, calculation))
    return DONE


def _supplied(arguments: argparse.Namespace) -> list[Supplied]:
    """Declarations beside the sheet, by the keys that were given, else those in their folders."""
    given = given_keys(arguments.jwk) if arguments.jwk else None
    at = datetime.now(UTC)
    return [
        read_supplied(path, keys_beside(path) if given is None else given, at)
        for path in arguments.inputs
    ]


def _template(path: Path, terminal: Terminal) -> int:
    """Write an empty workbook; one that is there may be filled in, and stays."""
    data = template(terminal.lang)
    try:
        with path.open("xb") as file:
            file.write(data)
    except FileExistsError:
        raise ConfigurationError("sdk/template-exists", file=str(path)) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError("sdk/unwritable", file=str(path), reason=reason) from None
    terminal.say("sdk/template", file=str(path))
    return DONE


def _print(sheet: PartSheet, calculation: Calculation, terminal: Terminal) -> None:
    _result(sheet, calculation, terminal)
    for term in calculation.terms:
        terminal.raw("\t".join(_cells(term, terminal)))
    for gap in calculation.gaps:
        terminal.say(f"calculation/gap-{gap.what}", **_place(gap, terminal))
    _quality(calculation, terminal)
    for improvement in worth_knowing(calculation):
        step = improvement.step
        terminal.say(
            "calculation/improve",
            label=improvement.term.label,
            what=terminal.words(f"calculation/what-{step.what}"),
            origin=terminal.words(f"calculation/origin-{step.origin}"),
            before=_percent(improvement.before),
            after=_percent(improvement.after),
        )
    for effect in levers(sheet):
        terminal.say(f"calculation/lever-{effect.lever}", saved=_shown(effect.saved))


def _result(sheet: PartSheet, calculation: Calculation, terminal: Terminal) -> None:
    total, unsure = calculation.total, calculation.unsure
    code = "calculation/result" if calculation.is_complete else "calculation/at-least"
    terminal.say(
        code,
        part=sheet.part_number,
        total=_shown(total),
        per_kg=_shown(calculation.per_kg),
        low=_shown(max(total - unsure, total * 0)),
        high=_shown(total + unsure),
    )
    if calculation.location_based != total:
        terminal.say("calculation/location", total=_shown(calculation.location_based))
    if calculation.including_uptake != total:
        terminal.say("calculation/including-uptake", total=_shown(calculation.including_uptake))
    if (usual := range_of(sheet, calculation)) is not None:
        terminal.say(
            "calculation/range",
            band=usual.band.id,
            low=_shown(usual.band.soft_low),
            high=_shown(usual.band.soft_high),
            own=_shown(usual.per_kg),
        )
        if not usual.is_usual:
            terminal.say("calculation/range-unusual")


def _quality(calculation: Calculation, terminal: Terminal) -> None:
    steps = [step for term in calculation.terms for step in term.steps]
    names = ("technological", "geographical", "temporal")
    rated = zip(names, calculation.ratings, strict=True)
    terminal.say(
        "calculation/quality",
        own=sum(step.origin == "own" for step in steps),
        all=len(steps),
        share=_shown(calculation.primary_data_share),
        **{name: _shown(value) for name, value in rated},
    )


def _cells(term: Term, terminal: Terminal) -> list[str]:
    group = terminal.words(f"calculation/group-{term.group}")
    return [group, term.label, _shown(term.value), _formula(term), *_sources(term, terminal)]


def _formula(term: Term) -> str:
    """The product as numbers, units and signs: the same in every language."""
    first, *rest = (f"{Amount.of(step.value)} {step.unit}".strip() for step in term.steps)
    signs = ("÷" if step.divides else "×" for step in term.steps[1:])
    return " ".join([first, *(f"{s} {number}" for s, number in zip(signs, rest, strict=True))])


def _sources(term: Term, terminal: Terminal) -> list[str]:
    """Where the numbers that are not the clerk's own come from."""
    return [
        terminal.words(
            "calculation/source",
            origin=terminal.words(f"calculation/origin-{step.origin}"),
            source=step.source or NOT_STATED,
        )
        for step in term.steps
        if step.origin != "own"
    ]


def _place(gap: Gap, terminal: Terminal) -> dict[str, str]:
    return {"group": terminal.words(f"calculation/group-{gap.group}"), "label": gap.label}


def _percent(value: Decimal) -> str:
    """Whole percents: the range is a judgement."""
    return f"{value:.0f}"


def _shown(value: Any) -> str:
    return NOT_STATED if value is None else str(significant(value, _DIGITS))


def _as_json(sheet: PartSheet, calculation: Calculation) -> dict[str, Any]:
    """All digits, for a program."""
    return {
        "part": sheet.part_number,
        "complete": calculation.is_complete,
        "total": significant(calculation.total),
        "per_kg": significant(calculation.per_kg),
        "unsure": significant(calculation.unsure),
        "location_based": significant(calculation.location_based),
        "including_uptake": significant(calculation.including_uptake),
        "groups": {group: significant(v) for group, v in calculation.by_group.items()},
        "terms": [_term(term) for term in calculation.terms],
        "gaps": [vars(gap) for gap in calculation.gaps],
    }


def _term(term: Term) -> dict[str, Any]:
    return {
        "group": term.group,
        "label": term.label,
        "value": significant(term.value),
        "steps": [_step(step) for step in term.steps],
    }


def _step(step: Step) -> dict[str, Any]:
    return {**vars(step), "value": Amount.of(step.value)}


def _write(path: Path, cells: dict[str, str]) -> None:
    text = io.StringIO()
    table = csv.DictWriter(text, list(cells), lineterminator="\n")
    table.writeheader()
    table.writerow(cells)
    path.write_text(text.getvalue(), encoding="utf-8")
