"""Which of the hub's languages a reader gets."""

from collections.abc import Iterator
from typing import Literal, get_args

Language = Literal["en", "de", "zh-CN"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

MAX_HEADER = 500


def best_language(accept_language: str | None, default: str = "en") -> Language:
    """The supported language that an `Accept-Language` header (RFC 9110 12.5.4) likes best.

    `zh`, `zh-Hans` and `zh-SG` read zh-CN; what is unusable or absent gives `default`.
    """
    wishes = sorted(_wishes((accept_language or "")[:MAX_HEADER]), key=lambda wish: -wish[0])
    for quality, tag in wishes:
        if quality > 0 and (found := _supported(tag)):
            return found
    return _supported(default) or "en"


def _wishes(header: str) -> Iterator[tuple[float, str]]:
    for item in header.split(","):
        tag, _, parameter = item.partition(";")
        yield _quality(parameter), tag.strip().lower()


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    whole, point, fraction = value.strip().partition(".")
    if not (whole in ("0", "1") and len(fraction) <= 3 and (fraction or "0").isdecimal()):
        return 0.0
    return min(1.0, float(f"{whole}{point}{fraction}"))


def _supported(tag: str) -> Language | None:
    primary = tag.lower().partition("-")[0]
    return next((known for known in LANGUAGES if known.partition("-")[0] == primary), None)
