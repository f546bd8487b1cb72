"""`hub import`: tables and declarations from files."""

import io
import sys

import pytest

from hub.bom.tables import BomLine, Part, SourcingLink
from hub.factors.tables import Factor

PARTS = "number,base_unit\nV,\nS,kg\n"
TABLES = {
    "parts": PARTS,
    "bom": "parent,child,quantity\nV,S,1.5\n",
    "sourcing": "part,supplier,supplier_part\nS,Steelworks,X\n",
    "factors": "category,unit,value,source,year\nsteel,kg,1.9,worldsteel,2023\n",
}


def test_all_tables_of_a_company(hub, aurora, write, own_database):
    for kind, text in TABLES.items():
        path = write(f"{kind}.csv", text)
        ran = hub("import", kind, "--company", aurora, path)
        assert (ran.status, ran.out) == (0, "")
        assert f"{path}: {text.count(chr(10)) - 1} rows read" in ran.err
    with own_database.read() as session:
        assert session.query(Part).count() == 2
        assert session.query(BomLine).one().quantity == "1.5"
        assert session.query(SourcingLink).one().supplier_text == "Steelworks"
        assert session.query(Factor).one().value == "1.9"


def test_every_bad_row_stands_on_its_own_line(hub, aurora, write, own_database):
    path = write("parts.csv", "number,kind,colour\nA,wheel,red\nB,,\nB,,\n")
    ran = hub("import", "parts", "--company", "Aurora Motors", path)
    assert (ran.status, ran.out) == (1, "")
    refused, wheel, twice = ran.err.splitlines()
    assert "Nothing was changed" in refused
    assert f"{path}, row 2, kind: “wheel”" in wheel
    assert f"{path}, row 4" in twice
    with own_database.read() as session:
        assert session.query(Part).count() == 0


def test_notes_are_printed(hub, aurora, write):
    ran = hub("import", "parts", "--company", aurora, write("parts.csv", "number,colour\nA,red\n"))
    assert ran.status == 0
    assert "colour" in ran.err


def test_a_table_may_come_on_standard_input(hub, aurora, monkeypatch, own_database):
    stdin = io.TextIOWrapper(io.BytesIO(PARTS.encode()))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert hub("import", "parts", "--company", aurora, "-").status == 0
    with own_database.read() as session:
        assert session.query(Part).count() == 2


@pytest.mark.parametrize("kind", [*TABLES, "declarations"])
def test_a_file_that_is_not_there_is_named(hub, aurora, tmp_path, kind):
    ran = hub("import", kind, "--company", aurora, tmp_path / "none")
    assert ran.status == 1
    assert str(tmp_path / "none") in ran.err


def test_a_folder_is_no_file(hub, aurora, tmp_path):
    assert hub("import", "parts", "--company", aurora, tmp_path).status == 1
