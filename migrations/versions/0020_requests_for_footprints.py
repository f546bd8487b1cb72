"""Companies ask each other for footprints."""

import sqlalchemy as sa
from alembic import op

from hub.kit.migrating import raise_walls
from hub.kit.wall_policies import exchanged, owned, shared

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

WALLS = {
    "request_set": owned(),
    "footprint_request": shared("asker_id", "asked_id", both_edit=True),
    "request_event": exchanged("asker_id", "asked_id", "author_id"),
    "request_origin": owned(),
    "request_handling": owned(),
}


def upgrade() -> None:
    """Add the tables."""
    _request_set()
    _footprint_request()
    _request_event()
    _request_origin()
    _request_handling()
    raise_walls(WALLS)


def downgrade() -> None:
    """Drop them: what was asked and answered is gone, consents stay."""
    for table in reversed(WALLS):
        op.drop_table(table)


def _foreign(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def _request_set() -> None:
    op.create_table(
        "request_set",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("company_id", sa.String(length=36), nullable=False),
        sa.Column("reference", sa.String(length=100), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=60), nullable=False),
        _foreign("request_set", "company_id", "company"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_set")),
        sa.UniqueConstraint(
            "company_id", "reference", name=op.f("uq_request_set_company_id_reference")
        ),
    )


def _footprint_request() -> None:
    op.create_table(
        "footprint_request",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("asker_id", sa.String(length=36), nullable=False),
        sa.Column("asked_id", sa.String(length=36), nullable=False),
        sa.Column("part_id", sa.String(length=36), nullable=False),
        sa.Column("part_number", sa.String(length=200), nullable=False),
        sa.Column("part_name", sa.String(length=500), nullable=False),
        sa.Column("supplier_part", sa.String(length=200)),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("aggregate", sa.Boolean(), nullable=False),
        sa.Column("purpose", sa.String(length=300), nullable=False),
        sa.Column("legal_basis", sa.String(length=500)),
        sa.Column("seen_by", sa.String(length=500)),
        sa.Column("keep_until", sa.Date()),
        sa.Column("verification_paid_by", sa.String(length=10), nullable=False),
        sa.Column("period_start", sa.Date()),
        sa.Column("period_end", sa.Date()),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_due", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True)),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        _foreign("footprint_request", "asker_id", "company"),
        _foreign("footprint_request", "asked_id", "company"),
        _foreign("footprint_request", "part_id", "part"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_footprint_request")),
    )
    for side in ("asker_id", "asked_id"):
        name = f"ix_footprint_request_{side}_sent_at"
        op.create_index(name, "footprint_request", [side, "sent_at", "id"])
    op.create_index("ix_footprint_request_next_at", "footprint_request", ["next_at"])
    op.create_index(op.f("ix_footprint_request_part_id"), "footprint_request", ["part_id"])


def _request_event() -> None:
    op.create_table(
        "request_event",
        sa.Column("request_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("asker_id", sa.String(length=36), nullable=False),
        sa.Column("asked_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.String(length=36)),
        sa.Column("actor", sa.String(length=100)),
        sa.Column("reason", sa.String(length=20)),
        sa.Column("words", sa.Text()),
        sa.Column("due", sa.Date()),
        sa.Column("share", sa.Integer()),
        sa.Column("declaration", sa.String(length=64)),
        sa.Column("grant_id", sa.String(length=36)),
        sa.Column("level", sa.Integer()),
        sa.Column("missing", sa.String(length=200)),
        _foreign("request_event", "request_id", "footprint_request"),
        sa.PrimaryKeyConstraint("request_id", "position", name=op.f("pk_request_event")),
    )
    op.create_index(op.f("ix_request_event_asker_id"), "request_event", ["asker_id"])


def _request_origin() -> None:
    op.create_table(
        "request_origin",
        sa.Column("request_id", sa.String(length=36), nullable=False),
        sa.Column("company_id", sa.String(length=36), nullable=False),
        sa.Column("set_id", sa.String(length=36), nullable=False),
        sa.Column("line", sa.String(length=200), nullable=False),
        sa.Column("asked_for", sa.String(length=64), nullable=False),
        sa.Column("upstream_of", sa.String(length=36)),
        _foreign("request_origin", "request_id", "footprint_request"),
        _foreign("request_origin", "set_id", "request_set"),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_request_origin")),
        sa.UniqueConstraint("set_id", "line", name=op.f("uq_request_origin_set_id_line")),
    )
    for column in ("company_id", "upstream_of"):
        op.create_index(op.f(f"ix_request_origin_{column}"), "request_origin", [column])


def _request_handling() -> None:
    op.create_table(
        "request_handling",
        sa.Column("request_id", sa.String(length=36), nullable=False),
        sa.Column("company_id", sa.String(length=36), nullable=False),
        sa.Column("part_id", sa.String(length=36)),
        sa.Column("assignee", sa.String(length=60)),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        _foreign("request_handling", "company_id", "company"),
        _foreign("request_handling", "part_id", "part"),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_request_handling")),
    )
    op.create_index(op.f("ix_request_handling_company_id"), "request_handling", ["company_id"])
