"""Rules over a reconciled site: each looks at its table and gives what one can redo by hand."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from hub.findings.energy.reconciling import Balance, Verdict
from hub.findings.flags import percent, shown
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.findings import Finding, Severity


def parts_exceed_total(balance: Balance) -> Iterator[Finding]:
    """site/parts-exceed-total: what a site's products claim of a carrier (own process per unit of
    their splits × units made, rejects included, in-house stages once) is more than was metered net
    of what was sold on, or it is together with other uses; then the same in kgCO2e with one factor.
    Never with a cradle-to-gate value; without a split there is nothing to compare."""
    if balance.verdict is not Verdict.EXCEEDS or balance.net is None:
        return
    claimed, other = balance.claimed or Decimal(0), balance.other or Decimal(0)
    products_alone = balance.products_exceed
    told = claimed if products_alone else EXACT.add(claimed, other)
    yield _found(
        balance,
        "site/parts-exceed-total",
        case=_case(balance, products_alone),
        claimed=shown(claimed),
        other=shown(other),
        over=shown(EXACT.subtract(told, balance.net)),
        tolerance=shown(balance.may_exceed),
        percent=percent(balance.limits.exceeding),
    )


def _case(balance: Balance, products_alone: bool) -> str:
    if balance.kind is None:
        return "products" if products_alone else "with-uses"
    return "emissions" if products_alone else "emissions-with-uses"


def unexplained_remainder(balance: Balance) -> Iterator[Finding]:
    """site/unexplained-remainder: after products and after offices, canteen, development, toll
    work, change of stock and losses of storage, more than the tolerance of the metered energy, net
    of what was sold on, is claimed by nobody; then the same in kgCO2e with one factor."""
    if balance.verdict is not Verdict.UNEXPLAINED or not balance.net:
        return
    rest = balance.remainder or Decimal(0)
    yield _found(
        balance,
        "site/unexplained-remainder",
        case="emissions" if balance.kind else "carrier",
        claimed=shown(balance.claimed),
        other=shown(balance.other),
        rest=shown(rest),
        share=percent(EXACT.divide(rest, balance.net)),
        tolerance=shown(balance.may_remain),
        percent=percent(balance.limits.unexplained),
    )


def _found(balance: Balance, code: str, **evidence: str) -> Finding:
    metered, sold_on = balance.metered, balance.sold_on
    numbers = {
        "carrier": balance.carrier or ", ".join(balance.carriers),
        "unit": balance.unit,
        "metered": shown(metered.value if metered else None),
        "sold_on": shown(sold_on.value if sold_on else None),
        "net": shown(balance.net),
        "rounding": shown(balance.rounding),
    }
    if balance.kind is not None:
        numbers |= {"gases": balance.kind[0], "scope": balance.kind[1]}
    return Finding(code, Severity.WARNING, "$", numbers | evidence)


RULES: tuple[Callable[[Balance], Iterator[Finding]], ...] = (
    parts_exceed_total,
    unexplained_remainder,
)


def judge(balances: Iterable[Balance], site: str, year: int) -> list[Finding]:
    """All findings, carrier by carrier."""
    where = {"site": site, "year": str(year)}
    found = [finding for balance in balances for rule in RULES for finding in rule(balance)]
    return [replace(each, evidence=where | each.evidence) for each in found]
