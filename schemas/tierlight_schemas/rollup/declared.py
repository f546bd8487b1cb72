"""From signed documents to the values that the roll-up adds up.

What provenance marks as `default` is not stated: it becomes no column at all, never a zero.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from tierlight_schemas.amounts import EXACT
from tierlight_schemas.extension import PART_EXTENSION
from tierlight_schemas.rollup.model import EXCLUDING, INCLUDING, ONE, PLANTS, Known, Quality, Value
from tierlight_schemas.rollup.resolve import convert
from tierlight_schemas.rollup.vectors import add_scaled, exact_sum

#: PACT attribute by column of the roll-up; all are extensive: kgCO2e or kg C per declared amount.
COLUMN_OF_ATTRIBUTE = {
    "pcfExcludingBiogenicUptake": EXCLUDING,
    "pcfIncludingBiogenicUptake": INCLUDING,
    "fossilGhgEmissions": "fossil",
    "biogenicNonCO2Emissions": "biogenic_non_co2",
    "landUseChangeGhgEmissions": "land_use_change",
    "landManagementFossilGhgEmissions": "land_management_fossil",
    "landManagementBiogenicCO2Emissions": "land_management_emissions",
    "landManagementBiogenicCO2Removals": "land_management_removals",
    "biogenicCO2Uptake": "biogenic_uptake",
    "technologicalCO2Removals": "technological_removals",
    "ccsTechnologicalCO2Capture": "ccs_capture",
    "packagingGhgEmissions": "packaging",
    "aircraftGhgEmissions": "aircraft",
    "fossilCarbonContent": "carbon_content_fossil",
    "biogenicCarbonContent": "carbon_content_biogenic",
    "recycledCarbonContent": "carbon_content_recycled",
}
_SHARES = {
    "first_party": "firstParty",
    "second_party": "secondParty",
    "third_party": "thirdParty",
    "program": "program",
}


def extension_of(footprint: Mapping[str, Any]) -> Mapping[str, Any]:
    """The data of `tierlight.part/1` in a footprint document; empty when it has none."""
    for extension in footprint.get("extensions", ()):
        if extension.get("dataSchema") == PART_EXTENSION:
            data: Mapping[str, Any] = extension.get("data", {})
            return data
    return {}


def value_of_footprint(
    footprint: Mapping[str, Any], digest: str, split: Mapping[str, Any] | None = None
) -> Value:
    """The value of a checked PACT document; `split` is its L2 annex where it may be used."""
    pcf = footprint["pcf"]
    part = extension_of(footprint)
    provenance = part.get("provenance", {})
    columns = {
        column: Decimal(pcf[attribute])
        for attribute, column in COLUMN_OF_ATTRIBUTE.items()
        if attribute in pcf and provenance.get(attribute) != "default"
    }
    columns[EXCLUDING] = Decimal(pcf["pcfExcludingBiogenicUptake"])
    columns |= _split_columns(split) if split else {}
    return Value(
        columns=columns,
        amount=Decimal(pcf["declaredUnitAmount"]),
        unit=pcf["declaredUnitOfMeasurement"],
        reference=digest,
        mass_kg=Decimal(pcf["productMassPerDeclaredUnit"]),
        quality=_quality(pcf, part),
        outbound=_decimal(pcf.get("outboundLogisticsGhgEmissions")),
        exempted_percent=_decimal(pcf["exemptedEmissionsPercent"]),
        mass_balanced=bool(part.get("massBalance", {}).get("used")),
        country=country_of(part.get("site", {}), pcf),
        process_family=part.get("processFamily"),
        unchained=_unchained(part),
        **_spread(part),
    )


def country_of(site: Mapping[str, Any], pcf: Mapping[str, Any]) -> str | None:
    """The country of the making site, else of the stated geography; a region is no country."""
    codes = (
        site.get("country"),
        site.get("subdivision"),
        pcf.get("geographyCountry"),
        pcf.get("geographyCountrySubdivision"),
    )
    return next((code.partition("-")[0] for code in codes if code), None)


def _spread(part: Mapping[str, Any]) -> dict[str, Any]:
    """The stated spread of the total; what cannot be one (below 1) counts as not stated."""
    stated = part.get("uncertainty")
    if stated is None or (gsd := Decimal(stated["geometricStandardDeviation"])) < ONE:
        return {}
    return {"gsd": gsd, "value_is": stated["valueIs"]}


def value_of_process(process: Mapping[str, Any], digest: str) -> Value:
    """The value of a process declaration: own processes only."""
    names = {"emissions": EXCLUDING, "fossil": "fossil", "biogenicNonCO2": "biogenic_non_co2"}
    columns = {column: Decimal(process[name]) for name, column in names.items() if name in process}
    if "electricityKWh" in process:
        country = process.get("site", {}).get("country", "unknown")
        columns[f"electricity_kwh:{country}"] = Decimal(process["electricityKWh"])
    return Value(
        columns=columns,
        amount=Decimal(process["declaredAmount"]),
        unit=process["declaredUnit"],
        reference=digest,
        quality=_quality(process, process),
        country=country_of(process.get("site", {}), {}),
        process_family=process.get("processFamily"),
    )


def _quality(figures: Mapping[str, Any], part: Mapping[str, Any]) -> Quality:
    ratings = figures.get("dqi", {})
    shares = part.get("verificationShares", {})
    quality = Quality(
        primary_data_share=_decimal(figures.get("primaryDataShare")),
        technological=_decimal(ratings.get("technologicalDQR")),
        geographical=_decimal(ratings.get("geographicalDQR")),
        temporal=_decimal(ratings.get("temporalDQR")),
        prospective=part.get("timeBasis") == "prospective",
        **{name: _decimal(shares.get(member)) for name, member in _SHARES.items()},
    )
    return replace(quality, third_party=None) if _unchained(part) is not None else quality


def _unchained(part: Mapping[str, Any]) -> Decimal | None:
    """The stated third-party share of a producer whose own processes nobody verified."""
    shares = part.get("verificationShares", {})
    own, share = (_decimal(shares.get(n)) for n in ("ownProductionThirdParty", "thirdParty"))
    return share if own is not None and own == 0 and share else None


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _split_columns(split: Mapping[str, Any]) -> dict[str, Decimal]:
    columns: dict[str, Decimal] = {}
    for row in split.get("stages", ()):
        add_scaled(columns, {f"stage:{row['stage']}": Decimal(row["emissions"])}, ONE)
    for row in split.get("carriers", ()):
        kwh = _kilowatt_hours(row) if row["carrier"] == "electricity" else None
        if kwh is not None:
            place = row.get("country", "unknown")
            name = f"electricity_kwh:{place}:{row.get('instrument', 'grid')}"
            add_scaled(columns, {name: kwh}, ONE)
    return columns


def _kilowatt_hours(carrier: Mapping[str, Any]) -> Decimal | None:
    """A carrier's quantity in kWh; None where none is stated, or its unit is no energy."""
    if "quantity" not in carrier or "unit" not in carrier:
        return None
    return convert(Decimal(carrier["quantity"]), carrier["unit"], "kilowatt hour", None)


def weighted_plants(plants: list[tuple[Value, Decimal | None]]) -> Value:
    """One process value of several plants, weighed by their production volumes.

    Values must share unit and amount (`per_one` first). Without all volumes, or with volumes that
    nothing can be weighed by, the highest stands: an optimistic guess would hide a plant.
    """
    values = [per_one(value) for value, _ in plants]
    volumes = [volume for _, volume in plants]
    if len(values) == 1:
        return values[0]
    unusable = any(volume is None or volume < 0 for volume in volumes) or not any(volumes)
    if unusable or len({value.unit for value in values}) > 1:
        return max(values, key=lambda value: value.columns[EXCLUDING])
    whole = exact_sum(volume for volume in volumes if volume is not None)
    columns: dict[str, Decimal] = {}
    for value, volume in zip(values, volumes, strict=True):
        if volume is not None:
            add_scaled(columns, value.columns, EXACT.divide(volume, whole))
    reference = PLANTS.join(sorted(value.reference for value in values))
    return replace(
        values[0],
        columns=columns,
        reference=reference,
        country=_if_all_say({value.country for value in values}),
        process_family=_if_all_say({value.process_family for value in values}),
    )


def _if_all_say(said: set[str | None]) -> str | None:
    """What several plants have in common; None where they differ."""
    return said.pop() if len(said) == 1 else None


def per_one(value: Value) -> Value:
    """The same value per one unit."""
    factor = EXACT.divide(ONE, value.amount)
    columns = {name: EXACT.multiply(held, factor) for name, held in value.columns.items()}
    return replace(value, columns=columns, amount=ONE)


def verified(value: Value, statement: str, share: Decimal) -> Value:
    """The value of a declaration that a third party's statement verifies at product level.

    `share` percent is backed by evidence: the statement's word replaces the declarant's, which was
    signed before it. Where the declarant says that its own production is unverified the chain
    stays broken, and no share counts (Catena-X verification framework, table 8).
    """
    counted = None if value.unchained is not None else share
    quality = replace(value.quality, third_party=counted)
    return replace(value, known=Known.VERIFIED, verification=statement, quality=quality)


def expired(value: Value) -> Value:
    """The value of a declaration whose validity has ended."""
    return replace(value, known=Known.EXPIRED)
