"""What is timed of the findings is right: each step compares itself with a full evaluation."""

from benchmarks.automotive import generated
from benchmarks.findings import network_of, rows_of
from benchmarks.published import lorry
from tierlight_schemas.rollup.model import Policy
from tierlight_schemas.rollup.reference import solve


def test_every_way_is_measured_and_only_a_part_is_judged_again() -> None:
    rows = {row.what.split(" (")[0]: row for row in rows_of(generated("tiny", 1, 300), 0.01)}
    full = rows.pop("solve and judge all")
    assert full.judged > 0
    assert full.flags > 0
    assert all(row.seconds > 0 for row in rows.values())
    assert {"plain solve", "after one line", "hub: after one declaration"} <= rows.keys()
    for what in ("one declaration, median of those taken", "one line"):
        assert 0 < rows[f"after {what}"].judged < full.judged


def test_the_lorry_is_one_network_whose_components_are_known_in_every_way() -> None:
    data = lorry()
    network, root = network_of(data), f"P{data.roots[0]}"
    found = solve(network, [root], Policy())
    assert len(network.nodes) == data.parts
    kinds = {resolution.known.value for resolution in found.resolutions.values()}
    assert kinds == {"declared", "default", "missing", "built_up"}
