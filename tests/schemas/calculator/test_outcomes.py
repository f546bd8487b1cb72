"""What a calculation is good for: what to find out, what to change, and a row to declare."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests.schemas.calculator.sheets import BRACKET, calculated, sheet
from tierlight_schemas.build import Fresh, build
from tierlight_schemas.calculator import calculate
from tierlight_schemas.calculator.improving import improvements, levers
from tierlight_schemas.calculator.writing import cells_of, row_of
from tierlight_schemas.checks import check
from tierlight_schemas.declarant import Declarant, Profile
from tierlight_schemas.errors import RowError
from tierlight_schemas.messages import LANGUAGES, catalogue
from tierlight_schemas.rows import read_row
from tierlight_schemas.strict_json import strict_json


def saved(**changes):
    return {effect.lever: effect.saved for effect in levers(sheet(**changes))}


class TestImprovements:
    def test_begin_with_what_matters_most(self):
        first, *rest = improvements(calculated())
        assert (first.term.label, first.step.what) == ("DC04 coil", "factor")
        assert first.narrows > max(each.narrows for each in rest)

    def test_of_a_sheet_of_own_numbers_are_none(self):
        value = {"kgCO2e": "2.1", "unit": "kg", "source": "declaration", "reference": "ab"}
        coil = {**BRACKET["materials"][0], "value": value}
        found = improvements(calculated(materials=[coil], energy=[], packaging=[]))
        assert [each.term.group for each in found] == ["transport"]


class TestLevers:
    def test_green_power_saves_what_the_grid_emits(self):
        assert saved()["green-power"] == Decimal("0.1164634")

    def test_less_scrap_saves_material_and_its_transport(self):
        assert saved()["less-scrap"] == Decimal("0.038") * Decimal("1.92") + Decimal(
            "0.000038"
        ) * 320 * Decimal("0.10749")

    def test_more_recycled_content_saves_where_both_routes_are_known(self):
        aluminium = {**BRACKET["materials"][0], "category": "material/aluminium"}
        effect = saved(materials=[{**aluminium, "recycledPercent": "90"}])["recycled"]
        assert effect == Decimal("1.24") * Decimal("0.1") * (Decimal("15.1") - Decimal("0.995"))
        assert "recycled" not in saved()

    def test_come_the_largest_first(self):
        effects = [effect.saved for effect in levers(sheet())]
        assert effects == sorted(effects, reverse=True)


class TestRow:
    def test_is_read_back_from_its_cells(self):
        row = row_of(sheet(), calculated())
        assert read_row(cells_of(row)) == row

    def test_has_stages_that_add_up_exactly(self):
        row = row_of(sheet(), calculated())
        assert sum(share.emissions.decimal for share in row.stages) == row.kgco2e.decimal
        assert row.kgco2e == "2.61254"

    def test_tells_what_a_piece_takes_of_each_carrier(self):
        """So that a site's meters can be held against it."""
        shares = {share.carrier: share for share in row_of(sheet(), calculated()).carriers}
        power, gas = shares["electricity"], shares["natural gas"]
        assert (power.quantity, power.unit) == ("0.2", "kilowatt hour")
        assert (gas.quantity, gas.unit) == ("0.025", "cubic meter")

    def test_makes_a_document_without_errors(self):
        row = row_of(sheet(leftOutPercent="1"), calculated())
        built = build(row, Declarant(Profile(), "k" * 43), Fresh.draw(datetime.now(UTC)))
        split = strict_json(built.annexes["split"])
        found = check(built.document, date(2025, 3, 1), split=split)
        assert [finding.code for finding in found] == ["document/unstated-as-zero"] or found == []

    @pytest.mark.parametrize(
        ("changes", "missing"),
        [
            ({"energy": [{"carrier": "electricity"}]}, "energy: electricity"),
            ({"leftOutPercent": "4"}, "calculation/left-out"),
        ],
    )
    def test_is_refused_while_something_is_missing(self, changes, missing):
        changed = sheet(**changes)
        with pytest.raises(RowError) as refused:
            row_of(changed, calculate(changed))
        assert refused.value.code == "calculation/incomplete"
        assert missing in refused.value.params["missing"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_word_of_a_calculation_is_there(lang):
    words = catalogue(lang)
    for term in calculated().terms:
        assert f"calculation/group-{term.group}" in words
        for step in term.steps:
            assert f"calculation/what-{step.what}" in words
            assert f"calculation/origin-{step.origin}" in words
