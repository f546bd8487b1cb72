"""What `grant` and `revoke-grant` share: who signs, and keeping what was signed."""

import argparse
from pathlib import Path

from tierlight.commands.connection import add_options
from tierlight.commands.verify import receipts_folder
from tierlight.errors import ConfigurationError
from tierlight.results import Grant
from tierlight.signer import FileSigner
from tierlight.submissions import write_bytes
from tierlight_schemas.envelope import digest, open_jws


def add_key(parser: argparse.ArgumentParser) -> None:
    """Options of the key, and those of the hub."""
    parser.add_argument("--key", type=Path, help="private key (PEM) that signs")
    parser.add_argument("--out", type=Path, metavar="FILE", help="keep what was signed (JWS)")
    add_options(parser)


def signer_of(arguments: argparse.Namespace) -> FileSigner | None:
    """The key that signs, if one is given. Raises `ConfigurationError` for --out without it."""
    if arguments.out and not arguments.key:
        raise ConfigurationError("sdk/out-without-key")
    return FileSigner.load(arguments.key) if arguments.key else None


def keep(out: Path | None, jws: str, given: Grant) -> None:
    """The signed bytes, and receipt and proof where `verify` looks for them."""
    if out is None:
        return
    write_bytes(out, jws.encode("ascii"))
    folder, name = receipts_folder(out), digest(open_jws(jws).payload)
    folder.mkdir(exist_ok=True)
    for suffix, body in ((".json", given.receipt), (".tlog-proof", given.proof)):
        if body is not None:
            write_bytes(folder / f"{name}{suffix}", body)
