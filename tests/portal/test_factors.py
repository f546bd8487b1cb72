"""The page of the factors: one by its meaning, what must not be mixed, and some side by side."""

import pytest

from tests.cast import AURORA

JILIN = "/factors?category=electricity&place=CN-JL&year=2022&basis=location"
CHINA = "/factors?category=electricity&place=CN&year=2022"
COMPARED = "&compare=cn-electricity/CN/2022/average&compare=world-electricity/CN/2023/average"


@pytest.fixture
def aurora(seat):
    return seat(AURORA)


def test_asks_for_an_account(stranger):
    assert stranger.fetch("/factors").status_code == 303


def test_answers_with_the_source_and_the_nearest_others(aurora):
    page = aurora.open(JILIN)
    answer = page.one("section", **{"aria-labelledby": "answer"})
    assert answer.all("data")[0]["value"] == "0.4932"
    assert "It is of the place and the year asked for." in answer.text
    assert "announcement of 2024-12-20" in answer.text
    assert len(answer.one("table").one("tbody").all("tr")) == 5


def test_keeps_what_was_asked(aurora):
    page = aurora.open(JILIN)
    assert page.one("input", id="place")["value"] == "CN-JL"
    chosen = [option["value"] for option in page.all("option") if "selected" in option.attributes]
    assert chosen == ["electricity", "location"]


def test_chooses_nothing_where_kinds_would_be_mixed(aurora):
    page = aurora.open(CHINA)
    assert not page.all("p", class_="statement")
    assert "must not be mixed" in page.one("section", **{"aria-labelledby": "answer"}).text


def test_lays_marked_ones_side_by_side_and_warns(aurora):
    page = aurora.open(CHINA + COMPARED)
    compared = page.one("section", **{"aria-labelledby": "compared"})
    assert [data["value"] for data in compared.all("data")] == ["0.5366", "0.582317"]
    assert "These are not of one kind." in compared.text
    alike = aurora.open(JILIN + "&compare=cn-electricity/CN/2022/average")
    assert "not of one kind" not in alike.text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("place=China&year=2022", "is no place that is known here"),
        ("place=CN&year=22", "is no year"),
        ("place=CN&year=2022&basis=both", "Write one of: location, market."),
    ],
)
def test_says_at_once_what_cannot_be_asked(aurora, query, words):
    page = aurora.open(f"/factors?{query}", status=400)
    assert words in page.one("div", role="alert").text


def test_an_unknown_factor_is_not_compared(aurora):
    page = aurora.open("/factors?compare=no-such")
    assert not page.all("section", **{"aria-labelledby": "compared"})
