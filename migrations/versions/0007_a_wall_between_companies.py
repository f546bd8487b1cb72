"""A wall between companies: row-level security on PostgreSQL, on SQLite the owner columns alone.

Rows that are read by the thousand get their owner beside them: a policy asks no other table.
"""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

from hub.kit.wall_policies import (
    HIDDEN,
    SCOPE,
    Wall,
    granted,
    lower_wall,
    noted,
    owned,
    part_of,
    published,
    raise_wall,
    shared,
)

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OWNERS = {
    ("part_version", "company_id"): "(SELECT company_id FROM part WHERE part.id = part_id)",
    ("bom_revision", "company_id"): "(SELECT company_id FROM part WHERE part.id = parent_id)",
    ("bom_line", "company_id"): "(SELECT company_id FROM part WHERE part.id = child_id)",
    ("sourcing_link", "buyer_id"): "(SELECT company_id FROM part WHERE part.id = part_id)",
}
"""What the new columns hold of the rows that are there."""

WALLS: dict[str, Wall] = {
    "access_record": noted("owner_id", "reader_id", unless="object_kind = 'aggregate'"),
    "access_token": HIDDEN,
    "bom_line": owned(),
    "bom_revision": owned(),
    "bom_snapshot": owned(),
    "company": published("id"),
    "company_identifier": published(),
    "consent_event": part_of("consent_event", "consent_grant", "grant_id", "id", "owner_id"),
    "consent_grant": shared("owner_id", "reader_id"),
    "declaration": granted(),
    "declaration_annex": part_of("declaration_annex", "declaration", "declaration", "digest"),
    "declaration_finding": part_of("declaration_finding", "declaration", "declaration", "digest"),
    "declaration_withdrawal": part_of(
        "declaration_withdrawal", "declaration", "declaration", "digest"
    ),
    "factor": owned(),
    "failed_sign_in": HIDDEN,
    "key_challenge": owned(),
    "key_event": part_of("key_event", "signing_key", "thumbprint", "thumbprint"),
    "machine": owned(),
    "part": owned(),
    "part_version": owned(),
    "person": owned(),
    "receipt": part_of("receipt", "declaration", "digest", "digest"),
    "rollup_statement": owned(),
    "scenario": owned(),
    "scenario_version": part_of("scenario_version", "scenario", "scenario_id", "id"),
    "signing_key": published(),
    "site": owned(),
    "sourcing_link": shared("buyer_id", "supplier_id", both_edit=True),
    "stored_answer": owned(),
    "stored_answer_source": part_of("stored_answer_source", "stored_answer", "answer_id", "id"),
    "web_session": HIDDEN,
}


def upgrade() -> None:
    """Add the owners, then raise the walls."""
    for (table, column), owner in OWNERS.items():
        op.add_column(table, sa.Column(column, sa.String(length=36), nullable=True))
        op.execute(f"UPDATE {table} SET {column} = {owner}")
        with op.batch_alter_table(table) as altered:
            altered.alter_column(column, existing_type=sa.String(length=36), nullable=False)
            if table == "sourcing_link":
                altered.create_foreign_key(_LINK_KEY, "company", [column], ["id"])
    op.create_index("ix_sourcing_link_buyer_id", "sourcing_link", ["buyer_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(SCOPE)
        _run(statement for table, wall in WALLS.items() for statement in raise_wall(table, wall))


def downgrade() -> None:
    """Take the walls away, then the owners."""
    if op.get_bind().dialect.name == "postgresql":
        _run(statement for table, wall in WALLS.items() for statement in lower_wall(table, wall))
        op.execute("DROP FUNCTION tierlight_scope(text, text, text, date)")
    op.drop_index("ix_sourcing_link_buyer_id", "sourcing_link")
    for table, column in OWNERS:
        with op.batch_alter_table(table) as altered:
            if table == "sourcing_link":
                altered.drop_constraint(_LINK_KEY, type_="foreignkey")
            altered.drop_column(column)


_LINK_KEY = "fk_sourcing_link_buyer_id_company"


def _run(statements: Iterable[str]) -> None:
    for statement in statements:
        op.execute(statement)
