"""`tierlight grants`: the consents that this company gave."""

import argparse
import json

from tierlight.commands import DONE, Commands, describe
from tierlight.commands.connection import ENVIRONMENT, add_options, client
from tierlight.terminal import Terminal

DESCRIPTION = f"""\
All consents that this company gave, oldest first, as NDJSON; ended ones too.

{ENVIRONMENT}"""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = describe(commands, "grants", "list the consents given", DESCRIPTION)
    add_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Write down every consent, one a line."""
    with client(arguments, terminal.lang) as hub:
        for given in hub.grants():
            terminal.raw(json.dumps(given.document, ensure_ascii=False))
    return DONE
