"""`hub person add|remove`, `hub machine add|end`: who may act for a company."""

import argparse
import getpass
import sys
from pathlib import Path

from hub.access.usecases import add_machine, add_person, end_machine, remove_person
from hub.cli.companies import COMPANY_HELP
from hub.cli.terminal import Commands, database
from hub.kit.errors import BadInput
from hub.parties.usecases import find_company


def register(commands: Commands) -> None:
    """Add `person` and `machine`."""
    _register_person(commands)
    _register_machine(commands)


def _register_person(commands: Commands) -> None:
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


def _register_machine(commands: Commands) -> None:
    machine = commands.add_parser("machine", help="programs that use the API")
    actions = machine.add_subparsers(metavar="ACTION", required=True)
    add = actions.add_parser("add", help="print a new client id and, once, its secret")
    add.add_argument("company", metavar="COMPANY", help=COMPANY_HELP)
    add.add_argument("--name", required=True, help="which program it is")
    add.set_defaults(run=run_machine_add)
    end = actions.add_parser("end", help="end a machine: secret and tokens stop at once")
    end.add_argument("client_id", metavar="CLIENT_ID")
    end.set_defaults(run=run_machine_end)


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


def run_machine_add(arguments: argparse.Namespace) -> int:
    """Add a machine; the hub keeps only a hash of the secret."""
    with database() as session:
        company = find_company(session, arguments.company)
        client_id, secret = add_machine(session, company.id, arguments.name)
    print(f"client_id={client_id}")
    print(f"client_secret={secret}")
    return 0


def run_person_remove(arguments: argparse.Namespace) -> int:
    """Remove a person."""
    with database() as session:
        remove_person(session, arguments.email)
    return 0


def run_machine_end(arguments: argparse.Namespace) -> int:
    """End a machine."""
    with database() as session:
        end_machine(session, arguments.client_id)
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
