"""Rules over parts of a whole that a site states: sub-meters of a meter, attributed content."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from hub.activity.stated import SubMetered
from hub.findings.flags import percent, shown
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.checks.printed import Printed
from tierlight_schemas.findings import Finding, Severity

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Attributed:
    """What a declaration says of its mass balance."""

    part: str
    declaration: str
    scheme: str | None
    share_percent: str | None
    """As it was signed; None where it is not stated."""


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
    content by mass balance and names no scheme, or attributes more than 100 %."""
    where = {"part": told.part, "declaration": told.declaration}
    code = "claim/mass-balance-over-attributed"
    if not (told.scheme or "").strip():
        yield Finding(code, Severity.WARNING, "$", where | {"case": "declaration"})
    share = Printed.read(told.share_percent)
    if share is not None and EXACT.subtract(share.value, HUNDRED) > share.half_unit:
        evidence = where | {"case": "share", "share": shown(share.value)}
        yield Finding(code, Severity.WARNING, "$", evidence)


RULES = (components_differ, mass_balance)


def judge(
    wholes: Sequence[SubMetered], told: Sequence[Attributed], share: Decimal
) -> list[Finding]:
    """All findings of both."""
    found = [finding for whole in wholes for finding in components_differ(whole, share)]
    return found + [finding for each in told for finding in mass_balance(each)]
