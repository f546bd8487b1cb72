"""Which columns a table of footprints may have, under all the names that people give them.

A column is named in plain words (`fossil`), by our field (`fossil_ghg_emissions`) or by the PACT
attribute (`fossilGhgEmissions`); case, blanks, hyphens and underscores make no difference.
"""

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any, get_args

from tierlight_schemas.amounts import Amount
from tierlight_schemas.footprint import CarbonFootprint

REQUIRED = ("number", "period_start", "period_end", "declared_unit", "kgco2e")

STAGE_PREFIX = "stage:"
"""`stage:<name>` holds kgCO2e of one life-cycle stage; it goes into the split annex."""

CARRIER_PREFIX = "carrier:"
"""`carrier:<name>` holds location-based kgCO2e of one energy carrier (split annex)."""

MARKET_PREFIX = "carrier-market:"
"""`carrier-market:<name>` holds the market-based twin."""

QUANTITY_PREFIX = "carrier-quantity:"
"""`carrier-quantity:<name>` holds how much of it the own process uses: `4.0 kWh`."""

PREFIXES = (STAGE_PREFIX, CARRIER_PREFIX, MARKET_PREFIX, QUANTITY_PREFIX)

_OWN = {
    "number": ("part", "part_number", "product_number"),
    "revision": (),
    "name": ("product_name", "product_name_company"),
    "description": ("product_description",),
    "comment": (),
    "category": ("classification",),
    "site": ("plant",),
    "country": ("geography_country",),
    "subdivision": ("geography_country_subdivision", "province"),
    "process_family": (),
    "period_start": ("reference_period_start",),
    "period_end": ("reference_period_end",),
    "declared_unit": ("unit", "declared_unit_of_measurement"),
    "declared_amount": ("declared_unit_amount",),
    "mass_kg": ("product_mass_per_declared_unit",),
    "kgco2e": ("kg_co2e", "pcf", "pcf_excluding_biogenic_uptake"),
    "boundary": (),
    "level": (),
    "standard": ("standards", "cross_sectoral_standards"),
    "characterization": ("ipcc_characterization_factors",),
    "primary_data_share": (),
    "technological_dqr": ("dqr_technological", "technological", "ter"),
    "geographical_dqr": ("dqr_geographical", "geographical", "ger"),
    "temporal_dqr": ("dqr_temporal", "temporal", "tir"),
    "electricity_kwh": (),
    "production_volume": (),
    "valid_from": ("validity_period_start",),
    "valid_to": ("validity_period_end",),
    "verification": ("verification_coverage",),
    "verified_by": ("verification_provider",),
    "verified_on": (),
    "verification_standard": (),
}
_SHORT = {
    "pcf_including_biogenic_uptake": ("including_uptake",),
    "fossil_ghg_emissions": ("fossil",),
    "biogenic_non_co2_emissions": ("biogenic_non_co2",),
    "land_use_change_ghg_emissions": ("land_use_change",),
    "land_management_fossil_ghg_emissions": ("land_management_fossil",),
    "land_management_biogenic_co2_emissions": ("land_management_emissions",),
    "land_management_biogenic_co2_removals": ("land_management_removals",),
    "biogenic_co2_uptake": ("biogenic_uptake", "uptake"),
    "packaging_ghg_emissions": ("packaging",),
    "packaging_emissions_included": ("packaging_included",),
    "aircraft_ghg_emissions": ("aircraft",),
    "outbound_logistics_ghg_emissions": ("outbound", "outbound_logistics"),
    "ccs_technological_co2_capture": ("ccs_capture",),
    "technological_co2_removals": ("technological_removals",),
    "exempted_emissions_percent": ("exempted",),
}
# Filled from columns of `_OWN`, or not from a table at all.
_ELSEWHERE = {
    "declared_unit_of_measurement",
    "declared_unit_amount",
    "product_mass_per_declared_unit",
    "reference_period_start",
    "reference_period_end",
    "geography_country",
    "geography_country_subdivision",
    "pcf_excluding_biogenic_uptake",
    "primary_data_share",
    "ipcc_characterization_factors",
    "cross_sectoral_standards",
}


def _fields_holding(kind: type) -> tuple[str, ...]:
    fields = CarbonFootprint.model_fields.items()
    return tuple(
        name
        for name, field in fields
        if name not in _ELSEWHERE and kind in _alternatives(field.annotation)
    )


def _alternatives(annotation: Any) -> list[Any]:
    """The types of a union without their annotations: `StrictBool | None` holds a bool."""
    plain = [getattr(part, "__origin__", part) for part in (annotation, *get_args(annotation))]
    return [part for part in plain if isinstance(part, type)]


#: Attributes of `CarbonFootprint` that a column of their own fills, by what the cell holds.
AMOUNT_FIELDS: tuple[str, ...] = _fields_holding(Amount)
FLAG_FIELDS: tuple[str, ...] = _fields_holding(bool)
TEXT_FIELDS: tuple[str, ...] = _fields_holding(str)


def _fold(name: str) -> str:
    return re.sub(r"[\s_\-]", "", name).casefold()


def _known() -> dict[str, str]:
    known = {_fold(alias): name for name, aliases in _OWN.items() for alias in (name, *aliases)}
    for field in (*AMOUNT_FIELDS, *FLAG_FIELDS, *TEXT_FIELDS):
        for alias in (field, *_SHORT.get(field, ())):
            known[_fold(alias)] = field
    return known


_KNOWN: Mapping[str, str] = _known()


def column_name(header: str) -> str | None:
    """Our name of a column; None for one that we do not read.

    A PACT attribute folds onto our field's name, because that is how the field was named.
    """
    text = header.strip()
    if text.casefold().startswith(PREFIXES):
        return text
    return _KNOWN.get(_fold(text))


def likely_meant(header: str) -> str | None:
    """The column that a misspelt header comes closest to, or None when none is close."""
    close = difflib.get_close_matches(_fold(header), _KNOWN, n=1, cutoff=0.8)
    return _KNOWN[close[0]] if close else None


def missing(names: Iterable[str]) -> list[str]:
    """The required columns that are not among `names`."""
    present = set(names)
    return [name for name in REQUIRED if name not in present]
