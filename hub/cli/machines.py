"""`hub machine add|end|add-key|end-key`: programs that use the API for a company."""

import argparse
from pathlib import Path

from sqlalchemy.orm import Session

from hub.access.machine_keys import add_machine_key, end_machine_key
from hub.access.usecases import add_key_holder, add_machine, end_machine
from hub.cli.companies import COMPANY_HELP
from hub.cli.public_keys import read_public_key
from hub.cli.terminal import Commands, database
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
    add.set_defaults(run=run_add)
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
        company = find_company(session, arguments.company)
        lines = list(_added(session, company.id, arguments.name, jwks))
    print("\n".join(lines))
    return 0


def _added(
    session: Session, company_id: str, name: str, jwks: list[dict[str, object]]
) -> list[str]:
    if not jwks:
        client_id, secret = add_machine(session, company_id, name)
        return [f"client_id={client_id}", f"client_secret={secret}"]
    client_id = add_key_holder(session, company_id, name)
    for jwk in jwks:
        add_machine_key(session, client_id, jwk)
    return [f"client_id={client_id}"]


def run_end(arguments: argparse.Namespace) -> int:
    """End a machine."""
    with database() as session:
        end_machine(session, arguments.client_id)
    return 0


def run_add_key(arguments: argparse.Namespace) -> int:
    """Add a key to a machine that is there."""
    jwk = read_public_key(arguments.file)
    with database() as session:
        thumbprint = add_machine_key(session, arguments.client_id, jwk)
    print(thumbprint)
    return 0


def run_end_key(arguments: argparse.Namespace) -> int:
    """End one key of a machine."""
    with database() as session:
        end_machine_key(session, arguments.client_id, arguments.thumbprint)
    return 0
