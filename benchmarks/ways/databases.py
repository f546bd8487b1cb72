"""Databases: every path by a recursive query, as is often written; and level by level."""

import os
from functools import partial
from importlib.util import find_spec
from itertools import chain
from typing import Any

import numpy as np

from benchmarks.automotive import COLUMNS, Automotive
from benchmarks.clock import timed
from benchmarks.outcome import Absent, Floats, Measured, Solve
from benchmarks.ways.ours import sorted_with_base

VEHICLES = 3
"""Vehicles whose recursive query is timed; the others are their median each."""
_NAMES = [f"c{k}" for k in range(COLUMNS)]
_TABLES = {
    "line": "parent INT, child INT, level INT, amount FLOAT8",
    "own": "part INT, level INT, " + ", ".join(f"{name} FLOAT8" for name in _NAMES),
    "value": "part INT, " + ", ".join(f"{name} FLOAT8" for name in _NAMES),
}
_RECURSIVE = f"""
WITH RECURSIVE path (part, quantity) AS (
    SELECT CAST({{root}} AS INT), CAST(1 AS FLOAT8)
    UNION ALL
    SELECT line.child, path.quantity * line.amount FROM path JOIN line ON line.parent = path.part
) SELECT {", ".join(f"sum(quantity * {name})" for name in _NAMES)}
FROM path JOIN own ON own.part = path.part"""
_LEVEL = f"""
INSERT INTO value
SELECT own.part, {", ".join(f"min(own.{n}) + sum(line.amount * value.{n})" for n in _NAMES)}
FROM line JOIN value ON value.part = line.child JOIN own ON own.part = line.parent
WHERE line.level = {{level}} GROUP BY own.part"""
_LEAVES = f"INSERT INTO value SELECT part, {', '.join(_NAMES)} FROM own WHERE level = 0"


def postgres_recursive(data: Automotive) -> Measured:
    """One query for each of the first vehicles, over an index on the parent; so many times all."""
    connection = _postgres(data)
    connection.execute("CREATE INDEX ON line (parent) INCLUDE (child, amount)")
    connection.execute("CREATE INDEX ON own (part)")
    connection.execute("VACUUM ANALYZE")

    def solve(root: int) -> Any:
        return connection.execute(_RECURSIVE.format(root=root)).fetchone()

    totals, seconds = [], []
    for root in data.roots[:VEHICLES].tolist():
        found, took = timed(partial(solve, root))
        totals.append(found)
        seconds.append(took)
    each = float(np.median(seconds))
    return Measured({"solve": each * len(data.roots), "each": each}, np.array(totals))


def postgres_by_level(data: Automotive) -> Solve:
    """One statement a level."""
    connection = _postgres(data)
    connection.execute("CREATE INDEX ON line (level)")
    connection.execute("VACUUM ANALYZE")
    return _by_level(connection, data, "TRUNCATE value")


def duckdb_by_level(data: Automotive) -> Solve:
    """One statement a level, two threads."""
    if not find_spec("duckdb"):
        raise Absent("duckdb is not installed")
    import duckdb

    connection = duckdb.connect(config={"threads": 2})
    tables = _columns(data)
    for name, columns in _TABLES.items():
        connection.execute(f"CREATE TABLE {name} ({columns})")
    for name, given in tables.items():
        fields = {f"f{place}": field for place, field in enumerate(given)}
        connection.register("given", fields)
        connection.execute(f"INSERT INTO {name} SELECT * FROM given")
    return _by_level(connection, data, "DELETE FROM value")


def _by_level(connection: Any, data: Automotive, emptied: str) -> Solve:
    levels = _levels(data)[0]
    listed = ", ".join(map(str, data.roots.tolist()))
    wanted = f"SELECT part, {', '.join(_NAMES)} FROM value WHERE part IN ({listed})"

    def solve() -> Floats:
        connection.execute(emptied)
        connection.execute(_LEAVES)
        for level in range(1, levels):
            connection.execute(_LEVEL.format(level=level))
        found = {row[0]: row[1:] for row in connection.execute(wanted).fetchall()}
        return np.array([found[root] for root in data.roots.tolist()])

    return solve


def _levels(data: Automotive) -> tuple[int, np.ndarray]:
    """How many levels there are, and the level of each part; a database would have to find them."""
    found, _ = sorted_with_base(data)
    return len(found.graph.levels) - 1, found.graph.level[found.rows].astype(np.int32)


def _columns(data: Automotive) -> dict[str, list[np.ndarray]]:
    _, level = _levels(data)
    parent, child = data.parent.astype(np.int32), data.child.astype(np.int32)
    parts = np.arange(data.parts, dtype=np.int32)
    return {
        "line": [parent, child, level[data.parent], data.amount],
        "own": [parts, level, *np.ascontiguousarray(data.own.T)],
    }


def _postgres(data: Automotive) -> Any:
    """A connection to the cluster that tools/with_postgres started, loaded."""
    import psycopg

    url = os.environ["HUB_TEST_DATABASE_URL"].replace("+psycopg", "")
    connection = psycopg.connect(url, autocommit=True, prepare_threshold=None)
    connection.execute("SET work_mem = '512MB'")
    tables = _columns(data)
    for name, columns in _TABLES.items():
        connection.execute(f"CREATE UNLOGGED TABLE {name} ({columns})")
    for name, fields in tables.items():
        with connection.cursor().copy(f"COPY {name} FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(_packed(fields))
    return connection


def _packed(fields: list[np.ndarray]) -> bytes:
    """Rows as PostgreSQL reads them in binary: a count, then length and bytes of each field."""
    kinds = [field.dtype.newbyteorder(">") for field in fields]
    layout = chain.from_iterable(
        ((f"size{n}", ">i4"), (f"field{n}", kind)) for n, kind in enumerate(kinds)
    )
    rows = np.empty(len(fields[0]), dtype=[("count", ">i2"), *layout])
    rows["count"] = len(fields)
    for n, field in enumerate(fields):
        rows[f"size{n}"], rows[f"field{n}"] = field.itemsize, field
    return b"PGCOPY\n\xff\r\n\0" + bytes(8) + rows.tobytes() + b"\xff\xff"
