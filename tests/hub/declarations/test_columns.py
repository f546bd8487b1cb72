"""What is read out of a document for queries: edges of calendar and arithmetic."""

import pytest

from hub.declarations.columns import columns_of
from hub.declarations.errors import Refused
from tests.cast import BEIFENG
from tierlight_schemas.declaration import PartFootprintDeclaration


def columns(**pcf):
    document = BEIFENG.built("PACK-1").document
    document["credentialSubject"]["footprint"]["pcf"].update(pcf)
    return columns_of(PartFootprintDeclaration.model_validate(document))


class TestMassOfOneUnit:
    @pytest.mark.parametrize(
        ("amount", "mass", "of_one"),
        [("1", "2.5", "2.5"), ("100", "250", "2.5"), ("8", "1.0", "0.125"), ("0.5", "3", "6")],
    )
    def test_is_exact(self, amount, mass, of_one):
        found = columns(declaredUnitAmount=amount, productMassPerDeclaredUnit=mass)
        assert found.unit_mass_kg == of_one

    @pytest.mark.parametrize(("amount", "mass"), [("3", "1"), ("1", "0"), ("9" * 80, "1")])
    def test_is_unknown_otherwise(self, amount, mass):
        found = columns(declaredUnitAmount=amount, productMassPerDeclaredUnit=mass)
        assert found.unit_mass_kg is None


class TestValidity:
    @pytest.mark.parametrize(
        ("end", "until"),
        [
            ("2026-01-01T00:00:00Z", "2029-01-01T00:00:00+00:00"),
            ("2024-02-29T00:00:00Z", "2027-03-01T00:00:00+00:00"),
            ("2026-01-01T00:00:00+08:00", "2028-12-31T16:00:00+00:00"),
            ("9998-01-01T00:00:00Z", "9999-12-31T23:59:59.999999+00:00"),
        ],
    )
    def test_lasts_three_years_from_the_end_of_the_period(self, end, until):
        assert columns(referencePeriodEnd=end).valid_to.isoformat() == until

    @pytest.mark.parametrize("end", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
    def test_outside_the_calendar_is_refused(self, end):
        with pytest.raises(Refused) as refusal:
            columns(referencePeriodEnd=end)
        assert refusal.value.code == "door/instant"
