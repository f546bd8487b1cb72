"""The communication of an installation to whoever imports its goods: fields, and product rows.

Its fields are those of the Commission's communication template, version 2.1 of 5 June 2024, sheet
`Summary_Communication`, under the template's English names, with the verification beside them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tierlight_schemas.amounts import EXACT, Amount, is_absurd, significant
from tierlight_schemas.cbam.attributing import consumed_of, direct_terms, exact, indirect_of
from tierlight_schemas.cbam.checking import gaps_of
from tierlight_schemas.cbam.embedded import Embedded, embedded, in_decimal
from tierlight_schemas.cbam.gaps import Gap, wrong
from tierlight_schemas.cbam.goods import CATEGORIES, ROUTE_NAMES
from tierlight_schemas.cbam.model import CarbonPrice, CbamReport, Process, Product

RULESET = "cbam/2025-2547"
TEMPLATE = "2.1"
"""Version of the Commission's communication template whose fields these are."""
_DIGITS, _DECIMALS = 15, 40
Value = str | Amount | None
"""A text, a number, or nothing known."""
PER_TONNE = "tCO2e/t"


class Refused(Exception):  # noqa: N818 - says what it is
    """A report of which no communication can be made; `gaps` has everything that stands open."""

    def __init__(self, gaps: list[Gap]) -> None:
        super().__init__(", ".join(gap.field for gap in gaps if gap.blocks))
        self.gaps = gaps


@dataclass(frozen=True)
class Made:
    """A process with what went into its sum, and what came out of it."""

    process: Process
    terms: Mapping[str, Amount]
    """tCO2e by the member of the process; `indirect`, too."""
    embedded: Embedded


@dataclass(frozen=True)
class Communication:
    """Everything that a file of any format tells."""

    report: CbamReport
    installation: Mapping[str, Value]
    emissions: Mapping[str, Value]
    quality: Mapping[str, Value]
    verification: Mapping[str, Value]
    processes: tuple[Made, ...]
    products: tuple[Mapping[str, Value], ...]
    """By the name of the column."""
    gaps: tuple[Gap, ...]
    """Fields that are left empty."""

    @property
    def is_verified(self) -> bool:
        """Whether an accredited verifier is named that did not refuse: the operator's word."""
        of = self.report.verification
        named = None not in (of.verifier, of.accreditation, of.opinion)
        return named and of.opinion != "not-satisfactory"


def communication(report: CbamReport) -> Communication:
    """Compute it. Raises `Refused` with every gap where one of them blocks."""
    gaps = gaps_of(report)
    if any(gap.blocks for gap in gaps):
        raise Refused(gaps)
    solved = embedded(report)
    if absurd := list(_absurd(report, solved)):
        raise Refused([*absurd, *gaps])
    made = [_made(each, solved[each.id]) for each in report.processes if each.id]
    by_id = {each.process.id: each for each in made}
    rows = [_row(n, each, by_id[each.process]) for n, each in enumerate(report.products, 1)]
    return Communication(
        report,
        _installation(report),
        _emissions(report),
        _quality(report),
        _verification(report),
        tuple(made),
        tuple(rows),
        tuple(gaps),
    )


def _absurd(report: CbamReport, solved: Mapping[str, Embedded]) -> Iterator[Gap]:
    """Processes with more in a tonne than any good has: a slip in an amount."""
    for place, process in enumerate(report.processes):
        of = solved[process.id or ""]
        found = max(map(in_decimal, (of.total, of.electricity or Fraction(0))))
        if is_absurd(found):
            yield wrong("absurd", f"processes[{place}].tonnes", found=f"{found:.3E}")


def printed(value: Fraction | None) -> Amount | None:
    """15 significant digits; None stays None."""
    return None if value is None else significant(in_decimal(value))


@dataclass(frozen=True)
class Specific:
    """SEE as printed: direct and indirect add up to the total, to the last digit."""

    direct: Amount
    indirect: Amount
    total: Amount


def specific(of: Embedded) -> Specific:
    """All three rounded at one place, that of the 15th significant digit of the total."""
    total = in_decimal(of.total)
    place = Decimal(1).scaleb(max(total.adjusted() - _DIGITS + 1, -_DECIMALS))
    direct, indirect = (
        EXACT.quantize(in_decimal(value), place) for value in (of.direct, of.indirect)
    )
    added = EXACT.add(direct, indirect)
    return Specific(Amount.of(direct), Amount.of(indirect), Amount.of(added))


def _made(process: Process, solved: Embedded) -> Made:
    terms = {term.name: significant(in_decimal(term.value)) for term in direct_terms(process)}
    terms["indirect"] = significant(in_decimal(indirect_of(process)))
    terms["megawatthours"] = significant(in_decimal(consumed_of(process)))
    return Made(process, terms, solved)


def _installation(report: CbamReport) -> dict[str, Value]:
    of, period = report.installation, report.period
    return {
        "Name of the installation (English name):": of.name,
        "Street, Number:": of.street,
        "Economic activity:": of.economic_activity,
        "City:": of.city,
        "Country:": of.country,
        "UNLOCODE:": of.unlocode,
        "Coordinates of the main emission source (latitude):": of.latitude,
        "Coordinates of the main emission source (longitude):": of.longitude,
        "Reporting period start:": period.start.isoformat() if period.start else None,
        "Reporting period end:": period.end.isoformat() if period.end else None,
    }


def _emissions(report: CbamReport) -> dict[str, Value]:
    of = report.emissions
    direct = sum(map(exact, (of.calculation, of.pfc, of.measurement, of.other)), Fraction(0))
    indirect = sum(map(indirect_of, report.processes), Fraction(0))
    return {
        "Calculation - based (excl. PFC emissions)": of.calculation,
        "Total PFC emissions": of.pfc,
        "Measurement - based": of.measurement,
        "Other": of.other,
        "Total direct emissions during reporting period:": _in_full(direct),
        "Total indirect emissions during reporting period:": _in_full(indirect),
        "Total emissions during reporting period:": _in_full(direct + indirect),
    }


def _in_full(value: Fraction) -> Amount:
    """Sums and products of what was stated end, and are printed to their last digit."""
    return Amount.of(in_decimal(value))


def _quality(report: CbamReport) -> dict[str, Value]:
    return {
        "General information on data quality:": report.quality.data,
        "Justification for use of default values (if relevant):": report.quality.defaults,
        "Information on quality assurance:": report.quality.assurance,
    }


def _verification(report: CbamReport) -> dict[str, Value]:
    of = report.verification
    evidence = "; ".join(
        " ".join(filter(None, (each.name, each.link, each.sha256))) for each in of.evidence
    )
    return {
        "Operator:": report.installation.operator,
        "Verifier:": of.verifier,
        "Accreditation number:": of.accreditation,
        "Accreditation body:": of.accreditation_body,
        "Country of accreditation:": of.country,
        "Opinion:": of.opinion,
        "Verification completed:": of.completed.isoformat() if of.completed else None,
        "Site visit:": of.site_visit,
        "Evidence:": evidence or None,
    }


def _row(number: int, product: Product, made: Made) -> dict[str, Value]:
    good = made.process.good
    return {
        "No.": Amount.of(number),
        "Production process from which the products arise": made.process.name,
        "Type of aggregated good or precursor": CATEGORIES[good].name if good else None,
        "CN Codes": product.cn,
        "CN Name": product.cn_name,
        "Product name (used for communication with reporting declarant)": product.name,
        **_figures(made),
        **_contents(product),
        **_price(product.carbon_price),
        "Own part number": product.number,
        "Mass of one piece (kg)": product.mass_kg,
    }


def _figures(made: Made) -> dict[str, Value]:
    of, see = made.embedded, specific(made.embedded)
    return {
        "SEE (direct)": see.direct,
        "SEE (indirect)": see.indirect,
        "SEE (total)": see.total,
        "Unit": PER_TONNE,
        "Share of emissions by default value": printed(of.default_share),
        "Source for electricity EF": _source(made.process),
        "Embedded electricity (MWh/t)": printed(of.electricity),
    }


def _source(process: Process) -> str | None:
    sources = {each.source for each in process.electricity or [] if each.source}
    return "Mix" if len(sources) > 1 else next(iter(sources), None)


def _contents(product: Product) -> dict[str, Value]:
    """Those of cement, fertilisers and hydrogen are not of steel or aluminium, and stay empty."""
    of = product
    return {
        "The main reducing agent of the precursor, if known": of.reducing_agent,
        "Steel mill identification number": of.steel_mill,
        "% Mn": _percent(of.mn),
        "% Cr": _percent(of.cr),
        "% Ni": _percent(of.ni),
        "% other alloys": _percent(of.other_alloys),
        "% carbon": _percent(of.carbon),
        "t scrap per t steel": of.scrap_per_steel,
        "% other materials": _percent(of.other_materials),
        "% pre-consumer scrap": _percent(of.pre_consumer),
        "t scrap per t aluminium": of.scrap_per_aluminium,
        "% non-aluminium elements": _percent(of.non_aluminium),
        **dict.fromkeys(_OTHER_SECTORS),
    }


_OTHER_SECTORS = (
    "Clinker factor",
    "Calcined or not",
    "Concentration, if hydrous solution",
    "% nitric acid",
    "% urea",
    "% N contained",
    "% N as Ammonium (NH4+)",
    "% N as Nitrate (NO3–)",
    "% N as Urea",
    "% N in other (organic) forms",
)


def _price(price: CarbonPrice | None) -> dict[str, Value]:
    of = price or CarbonPrice()
    per_tonne = f"{of.currency}/t" if of.currency else None
    unit = dict.fromkeys(("covered", "rebate"), PER_TONNE)
    return {
        "Form of carbon price": of.form,
        "Share of total embedded emissions covered by the carbon price": of.share,
        "Embedded emissions covered by the carbon price": of.covered,
        "Embedded emissions covered by the carbon price (unit)": of.covered and unit["covered"],
        "Currency": of.currency,
        "Carbon price (CP) due (local currency)": of.due,
        "Carbon price (CP) due (unit)": of.due and per_tonne,
        "Form of rebate": of.rebate_form,
        "Share of embedded emissions covered by the rebate": of.rebate_share,
        "Embedded emissions covered by rebate": of.rebate_covered,
        "Embedded emissions covered by rebate (unit)": of.rebate_covered and unit["rebate"],
        "Amount of rebate (local currency)": of.rebate,
        "Amount of rebate (unit)": of.rebate and per_tonne,
        "RESULT: Effective CP due": _effective(of),
        "RESULT: Effective CP due (unit)": of.due and per_tonne,
    }


def _effective(price: CarbonPrice) -> Amount | None:
    """What is due less what comes back; None where either is not stated."""
    rebate = Amount("0") if price.rebate_form == "none" else price.rebate
    if price.due is None or rebate is None:
        return None
    return Amount.of(EXACT.subtract(price.due.decimal, rebate.decimal))


def _percent(share: Amount | None) -> Amount | None:
    return None if share is None else Amount.of(EXACT.multiply(share.decimal, Decimal(100)))


def routes_of(process: Process) -> Iterator[str]:
    """As the template names them."""
    return (ROUTE_NAMES[route] for route in process.routes or [])
