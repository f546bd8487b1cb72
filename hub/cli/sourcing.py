"""`hub sourcing confirm`: the operator's word for a supplier that cannot confirm by itself."""

import argparse

from hub.bom.usecases import confirm_links
from hub.cli.terminal import COMPANY_HELP, Commands, database, language, say
from hub.parties.usecases import find_company


def register(commands: Commands) -> None:
    """Add `sourcing`."""
    sourcing = commands.add_parser("sourcing", help="who supplies whom")
    actions = sourcing.add_subparsers(metavar="ACTION", required=True)
    confirm = actions.add_parser(
        "confirm",
        help="confirm all links towards a supplier, on the operator's word",
        description="Confirms every open sourcing link that names COMPANY as supplier. It is the "
        "operator's word: do it only when the supplier has asked for it.",
    )
    confirm.add_argument("company", metavar="COMPANY", help=COMPANY_HELP)
    confirm.set_defaults(run=run_confirm)


def run_confirm(arguments: argparse.Namespace) -> int:
    """Confirm all links towards one supplier."""
    with database() as session:
        company = find_company(session, arguments.company)
        count = confirm_links(session, company.id)
    say(
        "hub/links-confirmed",
        {"count": str(count), "company": company.name},
        language(arguments),
    )
    return 0
