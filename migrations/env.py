"""Where Alembic meets the hub: all rooms' tables, and the database that the settings name.

A caller that already has a connection (tests, one-transaction upgrades) passes it as
`config.attributes["connection"]`.
"""

from importlib import import_module
from pathlib import Path
from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

import hub
from hub.kit.database import connect
from hub.kit.tables import Base, UtcDateTime
from hub.settings import Settings

for tables in sorted(Path(hub.__file__).parent.glob("*/tables.py")):
    import_module(f"hub.{tables.parent.name}.tables")


def plain_type(kind: str, item: object, context: AutogenContext) -> str | Literal[False]:
    """Spell our column types in SQLAlchemy's words: a revision must not change with the code."""
    return "sa.DateTime(timezone=True)" if isinstance(item, UtcDateTime) else False


def migrate(connection: Connection) -> None:
    """Run the asked-for migrations in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        # SQLite cannot alter a table in place; Alembic then copies it.
        render_as_batch=connection.dialect.name == "sqlite",
        compare_server_default=True,
        render_item=plain_type,
    )
    with context.begin_transaction():
        context.run_migrations()


def main() -> None:
    """Migrate the caller's connection, else the database of `HUB_DATABASE_URL`."""
    given: Connection | None = context.config.attributes.get("connection")
    if given is not None:
        return migrate(given)
    engine = connect(Settings().database_url)
    with engine.begin() as connection:
        migrate(connection)
    engine.dispose()


main()
