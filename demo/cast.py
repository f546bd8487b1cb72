"""The operator's part: register the invented companies and who may act for them.

It does on the database what `hub company add` and `hub machine add` do, all of it in one
transaction, and runs other `hub` commands in this process: forty companies by commands of their
own would take longer than the rest of the demo.
"""

import io
import os
import secrets
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from demo.published import SOURCE, rows
from hub.access.administration import enrol_machine
from hub.cli import main as hub
from hub.cli.roles import operator_of
from hub.cli.terminal import database
from hub.parties.usecases import add_company, parse_identifier

MAIL_DOMAIN = "demo.invalid"
MACHINE_ROLES = ("submitter", "releaser", "buyer", "lca-officer")
PERSON_ROLES = (*MACHINE_ROLES, "admin")
"""In a small company one person is everything."""


@dataclass(frozen=True)
class Member:
    """A registered company and the credentials of its machine."""

    code: str
    name: str
    company_id: str
    client_id: str
    client_secret: str
    behaviour: str


@dataclass(frozen=True)
class User:
    """A person of the demo; the password exists only on the screen."""

    code: str
    company: str
    name: str
    email: str
    password: str


def migrate() -> None:
    """Make the tables, and the key that the hub signs with."""
    run("migrate")
    run("key", "make-hub-key", os.environ["HUB_SIGNING_KEY_FILE"])


def register(companies: list[dict[str, str]]) -> list[Member]:
    """All companies that are on the hub, each with a machine."""
    present = [row for row in companies if row["behaviour"] != "unregistered"]
    with database() as session:
        return [_member(session, row) for row in present]


def registered_people(folder: Path, companies: list[dict[str, str]]) -> list[User]:
    """One person a company, with a generated password."""
    return [_user(folder, row) for row in companies if row["behaviour"] != "unregistered"]


def companies() -> list[dict[str, str]]:
    """The cast as it stands in the sources."""
    return rows(SOURCE / "companies.csv")


def roles(names: Iterable[str]) -> list[str]:
    """As `hub person add` and `hub machine add` take them."""
    return [word for name in names for word in ("--role", name)]


def run(*words: str) -> str:
    """One `hub` command; returns what it printed. Raises `RuntimeError` when it fails."""
    printed, told = io.StringIO(), io.StringIO()
    with redirect_stdout(printed), redirect_stderr(told):
        status = hub(list(words))
    if status:
        raise RuntimeError(f"hub {' '.join(words)}: exit status {status}\n{told.getvalue()}")
    return printed.getvalue().strip()


def _member(session: Session, row: dict[str, str]) -> Member:
    identifiers = [parse_identifier(f"demo:{row['code']}")]
    company = add_company(session, row["name"], row["country"], identifiers, invented=True)
    machine, secret = enrol_machine(session, operator_of(company.id), "ERP", MACHINE_ROLES)
    return Member(
        row["code"], row["name"], company.id, machine.id, secret, behaviour=row["behaviour"]
    )


def _user(folder: Path, row: dict[str, str]) -> User:
    password = secrets.token_urlsafe(9)
    secret = folder / "password"
    secret.write_text(password, "utf-8")
    email = f"{row['code'].lower()}@{MAIL_DOMAIN}"
    try:
        run(
            "person",
            "add",
            f"demo:{row['code']}",
            "--email",
            email,
            "--name",
            row["person"],
            *roles(PERSON_ROLES),
            "--language",
            row["language"],
            "--password-file",
            str(secret),
        )
    finally:
        secret.unlink()
    return User(row["code"], row["name"], row["person"], email, password)


def as_rows(members: list[Member]) -> list[dict[str, str]]:
    """The members as plain text, to hand them to the suppliers' process."""
    return [asdict(member) for member in members]
