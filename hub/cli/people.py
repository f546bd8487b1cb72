"""`hub person add|list|roles|remove`, `hub machine add|list|roles|end`: who acts for a company."""

import argparse
import getpass
import sys
from collections.abc import Iterable
from pathlib import Path

from hub.access import administration
from hub.access.caller import Caller
from hub.access.roles import ERP, Role
from hub.access.tables import Machine
from hub.access.usecases import find_person
from hub.cli.companies import COMPANY_HELP
from hub.cli.terminal import Commands, database
from hub.kit.errors import BadInput, NotFound
from hub.parties.usecases import find_company
from hub.sharing.glass import COMMAND_LINE


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
    _add_roles(add)
    add.add_argument(
        "--language", dest="person_language", choices=("en", "de", "zh-CN"), default="en"
    )
    add.add_argument(
        "--password-file",
        type=Path,
        help="first line is the password (default: asked for, or the first line of stdin)",
    )
    add.set_defaults(run=run_person_add)
    listing = actions.add_parser("list", help="print id, email and roles of a company's people")
    listing.add_argument("company", metavar="COMPANY", help=COMPANY_HELP)
    listing.set_defaults(run=run_person_list)
    roles = actions.add_parser("roles", help="give a person these roles and no others")
    roles.add_argument("email", metavar="EMAIL")
    _add_roles(roles)
    roles.set_defaults(run=run_person_roles)
    remove = actions.add_parser("remove", help="remove a person and end their sessions")
    remove.add_argument("email", metavar="EMAIL")
    remove.set_defaults(run=run_person_remove)


def _register_machine(commands: Commands) -> None:
    machine = commands.add_parser("machine", help="programs that use the API")
    actions = machine.add_subparsers(metavar="ACTION", required=True)
    add = actions.add_parser("add", help="print a new client id and, once, its secret")
    add.add_argument("company", metavar="COMPANY", help=COMPANY_HELP)
    add.add_argument("--name", required=True, help="which program it is")
    _add_roles(add, ERP)
    add.set_defaults(run=run_machine_add)
    listing = actions.add_parser("list", help="print client id, name and roles of the machines")
    listing.add_argument("company", metavar="COMPANY", help=COMPANY_HELP)
    listing.set_defaults(run=run_machine_list)
    roles = actions.add_parser("roles", help="give a machine these roles and no others")
    roles.add_argument("client_id", metavar="CLIENT_ID")
    _add_roles(roles)
    roles.set_defaults(run=run_machine_roles)
    end = actions.add_parser("end", help="end a machine: secret and tokens stop at once")
    end.add_argument("client_id", metavar="CLIENT_ID")
    end.set_defaults(run=run_machine_end)


def _add_roles(command: argparse.ArgumentParser, default: Iterable[Role] = ()) -> None:
    usual = ", ".join(default)
    command.add_argument(
        "--role",
        dest="roles",
        action="append",
        choices=[role.value for role in Role],
        required=not usual,
        default=None,
        help="may be repeated" + (f" (default: {usual})" if usual else ""),
    )


def run_person_add(arguments: argparse.Namespace) -> int:
    """Add a person; the password never stands on the command line, where others can read it."""
    password = _password(arguments.password_file)
    with database() as session:
        person = administration.enrol_person(
            session,
            _operator(find_company(session, arguments.company).id),
            arguments.email,
            arguments.name,
            arguments.roles,
            arguments.person_language,
            password,
        )
        person_id = person.id
    print(person_id)
    return 0


def run_person_list(arguments: argparse.Namespace) -> int:
    """A line a person, by name."""
    with database() as session:
        company_id = find_company(session, arguments.company).id
        for person in administration.people_of(session, company_id):
            print(person.id, person.email, *_words(person.roles), sep="\t")
    return 0


def run_person_roles(arguments: argparse.Namespace) -> int:
    """Change a person's roles; the role of the operator is given here alone."""
    with database() as session:
        person = find_person(session, arguments.email)
        caller = _operator(person.company_id)
        administration.change_roles(session, caller, person.id, arguments.roles)
    return 0


def run_person_remove(arguments: argparse.Namespace) -> int:
    """Remove a person."""
    with database() as session:
        person = find_person(session, arguments.email)
        administration.dismiss_person(session, _operator(person.company_id), person.id)
    return 0


def run_machine_add(arguments: argparse.Namespace) -> int:
    """Add a machine; the hub keeps only a hash of the secret."""
    with database() as session:
        caller = _operator(find_company(session, arguments.company).id)
        machine, secret = administration.enrol_machine(
            session, caller, arguments.name, arguments.roles or ERP
        )
        client_id = machine.id
    print(f"client_id={client_id}")
    print(f"client_secret={secret}")
    return 0


def run_machine_list(arguments: argparse.Namespace) -> int:
    """A line a machine, by name."""
    with database() as session:
        company_id = find_company(session, arguments.company).id
        for machine in administration.machines_of(session, company_id):
            print(machine.id, machine.name, *_words(machine.roles), sep="\t")
    return 0


def run_machine_roles(arguments: argparse.Namespace) -> int:
    """Change a machine's roles."""
    with database() as session:
        machine = session.get(Machine, arguments.client_id)
        if machine is None:
            raise NotFound
        caller = _operator(machine.company_id)
        administration.change_machine(session, caller, machine.id, arguments.roles)
    return 0


def run_machine_end(arguments: argparse.Namespace) -> int:
    """End a machine."""
    with database() as session:
        machine = session.get(Machine, arguments.client_id)
        if machine is None:
            raise NotFound
        administration.dismiss_machine(session, _operator(machine.company_id), machine.id)
    return 0


def _operator(company_id: str) -> Caller:
    return Caller(company_id, COMMAND_LINE, operator=True)


def _words(roles: Iterable[Role]) -> list[str]:
    return [role.value for role in Role if role in roles]


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
