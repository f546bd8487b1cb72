"""What the command says, in the languages people read it in: one flat JSON file each.

Codes beginning with `sdk/` are ours; all others are the standard's (`tierlight_schemas.messages`).
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from tierlight_schemas.messages import fill, language, render


@cache
def catalogue(lang: str) -> Mapping[str, str]:
    """Our own words in one language, placeholders unfilled."""
    raw = files(__name__).joinpath(f"{lang}.json").read_text(encoding="utf-8")
    words: dict[str, str] = json.loads(raw)
    return words


def words(code: str, params: Mapping[str, str], lang: str) -> str:
    """What a code means, and what to do about it; never fails."""
    text = catalogue(language(lang)).get(code)
    if text is not None:
        return fill(text, params)
    message = render(code, params, lang)
    return f"{message.text} {message.remedy}".strip()
