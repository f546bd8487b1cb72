"""Answers about a part are kept until its footprint is declared."""

import sqlalchemy as sa
from alembic import op

from hub.kit.migrating import raise_walls
from hub.kit.wall_policies import owned

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TABLE = "calculation_draft"


def upgrade() -> None:
    """One table of drafts."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("company_id", sa.String(length=36), nullable=False),
        sa.Column("part_id", sa.String(length=36), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f(f"fk_{TABLE}_company_id_company")
        ),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name=op.f(f"fk_{TABLE}_part_id_part")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(f"ix_{TABLE}_company_id_part_id", TABLE, ["company_id", "part_id"])
    raise_walls({TABLE: owned()})


def downgrade() -> None:
    """What was answered is lost."""
    op.drop_table(TABLE)
