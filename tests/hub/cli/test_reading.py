"""Whose access a command is that prints a company's data, and what the company sees of it."""

import pytest

from hub.access.usecases import add_machine
from hub.kit.database import transaction
from hub.parties.usecases import add_company
from hub.sharing.glass import openings_of
from tests.hub.cli.conftest import Ran

PARTS = "number,name,kind,base_unit,net_mass_kg\nBRACKET,Bracket,assembly,piece,2\n"
SCENARIO = '{"changes":[{"change":"value","part":"BRACKET","value":"1","unit":"piece"}]}'
READS = {
    "rollup": ("rollup", "lei:A1", "BRACKET"),
    "findings": ("findings", "lei:A1", "BRACKET"),
    "explain": ("explain", "lei:A1", "BRACKET"),
    "paths": ("explain", "lei:A1", "BRACKET", "--paths-to", "BRACKET"),
    "uncertainty": ("uncertainty", "lei:A1", "BRACKET"),
    "difference": ("difference", "lei:A1", "BRACKET", "--to-part", "BRACKET"),
    "portfolio": ("portfolio", "vehicles", "lei:A1"),
    "scenario list": ("scenario", "list", "lei:A1"),
    "scenario show": ("scenario", "show", "lei:A1", "light"),
    "statement list": ("statement", "list", "lei:A1"),
}


@pytest.fixture
def shared(hub, aurora, write, own_database):
    """A hub to which Aurora and another company sign in; Aurora has a part and a scenario."""
    parts, light = write("parts.csv", PARTS), write("light.json", SCENARIO)
    assert hub("import", "parts", "--company", "lei:A1", parts).status == 0
    assert hub("scenario", "add", "lei:A1", "light", light).status == 0
    with transaction(own_database.write) as session:
        add_machine(session, aurora, "ERP")
        other = add_company(session, "Other", "DE", [])
        add_machine(session, other.id, "ERP")
    return hub


def openings(database, owner: str) -> list[tuple[str, str | None]]:
    with database.read() as session:
        return [(row.reason, row.ticket) for row in session.scalars(openings_of(owner))]


@pytest.mark.parametrize("command", READS)
def test_the_operator_gives_a_reason_that_the_company_sees(shared, aurora, own_database, command):
    ran = shared(*READS[command])
    assert (ran.status, ran.out) == (1, "")
    assert "--reason" in ran.err
    assert openings(own_database, aurora) == []
    ran = shared(*READS[command], "--reason", "INC-7: a total", "--ticket", "INC-7")
    assert ran.status == 0, ran.err
    assert openings(own_database, aurora) == [("INC-7: a total", "INC-7")]


def test_a_reason_holds_for_all_commands_where_it_is_set(shared, aurora, own_database, monkeypatch):
    monkeypatch.setenv("HUB_READ_REASON", "an audit")
    for command in ("rollup", "findings"):
        assert shared(*READS[command]).status == 0
    assert openings(own_database, aurora) == [("an audit", None)] * 2


@pytest.mark.parametrize("reason", [" ", "x" * 301, "two\nlines"])
def test_a_reason_is_a_line_of_text(shared, aurora, own_database, reason):
    ran: Ran = shared(*READS["rollup"], "--reason", reason)
    assert (ran.status, ran.out) == (1, "")
    assert openings(own_database, aurora) == []


def test_what_is_not_there_leaves_no_record(shared, aurora, own_database):
    assert shared("rollup", "lei:A1", "NONE", "--reason", "a look").status == 1
    assert openings(own_database, aurora) == []


def test_an_embedded_hub_is_its_company_s_own(hub, aurora, write, own_database):
    assert hub("import", "parts", "--company", "lei:A1", write("parts.csv", PARTS)).status == 0
    with transaction(own_database.write) as session:
        add_machine(session, aurora, "ERP")
    assert hub(*READS["rollup"]).status == 0
    assert openings(own_database, aurora) == []


def test_the_operators_own_company_is_read_as_usual(shared, aurora, own_database):
    with transaction(own_database.write) as session:
        add_machine(session, aurora, "desk", ["operator"])
    assert shared(*READS["rollup"]).status == 0
    assert openings(own_database, aurora) == []


class TestRoles:
    def test_are_given_listed_and_changed(self, hub, aurora, write):
        password = write("password.txt", "correct horse battery")
        add = ("person", "add", aurora, "--name", "Li", "--password-file", password)
        assert hub(*add, "--email", "li@a.example", "--role", "admin").status == 0
        assert hub("person", "roles", "li@a.example", "--role", "buyer").status == 1
        both = ("--role", "admin", "--role", "operator")
        assert hub("person", "roles", "li@a.example", *both).status == 0
        (line,) = hub("person", "list", aurora).out.splitlines()
        assert line.split("\t")[1:] == ["li@a.example", "admin", "operator"]
        assert hub("person", "roles", "nobody@a.example", "--role", "buyer").status == 1
        assert hub("person", "roles", "li@a.example").status == 2

    def test_of_a_machine_are_a_submitter_s_unless_it_is_said(self, hub, aurora):
        client_id = hub("machine", "add", aurora, "--name", "ERP").out.partition("=")[2].split()[0]
        assert hub("machine", "list", aurora).out.split("\t")[2].strip() == "submitter"
        assert hub("machine", "roles", client_id, "--role", "buyer").status == 0
        assert hub("machine", "list", aurora).out.split("\t")[2].strip() == "buyer"
        assert hub("machine", "end", client_id).status == 0
        assert hub("machine", "list", aurora).out == ""
        assert hub("machine", "roles", "nobody", "--role", "buyer").status == 1
