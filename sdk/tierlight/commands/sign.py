"""`tierlight sign`: sign bytes that a hub's page prepared, for those who sign without a browser."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tierlight.commands import DONE, REFUSED, Commands, describe
from tierlight.errors import ConfigurationError
from tierlight.signer import FileSigner, sign_payload
from tierlight.submissions import write_bytes
from tierlight.terminal import Terminal
from tierlight_schemas.checks import check
from tierlight_schemas.envelope import (
    MAX_PAYLOAD_BYTES,
    EnvelopeError,
    canonical_or_refused,
)
from tierlight_schemas.findings import Severity

DESCRIPTION = """\
PAYLOAD holds the canonical bytes of a declaration, as the hub's page offers them for download.
The sentence that is signed is shown, the document is checked, and exactly these bytes are
signed. The compact JWS goes to --out, or to stdout."""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = describe(commands, "sign", "sign a prepared declaration", DESCRIPTION)
    parser.add_argument("payload", type=Path, metavar="PAYLOAD")
    parser.add_argument("--key", required=True, type=Path, help="private key (PEM)")
    parser.add_argument("--out", type=Path, help="JWS file (default: stdout)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Check, show and sign."""
    signer = FileSigner.load(arguments.key)
    payload = _payload(arguments.payload)
    document = canonical_or_refused(payload, max_bytes=MAX_PAYLOAD_BYTES)
    findings = check(document, datetime.now(UTC))
    terminal.findings(str(arguments.payload), findings, to_stderr=True)
    if any(finding.severity is Severity.ERROR for finding in findings):
        terminal.warn("sdk/not-signed-errors", file=arguments.payload)
        return REFUSED
    terminal.warn("sdk/you-sign", statement=_statement(document))
    jws = sign_payload(payload, signer)
    if arguments.out:
        write_bytes(arguments.out, jws.encode("ascii"))
    else:
        terminal.raw(jws)
    return DONE


def _payload(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError("sdk/unreadable", file=str(path), reason=reason) from None


def _statement(document: Any) -> str:
    """The sentence in the document; the checks have seen to it that there is one."""
    try:
        return str(document["credentialSubject"]["statement"]["text"])
    except (KeyError, TypeError):
        raise EnvelopeError("door/jws-payload") from None
