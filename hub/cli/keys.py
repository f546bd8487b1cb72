"""`hub key`: the operator's word that a key belongs to a company, and the hub's own key."""

import argparse
from pathlib import Path

from hub.cli.public_keys import read_public_key
from hub.cli.rollup import instant
from hub.cli.terminal import COMPANY_HELP, Commands, database, language, say, session_factory
from hub.kit.clock import now
from hub.parties.usecases import find_company
from hub.settings import Settings
from hub.trust.hub_key import make_hub_key, publish_hub_key
from hub.trust.hub_key_life import retire_hub_key, revoke_hub_key, rotate_hub_key
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
    rotate = actions.add_parser("rotate", help="let the hub's key hand over to a new one")
    rotate.add_argument("file", metavar="FILE", type=Path, help="new PEM file; keep it secret")
    rotate.set_defaults(run=run_rotate)
    retire = actions.add_parser("retire", help="let the hub no longer sign with a key of its own")
    retire.add_argument("kid", metavar="THUMBPRINT", help="of a key of the hub's")
    retire.set_defaults(run=run_retire)
    revoke = actions.add_parser("revoke", help="declare a key of the hub's own unsafe")
    revoke.add_argument("kid", metavar="THUMBPRINT", help="of a key of the hub's")
    revoke.add_argument(
        "--compromised-since",
        type=instant,
        metavar="INSTANT",
        help="from when it may have been in other hands (RFC 3339); default: now",
    )
    revoke.set_defaults(run=run_revoke)


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


def run_rotate(arguments: argparse.Namespace) -> int:
    """Make the new key, log hand-over and retirement, sign that, and print the new thumbprint."""
    with session_factory() as factory:
        signer = rotate_hub_key(factory, Settings(), arguments.file)
    told = {"kid": signer.kid, "file": str(arguments.file)}
    say("log/hub-key-rotated", told, language(arguments))
    print(signer.kid)
    return 0


def run_retire(arguments: argparse.Namespace) -> int:
    """End the use of a key; the hub signs nothing with it any more."""
    with database() as session:
        ended = retire_hub_key(session, arguments.kid, Settings().log_origin)
    told = {"kid": ended.thumbprint, "limit": str(ended.good_until)}
    say("log/hub-key-retired", told, language(arguments))
    return 0


def run_revoke(arguments: argparse.Namespace) -> int:
    """Say since when a key is unsafe; only trees from before stay believed under it."""
    since = arguments.compromised_since or now()
    with database() as session:
        ended = revoke_hub_key(session, arguments.kid, Settings().log_origin, since)
    told = {"kid": ended.thumbprint, "limit": str(ended.good_until)}
    say("log/hub-key-revoked", told, language(arguments))
    return 0
