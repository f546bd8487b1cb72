"""`tierlight check`: what is wrong or doubtful in a document, before anyone else says so."""

import argparse
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tierlight.commands import DONE, REFUSED, Commands, describe
from tierlight.documents import Item, load
from tierlight.terminal import Terminal
from tierlight_schemas.checks import check
from tierlight_schemas.findings import Finding, Severity
from tierlight_schemas.messages import words_of

DESCRIPTION = """\
Prints findings with their JSON path and remedy: errors would refuse the document at the hub,
warnings and notes would not. FILE is a PACT 3 ProductFootprint, the payload of a declaration,
a JWS, a submission, or NDJSON of them. Signatures are not looked at; see verify."""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = describe(commands, "check", "run the document checks", DESCRIPTION)
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument(
        "--at", type=date.fromisoformat, help="judge as of this day (YYYY-MM-DD; default: today)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Check every document of the file."""
    at = arguments.at or datetime.now(UTC).date()
    results = [(item, findings_of(item, at)) for item in load(arguments.file)]
    if arguments.format == "json":
        terminal.data([_as_json(item, findings, terminal.lang) for item, findings in results])
    else:
        _print(str(arguments.file), results, terminal)
    severities = {finding.severity for _, findings in results for finding in findings}
    return REFUSED if Severity.ERROR in severities else DONE


def findings_of(item: Item, at: date) -> list[Finding]:
    """What the checks say; a document that cannot be read has one finding that says why."""
    if item.error is not None:
        return [Finding(item.error.code, Severity.ERROR, "$", dict(item.error.params))]
    return check(item.document, at, split=item.split)


def _print(file: str, results: list[tuple[Item, list[Finding]]], terminal: Terminal) -> None:
    for item, findings in results:
        place = file if item.line is None else f"{file}:{item.line}"
        terminal.findings(place, findings)
    counts = {severity: 0 for severity in Severity}
    for _, findings in results:
        for finding in findings:
            counts[finding.severity] += 1
    terminal.say(
        "sdk/checked",
        documents=len(results),
        errors=counts[Severity.ERROR],
        warnings=counts[Severity.WARNING],
        notes=counts[Severity.NOTE],
    )


def _as_json(item: Item, findings: list[Finding], lang: str) -> dict[str, Any]:
    return {"line": item.line, "findings": [_finding(found, lang) for found in findings]}


def _finding(finding: Finding, lang: str) -> dict[str, Any]:
    message = words_of(finding, lang)
    return {**asdict(finding), "message": message.text, "remedy": message.remedy}
