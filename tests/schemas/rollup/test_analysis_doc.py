"""What docs/analysis.md shows is what comes out."""

import re

from tests.schemas.rollup.chains import line, network, part, trader, value
from tierlight_schemas.rollup.difference import ORDER, difference
from tierlight_schemas.rollup.model import Policy
from tierlight_schemas.rollup.uncertainty import PERCENTILES
from tools.forbidden_strings import ROOT

PAGE = (ROOT / "docs/analysis.md").read_text("utf-8")


def test_the_example_prints_what_it_says(capsys) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (shown,) = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(code, "docs/analysis.md", "exec"), {})
    assert capsys.readouterr().out == shown


def test_the_percentiles_are_those_of_the_engine() -> None:
    assert f"percentiles {', '.join(PERCENTILES[:-1])} and {PERCENTILES[-1]}" in PAGE


def test_the_classes_stand_in_the_order_of_the_engine() -> None:
    named = re.findall(r"^\d\. \*\*(\w+)\*\*", PAGE, re.MULTILINE)
    assert named == [change.value for change in ORDER]


def test_the_split_of_the_example() -> None:
    def chain(kg: str, kgco2e: str):
        return network(trader("door", line("steel", kg)), part("steel", declared=value(kgco2e)))

    pair = (chain("10", "2"), chain("5", "1"))
    found = difference(*pair, "door", Policy(), Policy())
    assert {s.change.value: int(s.value) for s in found.steps if s.value} == {
        "declaration": -10,
        "bom": -5,
    }
    turned = difference(*pair, "door", Policy(), Policy(), ORDER[::-1])
    assert {s.change.value: int(s.value) for s in turned.steps if s.value} == {
        "bom": -10,
        "declaration": -5,
    }
