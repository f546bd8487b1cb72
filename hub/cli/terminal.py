"""The database of a command, and how a command speaks."""

import argparse
import locale
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TypeAlias

from sqlalchemy.orm import Session, sessionmaker

from hub.cli.schema_version import is_migrated
from hub.kit.database import Database, as_hub, transaction
from hub.kit.detail_words import words_of_detail
from hub.kit.errors import BadInput, HubError
from hub.opening import open_hub
from hub.settings import Settings
from tierlight_schemas.messages import Message, render

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
"""What `register` of each module adds its commands to."""

COMPANY_HELP = "id, SCHEME:VALUE, or exact name of the company"
LANGUAGES = {"zh": "zh-CN", "de": "de", "en": "en"}


@contextmanager
def hub_database() -> Iterator[Database]:
    """The database in the hub's own name, closed at the end of the block.

    Raises `BadInput` (`hub/not-migrated`) when the tables are missing or of another version, and
    what `open_hub` does.
    """
    opened = open_hub(Settings())
    try:
        if not is_migrated(opened.engine):
            raise BadInput("hub/not-migrated")
        yield as_hub(opened)
    finally:
        opened.engine.dispose()


@contextmanager
def session_factory() -> Iterator[sessionmaker[Session]]:
    """Sessions on it that write. Raises what `hub_database` does."""
    with hub_database() as opened:
        yield opened.write


@contextmanager
def database() -> Iterator[Session]:
    """One transaction: committed when the block ends well, undone otherwise."""
    with session_factory() as factory, transaction(factory) as session:
        yield session


def language(arguments: argparse.Namespace) -> str:
    """The language asked for, else the locale's, else the hub's default."""
    if arguments.language:
        return str(arguments.language)
    code = (locale.getlocale(locale.LC_CTYPE)[0] or "")[:2].lower()
    return LANGUAGES.get(code, Settings().default_language)


def say(code: str, params: Mapping[str, str], lang: str) -> None:
    """A message of the catalogue, on stderr: stdout is for what a program reads."""
    _print(render(code, params, lang))


def _print(message: Message) -> None:
    print(" ".join(filter(None, (message.text, message.remedy))), file=sys.stderr)


def say_error(error: HubError, lang: str) -> None:
    """What was refused and what to do; then the details, a line each."""
    if [detail["code"] for detail in error.details] != [error.code]:
        say(error.code, error.params, lang)
    for detail in error.details:
        _print(words_of_detail(detail, lang))
