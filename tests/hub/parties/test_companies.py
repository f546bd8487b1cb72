"""Companies, how they are named, and their sites."""

import pytest

from hub.kit.errors import BadInput, Conflict, NotFound
from hub.parties.queries import companies_named
from hub.parties.usecases import (
    add_company,
    add_site,
    find_company,
    lock_company,
    parse_identifier,
)
from tests.hub.calling import calling
from tierlight_schemas.messages import LANGUAGES, render


@pytest.fixture
def aurora(session):
    return add_company(session, " Aurora Motors ", "de", [("LEI", "A1"), ("lei", "A1")], True)


def refused(session, problem, code, call, *arguments):
    with pytest.raises(problem) as error:
        call(session, *arguments)
    assert error.value.code == code
    for lang in LANGUAGES:
        words = render(code, error.value.params, lang)
        assert words.remedy
        assert "–" not in words.text


def test_what_is_registered(session, aurora):
    assert (aurora.name, aurora.country, aurora.invented) == ("Aurora Motors", "DE", True)
    assert [(i.scheme, i.value) for i in aurora.identifiers] == [("lei", "A1")]


@pytest.mark.parametrize("name", ["{id}", "lei:A1", "LEI: A1", "Aurora Motors", " Aurora Motors "])
def test_a_company_is_found(session, aurora, name):
    assert find_company(session, name.format(id=aurora.id)) is aurora


@pytest.mark.parametrize("name", ["aurora motors", "lei:A2", "duns:A1", "A1", "", ":", "lei:"])
def test_what_names_no_company(session, aurora, name):
    refused(session, NotFound, "hub/company-not-found", find_company, name)


def test_a_name_of_two_companies_names_none(session, aurora):
    add_company(session, "Aurora Motors", "CN", [])
    refused(session, Conflict, "hub/company-ambiguous", find_company, "Aurora Motors")
    assert find_company(session, "lei:A1") is aurora


def test_an_id_goes_before_an_identifier_and_that_before_a_name(session, aurora):
    add_company(session, "lei:A1", "DE", [])
    add_company(session, aurora.id, "DE", [])
    assert find_company(session, "lei:A1") is aurora
    assert find_company(session, aurora.id) is aurora


def test_many_texts_at_once(session, aurora):
    texts = [f"nobody {i}" for i in range(6000)] + ["lei:A1", "LEI:A1", aurora.id]
    named = companies_named(session, texts)
    assert named == {text: [aurora.id] for text in texts[-3:]}


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("LEI:529900T8BM49AURSDO55", ("lei", "529900T8BM49AURSDO55")),
        ("bpn : BPNL000000000001 ", ("bpn", "BPNL000000000001")),
        ("url:https://a.example", ("url", "https://a.example")),
    ],
)
def test_identifiers_are_read(text, identifier):
    assert parse_identifier(text) == identifier


@pytest.mark.parametrize(
    "text", ["", "lei", "lei:", ":1", "1ei:1", "l ei:1", "lei:" + "1" * 201, "lei:a\x00"]
)
def test_identifiers_are_refused(session, text):
    refused(session, BadInput, "hub/identifier-form", lambda _, t: parse_identifier(t), text)


def test_an_identifier_belongs_to_one_company(session, aurora):
    arguments = ("Other", "DE", [("Lei", "A1")], True)
    refused(session, Conflict, "hub/identifier-taken", add_company, *arguments)


@pytest.mark.parametrize(
    ("name", "country", "code"),
    [
        ("", "DE", "hub/name"),
        (" ", "DE", "hub/name"),
        ("N" * 301, "DE", "hub/name"),
        ("A\nB", "DE", "hub/name"),
        ("A", "D", "hub/country"),
        ("A", "Germany", "hub/country"),
        ("A", "XX", "hub/country"),
        ("A", "", "hub/country"),
    ],
)
def test_a_company_needs_a_name_and_a_country(session, name, country, code):
    refused(session, BadInput, code, add_company, name, country, [])


def test_a_site(session, aurora):
    site = add_site(session, aurora.id, " W1 ", "Werk 1", "cn", "cn-gd")
    assert (site.code, site.name, site.country, site.subdivision) == (
        "W1",
        "Werk 1",
        "CN",
        "CN-GD",
    )
    refused(session, Conflict, "hub/site-exists", add_site, aurora.id, "W1", "x", "CN")
    other = add_company(session, "Other", "DE", [])
    assert add_site(session, other.id, "W1", "x", "CN").subdivision is None


@pytest.mark.parametrize(
    ("code", "name", "country", "subdivision", "problem"),
    [
        ("", "x", "CN", None, "hub/site-code"),
        ("c" * 201, "x", "CN", None, "hub/site-code"),
        ("a\tb", "x", "CN", None, "hub/site-code"),
        ("W1", "", "CN", None, "hub/name"),
        ("W1", "x", "ZZ", None, "hub/country"),
        ("W1", "x", "CN", "DE-BY", "hub/subdivision"),
        ("W1", "x", "CN", "CN-QQ", "hub/subdivision"),
        ("W1", "x", "CN", "GD", "hub/subdivision"),
    ],
)
def test_a_site_needs_a_code_a_name_and_a_place(
    session, aurora, code, name, country, subdivision, problem
):
    arguments = (aurora.id, code, name, country, subdivision)
    refused(session, BadInput, problem, add_site, *arguments)


def test_an_import_into_no_company_is_refused(session):
    refused(session, NotFound, "hub/company-not-found", lock_company, "nobody")


def test_a_company_and_its_sites_over_http(client, session, aurora):
    other = add_company(session, "Other", "DE", [])
    caller, stranger = (calling(client, session, company.id) for company in (aurora, other))
    assert caller.get("/v1/company").json() == {
        "id": aurora.id,
        "name": "Aurora Motors",
        "country": "DE",
        "invented": True,
        "identifiers": ["lei:A1"],
        "assurance": "self-asserted",
        "assurances": [],
    }
    answer = caller.post("/v1/sites", {"code": "W1", "name": "Werk 1", "country": "DE"})
    assert answer.status_code == 201
    assert caller.get("/v1/sites").json()["items"] == [answer.json()]
    assert "subdivision" not in answer.json()
    again = caller.post("/v1/sites", {"code": "W1", "name": "Werk 1", "country": "DE"})
    assert (again.status_code, again.json()["code"]) == (409, "hub/site-exists")
    assert stranger.get("/v1/sites").json()["items"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"code": "W1", "name": "x"},
        {"code": "W1", "name": "x", "country": "DE", "owner": "somebody"},
        {"code": 1, "name": "x", "country": "DE"},
        {"code": "W1", "name": "x", "country": "Germany"},
    ],
)
def test_a_site_that_is_none(client, session, aurora, body):
    assert calling(client, session, aurora.id).post("/v1/sites", body).status_code == 400
