"""Compiled bills of materials: copies of what is recorded, made anew whenever they are missing."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of snapshots."""
    op.create_table(
        "bom_snapshot",
        sa.Column("company_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("format", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_bom_snapshot_company_id_company")
        ),
        sa.PrimaryKeyConstraint("company_id", "state", name=op.f("pk_bom_snapshot")),
    )


def downgrade() -> None:
    """Drop it: nothing is lost that the rows do not say."""
    op.drop_table("bom_snapshot")
