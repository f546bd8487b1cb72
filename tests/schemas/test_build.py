"""From a row of a table to the document that is signed."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierlight_schemas import columns
from tierlight_schemas.annexes import SplitAnnex
from tierlight_schemas.build import Fresh, Predecessor, acknowledge, build, category_urn, meaning
from tierlight_schemas.checks import check
from tierlight_schemas.declarant import Declarant, Profile
from tierlight_schemas.declaration import (
    Acknowledgement,
    PartFootprintDeclaration,
    PartProcessDeclaration,
)
from tierlight_schemas.envelope import canonical, canonical_or_refused, digest, strict_json
from tierlight_schemas.errors import RowError
from tierlight_schemas.footprint import DECLARED_UNITS, CarbonFootprint, camel
from tierlight_schemas.messages import catalogue
from tierlight_schemas.publish import schema_digest
from tierlight_schemas.rows import RowProblems, read_row

KEY = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
NOW = datetime(2026, 11, 21, 9, 30, 15, 123456, UTC)
CELLS = {
    "number": "A 1/2",
    "period_start": "2025-01-01",
    "period_end": "2026-01-01",
    "declared_unit": "piece",
    "mass_kg": "2.50",
    "kgco2e": "12.50",
}


def fresh(number=1):
    return Fresh(NOW, UUID(int=number), UUID(int=number + 1), bytes([number]) * 16, b"s" * 16)


def built(profile=None, supersedes=None, number=1, **cells):
    row = read_row({**CELLS, **cells})
    assert row is not None
    return build(row, Declarant(profile or Profile(), KEY), fresh(number), supersedes)


def pcf(**cells):
    return built(**cells).document["credentialSubject"]["footprint"]["pcf"]


def extension(**cells):
    footprint = built(**cells).document["credentialSubject"]["footprint"]
    return footprint["extensions"][0]["data"]


def problems(**cells):
    with pytest.raises(RowProblems) as refusal:
        read_row({**CELLS, **cells})
    return {(problem.code, problem.column) for problem in refusal.value.problems}


def test_the_document_is_sound_by_its_own_checks():
    made = built()
    assert not [found for found in check(made.document, NOW) if found.severity == "error"]
    PartFootprintDeclaration.model_validate(made.document)
    assert canonical_or_refused(made.payload) == made.document


def test_same_row_same_fresh_same_bytes():
    assert built().payload == built().payload
    assert built(number=2).payload != built().payload


def test_numbers_keep_their_digits():
    thirty = "123456789012345.678901234567890"
    assert pcf(kgco2e=thirty)["pcfExcludingBiogenicUptake"] == thirty
    assert pcf(kgco2e="12.50")["pcfExcludingBiogenicUptake"] == "12.50"
    assert pcf()["productMassPerDeclaredUnit"] == "2.50"


@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        ("5.62e-02", "0.0562"),
        ("5.620E-02", "0.05620"),
        ("1.5e3", "1500"),
        ("4e-10", "0.0000000004"),
        (".5", "0.5"),
        ("-1e-1", "-0.1"),
        ("1E+2", "100"),
        ("0e5", "0"),
    ],
)
def test_exponents_are_written_out_exactly(printed, plain):
    assert pcf(kgco2e=printed)["pcfExcludingBiogenicUptake"] == plain


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9))
def test_whatever_a_program_prints_stays_the_same_number(value):
    row = read_row({**CELLS, "kgco2e": f"{value:.12e}"})
    assert row is not None
    assert row.kgco2e.decimal == Decimal(f"{value:.12e}")
    assert "e" not in row.kgco2e.lower()


@pytest.mark.parametrize(
    "text",
    ["1,5", "1.234,5", "12 kg", "n/a", "-", "NaN", "inf", "1e99", "1_000", "٣", "0x1F", "1.2.3"],
)
def test_what_is_no_number_is_named_and_never_guessed(text):
    assert problems(kgco2e=text) == {("row/number", "kgco2e")}


@pytest.mark.parametrize("text", ["", "  ", "\t"])
def test_an_empty_value_is_unknown_not_zero(text):
    assert read_row({**CELLS, "kgco2e": text}) is None


def test_zero_is_a_value():
    assert pcf(kgco2e="0")["pcfExcludingBiogenicUptake"] == "0"


UNITS = [
    ("g", "2", "kilogram", "0.002", "0.002"),
    ("t", "1", "kilogram", "1000", "1000"),
    ("kg", "1.50", "kilogram", "1.50", "1.50"),
    ("kWh", "1", "kilowatt hour", "1", "0"),
    ("GJ", "0.5", "megajoule", "500", "0"),
    ("tkm", "1", "ton kilometer", "1", "0"),
    ("h", "1", "hour", "1", "0"),
    ("megabit second", "1", "megabit second", "1", "0"),
]


@pytest.mark.parametrize(("unit", "amount", "declared", "declared_amount", "mass"), UNITS)
def test_units_become_pact_units_exactly_and_mass_follows(
    unit, amount, declared, declared_amount, mass
):
    found = pcf(declared_unit=unit, declared_amount=amount, mass_kg="")
    assert found["declaredUnitOfMeasurement"] == declared
    assert found["declaredUnitAmount"] == declared_amount
    assert found["productMassPerDeclaredUnit"] == mass


@pytest.mark.parametrize("unit", ["pcs", "m2", "m3", "l"])
def test_other_units_need_a_stated_mass(unit):
    assert problems(declared_unit=unit, mass_kg="") == {("row/mass-needed", "mass_kg")}
    assert pcf(declared_unit=unit, mass_kg="3")["productMassPerDeclaredUnit"] == "3"


def test_a_process_has_no_mass_to_state():
    row = read_row({**CELLS, "declared_unit": "piece", "mass_kg": "", "boundary": "gate-to-gate"})
    assert row is not None
    assert row.boundary == "gate-to-gate"


def test_every_problem_of_a_row_is_told_once():
    with pytest.raises(RowProblems) as refusal:
        read_row({**CELLS, "number": ""})
    assert [problem.column for problem in refusal.value.problems] == ["number"]


def test_every_declared_unit_of_the_standard_can_be_declared():
    for unit in DECLARED_UNITS:
        mass = "1" if unit != "kilogram" else ""
        assert pcf(declared_unit=unit, mass_kg=mass)["declaredUnitOfMeasurement"] == unit


def test_a_battery_by_the_kilowatt_hour_may_weigh_something():
    cells = {"declared_unit": "kWh", "mass_kg": "6.2"}
    assert pcf(**cells)["productMassPerDeclaredUnit"] == "6.2"
    assert extension(**cells)["provenance"]["productMassPerDeclaredUnit"] == "stated"


def test_mass_against_the_amount_is_refused_unless_it_is_the_same_number():
    cells = {"declared_unit": "kg", "declared_amount": "2"}
    assert problems(**cells, mass_kg="1") == {("row/mass-differs", "mass_kg")}
    assert pcf(**cells, mass_kg="2.0")["productMassPerDeclaredUnit"] == "2"


def test_units_that_pact_has_not_and_that_nobody_has():
    assert problems(declared_unit="m") == {("row/unit-not-declarable", "declared_unit")}
    assert problems(declared_unit="bushel") == {("row/unit-unknown", "declared_unit")}


def test_all_problems_of_a_row_come_at_once():
    found = problems(number="", period_start="1.1.2025", kgco2e="x", boundary="gate", level="L9")
    assert found == {
        ("row/cell-missing", "number"),
        ("row/date", "period_start"),
        ("row/number", "kgco2e"),
        ("row/choice", "boundary"),
        ("row/choice", "level"),
    }


@pytest.mark.parametrize("amount", ["0", "-1"])
def test_a_declared_amount_is_above_zero(amount):
    assert problems(declared_amount=amount, mass_kg="1") == {
        ("row/not-positive", "declared_amount")
    }


@pytest.mark.parametrize(
    "day", ["2025-02-30", "2025-1-1", "20250101", "01.01.2025", "2025-01-01T00:00"]
)
def test_dates_in_one_notation(day):
    assert problems(period_end=day) == {("row/date", "period_end")}


def test_days_are_their_first_instant_and_instants_stay():
    found = pcf(period_end="2026-01-01T00:00:00+08:00")
    assert found["referencePeriodStart"] == "2025-01-01T00:00:00Z"
    assert found["referencePeriodEnd"] == "2026-01-01T00:00:00+08:00"


def test_what_only_stands_in_for_the_unknown_is_marked():
    found, provenance = pcf(), extension()["provenance"]
    defaults = {name for name, source in provenance.items() if source == "default"}
    assert defaults == {
        "pcfIncludingBiogenicUptake",
        "fossilGhgEmissions",
        "fossilCarbonContent",
        "exemptedEmissionsPercent",
        "ipccCharacterizationFactors",
        "crossSectoralStandards",
    }
    assert found["fossilGhgEmissions"] == "0"
    assert found["pcfIncludingBiogenicUptake"] == "12.50"
    assert found["crossSectoralStandards"] == ["ISO14067"]
    assert found["ipccCharacterizationFactors"] == ["AR6"]


def test_what_is_stated_is_no_default():
    cells = {
        "fossil_ghg_emissions": "12.0",
        "biogenic_non_co2_emissions": "0.5",
        "biogenic_co2_uptake": "-1.25",
        "packaging_ghg_emissions": "0.1",
        "exempted_emissions_percent": "1",
        "standard": "ISO 14067; PACT-3.0",
        "characterization": "AR6",
        "fossil_carbon_content": "0",
    }
    found, provenance = pcf(**cells), extension(**cells)["provenance"]
    assert "default" not in provenance.values()
    assert found["crossSectoralStandards"] == ["ISO14067", "PACT-3.0"]
    assert found["pcfIncludingBiogenicUptake"] == "11.25"
    assert provenance["pcfIncludingBiogenicUptake"] == "derived"
    assert found["packagingEmissionsIncluded"] is True


def test_absent_is_absent_never_null():
    assert None not in pcf().values()
    assert "packagingEmissionsIncluded" not in pcf()
    assert "primaryDataShare" not in pcf()
    assert "dqi" not in pcf()


def test_ratings_come_together_or_not_at_all():
    ratings = {"technological_dqr": "1", "geographical_dqr": "2.0"}
    assert problems(**ratings) == {("row/ratings-incomplete", "temporal_dqr")}
    found = pcf(**ratings, temporal_dqr="3")["dqi"]
    assert found == {"technologicalDQR": "1", "geographicalDQR": "2.0", "temporalDQR": "3"}


def test_place_is_one_of_country_and_subdivision_and_the_site_has_both():
    cells = {"site": "P1", "country": "cn", "subdivision": "cn-gd"}
    assert pcf(country="CN")["geographyCountry"] == "CN"
    assert "geographyCountry" not in pcf(**cells)
    assert pcf(**cells)["geographyCountrySubdivision"] == "CN-GD"
    assert extension(**cells)["site"] == {"id": "P1", "country": "CN", "subdivision": "CN-GD"}


def test_a_value_that_the_standard_has_no_place_for_names_its_column():
    with pytest.raises(RowError) as refusal:
        built(site="P1", country="Germany")
    assert (refusal.value.code, refusal.value.column) == ("row/refused", "country")


def test_who_declares_without_a_profile_is_the_key():
    document = built().document
    footprint = document["credentialSubject"]["footprint"]
    assert document["issuer"] == f"urn:tierlight:key:{KEY}"
    assert document["credentialSubject"]["id"] == f"urn:tierlight:part:key:{KEY}:A%201%2F2"
    assert footprint["companyName"] == document["issuer"]
    assert footprint["companyIds"] == [document["issuer"]]
    assert document["credentialSubject"]["statement"]["lang"] == "en"


def test_who_declares_with_a_profile():
    profile = Profile(
        company_id="c-1",
        company_name="Cellwerk",
        company_ids=["urn:lei:CELLWERK000000000003"],
        audience="hub.test/log",
        role="quality manager",
        language="de",
        product_urn_prefix="urn:pact:cellwerk.example:product-id:",
    )
    document = built(profile).document
    subject, footprint = document["credentialSubject"], document["credentialSubject"]["footprint"]
    assert document["issuer"] == "urn:tierlight:company:c-1"
    assert footprint["companyName"] == "Cellwerk"
    assert footprint["companyIds"] == ["urn:lei:CELLWERK000000000003"]
    assert footprint["productIds"] == [
        "urn:tierlight:part:company:c-1:A%201%2F2",
        "urn:pact:cellwerk.example:product-id:A%201%2F2",
    ]
    assert (subject["audience"], subject["signedBy"]) == (
        "hub.test/log",
        {"role": "quality manager"},
    )
    assert subject["statement"]["text"].startswith("Wir erklären")


@pytest.mark.parametrize("lang", ["en", "de", "zh-CN"])
def test_the_sentence_names_what_is_signed(lang):
    text = built(Profile(language=lang)).document["credentialSubject"]["statement"]["text"]
    piece = {"en": "piece", "de": "Stück", "zh-CN": "件"}[lang]
    for said in ("A 1/2", "12.50", piece, "2025-01-01", "2026-01-01"):
        assert said in text


def test_the_schema_is_pinned_and_the_time_is_that_of_signing():
    document = built().document
    assert document["credentialSchema"]["digestSHA256"] == schema_digest("declaration")
    assert document["validFrom"] == "2026-11-21T09:30:15Z"
    assert document["credentialSubject"]["nonce"] == "AQEBAQEBAQEBAQEBAQEBAQ"


def test_a_successor_names_its_predecessor_in_both_worlds():
    subject = built(supersedes=Predecessor("a" * 64, str(UUID(int=9)))).document[
        "credentialSubject"
    ]
    assert subject["supersedes"] == "a" * 64
    assert subject["footprint"]["precedingPfIds"] == [str(UUID(int=9))]
    assert "supersedes" not in built().document["credentialSubject"]


def test_a_split_says_how_much_of_a_carrier_the_own_process_uses():
    made = built(**{"carrier:electricity": "1.2", "carrier-quantity:electricity": "2.40 kWh"})
    (power,) = SplitAnnex.model_validate(strict_json(made.annexes["split"])).carriers
    assert (power.quantity, power.unit, power.location_based) == ("2.40", "kilowatt hour", "1.2")


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("2.4", "row/unit-unknown"),
        ("2.4 bushels", "row/unit-unknown"),
        ("kWh 2.4", "row/number"),
        ("viel kWh", "row/number"),
        ("2,4 kWh", "row/number"),
    ],
)
def test_an_amount_without_its_unit_is_no_amount(cell, code):
    column = "carrier-quantity:steam"
    assert problems(**{column: cell}) == {(code, column)}


def test_the_split_stands_beside_the_document_and_only_its_digest_inside():
    made = built(
        **{"stage:raw material": "10.5", "stage:own making": "2", "carrier:electricity": "1.2"}
    )
    body = made.annexes["split"]
    split = SplitAnnex.model_validate(strict_json(body))
    assert [(stage.stage, stage.emissions) for stage in split.stages] == [
        ("raw material", "10.5"),
        ("own making", "2"),
    ]
    assert split.carriers[0].location_based == "1.2"
    assert split.carriers[0].market_based is None
    data = made.document["credentialSubject"]["footprint"]["extensions"][0]["data"]
    assert data["annexes"] == {"split": digest(body)}
    assert b"raw material" not in made.payload
    assert built().annexes == {}


def test_a_carrier_that_is_none_is_named():
    assert problems(**{"carrier-quantity:sunshine": "1 kWh"}) == {
        ("row/choice", "carrier-quantity:sunshine")
    }
    assert problems(**{"carrier:sunshine": "1"}) == {("row/choice", "carrier:sunshine")}


def test_gate_to_gate_is_a_process_declaration():
    made = built(
        boundary="gate-to-gate", site="P1", electricity_kwh="6.9", production_volume="1000"
    )
    PartProcessDeclaration.model_validate(made.document)
    process = made.document["credentialSubject"]["process"]
    assert "footprint" not in made.document["credentialSubject"]
    assert process["emissions"] == "12.50"
    assert process["electricityKWh"] == "6.9"
    assert not [found for found in check(made.document, NOW) if found.severity == "error"]


def test_what_a_kind_of_document_has_no_member_for_is_refused_not_dropped():
    process = problems(boundary="gate-to-gate", packaging_ghg_emissions="1")
    assert process == {("row/not-for-boundary", "packaging_ghg_emissions")}
    assert problems(electricity_kwh="1") == {("row/not-for-boundary", "electricity_kwh")}


def test_meaning_ignores_what_differs_at_every_signing():
    split = {"stage:raw": "12.50"}
    one, two = built(number=1, **split), built(number=5, **split)
    assert one.payload != two.payload
    assert meaning(one.document, one.annexes) == meaning(two.document, two.annexes)
    successor = built(number=7, supersedes=Predecessor("a" * 64, str(UUID(int=9))), **split)
    assert meaning(successor.document, successor.annexes) == meaning(one.document, one.annexes)


@pytest.mark.parametrize(
    "change",
    [
        {"kgco2e": "12.5"},
        {"kgco2e": "12.51"},
        {"mass_kg": "2.51"},
        {"period_start": "2025-02-01"},
        {"site": "P2"},
        {"level": "L2"},
        {"comment": "remeasured"},
        {"stage:raw": "12.51"},
    ],
)
def test_meaning_sees_every_change_of_a_cell(change):
    split = {"stage:raw": "12.50"}
    one, two = built(**split), built(**{**split, **change})
    assert meaning(one.document, one.annexes) != meaning(two.document, two.annexes)


def test_categories_are_urns():
    assert category_urn("battery cell") == "urn:tierlight:category:battery%20cell"
    assert category_urn("urn:unspsc:26111700") == "urn:unspsc:26111700"


def test_columns_go_by_our_words_our_fields_and_pact_attributes():
    for field in (*columns.AMOUNT_FIELDS, *columns.FLAG_FIELDS, *columns.TEXT_FIELDS):
        assert columns.column_name(field) == field
        assert columns.column_name(camel(field)) == field
    for header, name in {
        "Fossil": "fossil_ghg_emissions",
        "biogenic non-CO2": "biogenic_non_co2_emissions",
        "technologicalDQR": "technological_dqr",
        "pcfExcludingBiogenicUptake": "kgco2e",
        " Declared Unit ": "declared_unit",
        "stage:raw material": "stage:raw material",
    }.items():
        assert columns.column_name(header) == name
    assert columns.column_name("price") is None
    assert columns.likely_meant("fosil_ghg_emissions") == "fossil_ghg_emissions"
    assert columns.likely_meant("price") is None


def test_every_amount_of_pact_has_a_column():
    """A new attribute of the standard cannot be forgotten in the table."""
    amounts = {
        name
        for name, field in CarbonFootprint.model_fields.items()
        if "Amount" in str(field.annotation)
    }
    own = {
        "declared_unit_amount",
        "product_mass_per_declared_unit",
        "pcf_excluding_biogenic_uptake",
        "primary_data_share",
    }
    assert amounts == {*columns.AMOUNT_FIELDS, *own}


class TestValidityAndVerification:
    def test_stand_in_the_document_as_pact_names_them(self):
        said = built(
            valid_from="2026-01-01",
            valid_to="2027-01-01",
            verification="Product level",
            verified_by="检验所",
            verified_on="2026-02-03",
            verification_standard="ISO 14064-3",
        ).document["credentialSubject"]["footprint"]
        assert said["validityPeriodStart"] == "2026-01-01T00:00:00Z"
        assert said["validityPeriodEnd"] == "2027-01-01T00:00:00Z"
        assert said["pcf"]["verification"] == {
            "coverage": "product level",
            "providerName": "检验所",
            "completedAt": "2026-02-03T00:00:00Z",
            "standardName": "ISO 14064-3",
        }

    def test_are_absent_when_nobody_states_them(self):
        said = built().document["credentialSubject"]["footprint"]
        assert not {"validityPeriodStart", "validityPeriodEnd"} & set(said)
        assert "verification" not in said["pcf"]

    @pytest.mark.parametrize(
        ("cells", "problem"),
        [
            ({"verification": "sworn"}, ("row/choice", "verification")),
            ({"verified_on": "3 February"}, ("row/date", "verified_on")),
            ({"valid_to": "2027-02-30"}, ("row/date", "valid_to")),
            (
                {"boundary": "gate-to-gate", "valid_from": "2026-01-01"},
                ("row/not-for-boundary", "valid_from"),
            ),
            (
                {"boundary": "gate-to-gate", "verified_by": "x"},
                ("row/not-for-boundary", "verified_by"),
            ),
        ],
    )
    def test_are_refused_where_they_cannot_be_used(self, cells, problem):
        assert problems(**cells) == {problem}


class TestAcknowledge:
    REASON = Acknowledgement(code="document/unit-implausible", path="$.x", reason="刚投产")

    def test_puts_the_reason_into_the_signed_bytes_and_nothing_else(self):
        plain = built()
        said = acknowledge(plain, [self.REASON])
        assert said.payload == canonical(said.document)
        subject = said.document["credentialSubject"]
        assert subject.pop("acknowledged") == [self.REASON.document()]
        assert subject == plain.document["credentialSubject"]

    def test_without_reasons_is_the_same_document(self):
        plain = built()
        assert acknowledge(plain, []).payload == plain.payload
        assert acknowledge(acknowledge(plain, [self.REASON]), []).payload == plain.payload


class TestTheSentence:
    """Whoever signs reads it: days and units stand in the language of the rest."""

    @pytest.mark.parametrize(
        ("language", "said"),
        [
            ("en", ["per 1 kilogram", "from 2025-01-01 to 2026-01-01 (exclusive)"]),
            ("de", ["je 1 Kilogramm", "von 2025-01-01 bis 2026-01-01"]),
            ("zh-CN", ["每 1 千克", "自 2025-01-01 起至 2026-01-01"]),
        ],
    )
    def test_names_unit_and_days(self, language, said):
        document = built(Profile(language=language), declared_unit="kg", mass_kg="1").document
        sentence = document["credentialSubject"]["statement"]
        assert sentence["lang"] == language
        assert [text for text in said if text not in sentence["text"]] == []
        assert "T00:00" not in sentence["text"]

    @pytest.mark.parametrize("language", ["en", "de", "zh-CN"])
    def test_has_a_word_for_every_unit_that_can_be_declared(self, language):
        words = catalogue(language)
        assert [unit for unit in DECLARED_UNITS if f"declared-unit/{unit}" not in words] == []

    def test_keeps_an_instant_that_is_no_midnight(self):
        stated = {"period_start": "2025-01-01T06:00:00Z"}
        text = built(**stated).document["credentialSubject"]["statement"]["text"]
        assert "2025-01-01T06:00:00Z" in text
