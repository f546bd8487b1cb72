"""Findings after a change: those of a full evaluation, and only what can have moved judged again.

Rules keep to what they may look at: a rule that does not is shown with what it looked at.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.findings.evaluation import Evaluation, evaluated
from hub.findings.flags import Flag
from hub.findings.rules import OF_MASS, RULES, InDoubt, PartRule, Verification, View, evaluate
from hub.findings.rules.documents import Document
from hub.findings.rules.view import rests_on
from hub.findings.tolerances import SHIPPED, Tolerances
from tests.hub.findings.watching import watched
from tests.schemas.rollup.chains import KG, line, network, part, source, value
from tests.schemas.rollup.changes import POLICIES, histories
from tierlight_schemas.rollup.again import looked_at, solve_again
from tierlight_schemas.rollup.model import Network, Policy
from tierlight_schemas.rollup.reference import solve
from tierlight_schemas.verification_standing import Doubt

DAY = "2026-06-30"
_STATEMENTS = st.builds(
    Verification,
    verifier=st.just("Prüf AG"),
    assurance=st.just("limited"),
    doubts=st.lists(st.sampled_from(list(Doubt)), max_size=2),
    valid_until=st.just("2026-05-31"),
    of_predecessor=st.booleans(),
)
_DOCUMENTS = st.builds(
    Document,
    digest=st.just("d1"),
    kind=st.just("footprint"),
    amount=st.just(Decimal(1)),
    unit=st.just("piece"),
    start=st.just(datetime(2024, 1, 1, tzinfo=UTC)),
    end=st.sampled_from([datetime(year, 1, 1, tzinfo=UTC) for year in (2022, 2025, 2026)]),
    valid_to=st.sampled_from([datetime(2026, month, 1, tzinfo=UTC) for month in (1, 7, 12)]),
    amounts=st.sampled_from([{"total": Decimal(text)} for text in ("2", "2.0", "0")]),
    characterization=st.sampled_from([("AR5",), ("AR6",)]),
    packaging=st.sampled_from([None, True, False]),
    prospective=st.booleans(),
    unknown_preceding=st.sampled_from([(), ("d0",)]),
)
_TOLD = st.fixed_dictionaries(
    {
        "verifications": st.dictionaries(
            st.sampled_from(["d1", "d2"]), st.lists(_STATEMENTS, max_size=2)
        ),
        "in_doubt": st.dictionaries(
            st.sampled_from(["d1", "d2"]), st.just(InDoubt("2026-02-01", "2026-01-01"))
        ),
        "documents": st.dictionaries(st.sampled_from(["d1", "d2"]), _DOCUMENTS),
    }
)
"""What is told of declarations by digest."""


def view(held: Network, policy: Policy, former: Evaluation | None = None, **told: Any) -> View:
    if former is None:
        return View(solve(held, ["root"], policy), "root", DAY, **told)
    solution = solve_again(former.view.solution, held, ["root"], policy)
    return View(solution, "root", DAY, **told)


@given(st.data(), histories(), POLICIES)
@settings(deadline=None)
def test_after_any_history_the_findings_are_those_of_a_full_evaluation(data, history, policy):
    told = data.draw(_TOLD)
    former = evaluated(view(history[0], policy, **told))
    for held in history[1:]:
        told = data.draw(st.just(told) | _TOLD)
        former = evaluated(view(held, policy, former, **told), former)
        full = view(held, policy, **told)
        assert former.flags == evaluate(full)
        assert [*former.view.tiers.items()] == [*full.tiers.items()]
        assert [*map(str, former.view.quantities.values())] == [*map(str, full.quantities.values())]


@given(st.data(), histories(most=2), POLICIES)
@settings(deadline=None, max_examples=50)
def test_other_questions_are_judged_from_the_start(data, history, policy):
    """Another day, another root, other numbers of the operator's: nothing is taken over."""
    former = evaluated(view(history[0], policy))
    solution = solve_again(former.view.solution, history[-1], [*history[-1].nodes], policy)
    other = data.draw(st.sampled_from(["root", "day", "numbers"]))
    root = data.draw(st.sampled_from([*history[-1].nodes])) if other == "root" else "root"
    strict = Tolerances({key: number / 10 for key, number in SHIPPED.numbers.items()})
    asked = View(
        solution,
        root,
        "2031-01-01" if other == "day" else DAY,
        tolerances=strict if other == "numbers" else SHIPPED,
    )
    assert evaluated(asked, former).flags == evaluate(replace(asked))


# ---- how much is judged again ----


def lorry(cell: str = "5", seats: str = "5", foam_kg: str = "2", cell_kg: int = 70) -> Network:
    return network(
        part("root", line("pack"), line("seat", seats), line("axle"), owner="oem"),
        part("pack", owner="oem", sources=(source("pack@b"),), mass="300"),
        part("pack@b", line("cell", 4), owner="b", mass="300"),
        part("cell", owner="b", declared=value(cell, mass_kg=Decimal(cell_kg), reference="d1")),
        part("seat", line("foam", foam_kg, KG), owner="oem", mass="9"),
        part("foam", owner="oem", base_unit=KG),
        part("axle", owner="oem", mass="80"),
    )


def judged(held: Network, **told: Any) -> tuple[int, set[str], set[str]]:
    """How many parts were judged again after a change of `lorry()`, and codes that came or went."""
    former = evaluated(view(lorry(), Policy()))
    found = evaluated(view(held, Policy(), former, **told), former)
    assert found.flags == evaluate(view(held, Policy(), **told))
    before, after = ({flag.code for flag in each.flags} for each in (former, found))
    return found.judged, after - before, before - after


@pytest.mark.parametrize(
    ("change", "parts", "came"),
    [
        ({}, 0, set()),
        ({"cell": "5.0"}, 4, set()),
        ({"cell": "6"}, 4, set()),
        ({"foam_kg": "2.5"}, 3, set()),
        ({"seats": "6"}, 3, set()),
    ],
    ids=["nothing", "printed decimals", "a declaration", "a line", "a line of the root"],
)
def test_only_what_rests_on_the_change_is_judged_again(change, parts, came) -> None:
    assert judged(lorry(**change)) == (parts, came, set())


def test_a_statement_on_a_declaration_is_told_of_at_once() -> None:
    revoked = Verification("Prüf AG", "limited", [Doubt.REVOKED], revoked_on="2026-06-01")
    count, came, gone = judged(lorry(), verifications={"d1": [revoked]})
    assert (came, gone) == ({"trust/statement-revoked"}, set())
    assert count == 2, "the cell, and the pack that takes it"


def test_a_share_of_the_mass_is_told_anew_when_the_mass_moves() -> None:
    """The axle and the foam are missing; their share of the lorry's mass is another."""
    former = evaluated(view(lorry(), Policy()))
    heavier = lorry(cell_kg=90)
    found = evaluated(view(heavier, Policy(), former), former)
    shares = [
        [flag.evidence["share"] for flag in each.flags if flag.code == "tier/missing"]
        for each in (former, found)
    ]
    assert found.flags == evaluate(view(heavier, Policy()))
    assert len(shares[0]) == len(shares[1]) == 2
    assert shares[0][0] != shares[1][0]


# ---- what a rule may look at ----


def beyond_the_contract(rule: PartRule, seen: View, name: str) -> set[tuple[str, Any]]:
    """What a rule looked at without being allowed to."""
    watching, looked = watched(seen)
    for _ in rule(watching, name):
        pass
    taken = {*looked_at(seen.resolutions[name].node)}
    near = {name, *taken}
    digests = {
        digest
        for each in near & seen.solution.resolutions.keys()
        for digest in rests_on(seen.solution.resolutions[each])
    }
    allowed: Mapping[str, set[str]] = {
        "node": near,
        "resolution": near,
        "account": near,
        "quantity": {name},
        "tier": {name},
        "digest": digests,
        "mass": {seen.root} if rule in OF_MASS else set(),
    }
    return {(kind, key) for kind, key in looked if key not in allowed.get(kind, set())}


@given(histories(most=3), POLICIES, _TOLD)
@settings(deadline=None, max_examples=60)
def test_rules_look_at_nothing_but_what_their_contract_names(history, policy, told) -> None:
    seen = view(history[-1], policy, **told)
    for rule in RULES:
        for name in seen.resolutions:
            assert beyond_the_contract(rule, seen, name) == set(), rule.__name__


def _no_flag(*looked_at: Any) -> Iterator[Flag]:
    """What a rule yields that only looks."""
    yield from ()


def _of_root(seen: View, name: str) -> Iterator[Flag]:
    return _no_flag(seen.solution.accounts[seen.root].total)


def _of_children_tiers(seen: View, name: str) -> Iterator[Flag]:
    return _no_flag([seen.tiers[edge.child] for edge in seen.resolutions[name].edges])


def _of_all(seen: View, name: str) -> Iterator[Flag]:
    return _no_flag(*seen.resolutions.values())


def _of_mass(seen: View, name: str) -> Iterator[Flag]:
    return _no_flag(seen.mass_kg)


def _of_grandchildren(seen: View, name: str) -> Iterator[Flag]:
    lines = (line for each in seen.resolutions[name].node.lines for line in seen.child(each).lines)
    return _no_flag(*map(seen.child, lines))


def _of_digests(seen: View, name: str) -> Iterator[Flag]:
    return _no_flag(seen.verifications.get("d1"))


@pytest.mark.parametrize(
    ("rule", "looked"),
    [
        (_of_root, {("account", "root")}),
        (_of_children_tiers, {("tier", "foam")}),
        (_of_mass, {("mass", "root")}),
        (_of_digests, {("digest", "d1")}),
    ],
)
def test_a_rule_that_looks_further_is_caught(rule: PartRule, looked: set[Any]) -> None:
    assert beyond_the_contract(rule, view(lorry(), Policy()), "seat") == looked


def test_a_rule_that_looks_at_everything_is_caught() -> None:
    seen = view(lorry(), Policy())
    others: Sequence[str] = [name for name in seen.resolutions if name not in ("seat", "foam")]
    assert beyond_the_contract(_of_all, seen, "seat") == {("resolution", name) for name in others}
    assert ("node", "foam") in beyond_the_contract(_of_grandchildren, seen, "root")
