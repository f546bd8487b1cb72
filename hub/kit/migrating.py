"""What migrations that make tables of companies share."""

from collections.abc import Mapping

from alembic import op

from hub.kit.wall_policies import Wall, lower_wall, raise_wall


def raise_walls(walls: Mapping[str, Wall]) -> None:
    """Put tables behind the wall; nothing on SQLite. Dropping a table takes its wall along."""
    if op.get_bind().dialect.name == "postgresql":
        for table, wall in walls.items():
            for statement in raise_wall(table, wall):
                op.execute(statement)


def change_wall(table: str, before: Wall, after: Wall) -> None:
    """Put another wall in the place of one that stands; nothing on SQLite."""
    if op.get_bind().dialect.name == "postgresql":
        for statement in lower_wall(table, before):
            op.execute(statement)
    raise_walls({table: after})
