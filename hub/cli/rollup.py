"""`hub rollup`: a company's own result, as table or JSON."""

import argparse
import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.queries import part_ids
from hub.cli.reading import add_company, reading
from hub.cli.report import rollup_lines
from hub.cli.terminal import Commands, database, language
from hub.disclosure import footprint as footprints
from hub.disclosure.footprint import Question, read_instant
from hub.kit.clock import now
from hub.kit.errors import BadInput, NotFound
from hub.scenarios.results import Asked, scenario_footprint
from hub.scenarios.usecases import find_scenario


def register(commands: Commands) -> None:
    """Add `rollup`."""
    rollup = commands.add_parser("rollup", help="print the footprint of a company's part")
    _add_question(rollup)
    rollup.add_argument("--basis", choices=("declared", "deep"), default="declared")
    rollup.add_argument("--top", type=int, default=20, help="most contributions to list")
    rollup.add_argument("--scenario", metavar="NAME", help="as it would be under this scenario")
    rollup.set_defaults(run=run_rollup)


def _add_question(command: argparse.ArgumentParser) -> None:
    add_company(command)
    command.add_argument("part", metavar="PART", help="the part's number")
    add_dates(command)
    command.add_argument("--format", choices=("table", "json"), default="table")


def add_dates(command: argparse.ArgumentParser) -> None:
    """The day and the state of knowledge that a result is asked for."""
    command.add_argument("--as-of", type=_day, help="day the result is for (today)")
    command.add_argument("--known-at", type=instant, help="use what was recorded up to then (now)")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a day; write YYYY-MM-DD") from None


def instant(text: str) -> datetime:
    try:
        return read_instant(datetime.fromisoformat(text))
    except ValueError:
        message = f"{text} is not an instant; write YYYY-MM-DDThh:mm:ss+00:00"
        raise argparse.ArgumentTypeError(message) from None
    except BadInput:
        message = f"{text} has no time zone, or none that fits; write +00:00 behind it"
        raise argparse.ArgumentTypeError(message) from None


def run_rollup(arguments: argparse.Namespace) -> int:
    """Print one result."""
    with database() as session:
        if arguments.scenario is None:
            document = footprints.document(_answer(session, arguments))
        else:
            document = _under_scenario(session, arguments)
    _print(arguments, document, rollup_lines(document, language(arguments)))
    return 0


def _under_scenario(session: Session, arguments: argparse.Namespace) -> dict[str, Any]:
    if arguments.basis != "declared":
        raise BadInput("hub/scenario-basis")
    caller, part_id = read_part(session, arguments)
    asked = Asked(
        part_id,
        arguments.as_of,
        arguments.known_at,
        top=arguments.top,
        lang=language(arguments),
    )
    scenario = find_scenario(session, caller.company_id, arguments.scenario)
    return scenario_footprint(session, caller, scenario.id, asked)


def _answer(session: Session, arguments: argparse.Namespace) -> footprints.Answer:
    caller, part_id = read_part(session, arguments)
    return footprints.answer(session, caller, part_id, question_of(arguments))


def question_of(arguments: argparse.Namespace) -> Question:
    """Which result a command asks for."""
    return Question(
        arguments.as_of or now().date(),
        arguments.known_at or now(),
        arguments.basis,
        arguments.top,
        language(arguments),
    )


def read_part(session: Session, arguments: argparse.Namespace) -> tuple[Caller, str]:
    """Who reads, and the id of the part that a command names. Raises `NotFound`."""
    company, caller = reading(session, arguments)
    found = part_ids(session, company.id, [arguments.part])
    if arguments.part not in found:
        raise NotFound("hub/part-not-found", part=arguments.part, company=company.name)
    if arguments.top < 0:
        raise BadInput("hub/number-below-zero", name="--top")
    return caller, found[arguments.part]


def _print(arguments: argparse.Namespace, document: Any, lines: Iterator[str]) -> None:
    if arguments.format == "json":
        print(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        print("\n".join(lines))
