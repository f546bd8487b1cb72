"""The command `hub`: what an operator does on the database that HUB_DATABASE_URL names.

Each module of this package has `register(commands)`, which adds its commands; a command's
`run(arguments)` returns the exit status. Errors are printed on stderr with what to do next.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from typing import Any

from sqlalchemy.exc import ArgumentError, OperationalError

from hub.cli import (
    activity,
    analysis,
    answers,
    bands,
    battery,
    check_table,
    companies,
    explain,
    export,
    factors,
    findings,
    import_runs,
    imports,
    keys,
    links,
    log,
    machines,
    mail,
    migrate,
    people,
    portfolio,
    requests,
    rollup,
    scenario,
    serve,
    sourcing,
    statements,
    work,
)
from hub.cli.terminal import language, say_error
from hub.kit.errors import BadInput, HubError
from tierlight_schemas.errors import StandardError

MODULES = (
    migrate,
    serve,
    work,
    mail,
    companies,
    keys,
    people,
    machines,
    findings,
    imports,
    import_runs,
    factors,
    activity,
    sourcing,
    requests,
    links,
    rollup,
    explain,
    statements,
    log,
    analysis,
    portfolio,
    scenario,
    battery,
    export,
    check_table,
    bands,
    answers,
)


class CommandLine(argparse.ArgumentParser):
    """A command line on which a thumbprint that begins with a hyphen is not taken for an option."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        # What argparse asks before it reads `-5` as a number; one thumbprint in 64 begins so, too.
        self._negative_number_matcher = re.compile(r"^-(\d+|\d*\.\d+|[A-Za-z0-9_-]{42})$")


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = CommandLine(prog="hub", description=__doc__.partition("\n")[0])
    top.add_argument(
        "--language", choices=("en", "de", "zh-CN"), help="of messages (default: the locale's)"
    )
    commands = top.add_subparsers(
        title="commands", metavar="COMMAND", dest="command", required=True
    )
    for module in MODULES:
        module.register(commands)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 when all went well, 1 when something was refused, 2 for a wrong call."""
    arguments = parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except HubError as error:
        say_error(error, language(arguments))
    except StandardError as error:
        say_error(BadInput(error.code, **error.params), language(arguments))
    except (ArgumentError, OperationalError) as error:
        reason = str(error.orig if isinstance(error, OperationalError) else error)
        say_error(BadInput("hub/database", reason=reason.strip()), language(arguments))
    except BrokenPipeError:
        # The reader (`head`) has enough; closing keeps Python from complaining at exit.
        sys.stderr.close()
        return 0
    return 1
