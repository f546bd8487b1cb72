"""Findings over a vehicle, whole and after one change: python -m benchmarks.findings [NAME …].

First the arithmetic alone: a network is solved and all rules judge it; then one declaration is
another, one line is, and both are done again with what they share with the former outcome, which
is compared with that of a full evaluation. Then the same through the hub, from a SQLite file to the
document that is served: as a process that has just started, and with what it has at hand. Ratios
are to the full evaluation and to the plain solve of the same run.
"""

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from alembic import command

from benchmarks.automotive import Automotive, generated
from benchmarks.clock import best, timed
from benchmarks.from_rows import record, within_reach
from benchmarks.published import lorry
from benchmarks.serving import csv_table, declare
from hub.access.caller import Caller
from hub.bom.queries import part_ids
from hub.bom.usecases import import_bom
from hub.cli.schema_version import alembic_config
from hub.disclosure.footprint import Question, answer, findings
from hub.findings.evaluation import Evaluation, evaluated
from hub.findings.rules import View
from hub.kit.at_hand import with_at_hand
from hub.kit.database import Database, as_hub, open_database, transaction
from hub.settings import Settings
from tierlight_schemas.rollup.again import solve_again
from tierlight_schemas.rollup.model import (
    EXCLUDING,
    INCLUDING,
    ONE,
    Kind,
    Known,
    Line,
    Network,
    PartNode,
    Policy,
    Value,
)
from tierlight_schemas.rollup.reference import Solution, solve

DAY = "2026-06-30"
POLICY = Policy()
CLOCK = time.process_time
"""Of the processor: all of it is one thread, whatever else the machine does."""
SECONDS = 3.0
"""Spent on each row; the best turn counts."""


def vehicle30k() -> Automotive:
    """One vehicle that takes all of 30,000 lines and more, drawn from a larger portfolio."""
    return replace(within_reach(generated("vehicle30k", 1, 70_000)), name="vehicle30k")


VEHICLES: dict[str, Callable[[], Automotive]] = {"lorry": lorry, "vehicle30k": vehicle30k}


@dataclass(frozen=True)
class Row:
    """One way to the findings."""

    what: str
    seconds: float
    judged: int
    """Parts that rules looked at."""
    flags: int


# ---- the arithmetic alone ----


def network_of(data: Automotive) -> Network:
    """The portfolio as parts: of the components six tenths are declared, two stand in by default,
    two are unknown."""
    lines: dict[int, list[Line]] = {}
    rows = (data.parent.tolist(), data.child.tolist(), data.amount.tolist())
    for parent, child, amount in zip(*rows, strict=True):
        held = lines.setdefault(parent, [])
        quantity = Decimal(f"{amount:.6f}")
        held.append(Line(f"P{child}", quantity, "piece", position=len(held)))
    return Network({f"P{n}": _node(n, lines.get(n, [])) for n in range(data.parts)})


def _node(number: int, lines: list[Line]) -> PartNode:
    name, mass = f"P{number}", Decimal("2.5") if lines else Decimal("0.5")
    node = PartNode(name, name, f"Part {number}", "oem", lines=tuple(lines), net_mass_kg=mass)
    if lines or number % 10 >= 8:
        return node
    kgco2e = Decimal(number % 97 + 1) / 8
    if number % 10 < 6:
        return replace(node, kind=Kind.MATERIAL, declared=_value(kgco2e, f"digest {number}"))
    return replace(node, kind=Kind.MATERIAL, default=_value(kgco2e, "a source", Known.DEFAULT))


def _value(kgco2e: Decimal, reference: str, known: Known = Known.DECLARED) -> Value:
    columns = {EXCLUDING: kgco2e, INCLUDING: kgco2e}
    return Value(columns, ONE, "piece", known, reference, mass_kg=Decimal("0.5"))


def changes(network: Network, solution: Solution) -> Iterator[tuple[str, Network]]:
    """What is another afterwards: a declaration that few parts take, the one that most take, and a
    line of an assembly in the middle."""
    reached = [network.nodes[name] for name in solution.order.sequence]
    taken = Counter(line.child for node in reached for line in node.lines)
    declared = sorted((n for n in reached if n.declared), key=lambda node: taken[node.id])
    assemblies = [node for node in reached if node.lines]
    for what, node in (
        ("one declaration, median of those taken", declared[len(declared) // 2]),
        ("one declaration, the one taken most", declared[-1]),
    ):
        other = replace(node, declared=_value(Decimal("3.21"), "digest of the next"))
        yield f"{what} ({taken[node.id]} lines)", Network({**network.nodes, node.id: other})
    middle = assemblies[len(assemblies) // 2]
    first = replace(middle.lines[0], quantity=Decimal("7.77"))
    other = replace(middle, lines=(first, *middle.lines[1:]))
    yield "one line", Network({**network.nodes, middle.id: other})


def of_network(data: Automotive, spent: float) -> Iterator[Row]:
    """Plain solve, full evaluation, and both again after each change."""
    network, roots = network_of(data), [f"P{root}" for root in data.roots.tolist()]
    solution, seconds, _ = best(lambda: solve(network, roots, POLICY), spent, clock=CLOCK)
    yield Row("plain solve", seconds, 0, 0)

    def whole(held: Network) -> Evaluation:
        return evaluated(View(solve(held, roots, POLICY), roots[0], DAY))

    former, seconds, _ = best(lambda: whole(network), spent, clock=CLOCK)
    yield Row("solve and judge all", seconds, former.judged, len(former.flags))

    def again(held: Network) -> Evaluation:
        solved = solve_again(former.view.solution, held, roots, POLICY)
        return evaluated(View(solved, roots[0], DAY), former)

    for what, held in changes(network, solution):
        found, seconds, _ = best(lambda held=held: again(held), spent, clock=CLOCK)  # type: ignore[misc]
        assert found.flags == whole(held).flags, "not the findings of a full evaluation"
        yield Row(f"after {what}", seconds, found.judged, len(found.flags))


# ---- the hub ----


@dataclass(frozen=True)
class Hub:
    """A process of the hub over a recorded vehicle."""

    database: Database
    caller: Caller
    root: str

    def findings(self) -> list[dict[str, Any]]:
        """As they are told to the owner."""
        with self.database.read(autoflush=False) as session:
            return findings(answer(session, self.caller, self.root, Question.now()))


def of_hub(data: Automotive, folder: str, spent: float) -> Iterator[Row]:
    """The findings as a document: from the start, unchanged, and after a change of each kind."""
    url = f"sqlite:///{Path(folder) / data.name}.sqlite3"
    database = as_hub(open_database(url))
    with database.engine.begin() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    with transaction(database.write) as session:
        company = record(session, data)
        root = f"P{data.roots[0]}"
        part = part_ids(session, company, [root])[root]
    settings = Settings(database_url=url)
    fresh = Hub(database, Caller(company, "benchmark"), part)
    kept = replace(fresh, database=with_at_hand(database))
    told, seconds, _ = best(fresh.findings, spent, clock=CLOCK)
    yield Row("hub: a process that keeps nothing", seconds, 0, len(told))
    first, seconds = timed(kept.findings, CLOCK)
    assert first == told
    yield Row("hub: the first answer of a process", seconds, 0, len(told))
    leaf, parent, child = _some(data)
    for turn in range(3):
        with transaction(database.write) as session:
            declare(session, company, [leaf], settings, f"{turn + 2}.5")
        yield _asked("hub: after one declaration", kept, fresh)
    for turn in range(3):
        with transaction(database.write) as session:
            import_bom(
                session, company, csv_table("parent,child,quantity", f"{parent},{child},{turn + 2}")
            )
        yield _asked("hub: after one bill of materials", kept, fresh)
    database.engine.dispose()


def _some(data: Automotive) -> tuple[str, str, str]:
    """The component of which a line takes most, and an assembly with one of its children."""
    amounts = np.where(np.isin(data.child, data.leaves), data.amount, 0)
    line = len(data.parent) // 2
    return f"P{data.child[amounts.argmax()]}", f"P{data.parent[line]}", f"P{data.child[line]}"


def _asked(what: str, kept: Hub, fresh: Hub) -> Row:
    told, seconds = timed(kept.findings, CLOCK)
    assert told == fresh.findings(), "not the findings of a process that keeps nothing"
    return Row(what, seconds, 0, len(told))


def rows_of(data: Automotive, seconds: float = SECONDS) -> list[Row]:
    """Every row; of those that were made several times the best."""
    with tempfile.TemporaryDirectory() as folder:
        found = [*of_network(data, seconds), *of_hub(data, folder, seconds)]
    fastest: dict[str, Row] = {}
    for row in found:
        if row.what not in fastest or row.seconds < fastest[row.what].seconds:
            fastest[row.what] = row
    return list(fastest.values())


def main() -> None:
    """Measure and print a table for each vehicle."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("names", nargs="*", default=[*VEHICLES], metavar="NAME")
    for name in parser.parse_args().names:
        data = VEHICLES[name]()
        found = rows_of(data)
        plain, full = found[0].seconds, found[1].seconds
        print(f"\n**{name}**: {data.lines:,} lines, {data.parts:,} parts\n")
        print("| findings | ms | of the full | of the plain solve | parts judged | findings |")
        print("| --- | ---: | ---: | ---: | ---: | ---: |")
        for row in found:
            ratios = f"{row.seconds / full:.3f} | {row.seconds / plain:.3f}"
            judged = f"{row.judged:,}" if row.judged else ""
            told = f"{row.flags:,}" if row.flags else ""
            print(f"| {row.what} | {row.seconds * 1000:,.1f} | {ratios} | {judged} | {told} |")


if __name__ == "__main__":
    main()
