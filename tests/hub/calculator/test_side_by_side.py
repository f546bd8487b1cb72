"""What two drafts of a company say together: a site's shares, and certificates."""

from decimal import Decimal

import pytest

from hub.calculator.side_by_side import Neighbour, beside
from tests.schemas.calculator.sheets import BRACKET, sheet


def codes(own, *others, recorded=None):
    near = [Neighbour(f"P-{number}", each) for number, each in enumerate(others)]
    return [finding.code for finding in beside(own, near, recorded)]


def shared(quantity, total="100", method="machine-hours", **changes):
    share = {"method": method, "quantity": quantity, "total": total}
    return sheet(share=share, **changes)


OTHER_SITE = {"site": {"id": "HEFEI", "country": "CN"}}
NEXT_YEAR = {"periodStart": "2025-01-01", "periodEnd": "2026-01-01"}


@pytest.mark.parametrize(
    ("others", "found"),
    [
        ([shared("60")], ["calculation/site-shares"]),
        ([shared("30"), shared("30.1")], ["calculation/site-shares"]),
        ([shared("50")], []),
        ([shared("60", **OTHER_SITE)], []),
        ([shared("60", **NEXT_YEAR)], []),
        ([shared("60", method="mass")], []),
        ([shared("60", total="200")], []),
        ([sheet(share={"method": "sub-meter"})], []),
        ([], []),
    ],
)
def test_parts_of_a_site_take_the_whole_at_most(others, found):
    assert codes(shared("50"), *others) == found


def certified(*serials, **changes):
    value = {"kgCO2e": "0", "unit": "度", "source": "contract"}
    bought = {**BRACKET["energy"][0], "supply": "certificate", "value": value}
    return sheet(energy=[{**bought, "serials": list(serials)}], **changes)


@pytest.mark.parametrize(
    ("other", "found"),
    [
        (certified("A", **OTHER_SITE), ["calculation/serial-elsewhere"]),
        (certified("A", **NEXT_YEAR), ["calculation/serial-elsewhere"]),
        (certified("B", **OTHER_SITE), []),
        (certified("A"), []),
    ],
)
def test_a_certificate_counts_at_one_place(other, found):
    """Two parts of one site share what the site's certificate covers."""
    assert codes(certified("A"), other) == found


@pytest.mark.parametrize(
    ("recorded", "found"),
    [
        ("0.86", []),
        ("1.07", []),
        ("1.08", ["calculation/drawing-mass"]),
        ("0.71", ["calculation/drawing-mass"]),
        ("860", ["calculation/drawing-mass"]),
        (None, []),
    ],
)
def test_a_net_mass_is_held_against_the_record(recorded, found):
    assert codes(sheet(), recorded=Decimal(recorded) if recorded else None) == found
