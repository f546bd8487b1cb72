"""`hub import`: tables and declarations from files."""

import io
import json
import sys

import pytest
from sqlalchemy import select

from hub.bom.tables import BomLine, Part, SourcingLink
from hub.cli import imports
from hub.declarations.tables import DeclarationRow
from hub.factors.tables import Factor
from tests.cast import BEIFENG, FOXGLOVE
from tests.hub import workbooks

PARTS = "number,base_unit\nV,\nS,kg\n"
TABLES = {
    "parts": PARTS,
    "bom": "parent,child,quantity\nV,S,1.5\n",
    "sourcing": "part,supplier,supplier_part\nS,Steelworks,X\n",
    "factors": "category,unit,value,source,year\nsteel,kg,1.9,worldsteel,2023\n",
}


def read(rows: int) -> str:
    return f"{rows} row read" if rows == 1 else f"{rows} rows read"


def test_all_tables_of_a_company(hub, aurora, write, own_database):
    for kind, text in TABLES.items():
        path = write(f"{kind}.csv", text)
        ran = hub("import", kind, "--company", aurora, path)
        assert (ran.status, ran.out) == (0, "")
        assert f"{path}: {read(text.count(chr(10)) - 1)}" in ran.err
    with own_database.read() as session:
        assert session.query(Part).count() == 2
        assert session.query(BomLine).one().quantity == "1.5"
        assert session.query(SourcingLink).one().supplier_text == "Steelworks"
        assert session.query(Factor).one().value == "1.9"


def test_all_tables_of_a_company_from_one_workbook(hub, aurora, write):
    sheets = [
        (kind, [line.split(",") for line in text.splitlines()]) for kind, text in TABLES.items()
    ]
    path = write("all.xlsx", workbooks.workbook(("Read me", [["Ours"]]), *sheets))
    for kind, rows in sheets:
        ran = hub("import", kind, "--company", aurora, path)
        assert (ran.status, f"all.xlsx: {read(len(rows) - 1)}" in ran.err) == (0, True), ran.err


def test_a_bad_cell_of_a_workbook_is_named_by_sheet_and_cell(hub, aurora, write):
    path = write("p.xlsx", workbooks.parts(["number"], ["#REF!"], title="Liste"))
    ran = hub("import", "parts", "--company", aurora, path)
    assert ran.status == 1
    assert "number: the cell holds the error #REF!. (sheet Liste, cell A2)" in ran.err


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


@pytest.fixture
def beifeng(hub, write) -> str:
    """A registered company of the cast, with its key."""
    scheme, value = BEIFENG.identifier
    company = hub(
        *(
            "company",
            "add",
            BEIFENG.name,
            "--invented",
            "--country",
            "CN",
            "--identifier",
            f"{scheme}:{value}",
        )
    ).out.strip()
    hub("key", "add", company, write("key.pub.jwk", json.dumps(BEIFENG.jwk)))
    return company


def test_declarations_come_through_the_door(hub, beifeng, write, own_database):
    lines = [BEIFENG.submission(number) for number in ("PACK-1", "PACK-2")]
    path = write("declarations.ndjson", b"\n".join(lines) + b"\n")
    ran = hub("import", "declarations", "--company", BEIFENG.name, path)
    assert (ran.status, ran.out) == (0, "")
    assert "2 declarations stored, 0 known already, 0 refused; 2 parts registered" in ran.err
    again = hub("import", "declarations", "--company", BEIFENG.name, path)
    assert "0 declarations stored, 2 known already, 0 refused; 0 parts registered" in again.err
    with own_database.read() as session:
        owners = session.scalars(select(DeclarationRow.company_id)).all()
    assert owners == [beifeng, beifeng]


def test_a_refused_line_is_named_and_blocks_no_other(hub, beifeng, write, own_database):
    forged = FOXGLOVE.submission("PACK-1")
    lines = [b"{}", BEIFENG.submission("PACK-1"), b"", forged]
    path = write("declarations.ndjson", b"\n".join(lines))
    ran = hub("import", "declarations", "--company", beifeng, path, language="de")
    assert ran.status == 1
    assert f"{path}, Zeile 1 wurde abgelehnt" in ran.err
    assert f"{path}, Zeile 4 wurde abgelehnt" in ran.err
    assert "1 Erklärung gespeichert, 0 schon bekannt, 2 abgelehnt" in ran.err
    with own_database.read() as session:
        assert len(session.scalars(select(DeclarationRow)).all()) == 1


def test_what_a_document_lacks_is_said_once(hub, beifeng, write):
    document = json.loads(BEIFENG.built("PACK-1").payload)
    document["credentialSubject"]["footprint"]["pcf"]["declaredUnitOfMeasurement"] = "furlong"
    path = write("one.ndjson", BEIFENG.packed_document(document))
    ran = hub("import", "declarations", "--company", beifeng, path)
    assert ran.status == 1
    refused, reason, _ = ran.err.splitlines()
    assert refused == f"{path}, line 1 was refused:"
    assert "furlong" in reason


def test_lines_are_counted_through_the_whole_file(hub, beifeng, write, monkeypatch):
    monkeypatch.setattr(imports, "LINES_AT_ONCE", 2)
    path = write("declarations.ndjson", b"\n\n\n{}\n\n{}\n")
    ran = hub("import", "declarations", "--company", beifeng, path)
    assert [line for line in ran.err.splitlines() if "was refused" in line] == [
        f"{path}, line 4 was refused:",
        f"{path}, line 6 was refused:",
    ]
