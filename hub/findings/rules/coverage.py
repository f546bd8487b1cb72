"""How much of each tier is known, against what the buyer asks for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from hub.findings.flags import Flag, percent, shown
from hub.findings.rules.view import View, part_subject
from tierlight_schemas.findings import Severity
from tierlight_schemas.rollup.account import KNOWN, Cell, Coverage
from tierlight_schemas.rollup.model import Known
from tierlight_schemas.rollup.vectors import exact_sum, ratio

_CODE = "tier/coverage-low"


@dataclass(frozen=True)
class _Covered:
    """What is known of a tier, in one measure."""

    measure: str
    """`carbon` (kgCO2e), `mass` (kg) or `lines`."""
    known: Decimal
    whole: Decimal


def coverage_low(view: View) -> Iterator[Flag]:
    """tier/coverage-low: less of a tier is known than the buyer asks for (80 %).

    By carbon: what is verified, declared or built up, of that, defaults and what gaps may hide.
    Where a gap of the tier cannot be estimated, by mass with a value; where nothing weighs
    anything, by lines. Amounts are told of the own tier alone: deeper ones would tell a supplier's
    own making from what it buys.
    """
    resolution = view.resolutions[view.root]
    held = view.solution.accounts[view.root].coverage
    least = view.limit(_CODE, "share")
    for tier in sorted({tier for tier, _ in (*held.lines, *held.carbon, *held.gaps)}):
        covered = _covered(held, tier)
        share = ratio(covered.known, covered.whole)
        if share is None or share >= least:
            continue
        told = {"known": shown(covered.known), "whole": shown(covered.whole)}
        evidence = {
            "tier_number": str(tier),
            "coverage": percent(share),
            "threshold": percent(least),
            **({} if covered.measure == "carbon" else {"case": covered.measure}),
            **(told if tier == 0 else {}),
        }
        node = resolution.node
        yield Flag(_CODE, Severity.WARNING, node.owner, part_subject(node), tier, evidence)


def _covered(held: Coverage, tier: int) -> _Covered:
    if not _at(held.unestimable, tier):
        known = _at(held.carbon, tier, *KNOWN)
        return _Covered("carbon", known, _at(held.carbon, tier) + _at(held.gaps, tier))
    measure, cells = ("mass", held.mass) if _at(held.mass, tier) else ("lines", held.lines)
    whole = _at(cells, tier)
    return _Covered(measure, whole - _at(cells, tier, Known.MISSING), whole)


def _at(cells: Mapping[Cell, Decimal], tier: int, *kinds: Known) -> Decimal:
    """What stands at a tier, of these kinds or of all."""
    return exact_sum(
        value for (at, kind), value in cells.items() if at == tier and (not kinds or kind in kinds)
    )
