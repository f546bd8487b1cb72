"""A supplier can dispute a sourcing link."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; no link that stands is disputed."""
    with op.batch_alter_table("sourcing_link") as table:
        table.add_column(sa.Column("disputed_at", sa.DateTime(timezone=True)))
        table.add_column(sa.Column("dispute_reason", sa.String(length=20)))
        table.add_column(sa.Column("dispute_words", sa.String(length=500)))
        table.add_column(sa.Column("dispute_ended_on", sa.Date()))


def downgrade() -> None:
    """Drop them: what was disputed is open again."""
    with op.batch_alter_table("sourcing_link") as table:
        for column in ("dispute_ended_on", "dispute_words", "dispute_reason", "disputed_at"):
            table.drop_column(column)
