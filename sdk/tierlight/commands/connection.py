"""Options of the commands that talk to a hub."""

import argparse
import os
from pathlib import Path

from tierlight.client import Client
from tierlight.errors import ConfigurationError
from tierlight.signer import FileSigner

ENVIRONMENT = """\
The hub and the credentials may also come from TIERLIGHT_URL, TIERLIGHT_CLIENT_ID, and
TIERLIGHT_CLIENT_KEY_FILE or TIERLIGHT_CLIENT_SECRET. The secret is never an argument: other users
of the machine see those."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Where the hub is and who calls."""
    parser.add_argument("--url", help="base address of the hub, https://…")
    parser.add_argument("--client-id")
    proof = parser.add_mutually_exclusive_group()
    proof.add_argument("--client-secret-file", type=Path, help="file that holds the secret")
    proof.add_argument(
        "--client-key-file",
        type=Path,
        help="PEM file of the machine's own key, instead of a secret",
    )
    parser.add_argument(
        "--allow-http", action="store_true", help="send the secret unencrypted (tests only)"
    )
    parser.add_argument("--timeout", type=float, default=60.0, help="seconds a request")


def client(arguments: argparse.Namespace, language: str) -> Client:
    """The client for the options. Raises `ConfigurationError` for what is missing."""
    key_file = arguments.client_key_file
    return Client(
        arguments.url,
        arguments.client_id,
        _secret(arguments.client_secret_file),
        client_key=FileSigner.load(key_file) if key_file else None,
        timeout=arguments.timeout,
        language=language,
        allow_http=arguments.allow_http,
    )


def address(arguments: argparse.Namespace) -> str:
    """The hub's address, as the state file names it."""
    return (arguments.url or os.environ.get("TIERLIGHT_URL", "")).rstrip("/")


def _secret(path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError("sdk/unreadable", file=str(path), reason="no text file") from None
