"""The attacker who watches a total: what it learns without the rules, and nothing with them."""

import pytest

from benchmarks.inference import RULES, rows


@pytest.fixture(scope="module")
def learned() -> dict[str, float]:
    """By rules: the share of changes that it learns when one supplier at a time declares anew."""
    return {row.rules: row.learned for row in rows(rounds=8, changes=(1,))}


def test_without_rules_it_learns_every_change(learned):
    assert learned["none"] == 1


def test_digits_alone_leave_it_much(learned):
    assert 0.1 < learned["3 digits alone"] < 1


@pytest.mark.parametrize("rules", [name for name in RULES if name != "none"])
def test_every_rule_takes_some_of_it(learned, rules):
    assert learned[rules] < learned["none"]


def test_the_rules_together_leave_it_nothing(learned):
    assert learned["together"] == 0
