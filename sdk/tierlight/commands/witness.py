"""`tierlight witness`: watch logs of hubs, and cosign what follows from what was seen before."""

import argparse
from pathlib import Path

import httpx

from tierlight.commands import DONE, REFUSED, Commands, describe
from tierlight.errors import ConfigurationError, ConnectionFailed
from tierlight.signer import FileSigner
from tierlight.terminal import Terminal
from tierlight.verification import policy_file
from tierlight.witness_server import serve
from tierlight.witnessing import SECONDS, Memory, Witness
from tierlight_schemas.errors import LogError

DESCRIPTION = """\
Cosigns checkpoints of the logs that the policy names (c2sp.org/tlog-policy), each only if it is
what was seen before and more: a log that was rolled back, or shows others another history, gets no
signature. STATE remembers what was cosigned; it is made once, with --new-state, and never again.

With --url the hub's newest checkpoint is fetched and the signature brought to it; call it once an
hour. With --listen logs come by themselves (c2sp.org/tlog-witness, POST /add-checkpoint).
--print-key prints the key in the form in which policies name it."""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = describe(commands, "witness", "cosign what a hub's log says of itself", DESCRIPTION)
    parser.add_argument("--key", required=True, type=Path, help="the witness's key (Ed25519 PEM)")
    parser.add_argument("--name", required=True, help="its name, such as witness.example/w1")
    parser.add_argument("--policy", type=Path, help="C2SP policy with the logs")
    parser.add_argument("--state", type=Path, help="what was cosigned")
    parser.add_argument("--new-state", action="store_true", help="begin with an empty state")
    parser.add_argument("--url", action="append", default=[], help="base address of a hub")
    parser.add_argument("--listen", metavar="HOST:PORT", help="answer add-checkpoint until stopped")
    parser.add_argument("--print-key", action="store_true")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Visit every hub, or listen; 1 when a checkpoint may not be cosigned."""
    signer = FileSigner.load(arguments.key)
    memory = Memory(arguments.state or Path("witness-state.json"))
    logs = policy_file(arguments.policy)
    witness = Witness(arguments.name, signer, memory, logs)
    if arguments.print_key:
        terminal.raw(str(witness.key))
        return DONE
    if arguments.policy is None:
        raise ConfigurationError("sdk/not-given", variable="--policy")
    if arguments.new_state:
        memory.create()
    if arguments.listen:
        return _listen(witness, arguments.listen, terminal)
    statuses = [_visit(witness, url, terminal) for url in arguments.url]
    return max(statuses, default=DONE)


def _visit(witness: Witness, url: str, terminal: Terminal) -> int:
    with httpx.Client(timeout=SECONDS, follow_redirects=False) as client:
        try:
            seen, line = witness.visit(url, client)
        except LogError as error:
            said = terminal.words(error.code, **error.params)
            terminal.warn("sdk/witness-refused", url=url, code=error.code, reason=said)
            return REFUSED
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ConnectionFailed("sdk/unreachable", url=url, reason=str(error)) from None
    terminal.say("sdk/witnessed", origin=seen.origin, size=seen.size)
    terminal.raw(line.rstrip("\n"))
    return DONE


def _listen(witness: Witness, place: str, terminal: Terminal) -> int:
    host, _, port = place.rpartition(":")
    if not port.isdecimal() or not 0 <= int(port[:6]) < 65536:
        raise ConfigurationError("sdk/listen", place=place)
    try:
        server = serve(witness, host or "127.0.0.1", int(port))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError("sdk/unwritable", file=place, reason=reason) from None
    with server:
        told = f"{server.server_address[0]!s}:{server.server_address[1]}"
        terminal.say("sdk/witness-listens", place=told)
        server.serve_forever()
    return DONE
