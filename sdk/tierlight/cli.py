"""The command `tierlight`: keys, declarations, checks, submission and offline verification."""

import argparse
import sys
from collections.abc import Sequence

from tierlight.commands import (
    EXIT_STATUS,
    INTERRUPTED,
    REFUSED,
    UNREACHABLE,
    attest,
    calculate,
    cbam,
    check,
    declare,
    export,
    grant,
    grants,
    held,
    keygen,
    links,
    proof,
    register_key,
    requests,
    revoke,
    revoke_grant,
    sign,
    submit,
    verify,
    witness,
    workbook,
)
from tierlight.errors import (
    ConnectionFailed,
    HubRefused,
    HubUnavailable,
    NotSignedIn,
    TierlightError,
    TooManyRequests,
)
from tierlight.terminal import Terminal, preferred_language
from tierlight_schemas.errors import StandardError

MODULES = (
    *(keygen, calculate, cbam, declare, check, sign, register_key, submit, held, workbook),
    *(links, verify, grant, revoke_grant, grants, proof, attest, revoke, witness, export),
    requests,
)


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
        prog="tierlight",
        description=__doc__,
        epilog=EXIT_STATUS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument(
        "--lang",
        choices=("zh-CN", "en", "de"),
        help="language of messages (default: the terminal's)",
    )
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in MODULES:
        module.register(commands)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is described in `tierlight --help`."""
    arguments = parser().parse_args(argv)
    terminal = Terminal(arguments.lang or preferred_language())
    try:
        return int(arguments.run(arguments, terminal))
    except (ConnectionFailed, HubUnavailable, TooManyRequests) as error:
        _say(terminal, error)
        return UNREACHABLE
    except (TierlightError, StandardError) as error:
        _say(terminal, error)
        return REFUSED
    except KeyboardInterrupt:
        terminal.warn("sdk/interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (`head`) has enough; closing keeps Python from complaining at exit.
        sys.stderr.close()
        return 0


def _say(terminal: Terminal, error: TierlightError | StandardError) -> None:
    if isinstance(error, NotSignedIn) and error.code == "invalid_client":
        terminal.warn(
            "sdk/credentials", message=error.message
        )  # RFC 6749 gives this refusal no words of the hub's
    elif isinstance(error, HubRefused):
        # The hub knows its codes better than an older SDK does, and was asked in our language.
        terminal.warn("sdk/hub-says", text=str(error))
    else:
        terminal.warn(error.code, **error.params)


if __name__ == "__main__":
    sys.exit(main())
