"""Counts of changes by company, and answers kept as bytes for as long as the counts stay."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; every company that is there starts to count at 0."""
    op.create_table(
        "company_changes",
        sa.Column("company_id", sa.String(length=36), nullable=False),
        sa.Column("changes", sa.BigInteger(), nullable=False),
        sa.Column("records", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_company_changes_company_id_company")
        ),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_company_changes")),
    )
    op.execute(
        "INSERT INTO company_changes (company_id, changes, records, changed_at) "
        "SELECT id, 0, 0, CURRENT_TIMESTAMP FROM company"
    )
    op.create_table(
        "stored_answer",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("company_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("reads", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_stored_answer_company_id_company")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_answer")),
    )
    op.create_index("ix_stored_answer_company_id_key", "stored_answer", ["company_id", "key"])
    op.create_table(
        "stored_answer_source",
        sa.Column("answer_id", sa.String(length=36), nullable=False),
        sa.Column("company_id", sa.String(length=36), nullable=False),
        sa.Column("changes", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"],
            ["stored_answer.id"],
            name=op.f("fk_stored_answer_source_answer_id_stored_answer"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_stored_answer_source_company_id_company")
        ),
        sa.PrimaryKeyConstraint("answer_id", "company_id", name=op.f("pk_stored_answer_source")),
    )


def downgrade() -> None:
    """Drop them: nothing is lost that the rows do not say."""
    op.drop_table("stored_answer_source")
    op.drop_table("stored_answer")
    op.drop_table("company_changes")
