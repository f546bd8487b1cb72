"""`tierlight workbook`: all parts in one spreadsheet, there and back."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tierlight.commands import DONE, REFUSED, Commands, describe
from tierlight.commands.connection import ENVIRONMENT, add_options, client
from tierlight.terminal import Terminal

DESCRIPTION = f"""\
get writes a workbook (.xlsx) with a row for each part, in the language of --lang; send brings it
back filled in. Every wrong cell is printed with what to do, and --annotated writes your own file
with each of them marked. Good rows are taken only if all are good, or with --accept-valid; rows
that say what they said before change nothing. Status 1 when anything is wrong.

{ENVIRONMENT}"""
COUNTS = ("taken", "ready", "wrong", "unchanged", "untouched")
MESSAGES = {"zh-CN": "message_zh", "en": "message_en", "de": "message_de"}


def register(commands: Commands) -> None:
    """Add the command."""
    parser = describe(commands, "workbook", "all parts in one spreadsheet", DESCRIPTION)
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    get = actions.add_parser("get", help="write a workbook to fill in")
    get.add_argument("--out", required=True, type=Path, help="where to write it (.xlsx)")
    get.add_argument(
        "--part", action="append", default=[], help="number of an own part; repeatable"
    )
    get.add_argument("--asked", action="store_true", help="what customers' requests wait for")
    add_options(get)
    get.set_defaults(run=run_get)
    send = actions.add_parser("send", help="send a filled workbook back")
    send.add_argument("workbook", type=Path, metavar="WORKBOOK", help=".xlsx or CSV")
    send.add_argument("--locale", choices=("en", "de", "zh-CN"), help="how numbers are written")
    send.add_argument(
        "--accept-valid", action="store_true", help="take good rows although others are wrong"
    )
    send.add_argument("--annotated", type=Path, help="where to write it with its marks (.xlsx)")
    add_options(send)
    send.set_defaults(run=run_send)


def run_get(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Write a workbook."""
    with client(arguments, terminal.lang) as hub:
        data = hub.workbook(arguments.part, asked=arguments.asked)
    arguments.out.write_bytes(data)
    terminal.say("sdk/workbook-written", file=arguments.out)
    return DONE


def run_send(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Send a workbook, and say what is wrong in it and what became of it."""
    accepted = True if arguments.accept_valid else None
    with client(arguments, terminal.lang) as hub:
        run = hub.send_workbook(arguments.workbook, locale=arguments.locale, accept_valid=accepted)
        problems = hub.workbook_findings(run["id"])["problems"]
        if arguments.annotated:
            arguments.annotated.write_bytes(hub.annotated_workbook(run["id"]))
    for problem in problems:
        terminal.warn("sdk/workbook-cell", **_told(problem, terminal.lang))
    counts = {name: run["counts"].get(name, 0) for name in COUNTS}
    terminal.say("sdk/workbook-sent", file=arguments.workbook, **counts)
    if run["state"] == "judged":
        terminal.warn("sdk/workbook-asks")
    if run.get("held"):
        terminal.warn("sdk/workbook-held", remedy=run["held_message"])
    return REFUSED if counts["wrong"] or run["state"] != "done" else DONE


def _told(problem: Mapping[str, Any], lang: str) -> dict[str, str]:
    words = problem[MESSAGES[lang]]
    place = {"sheet": problem["sheet"], "cell": problem["cell"], "rule": problem["rule_id"]}
    return {**place, "text": words, "remedy": problem["how_to_fix"]}
