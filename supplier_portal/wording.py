"""The portal's words: one flat JSON object a language, the same keys and placeholders in each.

A word that depends on a number has a key for each plural form of English and German, `#one` and
`#other`; Chinese has the same keys and says the same in both. Findings, kinds of value and
severities bring their words from the standard's catalogue, so that every door of the hub says
the same.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from babel import Locale
from markupsafe import Markup, escape

from hub.kit.language import Language
from tierlight_schemas.messages import render

FOLDER = Path(__file__).resolve().parent / "words"
NAMES: dict[Language, str] = {"en": "English", "de": "Deutsch", "zh-CN": "中文"}
"""Each language in its own words, for the switch."""
LOCALES: dict[Language, str] = {"en": "en_GB", "de": "de", "zh-CN": "zh_Hans_CN"}
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """All words of one language by key, placeholders unfilled."""
    words: dict[str, str] = json.loads((FOLDER / f"{language}.json").read_text("utf-8"))
    return words


def placeholders(text: str) -> set[str]:
    """Names that a text wants to be told."""
    return set(_PLACEHOLDER.findall(text))


class Words:
    """The words of one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.locale = Locale.parse(LOCALES[language])
        self._texts = catalogue(language)

    def __call__(self, key: str, **params: object) -> str:
        """The text of a key, filled in; as `Markup` when a parameter is.

        Raises `KeyError` for a key that the catalogue lacks.
        """
        return _filled(self._texts[key], params)

    def count(self, key: str, number: int, shown: object = None, **params: object) -> str:
        """The text of a key in the plural form of `number`, which it shows as `{count}`."""
        form = "one" if self.locale.plural_form(number) == "one" else "other"
        return self(f"{key}#{form}", count=number if shown is None else shown, **params)

    def known(self, group: str, name: str) -> str:
        """The word for a name of a closed list; the name itself when it is of a later version."""
        return self._texts.get(f"{group}.{name}", name)

    def has(self, key: str) -> bool:
        """Whether there are words of that key."""
        return key in self._texts

    def of_standard(self, group: str, name: str) -> str:
        """A word of the standard's catalogue: `kind` or `severity`."""
        return render(f"{group}/{name}", {}, self.language).text


def _filled(text: str, params: Mapping[str, object]) -> str:
    # No str.format: values come from strangers' documents and may hold braces.
    if any(isinstance(value, Markup) for value in params.values()):
        template = str(escape(text))
        return Markup(_PLACEHOLDER.sub(lambda m: str(escape(params[m[1]])), template))
    return _PLACEHOLDER.sub(lambda match: str(params[match[1]]), text)
