"""Roll-up statements, and the public keys of the hub that signs them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "hub_key",
        sa.Column("thumbprint", sa.String(length=43), nullable=False),
        sa.Column("jwk", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.Column("log_index", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("thumbprint", name=op.f("pk_hub_key")),
        sa.UniqueConstraint("log_index", name=op.f("uq_hub_key_log_index")),
    )
    op.create_table(
        "rollup_statement",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("company_id", sa.String(length=36), nullable=False),
        sa.Column("part_id", sa.String(length=36), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("basis", sa.String(length=10), nullable=False),
        sa.Column("key", sa.String(length=43), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("log_index", sa.BigInteger(), nullable=False),
        sa.Column("jws", sa.LargeBinary(), nullable=False),
        sa.Column("annex", sa.LargeBinary(), nullable=False),
        sa.Column("receipt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_rollup_statement_company_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["key"], ["hub_key.thumbprint"], name=op.f("fk_rollup_statement_key_hub_key")
        ),
        sa.ForeignKeyConstraint(
            ["part_id"], ["part.id"], name=op.f("fk_rollup_statement_part_id_part")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_rollup_statement")),
        sa.UniqueConstraint("log_index", name=op.f("uq_rollup_statement_log_index")),
    )
    for name in ("company_id", "part_id"):
        op.create_index(op.f(f"ix_rollup_statement_{name}"), "rollup_statement", [name])


def downgrade() -> None:
    """Drop both; what the log says of them stays."""
    op.drop_table("rollup_statement")
    op.drop_table("hub_key")
