"""What has ended gives no access any more."""

import pytest
from sqlalchemy import select

from hub.access.tables import WebSession
from hub.access.usecases import (
    add_machine,
    add_person,
    caller_of_token,
    end_machine,
    issue_token,
    person_of,
    remove_person,
    sign_in,
)
from hub.kit.errors import NotFound, NotSignedIn
from hub.parties.usecases import add_company


@pytest.fixture
def company(session):
    return add_company(session, "Ending Ltd", "DE", [])


def test_a_machine_that_has_ended_loses_its_tokens(session, company):
    client_id, _ = add_machine(session, company.id, "erp")
    token = issue_token(session, client_id, 600)
    assert caller_of_token(session, token).company_id == company.id
    ended = end_machine(session, client_id)
    with pytest.raises(NotSignedIn):
        caller_of_token(session, token)
    assert end_machine(session, client_id).revoked_at == ended.revoked_at
    with pytest.raises(NotSignedIn):
        caller_of_token(session, issue_token(session, client_id, 600))


def test_a_person_who_is_removed_is_signed_out_everywhere(session, company):
    email, password = "li@ending.example", "eight-letters-or-more"
    add_person(session, company.id, email, "Li", ["submitter"], "zh-CN", password)
    cookie, _ = sign_in(session, email, password)
    assert person_of(session, cookie)
    remove_person(session, email)
    assert person_of(session, cookie) is None
    assert session.scalars(select(WebSession)).all() == []


@pytest.mark.parametrize("end", [end_machine, remove_person])
def test_an_unknown_one_is_named(session, end):
    with pytest.raises(NotFound):
        end(session, "nobody@ending.example")
