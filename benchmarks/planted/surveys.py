"""site/ and claim/: tables of plants that were never in the hub, as an analyst gets them.

Sound rows first, computed with the grid factor that China published for Jilin in 2022; a planter
adds a row of its own.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from benchmarks.planted.planting import Ground, plants
from benchmarks.planted.records import TABLE, Planted

YEAR_OF_SURVEYS = 2023
GRID = Decimal("0.4932")
"""kgCO2 per kWh of Jilin in 2022."""
SOUND_ROWS = 6
Row = dict[str, str]


@dataclass(frozen=True)
class Survey:
    """A table and how a sound row of it is drawn."""

    name: str
    sound: Callable[[random.Random], Row]


def _plant(chance: random.Random) -> Row:
    """A plant: gas and electricity add up, electricity is energy × the grid's factor."""
    energy = Decimal(chance.randint(20_000, 80_000)) / 100
    power = round(energy * GRID, 2)
    gas = Decimal(chance.randint(2_000, 9_000)) / 100
    return {
        "region": "CN-JL",
        "intensity_kgCO2": str(power + gas),
        "natural_gas_kgCO2": str(gas),
        "electricity_kgCO2": str(power),
        "electricity_kWh": str(energy),
        "clean_share": "0.00%",
    }


def _models(chance: random.Random) -> Row:
    """A maker's models: mean, least and largest of several."""
    least = chance.randint(100, 200)
    return {
        "mean": str(least + 60),
        "min": str(least),
        "max": str(least + chance.randint(150, 300)),
        "sample_count": str(chance.randint(8, 40)),
    }


def _measure(chance: random.Random) -> Row:
    """Photovoltaics that run a thousand hours, valued with the grid's factor."""
    capacity = chance.randint(2, 40)
    generation = capacity * chance.randint(900, 1100)
    return {
        "region": "CN-JL",
        "measure": "pv",
        "capacity_MW": str(capacity),
        "generation_MWh": str(generation),
        "claimed_tCO2": str(round(generation * GRID)),
    }


def _cluster(chance: random.Random) -> Row:
    """The grid factor that a cluster calculates with."""
    return {"region": "CN-JL", "grid_factor": str(GRID)}


def _custody(chance: random.Random) -> Row:
    """A mass balance of a year: what is attributed is certified input times yield."""
    certified = chance.randint(200, 900)
    return {
        "certified_input_kg": str(1000 * certified),
        "yield": "0.80",
        "attributed_output_kg": str(1000 * certified),
        "attributed_content": "80 %",
        "scheme": "ISCC PLUS",
        "claim_from": f"{YEAR_OF_SURVEYS}-01-01",
        "claim_to": f"{YEAR_OF_SURVEYS}-12-31",
    }


def _certificate(chance: random.Random) -> Row:
    """A zero-carbon plant: type I, for its own emissions, valid beyond the year."""
    until = YEAR_OF_SURVEYS + chance.randint(1, 3)
    cells = {"certificate_type": "I", "covers": "1, 2"}
    return cells | {"certificate_valid_to": f"{until}-06-30"}


SURVEYS = {
    survey.name: survey
    for survey in (
        Survey("plants.csv", _plant),
        Survey("models.csv", _models),
        Survey("measures.csv", _measure),
        Survey("clusters.csv", _cluster),
        Survey("custody.csv", _custody),
        Survey("certificates.csv", _certificate),
    )
}


def sound_rows(ground: Ground) -> None:
    """Fill every table of the chain with sound rows."""
    for survey in SURVEYS.values():
        for _ in range(SOUND_ROWS):
            _row(ground, survey.name)


def _row(ground: Ground, table: str, **cells: str) -> str:
    """A row of a table, sound but for these cells; the plant's name."""
    rows = ground.chain.surveys.setdefault(table, [])
    name = f"{table.removesuffix('.csv')} {len(rows) + 1}"
    sound = SURVEYS[table].sound(ground.chance)
    row = {"plant": name} | sound | cells
    rows.append({column: cell for column, cell in row.items() if cell != "-"})
    return name


def _found(code: str, name: str) -> Planted:
    return Planted(code, "a survey", name, frozenset({name}), TABLE)


@plants("site/components-differ-from-total")
def a_part_is_missing(ground: Ground) -> Planted:
    """A total that is not what its parts add up to."""
    name = _row(ground, "plants.csv", intensity_kgCO2="512.40")
    return _found("site/components-differ-from-total", name)


@plants("site/implied-factor")
def no_grid_has_it(ground: Ground) -> Planted:
    """Electricity at 1.25 kg per kWh."""
    cells = {"electricity_kWh": "400.00", "electricity_kgCO2": "500.00"}
    cells |= {"natural_gas_kgCO2": "40.00", "intensity_kgCO2": "540.00"}
    return _found("site/implied-factor", _row(ground, "plants.csv", **cells))


@plants("site/share-without-denominator")
def a_share_of_nothing(ground: Ground) -> Planted:
    """A green share, but not of how much."""
    name = _row(ground, "plants.csv", electricity_kWh="-", clean_share="15.03%")
    return _found("site/share-without-denominator", name)


@plants("claim/market-only")
def green_counts_as_nothing(ground: Ground) -> Planted:
    """All electricity green, at zero, and no value of the place beside it."""
    cells = {"electricity_kgCO2": "0.00", "clean_electricity_kgCO2": "0.00"}
    cells |= {"clean_share": "100.00%", "electricity_kWh": "734.78"}
    cells |= {"natural_gas_kgCO2": "52.11", "intensity_kgCO2": "52.11"}
    return _found("claim/market-only", _row(ground, "plants.csv", **cells))


@plants("claim/untracked-on-average-mix")
def half_green_half_average(ground: Ground) -> Planted:
    """Half of the electricity green, and the other half at the average instead of the residual."""
    cells = {"electricity_kWh": "400.00", "clean_share": "50.00%", "electricity_kgCO2": "98.64"}
    cells |= {"natural_gas_kgCO2": "40.00", "intensity_kgCO2": "138.64"}
    name = _row(ground, "plants.csv", **cells)
    return _found("claim/untracked-on-average-mix", name)


@plants("site/identical-products")
def one_value_for_all(ground: Ground) -> Planted:
    """Seven models with one value."""
    cells = {"mean": "247.3", "min": "247.3", "max": "247.3", "sample_count": "7"}
    return _found("site/identical-products", _row(ground, "models.csv", **cells))


@plants("site/count-mismatch")
def mean_outside(ground: Ground) -> Planted:
    """A mean above the largest."""
    cells = {"mean": "420.0", "min": "105.8", "max": "402.3", "sample_count": "41"}
    return _found("site/count-mismatch", _row(ground, "models.csv", **cells))


@plants("site/count-mismatch")
def one_that_is_two(ground: Ground) -> Planted:
    """One model with a least and a largest value."""
    cells = {"mean": "328.6", "min": "300.1", "max": "328.6", "sample_count": "1"}
    return _found("site/count-mismatch", _row(ground, "models.csv", **cells))


@plants("site/implausible-yield")
def the_sun_at_night(ground: Ground) -> Planted:
    """Photovoltaics that run nine thousand hours."""
    cells = {"capacity_MW": "4", "generation_MWh": "36000", "claimed_tCO2": "17755"}
    return _found("site/implausible-yield", _row(ground, "measures.csv", **cells))


@plants("site/energy-missing")
def avoided_with_what(ground: Ground) -> Planted:
    """Emissions that green certificates avoid, for how much electricity nobody says."""
    cells = {"measure": "green_certificates", "capacity_MW": "-", "generation_MWh": "-"}
    name = _row(ground, "measures.csv", claimed_tCO2="28000", **cells)
    return _found("site/energy-missing", name)


@plants("site/factor-vintage")
def a_factor_of_2020(ground: Ground) -> Planted:
    """A grid factor that was replaced three years before."""
    return _found("site/factor-vintage", _row(ground, "clusters.csv", grid_factor="0.839"))


@plants("claim/mass-balance-over-attributed")
def more_than_was_certified(ground: Ground) -> Planted:
    """More content attributed than certified input times yield gives."""
    name = _row(ground, "custody.csv", attributed_content="100 %")
    return _found("claim/mass-balance-over-attributed", name)


@plants("claim/mass-balance-over-attributed")
def by_no_scheme(ground: Ground) -> Planted:
    """A mass balance that names no scheme."""
    return _found("claim/mass-balance-over-attributed", _row(ground, "custody.csv", scheme="-"))


@plants("claim/mass-balance-over-attributed")
def over_two_years(ground: Ground) -> Planted:
    """A claim period of two years."""
    name = _row(ground, "custody.csv", claim_to=f"{YEAR_OF_SURVEYS + 1}-12-31")
    return _found("claim/mass-balance-over-attributed", name)


@plants("claim/certificate-expired")
def ended_before_the_year(ground: Ground) -> Planted:
    """A certificate that ended before the year it is shown for."""
    ended = f"{YEAR_OF_SURVEYS - 1}-06-30"
    name = _row(ground, "certificates.csv", certificate_valid_to=ended)
    return _found("claim/certificate-expired", name)


@plants("claim/scope-overread")
def type_one_for_all(ground: Ground) -> Planted:
    """Type I, read as covering scope 3."""
    return _found("claim/scope-overread", _row(ground, "certificates.csv", covers="1, 2, 3"))
