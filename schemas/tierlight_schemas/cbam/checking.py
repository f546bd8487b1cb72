"""Everything that a report lacks or that cannot be, by field, in the order of the report."""

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction

from tierlight_schemas.amounts import significant
from tierlight_schemas.cbam.attributing import direct_of, exact
from tierlight_schemas.cbam.embedded import flows, in_decimal
from tierlight_schemas.cbam.gaps import Gap, missing, wrong
from tierlight_schemas.cbam.goods import CATEGORIES, STEEL, Good, goods_of, is_precursor
from tierlight_schemas.cbam.model import (
    Bought,
    CarbonPrice,
    CbamReport,
    Electricity,
    Heat,
    Process,
    Product,
    WasteGas,
)
from tierlight_schemas.cbam.solving import closed, overdrawn
from tierlight_schemas.extension import OwnModel

DEFINITIVE = date(2026, 1, 1)
"""From here on certificates rest on verified reports."""
_LAST_LATIN = "\u024f"
_INSTALLATION = ("name", "operator", "street", "city", "country", "latitude", "longitude")
_OPEN_INSTALLATION = ("economic_activity", "unlocode")
_PROCESS = ("id", "name", "good", "routes", "tonnes", "direct_emissions")
_BOUGHT = ("id", "name", "good", "country", "direct", "direct_by", "indirect", "indirect_by")
_VERIFICATION = ("verifier", "accreditation", "accreditation_body", "country", "opinion")
_CONTENTS = {
    True: ("steel_mill", "mn", "cr", "ni", "other_alloys", "carbon", "scrap_per_steel"),
    False: ("scrap_per_aluminium", "non_aluminium"),
}


def gaps_of(report: CbamReport) -> list[Gap]:
    """All gaps; there is no communication while one of them blocks."""
    found = [*_head(report), *_parts(report), *_in_english(report)]
    if not any(gap.blocks for gap in found):
        found += _balance(report)
    return found


def _in_english(report: CbamReport) -> Iterator[Gap]:
    """Art. 10 wants the summary in English: no letters of another script."""
    quality = ("data", "defaults", "assurance")
    rows: list[tuple[str, OwnModel, Sequence[str]]] = [
        ("installation", report.installation, ("name", "street", "economic_activity", "city")),
        ("quality", report.quality, quality),
    ]
    rows += [(f"processes[{n}]", row, ("name",)) for n, row in enumerate(report.processes)]
    rows += [(f"products[{n}]", row, ("cn_name", "name")) for n, row in enumerate(report.products)]
    for at, row, names in rows:
        for name in names:
            text = getattr(row, name) or ""
            if any(sign.isalpha() and sign > _LAST_LATIN for sign in text):
                alias = type(row).model_fields[name].alias
                yield Gap("cbam/english", f"{at}.{alias}", blocks=False)


def _head(report: CbamReport) -> Iterator[Gap]:
    yield from _absent(report.installation, "installation", _INSTALLATION)
    yield from _absent(report.installation, "installation", _OPEN_INSTALLATION, blocks=False)
    yield from _period(report)
    yield from _absent(report.emissions, "emissions", ("calculation", "pfc"))
    yield from _absent(report.emissions, "emissions", ("measurement", "other"))
    yield from _absent(report.quality, "quality", ("data", "assurance"))
    if _uses_defaults(report) and report.quality.defaults is None:
        yield missing("quality.defaults", "defaults")
    if report.period.end is not None and report.period.end >= DEFINITIVE:
        yield from _absent(report.verification, "verification", _VERIFICATION, blocks=False)
        yield from _absent(
            report.verification, "verification", ("completed", "site_visit"), blocks=False
        )
        if not report.verification.evidence:
            yield missing("verification.evidence", "evidence", blocks=False)


def _period(report: CbamReport) -> Iterator[Gap]:
    start, end = report.period.start, report.period.end
    yield from _absent(report.period, "period", ("start", "end"))
    if start is not None and end is not None and end < start:
        yield wrong("period", "period.end", start=start.isoformat(), end=end.isoformat())


def _uses_defaults(report: CbamReport) -> bool:
    return any("default" in (each.direct_by, each.indirect_by) for each in report.bought)


def _parts(report: CbamReport) -> Iterator[Gap]:
    for name, rows in (("processes", report.processes), ("products", report.products)):
        if not rows:
            yield missing(name, name)
    yield from _same_ids(report)
    for place, process in enumerate(report.processes):
        yield from _of_process(process, f"processes[{place}]", report)
    for place, bought in enumerate(report.bought):
        yield from _of_bought(bought, f"bought[{place}]")
    for place, product in enumerate(report.products):
        yield from _of_product(product, f"products[{place}]", report)


def _same_ids(report: CbamReport) -> Iterator[Gap]:
    seen: set[str] = set()
    rows: Sequence[tuple[str, Sequence[Process | Bought]]] = (
        ("processes", report.processes),
        ("bought", report.bought),
    )
    for name, each in rows:
        for place, row in enumerate(each):
            if row.id in seen:
                yield wrong("twice", f"{name}[{place}].id", id=row.id)
            seen |= {row.id} if row.id else set()


def _of_process(process: Process, at: str, report: CbamReport) -> Iterator[Gap]:
    yield from _absent(process, at, _PROCESS)
    if process.good and process.routes:
        for route in process.routes:
            if route not in CATEGORIES[process.good].routes:
                known = ", ".join(sorted(CATEGORIES[process.good].routes))
                yield wrong("route", f"{at}.routes", route=route, good=process.good, known=known)
    yield from _heat(process.heat_imported, f"{at}.heatImported")
    yield from _heat(process.heat_exported, f"{at}.heatExported")
    yield from _gas(process.waste_gas_imported, f"{at}.wasteGasImported")
    yield from _gas(process.waste_gas_exported, f"{at}.wasteGasExported")
    yield from _consumed(process, at)
    exported, where = process.electricity_exported, f"{at}.electricityExported"
    yield from _power(exported, where) if exported else [missing(where, "flow")]
    yield from _precursors(process, at, report)


def _heat(heat: Heat | None, at: str) -> Iterator[Gap]:
    if heat is None or heat.terajoules is None:
        yield missing(at if heat is None else f"{at}.terajoules", "flow")
    elif heat.factor is None and heat.terajoules.decimal:
        yield missing(f"{at}.factor", "factor")


def _gas(gas: WasteGas | None, at: str) -> Iterator[Gap]:
    if gas is None or gas.terajoules is None:
        yield missing(at if gas is None else f"{at}.terajoules", "flow")


def _consumed(process: Process, at: str) -> Iterator[Gap]:
    if process.electricity is None:
        yield missing(f"{at}.electricity", "list")
    for place, each in enumerate(process.electricity or []):
        where = f"{at}.electricity[{place}]"
        yield from _power(each, where)
        if each.source is None:
            yield missing(f"{where}.source", "source")


def _power(power: Electricity, at: str) -> Iterator[Gap]:
    if power.megawatthours is None:
        yield missing(f"{at}.megawatthours", "flow")
    elif power.factor is None and power.megawatthours.decimal:
        yield missing(f"{at}.factor", "factor")


def _precursors(process: Process, at: str, report: CbamReport) -> Iterator[Gap]:
    if process.precursors is None:
        yield missing(f"{at}.precursors", "list")
    known = {each.id: each.good for each in report.processes if each.id}
    known |= {each.id: each.good for each in report.bought if each.id}
    for place, each in enumerate(process.precursors or []):
        where = f"{at}.precursors[{place}]"
        yield from _absent(each, where, ("of", "tonnes"))
        if each.of is not None and each.of not in known:
            yield wrong("unknown", f"{where}.of", id=each.of)
        elif each.of is not None:
            yield from _fits(known[each.of], process.good, f"{where}.of")


def _fits(good: Good | None, of: Good | None, at: str) -> Iterator[Gap]:
    if good is not None and of is not None and not is_precursor(good, of):
        yield wrong("no-precursor", at, good=CATEGORIES[good].name, of=CATEGORIES[of].name)


def _of_bought(bought: Bought, at: str) -> Iterator[Gap]:
    yield from _absent(bought, at, _BOUGHT)
    yield from _absent(bought, at, ("source",))
    yield from _absent(bought, at, ("electricity",), blocks=False)
    if "actual" in (bought.direct_by, bought.indirect_by):
        yield from _absent(bought, at, ("installation", "period"), blocks=False)


def _of_product(product: Product, at: str, report: CbamReport) -> Iterator[Gap]:
    yield from _absent(product, at, ("process", "cn", "name"))
    yield from _absent(product, at, ("cn_name",), blocks=False)
    made = {each.id: each.good for each in report.processes if each.id}
    if product.process is not None and product.process not in made:
        yield wrong("unknown", f"{at}.process", id=product.process)
        return
    good = made.get(product.process or "")
    if product.cn is not None:
        yield from _code(product.cn, good, f"{at}.cn")
    if good is not None:
        yield from _absent(product, at, _CONTENTS[good in STEEL], blocks=False)
    yield from _price(product.carbon_price, f"{at}.carbonPrice")


def _code(code: str, good: Good | None, at: str) -> Iterator[Gap]:
    goods = goods_of(code) - {Good.HYDROGEN}
    if not goods:
        yield wrong("not-covered", at, cn=code)
    elif good is not None and good not in goods:
        names = ", ".join(sorted(CATEGORIES[each].name for each in goods))
        yield wrong("other-good", at, cn=code, good=CATEGORIES[good].name, goods=names)


def _price(price: CarbonPrice | None, at: str) -> Iterator[Gap]:
    if price is None:
        yield missing(at, "price", blocks=False)
        return
    yield from _absent(price, at, ("form",))
    if price.form not in (None, "none"):
        yield from _absent(price, at, ("share", "covered", "currency", "due"))
        yield from _absent(price, at, ("rebate_form",), blocks=False)
    if price.rebate_form not in (None, "none"):
        yield from _absent(price, at, ("rebate",))
    due, rebate = price.due, price.rebate
    if due is not None and rebate is not None and rebate.decimal > due.decimal:
        yield wrong("rebate", f"{at}.rebate", rebate=str(rebate), due=str(due))


def _absent(row: OwnModel, at: str, names: Sequence[str], *, blocks: bool = True) -> Iterator[Gap]:
    fields = type(row).model_fields
    for name in names:
        if getattr(row, name) is None:
            yield missing(f"{at}.{fields[name].alias}", name.replace("_", "-"), blocks=blocks)


def _balance(report: CbamReport) -> Iterator[Gap]:
    """What only a whole report tells: sums, and goods that go round."""
    made, taken = flows(report)
    for place, process in enumerate(report.processes):
        if direct_of(process) < 0:
            yield wrong("negative", f"processes[{place}]", process=process.name or "")
    for each, tonnes in overdrawn(made, taken).items():
        told = {"taken": _shown(tonnes), "made": _shown(made[each])}
        yield wrong("overdrawn", "processes", process=each, **told)
    if not overdrawn(made, taken) and (round_and_round := closed(made, taken)):
        yield wrong("closed", "processes", processes=", ".join(round_and_round))
    yield from _attributed(report)


def _attributed(report: CbamReport) -> Iterator[Gap]:
    """Processes cannot have emitted more than the installation did."""
    of = report.emissions
    total = sum(map(exact, (of.calculation, of.pfc, of.measurement, of.other)), Fraction(0))
    own = (exact(process.direct_emissions) for process in report.processes)
    attributed = sum(own, Fraction(0))
    if attributed > total:
        told = {"attributed": _shown(attributed), "total": _shown(total)}
        yield wrong("attributed", "emissions", **told)


def _shown(value: Fraction) -> str:
    return str(significant(in_decimal(value)))
