"""`hub company add`, `hub company relate`, `hub site add`; leaving is in `leaving`, `verify` in
`identity`."""

import argparse
from pathlib import Path

from hub.bom.usecases import resolve_links
from hub.cli.identity import register_verify
from hub.cli.joining import register_joining
from hub.cli.leaving import run_erase, run_export
from hub.cli.reading import add_company as add_read_company
from hub.cli.terminal import COMPANY_HELP, Commands, database
from hub.parties.groups import relate
from hub.parties.usecases import add_company, add_site, find_company, parse_identifier
from tierlight_schemas.log.erasure import REASONS


def register(commands: Commands) -> None:
    """Add `company` and `site`."""
    _register_company(commands)
    _register_site(commands)


def _register_company(commands: Commands) -> None:
    company = commands.add_parser("company", help="companies of this hub")
    actions = company.add_subparsers(metavar="ACTION", required=True)
    add = actions.add_parser("add", help="register a company and print its id")
    add.add_argument("name", metavar="NAME")
    add.add_argument(
        "--identifier",
        metavar="SCHEME:VALUE",
        action="append",
        default=[],
        help="such as lei:529900T8BM49AURSDO55 or duns:312345678; may be repeated",
    )
    add.add_argument("--country", metavar="CC", required=True, help="ISO 3166-1 alpha-2")
    add.add_argument("--invented", action="store_true", help="a company of a demonstration")
    add.add_argument("--id", metavar="ID", help="its id at another hub, for a company that moves")
    add.set_defaults(run=run_company_add)
    related = actions.add_parser(
        "relate",
        help="record that two companies belong to one group: neither verifies for the other",
    )
    related.add_argument("company", metavar="COMPANY", help=COMPANY_HELP)
    related.add_argument("other", metavar="OTHER", help=COMPANY_HELP)
    related.set_defaults(run=run_company_relate)
    register_verify(actions)
    register_joining(actions)
    _register_leaving(actions)


def _register_leaving(actions: Commands) -> None:
    """Add `export` and `erase` to `company`."""
    export = actions.add_parser("export", help="write everything of a company's into one archive")
    add_read_company(export)
    export.add_argument("--out", type=Path, metavar="FILE", required=True, help="a new ZIP file")
    export.set_defaults(run=run_export)
    erase = actions.add_parser(
        "erase", help="say what erasing a company would do; with --confirm, do it"
    )
    erase.add_argument("company", metavar="COMPANY", help=COMPANY_HELP)
    erase.add_argument("--confirm", metavar="ID", help="the company's id, written out")
    erase.add_argument("--reason", choices=REASONS, default="exit")
    erase.add_argument("--out", type=Path, metavar="FILE", help="the deletion receipt")
    erase.set_defaults(run=run_erase)


def _register_site(commands: Commands) -> None:
    site = commands.add_parser("site", help="sites of a company")
    actions = site.add_subparsers(metavar="ACTION", required=True)
    add = actions.add_parser("add", help="register a site and print its id")
    add.add_argument("company", metavar="COMPANY", help=COMPANY_HELP)
    add.add_argument("--code", required=True, help="the company's own id of the site")
    add.add_argument("--name", required=True)
    add.add_argument("--country", metavar="CC", required=True, help="ISO 3166-1 alpha-2")
    add.add_argument("--subdivision", metavar="CC-XX", help="ISO 3166-2, such as CN-GD")
    add.set_defaults(run=run_site_add)


def run_company_add(arguments: argparse.Namespace) -> int:
    """Register a company; sourcing links that already name it find it."""
    with database() as session:
        company = add_company(
            session,
            arguments.name,
            arguments.country,
            [parse_identifier(text) for text in arguments.identifier],
            invented=arguments.invented,
            company_id=arguments.id,
        )
        resolve_links(session, company)
        company_id = company.id
    print(company_id)
    return 0


def run_company_relate(arguments: argparse.Namespace) -> int:
    """Record it, and print the ids of the whole group."""
    with database() as session:
        company, other = (find_company(session, n) for n in (arguments.company, arguments.other))
        group = sorted(relate(session, company.id, other.id))
    print("\n".join(group))
    return 0


def run_site_add(arguments: argparse.Namespace) -> int:
    """Register a site."""
    with database() as session:
        site = add_site(
            session,
            find_company(session, arguments.company).id,
            arguments.code,
            arguments.name,
            arguments.country,
            arguments.subdivision,
        )
        site_id = site.id
    print(site_id)
    return 0
