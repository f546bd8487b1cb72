"""The words of a workbook: titles, headers, hints and lists, in three languages."""

import json
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from hub.kit.language import Language
from tierlight_schemas.messages import LANGUAGES

_FOLDER = Path(__file__).with_name("words")


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """All words of one language by key, placeholders unfilled."""
    words: dict[str, str] = json.loads((_FOLDER / f"{language}.json").read_text("utf-8"))
    return words


def word(key: str, language: Language | str, **params: str) -> str:
    """The word of a key, filled in. Raises `KeyError` for a key that the catalogue lacks."""
    text = catalogue(language)[key]
    for name, value in params.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def hint(column: str, language: Language | str) -> str:
    """What helps to fill in a column; empty where there is nothing to say."""
    return catalogue(language).get(f"hint.{column}", "")


def folded(text: str) -> str:
    """A word so that case, width, blanks, hyphens and underscores make no difference."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in plain if sign not in " \t\u3000-_")


@cache
def words_of_list(name: str, codes: tuple[str, ...]) -> Mapping[str, str]:
    """What each word of a list means, in any language and as its code, folded."""
    known = {folded(code): code for code in codes}
    for language in LANGUAGES:
        for code in codes:
            known.setdefault(folded(word(f"list.{name}.{code}", language)), code)
    return known


@cache
def units_by_word() -> Mapping[str, str]:
    """What each of our words for a unit means, in any language, folded."""
    prefix = "unit."
    return {
        folded(text): key.removeprefix(prefix)
        for language in LANGUAGES
        for key, text in catalogue(language).items()
        if key.startswith(prefix)
    }
