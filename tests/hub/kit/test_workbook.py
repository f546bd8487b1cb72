"""Workbooks are read like tables, and hostile ones by a process that ends."""

import ast
import io
import os
import subprocess
import sys
import threading
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from hub.kit import workbook as reading
from hub.kit import workbook_process as process
from hub.kit.cells import code, day, label, number, year
from hub.kit.csv_table import BadTable, Column, Problems, letters, read_rows
from hub.kit.detail_words import words_of_detail
from hub.kit.errors import TooMany
from tests.hub import workbooks as made
from tierlight_schemas.messages import LANGUAGES

COLUMNS = (
    Column("number", code(40), required=True),
    Column("name", label(40)),
    Column("quantity", number()),
    Column("from", day),
    Column("year", year),
)
HEADER = ["Number", "NAME", "quantity", "From", "year"]


def read(data: bytes, sheet: str = "parts") -> tuple[list[dict], Problems]:
    problems = Problems("t.xlsx")
    return [row.values for row in read_rows(io.BytesIO(data), COLUMNS, problems, sheet)], problems


def found(data: bytes) -> list[tuple[str, str, str]]:
    rows, problems = read(data)
    assert not rows
    return [(entry["cell"], entry["column"], entry["code"]) for entry in problems.found]


class TestHonest:
    def test_a_sheet_is_a_table(self):
        rows, problems = read(
            made.parts(
                HEADER,
                ["A-1", "Bolt  M8", 0.1, date(2026, 1, 31), 2025],
                [],
                [4711, None, -40, datetime.fromisoformat("2026-02-01"), "2024"],
            )
        )
        assert problems.found == problems.notes == []
        assert rows == [
            {
                "number": "A-1",
                "name": "Bolt M8",
                "quantity": "0.1",
                "from": date(2026, 1, 31),
                "year": 2025,
            },
            {
                "number": "4711",
                "name": None,
                "quantity": "-40",
                "from": date(2026, 2, 1),
                "year": 2024,
            },
        ]

    @pytest.mark.parametrize(
        ("stored", "text"),
        [
            ("0.1", "0.1"),
            ("0.10000000000000001", "0.1"),  # as Excel writes it
            ("0.30000000000000004", "0.30000000000000004"),
            ("450.5", "450.5"),
            ("4.0000000000000001E-10", "0.0000000004"),
            ("1E3", "1000"),
            ("-0.0", "0"),
            ("7", "7"),
            ("999999999999999", "999999999999999"),
        ],
    )
    def test_a_number_is_the_shortest_decimal_of_its_double(self, stored, text):
        cells = made.parts(HEADER[:3])
        data = made.changed(cells, {made.SHEET: _sheet(f"<v>{stored}</v>")})
        assert [row["quantity"] for row in read(data)[0]] == [text]

    @given(st.floats(-1e14, 1e14).filter(lambda value: value == 0 or abs(value) > 1e-50))
    @settings(max_examples=300)
    def test_no_double_changes(self, value):
        text, fault = process._number(value, "General")
        assert (float(text), fault) == (value, None)

    @pytest.mark.parametrize(
        ("value", "shown", "text"),
        [
            (123, "00000", "00123"),
            (123, "0", "123"),
            (123, "General", "123"),
            (123456, "000", "123456"),
            (0.6, "0%", "0.6"),
            (True, "General", "TRUE"),
            ("=1+1", "@", None),
            (time(12, 30), "h:mm", "12:30:00"),
            (datetime.fromisoformat("2026-01-31T12:00"), "yyyy-mm-dd", "2026-01-31T12:00:00"),
        ],
    )
    def test_a_cell_is_what_is_shown(self, value, shown, text):
        data = made.parts(["number"], [value], A2=shown)
        rows, problems = read(data)
        if text is None:
            assert [entry["code"] for entry in problems.found] == ["xlsx/formula"]
        else:
            assert [row["number"] for row in rows] == [text]

    @pytest.mark.parametrize(
        ("titles", "expected"),
        [
            (["Notes", "Parts"], "Parts"),
            (["Notes", " PARTS "], " PARTS "),
            (["Notes", "Other"], "Notes"),
            (["parts 2", "Parts old"], "parts 2"),
        ],
    )
    def test_the_sheet_of_the_name_else_the_first(self, titles, expected):
        sheets = [(title, [["number"], [f"in {title}"]]) for title in titles]
        rows, problems = read(made.workbook(*sheets))
        assert [row["number"] for row in rows] == [f"in {expected}".strip()]
        assert problems.sheet == expected

    def test_a_title_is_told_up_to_what_a_message_can_carry(self):
        data = made.parts(["name"], title="T" * 30)
        book = zipfile.ZipFile(io.BytesIO(data)).read("xl/workbook.xml").decode()
        long = made.changed(data, {"xl/workbook.xml": book.replace("T" * 30, "T" * 100_000)})
        assert read(long)[1].found[0]["sheet"] == "T" * reading.MAX_TITLE

    def test_what_a_sheet_says_of_its_size_does_not_count(self):
        cells = "".join(
            f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>{t}</t></is></c></row>'
            for n, t in [(1, "number"), (2, "A"), (3, "B")]
        )
        small = made.with_cells(cells)
        sheet = zipfile.ZipFile(io.BytesIO(small)).read(made.SHEET).decode()
        small = made.changed(
            small, {made.SHEET: sheet.replace("<sheetData>", '<dimension ref="A1:A1"/><sheetData>')}
        )
        assert [row["number"] for row in read(small)[0]] == ["A", "B"]

    def test_a_calculated_formula_is_its_result(self):
        data = made.changed(
            made.parts(HEADER[:3]), {made.SHEET: _sheet("<f>1/3</f><v>0.33333333333333331</v>")}
        )
        assert [row["quantity"] for row in read(data)[0]] == ["0.3333333333333333"]

    def test_an_empty_result_is_an_empty_cell(self):
        data = made.changed(
            made.parts(HEADER[:3]), {made.SHEET: _sheet('<f>""</f><v></v>', kind="str")}
        )
        assert [row["quantity"] for row in read(data)[0]] == [None]

    def test_texts_come_from_the_table_of_texts(self):
        strings = "<si><t>number</t></si><si><r><t>A</t></r><r><t>-1</t></r></si>"
        cells = '<row><c t="s"><v>0</v></c></row><row><c t="s"><v>1</v></c></row>'
        data = made.with_texts(f"<sst {made.NAMESPACE}>{strings}</sst>", cells)
        assert [row["number"] for row in read(data)[0]] == ["A-1"]

    def test_what_no_column_reads_may_be_anything(self):
        rows, problems = read(made.parts(["number", "check"], ["A", "=A2"], ["B", "#N/A"]))
        assert [row["number"] for row in rows] == ["A", "B"]
        assert [note["code"] for note in problems.notes] == ["csv/unknown-column"]

    def test_twenty_thousand_rows(self):
        rows = [["number", "name"], *([f"P-{n}", "Bolt"] for n in range(process.MAX_ROWS - 1))]
        assert len(read(made.parts(*rows))[0]) == process.MAX_ROWS - 1


def _sheet(quantity: str, kind: str = "n") -> str:
    texts = "".join(f'<c t="inlineStr"><is><t>{title}</t></is></c>' for title in HEADER[:3])
    row = '<c t="inlineStr"><is><t>A</t></is></c><c/>' + f'<c t="{kind}">{quantity}</c>'
    rows = f"<row>{texts}</row><row>{row}</row>"
    return f"{made.HEAD}<worksheet {made.NAMESPACE}><sheetData>{rows}</sheetData></worksheet>"


CELLS = {
    "a formula that nobody calculated": ("=B2*2", "xlsx/formula"),
    "an error": ("#N/A", "xlsx/error-value"),
    "another error": ("#DIV/0!", "xlsx/error-value"),
    "a word": ("many", "csv/number"),
    "a comma": ("0,5", "csv/number"),
    "a day": (date(2026, 1, 2), "csv/number"),
    "a truth": (True, "csv/number"),
    "digits that no spreadsheet keeps": (12345678901234567890, "xlsx/digits-lost"),
    "an infinity": (1e308 * 10, None),
}


class TestBadCells:
    @pytest.mark.parametrize("name", CELLS)
    def test_are_named_by_sheet_and_cell(self, name):
        value, code_expected = CELLS[name]
        if code_expected is None:
            data = made.changed(made.parts(HEADER[:3]), {made.SHEET: _sheet("<v>1e999</v>")})
            assert found(data) == [("C2", "quantity", "xlsx/error-value")]
            return
        data = made.parts(HEADER[:3], ["A", "x", value])
        assert found(data) == [("C2", "quantity", code_expected)]

    def test_have_words_with_the_place_in_every_language(self):
        _, problems = read(made.parts(HEADER[:3], ["A", "x", "#N/A"], title="Teile 1"))
        told = {lang: words_of_detail(problems.found[0], lang) for lang in LANGUAGES}
        assert told["en"].text == (
            "t.xlsx, row 2, quantity: the cell holds the error #N/A. (sheet Teile 1, cell C2)"
        )
        assert "Blatt Teile 1, Zelle C2" in told["de"].text
        assert "工作表 Teile 1，单元格 C2" in told["zh-CN"].text
        assert all(words.remedy for words in told.values())

    def test_a_missing_column_and_an_empty_cell(self):
        assert found(made.parts(["name"], ["x"])) == [("A1", "number", "csv/missing-column")]
        assert found(made.parts(HEADER[:2], [None, "x"])) == [("A2", "number", "csv/empty-cell")]
        assert found(made.parts()) == [("A1", "", "csv/empty")]

    @pytest.mark.parametrize(
        ("index", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")]
    )
    def test_letters_are_a_spreadsheet_s(self, index, name):
        assert letters(index) == name


HOSTILE = {
    "123 MB in 359 kB": (made.bomb, "xlsx/too-large"),
    "sizes that lie": (made.lying_sizes, "xlsx/not-a-workbook"),
    "one cell at XFD1048576": (made.far_cell, "xlsx/too-many-rows"),
    "a billion laughs": (made.entities, "xlsx/entities"),
    "a text from a file": (made.external_entity, "xlsx/entities"),
    "packed too well": (
        lambda: made.changed(made.parts(["number"]), {"xl/a.xml": b"a" * 10_000_000}),
        "xlsx/ratio",
    ),
    "zip slip": (
        lambda: made.changed(made.parts(["number"]), {"../../etc/cron.d/x": "x"}),
        "xlsx/part-name",
    ),
    "zip slip of Windows": (
        lambda: made.changed(made.parts(["number"]), {"xl\\..\\..\\x": "x"}),
        "xlsx/part-name",
    ),
    "an absolute name": (
        lambda: made.changed(made.parts(["number"]), {"/etc/passwd": "x"}),
        "xlsx/part-name",
    ),
    "a drive": (
        lambda: made.changed(made.parts(["number"]), {"C:/x": "x"}),
        "xlsx/part-name",
    ),
    "a workbook in a workbook": (
        lambda: made.changed(made.parts(["number"]), {"xl/media/a.xlsx": made.bomb()}),
        "xlsx/nested",
    ),
    "an embedded object": (
        lambda: made.changed(made.parts(["number"]), {"xl/embeddings/oleObject1.bin": "x"}),
        "xlsx/nested",
    ),
    "macros": (
        lambda: made.changed(made.parts(["number"]), {"xl/vbaProject.bin": "x"}),
        "xlsx/macros",
    ),
    "macros of 1992": (
        lambda: made.changed(made.parts(["number"]), {"xl/macrosheets/sheet1.xml": "x"}),
        "xlsx/macros",
    ),
    "encrypted parts": (made.encrypted, "xlsx/encrypted"),
    "a password": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "xlsx/encrypted"),
    "201 parts": (
        lambda: made.changed(made.parts(["number"]), {f"xl/{n}.xml": "x" for n in range(200)}),
        "xlsx/too-many-parts",
    ),
    "201 columns": (
        lambda: made.parts([f"c{n}" for n in range(201)]),
        "xlsx/too-many-columns",
    ),
    "20,001 rows": (
        lambda: made.parts(["number"], *([f"P-{n}"] for n in range(20_000))),
        "xlsx/too-many-rows",
    ),
    "one cell in column XFD": (
        lambda: made.with_cells('<row r="1"><c r="XFD1"><v>1</v></c></row>'),
        "xlsx/too-many-columns",
    ),
    "a row beyond any sheet": (
        lambda: made.with_cells('<row r="99999999999999"><c><v>1</v></c></row>'),
        "xlsx/too-many-rows",
    ),
    "a column beyond any sheet": (
        lambda: made.with_cells('<row r="1"><c r="ZZZZZZ1"><v>1</v></c></row>'),
        "xlsx/not-a-workbook",
    ),
    "a style that is not there": (
        lambda: made.with_cells('<row r="1"><c s="999999999"><v>1</v></c></row>'),
        "xlsx/not-a-workbook",
    ),
    "a shared text that is not there": (
        lambda: made.with_cells('<row r="1"><c t="s"><v>99999</v></c></row>'),
        "xlsx/not-a-workbook",
    ),
    "a number of a million digits": (
        lambda: made.with_cells(f'<row r="1"><c><v>{"9173" * 250_000}</v></c></row>'),
        "xlsx/ratio",
    ),
    "no sheet": (
        lambda: made.changed(made.parts(["number"]), drop="xl/workbook.xml"),
        "xlsx/not-a-workbook",
    ),
    "XML that ends in the middle": (
        lambda: made.changed(made.parts(["number"]), {made.SHEET: "<worksheet><sheetData>"}),
        "xlsx/not-a-workbook",
    ),
    "an archive of something else": (
        lambda: made.changed(made.parts(["number"]), drop="[Content_Types].xml"),
        "xlsx/not-a-workbook",
    ),
    "half an archive": (lambda: made.parts(["number"])[:900], "xlsx/not-a-workbook"),
    "four bytes": (lambda: b"PK\x03\x04", "xlsx/not-a-workbook"),
    "a thousand million texts": (
        lambda: made.with_texts(
            f"<sst {made.NAMESPACE}><si><t>{os.urandom(300_000).hex()}</t></si></sst>",
            ("<row>" + '<c t="s"><v>0</v></c>' * 100 + "</row>") * 30,
        ),
        "xlsx/too-much-work",
    ),
}


class TestHostile:
    @pytest.mark.parametrize("name", HOSTILE)
    def test_is_refused_by_name_in_three_languages(self, name):
        make, code_expected = HOSTILE[name]
        _, problems = read(make())
        assert [entry["code"] for entry in problems.found] == [code_expected]
        with pytest.raises(BadTable):
            problems.refuse()
        for lang in LANGUAGES:
            words = words_of_detail(problems.found[0], lang)
            assert "t.xlsx" in words.text
            assert words.remedy
            assert "–" not in words.text + words.remedy

    def test_the_bomb_is_the_one_that_was_seen(self):
        data = made.bomb()
        assert len(data) < 400_000
        assert zipfile.ZipFile(io.BytesIO(data)).getinfo(made.SHEET).file_size > 122_000_000

    def test_no_process_is_left(self):
        for make in (made.far_cell, made.entities, made.bomb):
            read(make())
        assert _children() == []


def _children() -> list[str]:
    return Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text().split()


class TestTheProcess:
    def test_ends_on_the_clock_and_leaves_nothing(self, monkeypatch, tmp_path):
        monkeypatch.setattr(reading, "CLOCK_SECONDS", 0.5)
        sleeper = tmp_path / "sleeper.py"
        sleeper.write_text("import time; time.sleep(60)")
        monkeypatch.setattr(reading, "_PROCESS", sleeper)
        assert found_code(made.parts(["number"])) == "xlsx/too-much-work"
        assert _children() == []

    @pytest.mark.parametrize(
        ("work", "status"),
        [
            ("x = bytearray(100 * 1024 * 1024)", 0),
            ("x = bytearray(600 * 1024 * 1024)", 1),
            ("open('/dev/null')", 1),
            ("__import__('subprocess').run(['true'])", 1),
            ("import socket; socket.socket()", 1),
            ("print('x' * 70_000_000)", 1),
            ("assert resource.getrlimit(resource.RLIMIT_CPU) == (10, 10)", 0),
        ],
    )
    def test_can_do_what_it_must_and_no_more(self, work, status, tmp_path):
        program = "import resource, socket, subprocess\nfrom hub.kit import workbook_process\n"
        program += f"workbook_process.limit_this_process()\n{work}\n"
        with open(tmp_path / "out", "wb") as out:
            command = [sys.executable, "-c", program]
            ended = subprocess.run(command, stdout=out, stderr=subprocess.DEVNULL, check=False)
        # The answer is flushed at the end, and what is wrong then has a status of its own.
        assert min(ended.returncode, 1) == status

    def test_is_given_no_secret(self, monkeypatch, tmp_path):
        monkeypatch.setenv("HUB_DATABASE_URL", "postgresql+psycopg://hub:secret@db/hub")
        teller = tmp_path / "teller.py"
        told = tmp_path / "told"
        teller.write_text(f"import os; open({str(told)!r}, 'w').write(str(dict(os.environ)))")
        monkeypatch.setattr(reading, "_PROCESS", teller)
        read(made.parts(["number"]))
        assert "secret" not in told.read_text()

    def test_knows_nothing_of_the_hub(self):
        tree = ast.parse(Path(process.__file__).read_text("utf-8"))
        names = [
            name
            for node in ast.walk(tree)
            for name in _imported(node)
            if name.partition(".")[0] in ("hub", "sqlalchemy", "fastapi", "tierlight_schemas")
        ]
        assert names == []

    def test_reads_xml_with_defusedxml(self):
        from openpyxl.xml import functions

        assert functions.iterparse.__module__ == "defusedxml.common"

    def test_only_so_many_at_once(self, monkeypatch):
        monkeypatch.setattr(reading, "PATIENCE_SECONDS", 0)
        monkeypatch.setattr(reading, "_turns", threading.BoundedSemaphore(1))
        assert reading._turns.acquire(blocking=False)
        with pytest.raises(TooMany, match="xlsx/busy"):
            read(made.parts(["number"]))
        reading._turns.release()
        assert read(made.parts(["number"], ["A"]))[0]


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


def found_code(data: bytes) -> str:
    return read(data)[1].found[0]["code"]


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_archive_gives_rows_or_a_refusal(tail):
    """Within this process, for speed: what the other process answers, whatever it is given."""
    out = io.StringIO()
    data = made.saved(Workbook())
    for given_bytes in (reading.ARCHIVE + tail, data[: 30 + len(tail)] + tail + data[60:]):
        process.answer(io.BytesIO(given_bytes), "parts", out)
    assert out.getvalue().count("\n") >= 2
