"""A table that is written opens as what it is, whatever strangers have put into it."""

import csv
import io

import pytest

from hub.kit.csv_out import csv_bytes


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("Steel", "Steel"),
        ("a-b=c", "a-b=c"),
        ("-12.5", "-12.5"),
        ("0", "0"),
        (7, "7"),
        (-7, "-7"),
        (None, ""),
        ("", ""),
        ("洞庭", "洞庭"),
        ('a "b", c', 'a "b", c'),
        ("two\nlines", "two\nlines"),
        ("=1+1", "'=1+1"),
        ("  =1+1", "'  =1+1"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("-1e5", "'-1e5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("＝1+1", "'＝1+1"),
    ],
)
def test_a_cell(value, cell):
    assert read(csv_bytes(["name"], [[value, "end"]]))[1] == [cell, "end"]


def test_a_spreadsheet_is_told_the_encoding():
    assert csv_bytes(["a", "b"], []) == b"\xef\xbb\xbfa,b\r\n"
