"""`hub machine add|list|roles|add-key|end-key|end`: programs that use the API for a company."""

import argparse
from collections.abc import Collection
from pathlib import Path

from sqlalchemy.orm import Session

from hub.access import administration
from hub.access.caller import Caller
from hub.access.roles import ERP
from hub.access.tables import Machine
from hub.cli.public_keys import read_public_key
from hub.cli.roles import add_role_options, operator_of, role_words
from hub.cli.terminal import COMPANY_HELP, Commands, database
from hub.kit.errors import NotFound
from hub.parties.usecases import find_company

KEY_HELP = "public key of the program, as JWK or PEM (Ed25519 or P-256)"


def register(commands: Commands) -> None:
    """Add `machine`."""
    machine = commands.add_parser("machine", help="programs that use the API")
    actions = machine.add_subparsers(metavar="ACTION", required=True)
    add = actions.add_parser("add", help="print a new client id and, once, its secret")
    add.add_argument("company", metavar="COMPANY", help=COMPANY_HELP)
    add.add_argument("--name", required=True, help="which program it is")
    add.add_argument(
        "--public-key",
        metavar="FILE",
        type=Path,
        action="append",
        default=[],
        help=f"{KEY_HELP}; instead of a secret; may be repeated",
    )
    add_role_options(add, ERP)
    add.set_defaults(run=run_add)
    listing = actions.add_parser("list", help="print client id, name and roles of the machines")
    listing.add_argument("company", metavar="COMPANY", help=COMPANY_HELP)
    listing.set_defaults(run=run_list)
    roles = actions.add_parser("roles", help="give a machine these roles and no others")
    roles.add_argument("client_id", metavar="CLIENT_ID")
    add_role_options(roles)
    roles.set_defaults(run=run_roles)
    end = actions.add_parser("end", help="end a machine: secret, keys and tokens stop at once")
    end.add_argument("client_id", metavar="CLIENT_ID")
    end.set_defaults(run=run_end)
    add_key = actions.add_parser("add-key", help="add a public key and print its thumbprint")
    add_key.add_argument("client_id", metavar="CLIENT_ID")
    add_key.add_argument("file", metavar="FILE", type=Path, help=KEY_HELP)
    add_key.set_defaults(run=run_add_key)
    end_key = actions.add_parser("end-key", help="end a key, and the machine's tokens with it")
    end_key.add_argument("client_id", metavar="CLIENT_ID")
    end_key.add_argument("thumbprint", metavar="THUMBPRINT")
    end_key.set_defaults(run=run_end_key)


def run_add(arguments: argparse.Namespace) -> int:
    """Add a machine; the hub keeps only a hash of a secret, and only public halves of keys."""
    jwks = [read_public_key(path) for path in arguments.public_key]
    with database() as session:
        caller = operator_of(find_company(session, arguments.company).id)
        roles = arguments.roles or ERP
        lines = _added(session, caller, arguments.name, roles, jwks)
    print("\n".join(lines))
    return 0


def _added(
    session: Session,
    caller: Caller,
    name: str,
    roles: Collection[str],
    jwks: list[dict[str, object]],
) -> list[str]:
    if jwks:
        holder = administration.enrol_key_holder(session, caller, name, roles, jwks)
        return [f"client_id={holder.id}"]
    machine, secret = administration.enrol_machine(session, caller, name, roles)
    return [f"client_id={machine.id}", f"client_secret={secret}"]


def run_list(arguments: argparse.Namespace) -> int:
    """A line a machine, by name."""
    with database() as session:
        company_id = find_company(session, arguments.company).id
        for machine in administration.machines_of(session, company_id):
            print(machine.id, machine.name, *role_words(machine.roles), sep="\t")
    return 0


def run_roles(arguments: argparse.Namespace) -> int:
    """Change a machine's roles."""
    client_id = arguments.client_id
    with database() as session:
        administration.change_machine(
            session, _owner_of(session, client_id), client_id, arguments.roles
        )
    return 0


def run_end(arguments: argparse.Namespace) -> int:
    """End a machine."""
    client_id = arguments.client_id
    with database() as session:
        administration.dismiss_machine(session, _owner_of(session, client_id), client_id)
    return 0


def run_add_key(arguments: argparse.Namespace) -> int:
    """Add a key to a machine that is there."""
    jwk, client_id = read_public_key(arguments.file), arguments.client_id
    with database() as session:
        name = administration.give_key(session, _owner_of(session, client_id), client_id, jwk)
    print(name)
    return 0


def run_end_key(arguments: argparse.Namespace) -> int:
    """End one key of a machine."""
    client_id = arguments.client_id
    with database() as session:
        caller = _owner_of(session, client_id)
        administration.end_key(session, caller, client_id, arguments.thumbprint)
    return 0


def _owner_of(session: Session, client_id: str) -> Caller:
    machine = session.get(Machine, client_id)
    if machine is None:
        raise NotFound
    return operator_of(machine.company_id)
