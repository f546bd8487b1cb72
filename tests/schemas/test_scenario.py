"""The document of a scenario: what may stand in it, and that its digest means its changes."""

from typing import Any

import pytest
from pydantic import ValidationError

from tests.schemas.examples import validator
from tierlight_schemas.canonical import digest
from tierlight_schemas.scenario import MAX_CHANGES, Scenario

LINE = {"part": "CAR", "child": "STEEL"}
VALUE = {"change": "value", "part": "STEEL", "value": "0.8", "unit": "kg"}
SOURCE = {"change": "new-source", "part": "PACK", "name": "B", "share": "0.6", "value": "4"}
ONE_OF_EACH: list[dict[str, Any]] = [
    VALUE,
    {"change": "share", "part": "PACK", "supplierPart": "BP-75", "share": "0.4"},
    SOURCE | {"unit": "piece"},
    LINE | {"change": "line", "quantity": "500", "scrap": "0.1", "yield": "0.95"},
    LINE | {"change": "new-line", "quantity": "2", "referenceAmount": "10"},
    LINE | {"change": "removed-line", "position": "3"},
    LINE | {"change": "replaced-child", "by": "ALU"},
    {"change": "factor", "category": "grid CN", "unit": "kWh", "value": "0.3"},
]


def scenario(*changes):
    return Scenario.model_validate({"changes": list(changes)})


def test_one_of_each_kind_follows_the_published_schema():
    document = scenario(*ONE_OF_EACH).document()
    validator("scenario").validate(document)
    assert [change["change"] for change in document["changes"]] == [
        change["change"] for change in ONE_OF_EACH
    ]
    assert document["type"] == "tierlight.scenario/1"


def test_the_digest_is_that_of_the_canonical_bytes():
    made = scenario(VALUE)
    assert made.canonical() == (
        b'{"changes":[{"change":"value","part":"STEEL","unit":"kilogram","value":"0.8"}],'
        b'"type":"tierlight.scenario/1"}'
    )
    assert made.digest == digest(made.canonical())
    assert Scenario.model_validate_json(made.canonical()) == made


@pytest.mark.parametrize(
    "other",
    [
        [VALUE | {"value": "0.80"}],  # the digits that came are part of what was said
        [VALUE, VALUE],
        [VALUE | {"unit": "t"}],
        [],
    ],
)
def test_another_scenario_has_another_digest(other):
    assert scenario(*other).digest != scenario(VALUE).digest


def test_two_spellings_of_a_unit_are_one():
    assert scenario(VALUE | {"unit": "kilogram"}).digest == scenario(VALUE).digest


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"change": "wish", "part": "STEEL"},
        {"part": "STEEL", "value": "1", "unit": "kg"},
        VALUE | {"unit": "furlong"},
        VALUE | {"value": 0.8},
        VALUE | {"value": "0,8"},
        VALUE | {"value": "1e3"},
        VALUE | {"part": ""},
        VALUE | {"part": "a\nb"},
        VALUE | {"remark": "no such member"},
        {name: member for name, member in VALUE.items() if name != "unit"},
        {"change": "share", "part": "PACK", "supplierPart": "BP-75", "share": "1.01"},
        {"change": "share", "part": "PACK", "supplierPart": "BP-75", "share": "-0.1"},
        {"change": "share", "part": "PACK", "share": "0.4"},
        SOURCE | {"unit": "piece", "name": " "},
        SOURCE,
        LINE | {"change": "line"},
        LINE | {"change": "line", "unit": "kg"},
        LINE | {"change": "line", "unit": "kg", "scrap": "0.1"},
        LINE | {"change": "line", "scrap": "-0.1"},
        LINE | {"change": "line", "yield": "0"},
        LINE | {"change": "line", "yield": "1.1"},
        LINE | {"change": "new-line"},
        LINE | {"change": "new-line", "quantity": "1", "referenceAmount": "0"},
        LINE | {"change": "removed-line", "position": "-1"},
        LINE | {"change": "removed-line", "position": 1},
        LINE | {"change": "replaced-child"},
        {"change": "factor", "category": "", "unit": "kWh", "value": "1"},
        {"change": "factor", "part": "STEEL", "category": "x", "unit": "kWh", "value": "1"},
    ],
)
def test_what_is_no_change(change):
    with pytest.raises(ValidationError):
        scenario(change)


def test_a_scenario_has_a_limit():
    assert len(scenario(*[VALUE] * MAX_CHANGES).changes) == 500
    with pytest.raises(ValidationError):
        scenario(*[VALUE] * (MAX_CHANGES + 1))
