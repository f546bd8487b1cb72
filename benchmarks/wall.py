"""What the wall costs on PostgreSQL: importing 20,000 lines and reading a company's book.

    tools/with_postgres .venv/bin/python -m benchmarks.wall

The same work is done in turn with no policies, with those that the tables have (a column with the
owner), and with policies that look the owner up in the row of the part; the best of each counts.
Nothing is kept: each import is rolled back.
"""

import os
import sys
from collections.abc import Callable, Mapping
from io import BytesIO
from time import perf_counter

from alembic import command
from sqlalchemy import Engine, create_engine, make_url, text

from hub.bom.usecases import import_bom, import_parts
from hub.cli.schema_version import alembic_config
from hub.footprints.book import Moment, read_book
from hub.kit.clock import now
from hub.kit.database import Database, as_hub, open_database, transaction
from hub.kit.wall_policies import owned, part_of, policies, raise_wall
from hub.parties.usecases import add_company

PARENTS, LEAVES, LINES_EACH, TURNS = 4_000, 1_000, 5, 5
TABLES = ("part_version", "bom_revision", "bom_line")
LOOKED_UP = {
    "part_version": part_of("part_version", "part", "part_id", "id"),
    "bom_revision": part_of("bom_revision", "part", "parent_id", "id"),
    "bom_line": part_of("bom_line", "part", "child_id", "id"),
}


def lay(owner: Engine, kind: str) -> None:
    """Give the three tables the policies of a kind: `none`, `column`, or `looked up`."""
    with owner.begin() as connection:
        for table in TABLES:
            for name, _ in policies(owned()):
                connection.execute(text(f"DROP POLICY IF EXISTS {name} ON {table}"))
            wall = owned() if kind == "column" else LOOKED_UP[table]
            for statement in raise_wall(table, wall):
                connection.execute(text(statement))
            if kind == "none":
                connection.execute(text(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"))


def tables() -> tuple[bytes, bytes]:
    """`parts.csv` and `bom.csv` of 20,000 lines."""
    numbers = [f"P{n}" for n in range(PARENTS)] + [f"L{n}" for n in range(LEAVES)]
    parts = "number,net_mass_kg\n" + "".join(f"{number},1\n" for number in numbers)
    rows = (
        f"P{n},L{(n * LINES_EACH + place) % LEAVES},{place + 1}\n"
        for n in range(PARENTS)
        for place in range(LINES_EACH)
    )
    return parts.encode(), ("parent,child,quantity\n" + "".join(rows)).encode()


def importing(database: Database, company: str, bom: bytes) -> float:
    """Seconds of an import that is rolled back."""
    with database.write() as session:
        begun = perf_counter()
        import_bom(session, company, BytesIO(bom))
        return perf_counter() - begun


def reading(database: Database, company: str) -> float:
    """Seconds to read a book of 20,000 lines."""
    with database.read() as session:
        begun = perf_counter()
        read_book(session, company, Moment(now().date(), now()))
        return perf_counter() - begun


def best(owner: Engine, work: Callable[[], float]) -> Mapping[str, float]:
    """The best of each kind, in turn, so that a busy machine is busy for all."""
    found = dict.fromkeys(("none", "column", "looked up"), float("inf"))
    for _ in range(TURNS):
        for kind in found:
            lay(owner, kind)
            found[kind] = min(found[kind], work())
    return found


def prepared(url: str) -> tuple[Database, str, bytes]:
    """A migrated database with a company, its parts, and the table of lines to come."""
    role = os.environ["HUB_TEST_ROLE"]
    engine = create_engine(url)
    with engine.begin() as connection:
        config = alembic_config()
        config.attributes |= {"connection": connection, "role": role}
        command.upgrade(config, "head")
    engine.dispose()
    opened = open_database(make_url(url).set(username=role).render_as_string(False))
    parts, bom = tables()
    with transaction(as_hub(opened).write) as session:
        company = add_company(session, "Aurora Motors", "DE", [("lei", "A1")], invented=True).id
        import_parts(session, company, BytesIO(parts))
    return opened.of_company(company), company, bom


def main() -> None:
    """Record, measure, print."""
    url = os.environ.get("HUB_TEST_DATABASE_URL") or sys.exit((__doc__ or "").split("\n")[2])
    database, company, bom = prepared(url)
    owner = create_engine(url)
    told = {"import": best(owner, lambda: importing(database, company, bom))}
    with transaction(database.write) as session:
        import_bom(session, company, BytesIO(bom))
    told["read_book"] = best(owner, lambda: reading(database, company))
    for name, found in told.items():
        row = (f"{kind} {s * 1000:,.0f} ms ({s / found['none']:.2f})" for kind, s in found.items())
        print(f"{name:<10} " + " · ".join(row))


if __name__ == "__main__":
    main()
