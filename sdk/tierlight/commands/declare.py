"""`tierlight declare`: signed declarations from a table."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from tierlight.commands import DONE, REFUSED, Commands, describe
from tierlight.declaring import Outcome, declare
from tierlight.details_file import read_details
from tierlight.errors import ConfigurationError
from tierlight.profile import load_profile
from tierlight.signer import FileSigner
from tierlight.submissions import Signed, read_file, write_file
from tierlight.table import read_table
from tierlight.terminal import Terminal
from tierlight_schemas.catalogue import CODES
from tierlight_schemas.columns import column_name
from tierlight_schemas.declarant import Declarant, Profile
from tierlight_schemas.envelope import EnvelopeError, verify
from tierlight_schemas.findings import Finding

DESCRIPTION = """\
Reads a CSV table with one footprint a row and writes one signed declaration a line.

Columns needed: number, period_start, period_end, declared_unit, kgco2e. All others are
described in docs/sdk.md. An empty kgco2e means unknown: the row is listed, not declared,
and never counted as zero. Period ends are exclusive: 2025-01-01 ends the year 2024.

All or nothing: if any row is wrong, all problems are reported and nothing is written, unless
--keep-going is given, which declares the good rows (the exit status is 1 all the same).

Run again on the same --out, nothing in it is changed: rows that say the same are skipped, a
changed row adds a declaration that supersedes the earlier one (same part, site, boundary and
end of the period). Keep the file: it is your record of what was signed.
--acknowledge document/unit-implausible="first month of a new line" puts the reason into every
declaration with that warning: it is signed, and whoever reads the warning reads it too.

Without --profile the declarant is named by the key: urn:tierlight:key:<thumbprint>."""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = describe(commands, "declare", "sign a declaration for each row", DESCRIPTION)
    parser.add_argument("table", type=Path, metavar="TABLE", help="CSV file")
    parser.add_argument("--key", required=True, type=Path, help="private key (PEM)")
    parser.add_argument("--out", required=True, type=Path, help="file of submissions (NDJSON)")
    parser.add_argument("--profile", type=Path, help="who declares (JSON)")
    parser.add_argument(
        "--keep-going", action="store_true", help="declare the good rows although others are wrong"
    )
    parser.add_argument(
        "--details", type=Path, metavar="FILE", help="annexes that `tierlight calculate` wrote"
    )
    parser.add_argument(
        "--acknowledge",
        action="append",
        default=[],
        metavar="CODE=REASON",
        help="why a warning of this code is right as it is; signed with it (may be repeated)",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Declare what is new or changed in the table."""
    reasons = dict(map(_reason, arguments.acknowledge))
    signer = FileSigner.load(arguments.key)
    profile = load_profile(arguments.profile) if arguments.profile else Profile()
    earlier = read_file(arguments.out)
    _refuse_broken(earlier, signer, arguments.out)
    table = read_table(arguments.table)
    for header in table.unread:
        terminal.warn("sdk/column-unread", file=arguments.table, column=header)
    declarant = Declarant(profile, signer.kid)
    details = read_details(arguments.details) if arguments.details else {}
    outcome = declare(table, declarant, signer, earlier, datetime.now(UTC), reasons, details)
    _report(outcome, str(arguments.table), terminal)
    for code in sorted(reasons.keys() - outcome.explained):
        terminal.warn("sdk/acknowledged-nothing", code=code)
    if outcome.refused and not arguments.keep_going:
        terminal.warn("sdk/nothing-written", file=arguments.out)
        return REFUSED
    if outcome.signed != earlier or not arguments.out.exists():
        write_file(arguments.out, outcome.signed)
    _summary(outcome, arguments.out, terminal)
    return REFUSED if outcome.refused else DONE


def _reason(text: str) -> tuple[str, str]:
    """The code of a warning, and why it is right. Raises `ConfigurationError` for anything else."""
    code, equals, reason = text.partition("=")
    if not (equals and reason.strip()) or code not in CODES:
        raise ConfigurationError("sdk/acknowledge-form", given=text[:100])
    return code, reason.strip()


def _refuse_broken(earlier: list[Signed], signer: FileSigner, path: Path) -> None:
    """A line signed with this key whose signature does not hold was altered: never keep it."""
    for number, entry in enumerate(earlier, start=1):
        if entry.opened.kid != signer.kid:
            continue
        try:
            verify(entry.jws, signer.jwk)
        except EnvelopeError as error:
            raise ConfigurationError(
                "sdk/not-a-submission", file=str(path), line=str(number), reason=error.code
            ) from error


def _report(outcome: Outcome, table: str, terminal: Terminal) -> None:
    for problem in outcome.problems:
        terminal.problem(table, problem)
    for found in outcome.findings:
        place = f"{table}:{found.row}{_column(found.finding)}"
        terminal.findings(place, [found.finding], to_stderr=True)
    for row, number in outcome.unknown:
        terminal.say("sdk/unknown-not-declared", file=table, row=row, number=number)


def _column(finding: Finding) -> str:
    """The column that fills the attribute found at: who fills in tables knows no JSON paths."""
    name = column_name(finding.path.rpartition(".")[2])
    return f" [{name}]" if name else ""


def _summary(outcome: Outcome, path: Path, terminal: Terminal) -> None:
    terminal.say(
        "sdk/declared",
        file=path,
        new=outcome.new,
        changed=outcome.changed,
        unchanged=outcome.unchanged,
        unknown=len(outcome.unknown),
    )
    if outcome.not_in_table:
        terminal.say("sdk/kept", count=outcome.not_in_table, file=path)
