"""Mail waits in an outbox, and work that comes round has its time."""

import sqlalchemy as sa
from alembic import op

from hub.kit.migrating import raise_walls
from hub.kit.wall_policies import HIDDEN

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

WALLS = {"outbox_message": HIDDEN, "periodic_work": HIDDEN}


def upgrade() -> None:
    """Add both tables."""
    op.create_table(
        "outbox_message",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("company_id", sa.String(length=36)),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("template", sa.String(length=80), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("error", sa.String(length=300)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
    )
    op.create_index(
        "ix_outbox_message_state_next_try_at", "outbox_message", ["state", "next_try_at"]
    )
    for column in ("company_id", "recipient"):
        op.create_index(op.f(f"ix_outbox_message_{column}"), "outbox_message", [column])
    op.create_table(
        "periodic_work",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_periodic_work")),
    )
    raise_walls(WALLS)


def downgrade() -> None:
    """Drop them: mail that waits is never sent."""
    op.drop_table("periodic_work")
    op.drop_table("outbox_message")
