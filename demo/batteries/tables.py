"""The tables that the batteries' companies upload, written from the sources; nothing is typed."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from demo.batteries.accounts import POWER, PRIMARY_SHARE, Account, Accounts, factor_of, printed
from demo.batteries.chain import BATTERY_MAKERS, PACKS, class_of, companies, handed_out
from demo.cutting import Chain, Part
from demo.make_data import (
    BOM,
    FACTORS,
    LINKS,
    PARTS,
    SOURCING,
    bom_rows,
    csv_text,
    link_rows,
    part_row,
    sourcing_rows,
)
from demo.values import KWH, sold

LATE = ("LXM", "ACK", "NFC")
"""The third tier withholds its declaration at first, and so those above it cannot sign theirs."""
LATER = "later"
RATINGS = {"technological_dqr": "1.6", "geographical_dqr": "1.2", "temporal_dqr": "1.4"}
"""Of 1 (best) to 3; invented, as is that they are the same everywhere."""
TRADING = (
    "market for battery capacity, Li-ion, NMC622",
    "market for battery, Li-ion, NMC622",
    "market for battery capacity, Li-ion, LFP",
    "market for battery, Li-ion, LFP, rechargeable, prismatic",
)
"""Nothing is made there: the maker of the battery is its only supplier."""
FREIGHT = ("transport/sea", "ton kilometer")
"""What the way to the client is counted with; the hub has no average of it."""
CLASSES = "part,component"
FOOTPRINTS = (
    "number,name,site,country,period_start,period_end,declared_unit,declared_amount,mass_kg,kgco2e,"
    "level,characterization,primary_data_share,technological_dqr,geographical_dqr,temporal_dqr,"
    "comment,carrier:electricity,"
    "carrier-quantity:electricity,carrier:natural gas"
)
INVENTED = "Invented for the demonstration: an order of magnitude"
COMMENT = "Demonstration, invented company: a published bill at published and invented factors"


def write(folder: Path) -> Chain:
    """Write every company's tables to `folder`, and the links; the chain that they tell of."""
    chain = handed_out()
    for path, text in texts(chain).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")
    return chain


def texts(chain: Chain) -> dict[str, str]:
    """Every file by its path."""
    cast = {row["code"]: row for row in companies()}
    accounts = Accounts(chain, cast)
    found = {"links.csv": csv_text(LINKS, link_rows(chain))}
    for code in cast:
        for name, header, table in _tables(chain, code, cast, accounts):
            if listed := list(table):
                found[f"companies/{code}/{name}.csv"] = csv_text(
                    _with_stages(header, listed), listed
                )
    return found


def _tables(
    chain: Chain, code: str, cast: dict[str, dict[str, str]], accounts: Accounts
) -> Iterator[tuple[str, str, Iterable[Mapping[str, str]]]]:
    parts = list(chain.parts[code].values())
    yield "parts", PARTS, [_weighed(part) for part in parts]
    yield "bom", BOM, bom_rows(chain, code)
    yield "sourcing", SOURCING, sourcing_rows(chain, code, cast)
    yield "factors", FACTORS, _factors(chain, cast[code], parts)
    name = LATER if code in LATE else "footprints"
    yield name, FOOTPRINTS, [_footprint(accounts, cast[code], p) for p in parts if sold(chain, p)]
    if code in BATTERY_MAKERS:
        yield "battery-classes", CLASSES, _classes(parts)


def _with_stages(header: str, table: Iterable[Mapping[str, str]]) -> str:
    """A column for each stage that any row has."""
    stages = {name for row in table for name in row if name.startswith("stage:")}
    return ",".join([header, *sorted(stages)])


def _weighed(part: Part) -> dict[str, str]:
    """A battery has a mass of its own; the published markets of one make nothing."""
    masses = {pack.name: pack.mass_kg for pack in PACKS}
    row = part_row(part)
    if part.node.name in TRADING:
        row["kind"] = "trading"
    mass = masses.get(part.node.name)
    return row if mass is None else row | {"net_mass_kg": f"{mass:f}"}


def _factors(
    chain: Chain, company: Mapping[str, str], parts: Iterable[Part]
) -> Iterator[dict[str, str]]:
    """One for each category that the company neither makes nor buys of the cast."""
    code = company["code"]
    made = {line.parent for line in chain.lines[code]} | {link.part for link in chain.links[code]}
    leaves = [part.node for part in parts if part.number not in made and not sold(chain, part)]
    wanted = dict.fromkeys((node.category, node.unit) for node in leaves)
    if code in BATTERY_MAKERS:
        wanted[FREIGHT] = None
    for category, unit in wanted:
        row = factor_of(category, unit, company["country"])
        if row is not None:
            told = {"source": row["source"] or INVENTED, "year": row.get("year") or "2024"}
            yield {"category": category, "unit": unit, "value": row["kgco2e"]} | told


def _footprint(accounts: Accounts, company: Mapping[str, str], part: Part) -> dict[str, str]:
    """What the company declares of a part: the total, its stages, and the energy of its making."""
    account = accounts.of(part)
    made = accounts.made.get((part.owner, part.node.name))
    total = f"{account.total():f}"
    return {
        "number": part.number,
        "name": part.node.name,
        "site": company["site"],
        "country": company["country"],
        "period_start": "2024-01-01",
        "period_end": "2025-01-01",
        "declared_unit": part.node.unit,
        "declared_amount": "1",
        "kgco2e": total,
        "level": "L1",
        "characterization": "AR6",
        "primary_data_share": made["primary_data_share"] if made else PRIMARY_SHARE,
        **RATINGS,
        "comment": f"{COMMENT}{'. ' + made['note'] if made else ''}.",
        **_energy(account, company["country"]),
        **{f"stage:{word}": f"{value:f}" for word, value in account.declared().items()},
    }


def _energy(account: Account, country: str) -> dict[str, str]:
    """The carriers of the own making, as far as the bill has any."""
    cells = {}
    if account.kwh:
        kwh = printed(account.kwh)
        # Not rounded once more: whoever counts these kWh by the same mix gets the same.
        mix = factor_of(POWER, KWH, country) or {}
        cells["carrier:electricity"] = f"{kwh * Decimal(mix['kgco2e']):f}"
        cells["carrier-quantity:electricity"] = f"{kwh:f} kWh"
    if account.gas:
        cells["carrier:natural gas"] = f"{printed(account.gas):f}"
    return cells


def _classes(parts: Iterable[Part]) -> Iterator[dict[str, str]]:
    for part in parts:
        if component := class_of("", part.node.name):
            yield {"part": part.number, "component": component}
