"""What a rule over a supply chain says: a code, whom it concerns, how deep, and the evidence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tierlight_schemas.amounts import EXACT, is_absurd, significant
from tierlight_schemas.findings import Severity
from tierlight_schemas.messages import NOT_STATED


@dataclass(frozen=True)
class Flag:
    """One finding over a roll-up."""

    code: str
    severity: Severity
    owner: str
    """Company whose data it is about; nobody else sees the subject."""
    subject: Mapping[str, str]
    """`type` (part, line, link, declaration, site, result) and what names it."""
    tier: int = 0
    """Sourcing links crossed from the root."""
    evidence: Mapping[str, str] = field(default_factory=dict)
    """The numbers compared and the tolerance; keys are the message's placeholders."""


def shown(value: Decimal | None) -> str:
    """A number as evidence: eight significant digits, or a dash when unknown or absurd."""
    return NOT_STATED if value is None or is_absurd(value) else str(significant(value, 8))


def percent(value: Decimal | None) -> str:
    """A share as evidence, in percent with four significant digits."""
    hundred = None if value is None else EXACT.multiply(value, Decimal(100))
    return NOT_STATED if hundred is None or is_absurd(hundred) else str(significant(hundred, 4))


def half_digit(value: Decimal) -> Decimal:
    """Half a unit of the last printed digit: how far rounding may have moved a number."""
    exponent = value.as_tuple().exponent
    return Decimal(5).scaleb(exponent - 1) if isinstance(exponent, int) else Decimal(0)


def printed_half(value: Decimal) -> Decimal:
    """Half a unit of the last printed decimal; a number without decimals is taken as it is.

    Half a kilogram of doubt about every "2 kg" would hide a third of a small part.
    """
    whole = value == value.to_integral_value() and "." not in f"{value:f}"
    return Decimal(0) if whole else half_digit(value)
