"""A row of the product table, by the names of its columns: C to AZ, and two of our own."""

from decimal import Decimal

from tierlight_schemas.amounts import EXACT, Amount
from tierlight_schemas.cbam.figures import Made, Value, printed, specific
from tierlight_schemas.cbam.goods import CATEGORIES
from tierlight_schemas.cbam.model import CarbonPrice, Process, Product

PER_TONNE = "tCO2e/t"


def row_of(number: int, product: Product, made: Made) -> dict[str, Value]:
    """Everything that is known of a product; `number` counts from 1."""
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
