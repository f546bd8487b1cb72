"""`hub links`: a supplier's list, filled in and taken, as a table and as a workbook."""

import csv
import io

import pytest

from tests.hub import workbooks


@pytest.fixture
def beifeng(hub, aurora, write) -> str:
    """A supplier of Aurora's, with two links that it has not answered."""
    supplier: str = hub(
        "company", "add", "Beifeng Pack", "--country", "CN", "--invented"
    ).out.strip()
    hub("import", "parts", "--company", supplier, write("own.csv", "number\nPK-7\n"))
    hub("import", "parts", "--company", aurora, write("parts.csv", "number\nP\nQ\n"))
    links = "part,supplier,supplier_part\nP,Beifeng Pack,pk7\nQ,Beifeng Pack,PK-7\n"
    ran = hub("import", "sourcing", "--company", aurora, write("sourcing.csv", links))
    assert ran.status == 0, ran.err
    return supplier


def listed(hub, *options: str) -> list[dict[str, str]]:
    ran = hub("links", "list", "Beifeng Pack", *options)
    assert ran.status == 0, ran.err
    return list(csv.DictReader(io.StringIO(ran.out)))


def test_the_list_is_filled_in_and_taken(hub, beifeng, write):
    rows = listed(hub)
    assert [(row["part_as_written"], row["suggestion"], row["ground"]) for row in rows] == [
        ("PK-7", "PK-7", "number"),
        ("pk7", "PK-7", "spelling"),
    ]
    rows[0]["verdict"], rows[1]["verdict"], rows[1]["reason"] = "confirm", "dispute", "ended"
    rows[1]["ended_on"] = "2025-03-01"
    sheet = workbooks.workbook(("links", [[*rows[0]], *([*row.values()] for row in rows)]))
    ran = hub("links", "import", "Beifeng Pack", write("links.xlsx", sheet))
    assert ran.status == 0, ran.err
    assert "1 link confirmed, 1 disputed, 0 unchanged, 0 without a verdict" in ran.err
    assert [row["state"] for row in listed(hub)] == ["confirmed", "disputed"]
    assert [row["part_as_written"] for row in listed(hub, "--state", "disputed")] == ["pk7"]
    assert (
        "0 links confirmed, 0 disputed, 2 unchanged"
        in hub("links", "import", "Beifeng Pack", write("links.xlsx", sheet)).err
    )


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("link,verdict\nnobody,confirm\n", "no link towards your company has the id"),
        ("link,verdict\n,confirm\n", "row 2"),
        ("verdict\nconfirm\n", "link"),
        ("", "empty"),
    ],
)
def test_a_bad_table_is_refused_with_its_cell(hub, beifeng, write, table, words):
    for options in ((), ("--partly",)):
        ran = hub("links", "import", "Beifeng Pack", *options, write("links.csv", table))
        assert ran.status == 1
        assert words in ran.err
    assert {row["state"] for row in listed(hub)} == {"open"}


def test_good_lines_are_taken_where_that_is_asked_for(hub, beifeng, write):
    link = listed(hub)[0]["link"]
    path = write("links.csv", f"link,verdict\n{link},confirm\nnobody,confirm\n")
    assert hub("links", "import", "Beifeng Pack", path).status == 1
    assert {row["state"] for row in listed(hub)} == {"open"}
    assert hub("links", "import", "Beifeng Pack", path, "--partly").status == 1
    assert [row["state"] for row in listed(hub)] == ["confirmed", "open"]
