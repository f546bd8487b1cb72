"""Workbooks that come back filled in are worked on in batches."""

import sqlalchemy as sa
from alembic import op

from hub.kit.migrating import raise_walls
from hub.kit.wall_policies import owned, part_of

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

WALLS = {
    "import_run": owned(),
    "import_row": part_of("import_row", "import_run", "run_id", "id"),
}


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "import_run",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("company_id", sa.String(length=36), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary()),
        sa.Column("mark", sa.String(length=1), nullable=False),
        sa.Column("from_1904", sa.Boolean(), nullable=False),
        sa.Column("layout", sa.Text(), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.Column("accepted", sa.Boolean()),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("held", sa.String(length=60)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_import_run_company_id_company")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    op.create_index("ix_import_run_company_id_digest", "import_run", ["company_id", "digest"])
    op.create_table(
        "import_row",
        sa.Column("run_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("given", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("way", sa.String(length=20)),
        sa.Column("part_id", sa.String(length=36)),
        sa.Column("value", sa.String(length=80)),
        sa.Column("made", sa.String(length=36)),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["import_run.id"], name=op.f("fk_import_row_run_id_import_run")
        ),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name=op.f("fk_import_row_part_id_part")),
        sa.PrimaryKeyConstraint("run_id", "position", name=op.f("pk_import_row")),
    )
    op.create_index("ix_import_row_key", "import_row", ["key"])
    raise_walls(WALLS)


def downgrade() -> None:
    """Drop them: which files were sent, and what became of their rows, is gone."""
    op.drop_table("import_row")
    op.drop_table("import_run")
