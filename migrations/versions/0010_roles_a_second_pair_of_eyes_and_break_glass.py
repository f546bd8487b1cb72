"""Roles of people and machines, what waits for a second person, and the operator's break-glass.

What a person's role said in words becomes the roles that it means; a word that means none becomes
a submitter's. Machines keep all that they could do, but for what is an admin's from now on. A
company without an admin gets its first one by `hub person roles`.
"""

import sqlalchemy as sa
from alembic import op

from hub.kit.migrating import raise_walls
from hub.kit.wall_policies import owned, shared

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WALLS = {
    "company_event": owned(),
    "held_submission": owned(),
    "break_glass": shared("operator_id", "owner_id"),
}
MACHINES = "submitter releaser buyer lca-officer"
MEANINGS = (
    ("%clerk%", "submitter releaser"),
    ("%submit%", "submitter"),
    ("%releas%", "releaser"),
    ("%buyer%", "buyer"),
    ("%purchas%", "buyer"),
    ("%einkauf%", "buyer"),
    ("%lca%", "lca-officer"),
    ("%verif%", "verifier"),
    ("%audit%", "verifier"),
    ("%admin%", "admin"),
)
"""A part of the old words in lower case, and the roles it means; the last that fits holds."""


def upgrade() -> None:
    """Add what is new, then say what the old words mean."""
    _translate_roles()
    op.add_column("signing_key", sa.Column("added_by", sa.String(length=60)))
    _create_company_event()
    _create_held_submission()
    _create_break_glass()
    raise_walls(WALLS)


def downgrade() -> None:
    """Roles become words again; what waits, and who opened what, is lost."""
    op.drop_table("break_glass")
    op.drop_table("held_submission")
    op.drop_table("company_event")
    op.execute("ALTER TABLE signing_key DROP COLUMN added_by")
    op.execute("ALTER TABLE machine DROP COLUMN roles")
    op.add_column("person", sa.Column("role", sa.String(40), nullable=False, server_default=""))
    op.execute("UPDATE person SET role = substr(roles, 1, 40)")
    op.execute("ALTER TABLE person DROP COLUMN roles")


def _translate_roles() -> None:
    for table in ("person", "machine"):
        added = sa.Column("roles", sa.String(200), nullable=False, server_default=sa.text("''"))
        op.add_column(table, added)
    op.execute(sa.text("UPDATE machine SET roles = :roles").bindparams(roles=MACHINES))
    for words, roles in (("%", "submitter"), *MEANINGS):
        translated = sa.text("UPDATE person SET roles = :roles WHERE lower(role) LIKE :words")
        op.execute(translated.bindparams(roles=roles, words=words))
    op.execute("ALTER TABLE person DROP COLUMN role")


def _create_company_event() -> None:
    op.create_table(
        "company_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=True),
        sa.Column("said", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_company_event_company_id_company")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_event")),
    )
    op.create_index("ix_company_event_company_id_id", "company_event", ["company_id", "id"])


def _create_held_submission() -> None:
    op.create_table(
        "held_submission",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("company_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("declaration", sa.String(length=64), nullable=False),
        sa.Column("submission", sa.LargeBinary(), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=True),
        sa.Column("submitted_by", sa.String(length=60), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("decided_by", sa.String(length=60), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rejection", sa.Text(), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_held_submission_company_id_company")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_submission")),
    )
    index = op.f("ix_held_submission_declaration")
    op.create_index(index, "held_submission", ["declaration"])
    op.create_index(
        "ix_held_submission_company_id_submitted_at",
        "held_submission",
        ["company_id", "submitted_at"],
    )


def _create_break_glass() -> None:
    op.create_table(
        "break_glass",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("owner_id", sa.String(length=36), nullable=False),
        sa.Column("operator_id", sa.String(length=36), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("ticket", sa.String(length=100), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["company.id"], name=op.f("fk_break_glass_owner_id_company")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_break_glass")),
    )
    for column in ("owner_id", "actor"):
        op.create_index(op.f(f"ix_break_glass_{column}"), "break_glass", [column])
