"""Every attribute of a signed document is read aloud, the foreign ones too."""

import json

import pytest
from pydantic import BaseModel

from supplier_portal import field_guide
from supplier_portal.finding_words import common_remedy
from supplier_portal.pictures import stacked
from tests.cast import AURORA
from tierlight_schemas.extension import PART_EXTENSION, PartExtension
from tierlight_schemas.footprint import CarbonFootprint, ProductFootprint
from tierlight_schemas.messages import Message
from tierlight_schemas.process import ProcessFootprint

PATHS = {field.path for group in field_guide.GROUPS for field in group.fields}
SHOWN_ELSEWHERE = {"footprint.pcf", "footprint.extensions", "part.annexes", "part.provenance"}


def attributes(model: type[BaseModel], path: str) -> set[str]:
    """Paths of a model's attributes as they stand in documents."""
    return {f"{path}.{field.alias or name}" for name, field in model.model_fields.items()}


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (ProductFootprint, "footprint"),
        (CarbonFootprint, "pcf"),
        (PartExtension, "part"),
        (ProcessFootprint, "process"),
    ],
)
def test_the_guide_knows_every_attribute(model, name):
    unknown = {
        path
        for path in attributes(model, name) - SHOWN_ELSEWHERE
        if not any(f"{known}.".startswith(f"{path}.") for known in PATHS)
    }
    assert not unknown


@pytest.fixture
def document() -> dict:
    built = AURORA.built("AM-1", kgco2e="12.50", fossil_ghg_emissions="12.50")
    return json.loads(built.payload)


def test_a_default_is_not_a_value(document):
    read = {r.field.path: r for _, group in field_guide.readings(document) for r in group}
    assert read["pcf.fossilGhgEmissions"].values == ("12.50",)
    assert read["pcf.fossilGhgEmissions"].provenance == "stated"
    assert read["pcf.exemptedEmissionsPercent"].provenance == "default"
    assert read["part.partNumber"].provenance is None
    assert field_guide.foreign(document) == []


def test_what_is_foreign_is_shown_as_it_was_signed(document):
    footprint = document["credentialSubject"]["footprint"]
    footprint["vendorNote"] = {"a": ["1"]}
    footprint["pcf"]["dqi"] = {"technologicalDQR": "2", "vendorRating": "9"}
    footprint["extensions"].append({"dataSchema": "urn:vendor:x", "data": {"k": "v"}})
    found = dict(field_guide.foreign(document))
    assert found["footprint.vendorNote"] == '{"a": ["1"]}'
    assert found["pcf.dqi.vendorRating"] == '"9"'
    assert found["urn:vendor:x"] == '{"k": "v"}'
    assert len(found) == 3


def test_a_document_without_our_extension_is_read_too(document):
    footprint = document["credentialSubject"]["footprint"]
    footprint["extensions"] = [
        e for e in footprint["extensions"] if e["dataSchema"] != PART_EXTENSION
    ]
    groups = dict(field_guide.readings(document))
    assert groups["emissions"]
    assert all(not r.field.path.startswith("part.") for group in groups.values() for r in group)


def test_a_bar_is_as_long_as_its_pieces():
    pieces = stacked({"declared": "1", "built_up": "0", "default": None, "missing": "3"})
    assert [(p.name, str(p.start), str(p.length)) for p in pieces] == [
        ("declared", "0", "25.00"),
        ("missing", "25.00", "75.00"),
    ]
    assert stacked({"declared": "0", "missing": None}) == []


def test_a_remedy_is_told_once_only_where_all_share_it():
    assert common_remedy([Message("a", "x"), Message("b", "x")]) == "x"
    assert common_remedy([Message("a", "x"), Message("b", "y")]) is None
    assert common_remedy([]) is None
