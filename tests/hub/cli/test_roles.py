"""Two roles on PostgreSQL: who owns the tables migrates, who works behind the wall serves."""

import pytest
from sqlalchemy import make_url

from tests.conftest import SERVER, owned, worked_on

pytestmark = pytest.mark.skipif(SERVER is None, reason="SQLite has no roles")


@pytest.fixture
def serving(hub, monkeypatch):
    """`hub serve` that ends where it would begin to listen."""
    monkeypatch.setattr("uvicorn.run", lambda *_, **__: None)
    return lambda: hub("serve", "--port", "0")


@pytest.fixture
def empty(run, databases, monkeypatch):
    """A database without tables, named by both settings."""
    url = databases.empty()
    monkeypatch.setenv("HUB_MIGRATION_URL", url)
    monkeypatch.setenv("HUB_DATABASE_URL", worked_on(url))
    return url


class TestMigrating:
    def test_as_the_owner_lets_the_working_role_in(self, run, empty):
        assert run("company", "add", "Aurora", "--country", "DE").status == 1  # no tables yet
        assert run("migrate").status == 0
        assert run("company", "add", "Aurora", "--country", "DE").status == 0
        assert run("fsck").status == 0

    def test_again_changes_nothing(self, run, empty):
        assert [run("migrate").status for _ in range(2)] == [0, 0]

    def test_for_a_role_that_does_not_exist_says_so(self, run, empty, monkeypatch):
        stranger = make_url(empty).set(username="nobody_here")
        monkeypatch.setenv("HUB_DATABASE_URL", stranger.render_as_string(hide_password=False))
        ran = run("migrate")
        assert ran.status == 1
        assert "knows no role nobody_here" in ran.err
        assert "CREATE ROLE nobody_here LOGIN" in ran.err


class TestServing:
    def test_as_the_working_role_is_quiet_about_it(self, serving):
        ran = serving()
        assert ran.status == 0
        assert "role" not in ran.err

    def test_as_the_owner_is_refused(self, serving, own_url, monkeypatch):
        monkeypatch.setenv("HUB_DATABASE_URL", owned(own_url))
        ran = serving()
        assert ran.status == 1
        assert "owns its tables" in ran.err
        assert "HUB_MIGRATION_URL" in ran.err

    def test_as_the_owner_is_possible_knowingly(self, serving, own_url, monkeypatch):
        monkeypatch.setenv("HUB_DATABASE_URL", owned(own_url))
        monkeypatch.setenv("HUB_ALLOW_ANY_ROLE", "true")
        ran = serving()
        assert ran.status == 0
        assert "knowingly" in ran.err

    def test_as_a_superuser_is_refused(self, serving, own_url, monkeypatch):
        superuser = make_url(own_url).set(username="postgres")
        monkeypatch.setenv("HUB_DATABASE_URL", superuser.render_as_string(hide_password=False))
        ran = serving()
        assert ran.status == 1
        assert "superuser" in ran.err
