"""The words behind every code, in the languages people read them in.

One flat JSON file a language: `{"document/decimal": {"text": "… {path} …", "remedy": "…"}}`. A
code may have variants for its cases, `document/decimal:exponent`, chosen by the parameter `case`.
A word beside a number that is counted has both its forms, `{count} {count:row|rows}`: the first for
one, the second for any other (Chinese needs neither).
To add a code, put it into all three files with the same placeholders and keep the keys sorted.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from tierlight_schemas.findings import Finding

LANGUAGES = ("zh-CN", "en", "de")
FALLBACK = "en"
NOT_STATED = "–"
OF_A_LIST = frozenset({"carrier"})
"""Placeholders for a name of a closed list, which has words of its own: `carrier/electricity`."""
_PLACEHOLDER = re.compile(r"\{([a-z_]+)(?::([^|{}]*)\|([^|{}]*))?\}")
"""A name, and perhaps what stands there when its number is one and when it is any other."""


@dataclass(frozen=True)
class Message:
    """What happened and what to do next, in one language."""

    text: str
    """What was found, with the numbers compared."""
    remedy: str
    """What the reader can do about it."""


@cache
def catalogue(lang: str) -> Mapping[str, Message]:
    """All messages of one of `LANGUAGES`, by code and case, placeholders unfilled."""
    raw = files(__name__).joinpath(f"{lang}.json").read_text(encoding="utf-8")
    return {key: Message(words["text"], words["remedy"]) for key, words in json.loads(raw).items()}


def placeholders(message: Message) -> set[str]:
    """Names that a message wants to be told."""
    return {match[1] for match in _PLACEHOLDER.finditer(message.text + message.remedy)}


def language(wanted: str) -> str:
    """The catalogue for a language tag: exact, else of the same language, else English."""
    tag = wanted.replace("_", "-").lower()
    for known in LANGUAGES:
        if tag.split("-")[0] == known.lower().split("-")[0]:
            return known
    return FALLBACK


def render(code: str, params: Mapping[str, str], lang: str) -> Message:
    """The message of a code, filled in. Never fails: a missing parameter prints as a dash.

    A code that this version has no words for (a newer hub may send one) says so by name.
    """
    words = catalogue(language(lang))
    message = words.get(f"{code}:{params['case']}") if "case" in params else None
    message = message or words.get(code)
    if message is None:
        message, params = words["message/unknown"], {"code": code}
    params = {name: _word(name, value, words) for name, value in params.items()}
    return Message(fill(message.text, params), fill(message.remedy, params))


def _word(name: str, value: str, words: Mapping[str, Message]) -> str:
    known = words.get(f"{name}/{value}") if name in OF_A_LIST else None
    return known.text if known else value


def words_of(finding: Finding, lang: str) -> Message:
    """The message of a finding, with its path and evidence filled in."""
    return render(finding.code, {"path": finding.path, **finding.evidence}, lang)


def fill(text: str, params: Mapping[str, str]) -> str:
    """A text of a catalogue with its placeholders filled in; a missing one prints as a dash."""
    # No str.format: a parameter comes from a stranger's document and may hold braces.
    return _PLACEHOLDER.sub(lambda match: _told(match, params), text)


def _told(place: re.Match[str], params: Mapping[str, str]) -> str:
    name, one, other = place.groups()
    value = str(params.get(name, NOT_STATED))
    return value if one is None else one if value == "1" else other
