"""Looking at a small supply chain with the rules of the findings."""

from datetime import date
from typing import Any

from hub.findings.flags import Flag
from hub.findings.rules import View, evaluate
from tests.schemas.rollup.chains import solved
from tierlight_schemas.messages import LANGUAGES, NOT_STATED, render
from tierlight_schemas.rollup.model import PartNode

DAY = date(2026, 6, 30)


def seen(*nodes: PartNode, **policy: Any) -> View:
    """The first node's view of the chain."""
    return View(solved(*nodes, **policy), nodes[0].id, DAY.isoformat())


def found(code: str, *nodes: PartNode, **policy: Any) -> list[Flag]:
    """The findings of one code below the first node, all rules evaluated."""
    flags = [flag for flag in evaluate(seen(*nodes, **policy)) if flag.code == code]
    for flag in flags:
        _has_words(flag)
    return flags


def told(code: str, view: View) -> list[Flag]:
    """The findings of one code, all rules evaluated."""
    flags = [flag for flag in evaluate(view) if flag.code == code]
    for flag in flags:
        _has_words(flag)
    return flags


def only(code: str, *nodes: PartNode, **policy: Any) -> Flag:
    """The one finding of a code."""
    (flag,) = found(code, *nodes, **policy)
    return flag


def _has_words(flag: Flag) -> None:
    """Every language says it with the subject and the numbers, no placeholder left over."""
    params = {**flag.subject, **flag.evidence, "part": flag.subject["name"]}
    for lang in LANGUAGES:
        words = render(flag.code, params, lang)
        assert "{" not in words.text + words.remedy
        assert flag.subject["name"] in words.text or flag.code == "tier/cycle"
        assert words.remedy
        stated = [value for value in flag.evidence.values() if value != NOT_STATED]
        if len(stated) == len(flag.evidence):
            assert NOT_STATED not in words.text
