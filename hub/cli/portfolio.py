"""`hub portfolio`: all vehicles of a company at once, in the terminal or as CSV."""

import argparse
import json
from collections.abc import Iterator, Sequence
from typing import Any

from hub.bom.queries import part_ids
from hub.cli.reading import add_company, reading
from hub.cli.report import percent, short, table, words
from hub.cli.rollup import add_dates
from hub.cli.terminal import COMPANY_HELP, Commands, database, language
from hub.disclosure import across
from hub.disclosure.across import Asking
from hub.disclosure.footprint import Question
from hub.kit.clock import now
from hub.kit.csv_answer import csv_text
from hub.kit.errors import BadInput, NotFound
from hub.parties.usecases import find_company
from tierlight_schemas.messages import render

Rows = Sequence[dict[str, Any]]
_SHOWN = {
    "vehicles": ("vehicle", "name", "total"),
    "uses": ("vehicle", "name", "quantity", "unit", "value", "share"),
    "suppliers": ("supplier", "parts", "vehicles"),
    "supplier-parts": (
        "part",
        "supplier_part",
        "kind",
        "vehicle",
        "quantity",
        "unit",
        "value",
        "share",
    ),
    "gaps": ("part", "name", "cause", "supplier", "vehicles", "kilograms", "estimate"),
}
"""Columns of the table in the terminal; CSV has all."""
_COLUMNS = {
    "vehicles": across.VEHICLES,
    "uses": across.USES,
    "suppliers": across.SUPPLIERS,
    "supplier-parts": across.SUPPLIED,
    "gaps": across.GAPS,
}
_NUMBERS = ("quantity", "value", "kilograms", "estimate")


def register(commands: Commands) -> None:
    """Add `portfolio` with its questions."""
    portfolio = commands.add_parser("portfolio", help="all vehicles of a company at once")
    questions = portfolio.add_subparsers(metavar="QUESTION", required=True)
    _add(questions, "vehicles", "every root: total and coverage")
    uses = _add(questions, "uses", "every vehicle that takes a part, and how much of it that is")
    uses.add_argument("part", metavar="PART", help="the part's number")
    _add(questions, "suppliers", "the suppliers of all vehicles, by name")
    parts = _add(questions, "supplier-parts", "every part of a supplier in all vehicles")
    parts.add_argument("supplier", metavar="SUPPLIER", help=COMPANY_HELP)
    gaps = _add(questions, "gaps", "what all vehicles lack, the heaviest first")
    gaps.add_argument("--top", type=int, default=100, help="most gaps to list")


def _add(questions: Any, name: str, about: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = questions.add_parser(name, help=about)
    add_company(command)
    add_dates(command)
    command.add_argument("--format", choices=("table", "json", "csv"), default="table")
    command.set_defaults(run=run, question=name)
    return command


def run(arguments: argparse.Namespace) -> int:
    """Answer one question."""
    lang = language(arguments)
    with database() as session:
        company, caller = reading(session, arguments)
        asked = Question(arguments.as_of or now().date(), arguments.known_at or now(), lang=lang)
        document = _answer(Asking(session, caller, asked), arguments, company.name)
    rows = document["uses"] if isinstance(document, dict) else document
    if arguments.format == "json":
        print(json.dumps(document, ensure_ascii=False, indent=1))
    elif arguments.format == "csv":
        print(csv_text(_COLUMNS[arguments.question], rows), end="")
    else:
        print("\n".join(_lines(arguments.question, rows, lang)))
    return 0


def _answer(asking: Asking, arguments: argparse.Namespace, company: str) -> Any:
    match arguments.question:
        case "vehicles":
            return across.vehicles(asking)
        case "uses":
            return across.where_used(asking, _part(asking, arguments.part, company))
        case "suppliers":
            return across.suppliers(asking)
        case "supplier-parts":
            supplier = find_company(asking.session, arguments.supplier)
            return across.supplier_parts(asking, supplier.id)
        case _:
            if arguments.top < 0:
                raise BadInput("hub/number-below-zero", name="--top")
            return across.gaps(asking)[: arguments.top]


def _part(asking: Asking, number: str, company: str) -> str:
    found = part_ids(asking.session, asking.caller.company_id, [number])
    if number not in found:
        raise NotFound("hub/part-not-found", part=number, company=company)
    return found[number]


def _lines(question: str, rows: Rows, lang: str) -> Iterator[str]:
    if not rows:
        yield render("portfolio/none", {}, lang).text
        return
    shown = _SHOWN[question]
    yield from table([words(shown, lang), *([_cell(n, row, lang) for n in shown] for row in rows)])


def _cell(name: str, row: dict[str, Any], lang: str) -> str:
    match name:
        case "total":
            return str(row["statement"])
        case "kind":
            return render(f"kind/{row['known']}", {}, lang).text
        case "cause":
            return render(f"cause/{row['cause']}", {}, lang).text
        case "share":
            return percent(row["share"])
        case _ if name in _NUMBERS:
            return short(row[name])
        case _:
            return str(row[name] or "")
