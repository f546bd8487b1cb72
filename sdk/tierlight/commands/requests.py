"""`tierlight requests`: what customers ask, what suppliers are asked, and the answers."""

import argparse
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from tierlight.commands import DONE, REFUSED, Commands, describe
from tierlight.commands.connection import ENVIRONMENT, add_options, client
from tierlight.request_calls import RequestCalls
from tierlight.terminal import Terminal

DESCRIPTION = f"""\
Without more: the requests of one box as NDJSON. Otherwise ACTION is one of
  send FILE            ask suppliers with a table (CSV or XLSX) under --reference; a verdict a line,
                       and status 1 where a line was refused
  show REQUEST         one request with everything that happened to it; opens it
  start REQUEST        take it up
  ask REQUEST          ask the customer something (--words)
  reply REQUEST        reply to a supplier (--words)
  answer REQUEST DIGEST   answer with an own valid declaration: consent and answer in one step
  decline REQUEST REASON  no-data-yet, confidential, not-my-part, wrong-recipient, needs-nda,
                       capacity, or other (--words)
  accept REQUEST, return REQUEST (--words), extend REQUEST (--due), cancel REQUEST

{ENVIRONMENT}"""

WORDED = ("ask", "reply", "return")
PLAIN = ("start", "accept", "cancel", "show")
PAIRED = ("answer", "decline")


def register(commands: Commands) -> None:
    """Add the command."""
    parser = describe(commands, "requests", "ask suppliers and answer customers", DESCRIPTION)
    actions = ("send", "extend", *WORDED, *PLAIN, *PAIRED)
    parser.add_argument("action", metavar="ACTION", nargs="?", choices=actions)
    parser.add_argument("named", metavar="REQUEST|FILE", nargs="?")
    parser.add_argument("other", metavar="DIGEST|REASON", nargs="?")
    parser.add_argument("--box", choices=("in", "out"), default="in")
    parser.add_argument("--state", help="those alone in this state")
    parser.add_argument("--words", help="the other company reads them")
    parser.add_argument("--due", type=date.fromisoformat, metavar="DAY", help="last day")
    parser.add_argument("--reference", help="of the set, the sender's own")
    parser.add_argument("--title", help="of the set (default: the reference)")
    parser.add_argument("--purpose", help="for rows that say none")
    parser.add_argument("--preview", action="store_true", help="send nothing; say what would be")
    add_options(parser)
    parser.set_defaults(run=run, usage_error=parser.error)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Do one thing, or list."""
    _refuse_incomplete(arguments)
    with client(arguments, terminal.lang) as hub:
        if arguments.action == "send":
            return _send(hub.requests, arguments, terminal)
        if arguments.action is None:
            for item in hub.requests.listed(arguments.box, state=arguments.state):
                _print(terminal, item)
        else:
            _print(terminal, _done(hub.requests, arguments))
    return DONE


def _refuse_incomplete(arguments: argparse.Namespace) -> None:
    """A usage error for what an action needs and was not given."""
    action = arguments.action
    needed = {
        "REQUEST": action is not None and arguments.named is None,
        "DIGEST|REASON": action in PAIRED and arguments.other is None,
        "--words": action in WORDED and arguments.words is None,
        "--due": action == "extend" and arguments.due is None,
        "--reference": action == "send" and arguments.reference is None,
    }
    missing = [name for name, is_missing in needed.items() if is_missing]
    if missing:
        arguments.usage_error("the following arguments are required: " + ", ".join(missing))


def _send(calls: RequestCalls, arguments: argparse.Namespace, terminal: Terminal) -> int:
    told = calls.upload(
        Path(arguments.named),
        arguments.reference,
        arguments.title or arguments.reference,
        preview=arguments.preview,
        purpose=arguments.purpose,
        due=arguments.due,
    )
    for line in told["lines"]:
        _print(terminal, line)
    return REFUSED if told["counts"]["refused"] else DONE


def _done(calls: RequestCalls, arguments: argparse.Namespace) -> Mapping[str, Any]:
    named, words = arguments.named, arguments.words
    match arguments.action:
        case "show":
            return calls.read(named)
        case "start":
            return calls.start(named)
        case "ask":
            return calls.ask(named, words)
        case "reply":
            return calls.reply(named, words)
        case "return":
            return calls.send_back(named, words, arguments.due)
        case "answer":
            return calls.answer(named, arguments.other, words=words)
        case "decline":
            return calls.decline(named, arguments.other, words)
        case "extend":
            return calls.extend(named, arguments.due, words)
        case "accept":
            return calls.accept(named, words)
        case _:
            return calls.cancel(named, words)


def _print(terminal: Terminal, item: Mapping[str, Any]) -> None:
    terminal.raw(json.dumps(item, ensure_ascii=False))
