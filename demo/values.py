"""What the invented companies declare, and the default factors they use: arithmetic only.

Every value is a published one, or the sum of a company's own energy and direct-emission lines
times published factors. A part of which any input has no open factor is not declared: its cell
stays empty, and the hub shows the gap.
"""

from collections.abc import Iterable
from decimal import Decimal

from demo.cutting import Chain, Part
from demo.published import SOURCE, rows

OWN = ("energy", "direct_emission")
KWH = "kilowatt hour"
ASSEMBLY = "assembly operation"
PLACES = Decimal("0.000001")
"""kgCO2e are declared to the milligram."""


class Factors:
    """The published factors, by category, unit and country."""

    def __init__(self) -> None:
        self.rows = rows(SOURCE / "factors.csv")

    def of(self, category: str, unit: str, country: str) -> dict[str, str] | None:
        """The factor of the country, else the one for all countries, else None."""
        fitting = [r for r in self.rows if (r["category"], r["unit"]) == (category, unit)]
        for place in (country, ""):
            for row in fitting:
                if row["country"] == place:
                    return row
        return None


def defaults(chain: Chain, company: dict[str, str], factors: Factors) -> Iterable[dict[str, str]]:
    """Rows of factors.csv: one for each category that the company neither makes nor buys linked."""
    code = company["code"]
    composed = {line.parent for line in chain.lines[code]}
    composed |= {link.part for link in chain.links[code]}
    seen: set[tuple[str, str]] = set()
    for part in chain.parts[code].values():
        key = (part.node.category, part.node.unit)
        row = factors.of(*key, company["country"])
        if row is None or key in seen or part.number in composed or sold(chain, part):
            continue
        seen.add(key)
        yield {
            "category": key[0],
            "unit": key[1],
            "value": row["kgco2e"],
            "source": f"{row['source']} [{row['factor_id']}]",
            "year": row["year"],
        }


def sold(chain: Chain, part: Part) -> bool:
    """Whether somebody buys the part."""
    return any(
        (link.supplier, link.supplier_part) == (part.owner, part.number)
        for links in chain.links.values()
        for link in links
    )


def footprints(chain: Chain, company: dict[str, str], factors: Factors) -> Iterable[dict[str, str]]:
    """Rows of footprints.csv: published values, own processes, and an empty cell for the rest."""
    code = company["code"]
    stated = {row["node"]: row for row in rows(SOURCE / "declared.csv") if row["company"] == code}
    own = {row["node"]: row for row in rows(SOURCE / "own_process.csv") if row["company"] == code}
    for part in chain.parts[code].values():
        if part.node.name in stated:
            yield _stated(company, part, stated[part.node.name])
        elif part.node.name in own:
            yield _own(company, part, own[part.node.name], factors)
        elif sold(chain, part):
            yield _unknown(company, part)


def _row(company: dict[str, str], part: Part, **cells: str) -> dict[str, str]:
    return {
        "number": part.number,
        "name": part.node.name,
        "site": company["site"],
        "country": company["country"],
        "period_start": cells.get("period_start", "2024-01-01"),
        "period_end": cells.get("period_end", "2025-01-01"),
        "declared_unit": "piece" if part.node.unit == "unit" else part.node.unit,
        "declared_amount": "1",
        "mass_kg": cells.get("mass_kg", ""),
        "kgco2e": cells.get("kgco2e", ""),
        "boundary": cells.get("boundary", "cradle-to-gate"),
        "level": "L1",
        "primary_data_share": "0" if cells.get("kgco2e") else "",
        "electricity_kwh": cells.get("electricity_kwh", ""),
        "comment": cells.get("comment", ""),
    }


def _stated(company: dict[str, str], part: Part, stated: dict[str, str]) -> dict[str, str]:
    if stated["unit"] != part.node.unit:
        raise ValueError(f"{part.node.name}: declared per {stated['unit']}, not {part.node.unit}")
    comment = f"Demonstration: {stated['source']}."
    period = {name: stated[name] for name in ("period_start", "period_end")}
    mass = net_mass(part)
    return _row(company, part, kgco2e=stated["kgco2e"], mass_kg=mass, comment=comment, **period)


def _own(
    company: dict[str, str],
    part: Part,
    stated: dict[str, str],
    factors: Factors,
) -> dict[str, str]:
    period = {name: stated[name] for name in ("period_start", "period_end")}
    terms = list(_plant_terms(stated, factors) or _line_terms(company, part, factors))
    total = sum((amount * factor for amount, factor, _ in terms), Decimal(0))
    power = sum((amount for amount, _, what in terms if what.startswith(KWH)), Decimal(0))
    arithmetic = " + ".join(f"{amount:f} {what} x {factor}" for amount, factor, what in terms)
    comment = f"Demonstration: {arithmetic} kgCO2e."
    if stated["source"]:
        comment += f" {stated['energy_from']}: {stated['source']}; {stated['note']}."
    return _row(
        company,
        part,
        mass_kg=_worked_on(part),
        kgco2e=f"{total.quantize(PLACES).normalize():f}",
        boundary="gate-to-gate",
        electricity_kwh=f"{power:f}",
        comment=comment,
        **period,
    )


def _worked_on(part: Part) -> str:
    """kg that the published assembly operation of a piece works on; a kilogram needs none."""
    if part.node.unit != "unit":
        return ""
    (operation,) = (child for child in part.node.children if child.name.startswith(ASSEMBLY))
    return plain(operation.quantity)


def _plant_terms(stated: dict[str, str], factors: Factors) -> list[tuple[Decimal, Decimal, str]]:
    """A plant's electricity per piece, where it is stated."""
    if not stated["energy_kwh"]:
        return []
    grid = factors.of("electricity, medium voltage", KWH, stated["country"])
    if grid is None:
        raise LookupError(f"no grid factor of {stated['country']}")
    return [(Decimal(stated["energy_kwh"]), Decimal(grid["kgco2e"]), f"{KWH} {stated['country']}")]


def _line_terms(
    company: dict[str, str], part: Part, factors: Factors
) -> Iterable[tuple[Decimal, Decimal, str]]:
    """The own energy and direct-emission lines of a part; every one must have a factor."""
    for line in part.node.children:
        if line.kind not in OWN:
            if line.kind == "service":
                raise LookupError(f"{part.node.name}: {line.name} has no open factor")
            continue
        factor = _gas(line.name) or factors.of(line.category, line.unit, company["country"])
        if factor is None:
            raise LookupError(f"{part.node.name}: {line.name} has no open factor")
        yield line.quantity, Decimal(factor["kgco2e"]), f"{line.unit} {line.category}"


def net_mass(part: Part) -> str:
    """What one kWh weighs at the maker who states one battery per kWh; unknown to all others."""
    batteries = [child for child in part.node.children if child.kind == "material"]
    if part.owner != "PRC" or part.node.unit != KWH or len(batteries) != 1:
        return ""
    return plain(batteries[0].quantity)


def plain(value: Decimal) -> str:
    """The published number with the digits it came with, without an exponent."""
    return f"{value:f}"


def _gas(name: str) -> dict[str, str] | None:
    """AR6 characterization of a direct emission."""
    return {"kgco2e": "1"} if name == "Carbon dioxide, fossil" else None


def _unknown(company: dict[str, str], part: Part) -> dict[str, str]:
    """What a company sells and cannot declare, because an input has no open factor."""
    return _row(company, part)
