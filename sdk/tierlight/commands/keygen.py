"""`tierlight keygen`: a new signing key."""

import argparse
from pathlib import Path

from tierlight.commands import DONE, Commands, describe
from tierlight.errors import ConfigurationError
from tierlight.signer import FileSigner
from tierlight.submissions import write_bytes
from tierlight.terminal import Terminal
from tierlight_schemas.envelope import canonical


def register(commands: Commands) -> None:
    """Add the command."""
    parser = describe(
        commands,
        "keygen",
        "make a signing key",
        "Writes the private key (mode 0600; keep it, nobody can restore it) and beside it\n"
        "the public key as NAME.pub.jwk, which the hub's operator or `register-key` needs.\n"
        "An existing file is never overwritten.",
    )
    parser.add_argument("--out", required=True, type=Path, help="private key, e.g. key.pem")
    parser.add_argument(
        "--alg", choices=("Ed25519", "ES256"), default="Ed25519", help="default: Ed25519"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Write both halves; prints the thumbprint."""
    public = public_path(arguments.out)
    if public.exists():
        raise ConfigurationError("sdk/key-exists", file=str(public))
    signer = FileSigner.generate(arguments.alg)
    signer.save(arguments.out)
    jwk = canonical({**signer.jwk, "alg": signer.alg, "kid": signer.kid})
    write_bytes(public, jwk + b"\n", mode=0o644)
    terminal.raw(signer.kid)
    terminal.warn("sdk/key-made", private=arguments.out, public=public)
    return DONE


def public_path(private: Path) -> Path:
    """`key.pem` has `key.pub.jwk` beside it."""
    stem = private.stem if private.suffix == ".pem" else private.name
    return private.with_name(f"{stem}.pub.jwk")
