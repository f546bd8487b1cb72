"""What was measured, as tables in Markdown."""

import os
import platform
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.catalogue import WAYS, Task
from benchmarks.outcome import Measured

Run = dict[str, dict[str, Measured]]
"""By portfolio and task."""
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
PASS_BYTES_A_LINE = 12
"""Index and amount of a line, streamed once a pass."""
Row = Iterable[str]


def write(page: Path, text: str) -> None:
    """Put the tables between the page's markers."""
    before, _, rest = page.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", "utf-8")


def told(run: Run) -> str:
    """All tables of a run."""
    blocks = [_machine()]
    blocks += [_ways(name, found, run) for name, found in run.items()]
    blocks += [_questions(run), _growth(run), _targets(run)]
    return "\n\n".join(block for block in blocks if block)


def _machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    model = next(_cpu_models(), platform.machine())
    where = f"{cores} cores of {model}, {platform.system()}, Python {platform.python_version()}."
    if not hasattr(os, "getloadavg"):
        return where
    load = os.getloadavg()[2]
    return f"{where} Load over the last quarter of an hour: {load:.1f}; a run alone makes up to 2."


def _cpu_models() -> Iterator[str]:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                yield line.partition(":")[2].strip()


def _table(header: str, rows: Iterable[Row]) -> str:
    names = header.split("|")
    ruler = ["---", *["---:"] * (len(names) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (names, ruler, *rows))


def _ways(name: str, found: dict[str, Measured], run: Run) -> str:
    size = next((m.figures for m in found.values() if m.figures), None)
    if size is None:
        return f"**{name}**: {found['default'].absent}."
    title = f"**{name}**: {size['lines']:,} lines, {size['parts']:,} parts, {size['roots']:,} roots"
    rows = (_way(name, task, found, run) for task in WAYS if task.key in found)
    header = "all roots, 10 columns|prepare|one pass|of SciPy only|of [fast], 2 threads|peak memory"
    return f"{title}\n\n{_table(header, rows)}"


def _way(name: str, task: Task, found: dict[str, Measured], run: Run) -> Row:
    made = found[task.key]
    if made.absent:
        return task.title, _absent(name, task, run), "", "", "", ""
    figures = made.figures
    solve, title = figures["solve"], task.title
    if "each" in figures:
        counted = min(3, int(figures["roots"]))
        title += f" (median of {counted}, times {figures['roots']:,})"
    ratios = (_ratio(solve, found, key) for key in ("default", "fast2"))
    memory = f"{figures['peak'] / 1e6:,.0f} MB"
    return title, _time(figures["prepare"]), _time(solve), *ratios, memory


def _absent(name: str, task: Task, run: Run) -> str:
    """Why a way has no figures here, and up to where it had."""
    names = list(run)
    worked = [
        (smaller, run[smaller][task.key].figures)
        for smaller in names[: names.index(name)]
        if task.key in run[smaller] and run[smaller][task.key].figures
    ]
    reason = run[name][task.key].absent
    if not worked:
        return reason
    largest, figures = max(worked, key=lambda each: each[1]["lines"])
    return f"{reason}; worked up to {largest} ({_time(figures['solve'])})"


def _ratio(seconds: float, found: dict[str, Measured], key: str) -> str:
    other = found.get(key)
    if other is None or not other.figures:
        return ""
    ratio = seconds / other.figures["solve"]
    return f"{ratio:,.2f}" if ratio < 10 else f"{ratio:,.0f}"


def _time(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:,.3g} {unit}" if seconds < 1000 else f"{seconds:,.0f} s"
    return f"{seconds * 1e6:,.3g} µs"


def _questions(run: Run) -> str:
    names = [name for name, found in run.items() if found["default"].figures]
    asked = (
        ("component in 1 to 3 bills changes: median", "change", "median few"),
        ("the same: 99th percentile", "change", "p99 few"),
        ("any component changes: median", "change", "median any"),
        ("the same: 99th percentile", "change", "p99 any"),
        ("preview of a changed component and bill", "what-if", "seconds"),
        ("explain a root: its top 20", "explain", "seconds"),
    )
    rows = [
        [f"{title}, {kind}", *(_figure(run[name], key, figure) for name in names)]
        for title, task, figure in asked
        for kind, key in (("SciPy only", task), ("[fast]", f"{task}-fast"))
    ]
    rows.append(["Monte Carlo, 1,000 samples", *(_samples(run[name]) for name in names)])
    rows.append(["bw2calc, UMFPACK, 1,000 × its sample", *(_lca_samples(run[n]) for n in names)])
    rows.append(["memory, bytes a line", *(_bytes(run[name]) for name in names)])
    return _table("|".join(["what a user asks", *names]), rows)


def _figure(found: dict[str, Measured], key: str, figure: str) -> str:
    return _time(found[key].figures[figure]) if found[key].figures else "–"


def _bytes(found: dict[str, Measured]) -> str:
    made = found["memory"].figures
    return f"{made['bytes a line']:.1f}" if made else "–"


def _samples(found: dict[str, Measured]) -> str:
    return _figure(found, "samples", "seconds") if "samples" in found else ""


def _lca_samples(found: dict[str, Measured]) -> str:
    made = found.get("samples-lca")
    if made is None:
        return ""
    return _time(1000 * made.figures["a sample"]) if made.figures else made.absent


def _growth(run: Run) -> str:
    """Nanoseconds a line: level, but for what no longer fits into the caches."""
    keys = ("default", "default2", "fast", "fast2", "c")
    titles = [task.title for task in WAYS if task.key in keys]
    rows = [_growing(name, found, keys) for name, found in run.items() if found["default"].figures]
    header = "|".join(["ns a line", *titles, "random gather of a row", "triad, for its bytes"])
    return _table(header, rows)


def _growing(name: str, found: dict[str, Measured], keys: Iterable[str]) -> Row:
    lines = found["default"].figures["lines"]
    made = [found[key].figures for key in keys]
    floor = found["floor"].figures
    gather = f"{floor['gather'] / lines * 1e9:.2f}" if floor else "–"
    triad = f"{PASS_BYTES_A_LINE / floor['triad bytes/s'] * 1e9:.2f}" if floor else "–"
    return (
        name,
        *(f"{figures['solve'] / lines * 1e9:.2f}" if figures else "–" for figures in made),
        gather,
        triad,
    )


def _targets(run: Run) -> str:
    """What is promised for 1.5 million lines on two cores, and what was measured."""
    names = [name for name, found in run.items() if found["default"].figures]
    promises = (
        ("best LCA peer's pass / SciPy only", "40", "lca", "default"),
        ("best LCA peer's pass / SciPy only, 2 threads", "40", "lca", "default2"),
        ("best LCA peer's pass / [fast], 2 threads", "100", "lca", "fast2"),
        ("recursive query / SciPy only", "20,000", "recursive", "default"),
        ("recursive query / [fast], 2 threads", "", "recursive", "fast2"),
        ("plain loop in C / [fast], one thread each", "0.5", "c", "fast"),
        ("best LCA peer's pass / one change, SciPy only", "", "lca", "change"),
        ("best LCA peer's pass / one change, [fast]", "1,000", "lca", "change-fast"),
    )
    seconds = {name: _seconds(run[name]) for name in names}
    rows = [
        [title, promised, *(_over(seconds[n].get(slow), seconds[n].get(quick)) for n in names)]
        for title, promised, slow, quick in promises
    ]
    return _table("|".join(["times as fast", "promised for portfolio300", *names]), rows)


def _seconds(found: dict[str, Measured]) -> dict[str, float]:
    """A pass of each way; of the best LCA peer; the median change of a component."""
    told = {key: made.figures["solve"] for key, made in found.items() if "solve" in made.figures}
    peers = [told[task.key] for task in WAYS if task.is_lca and task.key in told]
    changes = {
        key: found[key].figures["median few"]
        for key in ("change", "change-fast")
        if found[key].figures
    }
    return told | changes | ({"lca": min(peers)} if peers else {})


def _over(slow: float | None, quick: float | None) -> str:
    if slow is None or quick is None:
        return "–"
    ratio = slow / quick
    return f"{ratio:,.2f}" if ratio < 10 else f"{ratio:,.0f}"
