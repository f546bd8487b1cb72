import hashlib
import json
import subprocess
import sys
from copy import deepcopy

import pytest
from jsonschema import Draft202012Validator

from tests.schemas.examples import (
    CARBON_FOOTPRINT_MANDATORY,
    FOOTPRINT,
    FOOTPRINT_MANDATORY,
    models_within,
    standard_blocks,
    validator,
)
from tierlight_schemas import publish
from tierlight_schemas.amounts import PLAIN_DECIMAL
from tierlight_schemas.declaration import DECLARATION_SCHEMA, PROCESS_DECLARATION_SCHEMA
from tierlight_schemas.extension import PART_EXTENSION, SCHEMA_BASE

NAMES = publish.names()


def schema(name):
    return json.loads(publish.published(name))


def nodes(value):
    yield value
    children = value.values() if isinstance(value, dict) else value
    for child in children if isinstance(value, dict | list) else ():
        yield from nodes(child)


class TestFiles:
    @pytest.mark.parametrize("name", NAMES)
    def test_say_what_the_models_say(self, name):
        assert publish.published(name) == publish.generate(name)

    def test_are_checked_by_the_command(self):
        run = subprocess.run(
            [sys.executable, "-m", "tierlight_schemas.publish", "--check"], check=False
        )
        assert run.returncode == 0

    def test_are_written_when_they_differ(self, tmp_path, capsys):
        folder = tmp_path / "v1"
        assert publish.main([], folder) == 0
        assert publish.main(["--check"], folder) == 0
        (folder / "part.schema.json").write_text("{}")
        (folder / "footprint.schema.json").unlink()
        (folder / "stray.schema.json").write_text("{}")
        assert publish.main(["--check"], folder) == 1
        said = capsys.readouterr().out
        assert [line.split()[0] for line in said.splitlines()] == [
            "footprint.schema.json",
            "part.schema.json",
            "stray.schema.json",
        ]
        assert publish.main([], folder) == 0
        assert publish.main(["--check"], folder) == 0

    def test_digest_is_that_of_the_file(self):
        expected = hashlib.sha256(publish.published("declaration")).hexdigest()
        assert publish.schema_digest("declaration") == expected

    @pytest.mark.parametrize("name", ["", "nothing", "../v1/part", "part.schema.json"])
    def test_that_do_not_exist_are_not_found(self, name):
        with pytest.raises(KeyError):
            publish.published(name)


@pytest.mark.parametrize("name", NAMES)
class TestSchema:
    def test_is_a_schema_of_2020_12(self, name):
        assert schema(name)["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        Draft202012Validator.check_schema(schema(name))

    def test_has_an_id_under_the_one_constant(self, name):
        assert schema(name)["$id"] == publish.schema_id(name) == f"{SCHEMA_BASE}/{name}/1"

    def test_describes_every_object_and_attribute(self, name):
        for node in nodes(schema(name)):
            if isinstance(node, dict) and isinstance(node.get("properties"), dict):
                assert node["description"]
                unsaid = [
                    key for key, item in node["properties"].items() if "description" not in item
                ]
                assert unsaid == []

    def test_knows_neither_null_nor_numbers(self, name):
        types = {
            repr(n["type"]) for n in nodes(schema(name)) if isinstance(n, dict) and "type" in n
        }
        assert types & {"'null'", "'number'", "'integer'"} == set()
        assert "'string'" in types


def test_ids_are_those_that_documents_name():
    assert publish.schema_id("declaration") == DECLARATION_SCHEMA
    assert publish.schema_id("process-declaration") == PROCESS_DECLARATION_SCHEMA
    assert publish.schema_id("part") == PART_EXTENSION


def test_amount_is_a_string_with_its_pattern():
    amount = schema("footprint")["$defs"]["CarbonFootprint"]["properties"]["fossilGhgEmissions"]
    assert amount == {
        "description": "kgCO2e from fossil sources.",
        "maxLength": 80,
        "pattern": PLAIN_DECIMAL,
        "type": "string",
    }


class TestValidation:
    def test_accepts_a_whole_document(self):
        validator("footprint").validate(FOOTPRINT)
        declaration, split = standard_blocks()
        validator("declaration").validate(declaration)
        validator("annex-split").validate(split)

    def test_accepts_foreign_attributes_in_pact_objects_only(self):
        validator("footprint").validate(FOOTPRINT | {"x-vendor": 1})
        declaration, _ = standard_blocks()
        errors = list(validator("declaration").iter_errors(declaration | {"x-vendor": "1"}))
        assert ["x-vendor" in error.message for error in errors] == [True]

    @pytest.mark.parametrize("name", sorted(FOOTPRINT_MANDATORY))
    def test_names_a_missing_attribute_of_the_footprint(self, name):
        document = {key: value for key, value in FOOTPRINT.items() if key != name}
        messages = [error.message for error in validator("footprint").iter_errors(document)]
        assert messages == [f"'{name}' is a required property"]

    @pytest.mark.parametrize("name", sorted(CARBON_FOOTPRINT_MANDATORY))
    def test_names_a_missing_attribute_of_the_carbon_footprint(self, name):
        document = deepcopy(FOOTPRINT)
        del document["pcf"][name]
        (error,) = validator("footprint").iter_errors(document)
        assert error.message == f"'{name}' is a required property"
        assert error.json_path == "$.pcf"

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("fossilGhgEmissions", 18.4),
            ("fossilGhgEmissions", "1e3"),
            ("biogenicCO2Uptake", None),
            ("packagingEmissionsIncluded", "true"),
            ("declaredUnitOfMeasurement", "meter"),
            ("ipccCharacterizationFactors", ["AR6", "AR6"]),
        ],
    )
    def test_refuses_a_malformed_attribute_at_its_path(self, name, value):
        document = deepcopy(FOOTPRINT)
        document["pcf"][name] = value
        paths = {error.json_path for error in validator("footprint").iter_errors(document)}
        assert paths == {f"$.pcf.{name}"}

    @pytest.mark.parametrize("name", sorted(standard_blocks()[0]["credentialSubject"]))
    def test_of_the_subject_agrees_with_the_models_on_what_is_mandatory(self, name):
        declaration, _ = standard_blocks()
        del declaration["credentialSubject"][name]
        optional = name in ("supersedes", "audience", "acknowledged")
        assert validator("declaration").is_valid(declaration) == optional

    @pytest.mark.parametrize("name", NAMES)
    def test_agrees_with_the_models_on_what_is_mandatory(self, name):
        published = schema(name)
        definitions = {published["title"]: published} | published.get("$defs", {})
        for model in models_within(publish.DOCUMENTS[name]):
            fields = model.model_fields.items()
            mandatory = {field.alias or key for key, field in fields if field.is_required()}
            assert set(definitions[model.__name__].get("required", [])) == mandatory
