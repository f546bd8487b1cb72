"""`tierlight links`: what customers say that they buy here, and the verdict on each."""

import argparse
import json
from pathlib import Path

from tierlight.commands import DONE, REFUSED, Commands, describe
from tierlight.commands.connection import ENVIRONMENT, add_options, client
from tierlight.errors import ConfigurationError
from tierlight.terminal import Terminal

DESCRIPTION = f"""\
Without --save or --send all links towards this company are printed as NDJSON, with suggestions of
the own part that each may mean. --save writes links.csv; fill in own_part and verdict (confirm, or
dispute with a reason), and --send it. The same file again changes nothing.

{ENVIRONMENT}"""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = describe(commands, "links", "match, confirm or dispute sourcing links", DESCRIPTION)
    parser.add_argument("--state", choices=("open", "confirmed", "disputed"), help="only these")
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--save", type=Path, metavar="FILE", help="write links.csv, a new file")
    ways.add_argument("--send", type=Path, metavar="FILE", help="send it back, as CSV or .xlsx")
    parser.add_argument(
        "--partly",
        action="store_true",
        help="with --send: take the good lines though others are bad",
    )
    add_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """List, save, or send."""
    if arguments.save:
        return _save(arguments, terminal)
    if arguments.send:
        return _send(arguments, terminal)
    with client(arguments, terminal.lang) as hub:
        for link in hub.links(arguments.state):
            terminal.raw(json.dumps(link, ensure_ascii=False))
    return DONE


def _save(arguments: argparse.Namespace, terminal: Terminal) -> int:
    path: Path = arguments.save
    with client(arguments, terminal.lang) as hub:
        table = hub.links_table()
    try:
        with path.open("xb") as file:
            file.write(table)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError("sdk/unwritable", file=str(path), reason=reason) from None
    terminal.say("sdk/links-saved", file=str(path))
    return DONE


def _send(arguments: argparse.Namespace, terminal: Terminal) -> int:
    path: Path = arguments.send
    try:
        table = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError("sdk/unreadable", file=str(path), reason=reason) from None
    with client(arguments, terminal.lang) as hub:
        told = hub.send_links_table(table, partly=arguments.partly)
    for line in told["refused"]:
        terminal.raw(" ".join((line["message"], line["remedy"])))
    counts = ("confirmed", "disputed", "unchanged", "nothing_said")
    terminal.say("sdk/links-sent", file=str(path), **{name: str(told[name]) for name in counts})
    return REFUSED if told["refused"] else DONE
