"""site/ and claim/: a factory's year, its products and its certificates."""

from decimal import Decimal

from benchmarks.planted.factories import YEAR_OF_SITES, Site
from benchmarks.planted.planting import Ground, plants
from benchmarks.planted.records import SITE, Planted, Trace
from benchmarks.planted.signing import extension_of


def _found(code: str, *sites: Site, implied: tuple[str, ...] = ()) -> Planted:
    codes = frozenset(site.code for site in sites)
    traces = tuple(Trace(each, codes) for each in implied)
    return Planted(code, sites[0].company.name, sites[0].code, codes, SITE, traces)


@plants("claim/serial-reused")
def claimed_by_another(ground: Ground) -> Planted:
    """Another company's site claims certificates of the same serials."""
    site, other = ground.site(0), ground.site(1)
    for column in ("serial_first", "serial_last"):
        other.certificate[column] = site.certificate[column]
    return _found("claim/serial-reused", site, other)


@plants("claim/over-claimed")
def more_than_it_holds(ground: Ground) -> Planted:
    """More is claimed than the certificates are about."""
    site = ground.site()
    site.certificate["holds"] = str(int(site.certificate["amount"]) // 2)
    return _found("claim/over-claimed", site)


@plants("claim/over-claimed")
def more_than_was_used(ground: Ground) -> Planted:
    """A contract for more than the site bought."""
    site = ground.site()
    kwh = str(int(site.used * Decimal("1.4")))
    site.row("instruments", reference=f"{site.code}-PPA", kind="direct-contract",
             year=str(YEAR_OF_SITES), amount=kwh, unit="kWh", technology="solar")  # fmt: skip
    return _found("claim/over-claimed", site, implied=("claim/instrument-kind",))


@plants("site/shares-over-100")
def products_take_more_than_all(ground: Ground) -> Planted:
    """Two products with two thirds of the machine hours each."""
    site = ground.site()
    for made in site.made[:2]:
        site.row("allocations", carrier="electricity", part=made.part.number,
                 year=str(YEAR_OF_SITES), method="machine-hours", quantity="4000",
                 total="6000")  # fmt: skip
    return _found("site/shares-over-100", site)


def _all_claim(site: Site, factor: Decimal) -> None:
    """Every product claims so many times its electricity."""
    for made in site.made:
        (row,) = made.declared.carriers
        kwh = made.kwh * factor
        row["quantity"] = str(kwh)
        row["locationBased"] = str(Decimal(row["locationBased"]) * factor)


@plants("site/parts-exceed-total")
def products_claim_too_much(ground: Ground) -> Planted:
    """The products claim a quarter more than the meters count."""
    site = ground.site()
    _all_claim(site, Decimal("1.25"))
    return _found("site/parts-exceed-total", site)


@plants("site/unexplained-remainder")
def products_claim_too_little(ground: Ground) -> Planted:
    """The products claim three quarters of what the meters count, and nobody claims the rest."""
    site = ground.site()
    _all_claim(site, Decimal("0.75"))
    return _found("site/unexplained-remainder", site)


@plants("claim/instrument-kind")
def own_generation_as_a_contract(ground: Ground) -> Planted:
    """What the roof generates, claimed once more as a contract for what was bought."""
    site = ground.site()
    generated = Decimal("123.457")
    for row in [*site.sheets["energy"]]:
        row["amount"] = str(Decimal(row["amount"]) - generated)
        site.row("energy", month=row["month"], carrier="electricity", flow="self-used",
                 amount=str(generated), unit="kWh")  # fmt: skip
    kwh = str(12 * generated)
    site.row("instruments", reference=f"{site.code}-PPA", kind="direct-contract",
             year=str(YEAR_OF_SITES), amount=kwh, unit="kWh", technology="solar")  # fmt: skip
    return _found("claim/instrument-kind", site)


@plants("claim/instrument-kind")
def one_green_share_of_two_kinds(ground: Ground) -> Planted:
    """Certificates and a direct contract in one share."""
    site = ground.site()
    kwh = str(int(site.used / 5))
    site.row("instruments", reference=f"{site.code}-PPA", kind="direct-contract",
             year=str(YEAR_OF_SITES), amount=kwh, unit="kWh", technology="solar")  # fmt: skip
    return _found("claim/instrument-kind", site)


@plants("claim/instrument-kind")
def nuclear_as_renewable(ground: Ground) -> Planted:
    """Nuclear power under a scheme of renewable electricity."""
    site = ground.site()
    site.certificate["technology"] = "nuclear"
    return _found("claim/instrument-kind", site)


@plants("claim/untracked-on-average-mix")
def average_for_what_nobody_tracks(ground: Ground) -> Planted:
    """A site whose uncovered electricity has the average, though a residual mix is known."""
    site = ground.site()
    site.company.abroad[site.code] = "DE"
    for made in site.made:
        made.declared.carriers = [{**row, "country": "DE"} for row in made.declared.carriers]
        for row in made.declared.carriers:
            row.pop("locationBased")
        made.declared.cells["country"] = "DE"
    site.sheets.pop("instruments")
    return _found("claim/untracked-on-average-mix", site)


SHANXI = Decimal("0.7096")
"""kgCO2 per kWh of Shanxi in 2022."""
RESIDUAL = Decimal("0.6096")
"""kgCO2 per kWh of China's residual mix in 2023."""


def _valued(site: Site, factor: Decimal) -> None:
    """Every product values its electricity by location with some factor."""
    for made in site.made:
        (row,) = made.declared.carriers
        row["locationBased"] = str(round(made.kwh * factor, 5))


@plants("site/factor-region")
def another_country(ground: Ground) -> Planted:
    """A site in Jilin whose products use Polish electricity."""
    site = ground.site()
    for made in site.made:
        made.declared.carriers[0]["country"] = "PL"
    return _found("site/factor-region", site)


@plants("site/factor-region")
def another_province(ground: Ground) -> Planted:
    """A site in Jilin that calculates with Shanxi's factor."""
    site = ground.site()
    _valued(site, SHANXI)
    return _found("site/factor-region", site)


@plants("site/factor-series")
def a_residual_mix_by_location(ground: Ground) -> Planted:
    """By location, with the factor that is left over by market."""
    site = ground.site()
    _valued(site, RESIDUAL)
    return _found("site/factor-series", site)


@plants("claim/mass-balance-over-attributed")
def declared_by_no_scheme(ground: Ground) -> Planted:
    """A product declared with content by mass balance, and no scheme."""
    site = ground.site()
    balance = {"used": True, "attributedSharePercent": "20"}
    declared = site.made[0].declared
    declared.amended(lambda d: extension_of(d).update(massBalance=balance))
    return _found("claim/mass-balance-over-attributed", site)


@plants("site/components-differ-from-total")
def sub_meters_above_the_main(ground: Ground) -> Planted:
    """Sub-meters that count more than the main meter above them."""
    site = ground.site()
    for row in [*site.sheets["energy"]]:
        more = str(Decimal(row["amount"]) * Decimal("1.2"))
        below = {**row, "sub_meter": "hall 1", "amount": more}
        below.pop("site")
        site.row("energy", **below)
    return _found("site/components-differ-from-total", site)
