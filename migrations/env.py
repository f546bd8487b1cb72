"""Where Alembic meets the hub: all rooms' tables, and the database that the settings name.

A caller that already has a connection (tests, one-transaction upgrades) passes it as
`config.attributes["connection"]`.
"""

from importlib import import_module
from pathlib import Path
from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, text

import hub
from hub.kit.database import connect
from hub.kit.roles import open_to, working_role
from hub.kit.tables import Base, UtcDateTime
from hub.settings import Settings

_HUB = Path(hub.__file__).parent
for tables in sorted(_HUB.glob("*/**/tables.py")):
    import_module(".".join(("hub", *tables.relative_to(_HUB).with_suffix("").parts)))


def plain_type(kind: str, item: object, context: AutogenContext) -> str | Literal[False]:
    """Spell our column types in SQLAlchemy's words: a revision must not change with the code."""
    return "sa.DateTime(timezone=True)" if isinstance(item, UtcDateTime) else False


def migrate(connection: Connection, role: str | None) -> None:
    """Run the asked-for migrations in one transaction, for a role that works on the tables."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        # SQLite cannot alter a table in place; Alembic then copies it.
        render_as_batch=connection.dialect.name == "sqlite",
        compare_server_default=True,
        render_item=plain_type,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            # The owner stands behind the wall too; a migration concerns everybody's rows.
            connection.execute(text("SELECT set_config('tierlight.viewer', 'hub', true)"))
        context.run_migrations()
        if role is not None and connection.dialect.name == "postgresql":
            open_to(connection, role)


def main() -> None:
    """Migrate the caller's connection, else the database of `HUB_MIGRATION_URL`, else that of
    `HUB_DATABASE_URL`."""
    given: Connection | None = context.config.attributes.get("connection")
    if given is not None:
        return migrate(given, context.config.attributes.get("role"))
    settings = Settings()
    engine = connect(settings.migration_url or settings.database_url)
    try:
        with engine.begin() as connection:
            migrate(connection, working_role(settings))
    finally:
        engine.dispose()


main()
