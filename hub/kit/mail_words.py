"""The words of the hub's mail: one flat JSON object a language, the same keys in each.

A mail has `mail.<template>.subject` and `mail.<template>.body`, whose paragraphs are parted by a
blank line; one with a button has `mail.<template>.action`, and is given a `link`.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "words"
LINK = "link"
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """All words of one of `kit.language.LANGUAGES`, placeholders unfilled."""
    words: dict[str, str] = json.loads((FOLDER / f"{language}.json").read_text("utf-8"))
    return words


def templates() -> frozenset[str]:
    """The mails that there are words for."""
    return frozenset(key.split(".")[1] for key in catalogue("en") if key.endswith(".subject"))


def wanted(template: str) -> frozenset[str]:
    """The params of a mail. Raises `LookupError` for one without words."""
    words = catalogue("en")
    texts = [words[f"mail.{template}.subject"], words[f"mail.{template}.body"]]
    names = {name for text in texts for name in _PLACEHOLDER.findall(text)}
    return frozenset(names | ({LINK} if f"mail.{template}.action" in words else set()))


def refuse_unfilled(template: str, params: Mapping[str, str]) -> None:
    """Raise `LookupError` for a mail without words, `ValueError` for other params than it wants."""
    if wanted(template) != params.keys():
        raise ValueError(f"{template} wants {sorted(wanted(template))}, not {sorted(params)}")


def filled(key: str, params: Mapping[str, str], language: str) -> str:
    """The text of a key with its params. No str.format: they come from strangers."""
    return _PLACEHOLDER.sub(lambda match: params[match[1]], catalogue(language)[key])
