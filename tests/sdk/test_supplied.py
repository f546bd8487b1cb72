"""`tierlight calculate --inputs`: a supplier's declaration counts where the sheet names it, once it
is verified, and as if its value stood there in full."""

import json

import pytest

from tests.schemas.calculator.sheets import BRACKET
from tests.sdk.part_books import bracket_book
from tierlight.documents import load
from tierlight_schemas.calculator.declared import stated_by
from tierlight_schemas.envelope import open_jws

DECLARED = "B 2,2025-01-01,2026-01-01,kg,,1.75"


@pytest.fixture
def coil(desk):
    """A steel mill's declaration of its coil, in a folder without its key."""
    desk.write(DECLARED)
    assert desk.declare().status == 0
    folder = desk.folder / "mail"
    folder.mkdir()
    path = folder / "coil.ndjson"
    path.write_bytes(desk.out.read_bytes())
    return path


def opened(path):
    (item,) = load(path)
    assert item.jws is not None
    return open_jws(item.jws)


@pytest.fixture
def sheet(desk):
    """The bracket whose material states a value."""

    def write(**value):
        material = {**BRACKET["materials"][0], "value": value}
        path = desk.folder / "sheet.json"
        text = json.dumps({**BRACKET, "materials": [material]})
        path.write_text(text, encoding="utf-8")
        return path

    return write


def row(desk, *arguments):
    out = desk.folder / "row.csv"
    out.unlink(missing_ok=True)
    ran = desk.run("calculate", *arguments, "--row", out)
    assert ran.status == 0, ran.err
    return out.read_bytes()


@pytest.mark.parametrize("by", ["name", "digest"])
def test_counts_as_its_value_in_full(desk, coil, sheet, by):
    declared = opened(coil)
    value = stated_by(declared.document, declared.digest)
    assert value.kgco2e == "1.75"
    in_full = value.model_dump(mode="json", by_alias=True, exclude_none=True)
    typed = row(desk, sheet(**in_full))
    reference = coil.name if by == "name" else declared.digest
    with_key = ("--inputs", coil, "--jwk", desk.jwk)
    assert row(desk, sheet(reference=reference), *with_key) == typed
    assert row(desk, sheet(reference=reference, source="declaration"), *with_key) == typed


def test_a_workbook_names_it_too(desk, coil, sheet):
    with_key = ("--inputs", coil, "--jwk", desk.jwk)
    named = row(desk, sheet(reference=coil.name), *with_key)
    book = bracket_book(
        desk.folder / "b.xlsx", **{"materials.1.value.reference": (coil.name, None)}
    )
    assert row(desk, book, *with_key) == named


def test_finds_the_key_beside_the_file(desk, coil, sheet):
    path = sheet(reference=coil.name)
    (coil.parent / "mill.pub.jwk").write_bytes(desk.jwk.read_bytes())
    assert row(desk, path, "--inputs", coil)


def test_without_the_key_it_does_not_count(desk, coil, sheet):
    ran = desk.run("calculate", sheet(reference=coil.name), "--inputs", coil)
    assert (ran.status, ran.out) == (1, "")
    assert "Give the supplier's public key with --jwk" in ran.err


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"reference": "other.jws"}, "No value of the sheet refers to coil.ndjson"),
        ({"reference": "coil.ndjson", "kgCO2e": "0.1"}, "materials.1 refers to coil.ndjson"),
        ({"reference": "coil.ndjson", "year": "2020"}, "materials.1 refers to coil.ndjson"),
        ({"reference": ["coil.ndjson"]}, "No value of the sheet refers to coil.ndjson"),
    ],
)
def test_is_never_passed_over_or_mixed_with_a_typed_value(desk, coil, sheet, value, words):
    ran = desk.run("calculate", sheet(**value), "--inputs", coil, "--jwk", desk.jwk)
    assert (ran.status, ran.out) == (1, "")
    assert words in ran.err


def test_an_altered_declaration_does_not_count(desk, coil, sheet):
    line = json.loads(coil.read_bytes())
    name = "declaration"
    line[name] = line[name][:-8] + ("AAAAAAAA" if line[name][-8:] != "AAAAAAAA" else "BBBBBBBB")
    coil.write_text(json.dumps(line), encoding="utf-8")
    path = sheet(reference=coil.name)
    ran = desk.run("calculate", path, "--inputs", coil, "--jwk", desk.jwk)
    assert (ran.status, ran.out) == (1, "")


@pytest.mark.parametrize("text", ["", "{}", "[]", "no declaration", json.dumps(BRACKET)])
def test_what_is_no_declaration_does_not_count(desk, coil, sheet, text):
    coil.write_text(text, encoding="utf-8")
    path = sheet(reference=coil.name)
    ran = desk.run("calculate", path, "--inputs", coil, "--jwk", desk.jwk)
    assert (ran.status, ran.out) == (1, "")
    assert "coil.ndjson" in ran.err


def test_two_of_one_name_are_refused(desk, coil, sheet):
    path = sheet(reference=coil.name)
    ran = desk.run("calculate", path, "--inputs", coil, coil, "--jwk", desk.jwk)
    assert "Give it once, or rename it" in ran.err


@pytest.mark.parametrize("members", ["[]", "1", '{"materials": 5}', '{"materials": [5]}'])
def test_a_sheet_that_is_none_is_told_as_such(desk, coil, members):
    path = desk.folder / "sheet.json"
    path.write_text(members, encoding="utf-8")
    ran = desk.run("calculate", path, "--inputs", coil, "--jwk", desk.jwk)
    assert "No value of the sheet refers to coil.ndjson" in ran.err
