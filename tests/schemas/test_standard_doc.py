"""docs/standard.md explains every attribute, and its example is a sound document."""

import hashlib
import re
from datetime import date

import pytest

from tests.schemas.examples import STANDARD, models_within, standard_blocks, validator
from tierlight_schemas import publish
from tierlight_schemas.annexes import SplitAnnex
from tierlight_schemas.canonical import canonical
from tierlight_schemas.checks import check
from tierlight_schemas.declaration import PartFootprintDeclaration
from tierlight_schemas.extension import PART_EXTENSION, PartExtension
from tierlight_schemas.footprint import DECLARED_UNITS, camel
from tierlight_schemas.units import UNITS
from tierlight_schemas.units import canonical as unit_name

DECLARATION, SPLIT = standard_blocks()
QUOTED = set(re.findall(r"`([^`\n]+)`", STANDARD))
MODELS = {model for document in publish.DOCUMENTS.values() for model in models_within(document)}


class TestExample:
    def test_follows_the_models_and_the_published_schemas(self):
        validator("declaration").validate(DECLARATION)
        validator("annex-split").validate(SPLIT)
        assert PartFootprintDeclaration.model_validate(DECLARATION).document() == DECLARATION
        assert SplitAnnex.model_validate(SPLIT).document() == SPLIT

    def test_has_a_part_extension_that_follows_its_schema(self):
        (extension,) = DECLARATION["credentialSubject"]["footprint"]["extensions"]
        assert extension["dataSchema"] == PART_EXTENSION
        validator("part").validate(extension["data"])
        assert PartExtension.model_validate(extension["data"]).document() == extension["data"]

    def test_pins_the_schema_as_it_is_published(self):
        pinned = DECLARATION["credentialSchema"]
        assert pinned["id"] == publish.schema_id("declaration")
        assert pinned["digestSHA256"] == publish.schema_digest("declaration"), (
            "the schema has changed: write its digest into docs/standard.md"
        )

    def test_carries_the_digest_of_its_annex(self):
        (extension,) = DECLARATION["credentialSubject"]["footprint"]["extensions"]
        assert extension["data"]["annexes"] == {
            "split": hashlib.sha256(canonical(SPLIT)).hexdigest()
        }

    def test_has_stages_that_add_up_to_its_total(self):
        annex = SplitAnnex.model_validate(SPLIT)
        subject = PartFootprintDeclaration.model_validate(DECLARATION).credential_subject
        total = subject.footprint.pcf.pcf_excluding_biogenic_uptake
        assert sum(stage.emissions.decimal for stage in annex.stages) == total.decimal

    def test_has_no_finding(self):
        assert check(DECLARATION, date(2026, 3, 2)) == []

    def test_would_have_one_if_a_digit_were_wrong(self):
        document = standard_blocks()[0]
        document["credentialSubject"]["footprint"]["pcf"]["fossilGhgEmissions"] = "81.42"
        codes = {finding.code for finding in check(document, date(2026, 3, 2))}
        assert "document/total-differs-from-parts" in codes


class TestPage:
    @pytest.mark.parametrize("model", sorted(MODELS, key=str))
    def test_explains_every_attribute(self, model):
        names = {field.alias or name for name, field in model.model_fields.items()}
        assert names - QUOTED == set()

    def test_names_every_schema(self):
        assert set(publish.names()) <= QUOTED

    def test_lists_every_unit_with_spellings_that_are_read(self):
        rows = re.findall(r"^\| `([a-z ]+)` \| (.+?) \| .+ \|$", STANDARD, re.MULTILINE)
        spellings = {unit: texts.split(", ") for unit, texts in rows if unit in UNITS}
        assert set(spellings) == set(UNITS)
        for unit, texts in spellings.items():
            assert {unit_name(text) for text in texts} == {unit}

    def test_lists_every_declared_unit(self):
        assert set(DECLARED_UNITS) <= QUOTED

    def test_links_to_headings_that_exist(self):
        headings = {
            re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
            for title in re.findall(r"^## (.+)$", STANDARD, re.MULTILINE)
        }
        assert set(re.findall(r"\(#([^)]+)\)", STANDARD)) <= headings

    def test_marks_exactly_the_mandatory_attributes_of_the_footprint(self):
        for model_name in ("ProductFootprint", "CarbonFootprint"):
            model = next(model for model in MODELS if model.__name__ == model_name)
            for name, field in model.model_fields.items():
                row = re.search(
                    rf"^\| `{field.alias or camel(name)}` \| (●?)", STANDARD, re.MULTILINE
                )
                assert row
                assert bool(row[1]) == field.is_required(), name
