"""What is known is laid under what a report states, never over it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from hub.exports.cbam.comparing import (
    Metered,
    meters_differ,
    place_differs,
    unknown_parts,
    year_of,
)
from hub.exports.cbam.filling import drafted, filled
from tests.schemas.cbam.reports import changed, screws
from tierlight_schemas.cbam.model import CbamReport, Period
from tierlight_schemas.cbam.reading import report_of
from tierlight_schemas.cbam.template import template

KNOWN: dict[str, Any] = {
    "installation": {"name": "Works 1", "operator": "Foxglove", "country": "CN"},
    "period": {"start": "2025-01-01", "end": "2025-12-31"},
    "process": {"electricity": [{"megawatthours": "50"}, {"megawatthours": "3"}]},
    "products": [
        {"number": "CS-8", "name": "Coach screw", "massKg": "0.02"},
        {"number": "CS-9", "name": "Longer screw"},
    ],
}


class TestFilling:
    @pytest.mark.parametrize(
        ("stated", "name"),
        [({}, "Works 1"), ({"name": ""}, "Works 1"), ({"name": "Mill"}, "Mill"), (None, "Works 1")],
    )
    def test_the_place(self, stated, name):
        found = filled({} if stated is None else {"installation": stated}, KNOWN)
        assert found["installation"] == {**KNOWN["installation"], "name": name}

    def test_parts_by_their_number(self):
        rows = [{"number": "CS-8", "name": "Mine"}, {"number": "CS-7"}, {}, "odd", {"number": 8}]
        found = filled({"products": rows}, KNOWN)["products"]
        assert found == [{"number": "CS-8", "name": "Mine", "massKg": "0.02"}, *rows[1:]]

    def test_no_flow_and_no_product_is_added_to_a_report(self):
        report = {"processes": [{"id": "P1"}], "products": []}
        found = filled(report, KNOWN)
        assert (found["processes"], found["products"]) == (report["processes"], [])

    def test_what_was_given_stays_as_it_was(self):
        report = {"installation": {"name": ""}, "products": [{"number": "CS-8"}]}
        filled(report, KNOWN)
        assert report == {"installation": {"name": ""}, "products": [{"number": "CS-8"}]}

    def test_a_draft_begins_with_what_is_known(self):
        report = report_of(drafted(template(), KNOWN))
        (process,) = report.processes
        flows = process.electricity or []
        assert [(each.megawatthours, each.factor) for each in flows] == [("50", None), ("3", None)]
        assert [each.number for each in report.products] == ["CS-8", "CS-9"]
        assert {each.process for each in report.products} == {"P1"}
        assert report.period.start == date(2025, 1, 1)
        assert report.processes[0].heat_imported is None

    def test_of_nothing_a_draft_is_the_template(self):
        nothing: dict[str, Any] = {"installation": {}, "period": {}, "process": {}, "products": []}
        assert drafted(template(), nothing) == template()


def report(**period):
    return CbamReport(period=Period(**period))


class TestComparing:
    @pytest.mark.parametrize(
        ("start", "end", "year"),
        [
            (date(2025, 1, 1), date(2025, 12, 31), 2025),
            (date(2025, 1, 2), date(2025, 12, 31), None),
            (date(2025, 1, 1), date(2025, 12, 30), None),
            (date(2025, 1, 1), date(2026, 12, 31), None),
            (date(2025, 7, 1), date(2026, 6, 30), None),
            (None, date(2025, 12, 31), None),
            (date(2025, 1, 1), None, None),
        ],
    )
    def test_a_year_is_a_whole_one(self, start, end, year):
        assert year_of(report(start=start, end=end)) == year

    @pytest.mark.parametrize(
        ("bought", "generated", "told"),
        [
            ("50", "0", []),
            ("49.9", "0.1", []),
            ("9000", "0", []),
            ("49.9", "0", ["49.9"]),
            ("0", "0", ["0"]),
        ],
    )
    def test_more_electricity_than_the_meters_have_is_told(self, bought, generated, told):
        power = Metered(Decimal(bought), Decimal(generated), None)
        found = [*meters_differ(report_of(screws()), power, "W1", 2023)]
        assert [gap.params["metered"] for gap in found] == told

    def test_without_meters_it_says_so(self):
        (gap,) = meters_differ(report_of(screws()), None, "W1", 2023)
        assert "could not be compared" in gap.words("en").text

    def test_another_country_is_told(self):
        read = report_of(screws())
        assert not [*place_differs(read, "IN", "W1")]
        (gap,) = place_differs(read, "CN", "W1")
        assert "the report says IN, and the hub knows CN" in gap.words("en").text

    def test_parts_that_are_not_the_companys_are_told(self):
        read = report_of(screws())
        assert not [*unknown_parts(read, {"CS-8"})]
        (gap,) = unknown_parts(read, {"CS-80"})
        assert gap.field == "products[0].number"
        without = report_of(changed(screws(), "products.0.number", None))
        assert not [*unknown_parts(without, set())]
