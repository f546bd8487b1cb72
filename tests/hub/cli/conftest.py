"""The command `hub` on a database of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from hub.cli import main


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    status: int
    out: str
    err: str


Hub = Callable[..., Ran]


@pytest.fixture
def run(capsys, monkeypatch) -> Hub:
    """Runs `hub` with these arguments, in English unless they say otherwise."""
    monkeypatch.delenv("HUB_DATABASE_URL", raising=False)

    def run(*arguments: object, language: str = "en") -> Ran:
        try:
            status = main(["--language", language, *map(str, arguments)])
        except SystemExit as ended:
            status = int(ended.code or 0)
        return Ran(status, *capsys.readouterr())

    return run


@pytest.fixture
def hub(run, monkeypatch, own_url) -> Hub:
    """`run` on a migrated database that belongs to this test."""
    monkeypatch.setenv("HUB_DATABASE_URL", own_url)
    return run


@pytest.fixture
def aurora(hub) -> str:
    """The id of a registered company."""
    return hub(
        "company", "add", "Aurora Motors", "--identifier", "lei:A1", "--country", "DE", "--invented"
    ).out.strip()


@pytest.fixture
def write(tmp_path) -> Callable[[str, str | bytes], Path]:
    """Writes a file and gives its path."""

    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write
