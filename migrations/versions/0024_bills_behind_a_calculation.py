"""Bills behind a calculation are kept, and what a document is made of goes with it."""

import sqlalchemy as sa
from alembic import op

from hub.kit.migrating import raise_walls
from hub.kit.wall_policies import owned

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

WALLS = {"calculation_bill": owned()}
ANNEXES = ("composition", "activity", "evidence")


def upgrade() -> None:
    """Add the table, and columns for the annexes of what waits for a signature."""
    op.create_table(
        "calculation_bill",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("company_id", sa.String(length=36), nullable=False),
        sa.Column("draft_id", sa.String(length=36), nullable=False),
        sa.Column("about", sa.String(length=40), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=40)),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer()),
        sa.Column("body", sa.LargeBinary()),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_calculation_bill_company_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["calculation_draft.id"],
            name=op.f("fk_calculation_bill_draft_id_calculation_draft"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calculation_bill")),
    )
    op.create_index(op.f("ix_calculation_bill_draft_id"), "calculation_bill", ["draft_id"])
    for name in ANNEXES:
        op.add_column("prepared_declaration", sa.Column(name, sa.LargeBinary()))
    raise_walls(WALLS)


def downgrade() -> None:
    """Drop them: bills are gone, and what waits loses the annexes that it names."""
    for name in reversed(ANNEXES):
        op.drop_column("prepared_declaration", name)
    op.drop_table("calculation_bill")
