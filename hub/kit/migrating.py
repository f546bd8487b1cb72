"""What migrations that make tables of companies share."""

from collections.abc import Mapping

from alembic import op

from hub.kit.wall_policies import Wall, raise_wall


def raise_walls(walls: Mapping[str, Wall]) -> None:
    """Put tables behind the wall; nothing on SQLite. Dropping a table takes its wall along."""
    if op.get_bind().dialect.name == "postgresql":
        for table, wall in walls.items():
            for statement in raise_wall(table, wall):
                op.execute(statement)
