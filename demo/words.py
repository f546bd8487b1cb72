"""The demo's own sentences in three languages; findings bring theirs from the product."""

import json
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path

from babel.numbers import format_decimal, format_percent

MESSAGES = Path(__file__).resolve().parent / "messages"
LANGUAGES = ("en", "de", "zh-CN")
UNKNOWN = "–"


class Words:
    """Sentences and numbers of one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.locale = lang.replace("-", "_").replace("zh_CN", "zh_Hans_CN")
        self.texts = catalogue(lang)

    def __call__(self, key: str, **params: object) -> str:
        """The sentence of a key, its placeholders filled in."""
        return self.texts[key].format_map({name: str(value) for name, value in params.items()})

    def number(self, amount: str | Decimal | None, places: int = 0) -> str:
        """An amount for people; unknown is a dash, and what is tiny is never printed as zero."""
        value = decimal_or_none(amount)
        if value is None:
            return UNKNOWN
        least = Decimal(1).scaleb(-places)
        if value and abs(value) < least / 2:
            return f"<{self._printed(least, places)}"
        return self._printed(value, places)

    def _printed(self, value: Decimal, places: int) -> str:
        digits = "#,##0" + ("." + "0" * places if places else "")
        return format_decimal(value, format=digits, locale=self.locale)

    def percent(self, share: str | Decimal | None) -> str:
        """A share of one as a percentage."""
        value = decimal_or_none(share)
        return UNKNOWN if value is None else format_percent(value, format="0 %", locale=self.locale)


@cache
def catalogue(lang: str) -> dict[str, str]:
    """All sentences of a language by key."""
    loaded: dict[str, str] = json.loads((MESSAGES / f"{lang}.json").read_text("utf-8"))
    return loaded


def decimal_or_none(amount: str | Decimal | None) -> Decimal | None:
    """The number, or None for all that is none."""
    try:
        return None if amount is None else Decimal(amount)
    except InvalidOperation:
        return None
