"""`tierlight grant`, `revoke` and `grants`: who may see what of one's own parts, and until when."""

import argparse
from datetime import date
from pathlib import Path

from tierlight.client import Client
from tierlight.commands import DONE, Commands, describe
from tierlight.commands.connection import ENVIRONMENT, add_options, client
from tierlight.commands.verify import receipts_folder
from tierlight.consents import sentence_of
from tierlight.errors import ConfigurationError
from tierlight.results import Grant
from tierlight.signer import FileSigner
from tierlight.submissions import write_bytes
from tierlight.terminal import Terminal
from tierlight_schemas.envelope import digest, open_jws

GRANT = f"""\
With --key the consent is signed here, its sentence is shown, and --out keeps the signed bytes with
the hub's receipt and proof beside them (in FILE.receipts): tierlight verify checks them offline.
Without --key the hub writes down that this company said so; that proves nothing to others.

{ENVIRONMENT}"""
REVOKE = f"""\
The consent ends at once. A signed one may be ended with a signature (--key) or without: what a lost
key gave must end too.

{ENVIRONMENT}"""
GRANTS = f"""\
All consents that this company gave, oldest first, as NDJSON; ended ones too.

{ENVIRONMENT}"""


def register(commands: Commands) -> None:
    """Add the commands."""
    grant = describe(commands, "grant", "let a company see own parts", GRANT)
    grant.add_argument("--reader", required=True, help="company id (signed), or SCHEME:VALUE")
    grant.add_argument("--part", metavar="NUMBER", help="one own part; default: all parts")
    grant.add_argument("--level", type=int, choices=range(6), default=1, help="L0 to L5; 1")
    grant.add_argument("--aggregate", action="store_true", help="sums may hold deeper levels")
    grant.add_argument("--from", dest="first", type=date.fromisoformat, help="default: today")
    grant.add_argument("--until", type=date.fromisoformat, help="first day it no longer holds")
    grant.add_argument("--purpose", help="what it is for")
    _add_key(grant)
    grant.set_defaults(run=run_grant)
    revoke = describe(commands, "revoke", "end a consent at once", REVOKE)
    revoke.add_argument("grant", metavar="GRANT", help="id of the consent at the hub")
    _add_key(revoke)
    revoke.set_defaults(run=run_revoke)
    grants = describe(commands, "grants", "list the consents given", GRANTS)
    add_options(grants)
    grants.set_defaults(run=run_grants)


def _add_key(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--key", type=Path, help="private key (PEM) that signs")
    parser.add_argument("--out", type=Path, metavar="FILE", help="keep what was signed (JWS)")
    add_options(parser)


def run_grant(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Grant; the id of the consent goes to stdout."""
    signer = _signer(arguments)
    with client(arguments, terminal.lang) as hub:
        asked = {
            "level": arguments.level,
            "aggregate": arguments.aggregate,
            "valid_from": arguments.first,
            "valid_to": arguments.until,
            "purpose": arguments.purpose,
        }
        part = _part_id(hub, arguments.part)
        if signer is None:
            given = hub.grant(arguments.reader, part, **asked)
        else:
            jws = hub.sign_consent(signer, arguments.reader, arguments.part, **asked)
            terminal.warn("sdk/you-sign", statement=sentence_of(jws))
            given = hub.send_consent(jws)
            _keep(arguments.out, jws, given)
    terminal.raw(given.id)
    return DONE


def run_revoke(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """End a consent; doing it again changes nothing."""
    signer = _signer(arguments)
    with client(arguments, terminal.lang) as hub:
        if signer is None:
            given = hub.revoke_grant(arguments.grant)
        else:
            jws = hub.sign_revocation(signer, arguments.grant)
            terminal.warn("sdk/you-sign", statement=sentence_of(jws))
            given = hub.send_revocation(arguments.grant, jws)
            _keep(arguments.out, jws, given)
    terminal.raw(given.id)
    return DONE


def run_grants(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Write down every consent."""
    with client(arguments, terminal.lang) as hub:
        for given in hub.grants():
            terminal.data(dict(given.document))
    return DONE


def _signer(arguments: argparse.Namespace) -> FileSigner | None:
    if arguments.out and not arguments.key:
        raise ConfigurationError("sdk/out-without-key")
    return FileSigner.load(arguments.key) if arguments.key else None


def _part_id(hub: Client, number: str | None) -> str | None:
    if number is None:
        return None
    part = hub.part(number)
    if part is None:
        raise ConfigurationError("sdk/part-unknown", part=number)
    return part.id


def _keep(out: Path | None, jws: str, given: Grant) -> None:
    """The signed bytes, and receipt and proof where `verify` looks for them."""
    if out is None:
        return
    write_bytes(out, jws.encode("ascii"))
    folder, name = receipts_folder(out), digest(open_jws(jws).payload)
    folder.mkdir(exist_ok=True)
    for suffix, body in ((".json", given.receipt), (".tlog-proof", given.proof)):
        if body is not None:
            write_bytes(folder / f"{name}{suffix}", body)
