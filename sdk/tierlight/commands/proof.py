"""`tierlight proof`: the proof of a receipt, as it stands now."""

import argparse
import re
from pathlib import Path

from tierlight.commands import DONE, Commands, describe
from tierlight.commands.connection import ENVIRONMENT, add_options, client
from tierlight.errors import ConfigurationError
from tierlight.submissions import write_bytes
from tierlight.terminal import Terminal
from tierlight_schemas.log.proofs import read_proof

DESCRIPTION = f"""\
Fetches the newest proof of each declaration's place in the hub's log and keeps it as
DIGEST.tlog-proof, where verify looks for it: under the key that the hub signs with now, and with
the witnesses that have come since. The receipt itself never changes.

{ENVIRONMENT}"""
_DIGEST = re.compile(r"[0-9a-f]{64}")


def register(commands: Commands) -> None:
    """Add the command."""
    parser = describe(commands, "proof", "fetch the newest proof of a receipt", DESCRIPTION)
    parser.add_argument("digest", metavar="DIGEST", nargs="+", help="of a declaration")
    parser.add_argument(
        "--receipts", type=Path, default=Path(), metavar="FOLDER", help="where it goes (here)"
    )
    add_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Fetch and keep; what is no proof is not kept."""
    for digest in arguments.digest:
        if not _DIGEST.fullmatch(digest):
            raise ConfigurationError("sdk/not-a-digest", text=digest[:80])
    with client(arguments, terminal.lang) as hub:
        for digest in arguments.digest:
            body = hub.log_proof(digest)
            proof = read_proof(body)
            path = arguments.receipts / f"{digest}.tlog-proof"
            write_bytes(path, body)
            found = proof.checkpoint
            told = {"index": str(proof.index), "size": str(found.size), "origin": found.origin}
            terminal.say("sdk/proof-kept", file=str(path), **told)
    return DONE
