"""From the hub's tables to answers about all vehicles: python -m benchmarks.from_rows [NAME].

A generated portfolio is recorded in a SQLite file like any company's parts and lines; components
have average factors. Everything is then asked as the hub asks it. The comparator is fetching the
same rows into Python and doing nothing with them, which any way to the totals has to do.
"""

import argparse
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from alembic import command
from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.automotive import SIZES, Automotive, automotive
from benchmarks.clock import timed
from hub.access.caller import Caller
from hub.bom.tables import BomLine, BomRevision, Part, PartVersion
from hub.cli.schema_version import alembic_config
from hub.disclosure import across
from hub.disclosure.across import Asking
from hub.disclosure.footprint import Question
from hub.factors.tables import Factor
from hub.footprints.book import Moment
from hub.footprints.engine.compiling import compile_portfolio
from hub.footprints.engine.graph import sort
from hub.footprints.engine.reading import read_portfolio
from hub.footprints.engine.store import snapshot_of
from hub.kit.bulk import write_rows
from hub.kit.clock import now
from hub.kit.database import Database, as_hub, open_database, transaction
from hub.kit.tables import new_id
from hub.parties.usecases import add_company
from tierlight_schemas.rollup.model import Policy

CATEGORIES = 50
Rows = Iterator[dict[str, Any]]


def record(session: Session, data: Automotive) -> str:
    """The portfolio as one company's tables; the company's id."""
    company = add_company(session, "Aurora Motors", "DE", [("lei", "A1")], invented=True).id
    at, ids = now() - timedelta(hours=1), [new_id() for _ in range(data.parts)]
    revisions = {int(parent): new_id() for parent in np.unique(data.parent)}
    write_rows(
        session,
        Part,
        (
            {"id": part, "company_id": company, "number": f"P{n}", "created_at": at}
            for n, part in enumerate(ids)
        ),
    )
    write_rows(session, PartVersion, _versions(data, company, ids, at))
    write_rows(
        session,
        BomRevision,
        (
            {"id": r, "parent_id": ids[p], "company_id": company, "recorded_at": at}
            for p, r in revisions.items()
        ),
    )
    write_rows(session, BomLine, _lines(data, company, ids, revisions))
    write_rows(session, Factor, _factors(company, at))
    return company


def within_reach(data: Automotive) -> Automotive:
    """The same without bills of materials that no vehicle needs: every root is a vehicle."""
    found = sort(data.parts, data.parent, data.child, data.amount)
    taken = np.zeros(data.parts)
    taken[found.rows[data.roots]] = 1
    for first, last in reversed(list(pairwise(found.graph.levels.tolist()))):
        taken[first:last] += found.graph.above.between(first, last) @ taken
    kept = np.flatnonzero(taken[found.rows][data.parent])
    lines = {name: getattr(data, name)[kept] for name in ("parent", "child", "amount")}
    return replace(data, **lines)


def _versions(data: Automotive, company: str, ids: list[str], at: Any) -> Rows:
    is_leaf = np.zeros(data.parts, dtype=np.bool_)
    is_leaf[data.leaves] = True
    for number, part in enumerate(ids):
        leaf = bool(is_leaf[number])
        yield {
            "id": new_id(),
            "part_id": part,
            "company_id": company,
            "recorded_at": at,
            "name": f"Part {number}",
            "revision": None,
            "category": f"category {number % CATEGORIES}" if leaf else None,
            "kind": "material" if leaf else "trading",
            "base_unit": "piece",
            "net_mass_kg": "0.5" if leaf else None,
            "mass_rule": "conserved",
        }


def _lines(data: Automotive, company: str, ids: list[str], revisions: dict[int, str]) -> Rows:
    blank = ("effective_from", "effective_to", "stage", "group", "take_rate", "process_yield")
    usual = {"unit": "piece", "reference_amount": "1", "scrap": "0", "allocation": None}
    usual |= dict.fromkeys(blank)
    last, position = -1, 0
    for line in np.argsort(data.parent, kind="stable").tolist():
        parent = int(data.parent[line])
        position = position + 1 if parent == last else 0
        last = parent
        yield {
            "revision_id": revisions[parent],
            "position": position,
            "company_id": company,
            "child_id": ids[int(data.child[line])],
            "quantity": f"{data.amount[line]:.6f}",
            **usual,
        }


def _factors(company: str, at: Any) -> Rows:
    for number in range(CATEGORIES - 10):  # a fifth of the components are gaps
        yield {
            "id": new_id(),
            "company_id": company,
            "category": f"category {number}",
            "unit": "piece",
            "value": str(1 + number / 10),
            "source": "invented",
            "year": 2024,
            "recorded_at": at,
        }


def measure(database: Database, company: str, folder: Path) -> Iterator[tuple[str, float]]:
    """What is done, and the seconds it takes."""
    moment = Moment(now().date(), now())
    with database.read(autoflush=False) as session:
        columns = select(BomLine.revision_id, BomLine.position, BomLine.child_id, BomLine.quantity)

        def step(name: str, work: Callable[[], Any]) -> tuple[str, float]:
            return name, timed(work)[1]

        yield step("fetch the rows of the lines", lambda: len(session.execute(columns).all()))
        yield step(
            "compile from rows", lambda: compile_portfolio(session, company, moment.known_at)
        )
        held = snapshot_of(session, company, moment.known_at, folder=folder)
        yield step(
            "map what is compiled",
            lambda: snapshot_of(session, company, moment.known_at, folder=folder),
        )
        found, seconds = timed(lambda: read_portfolio(session, company, moment, held, Policy()))
        yield "resolve and add up all parts", seconds
        yield step("add up all parts again", found.accounts.refresh)
        question = Question(moment.as_of, moment.known_at)
        asking = Asking(session, Caller(company, "benchmark"), question)
        asking.__dict__["portfolio"] = found
        yield step("all vehicles, in words and numbers", lambda: across.vehicles(asking))
        yield step("all gaps by what they may hide", lambda: across.gaps(asking))
        part = found.part_id(int(found.snapshot.children[0]))
        across.where_used(asking, part)  # with [fast] the first one compiles
        yield step("every vehicle with a part", lambda: across.where_used(asking, part))


def main() -> None:
    """Record, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("name", nargs="?", choices=SIZES, default="portfolio300")
    data = within_reach(automotive(parser.parse_args().name))
    with tempfile.TemporaryDirectory() as folder:
        database = as_hub(open_database(f"sqlite:///{folder}/hub.sqlite3"))
        with database.engine.begin() as connection:
            config = alembic_config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        with transaction(database.write) as session:
            company, seconds = timed(lambda: record(session, data))
        print(
            f"{data.name}: {data.lines:,} lines, {data.parts:,} parts, recorded in {seconds:.0f} s"
        )
        floor = 0.0
        for name, took in measure(database, company, Path(folder)):
            floor = floor or took
            print(f"{name:<36} {took * 1000:>12,.1f} ms {took / floor:>9,.3f}", flush=True)
        database.engine.dispose()


if __name__ == "__main__":
    main()
