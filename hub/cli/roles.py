"""What commands about people and about machines share: roles as options, and who changes them."""

import argparse
from collections.abc import Iterable

from hub.access.caller import Caller
from hub.access.roles import Role
from hub.sharing.glass import COMMAND_LINE


def add_role_options(command: argparse.ArgumentParser, default: Iterable[Role] = ()) -> None:
    """Add `--role`, which must be given where nothing is usual."""
    usual = ", ".join(default)
    command.add_argument(
        "--role",
        dest="roles",
        action="append",
        choices=[role.value for role in Role],
        required=not usual,
        default=None,
        help="may be repeated" + (f" (default: {usual})" if usual else ""),
    )


def role_words(roles: Iterable[Role]) -> list[str]:
    """Roles as they are written, in the order of the table."""
    return [role.value for role in Role if role in roles]


def operator_of(company_id: str) -> Caller:
    """Whoever sits at the hub's command line, in the place of a company."""
    return Caller(company_id, COMMAND_LINE, operator=True)
