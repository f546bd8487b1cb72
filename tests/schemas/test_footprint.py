import importlib
import json
import pkgutil
from copy import deepcopy
from decimal import Decimal

import pytest
from pydantic import BaseModel, ValidationError

import tierlight_schemas
from tests.schemas.examples import (
    CARBON_FOOTPRINT,
    CARBON_FOOTPRINT_MANDATORY,
    FOOTPRINT,
    FOOTPRINT_MANDATORY,
    standard_blocks,
    types_within,
)
from tierlight_schemas.declaration import (
    PartFootprintDeclaration,
    PartProcessDeclaration,
    declaration_model,
)
from tierlight_schemas.documents import Document
from tierlight_schemas.extension import PartExtension, SiteReference
from tierlight_schemas.footprint import CarbonFootprint, ProductFootprint, Verification


def spellings(model):
    return {field.alias or name for name, field in model.model_fields.items()}


def all_models():
    """Every model that any module of the standard defines."""
    for module in pkgutil.walk_packages(tierlight_schemas.__path__, "tierlight_schemas."):
        importlib.import_module(module.name)
    found, open_classes = [], [BaseModel]
    while open_classes:
        for child in open_classes.pop().__subclasses__():
            open_classes.append(child)
            if child.__module__.startswith("tierlight_schemas."):
                found.append(child)
    return found


class TestAttributes:
    def test_of_the_carbon_footprint_are_all_there(self):
        assert spellings(CarbonFootprint) == set(CARBON_FOOTPRINT)

    def test_of_the_product_footprint_are_all_there(self):
        assert spellings(ProductFootprint) == set(FOOTPRINT)

    @pytest.mark.parametrize(
        ("model", "mandatory"),
        [(CarbonFootprint, CARBON_FOOTPRINT_MANDATORY), (ProductFootprint, FOOTPRINT_MANDATORY)],
    )
    def test_that_the_standard_demands_are_mandatory_and_no_others(self, model, mandatory):
        fields = model.model_fields.items()
        assert {field.alias or name for name, field in fields if field.is_required()} == mandatory

    def test_are_set_by_their_python_names_too(self):
        verification = Verification(provider_name="a verifier")
        assert verification.document() == {"providerName": "a verifier"}


class TestKeeping:
    def test_every_digit_and_attribute(self):
        assert ProductFootprint.model_validate(FOOTPRINT).document() == FOOTPRINT

    def test_the_bytes_of_amounts_through_json(self):
        text = json.dumps(FOOTPRINT)
        again = ProductFootprint.model_validate_json(text).document()
        assert json.dumps(again, sort_keys=True) == json.dumps(FOOTPRINT, sort_keys=True)

    def test_foreign_attributes_and_extensions(self):
        foreign = deepcopy(FOOTPRINT)
        foreign["x-vendor"] = {"deep": ["kept", 1]}
        foreign["pcf"]["waterUse"] = "12.50"
        foreign["pcf"]["dqi"]["coverage"] = "80"
        foreign["extensions"][0]["x-note"] = "kept"
        assert ProductFootprint.model_validate(foreign).document() == foreign

    def test_no_null(self):
        foreign = deepcopy(FOOTPRINT) | {"comment": None, "x-vendor": {"a": None, "b": [None, 1]}}
        again = ProductFootprint.model_validate(foreign).document()
        assert "comment" not in again
        assert again["x-vendor"] == {"b": [1]}
        assert "null" not in json.dumps(again)

    def test_what_is_not_stated_stays_unstated(self):
        least = {name: CARBON_FOOTPRINT[name] for name in CARBON_FOOTPRINT_MANDATORY}
        pcf = CarbonFootprint.model_validate(least)
        assert pcf.biogenic_co2_uptake is None
        assert pcf.document() == least

    def test_arithmetic_beside_the_text(self):
        pcf = CarbonFootprint.model_validate(CARBON_FOOTPRINT)
        assert pcf.fossil_ghg_emissions == "+18.40"
        assert pcf.fossil_ghg_emissions.decimal == Decimal("18.4")


class TestRefusing:
    @pytest.mark.parametrize("name", sorted(CARBON_FOOTPRINT_MANDATORY))
    def test_a_carbon_footprint_without_a_mandatory_attribute(self, name):
        pcf = {key: value for key, value in CARBON_FOOTPRINT.items() if key != name}
        with pytest.raises(ValidationError) as caught:
            CarbonFootprint.model_validate(pcf)
        assert [error["loc"] for error in caught.value.errors()] == [(name,)]

    @pytest.mark.parametrize("name", sorted(FOOTPRINT_MANDATORY))
    def test_a_footprint_without_a_mandatory_attribute(self, name):
        footprint = {key: value for key, value in FOOTPRINT.items() if key != name}
        with pytest.raises(ValidationError) as caught:
            ProductFootprint.model_validate(footprint)
        assert [error["loc"] for error in caught.value.errors()] == [(name,)]

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("declaredUnitOfMeasurement", "meter"),
            ("declaredUnitOfMeasurement", "kg"),
            ("pcfExcludingBiogenicUptake", 18.46),
            ("pcfExcludingBiogenicUptake", 18),
            ("pcfExcludingBiogenicUptake", "1.8e1"),
            ("primaryDataShare", "62,5"),
            ("referencePeriodStart", "2025-01-01"),
            ("referencePeriodStart", "2025-01-01T00:00:00"),
            ("referencePeriodStart", "２０２５-01-01T00:00:00Z"),
            ("packagingEmissionsIncluded", "true"),
            ("packagingEmissionsIncluded", 1),
            ("ccsTechnologicalCO2CaptureIncluded", "no"),
            ("ccuCalculationApproach", "cut-off"),
            ("ipccCharacterizationFactors", []),
            ("ipccCharacterizationFactors", ["ar6"]),
            ("ipccCharacterizationFactors", ["AR6", "AR6"]),
            ("crossSectoralStandards", []),
            ("crossSectoralStandards", [""]),
            ("dqi", {"technologicalDQR": "1", "geographicalDQR": "2"}),
            ("dqi", {"technologicalDQR": 1.5, "geographicalDQR": "2", "temporalDQR": "3"}),
            ("productOrSectorSpecificRules", [{"operator": "PCR", "ruleNames": ["A"]}]),
            ("productOrSectorSpecificRules", [{"operator": "PEF", "ruleNames": []}]),
            ("secondaryEmissionFactorSources", [{"name": "grid averages"}]),
            ("verification", {"coverage": "all"}),
            ("verification", {"completedAt": "yesterday"}),
        ],
    )
    def test_a_malformed_attribute_by_its_name(self, name, value):
        with pytest.raises(ValidationError) as caught:
            CarbonFootprint.model_validate(CARBON_FOOTPRINT | {name: value})
        assert {error["loc"][0] for error in caught.value.errors()} == {name}

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("id", "6a0e5d1c"),
            ("specVersion", "3.0"),
            ("specVersion", "３.0.3"),
            ("status", "active"),
            ("companyName", ""),
            ("companyIds", []),
            ("companyIds", ["3f9c2b7a"]),
            ("productIds", ["urn:a:1", "urn:a:1"]),
            ("precedingPfIds", []),
            ("extensions", [{"specVersion": "2.0.0", "dataSchema": "x"}]),
            ("extensions", [{"specVersion": "2", "dataSchema": "x", "data": {}}]),
        ],
    )
    def test_a_malformed_attribute_of_the_document_by_its_name(self, name, value):
        with pytest.raises(ValidationError) as caught:
            ProductFootprint.model_validate(FOOTPRINT | {name: value})
        assert {error["loc"][0] for error in caught.value.errors()} == {name}

    def test_unknown_members_of_our_own_objects(self):
        with pytest.raises(ValidationError, match="subdivison"):
            SiteReference.model_validate({"id": "2", "subdivison": "CN-GD"})
        assert SiteReference.model_validate({"id": "2", "subdivision": "CN-GD"}).document() == {
            "id": "2",
            "subdivision": "CN-GD",
        }

    def test_an_annex_digest_that_is_none(self):
        PartExtension.model_validate({"partNumber": "1", "annexes": {"split": "ab" * 32}})
        with pytest.raises(ValidationError, match="split"):
            PartExtension.model_validate({"partNumber": "1", "annexes": {"split": "AB" * 32}})


class TestDeclaration:
    def test_is_kept_to_the_letter(self):
        declaration, _ = standard_blocks()
        assert declaration_model(declaration) is PartFootprintDeclaration
        assert PartFootprintDeclaration.model_validate(declaration).document() == declaration

    def test_of_a_process_has_a_model_of_its_own(self):
        declaration, _ = standard_blocks()
        declaration["type"] = ["VerifiableCredential", "PartProcessDeclaration"]
        assert declaration_model(declaration) is PartProcessDeclaration
        with pytest.raises(ValidationError, match="process"):
            PartProcessDeclaration.model_validate(declaration)

    @pytest.mark.parametrize(
        "context", [[], ["https://example.com"], ["https://www.w3.org/ns/credentials/v2"] * 2]
    )
    def test_has_one_context(self, context):
        declaration, _ = standard_blocks()
        with pytest.raises(ValidationError, match="@context"):
            PartFootprintDeclaration.model_validate(declaration | {"@context": context})


class TestModels:
    def test_have_no_float_anywhere(self):
        models = all_models()
        assert {CarbonFootprint, PartExtension, PartProcessDeclaration} <= set(models)
        floats = [
            f"{model.__name__}.{name}"
            for model in models
            for name, field in model.model_fields.items()
            if {float, complex, Decimal} & set(types_within(field.annotation))
        ]
        assert floats == []

    def test_would_be_caught_with_one(self):
        class Heavy(BaseModel):
            masses: dict[str, list[float | None]]

        assert float in set(types_within(Heavy.model_fields["masses"].annotation))

    def test_are_documents_without_null(self):
        for model in all_models():
            assert issubclass(model, Document)
