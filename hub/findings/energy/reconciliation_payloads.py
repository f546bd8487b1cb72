"""What the API and the table say of a reconciled site: amounts as decimal strings."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Self

from pydantic import BaseModel, Field

from hub.findings.energy.payloads import SiteFinding
from hub.findings.energy.reconciliation import Reconciliation
from hub.findings.energy.reconciling import Balance, Line
from tierlight_schemas.amounts import Amount, is_absurd, significant
from tierlight_schemas.checks.printed import Printed
from tierlight_schemas.findings import Finding


class LineOut(BaseModel):
    """What a product claims, or another use takes."""

    kind: str = Field(description="`product` or `use`.")
    name: str = Field(description="The part's number, or the use.")
    part_id: str | None = None
    per_unit: Amount | None = Field(None, description="Own process, per base unit of the part.")
    units: Amount | None = Field(None, description="Made in the year, rejects included.")
    base_unit: str | None = None
    amount: Amount | None = None
    reason: str | None = Field(None, description="Why the amount is not known.")
    declaration: str | None = Field(None, description="Digest of the declaration that was taken.")
    goes_into: list[str] = Field(description="Products of the site that contain it.")

    @classmethod
    def of(cls, line: Line) -> Self:
        """One line."""
        return cls(
            kind="product" if line.is_product else "use",
            name=line.name,
            part_id=line.part_id,
            per_unit=_told(line.per_unit),
            units=_told(line.units),
            base_unit=line.base_unit or None,
            amount=_told(line.amount),
            reason=line.reason,
            declaration=line.declaration,
            goes_into=list(line.goes_into),
        )


class BalanceOut(BaseModel):
    """One carrier, or the sum of those whose factors are of one kind in kg."""

    carrier: str | None = Field(None, description="As splits name it; absent of a sum.")
    carriers: list[str] = Field(description="What a sum holds.")
    unit: str
    gases: str | None = None
    scope: str | None = None
    metered: Amount | None = Field(None, description="Bought, and generated for own use.")
    sold_on: Amount | None = None
    net: Amount | None = None
    lines: list[LineOut]
    claimed: Amount | None = Field(None, description="By products; absent if one is not known.")
    claimed_at_least: Amount | None = Field(None, description="By products that are known.")
    other: Amount | None = Field(None, description="Of other uses.")
    remainder: Amount | None = Field(None, description="Net less claimed less other uses.")
    rounding: Amount | None = Field(None, description="Half a printed digit of every number.")
    may_exceed: Amount | None = Field(None, description="By how much claims may be above net.")
    may_remain: Amount | None = Field(None, description="How much may be claimed by nobody.")
    verdict: str
    reasons: list[str] = Field(description="Why nothing is reconciled.")

    @classmethod
    def of(cls, balance: Balance) -> Self:
        """One balance with all its lines."""
        return cls(
            carrier=balance.carrier or None,
            carriers=list(balance.carriers),
            unit=balance.unit,
            gases=balance.kind[0] if balance.kind else None,
            scope=balance.kind[1] if balance.kind else None,
            metered=_told(balance.metered),
            sold_on=_told(balance.sold_on),
            net=printed(balance.net),
            lines=[LineOut.of(line) for line in balance.lines],
            claimed=printed(balance.claimed),
            claimed_at_least=printed(balance.claimed_at_least),
            other=printed(balance.other),
            remainder=printed(balance.remainder),
            rounding=printed(balance.rounding),
            may_exceed=printed(balance.may_exceed),
            may_remain=printed(balance.may_remain),
            verdict=balance.verdict,
            reasons=list(balance.reasons),
        )


class ReconciliationOut(BaseModel):
    """A site's meters against what its products claim of its energy."""

    site: str
    name: str
    year: int
    carriers: list[BalanceOut]
    emissions: list[BalanceOut] = Field(description="In kg, one factor on both sides.")
    without_factor: list[str] = Field(description="Carriers that stand in no sum of emissions.")
    findings: list[SiteFinding]

    @classmethod
    def of(cls, table: Reconciliation, findings: list[Finding], language: str) -> Self:
        """The whole table and what does not fit in it."""
        return cls(
            site=table.site.code,
            name=table.site.name,
            year=table.year,
            carriers=[BalanceOut.of(each) for each in table.carriers],
            emissions=[BalanceOut.of(each) for each in table.emissions],
            without_factor=list(table.without_factor),
            findings=[SiteFinding.of(each, language) for each in findings],
        )


COLUMNS = (
    "carrier",
    "unit",
    "gases",
    "scope",
    "line",
    "name",
    "per_unit",
    "units",
    "base_unit",
    "amount",
    "reason",
    "goes_into",
    "declaration",
)


def rows(table: Reconciliation) -> Iterator[dict[str, Any]]:
    """The table as rows: for each balance its meters, lines, sums, tolerances, and the verdict."""
    for balance in (*table.carriers, *table.emissions):
        told = BalanceOut.of(balance)
        where = {
            "carrier": told.carrier or ", ".join(told.carriers),
            "unit": told.unit,
            "gases": told.gases,
            "scope": told.scope,
        }
        for name in ("metered", "sold_on", "net"):
            yield where | {"line": name, "amount": getattr(told, name)}
        for line in told.lines:
            cells = line.model_dump(exclude={"kind", "part_id"})
            yield where | cells | {"line": line.kind, "goes_into": ", ".join(line.goes_into)}
        for name in ("claimed", "other", "remainder", "rounding", "may_exceed", "may_remain"):
            yield where | {"line": name, "amount": getattr(told, name)}
        yield where | {"line": "verdict", "name": told.verdict, "reason": ", ".join(told.reasons)}


def printed(value: Decimal | None) -> Amount | None:
    """15 significant digits; what is absurd says nothing."""
    return None if value is None or is_absurd(value) else significant(value)


def _told(number: Printed | None) -> Amount | None:
    return None if number is None else printed(number.value)
