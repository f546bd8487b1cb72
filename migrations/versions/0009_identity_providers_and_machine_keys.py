"""People by identity providers, machines by keys: a password and a secret may be absent."""

import sqlalchemy as sa
from alembic import op

from hub.kit.migrating import raise_walls
from hub.kit.wall_policies import HIDDEN, part_of

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

WALLS = {
    "oidc_link": HIDDEN,
    "oidc_round": HIDDEN,
    "machine_key": part_of("machine_key", "machine", "machine_id", "id"),
    "used_assertion": HIDDEN,
}
NOBODYS_PASSWORD = f"scrypt${'00' * 16}${'00' * 32}"
NOBODYS_SECRET = "00" * 32
"""What stands where a hash must: nobody knows a text that has it."""


def upgrade() -> None:
    """Let both be absent, and create the tables."""
    _let_be_absent("person", "password_hash")
    _let_be_absent("machine", "secret_hash")
    _create_oidc()
    _create_machine_keys()
    raise_walls(WALLS)


def downgrade() -> None:
    """Drop the tables; who had neither password nor secret can no longer sign in."""
    for table in ("used_assertion", "machine_key", "oidc_round", "oidc_link"):
        op.drop_table(table)
    _demand("machine", "secret_hash", NOBODYS_SECRET)
    _demand("person", "password_hash", NOBODYS_PASSWORD)


def _create_oidc() -> None:
    op.create_table(
        "oidc_link",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("issuer", sa.String(length=500), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=True),
        sa.Column("invitation", sa.String(length=64), nullable=True),
        sa.Column("open_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_oidc_link_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oidc_link")),
        sa.UniqueConstraint("invitation", name=op.f("uq_oidc_link_invitation")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_oidc_link_issuer_subject")),
        sa.UniqueConstraint("person_id", "issuer", name=op.f("uq_oidc_link_person_id_issuer")),
    )
    op.create_table(
        "oidc_round",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("next", sa.String(length=2000), nullable=False),
        sa.Column("invitation", sa.String(length=64), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oidc_round")),
    )
    op.create_index(op.f("ix_oidc_round_expires_at"), "oidc_round", ["expires_at"])


def _create_machine_keys() -> None:
    op.create_table(
        "machine_key",
        sa.Column("machine_id", sa.String(length=36), nullable=False),
        sa.Column("thumbprint", sa.String(length=43), nullable=False),
        sa.Column("jwk", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["machine_id"], ["machine.id"], name=op.f("fk_machine_key_machine_id_machine")
        ),
        sa.PrimaryKeyConstraint("machine_id", "thumbprint", name=op.f("pk_machine_key")),
    )
    op.create_table(
        "used_assertion",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_used_assertion")),
    )
    op.create_index(op.f("ix_used_assertion_expires_at"), "used_assertion", ["expires_at"])


def _let_be_absent(table: str, column: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        _swap(table, column, sa.Column("swapped", sa.String(length=300), nullable=True))
    else:
        op.alter_column(table, column, existing_type=sa.String(length=300), nullable=True)


def _demand(table: str, column: str, instead: str) -> None:
    op.execute(
        sa.text(f"UPDATE {table} SET {column} = :i WHERE {column} IS NULL").bindparams(i=instead)
    )
    if op.get_bind().dialect.name == "sqlite":
        demanded = sa.Column(
            "swapped", sa.String(length=300), nullable=False, server_default=instead
        )
        _swap(table, column, demanded)
    else:
        op.alter_column(table, column, existing_type=sa.String(length=300), nullable=False)


def _swap(table: str, column: str, other: sa.Column[str]) -> None:
    """SQLite cannot alter a column, and to copy a table that others point to would end their rows:
    the column itself is replaced by another one."""
    op.add_column(table, other)
    op.execute(f"UPDATE {table} SET swapped = {column}")
    op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    op.execute(f"ALTER TABLE {table} RENAME COLUMN swapped TO {column}")
