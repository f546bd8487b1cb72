"""Erasures and the ends of the hub's own keys in the log; what statements were computed from.

A consent's bytes, which could never be deleted, can be once the list of an erasure names them.
"""

import json
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from hub.kit.migrating import raise_walls
from hub.kit.wall_policies import owned, part_of

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

APPEND_ONLY = ("log_erasure", "log_erased", "hub_key_event")
WALLS = {
    "erasure_demand": owned(),
    "log_erasure": owned(),
    "rollup_statement_input": part_of(
        "rollup_statement_input", "rollup_statement", "statement", "digest"
    ),
}


def upgrade() -> None:
    """Create the tables, note what is known of older statements, and bar edits."""
    op.add_column("company", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    _create_erasure()
    _create_hub_key_event()
    _create_statement_input()
    _create_demand()
    _note_inputs()
    raise_walls(WALLS)
    for table in APPEND_ONLY:
        _bar_edits(table)
    _unbar_edits("consent_event")
    _let_go_of_what_is_erased()


def downgrade() -> None:
    """Drop them; what was erased stays erased."""
    _keep_consent_events_again()
    _bar_edits("consent_event")
    for table in ("erasure_demand", "rollup_statement_input", "hub_key_event"):
        op.drop_table(table)
    op.drop_table("log_erased")
    op.drop_table("log_erasure")
    op.drop_column("company", "erased_at")


def _create_erasure() -> None:
    op.create_table(
        "log_erasure",
        sa.Column("log_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("company_id", sa.String(length=36), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("jws", sa.LargeBinary(), nullable=False),
        sa.Column("erased", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("log_index", name=op.f("pk_log_erasure")),
    )
    op.create_index(op.f("ix_log_erasure_company_id"), "log_erasure", ["company_id"])
    op.create_table(
        "log_erased",
        sa.Column("erasure", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("log_index", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("declaration", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["erasure"], ["log_erasure.log_index"], name=op.f("fk_log_erased_erasure_log_erasure")
        ),
        sa.PrimaryKeyConstraint("erasure", "position", name=op.f("pk_log_erased")),
        sa.UniqueConstraint("log_index", name=op.f("uq_log_erased_log_index")),
    )
    op.create_index(op.f("ix_log_erased_declaration"), "log_erased", ["declaration"])


def _create_hub_key_event() -> None:
    op.create_table(
        "hub_key_event",
        sa.Column("log_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("thumbprint", sa.String(length=43), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("good_until", sa.BigInteger(), nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["thumbprint"], ["hub_key.thumbprint"], name=op.f("fk_hub_key_event_thumbprint_hub_key")
        ),
        sa.PrimaryKeyConstraint("log_index", name=op.f("pk_hub_key_event")),
    )
    op.create_index(op.f("ix_hub_key_event_thumbprint"), "hub_key_event", ["thumbprint"])


def _create_statement_input() -> None:
    op.create_table(
        "rollup_statement_input",
        sa.Column("statement", sa.String(length=64), nullable=False),
        sa.Column("declaration", sa.String(length=64), nullable=False),
        sa.Column("is_told", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement"],
            ["rollup_statement.digest"],
            name=op.f("fk_rollup_statement_input_statement_rollup_statement"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("statement", "declaration", name=op.f("pk_rollup_statement_input")),
    )
    op.create_index(
        op.f("ix_rollup_statement_input_declaration"), "rollup_statement_input", ["declaration"]
    )


def _create_demand() -> None:
    op.create_table(
        "erasure_demand",
        sa.Column("company_id", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("demanded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_erasure_demand_company_id_company")
        ),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_erasure_demand")),
    )


def _note_inputs() -> None:
    """Of a statement that is there already, what its own annex names: more is not known."""
    statements = sa.table("rollup_statement", sa.column("digest"), sa.column("annex"))
    inputs = sa.table(
        "rollup_statement_input",
        sa.column("statement"),
        sa.column("declaration"),
        sa.column("is_told", sa.Boolean()),
    )
    connection = op.get_bind()
    names = connection.execute(sa.select(statements.c.digest)).scalars().all()
    for name in names:  # one annex at a time: they can be large
        query = sa.select(statements.c.annex).where(statements.c.digest == name)
        annex = connection.execute(query).scalar_one()
        rows = [
            {"statement": name, "declaration": digest, "is_told": True}
            for digest in _declarations(annex)
        ]
        if rows:
            connection.execute(inputs.insert(), rows)


def _declarations(annex: bytes) -> Iterator[str]:
    for entry in json.loads(bytes(annex))["inputs"]:
        kind, _, digest = entry.partition(" ")
        if kind == "value":
            yield digest


def _bar_edits(table: str) -> None:
    """As revision 0001 bars them: its function is there."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION hub_append_only()"
        )
        return
    for edit in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{edit.lower()} BEFORE {edit} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _unbar_edits(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        return
    for edit in ("update", "delete"):
        op.execute(f"DROP TRIGGER {table}_no_{edit}")


def _let_go_of_what_is_erased() -> None:
    """A consent event is never changed, and deleted only when an erasure names its entry."""
    if op.get_bind().dialect.name == "postgresql":
        _let_go_on_postgresql()
        return
    op.execute(
        "CREATE TRIGGER consent_event_no_update BEFORE UPDATE ON consent_event "
        "BEGIN SELECT RAISE(ABORT, 'consent_event is append-only'); END"
    )
    op.execute(
        "CREATE TRIGGER consent_event_no_delete BEFORE DELETE ON consent_event "
        "WHEN NOT EXISTS (SELECT 1 FROM log_erased WHERE log_index = OLD.log_index) "
        "BEGIN SELECT RAISE(ABORT, 'consent_event is append-only'); END"
    )


def _let_go_on_postgresql() -> None:
    op.execute(
        """
        CREATE FUNCTION hub_only_erased() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN
          IF EXISTS (SELECT 1 FROM log_erased WHERE log_index = OLD.log_index) THEN
            RETURN OLD;
          END IF;
          RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER consent_event_append_only BEFORE UPDATE OR TRUNCATE ON consent_event "
        "FOR EACH STATEMENT EXECUTE FUNCTION hub_append_only()"
    )
    op.execute(
        "CREATE TRIGGER consent_event_only_erased BEFORE DELETE ON consent_event "
        "FOR EACH ROW EXECUTE FUNCTION hub_only_erased()"
    )


def _keep_consent_events_again() -> None:
    _unbar_edits("consent_event")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER consent_event_only_erased ON consent_event")
        op.execute("DROP FUNCTION hub_only_erased()")
