"""The operator's part: register the invented companies and who may act for them.

It runs `hub` commands on the database, in this process: thirty of them in children of their own
would take longer than the rest of the demo.
"""

import io
import secrets
from collections.abc import Iterable
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass
from pathlib import Path

from demo.published import SOURCE, rows
from hub.cli import main as hub

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

    company: str
    name: str
    email: str
    password: str


def migrate() -> None:
    """Make the tables."""
    run("migrate")


def register(companies: list[dict[str, str]]) -> list[Member]:
    """All companies that are on the hub, each with a machine."""
    return [_member(row) for row in companies if row["behaviour"] != "unregistered"]


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
    printed = io.StringIO()
    with redirect_stdout(printed):
        status = hub(list(words))
    if status:
        raise RuntimeError(f"hub {' '.join(words)}: exit status {status}")
    return printed.getvalue().strip()


def _member(row: dict[str, str]) -> Member:
    company = run(
        "company",
        "add",
        row["name"],
        "--identifier",
        f"demo:{row['code']}",
        "--country",
        row["country"],
        "--invented",
    )
    printed = run("machine", "add", company, "--name", "ERP", *roles(MACHINE_ROLES))
    machine = dict(line.split("=", 1) for line in printed.splitlines())
    return Member(row["code"], row["name"], company, **machine, behaviour=row["behaviour"])


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
    return User(row["name"], row["person"], email, password)


def as_rows(members: list[Member]) -> list[dict[str, str]]:
    """The members as plain text, to hand them to the suppliers' process."""
    return [asdict(member) for member in members]
