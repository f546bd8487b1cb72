"""`tierlight sign`: sign bytes that a hub's page prepared, for those who sign without a browser."""

import argparse
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tierlight.commands import DONE, REFUSED, Commands, describe
from tierlight.errors import ConfigurationError
from tierlight.signer import FileSigner, sign_payload
from tierlight.submissions import part_extension, write_bytes
from tierlight.terminal import Terminal
from tierlight_schemas.checks import check
from tierlight_schemas.declaration import Declaration, PartProcessDeclaration, declaration_model
from tierlight_schemas.envelope import MAX_PAYLOAD_BYTES, canonical_or_refused, digest
from tierlight_schemas.findings import Severity

DESCRIPTION = """\
PAYLOAD holds the canonical bytes of a declaration, as the hub's page offers them for download.
The document is checked; the sentence, the amounts and the first groups of the digest, which the
page shows too, are printed; after a yes exactly these bytes are signed. The compact JWS goes to
--out, or to stdout."""

GROUPS = 8


def register(commands: Commands) -> None:
    """Add the command."""
    parser = describe(commands, "sign", "sign a prepared declaration", DESCRIPTION)
    parser.add_argument("payload", type=Path, metavar="PAYLOAD")
    parser.add_argument("--key", required=True, type=Path, help="private key (PEM)")
    parser.add_argument("--out", type=Path, help="JWS file (default: stdout)")
    parser.add_argument("--yes", action="store_true", help="sign without asking")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Check, show, ask and sign."""
    signer = FileSigner.load(arguments.key)
    payload = _payload(arguments.payload)
    document = canonical_or_refused(payload, max_bytes=MAX_PAYLOAD_BYTES)
    findings = check(document, datetime.now(UTC))
    terminal.findings(str(arguments.payload), findings, to_stderr=True)
    if any(finding.severity is Severity.ERROR for finding in findings):
        terminal.warn("sdk/not-signed-errors", file=arguments.payload)
        return REFUSED
    _show(_declaration(document, arguments.payload), payload, terminal)
    if not arguments.yes and not _confirmed(terminal):
        terminal.warn("sdk/not-signed-no", file=arguments.payload)
        return REFUSED
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


def _declaration(document: Any, path: Path) -> Declaration:
    """The view of what is signed; a bare footprint passes the checks and is no declaration."""
    try:
        return declaration_model(document).model_validate(document)
    except (ValidationError, AttributeError, TypeError):
        raise ConfigurationError("sdk/not-a-declaration", file=str(path)) from None


def _show(declaration: Declaration, payload: bytes, terminal: Terminal) -> None:
    sentence = declaration.credential_subject.statement.text
    terminal.warn("sdk/you-sign", statement=_printable(sentence))
    for name, value in _amounts(declaration).items():
        terminal.warn("sdk/you-sign-amount", name=name, value=value)
    short = digest(payload)[: 4 * GROUPS]
    groups = " ".join(short[start : start + 4] for start in range(0, len(short), 4))
    terminal.warn("sdk/you-sign-digest", groups=groups)


def _amounts(declaration: Declaration) -> Mapping[str, str]:
    """Every number that was stated, with the name that the standard gives it.

    A default stands in a document because PACT wants one: it means "not stated", and is not shown.
    """
    if isinstance(declaration, PartProcessDeclaration):
        stated, provenance = declaration.credential_subject.process.document(), {}
    else:
        footprint = declaration.credential_subject.footprint.document()
        stated = footprint["pcf"]
        provenance = part_extension(footprint).get("provenance", {})
    return {
        name: value
        for name, value in stated.items()
        if _is_amount(value) and provenance.get(name) != "default"
    }


def _printable(text: str) -> str:
    """Without signs that a terminal would obey: they could hide what is really signed."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)


def _is_amount(value: object) -> bool:
    return isinstance(value, str) and value.lstrip("-").replace(".", "", 1).isdigit()


def _confirmed(terminal: Terminal) -> bool:
    """A yes in any of our languages; without anybody to ask, no."""
    terminal.warn("sdk/sign-question")
    return sys.stdin.readline().strip().casefold() in ("y", "yes", "j", "ja", "是")
