"""A site's meters against what its products claim of its energy: plain values in, a table out.

For each carrier: what the meters count, net of what was sold on, against the sum of

* each product's own process: the physical amount per unit of its split (gate to gate; never a
  cradle-to-gate value) × the units made. A stage that goes into another product of the site counts
  its own process once, and nothing of its inputs;
* other uses: offices, canteen, development, toll work, change of stock, losses of storage.

What is left is the remainder: lines + remainder = net, to the last digit. The same is given in kg
with one factor on both sides. What is not known is None, and nothing is reconciled with it; the
reasons are named. Rounding is never a finding: the tolerance holds half a printed digit of every
number that was stated, and the operator's share of the net amount beside.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from enum import StrEnum

from tierlight_schemas.amounts import EXACT
from tierlight_schemas.checks.printed import Printed

_WIDE = Context(prec=1000, Emin=MIN_EMIN, Emax=MAX_EMAX)
"""Amounts have 80 digits at most: sums lose none."""
ZERO = Decimal(0)
NOTHING = Printed(ZERO, ZERO)
Kind = tuple[str, str]
"""Gases and scope of a factor: only numbers of one kind are added."""


class Reason(StrEnum):
    """Why nothing can be reconciled."""

    NOT_METERED = "not-metered"
    """A product claims it, or it is said to be used; no meter of the site is recorded."""
    MONTHS_MISSING = "months-missing"
    """The meters' year has unknown months."""
    UNITS_APART = "units-apart"
    """Several fuels, or meters in units of which none becomes the other."""
    SOLD_MORE = "sold-more"
    """More was sold on than bought."""
    SHARES_OVER = "shares-over"
    """The companies of a shared site take more than all: whose the energy is, is not settled."""
    NO_PRODUCTS = "no-products"
    """Nothing is recorded of what the site makes."""
    NO_DECLARATION = "no-declaration"
    """No own declaration of the product holds for the site and the year."""
    NO_SPLIT = "no-split"
    """Its declaration has no split by carrier."""
    NO_QUANTITY = "no-quantity"
    """Its split names the carrier without a physical amount."""
    UNIT = "unit"
    """A unit that does not convert to that of the meters, or of the part."""
    NO_PRODUCTION = "no-production"
    """How many were made is not recorded."""
    PRODUCTION_MONTHS = "production-months"
    """Of some months it is not recorded how many were made."""
    NO_FACTOR = "no-factor"
    """No one factor gives the emissions of both sides."""


class Verdict(StrEnum):
    """What the two sides say of each other."""

    FITS = "fits"
    EXCEEDS = "exceeds"
    """More is claimed than was metered."""
    UNEXPLAINED = "unexplained"
    """More than the tolerance is claimed by nobody."""
    NOT_RECONCILABLE = "not-reconcilable"


@dataclass(frozen=True)
class Limits:
    """The operator's tolerances, as shares of the net amount."""

    exceeding: Decimal
    unexplained: Decimal


@dataclass(frozen=True)
class Line:
    """What one product claims, or one other use takes."""

    name: str
    """The part's number, or the use."""
    amount: Printed | None
    """None: not known, and `reason` says why."""
    part_id: str | None = None
    """None for a use."""
    per_unit: Printed | None = None
    units: Printed | None = None
    base_unit: str = ""
    """Of the part; empty for a use."""
    reason: Reason | None = None
    declaration: str | None = None
    """Digest of the declaration whose split was taken."""
    goes_into: tuple[str, ...] = ()
    """Numbers of other products of the site that contain it: an in-house stage."""

    @property
    def is_product(self) -> bool:
        """Whether it is a product's claim."""
        return self.part_id is not None


def counted(line: Line) -> Line:
    """A product's line with its amount: per unit × units made, where both are known."""
    if line.per_unit is None or line.units is None or line.reason is not None:
        return line
    return replace(line, amount=_times(line.per_unit, line.units))


@dataclass(frozen=True)
class Sides:
    """What is known of one carrier at a site over a period."""

    carrier: str
    """As splits name it."""
    unit: str
    """Of all amounts; empty where nothing is metered."""
    metered: Printed | None
    """Bought and generated for own use, of the company's own share; None: not known."""
    sold_on: Printed | None
    lines: tuple[Line, ...]
    reasons: tuple[Reason, ...] = ()
    """What is wrong with the meters, or with the site as a whole."""
    kg: Decimal | None = None
    """What the net amount emits, with the factor of the place; None: not known."""
    kind: Kind | None = None


@dataclass(frozen=True)
class Balance:
    """One carrier reconciled, in its unit or in kg."""

    carrier: str
    """Empty for the sum over carriers."""
    unit: str
    metered: Printed | None
    sold_on: Printed | None
    lines: tuple[Line, ...]
    limits: Limits
    meter_reasons: tuple[Reason, ...] = ()
    kind: Kind | None = None
    """Of an amount in kg."""
    carriers: tuple[str, ...] = ()
    """Of a sum: what it holds."""

    @property
    def net(self) -> Decimal | None:
        """Metered less sold on."""
        if self.metered is None or self.sold_on is None:
            return None
        return _WIDE.subtract(self.metered.value, self.sold_on.value)

    @property
    def claimed(self) -> Decimal | None:
        """By products; None as soon as one is not known."""
        return _sum(line.amount for line in self.lines if line.is_product)

    @property
    def claimed_at_least(self) -> Decimal:
        """By those products whose claim is known."""
        return _sum(line.amount or NOTHING for line in self.lines if line.is_product) or ZERO

    @property
    def other(self) -> Decimal | None:
        """Of other uses; None as soon as one is not known."""
        return _sum(line.amount for line in self.lines if not line.is_product)

    @property
    def remainder(self) -> Decimal | None:
        """What nobody claims; negative where more is claimed than there is."""
        if self.net is None or self.claimed is None or self.other is None:
            return None
        return _WIDE.subtract(_WIDE.subtract(self.net, self.claimed), self.other)

    @property
    def rounding(self) -> Decimal:
        """What the printed digits of all numbers may have moved."""
        told = [self.metered, self.sold_on, *(line.amount for line in self.lines)]
        return sum((each.half_unit for each in told if each is not None), ZERO)

    @property
    def may_exceed(self) -> Decimal | None:
        """By how much the claims may be above the net amount."""
        return self._tolerance(self.limits.exceeding)

    @property
    def may_remain(self) -> Decimal | None:
        """How much may be claimed by nobody."""
        return self._tolerance(self.limits.unexplained)

    def _tolerance(self, share: Decimal) -> Decimal | None:
        if self.net is None:
            return None
        return EXACT.add(self.rounding, EXACT.multiply(share, abs(self.net)))

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why nothing is reconciled; none where everything is known."""
        told = (line.reason for line in self.lines if line.reason is not None)
        return tuple(dict.fromkeys([*self.meter_reasons, *told]))

    @property
    def products_exceed(self) -> bool:
        """Whether the products alone claim more than there is."""
        if self.net is None or self.claimed is None or self.may_exceed is None:
            return False
        return _WIDE.subtract(self.claimed, self.net) > self.may_exceed

    @property
    def verdict(self) -> Verdict:
        """What the two sides say of each other."""
        rest, over, left = self.remainder, self.may_exceed, self.may_remain
        if self.reasons or rest is None or over is None or left is None:
            return Verdict.NOT_RECONCILABLE
        if self.products_exceed or -rest > over:
            return Verdict.EXCEEDS
        return Verdict.UNEXPLAINED if rest > left else Verdict.FITS


def reconcile(sides: Sequence[Sides], limits: Limits) -> list[Balance]:
    """Each carrier in its own unit."""
    return [
        Balance(
            each.carrier,
            each.unit,
            each.metered,
            each.sold_on,
            each.lines,
            limits,
            each.reasons,
        )
        for each in sides
    ]


def in_emissions(sides: Sequence[Sides], limits: Limits) -> list[Balance]:
    """The same in kg, summed over the carriers whose factors are of one kind; a carrier without a
    factor stands in no sum, as in the site's own totals."""
    kinds = dict.fromkeys(each.kind for each in sides if each.kind is not None)
    return [_of_kind([each for each in sides if each.kind == kind], kind, limits) for kind in kinds]


def without_factor(sides: Sequence[Sides]) -> tuple[str, ...]:
    """Carriers that stand in no sum of emissions."""
    return tuple(each.carrier for each in sides if each.kind is None)


def _of_kind(sides: Sequence[Sides], kind: Kind, limits: Limits) -> Balance:
    valued = [_valued(each) for each in sides]
    return Balance(
        "",
        "kilogram",
        _printed_sum(each.metered for each in valued),
        _printed_sum(each.sold_on for each in valued),
        _by_name(line for each in valued for line in each.lines),
        limits,
        tuple(dict.fromkeys(reason for each in valued for reason in each.reasons)),
        kind,
        tuple(each.carrier for each in sides),
    )


def _valued(each: Sides) -> Sides:
    """A carrier in kg: one factor, that of the site's net amount, on both sides."""
    factor = _factor(each)
    if factor is None:
        unknown = (*each.reasons, Reason.NO_FACTOR)
        lines = tuple(replace(line, amount=None) for line in each.lines)
        return replace(each, metered=None, sold_on=None, lines=lines, reasons=unknown)
    return replace(
        each,
        metered=_scaled(each.metered, factor),
        sold_on=_scaled(each.sold_on, factor),
        lines=tuple(replace(line, amount=_scaled(line.amount, factor)) for line in each.lines),
    )


def _factor(each: Sides) -> Decimal | None:
    if each.kg is None or each.metered is None or each.sold_on is None:
        return None
    net = _WIDE.subtract(each.metered.value, each.sold_on.value)
    if net == 0 and not any(line.amount is None or line.amount.value for line in each.lines):
        return ZERO  # nothing was used, and nothing is claimed
    return EXACT.divide(each.kg, net) if net > 0 else None


def _by_name(lines: Iterable[Line]) -> tuple[Line, ...]:
    """One line a product or use, over all carriers."""
    found: dict[tuple[str | None, str], Line] = {}
    for line in lines:
        key = (line.part_id, line.name)
        before = found.get(key)
        if before is None:
            found[key] = replace(line, per_unit=None)
            continue
        amount = _printed_sum([before.amount, line.amount])
        found[key] = replace(before, amount=amount, reason=before.reason or line.reason)
    return tuple(found.values())


def added(numbers: Iterable[Printed]) -> Printed:
    """A sum to the last digit; roundings add up."""
    value = half_unit = ZERO
    for number in numbers:
        value = _WIDE.add(value, number.value)
        half_unit = EXACT.add(half_unit, number.half_unit)
    return Printed(value, half_unit)


def _printed_sum(numbers: Iterable[Printed | None]) -> Printed | None:
    told = list(numbers)
    known = [number for number in told if number is not None]
    return added(known) if len(known) == len(told) else None


def _sum(numbers: Iterable[Printed | None]) -> Decimal | None:
    total = _printed_sum(numbers)
    return None if total is None else total.value


def _scaled(number: Printed | None, factor: Decimal) -> Printed | None:
    return None if number is None else number.times(factor)


def _times(one: Printed, other: Printed) -> Printed:
    """A product of two printed numbers, and how far the rounding of both may have moved it."""
    half_unit = added(
        [
            Printed(ZERO, EXACT.multiply(abs(one.value), other.half_unit)),
            Printed(ZERO, EXACT.multiply(abs(other.value), one.half_unit)),
            Printed(ZERO, EXACT.multiply(one.half_unit, other.half_unit)),
        ]
    ).half_unit
    return Printed(EXACT.multiply(one.value, other.value), half_unit)
