"""Roles of PostgreSQL: the owner makes the tables, another role works on them behind the wall."""

from sqlalchemy import Connection, make_url, text

from hub.kit.errors import BadInput
from hub.settings import Settings

_EXISTS = text("SELECT count(*) FROM pg_roles WHERE rolname = :role")
_APPEND_ONLY = text(
    "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%\\_append\\_only'"
)
_ERASABLE = text(
    "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%\\_only\\_erased'"
)
"""Tables of which a row goes when the log says that it was erased, as a trigger sees to."""
_ROLE = text(
    "SELECT rolname, rolsuper OR rolbypassrls,"
    " EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
    " AND relkind = 'r' AND pg_has_role(current_user, relowner, 'MEMBER'))"
    " FROM pg_roles WHERE rolname = current_user"
)


def working_role(settings: Settings) -> str | None:
    """The role that the hub works as, when another one owns the tables."""
    return make_url(settings.database_url).username if settings.migration_url else None


def open_to(connection: Connection, role: str) -> None:
    """Let a role work on the tables: read and write, of the log only read and append, and delete
    of what is logged only what was erased.

    Raises `BadInput` (`hub/role-missing`) for a role that the server does not know.
    """
    if not connection.scalar(_EXISTS, {"role": role}):
        raise BadInput("hub/role-missing", role=role)
    name = connection.dialect.identifier_preparer.quote(role)
    schema = connection.dialect.identifier_preparer.quote(
        str(connection.scalar(text("SELECT current_schema()")))
    )
    connection.execute(text(f"GRANT USAGE ON SCHEMA {schema} TO {name}"))
    everything = f"ON ALL TABLES IN SCHEMA {schema} TO {name}"
    connection.execute(text(f"GRANT SELECT, INSERT, UPDATE, DELETE {everything}"))
    connection.execute(text(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {name}"))
    for table in connection.scalars(_APPEND_ONLY).all():
        connection.execute(text(f"REVOKE UPDATE, DELETE ON {table} FROM {name}"))
    for table in connection.scalars(_ERASABLE).all():
        connection.execute(text(f"GRANT DELETE ON {table} TO {name}"))
    connection.execute(text(f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {name}"))


def unfit(connection: Connection) -> BadInput | None:
    """Why the wall does not bind the role that is connected, or binds it only as long as it wants.

    `hub/role-unbound` for a superuser or one with BYPASSRLS, `hub/role-owner` for who owns a table
    or may act as its owner; None for a fit role, and on SQLite.
    """
    if connection.dialect.name != "postgresql":
        return None
    role, is_unbound, is_owner = connection.execute(_ROLE).one()
    if is_unbound:
        return BadInput("hub/role-unbound", role=role)
    return BadInput("hub/role-owner", role=role) if is_owner else None
