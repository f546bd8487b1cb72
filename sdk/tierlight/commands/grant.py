"""`tierlight grant`: let a company see own parts."""

import argparse
from datetime import date

from tierlight.client import Client
from tierlight.commands import DONE, Commands, describe
from tierlight.commands.connection import ENVIRONMENT, client
from tierlight.commands.signing import add_key, keep, signer_of
from tierlight.consents import sentence_of
from tierlight.errors import ConfigurationError
from tierlight.terminal import Terminal

DESCRIPTION = f"""\
With --key the consent is signed here, its sentence is shown, and --out keeps the signed bytes with
the hub's receipt and proof beside them (in FILE.receipts): tierlight verify checks them offline.
Without --key the hub writes down that this company said so; that proves nothing to others.

{ENVIRONMENT}"""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = describe(commands, "grant", "let a company see own parts", DESCRIPTION)
    parser.add_argument("--reader", required=True, help="company id; unsigned also SCHEME:VALUE")
    parser.add_argument("--part", metavar="NUMBER", help="one own part; default: all parts")
    parser.add_argument("--level", type=int, choices=range(6), default=1, help="L0 to L5; 1")
    parser.add_argument("--aggregate", action="store_true", help="sums may hold deeper levels")
    parser.add_argument("--from", dest="first", type=date.fromisoformat, help="default: today")
    parser.add_argument("--until", type=date.fromisoformat, help="first day it no longer holds")
    parser.add_argument("--purpose", help="what it is for")
    add_key(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Grant; the id of the consent goes to stdout."""
    signer = signer_of(arguments)
    asked = {
        "level": arguments.level,
        "aggregate": arguments.aggregate,
        "valid_from": arguments.first,
        "valid_to": arguments.until,
        "purpose": arguments.purpose,
    }
    with client(arguments, terminal.lang) as hub:
        part = _part_id(hub, arguments.part)
        if signer is None:
            given = hub.grant(arguments.reader, part, **asked)
        else:
            jws = hub.sign_consent(signer, arguments.reader, arguments.part, **asked)
            terminal.warn("sdk/you-sign", statement=sentence_of(jws))
            given = hub.send_consent(jws)
            keep(arguments.out, jws, given)
    terminal.raw(given.id)
    return DONE


def _part_id(hub: Client, number: str | None) -> str | None:
    if number is None:
        return None
    part = hub.part(number)
    if part is None:
        raise ConfigurationError("sdk/part-unknown", part=number)
    return part.id
