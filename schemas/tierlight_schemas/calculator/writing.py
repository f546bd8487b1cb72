"""From a calculation to the row of a declaration: what the customer will see."""

from decimal import Decimal

from tierlight_schemas.amounts import EXACT, Amount, significant
from tierlight_schemas.annexes import CarrierShare, StageShare
from tierlight_schemas.calculator.biogenic import fossil_of
from tierlight_schemas.calculator.masses import kilograms
from tierlight_schemas.calculator.sheet import PartSheet
from tierlight_schemas.calculator.terms import Calculation, Term
from tierlight_schemas.columns import CARRIER_PREFIX, MARKET_PREFIX, QUANTITY_PREFIX, STAGE_PREFIX
from tierlight_schemas.errors import RowError
from tierlight_schemas.findings import Severity
from tierlight_schemas.rows import Row

DIGITS = 6
"""Significant digits of what is declared: more than any bill has."""
_CARRIERS = {"electricity": "electricity", "heat": "heat", "natural-gas": "natural gas"}


def row_of(sheet: PartSheet, calculation: Calculation) -> Row:
    """The row that a declaration is built from (`tierlight_schemas.build`).

    The stages are rounded so that they add up to the total exactly. Raises `RowError`
    (`calculation/incomplete`) when something is missing or an error stands.
    """
    errors = [f.code for f in calculation.findings if f.severity is Severity.ERROR]
    missing = [f"{gap.group}: {gap.label}" for gap in calculation.gaps if gap.is_missing]
    if errors or missing:
        raise RowError("calculation/incomplete", "kgco2e", missing=", ".join([*missing, *errors]))
    total = significant(calculation.total, DIGITS)
    mass = kilograms(sheet.net_mass) or Decimal(1)
    return Row(
        sheet.part_number,
        f"{sheet.period_start}T00:00:00Z",
        f"{sheet.period_end}T00:00:00Z",
        "piece",
        Amount("1"),
        Amount.of(mass),
        total,
        texts=_texts(sheet),
        amounts=_amounts(sheet, calculation, total),
        flags={"packaging_emissions_included": "packaging" in calculation.by_group},
        ratings=_ratings(calculation),
        stages=tuple(_stages(calculation, total)),
        carriers=tuple(_carriers(calculation)),
    )


def cells_of(row: Row) -> dict[str, str]:
    """A row as the cells of a table with a header: `rows.read_row` reads the same row back."""
    cells: dict[str, str] = {
        "number": row.number,
        "period_start": row.period_start,
        "period_end": row.period_end,
        "declared_unit": row.unit,
        "mass_kg": row.mass_kg,
        "kgco2e": row.kgco2e,
        **row.texts,
        **row.amounts,
        **row.ratings,
        **{name: "true" if flag else "false" for name, flag in row.flags.items()},
    }
    cells |= {f"{STAGE_PREFIX}{share.stage}": share.emissions for share in row.stages}
    for share in row.carriers:
        if share.location_based is not None:
            cells[f"{CARRIER_PREFIX}{share.carrier}"] = share.location_based
        if share.market_based is not None:
            cells[f"{MARKET_PREFIX}{share.carrier}"] = share.market_based
        if share.quantity is not None:
            cells[f"{QUANTITY_PREFIX}{share.carrier}"] = f"{share.quantity} {share.unit}"
    return cells


def _texts(sheet: PartSheet) -> dict[str, str]:
    told = {
        "name": sheet.name,
        "site": sheet.site.id,
        "country": sheet.site.country,
        "subdivision": sheet.site.subdivision,
        "process_family": sheet.process_family,
    }
    return {name: text for name, text in told.items() if text}


def _amounts(sheet: PartSheet, calculation: Calculation, total: Amount) -> dict[str, Amount]:
    amounts = {
        "fossil_ghg_emissions": significant(
            fossil_of(total.decimal, calculation.components), DIGITS
        ),
        **{n: significant(value, DIGITS) for n, value in calculation.components.items()},
    }
    if calculation.carbon_kg is not None:
        amounts["biogenic_carbon_content"] = significant(calculation.carbon_kg, DIGITS)
    share = calculation.primary_data_share
    if share is not None:
        amounts["primary_data_share"] = significant(share, 4)
    if sheet.left_out_percent is not None:
        amounts["exempted_emissions_percent"] = sheet.left_out_percent
    packaging = calculation.by_group.get("packaging")
    if packaging is not None:
        amounts["packaging_ghg_emissions"] = significant(packaging, DIGITS)
    return amounts


def _ratings(calculation: Calculation) -> dict[str, Amount]:
    names = ("technological_dqr", "geographical_dqr", "temporal_dqr")
    rated = zip(names, calculation.ratings, strict=True)
    return {name: significant(value, 3) for name, value in rated if value is not None}


def _stages(calculation: Calculation, total: Amount) -> list[StageShare]:
    """By group, with as many decimals as the total; the largest takes what rounding leaves."""
    exponent = total.decimal.as_tuple().exponent
    step = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    rounded = {
        group: value.quantize(step, context=EXACT) for group, value in calculation.by_group.items()
    }
    largest = max(rounded, key=lambda group: abs(rounded[group]), default=None)
    if largest is not None:
        rounded[largest] += total.decimal - sum(rounded.values(), Decimal(0))
    return [StageShare(stage=name, emissions=Amount.of(value)) for name, value in rounded.items()]


def _carriers(calculation: Calculation) -> list[CarrierShare]:
    found: dict[str, list[Term]] = {}
    for term in calculation.terms:
        if term.carrier:
            found.setdefault(_CARRIERS.get(term.carrier, "other fuel"), []).append(term)
    return [_carrier(name, terms) for name, terms in found.items()]


def _carrier(name: str, terms: list[Term]) -> CarrierShare:
    market = sum((term.value for term in terms), Decimal(0))
    location = [term.location for term in terms]
    known = [value for value in location if value is not None]
    share = {"carrier": name, "market_based": significant(market, DIGITS)}
    if len(known) == len(location):
        share["location_based"] = significant(sum(known, Decimal(0)), DIGITS)
    units = {term.unit for term in terms}
    if len(units) == 1:
        share["quantity"] = significant(sum((term.amount for term in terms), Decimal(0)), DIGITS)
        share["unit"] = units.pop()
    return CarrierShare.model_validate(share)
