"""The form by which a buyer asks suppliers: what it says, read and kept as it was typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from secrets import token_hex
from typing import Any
from urllib.parse import parse_qsl, urlencode

from hub.kit.clock import now
from hub.kit.errors import BadInput
from hub.kit.language import Language
from hub.requests.lifecycle import LEAST_DAYS
from hub.requests.lines import Line
from hub.requests.terms import Payer, Terms
from hub.sharing.policy import SPLIT, TOTAL
from supplier_portal.wording import Words

DAYS = LEAST_DAYS + 15
"""What the form proposes: a month and a half."""
FIELDS = (
    *("reference", "title", "purpose", "due", "level", "aggregate", "legal_basis", "seen_by"),
    *("keep_until", "verification_paid_by", "period_start", "period_end", "anyway"),
)
_DAYS = ("due", "keep_until", "period_start", "period_end")
_LINE = ("part", "supplier", "supplier_part")


def proposed() -> dict[str, str]:
    """The form before anybody has typed."""
    due = now().date() + timedelta(days=DAYS)
    year = now().year - 1
    return dict.fromkeys(FIELDS, "") | {
        "reference": f"{now().date()}-{token_hex(3)}",
        "due": due.isoformat(),
        "level": str(TOTAL),
        "verification_paid_by": Payer.NONE.value,
        "period_start": f"{year}-01-01",
        "period_end": f"{year + 1}-01-01",
    }


def for_battery(battery: str, language: Language) -> dict[str, str]:
    """What is asked for the declaration of a battery: the split, also of who has declared."""
    words = Words(language)
    told = {name: words(f"asking.battery_{name}", battery=battery) for name in ("title", "purpose")}
    return told | {"level": str(SPLIT), "aggregate": "yes", "anyway": "yes"}


@dataclass(frozen=True)
class Asked:
    """The form as it came."""

    typed: Mapping[str, str]
    """By name of the field, as it was typed."""
    chosen: Sequence[str]
    """Lines that are ticked, each as `line_value` wrote it."""

    @property
    def is_anyway(self) -> bool:
        """Whether lines go out that are answered or open already."""
        return self.typed.get("anyway") == "yes"

    def terms(self) -> Terms:
        """What is asked. Raises `BadInput` naming the field that cannot be read."""
        typed = self.typed
        days = {name: _day(name, typed.get(name, "")) for name in _DAYS}
        if days["due"] is None:
            raise BadInput("portal/day", field="due", found="")
        return Terms(
            purpose=typed.get("purpose", "").strip(),
            due=days["due"],
            level=_level(typed.get("level", "")),
            aggregate=typed.get("aggregate") == "yes",
            legal_basis=typed.get("legal_basis", "").strip() or None,
            seen_by=typed.get("seen_by", "").strip() or None,
            keep_until=days["keep_until"],
            verification_paid_by=_payer(typed.get("verification_paid_by", "")),
            period_start=days["period_start"],
            period_end=days["period_end"],
        )

    def numbers(self) -> set[str]:
        """The asker's numbers of the parts that are ticked."""
        return {read_line(value)["part"] for value in self.chosen}

    def lines(self) -> list[Line]:
        """The ticked lines on these terms. Raises like `terms`."""
        terms = self.terms()
        return [Line(terms=terms, **read_line(value)) for value in self.chosen]


def line_value(part: str, supplier: str, supplier_part: str | None) -> str:
    """A line as the value of its tick box."""
    return urlencode(dict(zip(_LINE, (part, supplier, supplier_part or ""), strict=True)))


def read_line(value: str) -> dict[str, Any]:
    """Part, supplier and the supplier's part as `line_value` wrote them; what lacks is None."""
    told = dict(parse_qsl(value, max_num_fields=len(_LINE)))
    found = {name: told.get(name) or None for name in _LINE}
    return found | {"part": found["part"] or ""}


def _day(name: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise BadInput("portal/day", field=name, found=text.strip()[:40]) from None


def _level(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) == 1 else -1


def _payer(text: str) -> Payer:
    return next((payer for payer in Payer if payer == text), Payer.NONE)
