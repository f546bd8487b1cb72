"""`tierlight revoke-grant`: end a consent at once."""

import argparse

from tierlight.commands import DONE, Commands, describe
from tierlight.commands.connection import ENVIRONMENT, client
from tierlight.commands.signing import add_key, keep, signer_of
from tierlight.consents import sentence_of
from tierlight.terminal import Terminal

DESCRIPTION = f"""\
The consent ends at once. A signed one may be ended with a signature (--key) or without: what a lost
key gave must end too.

{ENVIRONMENT}"""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = describe(commands, "revoke-grant", "end a consent at once", DESCRIPTION)
    parser.add_argument("grant", metavar="GRANT", help="id of the consent at the hub")
    add_key(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """End a consent; doing it again changes nothing."""
    signer = signer_of(arguments)
    with client(arguments, terminal.lang) as hub:
        if signer is None:
            given = hub.revoke_grant(arguments.grant)
        else:
            jws = hub.sign_revocation(signer, arguments.grant)
            terminal.warn("sdk/you-sign", statement=sentence_of(jws))
            given = hub.send_revocation(arguments.grant, jws)
            keep(arguments.out, jws, given)
    terminal.raw(given.id)
    return DONE
