"""`hub check-table`: the site rules over tables of plants that were never in the hub."""

import argparse
import json
from pathlib import Path

from hub.cli.terminal import Commands, language, say
from hub.factors.asking import place
from hub.findings.plants.facts import ROLES, Found
from hub.findings.plants.files import facts_of, read_mapping, read_table, said_roles
from hub.findings.plants.rules import Known, judge
from hub.findings.settings_file import read_settings
from hub.settings import Settings
from tierlight_schemas.factors.registry import shipped
from tierlight_schemas.messages import words_of


def register(commands: Commands) -> None:
    """Add `check-table`."""
    check = commands.add_parser(
        "check-table",
        help="find what does not add up in a CSV of plants or products",
        description="Reads one or several CSV files and prints what cannot be right, with row, "
        "column and numbers. Known headers need no --as. Nothing is stored; no database is used.",
        epilog="; ".join(f"{role}: {meaning}" for role, meaning in ROLES.items()),
    )
    check.add_argument("files", metavar="FILE", nargs="+", type=Path)
    check.add_argument("--as", dest="said", metavar="ROLE=COLUMN", action="append", default=[])
    check.add_argument("--mapping", metavar="FILE", type=Path, help="of ROLE=COLUMN, one a line")
    check.add_argument("--on", metavar="COLUMN", help="joins the files row by row")
    check.add_argument("--place", default="CN", help="of plants whose row names none")
    check.add_argument("--year", type=int, help="of the activity")
    check.add_argument("--format", choices=("table", "json"), default="table")
    check.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the findings; 1 when there is any."""
    lang = language(arguments)
    mapped = read_mapping(arguments.mapping) if arguments.mapping else []
    said = said_roles([*mapped, *arguments.said])
    tables = [read_table(path, said) for path in arguments.files]
    facts, unjoined = facts_of(tables, arguments.on)
    settings = read_settings(Settings().findings_file)
    known = Known(shipped(), place(arguments.place), arguments.year, settings.tolerances)
    judged = settings.of_tables([*judge(facts, known), *unjoined])
    found = sorted(judged, key=lambda each: (each.file, each.row))
    if arguments.format == "json":
        print(json.dumps([_plain(each, lang) for each in found], ensure_ascii=False, indent=2))
    else:
        _print(found, lang)
    say("table/judged", {"rows": str(len(facts)), "count": str(len(found))}, lang)
    return 1 if found else 0


def _print(found: list[Found], lang: str) -> None:
    for each in found:
        words = words_of(each.finding, lang)
        print(each.file, each.row, each.column, each.finding.code, words.text, sep="\t")


def _plain(found: Found, lang: str) -> dict[str, object]:
    words = words_of(found.finding, lang)
    return {
        "file": found.file,
        "row": found.row,
        "column": found.column,
        "code": found.finding.code,
        "severity": found.finding.severity.value,
        "evidence": found.finding.evidence,
        "text": words.text,
        "remedy": words.remedy,
    }
