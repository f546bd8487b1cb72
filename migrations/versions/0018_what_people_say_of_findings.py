"""What people say of findings is kept."""

import sqlalchemy as sa
from alembic import op

from hub.kit.migrating import raise_walls
from hub.kit.wall_policies import exchanged

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

WALLS = {"finding_decision": exchanged("company_id", "asked_id", "author_id")}


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "finding_decision",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("company_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("evidence_digest", sa.String(length=64), nullable=False),
        sa.Column("unit_digest", sa.String(length=64), nullable=False),
        sa.Column("seen_from", sa.String(length=36)),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("words", sa.Text()),
        sa.Column("verdict", sa.String(length=20)),
        sa.Column("assignee", sa.String(length=100)),
        sa.Column("asked", sa.String(length=20)),
        sa.Column("asked_id", sa.String(length=36)),
        sa.Column("author_id", sa.String(length=36)),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], ["company.id"], name=op.f(f"fk_finding_decision_{column}_company")
            )
            for column in ("company_id", "asked_id", "author_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_decision")),
    )
    op.create_index("ix_finding_decision_company_id_key", "finding_decision", ["company_id", "key"])
    op.create_index(op.f("ix_finding_decision_key"), "finding_decision", ["key"])
    op.create_index(op.f("ix_finding_decision_asked_id"), "finding_decision", ["asked_id"])
    raise_walls(WALLS)


def downgrade() -> None:
    """Drop it: what was said is gone."""
    op.drop_table("finding_decision")
