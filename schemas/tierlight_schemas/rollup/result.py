"""The result of a roll-up as the document that is stored, served and printed.

Amounts are decimal strings with 15 significant digits. Nothing here names another owner's parts:
labels of suppliers come from whoever is entitled to give them.
"""

import hashlib
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from tierlight_schemas.amounts import EXACT, is_absurd, significant
from tierlight_schemas.messages import NOT_STATED
from tierlight_schemas.rollup.account import KNOWN, RATINGS, SHARES, WORST_RATING, Account
from tierlight_schemas.rollup.model import EXCLUDING, INCLUDING, ZERO, Known
from tierlight_schemas.rollup.reference import (
    carbon_coverage,
    default_share,
    line_coverage,
    mass_coverage,
)
from tierlight_schemas.rollup.vectors import exact_sum, ratio
from tierlight_schemas.strict_json import MAX_SAFE_INTEGER

UNIT = "kgCO2e"
#: They count in a total without being known.
STANDING_IN = (Known.DEFAULT, Known.EXPIRED)


def text(value: Decimal | None) -> str | None:
    """A number as it is printed in a result; None stays None, and what is absurd is unknown."""
    return None if value is None or is_absurd(value) else str(significant(value))


def input_digest(inputs: Iterable[str]) -> str:
    """SHA-256 of the sorted list of what was used: declaration digests and BOM revisions."""
    return hashlib.sha256("\n".join(sorted(set(inputs))).encode()).hexdigest()


def totals(account: Account) -> dict[str, str | None]:
    """Both totals; including uptake only when every contributor states it."""
    known = account.columns.get(EXCLUDING)
    complete = not account.without_uptake
    return {
        "excluding_uptake": text(known),
        "including_uptake": text(account.columns.get(INCLUDING)) if complete else None,
        "unit": UNIT,
    }


def columns(account: Account) -> dict[str, str]:
    """Every stated column; what no contributor states is absent."""
    held = ((name, text(value)) for name, value in sorted(account.columns.items()))
    return {name: shown for name, shown in held if shown is not None}


def columns_stated(account: Account) -> dict[str, str | None]:
    """By column: the share of the known kgCO2e whose contributors state it."""
    whole = account.stated.get(EXCLUDING, ZERO)
    return {name: text(ratio(value, whole)) for name, value in sorted(account.stated.items())}


def coverage(account: Account) -> dict[str, Any]:
    """What the total rests on, whole and by tier."""
    return {
        "lines": text(line_coverage(account)),
        "mass": text(mass_coverage(account)),
        "carbon": text(carbon_coverage(account)),
        "default_share": text(default_share(account)),
        "gaps_without_estimate": _count(exact_sum(account.coverage.unestimable.values())),
        "estimated_gaps": text(exact_sum(account.coverage.gaps.values())),
        "by_tier": [_tier(account, tier) for tier in _tiers(account)],
    }


def _count(number: Decimal) -> int:
    """A count as a JSON number: as large as every reader can hold."""
    return int(min(number, Decimal(MAX_SAFE_INTEGER)))


def _tiers(account: Account) -> list[int]:
    held = account.coverage
    cells = [*held.lines, *held.carbon, *held.unestimable]
    return sorted({tier for tier, _ in cells})


def _tier(account: Account, tier: int) -> dict[str, Any]:
    held = account.coverage
    answer: dict[str, Any] = {"tier": tier}
    for name, cells in (("lines", held.lines), ("mass", held.mass)):
        mine = {known: value for (t, known), value in cells.items() if t == tier}
        valued = exact_sum(v for k, v in mine.items() if k is not Known.MISSING)
        answer[name] = text(ratio(valued, exact_sum(mine.values())))
    carbon = {known: value for (t, known), value in held.carbon.items() if t == tier}
    known = exact_sum(v for k, v in carbon.items() if k in KNOWN)
    whole = exact_sum([*carbon.values(), *(v for (t, _), v in held.gaps.items() if t == tier)])
    open_gaps = any(t == tier for t, _ in held.unestimable)
    answer["carbon"] = None if open_gaps else text(ratio(known, whole))
    answer["mass_kg"] = text(exact_sum(v for (t, _), v in held.mass.items() if t == tier))
    answer["value"] = text(exact_sum(carbon.values()))
    return answer


def kinds(account: Account) -> dict[str, dict[str, str | None]]:
    """Lines, kg and kgCO2e by how they are known."""
    held = account.coverage
    return {
        known.value: {
            "lines": text(exact_sum(v for (_, k), v in held.lines.items() if k is known)),
            "mass_kg": text(exact_sum(v for (_, k), v in held.mass.items() if k is known)),
            "value": text(exact_sum(v for (_, k), v in held.carbon.items() if k is known)),
        }
        for known in Known
    }


def quality(account: Account) -> dict[str, Any]:
    """Quality over the known part, and over the estimated total where gaps count as the worst.

    Both leave prospective contributors out: a plan has no measured quality.
    """
    weight = account.retrospective
    known = {name: text(ratio(value, weight)) for name, value in account.quality.items()}
    estimated: dict[str, str | None] = dict.fromkeys(known)
    if not account.coverage.unestimable:
        gaps = exact_sum(account.coverage.gaps.values())
        whole = EXACT.add(weight, gaps)
        for name, value in account.quality.items():
            worst = WORST_RATING if name in RATINGS else ZERO
            estimated[name] = text(ratio(EXACT.add(value, EXACT.multiply(gaps, worst)), whole))
    return {
        "known_part": known,
        "estimated_total": estimated,
        "time_basis": _time_basis(account.prospective, weight),
        "prospective_share": text(ratio(account.prospective, account.weight)),
    }


def _time_basis(prospective: Decimal, retrospective: Decimal) -> str:
    if not prospective:
        return "retrospective"
    return "mixed" if retrospective else "prospective"


def statement(account: Account) -> tuple[str, dict[str, str]]:
    """The message code and placeholders that say the total honestly.

    `total/complete` nothing is missing; `total/at-least` gaps remain, none can lower the total;
    `total/open` defaults inside or a gap may lower it; `total/unknown` nothing is known. What an
    expired declaration adds, where the policy lets it, stands in like a default.
    """
    held = account.coverage
    gaps = bool(held.unestimable or held.gaps)
    standing_in = [v for (_, k), v in held.carbon.items() if k in STANDING_IN]
    default = exact_sum(standing_in)
    covered = mass_coverage(account)
    params = {
        "value": _shown(EXACT.subtract(account.total, default)),
        "default": _shown(default),
        "mass": NOT_STATED if covered is None else f"{covered * 100:.1f}",
    }
    if EXCLUDING not in account.columns:
        return "total/unknown", params
    if not gaps:
        return ("total/with-default" if standing_in else "total/complete"), params
    if standing_in or held.negative_gaps:
        return "total/open", params
    return "total/at-least", params


def _shown(value: Decimal) -> str:
    return NOT_STATED if is_absurd(value) else str(significant(value, 5))


__all__ = [
    "SHARES",
    "UNIT",
    "columns",
    "columns_stated",
    "coverage",
    "input_digest",
    "kinds",
    "quality",
    "statement",
    "text",
    "totals",
]
