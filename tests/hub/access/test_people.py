"""People sign in with a password; sessions live on the server."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from hub.access.secrets import fingerprint, hash_password, password_matches
from hub.access.tables import FailedSignIn, Person, WebSession
from hub.access.usecases import (
    ATTEMPT_WINDOW,
    ATTEMPTS,
    add_person,
    caller_of_person,
    person_of,
    sign_in,
    sign_out,
    web_session_of,
)
from hub.kit.clock import now
from hub.kit.database import transaction
from hub.kit.errors import BadInput, Conflict, NotSignedIn, TooMany
from tests.cast import BEIFENG

EMAIL, PASSWORD = "li.na@beifeng.example", "correct horse battery"


@pytest.fixture
def li_na(session, members):
    person = add_person(
        session, members[BEIFENG].company_id, EMAIL, "Li Na", ["submitter"], "zh-CN", PASSWORD
    )
    session.commit()
    return person


class TestSigningIn:
    def test_opens_a_session_for_her_company(self, session, members, li_na):
        cookie, web = sign_in(session, "  Li.Na@Beifeng.example ", PASSWORD)
        person = person_of(session, cookie)
        assert person is li_na
        assert caller_of_person(person).company_id == members[BEIFENG].company_id
        assert web.expires_at - web.created_at == timedelta(hours=8)

    def test_keeps_neither_password_nor_cookie(self, session, li_na):
        cookie, web = sign_in(session, EMAIL, PASSWORD)
        assert PASSWORD not in li_na.password_hash
        assert web.id == fingerprint(cookie) != cookie
        assert web.csrf_token not in (cookie, web.id)

    def test_gives_a_new_cookie_each_time_and_ends_the_old_one(self, session, li_na):
        planted, _ = sign_in(session, EMAIL, PASSWORD)
        cookie, _ = sign_in(session, EMAIL, PASSWORD, replaces=planted)
        assert cookie != planted
        assert person_of(session, planted) is None
        assert person_of(session, cookie) is li_na

    @pytest.mark.parametrize(
        ("email", "password"),
        [
            (EMAIL, "wrong"),
            (EMAIL, ""),
            (EMAIL, PASSWORD + " "),
            ("nobody@beifeng.example", PASSWORD),
            ("\ud800", "\ud800"),
        ],
    )
    def test_fails_alike_for_a_wrong_password_and_an_unknown_person(
        self, session, li_na, email, password
    ):
        with pytest.raises(NotSignedIn) as refusal:
            sign_in(session, email, password)
        assert (refusal.value.code, refusal.value.params) == ("hub/sign-in-failed", {})
        assert session.scalar(select(func.count()).select_from(WebSession)) == 0

    def test_ends_when_she_signs_out(self, session, li_na):
        cookie, _ = sign_in(session, EMAIL, PASSWORD)
        other, _ = sign_in(session, EMAIL, PASSWORD)
        sign_out(session, cookie)
        assert person_of(session, cookie) is None
        assert person_of(session, other) is li_na

    def test_ends_with_time(self, session, li_na):
        cookie, web = sign_in(session, EMAIL, PASSWORD, seconds=60)
        assert web_session_of(session, cookie) is web
        web.expires_at = now()
        assert web_session_of(session, cookie) is None
        assert person_of(session, cookie) is None

    @pytest.mark.parametrize("cookie", [None, "", "made up", "\ud800"])
    def test_is_not_made_up(self, session, li_na, cookie):
        assert person_of(session, cookie) is None
        sign_out(session, cookie)


class TestGuessing:
    def fail(self, database, times=1):
        for _ in range(times):
            with pytest.raises(NotSignedIn), transaction(database.write) as session:
                sign_in(session, EMAIL, "a guess")

    def test_is_remembered_though_the_request_fails(self, database, session, li_na):
        self.fail(database)
        assert session.scalar(select(func.count()).select_from(FailedSignIn)) == 1

    def test_is_stopped_after_some_failures(self, database, session, li_na):
        self.fail(database, ATTEMPTS)
        with pytest.raises(TooMany) as refusal:
            sign_in(session, EMAIL, PASSWORD)
        assert refusal.value.headers() == {"Retry-After": "900"}

    def test_hinders_nobody_else(self, database, session, members, li_na):
        self.fail(database, ATTEMPTS)
        add_person(
            session,
            members[BEIFENG].company_id,
            "wu@beifeng.example",
            "Wu",
            ["submitter"],
            "en",
            PASSWORD,
        )
        assert sign_in(session, "wu@beifeng.example", PASSWORD)

    def test_is_forgotten_after_a_while(self, database, session, li_na):
        self.fail(database, ATTEMPTS)
        for failure in session.scalars(select(FailedSignIn)):
            failure.at -= ATTEMPT_WINDOW
        session.commit()
        assert sign_in(session, EMAIL, PASSWORD)

    def test_is_forgotten_after_success(self, database, session, li_na):
        self.fail(database, ATTEMPTS - 1)
        sign_in(session, EMAIL, PASSWORD)
        session.commit()
        self.fail(database, ATTEMPTS - 1)
        assert sign_in(session, EMAIL, PASSWORD)


class TestAddingAPerson:
    @pytest.mark.parametrize(
        ("changed", "code"),
        [
            ({"email": "li.na"}, "hub/email"),
            ({"email": "li na@beifeng.example"}, "hub/email"),
            ({"email": "@beifeng.example"}, "hub/email"),
            ({"email": "li\x00@beifeng.example"}, "hub/email"),
            ({"email": "l" * 320 + "@b.example"}, "hub/email"),
            ({"name": " "}, "hub/text"),
            ({"roles": []}, "access/roles"),
            ({"roles": "admin"}, "access/roles"),
            ({"roles": ["admin", "king"]}, "access/roles"),
            ({"language": "fr"}, "hub/language"),
            ({"password": "short"}, "hub/password-length"),
            ({"password": "l" * 201}, "hub/password-length"),
        ],
    )
    def test_asks_for_usable_values(self, session, members, changed, code):
        good = {"email": EMAIL, "name": "Li Na", "roles": ["submitter"], "language": "en"}
        good["password"] = PASSWORD
        with pytest.raises(BadInput) as refusal:
            add_person(session, members[BEIFENG].company_id, **(good | changed))
        assert refusal.value.code == code
        assert session.scalar(select(func.count()).select_from(Person)) == 0

    def test_happens_once_for_an_email(self, session, members, li_na):
        with pytest.raises(Conflict) as refusal:
            add_person(
                session,
                members[BEIFENG].company_id,
                EMAIL.upper(),
                "Li",
                ["submitter"],
                "en",
                PASSWORD,
            )
        assert refusal.value.code == "hub/email-taken"


class TestPasswords:
    def test_are_hashed_with_fresh_salt(self):
        assert hash_password(PASSWORD) != hash_password(PASSWORD)

    def test_match_themselves_only(self):
        stored = hash_password(PASSWORD)
        assert password_matches(PASSWORD, stored)
        assert not password_matches(PASSWORD.upper(), stored)
        assert not password_matches(PASSWORD, None)
