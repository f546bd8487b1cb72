"""The words of links.csv, in the languages in which it is filled in; read in any of them."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeVar

from hub.bom.link_state import Reason, State
from hub.bom.matching import Ground
from hub.kit.csv_table import CellError

Word = TypeVar("Word", bound=StrEnum)


class Verdict(StrEnum):
    """What the supplier says of a link in a table; an empty cell says nothing."""

    CONFIRM = "confirm"
    DISPUTE = "dispute"


Names = Mapping[str, Mapping[str, str]]

VERDICTS: Names = {
    "confirm": {"zh-CN": "确认", "de": "bestätigen"},
    "dispute": {"zh-CN": "异议", "de": "bestreiten"},
}
REASONS: Names = {
    "not-our-part": {"zh-CN": "不是我们的零件", "de": "nicht unser Teil"},
    "wrong-share": {"zh-CN": "份额不对", "de": "Anteil falsch"},
    "wrong-site": {"zh-CN": "场所不对", "de": "Standort falsch"},
    "ended": {"zh-CN": "已停止供货", "de": "beendet"},
    "other": {"zh-CN": "其他", "de": "anderes"},
}
STATES: Names = {
    "open": {"zh-CN": "待确认", "de": "offen"},
    "confirmed": {"zh-CN": "已确认", "de": "bestätigt"},
    "disputed": {"zh-CN": "有异议", "de": "bestritten"},
}
GROUNDS: Names = {
    "number": {"zh-CN": "零件号相同", "de": "gleiche Nummer"},
    "spelling": {"zh-CN": "仅写法不同", "de": "nur anders geschrieben"},
    "alias": {"zh-CN": "以前确认过", "de": "früher bestätigt"},
    "similar": {"zh-CN": "名称相近", "de": "ähnlicher Name"},
}
HEADERS: Names = {
    "link": {"zh-CN": "编号（请勿改动）", "de": "Kennung (nicht ändern)"},
    "customer": {"zh-CN": "客户", "de": "Kunde"},
    "customer_part": {"zh-CN": "客户零件号", "de": "Teilenummer des Kunden"},
    "customer_part_name": {"zh-CN": "客户零件名称", "de": "Bezeichnung des Kunden"},
    "part_as_written": {"zh-CN": "客户所写的我方零件号", "de": "Unsere Nummer laut Kunde"},
    "share": {"zh-CN": "份额", "de": "Anteil"},
    "site": {"zh-CN": "场所", "de": "Standort"},
    "from": {"zh-CN": "起", "de": "von"},
    "to": {"zh-CN": "止（不含）", "de": "bis (ausschließlich)"},
    "delivery_term": {"zh-CN": "交货条款", "de": "Lieferklausel"},
    "state": {"zh-CN": "状态", "de": "Stand"},
    "suggestion": {"zh-CN": "建议", "de": "Vorschlag"},
    "ground": {"zh-CN": "建议依据", "de": "Grund des Vorschlags"},
    "own_part": {"zh-CN": "我方零件号", "de": "Eigene Teilenummer"},
    "verdict": {"zh-CN": "结论", "de": "Urteil"},
    "reason": {"zh-CN": "异议原因", "de": "Grund"},
    "ended_on": {"zh-CN": "停供日期", "de": "beendet am"},
    "words": {"zh-CN": "说明", "de": "Worte"},
}
"""What heads the columns besides their own names, in the order in which they stand."""
_OF: Mapping[type[StrEnum], Names] = {
    Verdict: VERDICTS,
    Reason: REASONS,
    State: STATES,
    Ground: GROUNDS,
}


def said(word: StrEnum, language: str) -> str:
    """A word in the reader's language."""
    return _OF[type(word)][word].get(language, word.value)


def named(words: type[Word]) -> Callable[[str], Word]:
    """Reads a cell as one of the words, in any of the languages and any case."""
    by_name: dict[str, Word] = {}
    for word in words:
        names: list[str] = [word.value, *_OF[words][word.value].values()]
        by_name |= {_plain(name): word for name in names}

    def read(text: str) -> Word:
        word = by_name.get(_plain(text))
        if word is None:
            raise CellError("csv/word", known=", ".join(words))
        return word

    return read


def _plain(text: str) -> str:
    return text.casefold().replace("-", " ").replace("_", " ")
