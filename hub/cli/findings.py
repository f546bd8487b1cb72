"""`hub findings` and `hub disputes`: what is found about a company, and what is disputed."""

import argparse
import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from hub.cli import finding_settings
from hub.cli.reading import add_company, reading
from hub.cli.report import finding_lines
from hub.cli.rollup import add_dates, question_of, read_part
from hub.cli.terminal import Commands, database, language, say
from hub.disclosure import disputes
from hub.disclosure import footprint as footprints
from hub.disclosure.company_findings import Wanted, found_about, listed
from hub.findings.deciding import answer_as_operator
from hub.findings.queries import disputes_put_to_operator
from hub.findings.standing import State, Verdict
from tierlight_schemas.messages import render

Document = dict[str, Any]


def register(commands: Commands) -> None:
    """Add `findings` and `disputes`."""
    findings = commands.add_parser(
        "findings",
        help="print what is missing or inconsistent; or what findings compare with",
        epilog="`hub findings settings [FILE]` prints the severities and numbers in force, with "
        "this file or that of HUB_FINDINGS_FILE, and names every fault of the file.",
    )
    add_company(findings)
    findings.add_argument(
        "part", metavar="PART", nargs="?", help="number of the part to look below; all own parts"
    )
    add_dates(findings)
    findings.add_argument("--format", choices=("table", "json"), default="table")
    findings.add_argument(
        "--all", action="store_true", dest="everything", help="every finding, not the weightiest"
    )
    states = [state.value for state in State]
    findings.add_argument("--state", choices=states, help="those alone that are in this state")
    findings.set_defaults(run=run_findings, basis="declared", top=0)
    asked = commands.add_parser("disputes", help="what companies say does not hold")
    actions = asked.add_subparsers(metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="print the disputes that the operator was asked")
    listing.set_defaults(run=run_list)
    answer = actions.add_parser("answer", help="answer one, on the operator's word")
    answer.add_argument("key", metavar="KEY", help="of the finding, as list has it")
    verdicts = [verdict.value for verdict in Verdict]
    answer.add_argument("verdict", choices=verdicts, help="whether the finding holds")
    answer.add_argument("words", metavar="REASON", help="why; the company reads it")
    answer.set_defaults(run=run_answer)


def run_findings(arguments: argparse.Namespace) -> int:
    """Print the findings below one part, all about the company, or the settings in force."""
    if arguments.company == finding_settings.NAME:
        return finding_settings.run(arguments)
    lang = language(arguments)
    with database() as session:
        found = _below(session, arguments) if arguments.part else _all(session, arguments)
    wanted = Wanted(state=arguments.state)
    items = [item for item in found["items"] if arguments.state is None or _is(wanted, item)]
    if arguments.format == "json":
        told = items if arguments.part else {**found, "items": items}
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        print("\n".join(_lines(found, items, lang, arguments.everything)))
    return 0


def _is(wanted: Wanted, item: Document) -> bool:
    return "state" in item and wanted.takes(item)


def _below(session: Session, arguments: argparse.Namespace) -> Document:
    caller, part_id = read_part(session, arguments)
    found = footprints.answer(session, caller, part_id, question_of(arguments))
    return {"items": footprints.findings_with_states(session, found)}


def _all(session: Session, arguments: argparse.Namespace) -> Document:
    _, caller = reading(session, arguments)
    question = question_of(arguments)
    found = found_about(session, caller, question)
    return {**found, "items": listed(session, caller, found, question)}


def _lines(found: Document, items: list[Document], lang: str, everything: bool) -> Iterator[str]:
    yield from finding_lines(items, lang, everything)
    parts = found.get("parts")
    if parts and parts["examined"] < parts["of"]:
        params = {name: str(number) for name, number in parts.items()}
        told = render("findings/some-parts", params, lang)
        yield f"{told.text} {told.remedy}"


def run_list(arguments: argparse.Namespace) -> int:
    """Print what the operator was asked, oldest first, as JSON."""
    with database() as session:
        rows = disputes_put_to_operator(session)
        told = [*disputes.as_operator(session, rows, language(arguments))]
    print(json.dumps(told, ensure_ascii=False, indent=1))
    return 0


def run_answer(arguments: argparse.Namespace) -> int:
    """Answer one dispute."""
    lang = language(arguments)
    with database() as session:
        answer_as_operator(session, arguments.key, Verdict(arguments.verdict), arguments.words)
    say(f"finding/answered-{arguments.verdict}", {}, lang)
    return 0
