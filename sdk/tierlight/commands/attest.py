"""`tierlight attest`: a verifier signs what it concludes of a declaration, and hands it in."""

import argparse
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

from tierlight.attesting import (
    Attested,
    attest,
    is_on,
    judge,
    load_one,
    load_verifier,
    read_attested,
)
from tierlight.commands import DONE, REFUSED, Commands, describe
from tierlight.commands.connection import ENVIRONMENT, add_options, client
from tierlight.documents import Item
from tierlight.errors import ConfigurationError
from tierlight.signer import FileSigner
from tierlight.submissions import write_bytes
from tierlight.terminal import Terminal
from tierlight.verification import Standing
from tierlight_schemas.declarant import Language
from tierlight_schemas.verification_build import Conclusion

DESCRIPTION = f"""\
FILE holds one declaration: its JWS, or the line that `declare` wrote, as the declarant gave it
to you. It is checked first; the statement is bound to the digest of its bytes. --verifier is a
JSON file: {{"name": "…", "accreditation": {{"body": "…", "number": "…", "scope": "…",
"validTo": "2029-01-01T00:00:00Z"}}}}. The statement goes to --out; if that is there already, it
is not signed again. --submit hands it in: the declarant must have granted you level 1.

{ENVIRONMENT}"""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = describe(commands, "attest", "sign a verification statement", DESCRIPTION)
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--key", required=True, type=Path, help="private key (PEM)")
    parser.add_argument("--verifier", required=True, type=Path, help="who verifies (JSON)")
    parser.add_argument("--out", required=True, type=Path, help="JWS file of the statement")
    _add_conclusion(parser)
    parser.add_argument("--submit", action="store_true", help="hand it in at the hub")
    add_options(parser)
    parser.set_defaults(run=run)


def _add_conclusion(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--assurance", required=True, choices=("limited", "reasonable"))
    parser.add_argument(
        "--share", required=True, metavar="PERCENT", help="of the footprint backed by evidence"
    )
    parser.add_argument(
        "--standard",
        required=True,
        action="append",
        help="verified against, e.g. 'ISO 14067:2018'; may be repeated",
    )
    parser.add_argument("--completed", required=True, type=_day, metavar="DATE")
    parser.add_argument("--valid-until", required=True, type=_day, metavar="DATE", help="exclusive")
    parser.add_argument("--level", choices=("product", "program", "model"), default="product")
    parser.add_argument(
        "--boundary",
        choices=("gate-to-gate", "cradle-to-gate", "cradle-to-grave"),
        default="cradle-to-gate",
    )
    parser.add_argument(
        "--exclude-annex",
        action="append",
        default=[],
        choices=("split", "composition", "activity", "evidence"),
        help="an annex that was not looked at; may be repeated",
    )
    parser.add_argument("--text", help="the conclusion in your own words (default: the standard's)")
    parser.add_argument("--role", help="in which role you sign")
    parser.add_argument("--audience", help="the hub it is meant for")


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Check the declaration, sign the statement or take the one that is there, hand it in."""
    item = load_one(arguments.file)
    verdict = judge(item)
    for problem in verdict.problems:
        terminal.problem(str(arguments.file), problem)
    terminal.findings(str(arguments.file), verdict.findings, to_stderr=True)
    if verdict.standing is Standing.INVALID:
        terminal.warn("sdk/attest-broken")
        return REFUSED
    if arguments.out.exists():
        attested = _kept(arguments.out, item)
    else:
        attested = attest(
            item,
            _conclusion(arguments, terminal),
            load_verifier(arguments.verifier),
            FileSigner.load(arguments.key),
        )
        terminal.warn("sdk/you-sign", statement=attested.text)
        write_bytes(arguments.out, attested.jws.encode("ascii"))
    terminal.raw(attested.digest)
    return _submit(arguments, attested, terminal) if arguments.submit else DONE


def _kept(path: Path, item: Item) -> Attested:
    attested = read_attested(path.read_text(encoding="ascii", errors="replace").strip())
    if not is_on(attested, item):
        raise ConfigurationError("sdk/attest-other", file=str(path))
    return attested


def _submit(arguments: argparse.Namespace, attested: Attested, terminal: Terminal) -> int:
    with client(arguments, terminal.lang) as hub:
        verdict = hub.submit_verification(attested.jws)
    out: Path = arguments.out
    write_bytes(out.with_suffix(".receipt.json"), verdict.receipt)
    if verdict.proof is not None:
        write_bytes(out.with_suffix(".tlog-proof"), verdict.proof)
    terminal.say("sdk/attested", digest=verdict.digest, declaration=verdict.declaration)
    return DONE


def _conclusion(arguments: argparse.Namespace, terminal: Terminal) -> Conclusion:
    return Conclusion(
        arguments.assurance,
        arguments.share,
        arguments.standard,
        arguments.completed,
        arguments.valid_until,
        arguments.level,
        arguments.boundary,
        arguments.exclude_annex,
        arguments.text,
        cast(Language, terminal.lang),
        arguments.role,
        arguments.audience,
    )


def _day(text: str) -> datetime:
    day = date.fromisoformat(text)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
