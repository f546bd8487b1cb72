"""For what else a site uses energy, and how many of the units made were rejected."""

import sqlalchemy as sa
from alembic import op

from hub.kit.migrating import raise_walls
from hub.kit.wall_policies import owned

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

USES = "energy_use"


def upgrade() -> None:
    """A table, and a column that is unknown of what was recorded before."""
    _create_energy_use()
    raise_walls({USES: owned()})
    op.add_column("production_volume", sa.Column("rejects", sa.String(length=80), nullable=True))


def downgrade() -> None:
    """What was recorded is lost."""
    op.drop_column("production_volume", "rejects")
    op.drop_table(USES)


def _create_energy_use() -> None:
    owners = {"company_id": "company", "site_id": "site"}
    op.create_table(
        USES,
        sa.Column("id", sa.String(length=36), nullable=False),
        *(sa.Column(name, sa.String(length=36), nullable=False) for name in owners),
        sa.Column("carrier", sa.String(length=40), nullable=False),
        sa.Column("use", sa.String(length=20), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.String(length=80), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=60), nullable=False),
        *(
            sa.ForeignKeyConstraint([name], [f"{to}.id"], name=op.f(f"fk_{USES}_{name}_{to}"))
            for name, to in owners.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{USES}")),
    )
    op.create_index("ix_energy_use_site_id_period", USES, ["site_id", "period"])
