"""`hub battery` and `hub export battery` on a database of their own."""

import json
from decimal import Decimal

import pytest

from tests.schemas.battery.packs import MODEL

PARTS = """number,name,kind,base_unit,net_mass_kg,category
BATTERY,Battery,assembly,piece,100,
CELL,Cell,assembly,piece,70,
POWER,Power,energy,kWh,,grid
"""
BOM = "parent,child,quantity,unit\nBATTERY,CELL,1,piece\nBATTERY,POWER,10,kWh\n"
ARGUMENTS = ("Aurora Motors", "BATTERY", "--plant", "P1")


@pytest.fixture
def battery(hub, aurora, write):
    """A battery of a bought cell that nobody has declared."""
    site = ("--code", "P1", "--name", "Plant 1", "--country", "DE")
    assert hub("site", "add", "Aurora Motors", *site).status == 0
    for kind, table in (("parts", PARTS), ("bom", BOM)):
        done = hub("import", kind, "--company", "Aurora Motors", write(f"{kind}.csv", table))
        assert done.status == 0, done.err
    return hub


class TestEntering:
    def test_classes(self, battery, write):
        table = write("battery-classes.csv", "part,component\nCELL,cell\nPOWER,electricity\n")
        done = battery("battery", "classes", "Aurora Motors", table)
        assert done.status == 0
        assert "2 rows read; 2 new, 0 changed, 0 unchanged" in done.err
        again = battery("battery", "classes", "Aurora Motors", table)
        assert "0 new, 0 changed, 2 unchanged" in again.err

    @pytest.mark.parametrize(
        ("row", "told"),
        [
            ("CELL,battery cell", "row 2, component"),
            ("CELL,", "row 2"),
            ("NOBODY,cell", "no part with the number NOBODY"),
            ("CELL,cell\nCELL,module", "row 3"),
            (",cell", "row 2"),
        ],
    )
    def test_a_bad_row_refuses_all(self, battery, write, row, told):
        table = write("battery-classes.csv", f"part,component\n{row}\nPOWER,electricity\n")
        done = battery("battery", "classes", "Aurora Motors", table)
        assert done.status == 1
        assert told in done.err
        good = write("good.csv", "part,component\nPOWER,electricity\n")
        assert "1 new" in battery("battery", "classes", "Aurora Motors", good).err

    def test_a_model_is_shown_as_it_was_entered(self, battery, write):
        file = write("model.json", json.dumps(MODEL))
        assert battery("battery", "model", *ARGUMENTS, file).status == 0
        shown = battery("battery", "show", *ARGUMENTS, "--reason", "test")
        assert json.loads(shown.out)["manufacturer"] == MODEL["manufacturer"]

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            ("{", "JSON"),
            ("[]", ""),
            ('{"massKg": 3}', "massKg"),
            ('{"massKg": "0"}', "massKg"),
            ('{"mass": "3"}', "mass"),
            (b"\xff", ""),
        ],
    )
    def test_a_bad_model_is_refused_with_its_place(self, battery, write, content, told):
        done = battery("battery", "model", *ARGUMENTS, write("model.json", content))
        assert done.status == 1
        assert told in done.err
        assert "Traceback" not in done.err

    @pytest.mark.parametrize(
        "arguments",
        [
            ("Aurora Motors", "NOBODY", "--plant", "P1"),
            ("Aurora Motors", "BATTERY", "--plant", "P2"),
            ("Nobody", "BATTERY", "--plant", "P1"),
        ],
    )
    def test_what_is_not_there(self, battery, write, arguments):
        done = battery("battery", "model", *arguments, write("model.json", "{}"))
        assert done.status == 1


class TestExport:
    def export(self, battery, tmp_path, *more):
        out = tmp_path / "out"
        done = battery("export", "battery", *ARGUMENTS, "--out", out, "--reason", "test", *more)
        return done, out

    def test_a_refusal_names_every_gap_and_writes_nothing(self, battery, tmp_path):
        done, out = self.export(battery, tmp_path)
        assert done.status == 1
        for clause in [*(f"Art. 7(1)({letter})" for letter in "abdefg"), "Annex II(3)"]:
            assert clause in done.err
        assert "of part CELL nothing usable is known" in done.err
        assert not out.exists()

    def complete(self, battery, write, **model):
        """Everything is made in the plant: a kg of steel and a kWh for each component."""
        made = ("anode", "cathode", "electrolyte", "separator", "cell-casing", "electronics")
        lines = "".join(f"{name},STEEL,1,kg\n{name},POWER,1,kWh\n" for name in made)
        own = "".join(f"BATTERY,{name},1,piece\n" for name in made)
        tables = {
            "parts": PARTS + "STEEL,Steel,material,kg,,steel\n"
            + "".join(f"{name},{name},assembly,piece,1,\n" for name in made),
            "bom": f"parent,child,quantity,unit\nBATTERY,POWER,10,kWh\n{own}{lines}",
            "factors": "category,unit,value,source,year\ngrid,kWh,0.4,Grid,2025\n"
            "steel,kg,2,Steel,2025\ntransport/road,tkm,0.1,Road,2025\n",
        }  # fmt: skip
        for kind, table in tables.items():
            file = write(f"{kind}.csv", table)
            assert battery("import", kind, "--company", "Aurora Motors", file).status == 0
        classes = "part,component\n" + "".join(f"{name},{name}\n" for name in made)
        battery("battery", "classes", "Aurora Motors", write("c.csv", classes))
        battery("battery", "model", *ARGUMENTS, write("m.json", json.dumps(MODEL | model)))

    def test_a_complete_one_is_written(self, battery, tmp_path, write):
        self.complete(battery, write)
        done, out = self.export(battery, tmp_path)
        assert done.status == 0, done.err
        assert "the method act is not adopted" in done.err
        told = json.loads((out / "art7-declaration.json").read_text("utf-8"))
        stages = {row["stage"]: Decimal(row["value"]) * 34560 for row in told["lifeCycleStages"]}
        # 6 × (2 + 0.4); 10 × 0.4; 0.1 t × 1,200 km × 0.1; and what recycling saves
        near = {stage: round(value, 6) for stage, value in stages.items()}
        assert near == {
            "raw-material": Decimal("14.4"),
            "main-production": 4,
            "distribution": 12,
            "end-of-life": Decimal("-474.075"),
        }

    def test_of_all_formats_what_can_be_written_is(self, battery, tmp_path, write):
        self.complete(battery, write)
        done, out = self.export(battery, tmp_path, "--format", "all")
        assert done.status == 1
        assert "There is no qr file. Close the gaps that follow." in done.err
        assert "There is no catena-x file." in done.err  # here recycling saves more than all else
        assert "Art. 13(6): the GTIN of the battery model is missing. Enter its 14" in done.err
        written = {path.name for path in out.iterdir()}
        assert "art7-declaration.json" in written
        assert "qr.svg" not in written

    def test_a_format_alone_that_lacks_something_is_refused(self, battery, tmp_path, write):
        self.complete(battery, write, gtin="09520123456789")
        done, out = self.export(battery, tmp_path, "--format", "qr")
        assert done.status == 1
        assert "09520123456789 is no GTIN" in done.err
        assert not out.exists()

    def test_the_qr_code_of_a_model(self, battery, tmp_path, write):
        self.complete(battery, write, gtin="09520123456788")
        done, out = self.export(battery, tmp_path, "--format", "qr")
        assert done.status == 0, done.err
        assert "https://id.gs1.org/01/09520123456788" in (out / "qr.svg").read_text("utf-8")

    @pytest.mark.parametrize(
        "more", [("--format", "pdf"), ("--ruleset", "annex-ii"), ("--as-of", "soon")]
    )
    def test_wrong_calls(self, battery, tmp_path, more):
        assert self.export(battery, tmp_path, *more)[0].status == 2
