"""`hub company invite` and `hub company merge`."""

import argparse

from hub.access.invitations import invite_company
from hub.cli.roles import operator_of
from hub.cli.terminal import COMPANY_HELP, Commands, database
from hub.exit.merging import merge_by_operator
from hub.kit.language import LANGUAGES
from hub.parties.usecases import find_company, parse_identifier


def register_joining(actions: Commands) -> None:
    """Add `invite` and `merge` to `company`."""
    invite = actions.add_parser(
        "invite", help="invite a company on behalf of another, by mail; print the new company's id"
    )
    invite.add_argument("asker", metavar="ASKER", help="who invites: " + COMPANY_HELP)
    invite.add_argument("name", metavar="NAME")
    invite.add_argument("--email", required=True)
    invite.add_argument("--in", dest="mail_language", choices=LANGUAGES, required=True)
    invite.add_argument("--country", metavar="CC", required=True, help="ISO 3166-1 alpha-2")
    invite.add_argument("--identifier", metavar="SCHEME:VALUE", action="append", default=[])
    invite.set_defaults(run=run_invite)
    merge = actions.add_parser(
        "merge",
        help="let one company answer for another that owns nothing",
        description="What others have addressed to the first goes to the second: requests, "
        "sourcing links, identifiers. Refused where the first owns anything, or one buys from the "
        "other. Accounts of its people end.",
    )
    merge.add_argument("leaving", metavar="FROM", help=COMPANY_HELP)
    merge.add_argument("staying", metavar="INTO", help=COMPANY_HELP)
    merge.add_argument("--reason", required=True)
    merge.set_defaults(run=run_merge)


def run_invite(arguments: argparse.Namespace) -> int:
    """Invite it; the link is in the mail alone."""
    with database() as session:
        company, _ = invite_company(
            session,
            operator_of(find_company(session, arguments.asker).id),
            name=arguments.name,
            email=arguments.email,
            language=arguments.mail_language,
            country=arguments.country,
            identifiers=[parse_identifier(text) for text in arguments.identifier],
        )
        print(company.id)
    return 0


def run_merge(arguments: argparse.Namespace) -> int:
    """Merge it, and print the id that answers from now on."""
    with database() as session:
        leaving = find_company(session, arguments.leaving).id
        staying = find_company(session, arguments.staying).id
        print(merge_by_operator(session, operator_of(staying), leaving, arguments.reason).id)
    return 0
