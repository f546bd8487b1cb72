"""document/: what one declaration says wrong. Errors are refused at the door; the rest is kept."""

from typing import Any

from benchmarks.planted.model import Declaration
from benchmarks.planted.planting import ANY, Ground, follows, found, plants, refused
from benchmarks.planted.records import Planted
from benchmarks.planted.signing import extension_of
from benchmarks.planted.stating import amount, footprint


def _attempt(ground: Ground, **cells: str) -> Declaration:
    """Another declaration of a component, which the door has to judge."""
    part = ground.purchase(forms=ANY).supplied
    assert part.footprint is not None
    declared = footprint(part, part.footprint.value, **cells)
    ground.attempt(declared)
    return declared


def pcf_of(document: dict[str, Any]) -> dict[str, Any]:
    """The carbon footprint in a credential."""
    pcf: dict[str, Any] = document["credentialSubject"]["footprint"]["pcf"]
    return pcf


@plants("document/schema")
def attribute_missing(ground: Ground) -> Planted:
    """A mandatory attribute is left out."""
    name = ground.chance.choice(("created", "status", "productNameCompany"))
    tried = _attempt(ground).amended(lambda d: d["credentialSubject"]["footprint"].pop(name))
    return refused("document/schema", tried.part)


@plants("document/schema")
def attribute_malformed(ground: Ground) -> Planted:
    """A date that is none."""
    tried = _attempt(ground).amended(
        lambda d: pcf_of(d).update(referencePeriodStart="the first of January")
    )
    return refused("document/schema", tried.part)


@plants("document/decimal")
def exponent(ground: Ground) -> Planted:
    """An amount with an exponent."""
    tried = _attempt(ground).amended(lambda d: pcf_of(d).update(fossilGhgEmissions="1.2e1"))
    return refused("document/decimal", tried.part, follows("document/schema", tried.part))


@plants("document/decimal")
def nothing_declared(ground: Ground) -> Planted:
    """A declared amount of zero."""
    tried = _attempt(ground).amended(lambda d: pcf_of(d).update(declaredUnitAmount="0"))
    return refused("document/decimal", tried.part)


@plants("document/decimal")
def forbidden_sign(ground: Ground) -> Planted:
    """An uptake that adds carbon."""
    tried = _attempt(ground).amended(lambda d: pcf_of(d).update(biogenicCO2Uptake="0.4"))
    return refused("document/decimal", tried.part)


@plants("document/period-disorder")
def ends_before_it_starts(ground: Ground) -> Planted:
    """Start and end swapped."""
    tried = _attempt(ground)
    cells = tried.cells
    cells["period_start"], cells["period_end"] = cells["period_end"], cells["period_start"]
    return refused("document/period-disorder", tried.part)


@plants("document/period-disorder")
def valid_too_long(ground: Ground) -> Planted:
    """Valid for four years: a warning."""
    bought = ground.purchase(forms=ANY)
    end = bought.footprint.cells["period_end"]
    bought.footprint.cells |= {"valid_from": end, "valid_to": f"{int(end[:4]) + 4}{end[4:]}"}
    return found("document/period-disorder", bought.supplied)


@plants("document/period-disorder")
def valid_before_it_ends(ground: Ground) -> Planted:
    """Valid while the period that was measured still ran: a warning."""
    bought = ground.purchase(forms=ANY)
    start = bought.footprint.cells["period_start"]
    bought.footprint.cells |= {"valid_from": start, "valid_to": f"{int(start[:4]) + 3}{start[4:]}"}
    return found("document/period-disorder", bought.supplied)


@plants("document/geography")
def no_such_country(ground: Ground) -> Planted:
    """A country that does not exist."""
    tried = _attempt(ground).amended(lambda d: pcf_of(d).update(geographyCountry="XQ"))
    return refused("document/geography", tried.part)


@plants("document/geography")
def two_places(ground: Ground) -> Planted:
    """A country and a region at once: a warning."""
    bought = ground.purchase(forms=ANY)
    bought.footprint.amended(
        lambda d: pcf_of(d).update(geographyRegionOrSubregion="Western Europe")
    )
    return found("document/geography", bought.supplied)


@plants("document/geography")
def province_elsewhere(ground: Ground) -> Planted:
    """A province of one country beside the name of another."""
    tried = _attempt(ground, country="DE").amended(
        lambda d: pcf_of(d).update(geographyCountrySubdivision="CN-GD")
    )
    return refused("document/geography", tried.part)


@plants("document/quality-range")
def more_than_all(ground: Ground) -> Planted:
    """More primary data than there is."""
    return refused("document/quality-range", _attempt(ground, primary_data_share="120").part)


@plants("document/quality-range")
def worse_than_worst(ground: Ground) -> Planted:
    """A rating of six."""
    return refused("document/quality-range", _attempt(ground, temporal_dqr="6").part)


@plants("document/quality-range")
def best_technology_without_data(ground: Ground) -> Planted:
    """A technological rating of 1.5 with no primary data at all: a warning."""
    bought = ground.purchase(forms=ANY)
    bought.footprint.cells |= {"primary_data_share": "0", "technological_dqr": "1.5"}
    return found("document/quality-range", bought.supplied)


@plants("document/exempted-too-high")
def four_per_cent_left_out(ground: Ground) -> Planted:
    """More left out than the method allows: a warning."""
    bought = ground.purchase(forms=ANY)
    bought.footprint.cells["exempted_emissions_percent"] = "4"
    return found("document/exempted-too-high", bought.supplied)


@plants("document/characterization")
def older_factors(ground: Ground) -> Planted:
    """The fourth assessment report."""
    return refused("document/characterization", _attempt(ground, characterization="AR4").part)


@plants("document/characterization")
def last_factors(ground: Ground) -> Planted:
    """The fifth assessment report: a warning; added to the sixth, a mixture too."""
    bought = ground.purchase()
    bought.footprint.before = None
    bought.footprint.cells["characterization"] = "AR5"
    parts = bought.supplied, bought.bought, bought.system.made
    mixed = follows("tier/characterization-mixed", *parts)
    return found("document/characterization", bought.supplied, implied=[mixed])


@plants("document/unit-name")
def no_such_unit(ground: Ground) -> Planted:
    """A unit that a footprint cannot be declared in."""
    tried = _attempt(ground).amended(lambda d: pcf_of(d).update(declaredUnitOfMeasurement="parcel"))
    return refused("document/unit-name", tried.part, follows("document/schema", tried.part))


@plants("document/part-mismatch")
def another_part(ground: Ground) -> Planted:
    """Filed under one part, speaking of another."""
    tried = _attempt(ground).amended(lambda d: extension_of(d).update(partNumber="OTHER-7"))
    return refused("document/part-mismatch", tried.part)


@plants("document/total-differs-from-parts")
def parts_above_the_total(ground: Ground) -> Planted:
    """Components that add up to more than the total."""
    bought = ground.purchase(forms=ANY)
    more = amount(float(bought.footprint.value) * 0.2)
    bought.footprint.cells["biogenic_non_co2_emissions"] = str(more)
    return found("document/total-differs-from-parts", bought.supplied)


@plants("document/total-differs-from-parts")
def uptake_forgotten(ground: Ground) -> Planted:
    """The total with uptake is not the one without plus the uptake."""
    bought = ground.purchase(forms=ANY)
    declared = bought.footprint
    declared.cells["pcf_including_biogenic_uptake"] = str(amount(float(declared.value) * 0.5))
    return found("document/total-differs-from-parts", bought.supplied)


@plants("document/stages-differ-from-total")
def a_stage_is_missing(ground: Ground) -> Planted:
    """Stages that add up to seven tenths of the total."""
    bought = ground.purchase(forms=ANY)
    value = float(bought.footprint.value)
    bought.footprint.cells["stage:materials"] = str(amount(value * 0.5))
    bought.footprint.cells["stage:production"] = str(amount(value * 0.2))
    return found("document/stages-differ-from-total", bought.supplied)


@plants("document/packaging-without-flag")
def packaging_not_said(ground: Ground) -> Planted:
    """A value for packaging that is said not to be included."""
    bought = ground.purchase(forms=ANY)
    bought.footprint.cells["packaging_ghg_emissions"] = "0.0310"
    return found("document/packaging-without-flag", bought.supplied)


@plants("document/ccs-without-flag")
def capture_not_said(ground: Ground) -> Planted:
    """A value for captured carbon that is said not to be included."""
    bought = ground.purchase(forms=ANY)
    bought.footprint.cells["ccs_technological_co2_capture"] = "-0.0200"
    total = follows("document/total-differs-from-parts", bought.supplied)
    return found("document/ccs-without-flag", bought.supplied, implied=[total])


def _thousand(ground: Ground, factor: float) -> Planted:
    bought = ground.purchase()
    value = str(amount(float(bought.footprint.value) * factor))
    bought.footprint.cells |= {"kgco2e": value, "fossil_ghg_emissions": value}
    bought.footprint.before = None
    floor = follows("tier/below-material-floor", bought.supplied, bought.bought)
    return found("document/unit-implausible", bought.supplied, implied=[floor])


@plants("document/unit-implausible")
def grams_for_kilograms(ground: Ground) -> Planted:
    """A thousand times too much."""
    return _thousand(ground, 1000)


@plants("document/unit-implausible")
def tonnes_for_kilograms(ground: Ground) -> Planted:
    """A thousandth of what it is."""
    return _thousand(ground, 0.001)


@plants("document/unstated-as-zero")
def zeros_for_nothing(ground: Ground) -> Planted:
    """An indicative document whose zero nobody explains."""
    bought = ground.purchase(forms=ANY)
    bought.footprint.cells |= {"level": "L1", "fossil_ghg_emissions": "0"}
    bought.footprint.amended(lambda d: extension_of(d)["provenance"].pop("fossilGhgEmissions"))
    total = follows("document/total-differs-from-parts", bought.supplied)
    return found("document/unstated-as-zero", bought.supplied, implied=[total])


@plants("document/biogenic-carbon")
def carbon_from_nowhere(ground: Ground) -> Planted:
    """An uptake that the biogenic carbon in the product does not explain."""
    bought = ground.purchase(forms=ANY)
    cells = {"biogenic_carbon_content": "0.100", "biogenic_co2_uptake": "-0.900"}
    bought.footprint.cells |= cells
    return found("document/biogenic-carbon", bought.supplied)


@plants("document/offset-inside")
def bought_neutrality(ground: Ground) -> Planted:
    """A product that is called climate neutral."""
    bought = ground.purchase(forms=ANY)
    words = (
        "Climate neutral since March.",
        "Its emissions are compensated.",
        "Klimaneutral hergestellt.",
    )
    said = ground.chance.choice(words)
    bought.footprint.cells["description"] = said
    return found("document/offset-inside", bought.supplied)
