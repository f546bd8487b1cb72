"""From the cells of a table to a `Row` that a declaration can be made of.

Every problem of a row is found in one reading, so that a clerk corrects a table once. Numbers keep
their digits: plain ones as they stand, exponents written out exactly.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Context, Decimal, Inexact
from fractions import Fraction
from typing import Literal, cast, get_args

from tierlight_schemas import columns, units
from tierlight_schemas.amounts import Amount, parse_number
from tierlight_schemas.annexes import CarrierShare, StageShare
from tierlight_schemas.errors import RowError
from tierlight_schemas.extension import UsabilityLevel
from tierlight_schemas.footprint import DATE_TIME_PATTERN, DeclaredUnit, VerificationCoverage

GATE_TO_GATE = "gate-to-gate"
"""Boundary of a process declaration: what the own making emits, without the inputs."""

RowBoundary = Literal["cradle-to-gate", "cradle-to-grave", "gate-to-gate"]

MASSLESS: frozenset[str] = frozenset(
    {"kilowatt hour", "megajoule", "ton kilometer", "hour", "megabit second"}
)
"""Units of energy and services: PACT wants the mass "0" unless the product has one."""

PROCESS_AMOUNTS: Mapping[str, str] = {
    "fossil_ghg_emissions": "fossil",
    "biogenic_non_co2_emissions": "biogenicNonCO2",
    "electricity_kwh": "electricityKWh",
    "primary_data_share": "primaryDataShare",
    "production_volume": "productionVolume",
}
"""Columns that a process declaration has a member for, and its name."""

_ONLY_PROCESS = ("electricity_kwh", "production_volume")
_VERIFICATION = ("verification", "verified_by", "verified_on", "verification_standard")
_ONLY_FOOTPRINT = ("valid_from", "valid_to", *_VERIFICATION)
_WIDE = Context(prec=200, traps=[Inexact])
_LONGEST_NAME = 100
_RATINGS = ("technological_dqr", "geographical_dqr", "temporal_dqr")
_FLAGS = {"true": True, "yes": True, "1": True, "ja": True, "是": True}
_FLAGS |= {"false": False, "no": False, "0": False, "nein": False, "否": False}
_CARRIERS: dict[str, str] = {
    name: name for name in get_args(CarrierShare.model_fields["carrier"].annotation)
}


class RowProblems(ValueError):  # noqa: N818 - a word of the trade
    """Everything that is wrong with one row."""

    def __init__(self, problems: list[RowError]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True)
class Row:
    """One footprint as a table states it. Emissions are kgCO2e per `amount` `unit`."""

    number: str
    period_start: str
    """First instant, RFC 3339."""
    period_end: str
    """First instant after the period, RFC 3339."""
    unit: DeclaredUnit
    amount: Amount
    mass_kg: Amount
    """Mass of the declared amount without packaging; "0" for energy and services by default."""
    kgco2e: Amount
    """Total excluding biogenic uptake."""
    boundary: RowBoundary = "cradle-to-gate"
    level: UsabilityLevel = "L1"
    texts: Mapping[str, str] = field(default_factory=dict)
    """revision, name, description, comment, category, site, country, subdivision, …"""
    amounts: Mapping[str, Amount] = field(default_factory=dict)
    """By field of `CarbonFootprint`: what else was stated; what is not here is unknown."""
    flags: Mapping[str, bool] = field(default_factory=dict)
    standards: tuple[str, ...] = ()
    characterization: tuple[str, ...] = ()
    """IPCC assessment reports, e.g. AR6."""
    ratings: Mapping[str, Amount] = field(default_factory=dict)
    """All three or none."""
    stages: tuple[StageShare, ...] = ()
    carriers: tuple[CarrierShare, ...] = ()
    valid_from: str | None = None
    valid_to: str | None = None
    """First instant on which it is no longer valid; None for the standard's own period."""
    verification: Mapping[str, str] = field(default_factory=dict)
    """By member of PACT's `verification`; empty where nothing was stated."""


def read_row(cells: Mapping[str, str]) -> Row | None:
    """The row of cells by column name (see `columns`); None when its kgco2e is empty: unknown.

    Raises `RowProblems` with all that is wrong.
    """
    reading = _Reading(cells)
    if reading.text("kgco2e"):
        row = reading.row()
    else:
        row = None
        reading.required("number")
    if reading.problems:
        raise RowProblems(reading.problems)
    return row


class _Reading:
    """One pass over the cells of a row, collecting problems instead of stopping at the first."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self.cells = cells
        self.problems: list[RowError] = []

    def row(self) -> Row | None:
        number = self.required("number")
        start, end = self.instant("period_start"), self.instant("period_end")
        unit, amount = self._declared()
        boundary = cast(RowBoundary, self.choice("boundary", RowBoundary, "cradle-to-gate"))
        mass = self._mass(unit, amount, needed=boundary != GATE_TO_GATE)
        total = self.amount("kgco2e")
        rest = Row(
            number,
            start,
            end,
            unit,
            amount,
            mass,
            total or Amount("0"),
            boundary=boundary,
            level=cast(UsabilityLevel, self.choice("level", UsabilityLevel, "L1")),
            texts=self._texts(),
            amounts=self._amounts(),
            flags=self._flags(),
            standards=self._listed("standard"),
            characterization=self._listed("characterization"),
            ratings=self._ratings(),
            stages=self._stages(),
            carriers=self._carriers(),
            valid_from=self._maybe_instant("valid_from"),
            valid_to=self._maybe_instant("valid_to"),
            verification=self._verification(),
        )
        self._refuse_misplaced(rest)
        return None if self.problems else rest

    def _refuse_misplaced(self, row: Row) -> None:
        """What the kind of document has no member for is refused, never dropped."""
        process = row.boundary == GATE_TO_GATE
        shares = [column for column in self.cells if column.casefold().startswith(columns.PREFIXES)]
        for column in (*row.amounts, *shares):
            fits = column in PROCESS_AMOUNTS if process else column not in _ONLY_PROCESS
            if self.text(column) and not fits:
                self.problem("row/not-for-boundary", column, boundary=row.boundary)
        for column in _ONLY_FOOTPRINT if process else ():
            if self.text(column):
                self.problem("row/not-for-boundary", column, boundary=row.boundary)

    def problem(self, code: str, column: str, **params: str) -> None:
        self.problems.append(RowError(code, column, **params))

    def text(self, column: str) -> str:
        return self.cells.get(column, "").strip()

    def required(self, column: str) -> str:
        text = self.text(column)
        if not text:
            self.problem("row/cell-missing", column)
        return text

    def amount(self, column: str) -> Amount | None:
        text = self.text(column)
        if not text:
            return None
        try:
            return _plain(text)
        except ValueError:
            self.problem("row/number", column, found=text[:60])
            return None

    def instant(self, column: str) -> str:
        return (self._maybe_instant(column) or "") if self.required(column) else ""

    def _maybe_instant(self, column: str) -> str | None:
        text = self.text(column)
        if not text:
            return None
        try:
            return _instant(text)
        except ValueError:
            self.problem("row/date", column, found=text[:60])
            return None

    def _verification(self) -> dict[str, str]:
        read = {
            "coverage": self.choice("verification", VerificationCoverage, ""),
            "providerName": self.text("verified_by"),
            "completedAt": self._maybe_instant("verified_on"),
            "standardName": self.text("verification_standard"),
        }
        return {member: text for member, text in read.items() if text}

    def choice(self, column: str, allowed: object, default: str) -> str:
        text = self.text(column)
        for word in get_args(allowed):
            if _folded(text) == _folded(word):
                return str(word)
        if text:
            words = ", ".join(get_args(allowed))
            self.problem("row/choice", column, found=text[:60], allowed=words)
        return default

    def _declared(self) -> tuple[DeclaredUnit, Amount]:
        """Unit and amount as PACT can name them; a gram becomes 0.001 kilogram exactly."""
        stated = self.amount("declared_amount") or Amount("1")
        if stated.decimal <= 0:
            self.problem("row/not-positive", "declared_amount", found=stated)
        text = self.required("declared_unit")
        try:
            unit, factor = units.declarable(text)
        except units.NotDeclarable as error:
            self.problem("row/unit-not-declarable", "declared_unit", found=error.unit)
        except units.UnknownUnit:
            if text:
                self.problem("row/unit-unknown", "declared_unit", found=text[:60])
        else:
            return unit, _converted(stated, factor)
        return "piece", stated

    def _mass(self, unit: DeclaredUnit, amount: Amount, *, needed: bool) -> Amount:
        """kg of the declared amount. A process declaration has no member for it."""
        stated = self.amount("mass_kg")
        if stated is not None and stated.decimal < 0:
            self.problem("row/not-positive", "mass_kg", found=stated)
        if any(problem.column == "declared_unit" for problem in self.problems):
            return Amount("0")
        if unit == "kilogram":
            if stated is not None and stated.decimal != amount.decimal:
                self.problem("row/mass-differs", "mass_kg", found=stated, expected=amount)
            return amount
        unreadable = any(problem.column == "mass_kg" for problem in self.problems)
        if stated is None and needed and unit not in MASSLESS and not unreadable:
            self.problem("row/mass-needed", "mass_kg", unit=unit)
        # A kilowatt hour of a battery's capacity does weigh something, if somebody says so.
        return stated or Amount("0")

    def _texts(self) -> dict[str, str]:
        names: tuple[str, ...] = ("revision", "name", "description", "comment", "category", "site")
        names += ("country", "subdivision", "process_family", *columns.TEXT_FIELDS)
        texts = {name: self.text(name) for name in names if self.text(name)}
        for name in {"country", "subdivision"} & set(texts):
            texts[name] = texts[name].upper()
        return texts

    def _amounts(self) -> dict[str, Amount]:
        names = (*columns.AMOUNT_FIELDS, "primary_data_share")
        names += _ONLY_PROCESS
        read = {name: self.amount(name) for name in names}
        return {name: amount for name, amount in read.items() if amount is not None}

    def _flags(self) -> dict[str, bool]:
        flags = {}
        for name in columns.FLAG_FIELDS:
            text = self.text(name).casefold()
            if text in _FLAGS:
                flags[name] = _FLAGS[text]
            elif text:
                self.problem("row/choice", name, found=text[:60], allowed="true, false")
        return flags

    def _listed(self, column: str) -> tuple[str, ...]:
        """Entries separated by ; or |, each once; `ISO 14067` is the name `ISO14067`."""
        texts = (text.strip() for text in re.split(r"[;|]", self.text(column)))
        joined = (re.sub(r"^ISO\s+(?=\d)", "ISO", text) for text in texts if text)
        return tuple(dict.fromkeys(joined))

    def _ratings(self) -> dict[str, Amount]:
        read = {name: self.amount(name) for name in _RATINGS}
        ratings = {name: amount for name, amount in read.items() if amount is not None}
        if ratings and len(ratings) < len(_RATINGS):
            absent = next(name for name in _RATINGS if name not in ratings)
            if not any(problem.column == absent for problem in self.problems):
                self.problem("row/ratings-incomplete", absent)
        return ratings

    def _shares(self, prefix: str) -> Iterable[tuple[str, str, Amount]]:
        for column, name in self._named(prefix):
            amount = self.amount(column)
            if amount is not None:
                yield column, name, amount

    def _named(self, prefix: str) -> Iterable[tuple[str, str]]:
        """The columns with a prefix, and what they are about."""
        for column in self.cells:
            if column.casefold().startswith(prefix):
                name = column[len(prefix) :].strip()
                if 0 < len(name) <= _LONGEST_NAME:
                    yield column, name
                else:
                    self.problem("row/share-name", column)

    def _stages(self) -> tuple[StageShare, ...]:
        shares = self._shares(columns.STAGE_PREFIX)
        return tuple(StageShare(stage=name, emissions=amount) for _, name, amount in shares)

    def _carriers(self) -> tuple[CarrierShare, ...]:
        found: dict[str, dict[str, str]] = {}
        for prefix, basis in (
            (columns.CARRIER_PREFIX, "location_based"),
            (columns.MARKET_PREFIX, "market_based"),
        ):
            for column, name, amount in self._shares(prefix):
                if carrier := self._carrier(column, name):
                    found.setdefault(carrier, {})[basis] = amount
        for column, name in self._named(columns.QUANTITY_PREFIX):
            carrier, quantity = self._carrier(column, name), self._quantity(column)
            if carrier and quantity:
                found.setdefault(carrier, {}).update(quantity)
        return tuple(
            CarrierShare.model_validate({"carrier": name, **told}) for name, told in found.items()
        )

    def _carrier(self, column: str, name: str) -> str | None:
        if name.casefold() in _CARRIERS:
            return name.casefold()
        if self.text(column):
            self.problem("row/choice", column, found=name[:60], allowed=", ".join(_CARRIERS))
        return None

    def _quantity(self, column: str) -> dict[str, str]:
        """An amount and its unit, as `4.0 kWh`; nothing for an empty cell, or a bad one."""
        amount, _, unit = self.text(column).partition(" ")
        if not amount:
            return {}
        try:
            return {"quantity": _plain(amount), "unit": units.canonical(unit)}
        except units.UnknownUnit:
            self.problem("row/unit-unknown", column, found=unit[:60])
        except ValueError:
            self.problem("row/number", column, found=amount[:60])
        return {}


def _folded(word: str) -> str:
    return word.casefold().replace(" ", "-").replace("_", "-")


def _plain(text: str) -> Amount:
    """The number in plain notation with the digits it came with; exponents are written out."""
    try:
        return Amount(text)
    except ValueError:
        return Amount(f"{parse_number(text):f}")


def _converted(amount: Amount, factor: Fraction) -> Amount:
    """`amount` x `factor`, exactly: the factors of declarable units are powers of ten."""
    if factor == 1:
        return amount
    value = Fraction(amount.decimal) * factor
    return Amount.of(_WIDE.divide(Decimal(value.numerator), Decimal(value.denominator)))


def _instant(text: str) -> str:
    """RFC 3339; a date alone means its first instant in UTC."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return f"{date.fromisoformat(text)}T00:00:00Z"
    if not re.fullmatch(DATE_TIME_PATTERN, text):
        raise ValueError(text)
    datetime.fromisoformat(text).astimezone(UTC)
    return text
