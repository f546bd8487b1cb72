"""`hub uncertainty` and `hub difference`: how sure a result is, and why it changed."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.queries import part_ids
from hub.cli.analysis_report import difference_lines, uncertainty_lines
from hub.cli.reading import add_company, reading
from hub.cli.rollup import add_dates
from hub.cli.terminal import Commands, database, language
from hub.disclosure.difference import DifferenceQuestion, Side, explained_difference
from hub.disclosure.footprint import read_instant
from hub.disclosure.uncertainty import (
    MAX_GSD,
    MAX_SAMPLES,
    MAX_SEED,
    MIN_SAMPLES,
    UncertaintyQuestion,
    uncertainty,
)
from hub.kit.clock import now
from hub.kit.errors import BadInput, NotFound
from hub.parties.tables import Company
from hub.parties.usecases import find_company
from hub.scenarios.results import Asked, scenario_difference
from hub.scenarios.usecases import find_scenario
from tierlight_schemas.amounts import parse_number
from tierlight_schemas.rollup.uncertainty import Spread

_BASES = ("declared", "deep")


def register(commands: Commands) -> None:
    """Add `uncertainty` and `difference`."""
    sure = commands.add_parser("uncertainty", help="print how sure a part's footprint is")
    _add_part(sure)
    add_dates(sure)
    sure.add_argument("--samples", type=whole(MIN_SAMPLES, MAX_SAMPLES), default=1_000)
    sure.add_argument("--seed", type=whole(0, MAX_SEED), default=1)
    sure.add_argument("--preview", action="store_true", help="first order, without samples")
    sure.add_argument("--default-gsd", type=_gsd, help="assumed for values that state none")
    sure.add_argument("--quantity-gsd", type=_gsd, help="assumed for the quantity of every line")
    sure.add_argument("--value-is", choices=("mean", "median"), default="mean")
    sure.set_defaults(run=run_uncertainty)
    changed = commands.add_parser("difference", help="print why a part's footprint changed")
    _add_part(changed)
    for name in ("from", "to"):
        which = f"the {'first' if name == 'from' else 'second'} result (now)"
        changed.add_argument(
            f"--{name}", dest=f"{name}_", type=_moment, metavar="DATE[@INSTANT]", help=which
        )
        changed.add_argument(f"--{name}-basis", choices=_BASES, default="declared")
    changed.add_argument(
        "--to-part", metavar="PART", help="to another part of the company's: a variant"
    )
    changed.add_argument(
        "--scenario", metavar="NAME", help="from what is on record to this scenario"
    )
    changed.add_argument("--against", metavar="NAME", help="start from this scenario instead")
    changed.add_argument("--top", type=whole(0, 1_000), default=10, help="most parts of a class")
    changed.set_defaults(run=run_difference)


def _add_part(command: argparse.ArgumentParser) -> None:
    add_company(command)
    command.add_argument("part", metavar="PART", help="the part's number")
    command.add_argument("--format", choices=("table", "json"), default="table")


def _moment(text: str) -> tuple[date, datetime | None]:
    """A day, and behind `@` the instant whose knowledge counts."""
    day, _, instant = text.partition("@")
    try:
        known = read_instant(datetime.fromisoformat(instant)) if instant else None
        return date.fromisoformat(day), known
    except (ValueError, BadInput):
        message = f"{text}: write YYYY-MM-DD, or YYYY-MM-DD@YYYY-MM-DDThh:mm:ss+00:00"
        raise argparse.ArgumentTypeError(message) from None


def whole(least: int, most: int) -> Any:
    """Reads a whole number within these bounds."""

    def read(text: str) -> int:
        if text.isascii() and text.isdigit() and least <= int(text) <= most:
            return int(text)
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from {least} to {most}")

    return read


def _gsd(text: str) -> Decimal:
    try:
        value = parse_number(text)
    except ValueError:
        value = Decimal(0)
    if not 1 <= value <= MAX_GSD:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 to {MAX_GSD}")
    return value


def run_uncertainty(arguments: argparse.Namespace) -> int:
    """Print mean, deviation and percentiles."""
    asked = UncertaintyQuestion(
        arguments.as_of or now().date(),
        arguments.known_at or now(),
        "first-order" if arguments.preview else "monte-carlo",
        arguments.samples,
        arguments.seed,
        Spread(arguments.default_gsd, arguments.quantity_gsd, arguments.value_is),
        language(arguments),
    )
    with database() as session:
        document = uncertainty(session, *own_part_of(session, arguments, arguments.part), asked)
    _print(arguments, document, uncertainty_lines(document, asked.lang))
    return 0


def run_difference(arguments: argparse.Namespace) -> int:
    """Print what changed, by class and part."""
    if arguments.scenario or arguments.against:
        return _run_scenario_difference(arguments)
    start = _side(arguments.from_, arguments.from_basis)
    end = _side(arguments.to_, arguments.to_basis)
    asked = DifferenceQuestion(start, end, arguments.top, language(arguments))
    with database() as session:
        caller, part_id = own_part_of(session, arguments, arguments.part)
        if arguments.to_part:
            company = find_company(session, arguments.company)
            variant = part_named(session, company, arguments.to_part)
            asked = replace(asked, variant=variant)
        document = explained_difference(session, caller, part_id, asked)
    _print(arguments, document, difference_lines(document, asked.lang))
    return 0


def _run_scenario_difference(arguments: argparse.Namespace) -> int:
    """Both results are for one moment, so that nothing but the scenario lies between them."""
    if not arguments.scenario:
        raise BadInput("hub/scenario-against")
    if (
        arguments.to_part
        or arguments.from_
        or {arguments.from_basis, arguments.to_basis} != {"declared"}
    ):
        raise BadInput("hub/scenario-moments")
    as_of, known_at = arguments.to_ or (None, None)
    with database() as session:
        caller, part_id = own_part_of(session, arguments, arguments.part)
        end = find_scenario(session, caller.company_id, arguments.scenario).id
        start = None
        if arguments.against:
            start = find_scenario(session, caller.company_id, arguments.against).id
        asked = Asked(part_id, as_of, known_at, top=arguments.top, lang=language(arguments))
        document = scenario_difference(session, caller, end, asked, start)
    _print(arguments, document, difference_lines(document, asked.lang))
    return 0


def _side(moment: tuple[date, datetime | None] | None, basis: Any) -> Side:
    day, known_at = moment or (now().date(), None)
    return Side(day, known_at or now(), basis)


def own_part_of(session: Session, arguments: argparse.Namespace, number: str) -> tuple[Caller, str]:
    """A company, to speak for, and the id of its part. Raises `NotFound`."""
    company, caller = reading(session, arguments)
    return caller, part_named(session, company, number)


def part_named(session: Session, company: Company, number: str) -> str:
    """The id of a company's part. Raises `NotFound`."""
    found = part_ids(session, company.id, [number])
    if number not in found:
        raise NotFound("hub/part-not-found", part=number, company=company.name)
    return found[number]


def _print(arguments: argparse.Namespace, document: Any, lines: Iterator[str]) -> None:
    if arguments.format == "json":
        print(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        print("\n".join(lines))
