"""`hub rollup` and `hub findings`: a company's own result, as table or JSON."""

import argparse
import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.queries import part_ids
from hub.cli.companies import COMPANY_HELP
from hub.cli.terminal import Commands, database, language
from hub.disclosure import footprint as footprints
from hub.disclosure.footprint import Question
from hub.kit.clock import now
from hub.kit.errors import BadInput, NotFound
from hub.parties.usecases import find_company
from tierlight_schemas.messages import render
from tierlight_schemas.rollup.result import UNIT


def register(commands: Commands) -> None:
    """Add `rollup` and `findings`."""
    rollup = commands.add_parser("rollup", help="print the footprint of a company's part")
    _add_question(rollup)
    rollup.add_argument("--basis", choices=("declared", "deep"), default="declared")
    rollup.add_argument("--top", type=int, default=20, help="most contributions to list")
    rollup.set_defaults(run=run_rollup)
    findings = commands.add_parser("findings", help="print what is missing or inconsistent")
    _add_question(findings)
    findings.set_defaults(run=run_findings, basis="declared", top=0)


def _add_question(command: argparse.ArgumentParser) -> None:
    command.add_argument("company", metavar="COMPANY", help=COMPANY_HELP)
    command.add_argument("part", metavar="PART", help="the part's number")
    command.add_argument("--as-of", type=_day, help="day the result is for (today)")
    command.add_argument("--known-at", type=_instant, help="use what was recorded up to then (now)")
    command.add_argument("--format", choices=("table", "json"), default="table")


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text} has no time zone; write {text}+00:00")
    return instant


def run_rollup(arguments: argparse.Namespace) -> int:
    """Print one result."""
    with database() as session:
        document = footprints.document(_answer(session, arguments))
    _print(arguments, document, rollup_lines(document, language(arguments)))
    return 0


def run_findings(arguments: argparse.Namespace) -> int:
    """Print the findings below one part."""
    with database() as session:
        found = footprints.findings(_answer(session, arguments))
    _print(arguments, found, finding_lines(found))
    return 0


def _answer(session: Session, arguments: argparse.Namespace) -> footprints.Answer:
    company = find_company(session, arguments.company)
    found = part_ids(session, company.id, [arguments.part])
    if arguments.part not in found:
        raise NotFound("hub/part-not-found", part=arguments.part, company=company.name)
    if arguments.top < 0:
        raise BadInput("hub/number-below-zero", name="--top")
    asked = Question(
        arguments.as_of or now().date(),
        arguments.known_at or now(),
        arguments.basis,
        arguments.top,
        language(arguments),
    )
    caller = Caller(company.id, "operator:cli", operator=True)
    return footprints.answer(session, caller, found[arguments.part], asked)


def _print(arguments: argparse.Namespace, document: Any, lines: Iterator[str]) -> None:
    if arguments.format == "json":
        print(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        print("\n".join(lines))


def rollup_lines(document: dict[str, Any], lang: str) -> Iterator[str]:
    """A result as a person reads it in a terminal."""
    root, coverage = document["root"], document["coverage"]
    yield f"{root['number']}  {root['name']}"
    yield document["total"]["statement"]
    yield ""
    yield from _table(
        [
            [render(f"table/{name}", {}, lang).text for name in _COVERAGE],
            [_percent(coverage[name]) for name in _COVERAGE],
        ]
    )
    yield ""
    names = ("part", "supplier", "kind", "quantity", "unit", "share")
    header = [render(f"table/{name}", {}, lang).text for name in names]
    rows = [[*header[:-1], UNIT, header[-1]]]
    for item in document["contributions"]:
        rows.append(
            [
                item["name"][:60],
                item["supplier"] or "",
                render(f"kind/{item['kind']}", {}, lang).text,
                _short(item["quantity"]),
                item["unit"],
                _short(item["value"]),
                _percent(item["share"]),
            ]
        )
    yield from _table(rows)
    yield ""
    yield from finding_lines(document["findings"])


_COVERAGE = ("lines", "mass", "carbon", "default_share")


def finding_lines(findings: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Findings one a line: severity, code, words."""
    for item in findings:
        yield f"{item['severity']:<8} {item['code']:<28} {item['text']}"


def _table(rows: list[list[str]]) -> Iterator[str]:
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _short(text: str | None) -> str:
    return "–" if text is None else f"{float(text):.5g}"


def _percent(text: str | None) -> str:
    return "–" if text is None else f"{float(text) * 100:.1f} %"
