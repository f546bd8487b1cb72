"""`tierlight held`: ask what has become of declarations that wait for a second person."""

import argparse

from tierlight.commands import DONE, REFUSED, Commands, describe
from tierlight.commands.connection import ENVIRONMENT, add_options, client
from tierlight.terminal import Terminal

DESCRIPTION = f"""\
A company may ask for a second pair of eyes: what is submitted then waits until another person
releases it in the portal. Prints for each DIGEST whether it waits, or was released, rejected,
refused at its release, or expired; the last three are status 1. What was released is submitted
once more to get its receipt.

{ENVIRONMENT}"""

WORDS = {
    "waiting": "sdk/held-waiting",
    "released": "sdk/held-released",
    "rejected": "sdk/held-rejected",
    "refused": "sdk/held-refused",
    "expired": "sdk/held-expired",
}


def register(commands: Commands) -> None:
    """Add the command."""
    parser = describe(commands, "held", "ask what waits for a second person", DESCRIPTION)
    parser.add_argument("digests", metavar="DIGEST", nargs="+", help="as submit has printed it")
    add_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """A line a digest."""
    status = DONE
    with client(arguments, terminal.lang) as hub:
        for digest in arguments.digests:
            found = hub.held(digest)
            terminal.say(WORDS[found.state], digest=digest, reason=found.reason or "–")
            if found.state not in ("waiting", "released"):
                status = REFUSED
    return status
