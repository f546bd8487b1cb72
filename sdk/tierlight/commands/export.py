"""`tierlight export`: everything that a hub holds of the company."""

import argparse
from pathlib import Path

from tierlight.commands import DONE, Commands, describe
from tierlight.commands.connection import ENVIRONMENT, add_options, client
from tierlight.errors import ConfigurationError
from tierlight.terminal import Terminal

DESCRIPTION = f"""\
Writes one ZIP archive: tables as the hub imports them again, declarations as they were signed,
receipts with proofs, evidence, consents, the access log, statements, scenarios, a manifest with
the SHA-256 of every file, and a readme in three languages.

{ENVIRONMENT}"""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = describe(commands, "export", "take along all that the hub holds", DESCRIPTION)
    parser.add_argument("--out", required=True, type=Path, metavar="FILE", help="a new ZIP file")
    add_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Write the archive; a file that cannot be finished is taken away."""
    path: Path = arguments.out
    try:
        with path.open("xb") as file:
            path.chmod(0o600)
            try:
                with client(arguments, terminal.lang) as hub:
                    hub.export(file)
            except BaseException:
                path.unlink(missing_ok=True)
                raise
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError("sdk/unwritable", file=str(path), reason=reason) from None
    terminal.say("sdk/exported", file=str(path))
    return DONE
