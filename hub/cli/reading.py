"""Who reads a company's data on the command line: the company itself, or the hub's operator.

Nobody signs in there. Where only one company signs in to the hub, whoever reads is taken for it:
the embedded hub. Where several do, whoever holds the database is their operator, and has to say
why; the company sees it in its access log.
"""

import argparse

from sqlalchemy.orm import Session

from hub.access.administration import companies_that_sign_in, operating_company
from hub.access.caller import Caller
from hub.cli.terminal import COMPANY_HELP
from hub.kit.errors import BadInput
from hub.parties.tables import Company
from hub.parties.usecases import find_company
from hub.settings import Settings
from hub.sharing.glass import COMMAND_LINE, read_at_command_line


def add_company(command: argparse.ArgumentParser) -> None:
    """The company whose data a command prints, and why the operator does so."""
    command.add_argument("company", metavar="COMPANY", help=COMPANY_HELP)
    add_reason(command)


def add_reason(command: argparse.ArgumentParser) -> None:
    """Why the operator reads what a command prints."""
    command.add_argument(
        "--reason", help="why the operator reads another company's data; the company sees it"
    )
    command.add_argument("--ticket", help="where the reason is on file")


def reading(session: Session, arguments: argparse.Namespace) -> tuple[Company, Caller]:
    """The company that is read, and who reads; an operator's read is recorded with its reason.

    Raises `NotFound` for the company, `BadInput` (`glass/reason-needed`) for an operator without
    a reason.
    """
    company = find_company(session, arguments.company)
    return company, reading_of(session, arguments, company)


def reading_of(session: Session, arguments: argparse.Namespace, company: Company) -> Caller:
    """Who reads, as `reading` tells, where the company follows from what is read."""
    if not _is_own(session, company):
        reason = arguments.reason or Settings().read_reason
        if not reason:
            raise BadInput("glass/reason-needed", company=company.name)
        command = " ".join(["hub", arguments.command, *_subject(arguments)])
        read_at_command_line(session, company.id, reason, arguments.ticket, command)
    return Caller(company.id, COMMAND_LINE, operator=True)


def _subject(arguments: argparse.Namespace) -> list[str]:
    """Which part or scenario is read, where the command names one."""
    named = (getattr(arguments, name, None) for name in ("part", "name", "digest"))
    return [text for text in named if text is not None]


def _is_own(session: Session, company: Company) -> bool:
    """Whether whoever reads is the company itself."""
    if company.id == operating_company(session):
        return True
    return companies_that_sign_in(session) <= {company.id}
