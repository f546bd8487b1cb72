"""Numbers inside sentences, as one language writes them.

Amounts stay decimal strings everywhere else; only words for people get separators.
"""

import re
from collections.abc import Mapping
from decimal import Context, Decimal, localcontext
from functools import lru_cache

from babel import Locale
from babel.numbers import format_decimal

_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_WIDE = Context(prec=1000)

NAMES = frozenset(
    {
        *("part", "supplier", "supplier_part", "child", "source", "digest", "digests"),
        *("site", "reference", "serial"),
    }
)
"""Placeholders that name something: a supplier called 1234 is not a number."""


def localised(params: Mapping[str, str], lang: str) -> dict[str, str]:
    """The placeholders of a message, plain decimals with the separators of the language.

    `5.539` reads as thousands of something to a German; names, digests and years are left as they
    are.
    """
    return {
        name: value if name in NAMES or _is_year(name) else _localised(value, lang)
        for name, value in params.items()
    }


def _is_year(name: str) -> bool:
    return name == "year" or name.endswith("_year")


@lru_cache(maxsize=20_000)
def _localised(value: str, lang: str) -> str:
    if not _PLAIN.fullmatch(value):
        return value
    return written(Decimal(value), Locale.parse(lang, sep="-"))


def written(number: Decimal, locale: Locale) -> str:
    """A number with the separators of a language and all its digits, however many were stated."""
    with localcontext(_WIDE):  # Babel rounds in the context it finds: 28 digits, or an error
        return str(format_decimal(number, locale=locale, decimal_quantization=False))
