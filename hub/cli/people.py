"""`hub person add|remove`: who signs in for a company."""

import argparse
import getpass
import sys
from pathlib import Path

from hub.access.usecases import add_person, remove_person
from hub.cli.companies import COMPANY_HELP
from hub.cli.terminal import Commands, database
from hub.kit.errors import BadInput
from hub.parties.usecases import find_company


def register(commands: Commands) -> None:
    """Add `person`."""
    person = commands.add_parser("person", help="people who sign in")
    actions = person.add_subparsers(metavar="ACTION", required=True)
    add = actions.add_parser("add", help="add a person and print the id")
    add.add_argument("company", metavar="COMPANY", help=COMPANY_HELP)
    add.add_argument("--email", required=True)
    add.add_argument("--name", required=True)
    add.add_argument("--role", required=True)
    add.add_argument(
        "--language", dest="person_language", choices=("en", "de", "zh-CN"), default="en"
    )
    add.add_argument(
        "--password-file",
        type=Path,
        help="first line is the password (default: asked for, or the first line of stdin)",
    )
    add.set_defaults(run=run_person_add)
    remove = actions.add_parser("remove", help="remove a person and end their sessions")
    remove.add_argument("email", metavar="EMAIL")
    remove.set_defaults(run=run_person_remove)


def run_person_add(arguments: argparse.Namespace) -> int:
    """Add a person; the password never stands on the command line, where others can read it."""
    password = _password(arguments.password_file)
    with database() as session:
        person = add_person(
            session,
            find_company(session, arguments.company).id,
            arguments.email,
            arguments.name,
            arguments.role,
            arguments.person_language,
            password,
        )
        person_id = person.id
    print(person_id)
    return 0


def run_person_remove(arguments: argparse.Namespace) -> int:
    """Remove a person."""
    with database() as session:
        remove_person(session, arguments.email)
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
