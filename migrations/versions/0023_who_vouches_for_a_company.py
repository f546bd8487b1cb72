"""Who vouches for a company's identifiers is recorded."""

import sqlalchemy as sa
from alembic import op

from hub.kit.migrating import raise_walls
from hub.kit.wall_policies import RECORDED

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TABLE = "identity_assurance"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("company_id", sa.String(length=36), nullable=False),
        sa.Column("scheme", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("level", sa.String(length=30), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        sa.Column("key", sa.String(length=43)),
        sa.Column("credential", sa.Text()),
        sa.Column("recorded_by", sa.String(length=60), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_because", sa.String(length=300)),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f(f"fk_{TABLE}_company_id_company")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    for column in ("company_id", "key"):
        op.create_index(op.f(f"ix_{TABLE}_{column}"), TABLE, [column])
    raise_walls({TABLE: RECORDED})


def downgrade() -> None:
    """Drop it: every company is self-asserted again."""
    op.drop_table(TABLE)
