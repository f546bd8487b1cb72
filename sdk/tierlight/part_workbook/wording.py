"""The words of a part's workbook, in three languages: one flat JSON file each."""

import json
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from tierlight.part_workbook.layout import CHOICES
from tierlight_schemas.messages import LANGUAGES, fill


@cache
def catalogue(lang: str) -> Mapping[str, str]:
    """All words of one language, placeholders unfilled."""
    raw = files(__package__).joinpath("words", f"{lang}.json").read_text(encoding="utf-8")
    words: dict[str, str] = json.loads(raw)
    return words


def word(key: str, lang: str, **params: str) -> str:
    """The word of a key. Raises `KeyError` for one that the catalogue lacks."""
    return fill(catalogue(lang)[key], params)


def code_of(choice: str, text: str) -> str | None:
    """What a word of a list means, in any language or as its code; None for no such word."""
    return _codes(choice).get(_folded(text))


@cache
def _codes(choice: str) -> Mapping[str, str]:
    words = {
        _folded(word(f"choice.{choice}.{code}", lang)): code
        for lang in LANGUAGES
        for code in CHOICES[choice]
    }
    return {**words, **{_folded(code): code for code in CHOICES[choice]}}


def _folded(text: str) -> str:
    """A word so that case, width, blanks, hyphens and underscores make no difference."""
    narrow = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in narrow if not sign.isspace() and sign not in "-_")
