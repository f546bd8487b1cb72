"""What lies behind a calculated number: annexes, the usual range, and what is not known."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.schemas.calculator.sheets import BRACKET, calculated, sheet
from tierlight_schemas.annexes import DETAILS
from tierlight_schemas.build import Fresh, build, without_salt
from tierlight_schemas.calculator import calculate
from tierlight_schemas.calculator.details import details_of
from tierlight_schemas.calculator.plausible import range_of
from tierlight_schemas.calculator.writing import row_of
from tierlight_schemas.canonical import digest
from tierlight_schemas.declarant import Declarant, Profile
from tierlight_schemas.strict_json import strict_json

DIGEST = "ab" * 32
NUT: dict[str, Any] = {
    "name": "nut",
    "quantity": {"amount": "2", "unit": "件"},
    "mass": {"amount": "8", "unit": "g"},
    "value": {"kgCO2e": "0.01", "unit": "piece", "source": "declaration", "reference": DIGEST},
}


def built(**changes):
    told, found = sheet(**changes), calculated(**changes)
    fresh = Fresh.draw(datetime(2025, 3, 1, tzinfo=UTC))
    row = row_of(told, found)
    return build(row, Declarant(Profile(), "k" * 43), fresh, None, details_of(told, found))


class TestAnnexes:
    def test_are_signed_by_their_digests_and_open_to_their_models(self):
        made = built(evidence=[{"about": "electricity", "digest": "0" * 64}])
        assert set(made.annexes) == set(DETAILS)
        data = made.document["credentialSubject"]["footprint"]["extensions"][0]["data"]
        assert data["annexes"] == {name: digest(body) for name, body in made.annexes.items()}
        for name, body in made.annexes.items():
            DETAILS[name].model_validate(strict_json(body))

    def test_have_salts_of_their_own(self):
        made = built()
        salts = {strict_json(body)["salt"] for body in made.annexes.values()}
        assert len(salts) == len(made.annexes) == 3

    def test_stand_in_the_signed_document_with_nothing_but_a_digest(self):
        text = built(boughtParts=[NUT]).payload.decode()
        assert "DC04" not in text
        assert "480000" not in text
        assert DIGEST not in text

    def test_name_a_declared_input_with_the_value_used(self):
        composition = without_salt(built(boughtParts=[NUT]).annexes["composition"])
        (nut,) = [c for c in composition["components"] if c["name"] == "nut"]
        assert nut == {
            "name": "nut",
            "declaration": DIGEST,
            "quantity": "2",
            "unit": "piece",
            "valueUsed": "0.01",
        }
        assert composition["complete"] is True

    def test_tell_shared_inputs_with_the_share(self):
        ring = {"name": "ring", "mass": {"amount": "0.43", "unit": "kg"}}
        steel = [{**BRACKET["materials"][0], "mass": {"amount": "1.67", "unit": "kg"}}]
        made = built(materials=steel, coProducts=[ring])
        coil = without_salt(made.annexes["composition"])["components"][0]
        assert coil["quantity"] == "1.67"
        assert coil["allocationShare"] == "0.666666666666667"
        activity = without_salt(made.annexes["activity"])
        assert activity["allocation"] == "mass"
        assert activity["coProducts"][0]["name"] == "ring"

    def test_say_what_the_bills_say(self):
        activity = without_salt(built().annexes["activity"])
        assert [(a["carrier"], a["quantity"], a["unit"]) for a in activity["amounts"]] == [
            ("electricity", "48", "万kWh"),
            ("natural-gas", "60000", "立方"),
        ]
        assert activity["share"] == {"key": "mass", "quantity": "103200", "total": "2064000"}


ALUMINIUM = {**BRACKET["materials"][0], "category": "material/aluminium"}


class TestRange:
    @pytest.mark.parametrize(
        ("material", "band"),
        [
            ({}, "steel-part"),
            ({"category": "material/aluminium/primary"}, "aluminium-part"),
            ({"category": "material/aluminium", "recycledPercent": "0"}, "aluminium-primary-part"),
            (
                {"category": "material/aluminium", "recycledPercent": "100"},
                "aluminium-recycled-part",
            ),
            ({"category": "material/aluminium", "recycledPercent": "60"}, "aluminium-part"),
            ({"category": "material/plastic/pp"}, "plastic-part"),
            ({"category": "material/plastics"}, None),
            ({"category": "material/hydrogen"}, None),
        ],
    )
    def test_is_that_of_what_the_part_is_made_of(self, material, band):
        changes = {"materials": [{**BRACKET["materials"][0], **material}]}
        found = range_of(sheet(**changes), calculated(**changes))
        assert (found.band.id if found else None) == band

    def test_is_none_for_a_part_of_a_little_of_everything(self):
        three = [{**BRACKET["materials"][0], "name": name} for name in "abc"]
        assert range_of(sheet(materials=three), calculated(materials=three)) is None

    def test_tells_what_is_unusual(self):
        """100 times the power."""
        many = [{"carrier": "electricity", "amount": {"amount": "4800", "unit": "万kWh"}}]
        usual, odd = (range_of(sheet(), calculated(energy=e)) for e in (BRACKET["energy"], many))
        assert usual
        assert odd
        assert (usual.is_usual, usual.is_possible) == (True, True)
        assert (odd.is_usual, odd.is_possible) == (False, False)


class TestChecks:
    @pytest.mark.parametrize(
        ("today", "found"),
        [
            (date(2025, 2, 1), []),
            (date(2026, 1, 2), []),
            (date(2026, 1, 3), ["calculation/period-old"]),
        ],
    )
    def test_say_when_a_period_is_old(self, today, found):
        codes = [finding.code for finding in calculate(sheet(), today=today).findings]
        assert codes == found

    @pytest.mark.parametrize(
        ("mass", "code"),
        [
            ("0.8", "gross-below-net"),
            ("0.85", "mass-balance"),
            ("1.24", None),
            ("1.3", "mass-balance"),
        ],
    )
    def test_say_that_less_goes_in_than_stays(self, mass, code):
        steel = [{**BRACKET["materials"][0], "mass": {"amount": mass, "unit": "kg"}}]
        found = [f.code for f in calculated(materials=steel).findings]
        assert found == ([f"calculation/{code}"] if code else [])


def test_maker_s_ratings_count_before_what_place_and_year_say():
    value = {**NUT["value"], "geographical": "1.4", "temporal": "2.2", "technological": "1.1"}
    found = calculated(boughtParts=[{**NUT, "value": value}])
    (nut,) = [term for term in found.terms if term.group == "bought"]
    rated = nut.rated
    assert (rated.technological, rated.geographical, rated.temporal) == (
        Decimal("1.1"),
        Decimal("1.4"),
        Decimal("2.2"),
    )
