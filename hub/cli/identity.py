"""`hub company verify`: on whose word a company is who it says."""

import argparse
import sys
from datetime import date
from pathlib import Path

from hub.cli.terminal import COMPANY_HELP, Commands, database
from hub.kit.clock import now
from hub.kit.errors import BadInput
from hub.parties.assurance import confirm_by_registry, end_assurances, highest, standing
from hub.parties.usecases import find_company, parse_identifier
from hub.settings import Settings
from hub.trust.identity import accept_credential
from hub.trust.identity_issuers import read_issuers

OPERATOR = "operator"


def register_verify(actions: Commands) -> None:
    """Add `verify` to `company`."""
    verify = actions.add_parser(
        "verify",
        help="record on whose word a company is who it says, and print what stands",
        description="With --identifier and --source: you have looked into a register. With "
        "--credential: an issuer of HUB_IDENTITY_ISSUERS_FILE has signed it. With --end: nobody's "
        "word holds any more. Without any: only print.",
    )
    verify.add_argument("company", metavar="COMPANY", help=COMPANY_HELP)
    how = verify.add_mutually_exclusive_group()
    how.add_argument("--identifier", metavar="SCHEME:VALUE", help="one that the company has")
    how.add_argument("--credential", metavar="FILE", help="a signed credential, - for stdin")
    how.add_argument("--end", metavar="REASON", help="end what stands")
    verify.add_argument("--source", help="the register that names it, as one finds it again")
    verify.add_argument("--on", metavar="DATE", help="day of the look (default: today)")
    verify.add_argument("--until", metavar="DATE", help="first day on which it no longer holds")
    verify.set_defaults(run=run_verify)


def run_verify(arguments: argparse.Namespace) -> int:
    """Record it; then the company's level, and a line for each word that stands."""
    with database() as session:
        company_id = find_company(session, arguments.company).id
        if arguments.identifier:
            confirm_by_registry(
                session,
                company_id,
                parse_identifier(arguments.identifier),
                source=arguments.source or "",
                checked_on=_day(arguments.on) or now().date(),
                valid_to=_day(arguments.until),
                by=OPERATOR,
            )
        elif arguments.credential:
            issuers = read_issuers(Settings())
            accept_credential(session, company_id, _text(arguments.credential), issuers, OPERATOR)
        elif arguments.end:
            end_assurances(session, company_id, arguments.end)
        rows = standing(session, company_id)
        print(highest(rows))
        for row in rows:
            until = row.valid_to.isoformat() if row.valid_to else ""
            named = f"{row.scheme}:{row.value}"
            print(named, row.level, row.source, row.checked_on.isoformat(), until, sep="\t")
    return 0


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadInput("identity/days") from None


def _text(name: str) -> str:
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise BadInput("hub/file", file=name, reason=reason) from None
