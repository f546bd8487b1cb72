"""`tierlight calculate` with a workbook: the digits of the JSON sheet, and each cell judged."""

import io
import json
import sys
import zipfile

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.formula import ArrayFormula

from tests.hub import workbooks
from tests.schemas.calculator.sheets import BRACKET
from tests.sdk.part_books import bracket_book
from tierlight.part_workbook.layout import CHOICES, GROUPS, PART, offered
from tierlight.part_workbook.making import template
from tierlight.part_workbook.opening import opened
from tierlight.part_workbook.reading import filled
from tierlight.part_workbook.wording import catalogue, code_of
from tierlight_schemas.messages import LANGUAGES


@pytest.fixture
def book(desk):
    """Write the bracket into a template of a language, with some rows otherwise."""

    def write(lang="en", **changes):
        return bracket_book(desk.folder / "bracket.xlsx", lang, **changes)

    return write


def row_and_details(desk, path):
    row, details = desk.folder / "row.csv", desk.folder / "details.json"
    ran = desk.run("calculate", path, "--row", row, "--details", details)
    assert ran.status == 0, ran.err
    return row.read_bytes(), details.read_bytes()


@pytest.fixture
def of_json(desk):
    path = desk.folder / "bracket.json"
    path.write_text(json.dumps(BRACKET), encoding="utf-8")
    return row_and_details(desk, path)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_gives_the_digits_of_the_json_sheet(desk, book, of_json, lang):
    assert row_and_details(desk, book(lang)) == of_json


@pytest.mark.parametrize(
    ("lang", "row", "value", "unit"),
    [
        ("zh-CN", "pieces", "１２０，０００", None),
        ("zh-CN", "pieces", "12万", None),
        ("en", "pieces", "120,000", None),
        ("de", "pieces", "120.000", None),
        ("de", "pieces", 120000, None),
        ("de", "netMass", "0,86", "kg"),
        ("de", "netMass", 0.86, "kg"),
        ("zh-CN", "netMass", "860克", None),
        ("en", "netMass", "0.86 kg", "kg"),
        ("zh-CN", "materials.1.category", "钢", None),
        ("en", "materials.1.category", "stahl", None),
        ("zh-CN", "scrap.1.fate", "外卖回收", None),
        ("zh-CN", "share.method", "质量", None),
        ("zh-CN", "energy.1.carrier", "电力", None),
        ("zh-CN", "energy.1.amount", "480,000度", None),
        ("de", "energy.1.amount", "480.000,0 kWh", None),
        ("zh-CN", "periodStart", "2024年1月1日", None),
        ("de", "periodStart", "01.01.2024", None),
        ("en", "site.country", "cn", None),
    ],
)
def test_reads_what_people_type(desk, book, of_json, lang, row, value, unit):
    assert row_and_details(desk, book(lang, **{row: (value, unit)}))[0] == of_json[0]


@pytest.mark.parametrize(
    ("row", "value", "unit", "cell", "words"),
    [
        ("pieces", "many", None, "C14", "is not a number"),
        ("pieces", "1.2.3", None, "C14", "is not a number"),
        ("pieces", "120000 kg", None, "C14", "is not a number"),
        ("pieces", "-5", None, "C14", "is below 0"),
        ("pieces", "=60000*2", None, "C14", "holds a formula"),
        ("pieces", ArrayFormula("C14", "=SUM(1)"), None, "C14", "holds a formula"),
        ("pieces", "#REF!", None, "C14", "holds the error"),
        ("pieces", 1e15, None, "C14", "more than 15 digits"),
        ("pieces", None, None, "C14", "is empty"),
        ("netMass", "0.86", None, "C8", "has no unit"),
        ("netMass", "0.86", "bushel", "C8", "is no unit"),
        ("netMass", "0.86 kg", "g", "C8", "the cell of the unit says g"),
        ("netMass", "0.86", "=D9", "C8", "holds a formula"),
        ("periodStart", "soon", None, "C12", "is no day"),
        ("periodStart", "03/04/2024", None, "C12", "could mean"),
        ("share.method", "guess", None, "C15", "is none of the answers"),
        ("site.country", "China", None, "C10", "Two letters"),
        ("materials.1.category", "铁皮", None, "C22", "code of the registry"),
        ("materials.1.category", None, None, "C22", "is empty"),
        ("materials.1.name", "x" * 201, None, "C21", "more than 200 characters"),
        ("materials.1.value.kgCO2e", "2.1", "kg", "C27", "is empty"),
        ("materials.1.value.year", "2024.5", None, "C29", "For example 2024"),
        ("materials.0.name", "x", None, "B", "is not the name of an entry"),
        ("materials.201.name", "x", None, "B", "is not the name of an entry"),
        ("materails.1.name", "x", None, "B", "is not the name of an entry"),
    ],
)
def test_names_the_cell_of_each_mistake(desk, book, row, value, unit, cell, words):
    ran = desk.run("calculate", book(**{row: (value, unit)}), "--row", desk.folder / "row.csv")
    assert ran.status == 1
    line = next(line for line in ran.err.splitlines() if words in line)
    assert f"bracket.xlsx, sheet “Sheet”, cell {cell}" in line
    assert not (desk.folder / "row.csv").exists()


def test_says_all_mistakes_at_once(desk, book):
    changes = {"pieces": ("?", None), "share.method": (None, None), "netMass": ("-1", "kg")}
    said = desk.run("calculate", book(**changes)).err
    assert [each in said for each in ("C14", "C15", "C8")] == [True] * 3
    assert len(said.splitlines()) == 3


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_has_two_readings_is_settled_by_the_sheets_language(desk, book, lang):
    ran = desk.run("calculate", book(lang, pieces=("1.200", None)), "--format", "json")
    read = [step for term in json.loads(ran.out)["terms"] for step in term["steps"]]
    pieces = {step["value"] for step in read if step["unit"] == "piece" and step["divides"]}
    assert pieces == {"1200" if lang == "de" else "1.2"}


def test_without_a_language_what_has_two_readings_is_refused(desk, book):
    ran = desk.run("calculate", book(language=(None, None), pieces=("1.200", None)))
    assert "could mean 1200 or 1.200" in ran.err


def test_a_row_that_stands_twice_is_refused(desk, book):
    path = book()
    made = load_workbook(path)
    made.worksheets[0].append([None, "PIECES", "5"])
    made.save(path)
    assert "stands twice, first in C14" in desk.run("calculate", path).err


def test_numbers_of_entries_may_be_left_out(desk, book, of_json):
    path = book()
    made = load_workbook(path)
    for row in made.worksheets[0].iter_rows():
        if str(row[1].value).startswith("materials.1."):
            row[1].value = str(row[1].value).replace(".1.", ".7.")
        elif str(row[1].value).startswith("materials.2."):
            row[1].value = str(row[1].value).replace(".2.", ".1.")
    made.save(path)
    assert row_and_details(desk, path) == of_json


def test_an_empty_template_asks_for_everything_that_is_needed(desk):
    path = desk.folder / "new.xlsx"
    ran = desk.run("--lang", "zh-CN", "calculate", "--template", path)
    assert (ran.status, ran.err) == (0, "")
    said = desk.run("calculate", path).err.splitlines()
    assert all("is empty" in line and "sheet “填报表”, cell C" in line for line in said)
    needed = ["partNumber", "netMass", "site.id", "periodStart", "periodEnd", "pieces"]
    needed += ["share.method", "materials.1.name", "materials.1.category", "materials.1.mass"]
    assert [any(f"({name})" in line for line in said) for name in needed] == [True] * 10
    assert len(said) == 10


def test_a_template_that_is_there_is_kept(desk, book):
    path = book()
    before = path.read_bytes()
    ran = desk.run("calculate", "--template", path)
    assert (ran.status, path.read_bytes()) == (1, before)
    assert "is not overwritten" in ran.err


@pytest.mark.parametrize("arguments", [[], ["a.xlsx", "--template", "b.xlsx"]])
def test_reads_one_or_makes_one(desk, arguments):
    assert desk.run("calculate", *arguments).status == 2


def plain_book():
    return workbooks.parts(["Hello"])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (lambda good: b"PK\x03\x04", "cannot be read as a workbook"),
        (lambda good: good[: len(good) // 2], "cannot be read as a workbook"),
        (lambda good: b"\xd0\xcf\x11\xe0" + good, "old format"),
        (lambda good: workbooks.changed(good, {"xl/vbaProject.bin": b"x"}), "macros"),
        (lambda good: workbooks.changed(good, {"xl/externalLinks/a.xml": b"x"}), "links to other"),
        (lambda good: workbooks.changed(good, {"xl/embeddings/a.bin": b"x"}), "another file"),
        (lambda good: workbooks.entities(), "cannot be read as a workbook"),
        (lambda good: workbooks.external_entity(), "cannot be read as a workbook"),
        (lambda good: workbooks.bomb(), "unpacks to more than 20 MB"),
        (lambda good: workbooks.lying_sizes(), "cannot be read as a workbook"),
        (lambda good: workbooks.encrypted(), "cannot be read as a workbook"),
        (lambda good: workbooks.far_cell(), "below row 5000"),
        (lambda good: plain_book(), "no names of entries"),
        (lambda good: workbooks.changed(good, {f"x{n}": b"" for n in range(200)}), "too many"),
    ],
)
def test_a_dangerous_or_foreign_file_is_refused(desk, book, data, words):
    path = book()
    path.write_bytes(data(path.read_bytes()))
    ran = desk.run("calculate", path)
    assert (ran.status, ran.out) == (1, "")
    assert words in ran.err


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_the_library_it_says_what_to_install(desk, book, monkeypatch, lang):
    path = book()
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    for arguments in ([path], ["--template", desk.folder / "other.xlsx"]):
        ran = desk.run("--lang", lang, "calculate", *arguments)
        assert ran.status == 1
        assert "tierlight-sdk[xlsx]" in ran.err


def test_the_words_are_the_same_in_every_language():
    words = {"title.sheet", "title.lists", "title.lead", "label.language", "hint.language"}
    words |= {f"head.{name}" for name in ("label", "value", "unit", "hint")}
    words |= {"group.part", *(f"group.{group.name}" for group in GROUPS)}
    words |= {f"choice.{name}.{code}" for name, codes in CHOICES.items() for code in codes}
    fields = [*PART, *(field for group in GROUPS for field in group.fields)]
    words |= {f"{kind}.{field.word}" for field in fields for kind in ("label", "hint")}
    for lang in LANGUAGES:
        assert list(catalogue(lang)) == sorted(words)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_word_of_a_list_means_two_things(lang):
    for name, codes in CHOICES.items():
        assert [code_of(name, catalogue(lang)[f"choice.{name}.{code}"]) for code in codes] == [
            *codes
        ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_template_says_nothing_and_offers_every_row_once(lang):
    data = template(lang)
    found = filled(opened(data, "new.xlsx"))
    assert found is not None
    assert found.problems == []
    assert found.members == {"site": {}, "share": {}, "materials": [{}]}
    names = [place.name for _, _, places in offered() for place in places]
    assert len(names) == len(set(names))
    assert {place.name for place in found.cells.values()} == set(names)
    assert not any(
        b"<f>" in zipfile.ZipFile(io.BytesIO(data)).read(f"xl/worksheets/sheet{n}.xml")
        for n in (1, 2)
    )
