"""`tierlight declare`: tables as they come, nothing lost, nothing made up."""

import json

import pytest

from tests.sdk.conftest import HEADER, ROWS
from tierlight.submissions import Signed
from tierlight_schemas.envelope import pack_submission, verify


def signed(desk):
    return [Signed.read(line) for line in desk.lines()]


def footprint(entry):
    return entry.subject["footprint"]


def test_one_signed_declaration_a_row(desk):
    ran = desk.declare()
    assert (ran.status, ran.err) == (0, "")
    assert "3 new" in ran.out
    jwk = json.loads(desk.jwk.read_text())
    names = []
    for entry in signed(desk):
        assert verify(entry.jws, jwk).kid == jwk["kid"]
        names.append(footprint(entry)["productNameCompany"])
    assert names == ["A-1", "B 2", "阴极"]
    assert footprint(signed(desk)[1])["pcf"]["pcfExcludingBiogenicUptake"] == "0.0562"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_files_of_any_spreadsheet(desk, encoding, delimiter, newline):
    text = newline.join((HEADER, *ROWS)).replace(",", delimiter)
    desk.table.write_bytes(text.encode(encoding))
    assert desk.declare().status == 0
    assert [entry.key[0].rpartition(":")[2] for entry in signed(desk)] == [
        "A-1",
        "B%202",
        "%E9%98%B4%E6%9E%81",
    ]


def test_an_unknown_value_is_listed_and_never_zero(desk):
    desk.write(ROWS[0], "C-3,2025-01-01,2026-01-01,kg,,")
    ran = desk.declare()
    assert ran.status == 0
    assert "footprints.csv:3: C-3: unknown, not declared" in ran.out
    assert len(desk.lines()) == 1


def test_a_finding_names_the_column_that_the_clerk_filled_in(desk):
    desk.write("A-1,2026-01-01,2025-01-01,piece,2.5,12.50")
    ran = desk.declare()
    assert ran.status == 1
    assert "footprints.csv:2 [period_end]: Error  document/period-disorder" in ran.err


def test_a_number_that_cannot_be_one_is_shown_as_it_is_written(desk):
    desk.write('"阴\n极",2025-01-01,2026-01-01,kg,,1')
    ran = desk.declare()
    assert ran.status == 1
    assert "'阴\\n极' in number" in ran.err


def test_only_unknown_values_make_an_empty_file(desk):
    desk.write("C-3,2025-01-01,2026-01-01,kg,,")
    assert desk.declare().status == 0
    assert desk.out.read_bytes() == b""


def test_rows_unchanged_keep_their_bytes(desk):
    desk.declare()
    before = desk.out.read_bytes()
    desk.write(*reversed(ROWS))
    ran = desk.declare()
    assert "0 new, 0 changed, 3 unchanged" in ran.out
    assert desk.out.read_bytes() == before


def test_a_changed_row_supersedes_and_what_it_supersedes_stays_before_it(desk):
    desk.declare()
    first = signed(desk)
    desk.write(ROWS[0].replace("12.50", "11.90"), *ROWS[1:])
    assert "0 new, 1 changed, 2 unchanged" in desk.declare().out
    after = signed(desk)
    assert [entry.line for entry in after[:3]] == [entry.line for entry in first]
    assert after[3].subject["supersedes"] == first[0].digest
    assert footprint(after[3])["precedingPfIds"] == [footprint(first[0])["id"]]
    assert "0 new, 0 changed, 3 unchanged" in desk.declare().out


def test_a_second_change_supersedes_the_first(desk):
    for value in ("12.50", "11.90", "12.50"):
        desk.write(ROWS[0].replace("12.50", value))
        desk.declare()
    chain = signed(desk)
    assert [entry.subject.get("supersedes") for entry in chain] == [
        None,
        chain[0].digest,
        chain[1].digest,
    ]


def test_another_period_is_another_declaration(desk):
    desk.write(ROWS[0])
    desk.declare()
    desk.write(ROWS[0].replace("2026-01-01", "2025-07-01"))
    ran = desk.declare()
    assert "1 new, 0 changed" in ran.out
    assert "1 declared before is not in the table" in ran.out
    assert "supersedes" not in signed(desk)[1].subject


def test_another_site_is_another_declaration(desk):
    desk.write(ROWS[0] + ",P1", ROWS[0] + ",P2", header=HEADER + ",site")
    assert "2 new" in desk.declare().out
    assert len({entry.key for entry in signed(desk)}) == 2


BAD = {
    "no number": (",2025-01-01,2026-01-01,kg,,1", "[number]", "row/cell-missing"),
    "comma for point": ('X,2025-01-01,2026-01-01,kg,,"1,5"', "[kgco2e]", "row/number"),
    "no mass": ("X,2025-01-01,2026-01-01,piece,,1", "[mass_kg]", "row/mass-needed"),
    "meter": ("X,2025-01-01,2026-01-01,m,1,1", "[declared_unit]", "row/unit-not-declarable"),
    "date": ("X,2025-13-01,2026-01-01,kg,,1", "[period_start]", "row/date"),
    "twice": (ROWS[0], "[number]", "row/twice"),
    "too many cells": ("X,2025-01-01,2026-01-01,kg,,1,2,3", "", "sdk/too-many-cells"),
    "number with a line break": (
        '"X\nY",2025-01-01,2026-01-01,kg,,1',
        "[number]",
        "row/part-number",
    ),
    "period upside down": ("X,2026-01-01,2025-01-01,kg,,1", "", "document/period-disorder"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_row_is_named_with_its_place_and_nothing_is_written(desk, name):
    row, column, code = BAD[name]
    desk.write(*ROWS, row)
    ran = desk.declare()
    assert ran.status == 1
    assert "footprints.csv:5" in ran.err
    assert column in ran.err
    assert code in ran.err
    assert not desk.out.exists()


def test_with_keep_going_the_good_rows_are_declared_and_the_status_still_says_no(desk):
    desk.write(*ROWS, BAD["date"][0])
    assert desk.declare("--keep-going").status == 1
    assert len(desk.lines()) == 3


def test_all_bad_rows_are_reported_in_one_run(desk):
    desk.write("X,2025-13-01,2026-01-01,kg,,1", "Y,2025-01-01,2026-01-01,bushel,,x")
    err = desk.declare().err
    assert "footprints.csv:2 [period_start]" in err
    assert "footprints.csv:3 [declared_unit]" in err
    assert "footprints.csv:3 [kgco2e]" in err


def test_rows_are_counted_in_lines_of_the_file(desk):
    desk.table.write_text(
        HEADER + ',comment\n\nA,2025-01-01,2026-01-01,kg,,1,"two\nlines"\nB,x,,,,1,\n'
    )
    assert "footprints.csv:5 [period_start]" in desk.declare().err


def test_a_misspelt_column_stops_and_an_unknown_one_is_said(desk):
    desk.write(ROWS[0] + ",1", header=HEADER + ",fosil_ghg_emissions")
    ran = desk.declare()
    assert ran.status == 1
    assert "fossil_ghg_emissions" in ran.err
    desk.write(ROWS[0] + ",1", header=HEADER + ",price")
    ran = desk.declare()
    assert ran.status == 0
    assert "price" in ran.err


def test_missing_and_doubled_columns(desk):
    desk.write("1", header="number,pcf,kgco2e")
    err = desk.declare().err
    for said in ("sdk/column-twice", "[period_start]", "[period_end]", "[declared_unit]"):
        assert said in err


def test_warnings_are_printed_and_do_not_stop(desk):
    desk.write("A,2025-01-01,2026-01-01,kg,,5,carbon neutral steel", header=HEADER + ",name")
    ran = desk.declare()
    assert ran.status == 0
    assert "document/offset-inside" in ran.err
    assert len(desk.lines()) == 1


def test_a_workbook_is_not_a_table(desk):
    desk.table.write_bytes(b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00\xff\xfe\x00")
    ran = desk.declare()
    assert ran.status == 1
    assert "Save the table as CSV" in ran.err


def test_the_profile_names_the_company(desk):
    profile = desk.folder / "profile.json"
    profile.write_text(
        json.dumps({"company_id": "c-1", "company_name": "Cellwerk", "language": "zh-CN"})
    )
    assert desk.declare("--profile", profile).status == 0
    entry = signed(desk)[0]
    assert entry.opened.document["issuer"] == "urn:tierlight:company:c-1"
    assert footprint(entry)["companyName"] == "Cellwerk"
    assert entry.subject["statement"]["lang"] == "zh-CN"


@pytest.mark.parametrize("text", ["{", "[]", '{"company": "x"}', '{"language": "fr"}'])
def test_a_profile_that_cannot_be_used_is_named(desk, text):
    profile = desk.folder / "profile.json"
    profile.write_text(text)
    ran = desk.declare("--profile", profile)
    assert ran.status == 1
    assert str(profile) in ran.err


def test_an_altered_output_is_not_built_upon(desk):
    desk.declare()
    entry = signed(desk)[0]
    head, payload, _ = entry.jws.split(b".")
    forged = b".".join((head, payload, entry.jws.split(b".")[2][::-1]))
    for broken in (b'{"declaration":"AAAA"}', b"garbage", pack_submission(forged)):
        desk.out.write_bytes(broken + b"\n")
        ran = desk.declare()
        assert ran.status == 1
        assert "line 1" in ran.err
        assert desk.out.read_bytes() == broken + b"\n"


def test_an_interrupted_write_leaves_the_old_file(desk, monkeypatch):
    desk.declare()
    before = desk.out.read_bytes()
    desk.write(*ROWS, "D,2025-01-01,2026-01-01,kg,,1")

    def no_space(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", no_space)
    ran = desk.declare()
    assert ran.status == 1
    assert "No space left" in ran.err
    assert desk.out.read_bytes() == before


@pytest.mark.parametrize(("lang", "said"), [("zh-CN", "新增 3"), ("de", "3 neu"), ("en", "3 new")])
def test_it_speaks_three_languages(desk, lang, said):
    assert said in desk.declare("--lang", lang).out


def test_the_language_of_the_terminal_is_used(desk, monkeypatch):
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    assert "3 neu" in desk.declare().out


IMPLAUSIBLE = "document/unit-implausible"
CELL = "A-1,2025-01-01,2026-01-01,piece,0.92,11840"
WHY = "第一个月，新产线"


class TestAReasonForAWarning:
    @pytest.fixture
    def cell(self, desk):
        header = f"{HEADER},category,primary_data_share"
        desk.table.write_text(f"{header}\n{CELL},battery-cell,55\n", "utf-8")
        return desk

    def test_is_signed_with_it_once(self, cell):
        given = ("--acknowledge", f"{IMPLAUSIBLE}={WHY}")
        assert cell.declare(*given).status == 0
        [entry] = signed(cell)
        assert [(one["code"], one["reason"]) for one in entry.subject["acknowledged"]] == [
            (IMPLAUSIBLE, WHY)
        ]
        assert "1 unchanged" in cell.declare(*given).out

    def test_that_comes_later_makes_a_new_declaration(self, cell):
        cell.declare()
        assert "acknowledged" not in signed(cell)[0].subject
        assert "1 changed" in cell.declare("--acknowledge", f"{IMPLAUSIBLE}={WHY}").out
        first, second = signed(cell)
        assert second.subject["supersedes"] == first.opened.digest
        assert second.subject["acknowledged"][0]["reason"] == WHY

    def test_that_nothing_warned_of_is_named(self, desk):
        ran = desk.declare("--acknowledge", f"{IMPLAUSIBLE}={WHY}")
        assert ran.status == 0
        assert f"has the warning {IMPLAUSIBLE}" in ran.err
        assert all("acknowledged" not in entry.subject for entry in signed(desk))

    @pytest.mark.parametrize("given", ["", "=", IMPLAUSIBLE, f"{IMPLAUSIBLE}= ", "no/code=x", "=x"])
    def test_of_another_form_signs_nothing(self, cell, given):
        ran = cell.declare("--acknowledge", given)
        assert ran.status == 1
        assert "--acknowledge takes CODE=REASON" in ran.err
        assert not cell.out.exists()
