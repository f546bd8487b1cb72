"""What the API says of a site's energy: amounts as decimal strings, absent is unknown."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Self

from pydantic import BaseModel, Field, StringConstraints

from hub.activity.allocation import Basis
from hub.activity.emissions import Sides
from hub.activity.ledger import Cell, Line
from hub.activity.products import Made
from hub.activity.site_year import CarrierYear, SiteYear, Total, kind_of
from hub.activity.tables import EnergyInstrument, EnergyReading
from hub.activity.usecases import MAX_ROWS
from hub.kit.payload import Payload
from tierlight_schemas.amounts import EXACT, Amount, is_absurd, significant

Text = Annotated[str, StringConstraints(max_length=1000)]


class RowsIn(Payload):
    """Rows by the names of the columns of the table; all are texts, an absent one is empty."""

    rows: list[dict[Text, Text]] = Field(min_length=1, max_length=MAX_ROWS)


class CodeOut(BaseModel):
    """A code for the companies that share a site."""

    code: str


class ReadingOut(Payload):
    """One reading or estimate, with the digits and the unit that came."""

    carrier: str
    flow: str
    meter: str
    sub_meter: str
    month: str
    source: str
    amount: str
    unit: str
    reason: str | None = None
    recorded_at: datetime
    recorded_by: str

    @classmethod
    def of(cls, row: EnergyReading) -> Self:
        """A row as it stands in the database."""
        return cls.model_validate(row)


class CellOut(BaseModel):
    """A month: what a meter says, and what a person estimates, each apart."""

    metered: Amount | None = None
    estimated: Amount | None = None

    @classmethod
    def of(cls, cell: Cell) -> Self:
        """Both, as far as they are known."""
        return cls(metered=_printed(cell.metered), estimated=_printed(cell.estimated))


class LineOut(BaseModel):
    """A line of the ledger; unknown months are absent."""

    carrier: str
    flow: str
    meter: str
    sub_meter: str
    unit: str
    months: dict[str, CellOut]

    @classmethod
    def of(cls, line: Line) -> Self:
        """One meter, or the site's bill."""
        months = {month: CellOut.of(cell) for month, cell in sorted(line.cells.items())}
        return cls(
            carrier=line.carrier,
            flow=line.flow,
            meter=line.meter,
            sub_meter=line.sub_meter,
            unit=line.unit,
            months=months,
        )


class CoveredOut(BaseModel):
    """What one instrument covers."""

    reference: str
    kwh: Amount | None
    kg: Amount | None = None


class SidesOut(BaseModel):
    """Both values in kg; an absent one is not known, and `doubts` says why."""

    location: Amount | None = None
    market: Amount | None = None
    gases: str | None = None
    scope: str | None = None
    factor: str | None = Field(None, description="Pinned: set, version and id.")
    covered: list[CoveredOut]
    uncovered_kwh: Amount | None = None
    rest_factor: str | None = Field(None, description="Of what no instrument covers.")
    doubts: list[str]

    @classmethod
    def of(cls, sides: Sides, kind: tuple[str, str] | None) -> Self:
        """The two sides and what they rest on."""
        return cls(
            location=_printed(sides.location),
            market=_printed(sides.market),
            gases=kind[0] if kind else None,
            scope=kind[1] if kind else None,
            factor=sides.factor.pinned if sides.factor else None,
            covered=[
                CoveredOut(reference=c.reference, kwh=_printed(c.kwh), kg=_printed(c.kg))
                for c in sides.covered
            ],
            uncovered_kwh=_printed(sides.uncovered_kwh),
            rest_factor=sides.rest_factor.pinned if sides.rest_factor else None,
            doubts=sorted(sides.doubts),
        )


class ProductOut(BaseModel):
    """What one product gets."""

    part: str
    method: str
    share: Amount | None = None
    amount: Amount | None = None
    location: Amount | None = None
    market: Amount | None = None


class SharedOut(BaseModel):
    """What products get of a carrier; `rest` stays at the site."""

    products: list[ProductOut]
    sum: Amount | None
    rest: Amount | None = Field(None, description="Absent where a share is not known, or over 1.")


class TenancyOut(BaseModel):
    """That others use the meters too."""

    code: str
    share: Amount | None
    is_over: bool = Field(description="Whether all who named the code claim more than 1.")


class CarrierOut(BaseModel):
    """One carrier in one unit, over the known months of the year."""

    carrier: str
    unit: str
    used: Amount | None
    flows: dict[str, Amount | None]
    missing_months: list[str]
    is_estimated: bool
    values: SidesOut
    shared: SharedOut | None = None
    tenancy: TenancyOut | None = None

    @classmethod
    def of(cls, each: CarrierYear, found: SiteYear) -> Self:
        """What was used, what it emits, and who gets it."""
        return cls(
            carrier=each.amounts.carrier,
            unit=each.amounts.unit,
            used=_printed(each.own.used),
            flows={flow: _printed(value) for flow, value in each.amounts.by_flow.items()},
            missing_months=list(each.amounts.missing),
            is_estimated=each.amounts.is_estimated,
            values=SidesOut.of(each.sides, kind_of(each)),
            shared=_shared(each, found),
            tenancy=_tenancy(each),
        )


class InstrumentOut(Payload):
    """A contract or certificate as it was recorded."""

    reference: str
    kind: str
    amount: str
    unit: str
    holds: str | None = None
    technology: str
    kg_per_kwh: str | None = None
    scheme: str | None = None
    serial_first: str | None = None
    serial_last: str | None = None
    vintage: int | None = None
    retired_on: str | None = None
    beneficiary: str | None = None

    @classmethod
    def of(cls, row: EnergyInstrument) -> Self:
        """With its serials in full."""
        told = {name: getattr(row, name) for name in cls.model_fields}
        if row.serial_prefix is not None:
            told["serial_first"] = row.serial_prefix + (row.serial_first or "")
            told["serial_last"] = row.serial_prefix + (row.serial_last or "")
        told["retired_on"] = row.retired_on.isoformat() if row.retired_on else None
        return cls(**told)


class MadeOut(BaseModel):
    """What was made of a part."""

    part: str
    unit: str
    months: dict[str, CellOut]

    @classmethod
    def of(cls, each: Made, number: str) -> Self:
        """In base units of the part."""
        months = {month: CellOut.of(cell) for month, cell in sorted(each.cells.items())}
        return cls(part=number, unit=each.base_unit, months=months)


class TotalOut(BaseModel):
    """Both values in kg of all carriers whose factors are of one kind."""

    gases: str
    scope: str
    location: Amount | None
    market: Amount | None

    @classmethod
    def of(cls, total: Total) -> Self:
        """The two sides beside each other."""
        sides = {"location": _printed(total.location), "market": _printed(total.market)}
        return cls(gases=total.gases, scope=total.scope, **sides)


class SiteYearOut(BaseModel):
    """A site in a year; both values stand beside each other, always."""

    site: str
    name: str
    year: int
    readings: list[LineOut]
    carriers: list[CarrierOut]
    totals: list[TotalOut]
    not_in_totals: list[str] = Field(description="Carriers of which a value is not known.")
    instruments: list[InstrumentOut]
    production: list[MadeOut]

    @classmethod
    def of(cls, found: SiteYear) -> Self:
        """Everything that is known."""
        return cls(
            site=found.site.code,
            name=found.site.name,
            year=found.year,
            readings=[LineOut.of(line) for line in found.ledger],
            carriers=[CarrierOut.of(each, found) for each in found.carriers],
            totals=[TotalOut.of(total) for total in found.totals],
            not_in_totals=list(found.untold),
            instruments=[InstrumentOut.of(row) for row in found.instruments],
            production=[MadeOut.of(each, found.numbers[each.part_id]) for each in found.made],
        )


def _shared(each: CarrierYear, found: SiteYear) -> SharedOut | None:
    if each.shared is None:
        return None
    products = [_product(basis, share, each, found) for basis, share in each.shared.shares]
    return SharedOut(
        products=products, sum=_printed(each.shared.sum), rest=_printed(each.shared.rest)
    )


def _product(basis: Basis, share: Decimal | None, each: CarrierYear, found: SiteYear) -> ProductOut:
    def part_of(value: Decimal | None) -> Amount | None:
        return None if share is None or value is None else _printed(EXACT.multiply(share, value))

    return ProductOut(
        part=found.numbers[basis.product],
        method=basis.method,
        share=_printed(share),
        amount=part_of(each.own.used),
        location=part_of(each.sides.location),
        market=part_of(each.sides.market),
    )


def _tenancy(each: CarrierYear) -> TenancyOut | None:
    held = each.tenancy
    if held is None:
        return None
    return TenancyOut(code=held.code, share=_printed(held.share), is_over=held.is_over)


def _printed(value: Decimal | None) -> Amount | None:
    """15 significant digits; what is absurd says nothing."""
    return None if value is None or is_absurd(value) else significant(value)
