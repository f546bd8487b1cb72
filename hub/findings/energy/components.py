"""Rules over parts of a whole that a site states: sub-meters of a meter, attributed content."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from hub.activity.stated import SubMetered
from hub.findings.flags import percent, shown
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.findings import Finding, Severity


@dataclass(frozen=True)
class Attributed:
    """What a declaration says of its mass balance."""

    part: str
    declaration: str
    scheme: str | None


def components_differ(whole: SubMetered, share: Decimal) -> Iterator[Finding]:
    """site/components-differ-from-total: what the sub-meters of a meter counted is more than the
    meter itself, in the months that it counted, beyond the printed digits and the operator's share
    of it. Less is no finding: not everything below a meter is metered again."""
    room = EXACT.add(
        whole.parts.tolerance(whole.main), EXACT.multiply(share, abs(whole.main.value))
    )
    difference = EXACT.subtract(whole.parts.value, whole.main.value)
    if difference > room:
        evidence = {
            "case": "sub-meters",
            "carrier": whole.carrier,
            "meter": whole.meter or whole.carrier,
            "unit": whole.unit,
            "sum": shown(whole.parts.value),
            "total": shown(whole.main.value),
            "difference": shown(difference),
            "tolerance": shown(room),
            "percent": percent(share),
        }
        yield Finding("site/components-differ-from-total", Severity.WARNING, "$", evidence)


def mass_balance(told: Attributed) -> Iterator[Finding]:
    """claim/mass-balance-over-attributed: a declaration that speaks for a site's year attributes
    content by mass balance and names no scheme. More than 100 % is refused at the door."""
    if not (told.scheme or "").strip():
        evidence = {"case": "declaration", "part": told.part, "declaration": told.declaration}
        yield Finding("claim/mass-balance-over-attributed", Severity.WARNING, "$", evidence)


RULES = (components_differ, mass_balance)


def judge(
    wholes: Sequence[SubMetered], told: Sequence[Attributed], share: Decimal
) -> list[Finding]:
    """All findings of both."""
    found = [finding for whole in wholes for finding in components_differ(whole, share)]
    return found + [finding for each in told for finding in mass_balance(each)]
