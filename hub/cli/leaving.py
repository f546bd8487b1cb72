"""`hub company export` and `hub company erase`: what a company takes along, and its deletion."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.orm import Session

from hub.cli.reading import reading
from hub.cli.terminal import database, language, say, session_factory
from hub.exit.exporting import export_company
from hub.exit.usecases import erase_company, plan_of
from hub.kit.database import empty_journal, open_database
from hub.kit.errors import BadInput
from hub.parties.tables import Company
from hub.parties.usecases import find_company
from hub.settings import Settings
from hub.trust.erasures import company_erasure


def run_export(arguments: argparse.Namespace) -> int:
    """Write the archive; a file that cannot be finished is taken away."""
    settings = Settings()
    with database() as session:
        company, caller = reading(session, arguments)
    opened = open_database(settings.database_url)
    own = opened.of_company(company.id)
    try:
        with _new_file(arguments.out) as file:
            for piece in export_company(own.write, own.read, caller, settings):
                file.write(piece)
    finally:
        opened.engine.dispose()
    told = {"file": str(arguments.out), "company": company.name}
    say("exit/exported", told, language(arguments))
    return 0


def run_erase(arguments: argparse.Namespace) -> int:
    """A dry run without --confirm; 0 either way, 1 when something refuses."""
    with database() as session:
        company_id = _id(session, arguments.company)
        if arguments.confirm is None:
            _say_plan(session, company_id, language(arguments))
            return 0
    if arguments.confirm != company_id:
        raise BadInput("exit/confirm", company=company_id)
    if arguments.out is None:
        raise BadInput("exit/out")
    with session_factory() as factory, _new_file(arguments.out) as file:
        receipt = erase_company(factory, company_id, "operator", arguments.reason, Settings())
        file.write(receipt)
        empty_journal(factory)
    told = {"company": company_id, "file": str(arguments.out)}
    say("exit/erased", told, language(arguments))
    return 0


def _say_plan(session: Session, company_id: str, lang: str) -> None:
    plan = plan_of(session, company_id)
    for table, count in sorted(plan.goes.items()):
        if count:
            print(table, count, sep="\t")
    affected = {"statements": str(plan.statements), "companies": str(plan.companies)}
    say("exit/stays", {}, lang)
    say("exit/affected", affected, lang)
    say("exit/confirm-cli", {"company": company_id}, lang)


def _id(session: Session, name: str) -> str:
    """The company's id; one that was erased has no other name, and gets its receipt again."""
    known = session.get(Company, name.strip())
    if known is not None and company_erasure(session, known.id) is not None:
        return known.id
    return find_company(session, name).id


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """A file that only its owner may read; opened before anything is done."""
    try:
        with path.open("xb") as file:
            path.chmod(0o600)
            try:
                yield file
            except BaseException:
                path.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise BadInput("hub/file", file=str(path), reason=error.strerror or str(error)) from None
