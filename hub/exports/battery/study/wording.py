"""The words of the study, and its numbers as one language writes them."""

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date
from markupsafe import Markup

from hub.kit.numbers import written
from tierlight_schemas.battery.words import name_of
from tierlight_schemas.messages import language

_FOLDER = Path(__file__).with_name("words")
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


@cache
def catalogue(lang: str) -> Mapping[str, str]:
    """All words of one language by key, placeholders unfilled."""
    words: dict[str, str] = json.loads((_FOLDER / f"{lang}.json").read_text("utf-8"))
    return words


def css_string(text: str) -> Markup:
    """A text inside quotation marks of a style sheet: what could end it is written as a number."""
    safe = [sign if sign.isalnum() or sign in " .,-" else f"\\{ord(sign):x} " for sign in text]
    return Markup("".join(safe))


class Wording:
    """How one language says things."""

    def __init__(self, wanted: str) -> None:
        self.lang = language(wanted)
        self.locale = Locale.parse(self.lang, sep="-")

    def __call__(self, key: str, **params: str) -> str:
        """The words of a key, filled in. Raises `KeyError` for a key or a param that is missing."""
        text = catalogue(self.lang)[key]
        return _PLACEHOLDER.sub(lambda place: params[place[1]], text)

    def sentence(self, key: str, **params: Markup) -> Markup:
        """The words of a key around what is marked up already."""
        return Markup(self(key, **{name: f"{{{name}}}" for name in params})).format(**params)

    def number(self, value: str) -> str:
        """A decimal text with all its digits and the separators of the language."""
        return written(Decimal(value), self.locale)

    def data(self, value: str | None, name: str = "") -> Markup:
        """A number for people, with the same as a program reads it; a dash for what is unknown."""
        if value is None:
            return Markup("–")
        named = Markup(' id="{}"').format(name) if name else Markup("")
        return Markup('<data{} value="{}">{}</data>').format(named, value, self.number(value))

    def day(self, day: date) -> str:
        """A calendar day."""
        return str(format_date(day, "long", locale=self.locale))

    def country(self, code: str) -> str:
        """A country's name with its code."""
        return self("country", code=code, name=self.locale.territories.get(code, code))

    def component(self, name: str) -> str:
        """A class of parts."""
        return name_of("component", name, self.lang)

    def mode(self, name: str) -> str:
        """A mode of transport."""
        return name_of("mode", name, self.lang)

    def source(self, source: str) -> str:
        """Where a number comes from; of a factor and of a declaration only that it is one."""
        kind, _, name = source.partition(":")
        return self(f"source.{kind}", name=name)
