"""`hub migrate`: bring the database to the tables of this version."""

import argparse

from alembic import command

from hub.cli.schema_version import alembic_config
from hub.cli.terminal import Commands


def register(commands: Commands) -> None:
    """Add `migrate`."""
    parser = commands.add_parser("migrate", help="create or upgrade the tables of the database")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Upgrade to the newest revision; a database that is there already stays as it is."""
    command.upgrade(alembic_config(), "head")
    return 0
