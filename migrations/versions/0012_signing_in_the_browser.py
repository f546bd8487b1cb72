"""Signing in the browser: proofs of presence, keys with an end, documents that wait for one."""

import sqlalchemy as sa
from alembic import op

from hub.kit.migrating import raise_walls
from hub.kit.wall_policies import owned

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

WALLS = {"prepared_declaration": owned()}


def upgrade() -> None:
    """Add the columns and the table."""
    at = sa.DateTime(timezone=True)
    op.add_column("web_session", sa.Column("stepped_up_at", at, nullable=True))
    op.add_column("oidc_round", sa.Column("asked_anew_at", at, nullable=True))
    op.add_column("signing_key", sa.Column("not_after", at, nullable=True))
    op.add_column("signing_key", sa.Column("device", sa.String(length=100), nullable=True))
    _create_prepared_declaration()
    raise_walls(WALLS)


def downgrade() -> None:
    """Drop them; keys then have no end."""
    op.drop_table("prepared_declaration")
    op.drop_column("signing_key", "device")
    op.drop_column("signing_key", "not_after")
    op.drop_column("oidc_round", "asked_anew_at")
    op.drop_column("web_session", "stepped_up_at")


def _create_prepared_declaration() -> None:
    op.create_table(
        "prepared_declaration",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("company_id", sa.String(length=36), nullable=False),
        sa.Column("part_id", sa.String(length=36), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("cells", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("split", sa.LargeBinary(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consumed_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_prepared_declaration_company_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["part_id"], ["part.id"], name=op.f("fk_prepared_declaration_part_id_part")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prepared_declaration")),
    )
    op.create_index(
        op.f("ix_prepared_declaration_company_id"),
        "prepared_declaration",
        ["company_id"],
        unique=False,
    )
