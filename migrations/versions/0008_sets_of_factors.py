"""Sets of emission factors that the operator adds to those that ship."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TEXTS = {
    "factor_id": 500,
    "category": 500,
    "unit": 40,
    "value": 80,
    "gases": 20,
    "scope": 20,
    "series": 20,
    "basis": 20,
    "geography": 20,
}
_WORDS = ("name_en", "name_de", "name_zh", "source", "clause", "supersedes")


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "factor_set",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("version", sa.String(length=60), nullable=False),
        sa.Column("publisher", sa.String(length=500), nullable=False),
        sa.Column("licence", sa.String(length=500), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factor_set")),
        sa.UniqueConstraint("name", "version", name=op.f("uq_factor_set_name_version")),
    )
    op.create_table(
        "registry_factor",
        sa.Column("set_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(length=size), nullable=False) for name, size in _TEXTS.items()),
        sa.Column("year", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(length=500), nullable=False) for name in _WORDS),
        sa.ForeignKeyConstraint(
            ["set_id"], ["factor_set.id"], name=op.f("fk_registry_factor_set_id_factor_set")
        ),
        sa.PrimaryKeyConstraint("set_id", "position", name=op.f("pk_registry_factor")),
    )


def downgrade() -> None:
    """Drop both; imported sets are lost, and can be imported again."""
    op.drop_table("registry_factor")
    op.drop_table("factor_set")
