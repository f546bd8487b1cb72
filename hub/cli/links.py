"""`hub links`: a supplier's links as a table, and its verdicts on them, for lack of another way."""

import argparse
import sys

from hub.access.caller import Caller
from hub.bom.link_state import State
from hub.bom.link_table import import_links
from hub.cli.imports import opened
from hub.cli.terminal import COMPANY_HELP, Commands, database, language, say
from hub.disclosure.links import every_link_towards
from hub.disclosure.links_payloads import LinksAnswer
from hub.disclosure.links_table import links_csv
from hub.kit.language import best_language
from hub.parties.usecases import find_company
from hub.sharing.glass import COMMAND_LINE


def register(commands: Commands) -> None:
    """Add `links`."""
    links = commands.add_parser("links", help="what customers say that they buy of a company")
    actions = links.add_subparsers(metavar="ACTION", required=True)
    listed = actions.add_parser(
        "list",
        help="links.csv of a supplier, on standard output",
        description="Writes what customers say that they buy of COMPANY, with suggestions of its "
        "own parts. The customers see in their access logs that it was looked at.",
    )
    listed.add_argument("company", metavar="COMPANY", help=COMPANY_HELP)
    listed.add_argument("--state", type=State, choices=[*State], help="only links in this state")
    listed.set_defaults(run=run_list)
    sent = actions.add_parser(
        "import",
        help="take the supplier's verdicts from that table",
        description="Confirms and disputes links of COMPANY as its table says. It is the "
        "company's word: do it only with what the company has sent you.",
    )
    sent.add_argument("company", metavar="COMPANY", help=COMPANY_HELP)
    sent.add_argument("file", metavar="FILE", help="CSV file or workbook (.xlsx), or - for stdin")
    sent.add_argument("--partly", action="store_true", help="take good lines though others are bad")
    sent.set_defaults(run=run_import)


def run_list(arguments: argparse.Namespace) -> int:
    """Print the table."""
    lang = language(arguments)
    with database() as session:
        caller = Caller(find_company(session, arguments.company).id, COMMAND_LINE)
        items = every_link_towards(session, caller, arguments.state)
        sys.stdout.write(links_csv(items, lang))
    return 0


def run_import(arguments: argparse.Namespace) -> int:
    """Take the table; 1 when a line was refused."""
    lang = language(arguments)
    with opened(arguments.file) as file, database() as session:
        caller = Caller(find_company(session, arguments.company).id, COMMAND_LINE)
        taken = import_links(session, caller, file, arguments.file, partly=arguments.partly)
        told = LinksAnswer.of(taken, best_language(lang))
    for detail in taken.refused:
        say(detail["code"], detail, lang)
    counts = ("confirmed", "disputed", "unchanged", "nothing_said")
    numbers = {name: str(getattr(told, name)) for name in counts}
    say("links/judged", {"file": arguments.file} | numbers, lang)
    return 1 if taken.refused else 0
