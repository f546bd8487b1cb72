"""A random supply chain in the tables: every kind of part, line and source, sometimes nonsense."""

import random

from tests.cast import AURORA, BEIFENG, CELLWERK, Actor
from tests.hub.chain import Chain

UNITS = ("piece", "kg", "g", "kWh", "MJ", "tkm", "liter")
KINDS = ("assembly", "assembly", "material", "trading", "energy", "transport", "service")
MORE_KINDS = (*KINDS, "auxiliary", "waste", "infrastructure", "direct_emission")
CATEGORIES = (".", "steel-part", "aluminium-part", "nmc-pack", "paint", "methane")
STAGES = (".", ".", ".", "production", "packaging", "use", "raw-materials")
DAYS = (". .", ". .", "2020-01-01 .", ". 2021-01-01", "2020-06-01 2024-01-01")
PARTS = 14


def build(chain: Chain, seed: int, cycles: bool) -> None:
    """Three companies that buy from each other in a row, with parts, lines and declarations."""
    dice = random.Random(seed)
    for actor in (CELLWERK, BEIFENG, AURORA):
        _tables(chain, actor, dice, cycles)
    for buyer, supplier in ((BEIFENG, CELLWERK), (AURORA, BEIFENG)):
        _sources(chain, buyer, supplier, dice)
        chain.confirm(supplier)
        level = dice.choice((None, 1, 1, 2))
        if level is not None:
            chain.grant(supplier, buyer, level, aggregate=dice.random() < 0.6)
    for actor in (CELLWERK, BEIFENG, AURORA):
        _declarations(chain, actor, dice)


def _name(actor: Actor, number: int) -> str:
    return f"{actor.name[0]}-{number}"


def _tables(chain: Chain, actor: Actor, dice: random.Random, cycles: bool) -> None:
    parts = ["number kind base_unit net_mass_kg category"]
    for number in range(PARTS):
        kind = "assembly" if number < 4 else dice.choice(MORE_KINDS)
        unit = "piece" if number < 4 else dice.choice(UNITS)
        mass = dice.choice((".", "0.25", "3", "1200"))
        parts.append(f"{_name(actor, number)} {kind} {unit} {mass} {dice.choice(CATEGORIES)}")
    chain.tables(
        actor,
        parts="\n".join(parts),
        bom="\n".join(_lines(actor, dice, cycles)),
        factors="\n".join(_factors(dice)),
    )


def _lines(actor: Actor, dice: random.Random, cycles: bool) -> list[str]:
    rows = [
        "parent child quantity unit reference_amount scrap stage group take_rate yield"
        " allocation effective_from effective_to"
    ]
    for parent in range(8):
        for _ in range(dice.randint(0, 5)):
            child = dice.randrange(0 if cycles and dice.random() < 0.1 else parent + 1, PARTS)
            if child == parent:
                continue
            quantity = dice.choice(("1", "0.5", "2", "12.25", "0", "-1", "0.001"))
            group = dice.choice((".", ".", ".", "paint", "trim"))
            rate = "." if group == "." or dice.random() < 0.3 else dice.choice(("40%", "0", "1"))
            rows.append(
                f"{_name(actor, parent)} {_name(actor, child)} {quantity} {dice.choice(UNITS)}"
                f" {dice.choice(('1', '2', '1000'))} {dice.choice(('0', '0.25'))}"
                f" {dice.choice(STAGES)} {group} {rate} {dice.choice(('.', '90%'))}"
                f" {dice.choice(('.', '50%'))} {dice.choice(DAYS)}"
            )
    return rows


def _factors(dice: random.Random) -> list[str]:
    rows = ["category unit value source year"]
    for category in CATEGORIES[1:]:
        for unit in ("piece", "kg", "liter"):
            if dice.random() < 0.4:
                rows.append(f"{category} {unit} {dice.choice(('2.1', '0.4', '0'))} made-up 2022")
    return rows


def _sources(chain: Chain, buyer: Actor, supplier: Actor, dice: random.Random) -> None:
    kind, value = supplier.identifier
    rows = ["part supplier supplier_part share delivery_term"]
    for number in dice.sample(range(PARTS), 6):
        for share in dice.choice((("1",), ("0.6", "0.4"), ("0.333", "0.333", "0.333"), ("0.7",))):
            name = f"{kind}:{value}" if dice.random() < 0.85 else "Nobody"
            part = _name(supplier, dice.randrange(PARTS + 1))
            term = dice.choice((".", "EXW", "DAP"))
            rows.append(f"{_name(buyer, number)} {name} {part} {share} {term}")
    unique = {tuple(row.split()[:3]): row for row in rows}
    chain.tables(buyer, sourcing="\n".join(unique.values()))


def _declarations(chain: Chain, actor: Actor, dice: random.Random) -> None:
    for number in dice.sample(range(PARTS), 5):
        unit = dice.choice(("piece", "kg", "kWh"))
        cells = {"declared_unit": unit, "mass_kg": "1" if unit == "kg" else "2.5"}
        if dice.random() < 0.4:
            cells["outbound_kgco2e"] = "0.3"
        if dice.random() < 0.3:
            cells |= {"period_start": "2015-01-01", "period_end": "2016-01-01"}
        kgco2e = dice.choice(("0", "1.5", "40"))
        if dice.random() < 0.35:
            cells = {name: cells[name] for name in cells if not name.startswith("out")}
            chain.process(actor, _name(actor, number), kgco2e, **cells)
        else:
            chain.declare(actor, _name(actor, number), kgco2e, **cells)
