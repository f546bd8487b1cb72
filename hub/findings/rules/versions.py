"""One part over time: validity, predecessors, what moved, and what it was computed from."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

from hub.findings.flags import Flag, half_digit, percent, shown
from hub.findings.rules.documents import PROCESS, Changed, Document
from hub.findings.rules.view import View, part_subject
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.findings import Severity
from tierlight_schemas.rollup.model import Known, PartNode
from tierlight_schemas.units import UnitError, conversion

ONE_DAY = timedelta(days=1)
"""Some write the last day of a period, others the day after it."""
_LONGEST = 80
Evidence = dict[str, str]

_WHAT_DIFFERS: dict[str, Callable[[Document], str]] = {
    "boundary": lambda document: document.boundary,
    "allocation": lambda document: document.allocation,
    "electricity": lambda document: document.electricity,
    "factors": lambda document: ", ".join(document.factors),
    "characterization": lambda document: ", ".join(document.characterization),
}
_SEVERITY_OF_CHANGE = {Changed.RENEWED: Severity.NOTE}


def expired(view: View) -> Iterator[Flag]:
    """version/expired: the validity of a declaration has ended on the day of the result, and no
    other one stands for the part; or that of all that its owner declared of its own processes, and
    nothing else says what they emit.

    Whether an expired value still enters the total is the reader's policy; a process never does.
    """
    for name, resolution in view.resolutions.items():
        value = resolution.node.declared
        lacks_process = resolution.known is Known.MISSING or not resolution.own_stated
        aside = view.aside.get(name, ()) if lacks_process else ()
        found = [document for document in aside if document.kind == PROCESS]
        if value is not None and value.known is Known.EXPIRED:
            found += filter(None, [view.documents.get(value.reference)])
        for document in found:
            evidence = {"ended": _day(document.valid_to), "date": view.as_of}
            yield _flag(view, name, "version/expired", document, evidence)


def expiring(view: View, name: str) -> Iterator[Flag]:
    """version/expiring: the validity of a declaration ends within 60 days of the result's day.

    Silent once a declaration that holds longer is on record.
    """
    code = "version/expiring"
    soon = timedelta(days=int(view.limit(code, "days")))
    for document in view.said(name):
        left = document.valid_to - datetime.combine(date.fromisoformat(view.as_of), time.min, UTC)
        if timedelta(0) < left <= soon and not document.renewed:
            evidence = {"ends": _day(document.valid_to), "days": str(left.days)}
            evidence |= {"date": view.as_of}
            yield _flag(view, name, code, document, evidence, Severity.NOTE)


def preceding_unknown(view: View, name: str) -> Iterator[Flag]:
    """version/preceding-unknown: what a declaration says it replaces was never declared; or two
    declarations supersede the same one, and neither counts."""
    node, code = view.resolutions[name].node, "version/preceding-unknown"
    for problem, digests in node.problems:
        subject, tier = part_subject(node), view.tiers[name]
        yield Flag(problem, Severity.ERROR, node.owner, subject, tier, {"digests": digests})
    for document in view.said(name):
        for footprint in document.unknown_preceding:
            evidence = {"case": "unknown", "footprint": footprint}
            yield _flag(view, name, code, document, evidence)


def changed_10_percent(view: View, name: str) -> Iterator[Flag]:
    """version/changed-10-percent: the value moved by 10 % or more, and no reason is stated.

    A reason is a comment that the version before did not carry, or an acknowledgement of this code
    that was signed. A note where at least the reference period is a new one. Compared are versions
    of one site, boundary and time basis; what the printed decimals explain has not moved.
    """
    code = "version/changed-10-percent"
    for document in view.said(name):
        moved = _moved(document, view.limit(code, "share"))
        if moved is None or _states_a_reason(document, code):
            continue
        is_new = document.before is not None and _is_later(document, document.before)
        case = {"case": "new-period"} if is_new else {}
        severity = Severity.NOTE if is_new else Severity.WARNING
        yield _flag(view, name, code, document, moved | case, severity)


def method_changed(view: View, name: str) -> Iterator[Flag]:
    """version/method-changed: boundary, allocation, electricity method, factor set or
    characterization differs from the version before: the movement may not be shown as a reduction.

    What one of the two does not state is not compared.
    """
    for document in view.said(name):
        if document.before is None:
            continue
        for case, of in _WHAT_DIFFERS.items():
            before, now = of(document.before), of(document)
            if before and now and before.casefold() != now.casefold():
                told = {"case": case, "before": before[:_LONGEST], "now": now[:_LONGEST]}
                place = {"path": "$.annexes.split.carriers"} if case == "electricity" else {}
                yield _flag(view, name, "version/method-changed", document, told | place)


def unchanged_copy(view: View, name: str) -> Iterator[Flag]:
    """version/unchanged-copy: the same values again, for a later reference period.

    A total of fewer than three digits may come out the same by rounding, and a reason may be
    stated: then it is no finding.
    """
    code = "version/unchanged-copy"
    for document in view.said(name):
        before, total = document.before, document.amounts["total"]
        if before is None or not _is_later(document, before) or before.site != document.site:
            continue
        digits = len(total.as_tuple().digits)
        if digits < view.limit(code, "digits") or _states_a_reason(document, code):
            continue
        if _values(document) == _values(before):
            evidence = {
                "total": str(total),
                "amount": str(document.amount),
                "unit": document.unit,
                "number": str(len(document.amounts)),
                "end_before": _day(before.end),
                "end": _day(document.end),
            }
            yield _flag(view, name, code, document, evidence, Severity.NOTE)


def stale_inputs(view: View, name: str) -> Iterator[Flag]:
    """version/stale-inputs: what a declaration was computed from has changed since: a declaration
    whose value it counted, its bill of materials, or the factor of an energy in that.

    A note where an input was only renewed for a later period.
    """
    for document in view.said(name):
        for change in document.changes:
            evidence = {
                "case": change.what.value,
                "input": change.name,
                "date": change.on,
                "before": change.before,
                "now": change.now,
            }
            evidence = {key: text for key, text in evidence.items() if text}
            severity = _SEVERITY_OF_CHANGE.get(change.what, Severity.WARNING)
            yield _flag(view, name, "version/stale-inputs", document, evidence, severity)


def _moved(document: Document, limit: Decimal) -> Evidence | None:
    """Both values per unit and how far they lie apart, when that is a share of `limit` or more."""
    before = document.before
    if before is None or not _is_same_thing(document, before):
        return None
    factor = _factor(document.unit, before.unit)
    if factor is None:
        return None
    old, new = before.amounts["total"], document.amounts["total"]
    was, value = before.per_unit(old), EXACT.multiply(document.per_unit(new), factor)
    rounding = EXACT.multiply(document.per_unit(half_digit(new)), factor)
    move, tolerance = abs(value - was), before.per_unit(half_digit(old)) + rounding
    if move <= tolerance or move < EXACT.multiply(abs(was), limit):
        return None
    return {
        "before": shown(was),
        "now": shown(value),
        "unit": before.unit,
        "percent": percent(EXACT.divide(value - was, abs(was)) if was else None),
        "end_before": _day(before.end),
        "end": _day(document.end),
    }


def _factor(unit: str, base: str) -> Decimal | None:
    """How many units are one base unit; None where the two do not convert."""
    try:
        ratio: Fraction = conversion(base, unit)
    except UnitError:
        return None
    return EXACT.divide(Decimal(ratio.numerator), Decimal(ratio.denominator))


def _is_same_thing(one: Document, other: Document) -> bool:
    members = ("site", "boundary", "prospective")
    return all(getattr(one, name) == getattr(other, name) for name in members)


def _states_a_reason(document: Document, code: str) -> bool:
    before = document.before.comment if document.before else ""
    said_anew = bool(document.comment) and document.comment != before
    return said_anew or code in document.explained


def _is_later(document: Document, before: Document) -> bool:
    return document.end - before.end > ONE_DAY


def _values(document: Document) -> tuple[Decimal, str, dict[str, Decimal]]:
    return document.amount, document.unit, dict(document.amounts)


def _day(at: datetime) -> str:
    return at.date().isoformat()


def _flag(
    view: View,
    name: str,
    code: str,
    document: Document,
    evidence: Evidence,
    severity: Severity = Severity.WARNING,
) -> Flag:
    node: PartNode = view.resolutions[name].node
    subject = {**part_subject(node), "type": "declaration", "digest": document.digest}
    return Flag(code, severity, node.owner, subject, view.tiers[name], evidence)
