"""Global warming potentials as the reports print them."""

from decimal import Decimal

import pytest

from tierlight_schemas.factors.gwp import gwp100


@pytest.mark.parametrize(
    ("gas", "report", "value"),
    [
        ("CO2", "AR6", "1"),
        ("CH4-fossil", "AR6", "29.8"),
        ("methane, fossil", "AR6", "29.8"),
        ("Methane, non-fossil", "AR6", "27.0"),
        ("CH4-fossil", "AR5", "30"),
        ("methane, biogenic", "AR5", "28"),
        ("CH4", "AR4", "25"),
        ("N2O", "AR4", "298"),
        ("nitrous oxide", "AR5", "265"),
        ("N2O", "AR6", "273"),
        ("SF6", "AR6", "25200"),
        ("sf6", "AR4", "22800"),
        ("NF3", "AR6", "17400"),
        ("R-134a", "AR6", "1530"),
        ("HFC-134a", "AR5", "1300"),
        ("R-22", "AR4", "1810"),
        # Half HFC-32 and half HFC-125: (675 + 3500) / 2.
        ("R-410A", "AR4", "2087.5"),
        ("R410A", "AR6", "2255.5"),
        ("R-404A", "AR4", "3921.6"),
        ("R-507A", "AR4", "3985"),
    ],
)
def test_values(gas, report, value):
    assert gwp100(gas, report) == Decimal(value)


@pytest.mark.parametrize(
    ("gas", "report"),
    [
        ("CH4", "AR5"),  # fossil or not?
        ("methane", "AR6"),
        ("R-454B", "AR6"),  # half of it has no value in the package
        ("water", "AR6"),
        ("", "AR6"),
        ("NF3", "SAR"),
    ],
)
def test_what_is_not_told_has_no_value(gas, report):
    assert gwp100(gas, report) is None
