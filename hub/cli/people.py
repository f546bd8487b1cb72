"""`hub person add|list|roles|link|remove`: who signs in for a company."""

import argparse
import getpass
import sys
from pathlib import Path

from sqlalchemy.orm import Session

from hub.access import administration
from hub.access.oidc.providers import Provider, read_providers
from hub.access.usecases import find_person
from hub.cli.roles import add_role_options, operator_of, role_words
from hub.cli.terminal import COMPANY_HELP, Commands, database
from hub.kit.errors import BadInput, NotFound
from hub.parties.usecases import find_company
from hub.settings import Settings

INVITE_HELP = "print an address that links whoever follows it first, instead of a verified email"


def register(commands: Commands) -> None:
    """Add `person`."""
    person = commands.add_parser("person", help="people who sign in")
    actions = person.add_subparsers(metavar="ACTION", required=True)
    add = actions.add_parser("add", help="add a person and print the id")
    add.add_argument("company", metavar="COMPANY", help=COMPANY_HELP)
    add.add_argument("--email", required=True)
    add.add_argument("--name", required=True)
    add_role_options(add)
    add.add_argument(
        "--language", dest="person_language", choices=("en", "de", "zh-CN"), default="en"
    )
    add.add_argument(
        "--password-file",
        type=Path,
        help="first line is the password (default: asked for, or the first line of stdin)",
    )
    add.add_argument(
        "--oidc", metavar="PROVIDER", help="signs in with this identity provider, without password"
    )
    add.add_argument("--invite", action="store_true", help=INVITE_HELP)
    add.set_defaults(run=run_person_add)
    listing = actions.add_parser("list", help="print id, email and roles of a company's people")
    listing.add_argument("company", metavar="COMPANY", help=COMPANY_HELP)
    listing.set_defaults(run=run_person_list)
    roles = actions.add_parser("roles", help="give a person these roles and no others")
    roles.add_argument("email", metavar="EMAIL")
    add_role_options(roles)
    roles.set_defaults(run=run_person_roles)
    link = actions.add_parser("link", help="let a person sign in with an identity provider")
    link.add_argument("email", metavar="EMAIL")
    link.add_argument("--oidc", metavar="PROVIDER", required=True)
    link.add_argument("--invite", action="store_true", help=INVITE_HELP)
    link.add_argument("--keep-password", action="store_true", help="(else it ends)")
    link.set_defaults(run=run_person_link)
    remove = actions.add_parser("remove", help="remove a person and end their sessions")
    remove.add_argument("email", metavar="EMAIL")
    remove.set_defaults(run=run_person_remove)


def run_person_add(arguments: argparse.Namespace) -> int:
    """Add a person; the password never stands on the command line, where others can read it."""
    provider = _provider(arguments.oidc) if arguments.oidc else None
    password = None if provider else _password(arguments.password_file)
    with database() as session:
        person = administration.enrol_person(
            session,
            operator_of(find_company(session, arguments.company).id),
            arguments.email,
            arguments.name,
            arguments.roles,
            arguments.person_language,
            password,
        )
        lines = [person.id]
        if provider:
            lines += _opened(session, person.email, provider, arguments.invite)
    print("\n".join(lines))
    return 0


def run_person_list(arguments: argparse.Namespace) -> int:
    """A line a person, by name."""
    with database() as session:
        company_id = find_company(session, arguments.company).id
        for person in administration.people_of(session, company_id):
            print(person.id, person.email, *role_words(person.roles), sep="\t")
    return 0


def run_person_roles(arguments: argparse.Namespace) -> int:
    """Change a person's roles; the role of the operator is given here alone."""
    with database() as session:
        person = find_person(session, arguments.email)
        caller = operator_of(person.company_id)
        administration.change_roles(session, caller, person.id, arguments.roles)
    return 0


def run_person_link(arguments: argparse.Namespace) -> int:
    """Open a link; with an invitation its address is printed, this once."""
    provider = _provider(arguments.oidc)
    with database() as session:
        lines = _opened(
            session, arguments.email, provider, arguments.invite, arguments.keep_password
        )
    for line in lines:
        print(line)
    return 0


def _opened(
    session: Session, email: str, provider: Provider, invite: bool, keep_password: bool = False
) -> list[str]:
    code = administration.link_person(
        session,
        operator_of(find_person(session, email).company_id),
        email,
        provider.issuer,
        by_invitation=invite,
        keep_password=keep_password,
    )
    address = f"{Settings().public_url.rstrip('/')}/sign-in/with/{provider.name}"
    return [f"{address}?invitation={code}"] if code else []


def _provider(name: str) -> Provider:
    known = read_providers(Settings())
    if name not in known:
        raise NotFound("hub/oidc-provider", name=name)
    return known[name]


def run_person_remove(arguments: argparse.Namespace) -> int:
    """Remove a person."""
    with database() as session:
        person = find_person(session, arguments.email)
        administration.dismiss_person(session, operator_of(person.company_id), person.id)
    return 0


def _password(path: Path | None) -> str:
    if path:
        try:
            return path.read_text("utf-8").partition("\n")[0].rstrip("\r")
        except OSError as error:
            raise BadInput(
                "hub/file", file=str(path), reason=error.strerror or str(error)
            ) from None
    if sys.stdin.isatty():
        return getpass.getpass()
    return sys.stdin.readline().rstrip("\r\n")
