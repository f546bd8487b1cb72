"""A gap in the reader's language: what is missing where, by which clause, and who supplies it."""

from collections.abc import Mapping

from tierlight_schemas.battery.gaps import Gap
from tierlight_schemas.messages import Message, render

_NAMED = {"component": "battery/component", "mode": "battery/freight"}
"""Details that are words of this package, by the code of their names."""


def words_of(gap: Gap, lang: str, supplier: str = "") -> Message:
    """The message of a gap; `supplier` is the name of who delivers, where the reader knows it."""
    params = gap.params | ({"supplier": supplier} if supplier else {})
    named = {name: name_of(name, params[name], lang) for name in _NAMED if name in params}
    return render(gap.code, params | named, lang)


def name_of(detail: str, value: str, lang: str) -> str:
    """What a class of parts or a mode of transport is called."""
    return render(_NAMED[detail], {"case": value}, lang).text


def telling(gap: Gap, lang: str, supplier: str = "") -> Mapping[str, str]:
    """A gap as an answer tells it."""
    words = words_of(gap, lang, supplier)
    told = {"code": gap.code, "case": gap.case, "clause": gap.clause, "part": gap.part}
    told |= {"supplier": supplier or gap.supplier, "tier": str(gap.tier), "who": gap.who.value}
    return told | dict(gap.details) | {"text": words.text, "remedy": words.remedy}
