"""The log's Merkle tree, its checkpoints with cosignatures, and consents as entries of the log.

The entries that are there already are brought into the tree: its nodes follow from their leaves.
"""

import hashlib
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = ("log_node", "log_checkpoint", "log_cosignature", "log_continuation", "consent_event")
"""In the order in which they can be created; all of them are only ever added to."""

BATCH = 10_000


def upgrade() -> None:
    """Create the tables, grow the tree, and bar edits."""
    _create_tree()
    _create_continuation()
    _create_consent_event()
    _grow()
    for table in TABLES:
        _bar_edits(table)


def downgrade() -> None:
    """Drop the tables; the entries and their leaves stay."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_tree() -> None:
    op.create_table(
        "log_node",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("level", "number", name=op.f("pk_log_node")),
    )
    op.create_table(
        "log_checkpoint",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("origin", sa.String(length=300), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_log_checkpoint")),
    )
    op.create_table(
        "log_cosignature",
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["size"], ["log_checkpoint.size"], name=op.f("fk_log_cosignature_size_log_checkpoint")
        ),
        sa.PrimaryKeyConstraint("size", "key", name=op.f("pk_log_cosignature")),
    )


def _create_continuation() -> None:
    op.create_table(
        "log_continuation",
        sa.Column("log_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("log_index", name=op.f("pk_log_continuation")),
    )


def _create_consent_event() -> None:
    op.create_table(
        "consent_event",
        sa.Column("log_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("grant_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["consent_grant.id"], name=op.f("fk_consent_event_grant_id_consent_grant")
        ),
        sa.PrimaryKeyConstraint("log_index", name=op.f("pk_consent_event")),
    )
    op.create_index(op.f("ix_consent_event_grant_id"), "consent_event", ["grant_id"], unique=False)


def _grow() -> None:
    entries = sa.table("log_entry", sa.column("index"), sa.column("leaf"))
    nodes = sa.table("log_node", sa.column("level"), sa.column("number"), sa.column("hash"))
    connection = op.get_bind()
    leaves = connection.execute(sa.select(entries.c.leaf).order_by(entries.c.index)).scalars()
    waiting: list[dict[str, object]] = []
    for node in _nodes(bytes(leaf) for leaf in leaves):
        waiting.append(node)
        if len(waiting) == BATCH:
            connection.execute(nodes.insert(), waiting)
            waiting = []
    if waiting:
        connection.execute(nodes.insert(), waiting)


def _nodes(leaves: Iterator[bytes]) -> Iterator[dict[str, object]]:
    """The inner nodes of RFC 9162 that are complete, as the leaves complete them."""
    open_lefts: dict[int, bytes] = {}
    for index, leaf in enumerate(leaves):
        level, value = 0, leaf
        while index >> level & 1:
            value = hashlib.sha256(b"\x01" + open_lefts[level] + value).digest()
            level += 1
            yield {"level": level, "number": index >> level, "hash": value}
        open_lefts[level] = value


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
