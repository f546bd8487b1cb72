"""What a user asks of a portfolio that stands: one change, one explanation, one interval.

Each question checks its own answer against another way to it, and fails where they differ.
"""

from decimal import Decimal
from math import exp

import numpy as np
from numpy.typing import NDArray

from benchmarks.automotive import Automotive
from benchmarks.clock import best, timed
from benchmarks.outcome import Floats, Measured
from benchmarks.ways.brightway import SIGMA
from benchmarks.ways.ours import sorted_with_base
from hub.footprints.engine.incremental import Change, Standing
from hub.footprints.engine.passes import forward, top
from hub.footprints.montecarlo import sample
from tierlight_schemas.rollup.model import EXCLUDING, Line, Network, PartNode, Policy, Value
from tierlight_schemas.rollup.reference import Solution, solve
from tierlight_schemas.rollup.uncertainty import Spread, uncertain_inputs

WITHIN = 1e-9
COMPONENTS = 2000
FEW = 3
SAMPLES = 1000


def change(data: Automotive) -> Measured:
    """One component gets a new value: seconds until every vehicle's total is right again."""
    found, base = sorted_with_base(data)
    uses = np.bincount(data.child, minlength=data.parts)[data.leaves]
    used, few = data.leaves[uses > 0], data.leaves[(uses > 0) & (uses <= FEW)]
    standing, dice = Standing(found.graph, base), np.random.default_rng(3)
    own = [_changing(standing, found.rows[dice.choice(few, COMPONENTS)])]
    own.append(_changing(standing, found.rows[dice.choice(used, COMPONENTS // 10)]))
    assert standing.values.tobytes() == forward(found.graph, standing.base).tobytes()
    figures = {
        f"{name} {kind}": float(figure)
        for kind, (seconds, _) in zip(("few", "any"), own, strict=True)
        for name, figure in (
            ("median", np.median(seconds)),
            ("p99", np.quantile(seconds, 0.99)),
        )
    }
    return Measured({**figures, "rows few": float(np.mean(own[0][1]))})


def _changing(standing: Standing, rows: NDArray[np.int64]) -> tuple[list[float], list[int]]:
    """Seconds and rows summed for a change of each of these rows, one after another."""
    standing.change(rows[:1], standing.base[rows[:1]] * 1.5)  # compiles
    seconds, reached = [], []
    for place in range(len(rows)):
        row = rows[place : place + 1]
        own = standing.base[row] * 1.01
        moved, took = timed(lambda row=row, own=own: standing.change(row, own))  # type: ignore[misc]
        seconds.append(took)
        reached.append(moved)
    return seconds, reached


def what_if(data: Automotive) -> Measured:
    """Preview of a component's new value and an assembly's halved lines, for one vehicle."""
    found, base = sorted_with_base(data)
    standing, roots = Standing(found.graph, base), found.rows[data.roots[:1]]
    links = found.graph.links
    parent = links.children[links.positions(roots)].max(initial=roots[0])
    places = links.positions(np.array([parent], dtype=np.int64))
    lines = (links.children[places].astype(np.int64), links.amounts[places] / 2)
    asked = Change({0: base[0] * 2}, {int(parent): lines})
    totals, seconds, _ = best(lambda: standing.preview(asked, roots), 1)
    amounts = links.amounts.copy()
    amounts[places] /= 2
    base[0] *= 2
    data.amount[found.lines], data.own[:] = amounts, base[found.rows]
    again, changed = sorted_with_base(data)
    expected = forward(again.graph, changed)[again.rows[data.roots[:1]]]
    np.testing.assert_allclose(totals, expected, rtol=WITHIN)
    return Measured({"seconds": seconds})


def explain(data: Automotive) -> Measured:
    """The twenty parts that add most to one vehicle."""
    found, base = sorted_with_base(data)
    graph, row = found.graph, int(found.rows[data.roots[0]])
    own = np.ascontiguousarray(base[:, 0])
    everything = sum(value for _, _, value in top(graph, own, row, graph.size))
    np.testing.assert_allclose(everything, forward(graph, base)[row, 0], rtol=WITHIN)
    _, seconds, _ = best(lambda: top(graph, own, row, 20), 1)
    return Measured({"seconds": seconds})


def memory(data: Automotive) -> Measured:
    """Bytes of the graph for each line, with the links turned for explanations and changes."""
    graph = sorted_with_base(data)[0].graph
    assert len(graph.above.children) == data.lines
    return Measured({"bytes a line": graph.bytes / data.lines})


def monte_carlo(data: Automotive) -> Measured:
    """A thousand samples of one vehicle and column, every quantity drawn."""
    solution, root = _solved(data)
    spread = Spread(quantity_gsd=Decimal(repr(exp(SIGMA))))
    inputs = uncertain_inputs(solution, root, spread)

    def drawn(assumed: Spread, samples: int) -> Floats:
        return sample(solution, root, inputs, [EXCLUDING], assumed, samples, 7).values[:, 0]

    values, seconds, _ = best(lambda: drawn(spread, SAMPLES), 1)
    total = float(solution.accounts[root].total)
    np.testing.assert_allclose(drawn(Spread(), 2), total, rtol=WITHIN)
    error = values.std(ddof=1) / SAMPLES**0.5
    assert abs(values.mean() - total) < 6 * error, "the mean of the samples is off the total"
    return Measured({"seconds": seconds, "mean": float(values.mean()), "error": float(error)})


def _solved(data: Automotive) -> tuple[Solution, str]:
    """The portfolio as one company's network, first column only, rolled up by the reference."""
    lines: dict[int, list[Line]] = {}
    given = (data.parent.tolist(), data.child.tolist(), data.amount.tolist())
    for parent, child, amount in zip(*given, strict=True):
        held = lines.setdefault(parent, [])
        held.append(Line(str(child), Decimal(repr(amount)), "piece", position=len(held)))
    nodes = {str(part): _node(part, data, lines.get(part)) for part in range(data.parts)}
    root = str(data.roots[0])
    return solve(Network(nodes), (root,), Policy()), root


def _node(part: int, data: Automotive, lines: list[Line] | None) -> PartNode:
    worth = Decimal(repr(float(data.own[part, 0])))
    value, name = Value({EXCLUDING: worth}, Decimal(1), "piece"), str(part)
    if lines is None:
        return PartNode(name, name, name, "maker", declared=value)
    return PartNode(name, name, name, "maker", own=value, lines=tuple(lines))
