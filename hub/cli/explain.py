"""`hub explain`: what a footprint consists of, how much of each part, and by which ways."""

import argparse
import json
from collections.abc import Iterable, Sequence
from typing import Any

from hub.cli.analysis import own_part_of, part_named, whole
from hub.cli.explain_report import breakdown_lines, path_lines, quantity_lines
from hub.cli.reading import add_company, reading
from hub.cli.rollup import add_dates
from hub.cli.terminal import Commands, database, language
from hub.disclosure import breakdown as breakdowns
from hub.disclosure import quantities as amounts
from hub.disclosure.footprint import Question
from hub.disclosure.paths import MOST_PATHS, paths_to
from hub.kit.clock import now
from hub.kit.csv_answer import csv_text
from hub.kit.errors import BadInput
from tierlight_schemas.rollup.breakdown import Facet

Table = tuple[Sequence[str], Sequence[dict[str, Any]]]
"""Header and rows."""


def register(commands: Commands) -> None:
    """Add `explain`."""
    explain = commands.add_parser("explain", help="print why a part's footprint is what it is")
    add_company(explain)
    explain.add_argument("part", metavar="PART", help="the part's number")
    asked = explain.add_mutually_exclusive_group()
    asked.add_argument("--by", choices=list(Facet), help="what to group by (part)")
    asked.add_argument("--quantities", action="store_true", help="how much of every part is in it")
    asked.add_argument("--paths-to", metavar="NUMBER", help="by which ways this own part enters")
    add_dates(explain)
    explain.add_argument("--basis", choices=("declared", "deep"), default="declared")
    explain.add_argument("--top", type=whole(0, 1_000), default=20, help="most groups to list")
    explain.add_argument("--most", type=whole(1, MOST_PATHS), default=100, help="most ways to list")
    explain.add_argument("--format", choices=("table", "json", "csv"), default="table")
    explain.set_defaults(run=run_explain)


def run_explain(arguments: argparse.Namespace) -> int:
    """Print one answer."""
    if arguments.paths_to is not None:
        return _run_paths(arguments)
    return _run_quantities(arguments) if arguments.quantities else _run_breakdown(arguments)


def _run_breakdown(arguments: argparse.Namespace) -> int:
    asked = _question(arguments)
    with database() as session:
        caller, part_id = own_part_of(session, arguments, arguments.part)
        told = breakdowns.breakdown(
            session, caller, part_id, Facet(arguments.by or Facet.PART), asked
        )
    table = (breakdowns.COLUMNS, breakdowns.rows(told))
    return _print(arguments, told, breakdown_lines(told, asked.lang), table)


def _run_quantities(arguments: argparse.Namespace) -> int:
    asked = _question(arguments)
    with database() as session:
        caller, part_id = own_part_of(session, arguments, arguments.part)
        head, rows = amounts.quantities(session, caller, part_id, asked)
    lines = quantity_lines(head, rows, asked.lang)
    return _print(arguments, head | {"items": rows}, lines, (amounts.COLUMNS, rows))


def _run_paths(arguments: argparse.Namespace) -> int:
    asked = _question(arguments)
    if arguments.format == "csv":
        raise BadInput("hub/paths-as-table")
    with database() as session:
        company, caller = reading(session, arguments)
        part_id, to = (
            part_named(session, company, number) for number in (arguments.part, arguments.paths_to)
        )
        told = paths_to(session, caller, part_id, to, arguments.most, asked)
    return _print(arguments, told, path_lines(told, asked.lang), ((), ()))


def _question(arguments: argparse.Namespace) -> Question:
    return Question(
        arguments.as_of or now().date(),
        arguments.known_at or now(),
        arguments.basis,
        arguments.top,
        language(arguments),
    )


def _print(arguments: argparse.Namespace, document: Any, lines: Iterable[str], table: Table) -> int:
    if arguments.format == "json":
        print(json.dumps(document, ensure_ascii=False, indent=1))
    elif arguments.format == "csv":
        print(csv_text(*table), end="")
    else:
        print("\n".join(lines))
    return 0
