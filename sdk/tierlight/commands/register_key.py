"""`tierlight register-key`: tell a hub which key signs for the company."""

import argparse
from pathlib import Path

from tierlight.commands import DONE, Commands, describe
from tierlight.commands.connection import ENVIRONMENT, add_options, client
from tierlight.signer import FileSigner
from tierlight.submissions import write_bytes
from tierlight.terminal import Terminal

DESCRIPTION = f"""\
Proves to the hub that the private key is here (it signs a challenge) and registers the public
one for the company of the client id. With --profile-out the company's profile is written, with
which declare names the company instead of the key.

{ENVIRONMENT}"""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = describe(commands, "register-key", "register a public key at a hub", DESCRIPTION)
    parser.add_argument("--key", required=True, type=Path, help="private key (PEM)")
    parser.add_argument("--profile-out", type=Path, metavar="FILE", help="write the profile")
    add_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Register; doing it again changes nothing."""
    signer = FileSigner.load(arguments.key)
    with client(arguments, terminal.lang) as hub:
        thumbprint = hub.register_key(signer)
        if arguments.profile_out:
            profile = hub.profile().model_copy(update={"language": terminal.lang})
            text = profile.model_dump_json(exclude_none=True, exclude_defaults=True, indent=2)
            write_bytes(arguments.profile_out, text.encode() + b"\n")
    terminal.raw(thumbprint)
    return DONE
