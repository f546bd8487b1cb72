"""Consents keep the statement that their owner signed; what was told of others' values is kept."""

import sqlalchemy as sa
from alembic import op

from hub.kit.migrating import raise_walls
from hub.kit.wall_policies import HIDDEN

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SIGNED = "ix_consent_grant_digest"
WALLS = {"value_release": HIDDEN}
READS = "ix_access_record_reader_id_object_kind_at"


def upgrade() -> None:
    """Add the table and the columns, and what counts the reads of a day."""
    op.create_table(
        "value_release",
        sa.Column("part_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("company_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("policy", sa.String(length=60), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["part_id"], ["part.id"], name=op.f("fk_value_release_part_id_part")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_value_release_company_id_company")
        ),
        sa.PrimaryKeyConstraint("part_id", "number", name=op.f("pk_value_release")),
    )
    op.create_index(op.f("ix_value_release_company_id"), "value_release", ["company_id"])
    op.add_column("consent_grant", sa.Column("digest", sa.String(length=64)))
    op.create_index(SIGNED, "consent_grant", ["digest"], unique=True)
    op.add_column("consent_event", sa.Column("key", sa.String(length=43)))
    op.add_column("consent_event", sa.Column("receipt", sa.LargeBinary()))
    op.create_index(READS, "access_record", ["reader_id", "object_kind", "at"])
    raise_walls(WALLS)


def downgrade() -> None:
    """Drop them; consents that were signed stay as consents."""
    op.drop_index(READS, "access_record")
    op.drop_column("consent_event", "receipt")
    op.drop_column("consent_event", "key")
    op.drop_index(SIGNED, "consent_grant")
    op.drop_column("consent_grant", "digest")
    op.drop_table("value_release")
