"""A supplier can dispute a sourcing link."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

TABLE = "sourcing_link"


def upgrade() -> None:
    """Add the columns; no link that stands is disputed."""
    op.add_column(TABLE, sa.Column("disputed_at", sa.DateTime(timezone=True)))
    op.add_column(TABLE, sa.Column("dispute_reason", sa.String(length=20)))
    op.add_column(TABLE, sa.Column("dispute_words", sa.String(length=500)))
    op.add_column(TABLE, sa.Column("dispute_ended_on", sa.Date()))


def downgrade() -> None:
    """Drop them: what was disputed is open again."""
    for column in ("dispute_ended_on", "dispute_words", "dispute_reason", "disputed_at"):
        op.drop_column(TABLE, column)
