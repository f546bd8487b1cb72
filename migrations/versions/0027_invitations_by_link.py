"""Companies and colleagues are invited by link."""

import sqlalchemy as sa
from alembic import op

from hub.kit.migrating import raise_walls
from hub.kit.wall_policies import owned

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

TABLE = "invitation"


def upgrade() -> None:
    """Add the table, and what a company is that nobody has claimed, or that is another."""
    op.add_column(
        "company", sa.Column("provisional", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("company", sa.Column("merged_into", sa.String(length=36)))
    op.create_table(
        TABLE,
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("inviter_id", sa.String(length=36), nullable=False),
        sa.Column("company_id", sa.String(length=36), nullable=False),
        sa.Column("invited_by", sa.String(length=60), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("said", sa.Text()),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("sendings", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        *(
            sa.ForeignKeyConstraint(
                [column], ["company.id"], name=op.f(f"fk_{TABLE}_{column}_company")
            )
            for column in ("inviter_id", "company_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("code_hash", name=op.f(f"uq_{TABLE}_code_hash")),
    )
    for column in ("inviter_id", "company_id"):
        op.create_index(op.f(f"ix_{TABLE}_{column}"), TABLE, [column])
    raise_walls({TABLE: owned("inviter_id")})


def downgrade() -> None:
    """Drop it: who was invited and did not come is a company like others."""
    op.drop_table(TABLE)
    op.drop_column("company", "merged_into")
    op.drop_column("company", "provisional")
