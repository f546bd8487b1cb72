"""A table that is written opens as what it is, whatever strangers have put into it."""

import csv
import io

import pytest

from hub.kit.csv_answer import csv_response, csv_text


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
    text = csv_text(["name", "end"], [{"name": value, "end": "end"}])
    assert list(csv.reader(io.StringIO(text, newline="")))[1] == [cell, "end"]


def test_a_spreadsheet_is_told_the_encoding_and_the_name():
    answer = csv_response("gaps", ["a", "b"], [])
    assert answer.body == b"\xef\xbb\xbfa,b\r\n"
    assert answer.headers["content-disposition"] == 'attachment; filename="gaps.csv"'
