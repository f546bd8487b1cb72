"""What a manufacturer enters of its batteries is kept."""

import sqlalchemy as sa
from alembic import op

from hub.kit.migrating import raise_walls
from hub.kit.wall_policies import owned

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

CLASS, MODEL = "battery_class", "battery_model"


def upgrade() -> None:
    """Classes of parts, and master data of models."""
    op.create_table(
        CLASS,
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("company_id", sa.String(length=36), nullable=False),
        sa.Column("part_id", sa.String(length=36), nullable=False),
        sa.Column("component", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        *_keys(CLASS, "company", "part"),
    )
    op.create_table(
        MODEL,
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("company_id", sa.String(length=36), nullable=False),
        sa.Column("part_id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        *_keys(MODEL, "company", "part", "site"),
    )
    for table in (CLASS, MODEL):
        op.create_index(f"ix_{table}_company_id_part_id", table, ["company_id", "part_id"])
    raise_walls({CLASS: owned(), MODEL: owned()})


def _keys(table: str, *others: str) -> list[sa.Constraint]:
    foreign: list[sa.Constraint] = [
        sa.ForeignKeyConstraint(
            [f"{other}_id"], [f"{other}.id"], name=op.f(f"fk_{table}_{other}_id_{other}")
        )
        for other in others
    ]
    return [*foreign, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))]


def downgrade() -> None:
    """What was entered is lost."""
    op.drop_table(MODEL)
    op.drop_table(CLASS)
