"""Registering companies, sites, people, machines and keys from the command line."""

import json

import pytest

from hub.access.tables import Machine, Person
from hub.access.usecases import sign_in
from hub.bom.tables import SourcingLink
from hub.kit.tables import new_id
from hub.parties.tables import Company, Site
from hub.trust.tables import Key, KeyEvent

# The example key of RFC 8037, appendix A.
JWK = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
THUMBPRINT = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_a_company_is_added_and_its_id_is_all_that_is_printed(hub, own_database):
    ran = hub("company", "add", "Aurora", "--identifier", "LEI:A1", "--country", "de", "--invented")
    assert (ran.status, ran.err) == (0, "")
    with own_database.read() as session:
        company = session.get_one(Company, ran.out.strip())
    assert (company.name, company.country, company.invented) == ("Aurora", "DE", True)
    assert [(i.scheme, i.value) for i in company.identifiers] == [("lei", "A1")]


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Another company"), ("de", "Ein anderes Unternehmen"), ("zh-CN", "另一家企业")],
)
def test_a_refusal_says_what_to_do_and_changes_nothing(hub, aurora, own_database, language, words):
    ran = hub(
        *("company", "add", "Twin", "--identifier", "lei:A1", "--country", "DE", "--invented"),
        language=language,
    )
    assert (ran.status, ran.out) == (1, "")
    assert words in ran.err
    with own_database.read() as session:
        assert session.query(Company).count() == 1


def test_links_that_named_the_company_find_it(hub, aurora, write, own_database):
    hub("import", "parts", "--company", aurora, write("parts.csv", "number\nP\n"))
    links = write("sourcing.csv", "part,supplier,supplier_part\nP,duns:7,C\n")
    assert hub("import", "sourcing", "--company", aurora, links).status == 0
    cellwerk = hub(
        "company", "add", "Cellwerk", "--identifier", "DUNS:7", "--country", "DE", "--invented"
    )
    with own_database.read() as session:
        assert session.query(SourcingLink).one().supplier_id == cellwerk.out.strip()
    confirmed = hub("sourcing", "confirm", "Cellwerk")
    assert confirmed.status == 0
    assert "Cellwerk" in confirmed.err
    assert "1" in confirmed.err
    with own_database.read() as session:
        assert session.query(SourcingLink).one().confirmed_at


@pytest.mark.parametrize("name", ["{id}", "lei:A1", "LEI:A1", "Aurora Motors"])
def test_a_company_goes_by_id_identifier_or_name(hub, aurora, own_database, name):
    ran = hub(
        *("site", "add", name.format(id=aurora), "--code", "W1", "--name", "Werk 1"),
        *("--country", "CN", "--subdivision", "CN-GD"),
    )
    assert ran.status == 0
    with own_database.read() as session:
        site = session.get_one(Site, ran.out.strip())
    assert (site.company_id, site.code, site.subdivision) == (aurora, "W1", "CN-GD")


def test_an_unknown_company_is_named(hub, aurora):
    ran = hub("site", "add", "Nobody", "--code", "W1", "--name", "x", "--country", "CN")
    assert (ran.status, ran.out) == (1, "")
    assert "Nobody" in ran.err


def test_a_key_is_the_operators_word(hub, aurora, write, own_database):
    ran = hub("key", "add", "Aurora Motors", write("key.pub.jwk", json.dumps(JWK)))
    assert (ran.status, ran.out) == (0, f"{THUMBPRINT}\n")
    with own_database.read() as session:
        assert session.get_one(Key, THUMBPRINT).company_id == aurora
        assert session.query(KeyEvent).one().witness == "operator"


@pytest.mark.parametrize(
    "content", ["", "no json", "[]", '{"kty":"OKP","kty":"OKP"}', json.dumps({"kty": "RSA"})]
)
def test_what_is_no_public_key_is_refused(hub, aurora, write, own_database, content):
    ran = hub("key", "add", aurora, write("key.jwk", content))
    assert (ran.status, ran.out) == (1, "")
    assert ran.err
    with own_database.read() as session:
        assert session.query(Key).count() == 0


def test_a_private_key_is_refused(hub, aurora, write):
    private = JWK | {"d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}
    assert hub("key", "add", aurora, write("key.jwk", json.dumps(private))).status == 1


def test_a_missing_file_is_named(hub, aurora, tmp_path):
    ran = hub("key", "add", aurora, tmp_path / "none.jwk")
    assert ran.status == 1
    assert "none.jwk" in ran.err


def test_a_machines_secret_is_shown_once(hub, aurora, own_database):
    ran = hub("machine", "add", aurora, "--name", "ERP")
    lines = dict(line.split("=", 1) for line in ran.out.splitlines())
    with own_database.read() as session:
        machine = session.get_one(Machine, lines["client_id"])
    assert machine.company_id == aurora
    assert len(lines["client_secret"]) > 20
    assert lines["client_secret"] not in machine.secret_hash


def test_a_person_signs_in_with_the_password_of_a_file(hub, aurora, write, own_database):
    secret = new_id()
    ran = hub(
        *("person", "add", aurora, "--email", "li@aurora.example", "--name", "Li Na"),
        *("--role", "buyer", "--language", "zh-CN"),
        *("--password-file", write("password", f"{secret}\n")),
    )
    assert ran.status == 0
    with own_database.write() as session:
        person = session.get_one(Person, ran.out.strip())
        assert (person.company_id, person.language) == (aurora, "zh-CN")
        assert sign_in(session, "li@aurora.example", secret)


def test_a_password_may_come_on_standard_input(hub, aurora, monkeypatch, tmp_path):
    given = tmp_path / "stdin"
    given.write_text("a long enough password\n")
    with given.open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        ran = hub(
            *("person", "add", aurora, "--email", "a@b.example", "--name", "A", "--role", "buyer")
        )
    assert ran.status == 0


def test_a_short_password_is_refused(hub, aurora, write, own_database):
    ran = hub(
        *("person", "add", aurora, "--email", "a@b.example", "--name", "A", "--role", "buyer"),
        *("--password-file", write("password", "short\n")),
    )
    assert (ran.status, ran.out) == (1, "")
    with own_database.read() as session:
        assert session.query(Person).count() == 0
