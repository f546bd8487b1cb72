"""Changes as files: the JSON that is published, and a table with one change a row."""

from io import BytesIO

import pytest

from hub.kit.csv_table import BadTable
from hub.kit.errors import BadInput, TooLarge
from hub.scenarios.files import read_scenario
from tierlight_schemas.scenario import Scenario

TABLE = """change,part,child,by,position,supplier,supplier_part,name,share,value,quantity,unit,reference_amount,scrap,yield,category
value,STEEL,,,,,,,,0.8,,kg,,,,
share,PACK,,,,Beifeng,BP-75,,40 %,,,,,,,
new-source,PACK,,,,,,Supplier B,0.6,4200,,piece,,,,
line,CAR,STEEL,,3,,,,,,500,kg,,5 %,0.95,
new-line,CAR,ALU,,,,,,,,250,kg,10,,,
removed-line,CAR,GLUE,,,,,,,,,,,,,
replaced-child,CAR,BRACKET,BRACKET-2,,,,,,,,,,,,
factor,,,,,,,,,0.3,,kWh,,,,grid CN
"""  # noqa: E501
CHANGES = [
    {"change": "value", "part": "STEEL", "value": "0.8", "unit": "kilogram"},
    {"change": "share", "part": "PACK", "supplier": "Beifeng", "supplierPart": "BP-75"}
    | {"share": "0.40"},
    {"change": "new-source", "part": "PACK", "name": "Supplier B", "share": "0.6"}
    | {"value": "4200", "unit": "piece"},
    {"change": "line", "part": "CAR", "child": "STEEL", "position": "3", "quantity": "500"}
    | {"unit": "kilogram", "scrap": "0.05", "yield": "0.95"},
    {"change": "new-line", "part": "CAR", "child": "ALU", "quantity": "250", "unit": "kilogram"}
    | {"referenceAmount": "10"},
    {"change": "removed-line", "part": "CAR", "child": "GLUE"},
    {"change": "replaced-child", "part": "CAR", "child": "BRACKET", "by": "BRACKET-2"},
    {"change": "factor", "category": "grid CN", "unit": "kilowatt hour", "value": "0.3"},
]


def read(text: str | bytes) -> Scenario:
    return read_scenario(BytesIO(text.encode() if isinstance(text, str) else text), "s.csv")


def test_a_table_has_one_change_a_row():
    assert read(TABLE) == Scenario.model_validate({"changes": CHANGES})


def test_json_is_read_as_it_is_published():
    made = read(TABLE)
    assert read(made.canonical()) == made
    assert read(b' \n{"changes": []}') == Scenario(changes=[])


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ("wish,STEEL,,0.8,kg", "change", "csv/change"),
        (",STEEL,,0.8,kg", "change", "csv/empty-cell"),
        ("value,,,0.8,kg", "part", "csv/change-needs"),
        ("value,STEEL,,,kg", "value", "csv/change-needs"),
        ("value,STEEL,,0.8,", "unit", "csv/change-needs"),
        ("value,STEEL,ALU,0.8,kg", "child", "csv/change-has-no"),
        ("value,STEEL,,much,kg", "value", "csv/number"),
        ("value,STEEL,,0.8,furlong", "unit", "csv/unit"),
        ("line,CAR,STEEL,,", "quantity", "csv/change-needs"),
        ("line,CAR,STEEL,,kg", "quantity", "csv/change-needs"),
        ("new-line,CAR,STEEL,,kg", "quantity", "csv/change-needs"),
        ("replaced-child,CAR,STEEL,,", "by", "csv/change-needs"),
        ("share,PACK,,,", "supplier_part", "csv/change-needs"),
        ("removed-line,CAR,STEEL,1,", "value", "csv/change-has-no"),
    ],
)
def test_a_row_that_is_no_change_is_named_by_its_cell(row, column, code):
    with pytest.raises(BadTable) as caught:
        read(f"change,part,child,value,unit\nvalue,STEEL,,1,kg\n{row}\n")
    found = [(d["row"], d["column"], d["code"]) for d in caught.value.details]
    assert ("3", column, code) in found


@pytest.mark.parametrize(
    ("position", "share"), [("x", ""), ("-1", ""), ("1.5", ""), ("", "101 %"), ("", "-1")]
)
def test_cells_that_no_change_takes(position, share):
    row = f"share,PACK,,BP-75,{share or '1'}" if share else f"removed-line,A,B,,,{position}"
    with pytest.raises(BadTable):
        read(f"change,part,child,supplier_part,share,position\n{row}\n")


def test_more_rows_than_a_scenario_has_changes():
    assert len(read("change,part,child\n" + "removed-line,A,B\n" * 500).changes) == 500
    with pytest.raises(BadTable) as caught:
        read("change,part,child\n" + "removed-line,A,B\n" * 501)
    assert caught.value.details[0]["code"] == "csv/too-many-rows"
    assert caught.value.details[0]["row"] == "502"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"{", "door/json-invalid"),
        (b"[]", "hub/scenario-form"),
        (b"{}", "hub/scenario-form"),
        (b'{"changes":[{"change":"value"}]}', "hub/scenario-form"),
        (b'{"changes":[],"changes":[]}', "door/json-duplicate-key"),
        (b'{"changes":[],"type":"tierlight.scenario/2"}', "hub/scenario-form"),
        (b'{"changes":[{"change":"value","value":0.8}]}', "door/json-float"),
        (b"", "csv/refused"),
        (b"PK\x03\x04", "csv/refused"),
        (b"part\nA\n", "csv/refused"),
    ],
)
def test_what_is_no_scenario(data, code):
    with pytest.raises(BadInput) as caught:
        read(data)
    assert caught.value.code == code


def test_a_json_file_has_a_limit():
    with pytest.raises(TooLarge):
        read(b'{"changes": [' + b" " * 300_000 + b"]}")
