"""Statements of verifiers, their revocations, and which companies belong to one group."""

import sqlalchemy as sa
from alembic import op

from hub.kit.migrating import change_wall, raise_walls
from hub.kit.wall_policies import RECORDED, Wall, either, part_of, told_of

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLES = ("company_relation", "verification", "verification_revocation")
"""In the order in which they can be created; none is ever changed."""

WALLS: dict[str, Wall] = {
    "company_relation": RECORDED,
    "verification": told_of("company_id", "declarant_id"),
    "verification_revocation": part_of(
        "verification_revocation", "verification", "verification", "digest"
    ),
}
OF_DECLARATIONS = part_of("receipt", "declaration", "digest", "digest")
OF_BOTH = either(OF_DECLARATIONS, part_of("receipt", "verification", "digest", "digest"))
"""Whose receipts are kept."""


def upgrade() -> None:
    """Create the tables, bar edits, raise the walls, and let receipts be of statements too."""
    _create_relation()
    _create_verification()
    _create_revocation()
    _bar_edits("company_relation")
    for table in ("verification", "verification_revocation"):
        _let_go_of_what_is_erased(table)
    raise_walls(WALLS)
    change_wall("receipt", OF_DECLARATIONS, OF_BOTH)


def downgrade() -> None:
    """Drop the tables; the entries of the log and the receipts stay."""
    change_wall("receipt", OF_BOTH, OF_DECLARATIONS)
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_relation() -> None:
    op.create_table(
        "company_relation",
        sa.Column("company_id", sa.String(length=36), nullable=False),
        sa.Column("other_id", sa.String(length=36), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_company_relation_company_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["company.id"], name=op.f("fk_company_relation_other_id_company")
        ),
        sa.PrimaryKeyConstraint("company_id", "other_id", name=op.f("pk_company_relation")),
    )


def _create_verification() -> None:
    op.create_table(
        "verification",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("company_id", sa.String(length=36), nullable=False),
        sa.Column("declarant_id", sa.String(length=36), nullable=False),
        sa.Column("declaration", sa.String(length=64), nullable=False),
        sa.Column("jws", sa.LargeBinary(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("key_thumbprint", sa.String(length=43), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("log_index", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("assurance", sa.String(length=20), nullable=False),
        sa.Column("boundary", sa.String(length=20), nullable=False),
        sa.Column("share", sa.String(length=80), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accredited_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_verification_company_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["declarant_id"], ["company.id"], name=op.f("fk_verification_declarant_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["declaration"],
            ["declaration.digest"],
            name=op.f("fk_verification_declaration_declaration"),
        ),
        sa.ForeignKeyConstraint(
            ["key_thumbprint"],
            ["signing_key.thumbprint"],
            name=op.f("fk_verification_key_thumbprint_signing_key"),
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_verification")),
        sa.UniqueConstraint("log_index", name=op.f("uq_verification_log_index")),
    )
    for column in ("company_id", "declarant_id", "declaration"):
        op.create_index(op.f(f"ix_verification_{column}"), "verification", [column], unique=False)


def _create_revocation() -> None:
    op.create_table(
        "verification_revocation",
        sa.Column("verification", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("jws", sa.LargeBinary(), nullable=False),
        sa.Column("key_thumbprint", sa.String(length=43), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("log_index", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["verification"],
            ["verification.digest"],
            name=op.f("fk_verification_revocation_verification_verification"),
        ),
        sa.ForeignKeyConstraint(
            ["key_thumbprint"],
            ["signing_key.thumbprint"],
            name=op.f("fk_verification_revocation_key_thumbprint_signing_key"),
        ),
        sa.PrimaryKeyConstraint("verification", name=op.f("pk_verification_revocation")),
        sa.UniqueConstraint("log_index", name=op.f("uq_verification_revocation_log_index")),
    )


def _bar_edits(table: str) -> None:
    """As revision 0001 bars them: its function is there."""
    _bar(table, "UPDATE", "DELETE")


def _let_go_of_what_is_erased(table: str) -> None:
    """Bar edits; a row is deleted only when an erasure names its entry, as revision 0011 has it."""
    _bar(table, "UPDATE")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_only_erased BEFORE DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION hub_only_erased()"
        )
        return
    op.execute(
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
        "WHEN NOT EXISTS (SELECT 1 FROM log_erased WHERE log_index = OLD.log_index) "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _bar(table: str, *edits: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE {' OR '.join(edits)} OR TRUNCATE "
            f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION hub_append_only()"
        )
        return
    for edit in edits:
        op.execute(
            f"CREATE TRIGGER {table}_no_{edit.lower()} BEFORE {edit} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
