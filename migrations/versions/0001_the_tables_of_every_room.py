"""The tables of every room, and the bar against editing the log.

Revision 0001, the first. A later revision that copies an append-only table on SQLite (batch mode)
must bar it again: triggers do not survive the copy.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "company",
    "company_identifier",
    "site",
    "failed_sign_in",
    "machine",
    "person",
    "access_token",
    "web_session",
    "log_entry",
    "receipt",
    "key_challenge",
    "signing_key",
    "key_event",
    "factor",
    "part",
    "bom_revision",
    "part_version",
    "sourcing_link",
    "bom_line",
    "access_record",
    "consent_grant",
    "declaration",
    "declaration_annex",
    "declaration_finding",
    "declaration_withdrawal",
)
"""In the order in which they can be created."""

APPEND_ONLY = ("log_entry", "key_event", "receipt")


def upgrade() -> None:
    """Create all tables, room by room, and bar edits of the append-only ones."""
    _create_parties()
    _create_access()
    _create_trust()
    _create_factors()
    _create_bom()
    _create_sharing()
    _create_declarations()
    for table in APPEND_ONLY:
        _bar_edits(table)


def downgrade() -> None:
    """Drop everything."""
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION hub_append_only()")


def _bar_edits(table: str) -> None:
    """Let the database itself refuse UPDATE and DELETE (and TRUNCATE where it exists)."""
    if op.get_bind().dialect.name == "postgresql":
        _bar_edits_on_postgresql(table)
    else:
        _bar_edits_on_sqlite(table)


def _bar_edits_on_postgresql(table: str) -> None:
    op.execute(
        """
        CREATE OR REPLACE FUNCTION hub_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
        """
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION hub_append_only()"
    )


def _bar_edits_on_sqlite(table: str) -> None:
    for edit in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{edit.lower()} BEFORE {edit} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _create_parties() -> None:
    _create_company()
    _create_company_identifier()
    _create_site()


def _create_company() -> None:
    op.create_table(
        "company",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("invented", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company")),
    )


def _create_company_identifier() -> None:
    op.create_table(
        "company_identifier",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("company_id", sa.String(length=36), nullable=False),
        sa.Column("scheme", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_company_identifier_company_id_company")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_identifier")),
        sa.UniqueConstraint("scheme", "value", name=op.f("uq_company_identifier_scheme_value")),
    )
    op.create_index(
        op.f("ix_company_identifier_company_id"), "company_identifier", ["company_id"], unique=False
    )


def _create_site() -> None:
    op.create_table(
        "site",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("company_id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("subdivision", sa.String(length=6), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_site_company_id_company")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("company_id", "code", name=op.f("uq_site_company_id_code")),
    )


def _create_access() -> None:
    _create_failed_sign_in()
    _create_machine()
    _create_person()
    _create_access_token()
    _create_web_session()


def _create_failed_sign_in() -> None:
    op.create_table(
        "failed_sign_in",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_sign_in")),
    )
    op.create_index(
        "ix_failed_sign_in_subject_at", "failed_sign_in", ["subject", "at"], unique=False
    )


def _create_machine() -> None:
    op.create_table(
        "machine",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("company_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("secret_hash", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_machine_company_id_company")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_machine")),
    )
    op.create_index(op.f("ix_machine_company_id"), "machine", ["company_id"], unique=False)


def _create_person() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("company_id", sa.String(length=36), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("password_hash", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_person_company_id_company")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )
    op.create_index(op.f("ix_person_company_id"), "person", ["company_id"], unique=False)


def _create_access_token() -> None:
    op.create_table(
        "access_token",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("machine_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["machine_id"], ["machine.id"], name=op.f("fk_access_token_machine_id_machine")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_token")),
    )
    op.create_index(
        op.f("ix_access_token_expires_at"), "access_token", ["expires_at"], unique=False
    )
    op.create_index(
        op.f("ix_access_token_machine_id"), "access_token", ["machine_id"], unique=False
    )


def _create_web_session() -> None:
    op.create_table(
        "web_session",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("csrf_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_web_session_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_session")),
    )
    op.create_index(op.f("ix_web_session_person_id"), "web_session", ["person_id"], unique=False)


def _create_trust() -> None:
    _create_log_entry()
    _create_receipt()
    _create_key_challenge()
    _create_signing_key()
    _create_key_event()


def _create_log_entry() -> None:
    op.create_table(
        "log_entry",
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("leaf", sa.LargeBinary(length=32), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("index", name=op.f("pk_log_entry")),
        sa.UniqueConstraint("kind", "digest", name=op.f("uq_log_entry_kind_digest")),
    )


def _create_receipt() -> None:
    op.create_table(
        "receipt",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("log_index", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_receipt")),
        sa.UniqueConstraint("log_index", name=op.f("uq_receipt_log_index")),
    )


def _create_key_challenge() -> None:
    op.create_table(
        "key_challenge",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("company_id", sa.String(length=36), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_key_challenge_company_id_company")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_challenge")),
    )
    op.create_index(
        op.f("ix_key_challenge_company_id"), "key_challenge", ["company_id"], unique=False
    )


def _create_signing_key() -> None:
    op.create_table(
        "signing_key",
        sa.Column("thumbprint", sa.String(length=43), nullable=False),
        sa.Column("company_id", sa.String(length=36), nullable=False),
        sa.Column("jwk", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_signing_key_company_id_company")
        ),
        sa.PrimaryKeyConstraint("thumbprint", name=op.f("pk_signing_key")),
    )
    op.create_index(op.f("ix_signing_key_company_id"), "signing_key", ["company_id"], unique=False)


def _create_key_event() -> None:
    op.create_table(
        "key_event",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("thumbprint", sa.String(length=43), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("witness", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("compromised_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.Column("log_index", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["thumbprint"],
            ["signing_key.thumbprint"],
            name=op.f("fk_key_event_thumbprint_signing_key"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_event")),
        sa.UniqueConstraint("log_index", name=op.f("uq_key_event_log_index")),
    )
    op.create_index(op.f("ix_key_event_thumbprint"), "key_event", ["thumbprint"], unique=False)


def _create_factors() -> None:
    _create_factor()


def _create_factor() -> None:
    op.create_table(
        "factor",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("company_id", sa.String(length=36), nullable=False),
        sa.Column("category", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_factor_company_id_company")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factor")),
    )
    op.create_index(
        "ix_factor_company_id_category", "factor", ["company_id", "category"], unique=False
    )


def _create_bom() -> None:
    _create_part()
    _create_bom_revision()
    _create_part_version()
    _create_sourcing_link()
    _create_bom_line()


def _create_part() -> None:
    op.create_table(
        "part",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("company_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_part_company_id_company")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part")),
        sa.UniqueConstraint("company_id", "number", name=op.f("uq_part_company_id_number")),
    )


def _create_bom_revision() -> None:
    op.create_table(
        "bom_revision",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("parent_id", sa.String(length=36), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["part.id"], name=op.f("fk_bom_revision_parent_id_part")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bom_revision")),
    )
    op.create_index(
        "ix_bom_revision_parent_id_recorded_at",
        "bom_revision",
        ["parent_id", "recorded_at"],
        unique=False,
    )


def _create_part_version() -> None:
    op.create_table(
        "part_version",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("part_id", sa.String(length=36), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("revision", sa.String(length=100), nullable=True),
        sa.Column("category", sa.String(length=200), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("base_unit", sa.String(length=40), nullable=False),
        sa.Column("net_mass_kg", sa.String(length=80), nullable=True),
        sa.Column("mass_rule", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["part_id"], ["part.id"], name=op.f("fk_part_version_part_id_part")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part_version")),
    )
    op.create_index(
        "ix_part_version_part_id_recorded_at",
        "part_version",
        ["part_id", "recorded_at"],
        unique=False,
    )


def _create_sourcing_link() -> None:
    op.create_table(
        "sourcing_link",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("part_id", sa.String(length=36), nullable=False),
        sa.Column("supplier_text", sa.String(length=300), nullable=False),
        sa.Column("supplier_part_text", sa.String(length=200), nullable=False),
        sa.Column("supplier_id", sa.String(length=36), nullable=True),
        sa.Column("supplier_part_id", sa.String(length=36), nullable=True),
        sa.Column("share", sa.String(length=80), nullable=False),
        sa.Column("site", sa.String(length=200), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("delivery_term", sa.String(length=10), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["part_id"], ["part.id"], name=op.f("fk_sourcing_link_part_id_part")
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["company.id"], name=op.f("fk_sourcing_link_supplier_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["supplier_part_id"], ["part.id"], name=op.f("fk_sourcing_link_supplier_part_id_part")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sourcing_link")),
    )
    op.create_index(op.f("ix_sourcing_link_part_id"), "sourcing_link", ["part_id"], unique=False)
    op.create_index(
        op.f("ix_sourcing_link_supplier_id"), "sourcing_link", ["supplier_id"], unique=False
    )
    op.create_index(
        op.f("ix_sourcing_link_supplier_part_id"),
        "sourcing_link",
        ["supplier_part_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_sourcing_link_supplier_text"), "sourcing_link", ["supplier_text"], unique=False
    )


def _create_bom_line() -> None:
    op.create_table(
        "bom_line",
        sa.Column("revision_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.String(length=36), nullable=False),
        sa.Column("quantity", sa.String(length=80), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("reference_amount", sa.String(length=80), nullable=False),
        sa.Column("scrap", sa.String(length=80), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("stage", sa.String(length=40), nullable=True),
        sa.Column("group", sa.String(length=100), nullable=True),
        sa.Column("take_rate", sa.String(length=80), nullable=True),
        sa.Column("process_yield", sa.String(length=80), nullable=True),
        sa.Column("allocation", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["child_id"], ["part.id"], name=op.f("fk_bom_line_child_id_part")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["bom_revision.id"], name=op.f("fk_bom_line_revision_id_bom_revision")
        ),
        sa.PrimaryKeyConstraint("revision_id", "position", name=op.f("pk_bom_line")),
    )
    op.create_index(op.f("ix_bom_line_child_id"), "bom_line", ["child_id"], unique=False)


def _create_sharing() -> None:
    _create_access_record()
    _create_consent_grant()


def _create_access_record() -> None:
    op.create_table(
        "access_record",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("owner_id", sa.String(length=36), nullable=False),
        sa.Column("reader_id", sa.String(length=36), nullable=False),
        sa.Column("object_kind", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=300), nullable=True),
        sa.Column("grant_id", sa.String(length=36), nullable=True),
        sa.Column("by_operator", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_record")),
    )
    op.create_index(op.f("ix_access_record_owner_id"), "access_record", ["owner_id"], unique=False)


def _create_consent_grant() -> None:
    op.create_table(
        "consent_grant",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("owner_id", sa.String(length=36), nullable=False),
        sa.Column("reader_id", sa.String(length=36), nullable=False),
        sa.Column("part_id", sa.String(length=36), nullable=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("aggregate", sa.Boolean(), nullable=False),
        sa.Column("purpose", sa.String(length=300), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["company.id"], name=op.f("fk_consent_grant_owner_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["part_id"], ["part.id"], name=op.f("fk_consent_grant_part_id_part")
        ),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["company.id"], name=op.f("fk_consent_grant_reader_id_company")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_grant")),
    )
    op.create_index(op.f("ix_consent_grant_owner_id"), "consent_grant", ["owner_id"], unique=False)
    op.create_index(
        op.f("ix_consent_grant_reader_id"), "consent_grant", ["reader_id"], unique=False
    )


def _create_declarations() -> None:
    _create_declaration()
    _create_declaration_annex()
    _create_declaration_finding()
    _create_declaration_withdrawal()


def _create_declaration() -> None:
    op.create_table(
        "declaration",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("company_id", sa.String(length=36), nullable=False),
        sa.Column("part_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("footprint_id", sa.String(length=36), nullable=True),
        sa.Column("jws", sa.LargeBinary(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("key_thumbprint", sa.String(length=43), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("log_index", sa.BigInteger(), nullable=False),
        sa.Column("supersedes", sa.String(length=64), nullable=True),
        sa.Column("site", sa.String(length=200), nullable=True),
        sa.Column("boundary", sa.String(length=20), nullable=False),
        sa.Column("level", sa.String(length=2), nullable=False),
        sa.Column("declared_unit", sa.String(length=40), nullable=False),
        sa.Column("declared_amount", sa.String(length=80), nullable=False),
        sa.Column("excluding_uptake", sa.String(length=80), nullable=False),
        sa.Column("period_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("period_end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_declaration_company_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["key_thumbprint"],
            ["signing_key.thumbprint"],
            name=op.f("fk_declaration_key_thumbprint_signing_key"),
        ),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name=op.f("fk_declaration_part_id_part")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_declaration")),
        sa.UniqueConstraint("log_index", name=op.f("uq_declaration_log_index")),
    )
    op.create_index(op.f("ix_declaration_company_id"), "declaration", ["company_id"], unique=False)
    op.create_index(
        op.f("ix_declaration_footprint_id"), "declaration", ["footprint_id"], unique=False
    )
    op.create_index(
        "ix_declaration_part_id_received_at",
        "declaration",
        ["part_id", "received_at"],
        unique=False,
    )
    op.create_index(op.f("ix_declaration_supersedes"), "declaration", ["supersedes"], unique=False)


def _create_declaration_annex() -> None:
    op.create_table(
        "declaration_annex",
        sa.Column("declaration", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["declaration"],
            ["declaration.digest"],
            name=op.f("fk_declaration_annex_declaration_declaration"),
        ),
        sa.PrimaryKeyConstraint("declaration", "name", name=op.f("pk_declaration_annex")),
    )


def _create_declaration_finding() -> None:
    op.create_table(
        "declaration_finding",
        sa.Column("declaration", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("acknowledged", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["declaration"],
            ["declaration.digest"],
            name=op.f("fk_declaration_finding_declaration_declaration"),
        ),
        sa.PrimaryKeyConstraint("declaration", "position", name=op.f("pk_declaration_finding")),
    )


def _create_declaration_withdrawal() -> None:
    op.create_table(
        "declaration_withdrawal",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("declaration", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.Column("log_index", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["declaration"],
            ["declaration.digest"],
            name=op.f("fk_declaration_withdrawal_declaration_declaration"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaration_withdrawal")),
        sa.UniqueConstraint("declaration", name=op.f("uq_declaration_withdrawal_declaration")),
        sa.UniqueConstraint("log_index", name=op.f("uq_declaration_withdrawal_log_index")),
    )
