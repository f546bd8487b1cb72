"""The access log says how something was read: on a page, by the API, by a command."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of earlier reads it is unknown."""
    op.add_column("access_record", sa.Column("channel", sa.String(length=10)))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("access_record", "channel")
