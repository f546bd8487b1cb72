"""A language that nobody speaks, to find what is not translated: letters with accents, texts 40 %
longer, brackets around each.

It takes the place of German, so that numbers and dates are those of a real locale. What a reader
then sees in plain letters came from no catalogue: it is a name, or a fault.
"""

import re
import sys
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import pytest

from hub.kit import mail_words
from supplier_portal import wording
from tierlight_schemas import messages
from tierlight_schemas.messages import Message

LANGUAGE = "de"
OPENING, CLOSING = "⟦", "⟧"
LONGER = 0.4
_ACCENTS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "áƀçđéƒĝĥíĵķĺɱñóƥǫŕśťúṽŵẋýžÁƁÇĐÉƑĜĤÍĴĶĹṀÑÓƤǪŔŚŤÚṼŴẊÝŽ",
)
_PLACEHOLDER = re.compile(r"(\{[a-z_]+\})")
_PLURAL = re.compile(r"\{([a-z_]+):([^|{}]*)\|([^|{}]*)\}")
_PADDING = "~ ōñé ťŵó ťĥŕéé ƒóúŕ ƒíṽé śíẋ śéṽéñ éíĝĥť ñíñé ťéñ éĺéṽéñ ťŵéĺṽé ťĥíŕťééñ ƒóúŕťééñ"


def pseudo(text: str) -> str:
    """A text of a catalogue in the language that nobody speaks; placeholders stay."""
    accented = "".join(
        piece if _PLACEHOLDER.fullmatch(piece) else piece.translate(_ACCENTS)
        for piece in _PLACEHOLDER.split(_PLURAL.sub(_other, text))
    )
    more = int(len(text) * LONGER)
    padding = (_PADDING * (1 + more // len(_PADDING)))[:more].rstrip()
    return f"{OPENING}{accented}{' ' if padding else ''}{padding}{CLOSING}"


def _other(match: re.Match[str]) -> str:
    return match[3]


@cache
def _words(catalogue: Callable[[str], Mapping[str, Any]]) -> Mapping[str, Any]:
    return {key: _translated(text) for key, text in catalogue("en").items()}


def _translated(text: str | Message) -> str | Message:
    if isinstance(text, str):
        return pseudo(text)
    return Message(pseudo(text.text), pseudo(text.remedy) if text.remedy else "")


@pytest.fixture
def spoken_by_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads German reads this instead."""
    for speaking in (wording, mail_words, messages):
        _replace(monkeypatch, speaking.catalogue)


def _replace(monkeypatch: pytest.MonkeyPatch, catalogue: Any) -> None:
    def replaced(language: str) -> Mapping[str, Any]:
        return _words(catalogue) if language == LANGUAGE else catalogue(language)

    for module in [*sys.modules.values()]:
        if getattr(module, "catalogue", None) is catalogue:
            monkeypatch.setattr(module, "catalogue", replaced)
