"""Readings of energy, production, instruments, shares of products, and shared sites."""

import sqlalchemy as sa
from alembic import op

from hub.kit.migrating import raise_walls
from hub.kit.wall_policies import owned

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TABLES = (
    "energy_reading",
    "production_volume",
    "energy_instrument",
    "energy_allocation",
    "shared_site",
)


def upgrade() -> None:
    """Five tables of what was recorded when, by whom, and why."""
    _create_energy_reading()
    _create_production_volume()
    _create_energy_instrument()
    _create_energy_allocation()
    _create_shared_site()
    raise_walls({table: owned() for table in TABLES})


def downgrade() -> None:
    """What was recorded is lost."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _create(table: str, *columns: sa.Column[object], with_part: bool = False) -> None:
    """A table with these columns between whose a row is and who recorded it."""
    owners = {"company_id": "company", "site_id": "site"}
    if with_part:
        owners["part_id"] = "part"
    op.create_table(
        table,
        sa.Column("id", sa.String(length=36), nullable=False),
        *(sa.Column(name, sa.String(length=36), nullable=False) for name in owners),
        *columns,
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=60), nullable=False),
        *(
            sa.ForeignKeyConstraint([name], [f"{to}.id"], name=op.f(f"fk_{table}_{name}_{to}"))
            for name, to in owners.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _text(name: str, length: int, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def _create_energy_reading() -> None:
    _create(
        "energy_reading",
        _text("carrier", 40),
        _text("flow", 20),
        _text("meter", 100),
        _text("sub_meter", 100),
        _text("month", 7),
        _text("source", 10),
        _text("amount", 80),
        _text("unit", 40),
    )
    op.create_index("ix_energy_reading_site_id_month", "energy_reading", ["site_id", "month"])


def _create_production_volume() -> None:
    _create(
        "production_volume",
        _text("month", 7),
        _text("source", 10),
        _text("amount", 80),
        _text("unit", 40),
        with_part=True,
    )
    index = "ix_production_volume_site_id_month"
    op.create_index(index, "production_volume", ["site_id", "month"])


def _create_energy_instrument() -> None:
    _create(
        "energy_instrument",
        _text("reference", 200),
        _text("kind", 20),
        sa.Column("year", sa.Integer(), nullable=False),
        _text("amount", 80),
        _text("unit", 40),
        _text("holds", 80, nullable=True),
        _text("technology", 20),
        _text("kg_per_kwh", 80, nullable=True),
        _text("scheme", 20, nullable=True),
        _text("serial_prefix", 120, nullable=True),
        _text("serial_first", 120, nullable=True),
        _text("serial_last", 120, nullable=True),
        sa.Column("vintage", sa.Integer(), nullable=True),
        sa.Column("retired_on", sa.Date(), nullable=True),
        _text("beneficiary", 300, nullable=True),
    )
    for columns in (["company_id", "reference"], ["scheme", "serial_prefix"]):
        name = f"ix_energy_instrument_{'_'.join(columns)}"
        op.create_index(name, "energy_instrument", columns)


def _create_energy_allocation() -> None:
    _create(
        "energy_allocation",
        _text("carrier", 40),
        sa.Column("year", sa.Integer(), nullable=False),
        _text("method", 20),
        _text("sub_meter", 100, nullable=True),
        _text("quantity", 80, nullable=True),
        _text("total", 80, nullable=True),
        with_part=True,
    )
    op.create_index("ix_energy_allocation_site_id_year", "energy_allocation", ["site_id", "year"])


def _create_shared_site() -> None:
    _create(
        "shared_site",
        _text("carrier", 40),
        sa.Column("year", sa.Integer(), nullable=False),
        _text("code", 40),
        _text("share", 80),
    )
    op.create_index("ix_shared_site_site_id_year", "shared_site", ["site_id", "year"])
    columns = ["code", "carrier", "year"]
    op.create_index("ix_shared_site_code_carrier_year", "shared_site", columns)
