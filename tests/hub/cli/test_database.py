"""Where the database is, and what is said when it is not ready."""

import subprocess
import sys
from pathlib import Path

import pytest

from hub import cli
from hub.cli import schema_version
from tierlight_schemas.messages import LANGUAGES


def test_migrate_makes_the_tables_and_may_run_again(run, databases, monkeypatch):
    monkeypatch.setenv("HUB_DATABASE_URL", databases.empty())
    before = run("company", "add", "Aurora", "--country", "DE")
    assert before.status == 1
    assert "hub migrate" in before.err
    for _ in range(2):
        assert run("migrate").status == 0
    assert run("company", "add", "Aurora", "--country", "DE").status == 0


@pytest.mark.parametrize(
    "url", ["nonsense", "sqlite:////no/such/folder/hub.db", "postgresql+psycopg://127.0.0.1:1/x"]
)
def test_a_database_that_cannot_be_used_is_a_message(run, monkeypatch, url):
    monkeypatch.setenv("HUB_DATABASE_URL", url)
    ran = run("company", "add", "Aurora", "--country", "DE")
    assert (ran.status, ran.out) == (1, "")
    assert "HUB_DATABASE_URL" in ran.err


@pytest.mark.parametrize("url", ["mysql://db/x", "oracle://db/x", "nonsense://x"])
def test_another_kind_of_database_is_named_with_those_that_there_are(run, monkeypatch, url):
    monkeypatch.setenv("HUB_DATABASE_URL", url)
    ran = run("migrate")
    assert (ran.status, ran.out) == (1, "")
    assert f"kind {url.partition(':')[0]}." in ran.err
    assert "postgresql+psycopg://" in ran.err


def test_an_installed_hub_carries_its_migrations(monkeypatch, tmp_path):
    (tmp_path / "_migrations").mkdir()
    monkeypatch.setattr(schema_version, "_PACKAGE", tmp_path)
    location = schema_version.alembic_config().get_main_option("script_location")
    assert location == str(tmp_path / "_migrations")


def test_a_wrong_call_shows_the_usage(run):
    ran = run("company", "add")
    assert ran.status == 2
    assert "usage: hub company add" in ran.err


def test_every_command_has_help(run):
    ran = run("--help")
    assert ran.status == 0
    for module in cli.MODULES:
        assert module.__doc__
    for command in ("migrate", "serve", "company", "site", "key", "person", "machine", "import"):
        assert f"\n    {command} " in ran.out


def test_the_language_follows_the_locale(run, monkeypatch, own_url):
    monkeypatch.setenv("HUB_DATABASE_URL", own_url)
    words = {
        "zh_CN": "没有",
        "de_DE": "kein Unternehmen",
        "en_GB": "No company",
        None: "No company",
    }
    for locale, expected in words.items():
        monkeypatch.setattr("locale.getlocale", lambda _, locale=locale: (locale, "UTF-8"))
        assert cli.main(["sourcing", "confirm", "Nobody"]) == 1
        assert expected in _err(run)


def _err(run) -> str:
    # `run` reads what was printed since it was last read.
    return run("--help").err


def test_the_languages_offered_are_those_there_are_words_for():
    [option] = [a for a in cli.parser()._actions if a.dest == "language"]
    assert set(option.choices or ()) == set(LANGUAGES)


def test_the_module_runs_as_a_program(tmp_path):
    ran = subprocess.run(
        [sys.executable, "-m", "hub.cli", "company", "add", "Aurora", "--country", "DE"],
        env={"HUB_DATABASE_URL": f"sqlite:///{tmp_path}/hub.db", "LANG": "C.UTF-8"},
        cwd=Path(cli.__file__).parent.parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert "hub migrate" in ran.stderr
    assert "Traceback" not in ran.stderr
