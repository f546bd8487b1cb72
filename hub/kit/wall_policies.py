"""What the wall says of each table: its policies, as the table declares and a migration makes them.

Every class of a table has `__wall__`: one of the kinds below, or `Open` with the reason why all may
see its rows. A migration makes the policies with `raise_wall`; they look at what the transaction
has stated (`kit.wall`) once a statement, not once a row.
"""

from collections.abc import Iterator
from dataclasses import dataclass

_VIEWER = "(SELECT current_setting('tierlight.viewer', true))"
_WRITER = "(SELECT current_setting('tierlight.writer', true))"
_GRANTED = "ANY ((SELECT string_to_array(current_setting('tierlight.granted', true), ','))::text[])"

SCOPE = """
CREATE FUNCTION tierlight_scope(viewer text, writer text, owners text, day date) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('tierlight.viewer', viewer, true),
            set_config('tierlight.writer', writer, true),
            set_config('tierlight.granted', owners, true);
    IF viewer NOT IN ('', 'hub') THEN
        PERFORM set_config('tierlight.granted', string_agg(DISTINCT owner_id, ','), true)
        FROM consent_grant
        WHERE reader_id = viewer AND revoked_at IS NULL
            AND valid_from <= day AND (valid_to IS NULL OR valid_to > day);
    END IF;
END $$
"""
"""States a scope until the transaction ends, with who has granted the viewer something by then."""


@dataclass(frozen=True)
class Open:
    """A table without a wall."""

    reason: str
    """Why every company may see and write its rows."""


@dataclass(frozen=True)
class Wall:
    """Conditions on a row, in SQL; None lets nobody but the hub."""

    sees: str | None = None
    adds: str | None = None
    edits: str | None = None
    """Which rows may be updated, to what still fulfils this, and deleted."""


def owned(column: str = "company_id") -> Wall:
    """Rows of the company in a column, for it alone."""
    writes = f"{column} = {_WRITER}"
    return Wall(f"{column} = {_VIEWER}", writes, writes)


def granted(column: str = "company_id") -> Wall:
    """Rows of the company in a column, seen too by those to whom it has granted anything."""
    writes = f"{column} = {_WRITER}"
    return Wall(f"({column} = {_VIEWER} OR {column} = {_GRANTED})", writes, writes)


def shared(owner: str, other: str, *, both_edit: bool = False) -> Wall:
    """Rows of one company that another sees too, and may edit if both do."""
    writes = f"{owner} = {_WRITER}"
    edits = f"({writes} OR {other} = {_WRITER})" if both_edit else writes
    return Wall(f"({owner} = {_VIEWER} OR {other} = {_VIEWER})", writes, edits)


def published(column: str = "company_id") -> Wall:
    """Rows that everybody sees, and the company in a column writes."""
    writes = f"{column} = {_WRITER}"
    return Wall("true", writes, writes)


def part_of(table: str, parent: str, column: str, key: str, owner: str = "company_id") -> Wall:
    """Rows of a table that are seen with the row of `parent` that `column` names by its `key`, and
    written by its owner."""
    row = f"EXISTS (SELECT 1 FROM {parent} WHERE {parent}.{key} = {table}.{column}"
    writes = f"{row} AND {parent}.{owner} = {_WRITER})"
    return Wall(f"{row})", writes, writes)


def told_of(author: str, owner: str) -> Wall:
    """Rows that one company writes of another's, seen by both and by those to whom that other has
    granted anything."""
    writes = f"{author} = {_WRITER}"
    seen = f"{author} = {_VIEWER} OR {owner} = {_VIEWER} OR {owner} = {_GRANTED}"
    return Wall(f"({seen})", writes, writes)


def either(one: Wall, other: Wall) -> Wall:
    """What fulfils one of two walls."""
    return Wall(_or(one.sees, other.sees), _or(one.adds, other.adds), _or(one.edits, other.edits))


def _or(one: str | None, other: str | None) -> str | None:
    return f"({one} OR {other})" if one and other else one or other


def noted(owner: str, author: str, unless: str) -> Wall:
    """Notes that the author makes for the owner: added in the author's name, or in anybody's where
    `unless` holds; seen by the owner, and never changed."""
    return Wall(f"{owner} = {_VIEWER}", f"({author} = {_WRITER} OR {unless})")


def exchanged(owner: str, other: str, author: str) -> Wall:
    """What one of two companies says to the other: seen by both, added in the author's name, never
    changed, and taken along when the owner leaves."""
    mine = f"{owner} = {_WRITER}"
    seen = f"({owner} = {_VIEWER} OR {other} = {_VIEWER})"
    return Wall(seen, f"({author} = {_WRITER} AND ({mine} OR {other} = {_WRITER}))", mine)


RECORDED = Wall("true")
"""Rows that everybody sees and only the hub writes."""

HIDDEN = Wall()
"""Rows that only the hub sees, before it knows who is calling."""


def raise_wall(table: str, wall: Wall) -> Iterator[str]:
    """Statements that put a table behind the wall."""
    hub = f"{_VIEWER} = 'hub'"
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
    yield f"CREATE POLICY hub ON {table} USING ({hub}) WITH CHECK ({hub})"
    if wall.sees:
        yield f"CREATE POLICY sees ON {table} FOR SELECT USING ({wall.sees})"
    if wall.adds:
        yield f"CREATE POLICY adds ON {table} FOR INSERT WITH CHECK ({wall.adds})"
    if wall.edits:
        yield f"CREATE POLICY edits ON {table} FOR UPDATE USING ({wall.edits})"
        yield f"CREATE POLICY removes ON {table} FOR DELETE USING ({wall.edits})"


def policies(wall: Wall) -> frozenset[tuple[str, str]]:
    """Name and command of each policy that `raise_wall` makes."""
    found = {("hub", "ALL")}
    found |= {("sees", "SELECT")} if wall.sees else set()
    found |= {("adds", "INSERT")} if wall.adds else set()
    found |= {("edits", "UPDATE"), ("removes", "DELETE")} if wall.edits else set()
    return frozenset(found)


def lower_wall(table: str, wall: Wall) -> Iterator[str]:
    """Statements that take the wall of a table away."""
    for name, _ in sorted(policies(wall)):
        yield f"DROP POLICY {name} ON {table}"
    yield f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"
