"""`hub key`: the operator's word that a key belongs to a company, and the hub's own key."""

import argparse
from pathlib import Path

from hub.cli.companies import COMPANY_HELP
from hub.cli.public_keys import read_public_key
from hub.cli.terminal import Commands, database, language, say
from hub.parties.usecases import find_company
from hub.settings import Settings
from hub.trust.hub_key import make_hub_key, publish_hub_key
from hub.trust.usecases import add_key


def register(commands: Commands) -> None:
    """Add `key`."""
    key = commands.add_parser("key", help="public signing keys of companies")
    actions = key.add_subparsers(metavar="ACTION", required=True)
    add = actions.add_parser("add", help="add a public key and print its thumbprint")
    add.add_argument("company", metavar="COMPANY", help=COMPANY_HELP)
    add.add_argument("file", metavar="JWK_FILE", type=Path, help="public key as JWK or PEM")
    add.set_defaults(run=run_add)
    own = actions.add_parser(
        "make-hub-key", help="make the key that the hub signs its log and statements with"
    )
    own.add_argument("file", metavar="FILE", type=Path, help="new PEM file; keep it secret")
    own.set_defaults(run=run_make_hub_key)


def run_add(arguments: argparse.Namespace) -> int:
    """Add the key of a file."""
    jwk = read_public_key(arguments.file)
    with database() as session:
        company = find_company(session, arguments.company)
        thumbprint = add_key(session, company.id, jwk, "operator").thumbprint
    print(thumbprint)
    return 0


def run_make_hub_key(arguments: argparse.Namespace) -> int:
    """Make the hub's own key, log its public half, and print the thumbprint."""
    with database() as session:
        signer = make_hub_key(arguments.file)
        publish_hub_key(session, signer, Settings().log_origin)
    made = {"kid": signer.kid, "file": str(arguments.file)}
    say("statement/hub-key-made", made, language(arguments))
    print(signer.kid)
    return 0
