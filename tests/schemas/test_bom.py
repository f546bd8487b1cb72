from datetime import date, datetime

import pytest
from pydantic import ValidationError
from pydantic.alias_generators import to_camel

from hub.bom import columns
from tierlight_schemas.bom import BomLine, BomRevision, PartRecord, SourcingRecord

PART = {"number": "HG-200-7"}
LINE = {"parent": "HG-200-7", "child": "ALSI10", "quantity": "2.50", "unit": "kg"}
LINK = {"part": "HG-200-7", "supplier": "DUNS:123456789", "supplierPart": "7-200"}


class TestDefaults:
    def test_of_a_part(self):
        part = PartRecord.model_validate(PART)
        assert part.document() == {
            "number": "HG-200-7",
            "kind": "assembly",
            "baseUnit": "piece",
            "massRule": "conserved",
        }
        assert part.net_mass_kg is None

    def test_of_a_line(self):
        line = BomLine.model_validate(LINE)
        assert line.document() == LINE | {
            "unit": "kilogram",
            "referenceAmount": "1",
            "scrap": "0",
        }

    def test_of_a_link(self):
        assert SourcingRecord.model_validate(LINK).document() == LINK | {"share": "1"}

    @pytest.mark.parametrize(
        ("model", "table"),
        [
            (PartRecord, columns.PARTS),
            (BomLine, columns.BOM),
            (SourcingRecord, columns.SOURCING),
        ],
    )
    def test_are_those_of_the_tables(self, model, table):
        by_column = {
            name if field.alias in (None, to_camel(name)) else field.alias: field
            for name, field in model.model_fields.items()
        }
        assert [column.name for column in table] == list(by_column)
        for column in table:
            field = by_column[column.name]
            assert field.is_required() == column.required, column.name
            if not column.required:
                assert field.default == column.default, column.name


class TestRoundTrip:
    def test_of_a_whole_part(self):
        whole = {
            "number": "电池 7/A",
            "name": "Module housing",
            "revision": "C",
            "category": "aluminium casting",
            "kind": "direct_emission",
            "baseUnit": "tonne",
            "netMassKg": "1000.000",
            "massRule": "chemical",
        }
        assert PartRecord.model_validate(whole).document() == whole

    def test_of_a_whole_line(self):
        whole = {
            "parent": "A",
            "child": "B",
            "quantity": "-0.000000000000000000000000000001",
            "unit": "piece",
            "referenceAmount": "8.561643835616438",
            "scrap": "0.05",
            "effectiveFrom": "2025-01-01",
            "effectiveTo": "2026-01-01",
            "stage": "end-of-life",
            "group": "battery",
            "takeRate": "0.30",
            "yield": "0.95",
            "allocation": "0.5",
        }
        assert BomLine.model_validate(whole).document() == whole
        revision = {"parent": "A", "recordedAt": "2026-01-01T00:00:00Z", "lines": [whole]}
        assert BomRevision.model_validate(revision).document() == revision

    def test_of_a_whole_link(self):
        whole = LINK | {
            "share": "0.60",
            "site": "foundry-2",
            "from": "2025-01-01",
            "to": "2025-07-01",
            "deliveryTerm": "FCA",
        }
        assert SourcingRecord.model_validate(whole).document() == whole

    def test_of_a_row_by_its_column_names(self):
        line = BomLine.model_validate({**LINE, "reference_amount": "2", "yield": "0.9"})
        assert (line.reference_amount, line.process_yield) == ("2", "0.9")


class TestRefusing:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("number", ""),
            ("number", " HG-200-7"),
            ("number", "HG-200-7 "),
            ("number", "HG\n200"),
            ("number", "7" * 201),
            ("kind", "Assembly"),
            ("baseUnit", "box"),
            ("netMassKg", "-1"),
            ("netMassKg", 2.35),
            ("massRule", "none"),
            ("colour", "red"),
        ],
    )
    def test_a_part(self, name, value):
        with pytest.raises(ValidationError) as caught:
            PartRecord.model_validate(PART | {name: value})
        assert [error["loc"] for error in caught.value.errors()] == [(name,)]

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("quantity", 2.5),
            ("quantity", "4e-10"),
            ("unit", "ton"),
            ("referenceAmount", "0"),
            ("referenceAmount", "-1"),
            ("scrap", "-0.01"),
            ("takeRate", "60"),
            ("takeRate", "-0.1"),
            ("yield", "0"),
            ("yield", "95"),
            ("allocation", "1.01"),
            ("stage", "manufacturing"),
            ("effectiveFrom", 86400),
            ("effectiveFrom", "20250101"),
            ("effectiveFrom", "2025-02-30"),
            ("effectiveFrom", "01.01.2025"),
            ("effectiveFrom", datetime(2025, 1, 1)),  # noqa: DTZ001 - what must be refused
        ],
    )
    def test_a_line(self, name, value):
        with pytest.raises(ValidationError) as caught:
            BomLine.model_validate(LINE | {name: value})
        assert [error["loc"] for error in caught.value.errors()] == [(name,)]

    @pytest.mark.parametrize(
        ("name", "value"),
        [("share", "60"), ("share", "0"), ("share", "-0.5"), ("deliveryTerm", "DAT"), ("site", "")],
    )
    def test_a_link(self, name, value):
        with pytest.raises(ValidationError) as caught:
            SourcingRecord.model_validate(LINK | {name: value})
        assert [error["loc"] for error in caught.value.errors()] == [(name,)]

    def test_a_percentage_with_the_remedy(self):
        with pytest.raises(ValidationError, match=r"write 0\.6 for 60 %"):
            SourcingRecord.model_validate(LINK | {"share": "60"})

    @pytest.mark.parametrize("end", ["2025-01-01", "2024-12-31"])
    def test_days_in_disorder(self, end):
        with pytest.raises(ValidationError, match="is not after the first day"):
            BomLine.model_validate(LINE | {"effectiveFrom": "2025-01-01", "effectiveTo": end})
        with pytest.raises(ValidationError, match="is not after the first day"):
            SourcingRecord.model_validate(LINK | {"from": "2025-01-01", "to": end})

    def test_lines_of_another_parent(self):
        with pytest.raises(ValidationError, match="a line of HG-200-7 stands among the lines of X"):
            BomRevision.model_validate({"parent": "X", "lines": [LINE]})
        assert len(BomRevision.model_validate({"parent": "HG-200-7", "lines": [LINE]}).lines) == 1


def test_days_are_dates():
    line = BomLine.model_validate(LINE | {"effectiveFrom": date(2025, 1, 1)})
    assert line.effective_from == date(2025, 1, 1)
