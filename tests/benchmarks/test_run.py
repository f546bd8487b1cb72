"""The benchmark itself: a quick run with every way that is installed, and what makes it fail."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import tables
from benchmarks.automotive import SIZES, automotive, generated
from benchmarks.catalogue import PORTFOLIOS, QUICK, TASKS, WAYS, portfolio
from benchmarks.outcome import Measured
from benchmarks.run import Disagreement, compare
from hub.footprints.engine.graph import sort

ROOT = Path(__file__).resolve().parent.parent.parent


def test_a_quick_run_compares_every_way_and_prints_its_tables():
    command = [sys.executable, "-m", "benchmarks.run", "--quick"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert ended.returncode == 0, ended.stderr
    for name in QUICK:
        size = portfolio(name)
        assert f"**{name}**: {size.lines:,} lines, {size.parts:,} parts" in ended.stdout
    for title in ("Tierlight, SciPy only", "SciPy spsolve_triangular", "memory, bytes a line"):
        assert len(re.findall(rf"^\| {title} \|.*\d", ended.stdout, re.MULTILINE)) >= 1, title
    assert "failed:" not in ended.stdout


@pytest.mark.parametrize("bad", [["--sizes", "a-million"], ["--fast"], ["--sizes"]])
def test_what_it_does_not_know_is_refused(bad):
    command = [sys.executable, "-m", "benchmarks.run", *bad]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 2
    assert "usage" in ended.stderr


TOTALS = np.array([[10.0, 3.0], [5.0, 2.0]])


@pytest.mark.parametrize(
    "other",
    [
        TOTALS * (1 + 2e-9),
        np.array([[10.0, 3.1], [5.0, 2.0]]),
        np.array([[np.nan, 3.0], [5.0, 2.0]]),
        np.array([[10.0, 3.1]]),
        np.zeros((2, 2)),
    ],
)
def test_ways_that_differ_stop_the_run(other):
    first, second = WAYS[:2]
    with pytest.raises(Disagreement, match=re.escape(second.title)):
        compare("any", [(first, Measured({}, TOTALS)), (second, Measured({}, other))])


@pytest.mark.parametrize("other", [TOTALS, TOTALS * (1 + 1e-12), TOTALS[:1], None])
def test_ways_that_agree_or_say_nothing_do_not(other):
    first, second = WAYS[:2]
    assert compare("any", [(first, Measured({}, TOTALS)), (second, Measured({}, other))]) < 1e-9


def test_a_table_stands_between_its_markers(tmp_path):
    page = tmp_path / "README.md"
    page.write_text(f"above\n{tables.BEGIN}\nold\n{tables.END}\nbelow\n", "utf-8")
    tables.write(page, "new")
    tables.write(page, "newer")
    assert page.read_text("utf-8") == f"above\n{tables.BEGIN}\nnewer\n{tables.END}\nbelow\n"


def test_every_task_can_be_loaded_or_says_what_it_lacks():
    for task in TASKS.values():
        try:
            assert callable(task.load())
        except ModuleNotFoundError as missing:
            assert missing.name in {"duckdb", "bw2calc", "bw_processing"}  # noqa: PT017


def test_a_portfolio_is_the_same_every_time_and_as_the_page_says():
    one, two = automotive("vehicle30k"), automotive("vehicle30k")
    assert (one.parent == two.parent).all()
    assert (one.own == two.own).all()
    assert one.lines == SIZES["vehicle30k"][1]
    found = sort(one.parts, one.parent, one.child, one.amount)
    assert len(found.graph.levels) - 1 == 11
    assert not found.cyclic.size


def test_variants_share_most_of_their_lines_and_a_few_parts_are_everywhere():
    made = generated("test", 20, 40_000)
    taken = [set(made.child[made.parent == root].tolist()) for root in made.roots[:10]]
    shared = [len(taken[0] & other) / len(other) for other in taken[1:]]
    assert min(shared) > 0.6
    uses = np.sort(np.bincount(made.child, minlength=made.parts)[made.leaves])[::-1]
    assert uses[: len(uses) // 100].sum() > 0.1 * uses.sum()


@pytest.mark.parametrize("name", [name for name in PORTFOLIOS if name not in SIZES])
def test_real_bills_have_no_circles(name):
    try:
        made = portfolio(name)
    except Exception as absent:
        pytest.skip(str(absent))
    assert not sort(made.parts, made.parent, made.child, made.amount).cyclic.size
    assert {"lorry": 630, "bicycles": 2_576}[name] == made.lines
