"""`tierlight revoke`: a verifier takes a statement back, signed and with its reason."""

import argparse
from pathlib import Path

from tierlight.attesting import read_attested, take_back
from tierlight.commands import DONE, Commands, describe
from tierlight.commands.connection import ENVIRONMENT, add_options, client
from tierlight.errors import ConfigurationError
from tierlight.signer import FileSigner
from tierlight.submissions import write_bytes
from tierlight.terminal import Terminal

DESCRIPTION = f"""\
FILE is a statement that `attest` wrote. The revocation is signed with a key of the same company,
kept beside it as FILE with the ending .revocation.jws, and handed in at the hub. If it is there
already, it is not signed again.

{ENVIRONMENT}"""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = describe(commands, "revoke", "take a verification statement back", DESCRIPTION)
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--key", required=True, type=Path, help="private key (PEM)")
    parser.add_argument("--reason", required=True, help="why it no longer holds; everybody sees it")
    add_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Sign the revocation unless that was done before, and hand it in."""
    file: Path = arguments.file
    statement = read_attested(_text(file)).digest
    kept = file.with_suffix(".revocation.jws")
    if not kept.exists():
        signed = take_back(statement, arguments.reason, FileSigner.load(arguments.key))
        write_bytes(kept, signed.encode("ascii"))
    with client(arguments, terminal.lang) as hub:
        hub.revoke_verification(statement, _text(kept))
    terminal.say("sdk/revoked", digest=statement)
    return DONE


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError("sdk/unreadable", file=str(path), reason=reason) from None
