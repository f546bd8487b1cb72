"""Rules over a row that attributes certified content, or shows a plant's certificate."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Protocol

from hub.findings.flags import percent, shown
from hub.findings.plants.facts import Fact, Found
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.checks.printed import Printed
from tierlight_schemas.findings import Finding, Severity

LONGEST_CLAIM_DAYS = 366
"""A claim period is at most one year."""
_TYPE_I = re.compile(r"(?<![IVX0-9A-Z])(?:TYPE|TYP)?\s*(?:I|1|一)(?![IVX0-9.一二三])")
_SCOPE_3 = re.compile(r"3|三|III")


class Moment(Protocol):
    """When the rows are about."""

    @property
    def year(self) -> int | None:
        """Of the activity, where it is known."""


def mass_balance(fact: Fact, known: Moment) -> Iterator[Found]:
    """claim/mass-balance-over-attributed: more certified content is attributed to the output than
    certified input × yield gives in the claim period, beyond the rounding of all four; or the
    period is longer than a year; or no scheme is named."""
    output, content = fact.number("attributed_output"), fact.number("content")
    if output is None or content is None or content.value <= 0 or output.value <= 0:
        return
    if not fact.texts.get("scheme"):
        column = fact.column("attributed_output", "content")
        yield _mass(fact, column, case="scheme", content=percent(content.value))
    start, end = fact.day("claim_from"), fact.day("claim_to")
    if start and end and (end - start).days + 1 > LONGEST_CLAIM_DAYS:
        days = str((end - start).days + 1)
        yield _mass(fact, fact.column("claim_from", "claim_to"), case="period", days=days)
    certified, made = fact.number("certified_input"), fact.number("yield")
    if certified is None or made is None:
        return
    attributed, allowed = _product(output, content), _product(certified, made)
    if attributed.differs_from(allowed) and attributed.value > allowed.value:
        yield _mass(
            fact,
            fact.column("certified_input", "yield", "attributed_output", "content"),
            case="over",
            attributed=shown(attributed.value),
            allowed=shown(allowed.value),
            over=shown(EXACT.subtract(attributed.value, allowed.value)),
            tolerance=shown(attributed.tolerance(allowed)),
        )


def certificate_expired(fact: Fact, known: Moment) -> Iterator[Found]:
    """claim/certificate-expired: a plant's certificate ended before the year that it is shown for
    began."""
    ended = fact.day("valid_to")
    if ended is not None and known.year is not None and ended < date(known.year, 1, 1):
        told = {"ended": ended.isoformat(), "year": str(known.year)}
        yield _found(fact, "claim/certificate-expired", fact.column("valid_to"), **told)


def scope_overread(fact: Fact, known: Moment) -> Iterator[Found]:
    """claim/scope-overread: a zero-carbon plant of type I, which is about the plant's own emissions
    and energy, is read as covering scope 3."""
    kind, covers = (_plain(fact.texts.get(role, "")) for role in ("certificate_type", "covers"))
    if _TYPE_I.search(kind) and _SCOPE_3.search(covers):
        column = fact.column("certificate_type", "covers")
        told = {"type": fact.texts["certificate_type"], "covers": fact.texts["covers"]}
        yield _found(fact, "claim/scope-overread", column, **told)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).upper()


def _product(one: Printed, other: Printed) -> Printed:
    """With how far the rounding of both may have moved it."""
    half = EXACT.add(
        EXACT.multiply(one.half_unit, abs(other.value)),
        EXACT.multiply(abs(one.value), other.half_unit),
    )
    half = EXACT.add(half, EXACT.multiply(one.half_unit, other.half_unit))
    return Printed(EXACT.multiply(one.value, other.value), half)


def _mass(fact: Fact, column: str, **evidence: str) -> Found:
    return _found(fact, "claim/mass-balance-over-attributed", column, **evidence)


def _found(fact: Fact, code: str, column: str, **evidence: str) -> Found:
    told = {"name": fact.name, "row": str(fact.row)} | evidence
    return Found(fact.file, fact.row, column, Finding(code, Severity.WARNING, "$", told))
