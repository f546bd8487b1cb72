"""Factories whose meters, products and certificates fit: each place of a defect is a site.

Two makers with as many sites as are needed, each site making the same three products. What the
products claim by their splits, times what was made, is what the meters count; a quarter of the
electricity is covered by retired certificates with serials of their own.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from benchmarks.planted.model import Chain, Company, Declaration, Part
from benchmarks.planted.stating import amount, footprint

YEAR_OF_SITES = 2023
MONTHS = [f"{YEAR_OF_SITES}-{month:02d}" for month in range(1, 13)]
PROVINCE = "CN-JL"
GRID = Decimal("0.4671")
"""kgCO2 per kWh of Jilin in 2023, as China has published it."""
Row = dict[str, str]


@dataclass(eq=False)
class Made:
    """A product at a site: what one takes, and how many are made in a month."""

    part: Part
    kwh: Decimal
    pieces: int
    declared: Declaration


@dataclass(eq=False)
class Site:
    """A site's year, as its tables."""

    company: Company
    code: str
    made: list[Made] = field(default_factory=list)
    sheets: dict[str, list[Row]] = field(default_factory=dict)
    """Rows by table: energy, production, instruments, allocations."""

    def row(self, sheet: str, **cells: str) -> Row:
        """A new row of a table."""
        row = {"site": self.code} | cells
        self.sheets.setdefault(sheet, []).append(row)
        return row

    @property
    def certificate(self) -> Row:
        """The certificates of the year."""
        return self.sheets["instruments"][0]

    @property
    def used(self) -> Decimal:
        """kWh of the year."""
        rows = self.sheets["energy"]
        return sum((Decimal(row["amount"]) for row in rows), Decimal(0))


def build_site(chain: Chain, company: Company, products: list[Part]) -> Site:
    """A further site of a maker, with a sound year."""
    code = f"{company.sites[0].partition('-')[0]}-W{len(company.sites)}"
    company.sites.append(code)
    site = Site(company, code)
    for place, part in enumerate(products):
        site.made.append(_made(site, part, place))
    for month in MONTHS:
        used = sum((made.kwh * made.pieces for made in site.made), Decimal(0))
        site.row("energy", month=month, carrier="electricity", amount=str(used), unit="kWh")
        for made in site.made:
            pieces = str(made.pieces)
            site.row("production", part=made.part.number, month=month, amount=pieces, unit="piece")
    _certified(chain, site)
    chain.sites.append(site)
    return site


def _made(site: Site, part: Part, place: int) -> Made:
    number = int(site.code.rpartition("W")[2])
    kwh = Decimal(f"{1 + place}.{137 + 11 * number % 800}")
    assert part.footprint is not None
    declared = footprint(
        part,
        amount(float(part.footprint.value) * (0.9 + 0.001 * (number % 50))),
        site=site.code,
        period_start=f"{YEAR_OF_SITES}-01-01",
        period_end=f"{YEAR_OF_SITES + 1}-01-01",
    )
    declared.carriers = [_power(kwh)]
    part.more.append(declared)
    return Made(part, kwh, 800 + 130 * place, declared)


def _power(kwh: Decimal) -> Row:
    """Electricity of one piece, gate to gate, at the factor of the place and year."""
    return {
        "carrier": "electricity",
        "quantity": str(kwh),
        "unit": "kWh",
        "country": "CN",
        "locationBased": str(amount(float(kwh * GRID))),
    }


def _certified(chain: Chain, site: Site) -> None:
    """Certificates for a quarter of the year's electricity, a serial for every MWh."""
    mwh = int(site.used / 4000)
    first = 1 + 10_000 * len(chain.sites)
    site.row(
        "instruments",
        reference=f"{site.code}-GEC",
        kind="certificate",
        year=str(YEAR_OF_SITES),
        amount=str(1000 * mwh),
        unit="kWh",
        holds=str(1000 * mwh),
        technology="wind",
        scheme="GEC",
        serial_first=f"GEC-{first:09d}",
        serial_last=f"GEC-{first + mwh - 1:09d}",
        vintage=str(YEAR_OF_SITES),
        retired_on=f"{YEAR_OF_SITES + 1}-01-31",
        beneficiary=site.company.name,
    )
